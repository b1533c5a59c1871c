"""Sheets for tests, as bytes: text with any separator and encoding, workbooks as Excel writes them."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from registry.assets.exchange import actions
from registry.assets.exchange.models import AssetImport, AssetImportRow
from registry.assets.exchange.queries import rows as rows_of
from registry.kernel.db import db
from registry.sheets.models import Mode
from registry.sheets.schemas import errors_of
from tests.people import CENTRE

HEADINGS = ("Tên", "Phân loại", "Đơn vị sở hữu", "Hãng sản xuất", "Kiểu", "Số chế tạo", "Vị trí")


def row(number: int, **changes: Any) -> list[Any]:
    """A line under HEADINGS, all of them different."""
    usual = {
        "name": f"Quả cân {number}",
        "kind": "instrument",
        "owner": CENTRE,
        "manufacturer": "Mettler",
        "model": "F1",
        "serial_no": f"S-{number:05}",
        "location": "Phòng 1",
    }
    return list((usual | changes).values())


LONG = (
    *HEADINGS,
    "Ngày đưa vào sử dụng",
    "Chu kỳ hiệu chuẩn (tháng)",
    "Chu kỳ kiểm định",
    "Đại lượng",
    "Đơn vị",
    "Phạm vi từ",
    "Phạm vi đến",
    "Sai số cho phép lớn nhất",
)


def long_row(number: int, **changes: Any) -> list[Any]:
    """A line under LONG, to be separated by semicolons."""
    return [*row(number, **changes), "31/01/2026", 12, "24 tháng", "khối lượng", "kg", "0", "1,5", "0.010"]


def text(*rows: Sequence[Any], separator: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """A text table."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator).writerows(rows)
    return file.getvalue().encode(encoding)


def workbook(*rows: Sequence[Any], draw: Callable[[Any, Any], None] | None = None) -> bytes:
    """A workbook; `draw` adds to its book and sheet what rows cannot say."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, day = book.add_worksheet("Danh sách"), book.add_format({"num_format": "dd/mm/yyyy"})
        for line, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(line, place, cell, day)
                else:
                    sheet.write(line, place, cell)
        if draw:
            draw(book, sheet)
    return file.getvalue()


def unpacked(content: bytes, name: str) -> bytes:
    """A part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def changed(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with another content of one part."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for one in before.namelist():
            after.writestr(one, part if one == name else before.read(one))
    return file.getvalue()


def kept(content: bytes, **said: Any) -> AssetImport:
    """An import that nobody has checked, in the transaction."""
    return actions.keep(**{"file_name": "tai-san.csv", "content": content, "locale": "en", "by": None} | said)


def checked(content: bytes, **said: Any) -> AssetImport:
    """An import whose rows were judged, committed."""
    found = kept(content, **said)
    actions.check(found, step=db.session.commit)
    db.session.commit()
    return found


def imported(content: bytes, *, mode: Mode = Mode.ALL, **said: Any) -> AssetImport:
    """An import that is done, committed. Raises what the import raises."""
    found = kept(content, **said)
    actions.run(found, mode=mode, step=db.session.commit)
    db.session.commit()
    return found


def judged(found: AssetImport) -> list[AssetImportRow]:
    """What became of the rows of an import."""
    return list(rows_of(found, limit=200).items)


def wrong(found: AssetImport) -> dict[str, str]:
    """What is wrong in which cell."""
    return {error["cell"]: error["message"] for row in judged(found) for error in errors_of(row)}
