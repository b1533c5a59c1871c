"""Documents: minutes of an inspection, and an annual report with a wide annex."""

from datetime import date
from decimal import Decimal
from io import BytesIO

from PIL import Image

from registry.kernel.papers.paper import (
    Annex,
    Column,
    Facts,
    Head,
    Items,
    Paper,
    Paragraph,
    Picture,
    Section,
    Signature,
    Span,
    Table,
)

DEPARTMENT = "Sở Khoa học và Công nghệ"
COMMITTEE = "Ủy ban nhân dân tỉnh Bắc Kạn"


def photograph(width: int = 400, height: int = 300) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (width, height), (90, 140, 200)).save(stream, "JPEG")
    return stream.getvalue()


def head(**changes: object) -> Head:
    return Head(DEPARTMENT, COMMITTEE, "12/BB-ĐKT", "Bắc Kạn", date(2026, 1, 5))._replace(**changes)


def paper(*blocks: object, **changes: object) -> Paper:
    return Paper(head(), "Biên bản", "Kiểm tra nhà nước về đo lường", blocks)._replace(**changes)


def table(rows: list[tuple[object, ...]], *headings: str, **changes: object) -> Table:
    return Table(tuple(Column(heading) for heading in headings), rows)._replace(**changes)


INSPECTED = Table(
    (
        Column("TT", 0.4),
        Column("Phương tiện đo", 2.6),
        Column("Số sản xuất", 1.3),
        Column("Số tem", 1.1, group="Theo sổ đăng ký"),
        Column("Hết hạn", 1.3, group="Theo sổ đăng ký"),
        Column("Sai số (%)", 1.1, group="Đoàn thấy"),
        Column("Niêm phong", 1.5, group="Đoàn thấy"),
        Column("Kết luận", 1.6),
    ),
    [
        (1, "Cột đo xăng dầu TATSUNO", "SN-1001", "K1-2001", date(2026, 12, 31), Decimal("0.25"), "còn nguyên", "Đạt"),
        (
            2,
            "Cột đo xăng dầu TATSUNO",
            "SN-1002",
            "K1-2002",
            date(2025, 3, 9),
            Decimal("-0.62"),
            "bị rách",
            "Không đạt",
        ),
        (3, "Cân bàn 100 kg", None, None, None, None, "không có", "Chưa kiểm định"),
    ],
    "Phương tiện đo đã kiểm tra",
)


def minutes() -> Paper:
    """Minutes of a state inspection of metrology."""
    return Paper(
        head(issuer="Đoàn kiểm tra theo Quyết định số 15/QĐ-SKHCN", superior=DEPARTMENT),
        "Biên bản",
        "Kiểm tra nhà nước về đo lường",
        (
            Paragraph("Hôm nay, hồi 08 giờ 30 ngày 05 tháng 01 năm 2026, tại Cửa hàng xăng dầu số 3, phường Sông Cầu."),
            Section(
                "Thành phần",
                (
                    Section("Đoàn kiểm tra", (Items(("Ông Nguyễn Văn An, Trưởng đoàn", "Bà Trần Thị Bình")),)),
                    Section(
                        "Cơ sở được kiểm tra",
                        (Facts((("Tên cơ sở", "Công ty TNHH Xăng dầu Thành Công"), ("Số phương tiện đo", 3))),),
                    ),
                ),
            ),
            Section(
                "Nội dung kiểm tra",
                (INSPECTED, Picture(photograph(), "Cột đo bị rách niêm phong", "Niêm phong cột đo SN-1002", 80)),
            ),
            Section(
                "Kết luận",
                (
                    Paragraph(
                        (
                            Span("Hai trong ba", bold=True),
                            Span(" phương tiện đo không đạt yêu cầu; cơ sở phải "),
                            Span("ngừng sử dụng", italic=True),
                            Span(" cho đến khi được kiểm định lại."),
                        )
                    ),
                ),
            ),
        ),
        basis=("Căn cứ Luật Đo lường ngày 11 tháng 11 năm 2011;", "Căn cứ Quyết định số 15/QĐ-SKHCN"),
        signatures=(
            Signature("ĐẠI DIỆN CƠ SỞ\nĐƯỢC KIỂM TRA", "Lê Văn Cường", "Ký, ghi rõ họ tên"),
            Signature("THƯ KÝ", "Trần Thị Bình", "Ký, ghi rõ họ tên"),
            Signature("TRƯỞNG ĐOÀN", "Nguyễn Văn An", "Ký, ghi rõ họ tên"),
        ),
    )


RESULTS = Table(
    (
        Column("TT", 0.5),
        Column("Mã", 0.8),
        Column("Nhiệm vụ", 4),
        Column("Đơn vị"),
        Column("2019-2025", group="Mục tiêu"),
        Column("2026-2030", group="Mục tiêu"),
        Column("Trong năm", group="Kết quả"),
        Column("Lũy kế", group="Kết quả"),
        Column("Tỷ lệ (%)", group="Kết quả"),
        Column("Kế hoạch", 1.2, group="Kinh phí (triệu đồng)"),
        Column("Giải ngân", 1.2, group="Kinh phí (triệu đồng)"),
    ),
    [
        (1, "II.2.a", "Đầu tư chuẩn đo lường", "chuẩn", 5, 10, 3, 8, Decimal("53.3"), 7500, Decimal("1234.567")),
        (2, "II.2.c", "Đào tạo, bồi dưỡng nghiệp vụ đo lường", "người", 200, 200, 41, 241, Decimal("60.25"), 2000, 205),
        (None, None, "Tổng cộng", None, None, None, None, None, None, 9500, Decimal("1439.567")),
    ],
    "Kết quả theo phụ lục kế hoạch",
    frozenset({2}),
)


def report() -> Paper:
    """The annual report of a plan."""
    done = "Sở Khoa học và Công nghệ đã phối hợp với các sở, ngành triển khai các nhiệm vụ được giao đúng tiến độ."
    titles = (
        "Công tác chỉ đạo, điều hành",
        "Kết quả thực hiện các chỉ tiêu",
        "Hạ tầng đo lường",
        "Kiểm định và kiểm tra nhà nước về đo lường",
        "Doanh nghiệp",
        "Đào tạo và truyền thông",
        "Kinh phí",
        "Khó khăn, nguyên nhân và đề xuất",
    )
    return Paper(
        head(number="345/BC-SKHCN", day=date(2026, 12, 10)),
        "Báo cáo",
        "Kết quả thực hiện Kế hoạch số 436/KH-UBND năm 2026",
        tuple(Section(title, (Paragraph(done),)) for title in titles),
        basis=("Căn cứ Quyết định số 996/QĐ-TTg;", "Căn cứ Kế hoạch số 436/KH-UBND."),
        signatures=(Signature("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", "Hoàng Văn Dũng"),),
        recipients=("Ủy ban nhân dân tỉnh (báo cáo)", "Các sở, ngành", "Lưu: VT, TĐC"),
        annexes=(
            Annex("Kết quả thực hiện các nhiệm vụ", (RESULTS,), "Kèm theo Báo cáo số 345/BC-SKHCN", landscape=True),
            Annex("Ghi chú", (Paragraph("Số liệu tính đến ngày 10 tháng 12 năm 2026."),)),
        ),
    )
