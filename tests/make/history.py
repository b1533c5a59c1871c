"""Sheets of calibrations for tests, and what becomes of them."""

from datetime import date
from decimal import Decimal
from typing import Any

from registry.accounts.models import Person
from registry.assets.models import Asset, Characteristic
from registry.calibration.exchange import actions
from registry.calibration.exchange.models import CalibrationImport, CalibrationImportRow
from registry.calibration.exchange.queries import rows as rows_of
from registry.kernel.db import db
from registry.sheets.models import Mode
from registry.sheets.schemas import errors_of
from tests.make import assets, labs, sheets

RECORD = {
    "tag": "Mã nhãn",
    "kind": "Loại công việc",
    "performed_on": "Ngày thực hiện",
    "issued_on": "Ngày ban hành",
    "lab": "Phòng thí nghiệm",
    "certificate_no": "Số giấy chứng nhận",
    "outcome": "Kết quả",
    "valid_until": "Hiệu lực đến",
    "standards": "Chuẩn đã dùng",
    "note": "Ghi chú",
}
POINT = {
    "nominal": "Giá trị danh nghĩa",
    "reference": "Giá trị quy chiếu",
    "indication": "Số chỉ",
    "error": "Sai số",
    "expanded_uncertainty": "U",
    "coverage_factor": "k",
    "unit": "Đơn vị đo",
    "stage": "Trạng thái khi đo",
    "lower_limit": "Giới hạn dưới",
    "upper_limit": "Giới hạn trên",
}
NAMES = RECORD | POINT
USUAL = {"kind": "Hiệu chuẩn", "lab": labs.LAB, "outcome": "Đạt"}


def lines(*rows: dict[str, Any], **more: str) -> list[list[Any]]:
    """Headings with these rows under them; `more` are further columns by their headings."""
    names = NAMES | more
    used = [name for name in names if any(name in row for row in rows)]
    return [[names[name] for name in used], *([row.get(name, "") for name in used] for row in rows)]


def text(*rows: dict[str, Any], **more: str) -> bytes:
    """The same as a text table, whose decimals have a comma."""
    return sheets.text(*lines(*rows, **more), separator=";")


def row(tag: str, performed_on: str, **changes: Any) -> dict[str, Any]:
    """A passed calibration of an asset by the laboratory."""
    return {"tag": tag, "performed_on": performed_on, "certificate_no": f"GCN {performed_on}"} | USUAL | changes


def scale(*, schedules: Any = None, **said: Any) -> Asset:
    """An asset that measures mass in g, with a yearly calibration."""
    held = [assets.schedule()] if schedules is None else schedules
    made = assets.asset(schedules=held, **{"name": "Cân phân tích", "serial_no": "S-1"} | said)
    held_to = {"quantity": "khối lượng", "unit": "g", "range_low": Decimal(0), "range_high": Decimal(200)}
    made.characteristics.append(Characteristic(**held_to, mpe=Decimal("0.01"), position=0))
    db.session.flush()
    return made


def kept(content: bytes, *, by: Person | None = None) -> CalibrationImport:
    """An import that nobody has checked, in the transaction."""
    return actions.keep(file_name="lich-su.csv", content=content, locale="en", by=by)


def checked(content: bytes, *, by: Person | None = None) -> CalibrationImport:
    """An import whose records were judged, committed."""
    found = kept(content, by=by)
    actions.check(found, step=db.session.commit)
    db.session.commit()
    return found


def imported(content: bytes, *, mode: Mode = Mode.ALL, by: Person | None = None) -> CalibrationImport:
    """An import that is done, committed. Raises what the import raises."""
    found = kept(content, by=by)
    actions.run(found, mode=mode, step=db.session.commit)
    db.session.commit()
    return found


def judged(found: CalibrationImport) -> list[CalibrationImportRow]:
    """What became of the records of an import."""
    return list(rows_of(found, limit=200).items)


def wrong(found: CalibrationImport) -> dict[str, str]:
    """What is wrong in which field, beside its cell."""
    return {f"{error['field']} {error['cell']}": error["message"] for one in judged(found) for error in errors_of(one)}


def day(text: str) -> date:
    """A day as the sheets of these tests write it."""
    return date.fromisoformat(text)
