"""The fixed Vietnamese words of reports: a report is an official document and in Vietnamese, whoever reads it.

What was frozen is set again years later with the same words; these are no messages, and change in no catalogue.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from registry.kernel.i18n import said_day

MILLION: Final = 1_000_000
VERDICTS: Final = {
    "met": "Đạt",
    "on_track": "Đúng tiến độ",
    "behind": "Chậm tiến độ",
    "missed": "Không đạt",
    "not_started": "Chưa bắt đầu",
    "not_applicable": "Chưa áp dụng",
}
MODES: Final = {"per_period": "theo giai đoạn", "cumulative": "lũy kế", "total_min": "tổng cả kỳ"}
KINDS: Final = {"standard": "Chuẩn đo lường", "reference_material": "Chất chuẩn", "instrument": "Phương tiện đo"}
STANDARDS: Final = {
    "valid": "Còn hiệu lực",
    "due_soon": "Còn hiệu lực, đến hạn trong 90 ngày",
    "overdue": "Quá hạn hoặc không đạt",
    "never": "Chưa có kết quả hiệu chuẩn, kiểm định",
    "withdrawn": "Đã ngừng sử dụng, thanh lý",
}
GAPS: Final = {
    "overdue": "Quá hạn",
    "failed": "Không đạt",
    "ended": "Hết hiệu lực do sửa chữa hoặc niêm phong hỏng",
    "never": "Chưa có kết quả",
}
UNTYPED: Final = "Chưa rõ loại phương tiện đo"
RECORDS: Final = {
    "asset": "Chuẩn, phương tiện đo",
    "lab": "Phòng thí nghiệm",
    "calibration": "Kết quả hiệu chuẩn",
    "organisation": "Tổ chức",
    "activity": "Hoạt động",
    "inspection": "Kiểm tra",
    "scope_line": "Phép đo",
    "accreditation": "Công nhận",
    "assessment": "Đánh giá theo bộ tiêu chí",
}
FALLS: Final = {
    "disposed": "đã thanh lý",
    "retired": "đã ngừng sử dụng",
    "out_of_tolerance": "vượt sai số cho phép, đang xử lý",
    "void": "đã hủy",
    "amended": "đã được thay thế",
    "not_adopted": "không còn áp dụng chương trình",
    "withdrawn": "công nhận bị hủy bỏ",
    "suspended": "công nhận bị đình chỉ",
    "expired": "công nhận hết hiệu lực",
    "cancelled": "cuộc kiểm tra bị hủy",
    "altered": "đã sửa sau khi được tính",
}
ACTIVITIES: Final = {
    "training": "Lớp đào tạo, bồi dưỡng",
    "communication": "Tuyên truyền",
    "conference": "Hội nghị, hội thảo, sự kiện",
    "policy_review": "Rà soát văn bản, chính sách",
    "coordination": "Trao đổi, phối hợp",
    "survey": "Khảo sát doanh nghiệp",
    "adoption": "Chương trình đảm bảo đo lường",
    "support": "Hỗ trợ tổ chức",
    "criteria": "Áp dụng bộ tiêu chí quốc gia",
    "project": "Nhiệm vụ, dự án KH&CN",
    "purchase": "Mua sắm",
}
ASPECTS: Final = {
    "press": "báo in, báo điện tử",
    "television": "truyền hình",
    "radio": "phát thanh",
    "website": "trang thông tin điện tử",
    "social_media": "mạng xã hội",
    "publication": "tờ rơi, ấn phẩm",
    "conference": "hội nghị",
    "seminar": "hội thảo",
    "metrology_day": "Ngày Đo lường",
    "inside": "trong tỉnh",
    "outside": "với tỉnh bạn",
}
PEOPLE: Final = {
    "civil_servant": "Công chức, viên chức",
    "enterprise": "Doanh nghiệp",
    "service_organisation": "Tổ chức dịch vụ đo lường",
    "other": "Khác",
}
SCORES: Final = {
    "satisfactory": "đạt",
    "questionable": "nghi ngờ",
    "warning": "cảnh báo",
    "unsatisfactory": "không đạt",
    "action": "phải khắc phục",
}
STAGES: Final = {
    "surveyed": "Được khảo sát",
    "selected": "Được lựa chọn",
    "supported": "Được hỗ trợ",
    "adopted": "Đã áp dụng Chương trình đảm bảo đo lường",
}
UNIT_STATES: Final = {
    "draft": "Chưa gửi",
    "submitted": "Đã gửi",
    "returned": "Được trả lại để bổ sung",
    "accepted": "Đã tiếp nhận",
}
NONE: Final = "Không có."


def said(names: Mapping[str, str], key: str | None) -> str:
    """The word for a key; a key that has none by now is its own word."""
    return "" if key is None else names.get(key, key)


def day(iso: str | None) -> str:
    """A day as documents write it."""
    return said_day(date.fromisoformat(iso)) if iso else ""


def number(whole: int) -> str:
    """A whole number in a text, with dots between thousands."""
    return f"{whole:,}".replace(",", ".")


def millions(dong: int) -> int | Decimal:
    """Đồng in triệu đồng, exactly."""
    whole, rest = divmod(dong, MILLION)
    return whole if not rest else (Decimal(dong) / MILLION).normalize()


def percent(exact: str | None) -> Decimal | None:
    """A percentage with the digits it was given."""
    return None if exact is None else Decimal(exact)
