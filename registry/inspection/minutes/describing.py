"""What the minutes of an inspection say, as plain parts: a head, its legal basis, sections and signatures.

They are an official document and in Vietnamese, whoever reads them. A block is one of {"text"}, {"items"}, {"facts"}
and {"columns", "rows"}; what is no text is written out here, so that the frozen content needs no program to be read.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from registry.inspection.checks.catalogue import BY_KIND, INSPECTIONS, LAW
from registry.inspection.checks.models import InspectionCheck
from registry.inspection.checks.rules import Finding, Seal
from registry.inspection.measures.models import InspectionMeasure
from registry.inspection.measures.rules import VIETNAMESE
from registry.inspection.minutes.rules import RepresentativeValues
from registry.inspection.models import Inspection
from registry.inspection.rules import State, TeamRole
from registry.kernel import clock
from registry.kernel.i18n import said_day, said_value, say, speaking

ROLES: Final = {
    TeamRole.LEADER: "Trưởng đoàn",
    TeamRole.MEMBER: "Thành viên",
    TeamRole.TECHNICIAN: "Kỹ thuật viên",
}
SEALS: Final = {
    Seal.INTACT: "niêm phong còn nguyên",
    Seal.BROKEN: "niêm phong bị phá",
    Seal.ABSENT: "không có niêm phong",
}
VALIDITIES: Final = {
    "valid": "Còn hiệu lực",
    "due_soon": "Còn hiệu lực, sắp đến hạn",
    "overdue": "Hết hiệu lực",
    "never": "Chưa có kết quả",
    "failed": "Không đạt",
    "not_required": "Không yêu cầu",
}
GOOD: Final = frozenset({"valid", "due_soon", "not_required"})
UNFIT: Final = "Không được sử dụng"
COMMITTEE: Final = re.compile(r"(?:Ủy ban nhân dân|Uỷ ban nhân dân|UBND)\s+", re.IGNORECASE)
LEVEL: Final = re.compile(r"^(?:tỉnh|thành phố|xã|phường|thị trấn|đặc khu)\s+", re.IGNORECASE)
RESULTS: Final = (
    ("TT", 0.5),
    ("Phương tiện đo", 2),
    ("Số chế tạo", 1.2),
    ("Theo sổ đăng ký", 2),
    ("Thực tế kiểm tra", 2.2),
    ("Kết luận", 1.6),
)


class Signing(NamedTuple):
    """What is said when minutes are signed, beside what was recorded."""

    minutes_no: str | None
    representatives: Sequence[RepresentativeValues]
    opinions: str | None
    refusal_reason: str | None
    amendment_reason: str | None


class Seen(NamedTuple):
    """What was seen: the checks that count, and how many more there are than are listed.

    `own` are those of which the inspected may read all particulars, `disputed` what colleagues saw differently.
    """

    checks: Sequence[InspectionCheck]
    own: Collection[int]
    disputed: Mapping[int, Sequence[InspectionCheck]]
    left_off: int


def described(
    visit: Inspection,
    seen: Seen,
    measures: Sequence[InspectionMeasure],
    at: datetime,
    said: Signing,
) -> dict[str, Any]:
    """The content of minutes; the same facts give the same content."""
    with speaking("vi"):
        parent = visit.authority.parent
        return {
            "head": {
                "issuer": visit.authority.name_vi,
                "superior": parent.name_vi if parent is not None else "",
                "number": said.minutes_no or "",
                "place": _place(visit.area.name_vi) if visit.area is not None else "",
                "day": clock.local(at).date().isoformat(),
            },
            "kind": "BIÊN BẢN",
            "subject": "Kiểm tra nhà nước về đo lường",
            "basis": _basis(visit),
            "sections": [
                *_amended(said.amendment_reason),
                _section("Thời gian, địa điểm kiểm tra", {"facts": _when(visit, at)}),
                _section("Đoàn kiểm tra", {"items": [_member(one) for one in visit.team]}),
                _section("Cơ sở được kiểm tra", *_subject(visit, said.representatives)),
                _section("Kết quả kiểm tra", {"text": _summary(seen)}, *_results(seen), *_photos(seen)),
                _section("Nội dung phát hiện", *_findings(seen.checks)),
                _section("Biện pháp xử lý, kiến nghị", *_measures(measures)),
                _section("Ý kiến của cơ sở được kiểm tra", {"text": said.opinions or "Không có ý kiến."}),
                _section("Kết thúc", {"text": _end(said.refusal_reason)}),
            ],
            "photos": [[one.client_key, photo.stored.sha256] for one in seen.checks for photo in one.photos],
            "signatures": _signatures(visit, said.representatives, said.refusal_reason),
        }


def _place(name: str) -> str:
    """The name of a place as papers say it before their day (Decree 30/2020/NĐ-CP): without its committee and level."""
    return LEVEL.sub("", COMMITTEE.sub("", name)) or name


def _section(title: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "blocks": list(blocks)}


def _amended(reason: str | None) -> list[dict[str, Any]]:
    return [_section("Lý do sửa đổi, bổ sung biên bản", {"text": reason})] if reason else []


def _basis(visit: Inspection) -> list[str]:
    if visit.decision_no is None or visit.decision_on is None:
        return [LAW, INSPECTIONS]
    day = said_day(visit.decision_on)
    return [LAW, INSPECTIONS, f"Quyết định số {visit.decision_no} ngày {day} của {visit.authority.name_vi}"]


def _when(visit: Inspection, at: datetime) -> list[list[str]]:
    begun = visit.reached_at(State.IN_PROGRESS) or at
    place = visit.place or visit.subject_address or "–"
    facts = [["Bắt đầu", _moment(begun)], ["Lập biên bản", _moment(at)], ["Địa điểm", place]]
    return [*facts, ["Đối tượng kiểm tra", visit.subject_types]] if visit.subject_types else facts


def _moment(at: datetime) -> str:
    local = clock.local(at)
    return f"{local:%H} giờ {local:%M}, ngày {said_day(local.date())}"


def _member(one: Any) -> str:  # noqa: ANN401 — an InspectionMember
    certificate = f", chứng chỉ số {one.certificate_no}" if one.certificate_no else ""
    return f"{one.person.name} – {ROLES[one.role]}{certificate}"


def _subject(visit: Inspection, representatives: Sequence[RepresentativeValues]) -> list[dict[str, Any]]:
    facts = [["Tên cơ sở", visit.subject_name], ["Địa chỉ", visit.subject_address or "–"]]
    people = [f"{one['name']}{' – ' + title if (title := one.get('title')) else ''}" for one in representatives]
    return [{"facts": facts}, {"text": "Đại diện cơ sở:"}, {"items": people}] if people else [{"facts": facts}]


def _summary(seen: Seen) -> str:
    bad = sum(one.violation for one in seen.checks)
    text = f"Đã kiểm tra {len(seen.checks) + seen.left_off} phương tiện đo; {bad} phương tiện đo có vi phạm."
    if seen.disputed:
        text += (
            f" Ghi nhận của các thành viên khác nhau ở {len(seen.disputed)} phương tiện đo; cả hai được ghi dưới đây."
        )
    if seen.left_off:
        text += f" Bảng chỉ liệt kê {len(seen.checks)} phương tiện đo đầu tiên; "
        text += f"{seen.left_off} phương tiện đo còn lại được lưu trong sổ đăng ký."
    return text


def _results(seen: Seen) -> list[dict[str, Any]]:
    rows = [
        [place, *_row(one, seen.disputed.get(one.id, ()), is_theirs=one.id in seen.own)]
        for place, one in enumerate(seen.checks, 1)
    ]
    columns = [{"heading": heading, "share": share} for heading, share in RESULTS]
    return [{"columns": columns, "rows": rows}] if rows else []


def _photos(seen: Seen) -> list[dict[str, Any]]:
    lines = [
        f"Số thứ tự {place}: ảnh “{photo.name}”, SHA-256 {photo.stored.sha256[:16]}…"
        for place, one in enumerate(seen.checks, 1)
        for photo in one.photos
    ]
    return [{"text": "Ảnh kèm theo biên bản:"}, {"items": lines}] if lines else []


def _row(one: InspectionCheck, others: Sequence[InspectionCheck], *, is_theirs: bool) -> list[str]:
    made = ", ".join(word for word in (one.manufacturer, one.model) if word and is_theirs)
    name = f"{one.name}\n{made}" if made else one.name
    views = [one, *others]
    saw, concluded = ([told(view) for view in views] for told in (_seen, _concluded))
    if others:
        saw, concluded = (
            [f"{_by(view)}: {text}" for view, text in zip(views, said, strict=True)] for said in (saw, concluded)
        )
    number = one.serial_no if is_theirs else None
    return [name, number or _label(one), _known(one.answer, is_theirs=is_theirs), "\n".join(saw), "\n".join(concluded)]


def _by(one: InspectionCheck) -> str:
    return one.person.name if one.person is not None else "–"


def _concluded(one: InspectionCheck) -> str:
    if one.violation:
        return "; ".join(BY_KIND[kind].vietnamese for kind in one.kinds) or "Vi phạm"
    is_forbidden = one.answer is not None and not one.answer["fit_for_use"]
    if is_forbidden and one.present and one.in_use:
        return "Không ghi nhận vi phạm; đang sử dụng dù sổ đăng ký ghi không được sử dụng"
    return "Không phát hiện vi phạm"


def _label(one: InspectionCheck) -> str:
    return f"Mã nhãn {one.tag}" if one.tag else "–"


def _known(answer: Mapping[str, Any] | None, *, is_theirs: bool) -> str:
    if answer is None:
        return "Chưa có trong sổ đăng ký"
    lines = [_word(answer), *(str(say(reason["text"])) for reason in answer["reasons"])]
    done = answer.get("verification")
    if done and is_theirs:
        stamp = f", tem {done['stamp_no']}" if done["stamp_no"] else ""
        until = f", đến {said_day(date.fromisoformat(done['valid_until']))}" if done["valid_until"] else ""
        lines.append(f"Giấy chứng nhận kiểm định {done['certificate_no'] or '–'}{stamp}{until}")
    return "\n".join(lines)


def _word(answer: Mapping[str, Any]) -> str:
    """What the registry says in one word, as the label itself does: what must not be used is not told as valid."""
    validity: str = answer["validity"]
    return UNFIT if validity in GOOD and not answer["fit_for_use"] else VALIDITIES[validity]


def _seen(one: InspectionCheck) -> str:
    parts = ["có tại cơ sở" if one.present else "không có tại cơ sở"]
    if one.in_use is not None:
        parts.append("đang sử dụng" if one.in_use else "không sử dụng")
    if one.seal is not None:
        parts.append(SEALS[one.seal])
    if one.stamp_no:
        parts.append(f"tem {one.stamp_no}" + (" (không đúng với sổ)" if one.stamp_differs else ""))
    if one.stamp_valid_until:
        parts.append(f"tem có hiệu lực đến {said_day(one.stamp_valid_until)}")
    if one.error_value is not None:
        limit = f" (cho phép ±{said_value(one.error_limit)} {one.error_unit})" if one.error_limit is not None else ""
        parts.append(f"sai số {said_value(one.error_value)} {one.error_unit}{limit}")
    if one.remark:
        parts.append(one.remark)
    text = "; ".join(parts)
    return text[0].upper() + text[1:]


def _findings(checks: Sequence[InspectionCheck]) -> list[dict[str, Any]]:
    found = Counter(kind for one in checks if one.violation for kind in one.kinds)
    found[Finding.OTHER] += sum(one.violation and not one.kinds for one in checks)
    lines = [_finding(kind, found[kind]) for kind in Finding if found[kind]]
    return [{"items": lines}] if lines else [{"text": "Không phát hiện vi phạm."}]


def _finding(kind: Finding, count: int) -> str:
    known = BY_KIND[kind]
    basis = f" ({known.basis})" if known.basis else ""
    return f"{known.vietnamese}: {count} phương tiện đo{basis}"


def _measures(measures: Sequence[InspectionMeasure]) -> list[dict[str, Any]]:
    lines = []
    for one in measures:
        due = f" Thời hạn: {said_day(one.due_on)}." if one.due_on else ""
        who = f" Người thực hiện: {one.responsible}." if one.responsible else ""
        about = f" ({one.check.name})" if one.check is not None else ""
        lines.append(f"{VIETNAMESE[one.kind]}{about}: {one.text.rstrip('.')}.{due}{who}")
    return [{"items": lines}] if lines else [{"text": "Không có."}]


def _end(refusal_reason: str | None) -> str:
    if refusal_reason:
        return f"Đại diện cơ sở được kiểm tra từ chối ký biên bản. Lý do: {refusal_reason}"
    return "Biên bản được đọc cho những người có tên trên cùng nghe, thống nhất và ký tên."


def _signatures(
    visit: Inspection, representatives: Sequence[RepresentativeValues], refusal_reason: str | None
) -> list[dict[str, str]]:
    leader = next((one.person.name for one in visit.team if one.role is TeamRole.LEADER), "")
    first = representatives[0]["name"] if representatives else ""
    sign = "Ký, ghi rõ họ tên"
    return [
        {"authority": "ĐẠI DIỆN CƠ SỞ", "name": first, "note": "Từ chối ký" if refusal_reason else sign},
        {"authority": "TRƯỞNG ĐOÀN", "name": leader, "note": sign},
    ]
