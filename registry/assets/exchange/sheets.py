"""Files as rows of cells: workbooks and text tables, whatever wrote them, within limits checked before memory is taken.

Macros, links and hidden sheets are not looked at; of a formula its value is read.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Final

from registry.assets.exchange.formulas import Uncalculated, uncalculated
from registry.assets.exchange.models import Form
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.schema import shown

MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 300
MOST_CELLS: Final = 12_000_000
MOST_UNPACKED: Final = 400 * 1024 * 1024
MOST_TEXTS: Final = 120 * 1024 * 1024
MOST_PARTS: Final = 2000
MANY_ROWS: Final = 100_000
BLOCK: Final = 1 << 20
LONGEST_REFERENCE: Final = 16
WIDE: Final = re.compile(rb'"([A-Z]{2,})[0-9]+"')
DEEP: Final = re.compile(rb'"[A-Z]+([0-9]{6,})"')
ANYWHERE: Final = re.compile(rb'"[A-Z]+([0-9]+)"')
OURS: Final = "_registry"  # a hidden sheet of the workbooks we write: their texts have a dot in decimals
DELIMITERS: Final = ",;\t|"
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls")
PICTURES_AND_PRINT: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"%PDF")
UNSOUND: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)
Cell = str | float | bool | date | datetime | time | timedelta


class Decimals(Enum):
    """How a file writes decimals in text: told by the separator of its columns, unknown in a workbook."""

    DOT = "."
    COMMA = ","
    UNKNOWN = ""


@dataclass(frozen=True)
class Sheet:
    """A table: its rows come once, each with the number that Excel shows beside it, empty ones left out."""

    name: str
    decimals: Decimals
    rows: Iterator[tuple[int, list[Cell]]]
    height: int
    merged: tuple[tuple[int, int, int, int], ...] = ()


def refused(message: str) -> Invalid:
    """A file that cannot be imported, with the remedy."""
    return Invalid({"file": [message]})


def form_of(content: bytes, name: str = "") -> Form:
    """What kind of file this is, by its content. Raises Invalid for kinds that are not read, or not what is named."""
    if content.startswith(b"PK"):
        return Form.XLSX
    if content.startswith(OLD_OFFICE):
        raise refused(_("This is an old .xls file or one with a password; save it as .xlsx without a password."))
    if content.startswith(PICTURES_AND_PRINT):
        raise refused(_("This is a picture or a PDF; send a table, as .xlsx or .csv."))
    if not content.strip():
        raise refused(_("This file is empty; fill in the template and send it again."))
    if name.lower().endswith(WORKBOOKS):
        message = _(
            "“%(name)s” is not a workbook, whatever its name says; save it as .xlsx from Excel, or send it as .csv.",
            name=shown(name),
        )
        raise refused(message)
    return Form.CSV


def tables(content: bytes, form: Form) -> Iterator[Sheet]:
    """The tables of a file in which its rows may be. Raises Invalid when it cannot be read or is too large."""
    return _workbook(content) if form is Form.XLSX else _texts(content)


def _workbook(content: bytes) -> Iterator[Sheet]:
    from python_calamine import (  # noqa: PLC0415 — only who reads a workbook pays for it
        CalamineError,
        SheetTypeEnum,
        SheetVisibleEnum,
        load_workbook,
    )

    calculating = _check_unpacked(content)
    formulas = uncalculated(content, calculating) if calculating else {}
    try:
        book = load_workbook(io.BytesIO(content))
        decimals = Decimals.DOT if OURS in book.sheet_names else Decimals.UNKNOWN
        for about in book.sheets_metadata:
            if about.typ is not SheetTypeEnum.WorkSheet or about.visible is not SheetVisibleEnum.Visible:
                continue
            sheet = book.get_sheet_by_name(about.name)
            merged = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
            offset = sheet.start[1] if sheet.start else 0
            rows = ((number, [""] * offset + row) for number, row in enumerate(sheet.iter_rows(), 1))
            left = formulas.get(about.name)
            yield Sheet(about.name, decimals, _marked(rows, left) if left else rows, sheet.total_height, merged)
    except CalamineError as error:
        raise refused(_damaged()) from error


def _marked(
    rows: Iterator[tuple[int, list[Cell]]], left: Mapping[int, Mapping[int, Uncalculated]]
) -> Iterator[tuple[int, list[Cell]]]:
    """The same rows with the formulas that have no value, where nothing would stand."""
    for number, row in rows:
        for place, formula in left.get(number, {}).items():
            row.extend([""] * (place + 1 - len(row)))
            row[place] = row[place] or formula
        yield number, row


def _check_unpacked(content: bytes) -> list[str]:
    """Unpack piece by piece and count before anything is built: a small file can hold a very large table.

    Gives the names of the parts in which something is calculated.
    """
    calculating: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise refused(_too_large())
            calculating = [part.filename for part in parts if _check_part(archive, part)]
    except UNSOUND as error:
        raise refused(_damaged()) from error
    return calculating


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether it is a sheet with formulas. Raises Invalid when it is too large."""
    if part.file_size > MOST_TEXTS and "sharedstrings" in part.filename.lower():
        raise refused(_too_large())
    if "/worksheets/" not in f"/{part.filename}".lower() or not part.filename.lower().endswith(".xml"):
        if part.filename.lower().endswith((".xml", ".rels")):
            for _block in _blocks(archive, part):
                pass  # its checksum is checked, and that it is as long as it says
        return False
    calculates = False
    columns: set[bytes] = set()
    deepest = MANY_ROWS
    for block in _blocks(archive, part):
        columns.update(WIDE.findall(block))
        calculates = calculates or b"<f" in block
        deepest = max(deepest, *map(int, DEEP.findall(block)), 0)
    width = max(map(_column_number, columns), default=26)
    if width > MOST_COLUMNS:
        raise refused(
            _(
                "The sheet reaches to column %(letters)s; at most %(most)s columns are read. Delete what stands there.",
                letters=max(columns, key=_column_number)[:4].decode(),
                most=MOST_COLUMNS,
            )
        )
    if deepest > MOST_ROWS:
        raise refused(too_many_rows())
    if width * deepest > MOST_CELLS:
        rows = (int(row) for block in _blocks(archive, part) for row in ANYWHERE.findall(block))
        if width * max(rows, default=0) > MOST_CELLS:
            raise refused(_too_large())
    return calculates


def _blocks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's text, quotes made alike, each block beginning with the end of the one before."""
    tail = b""
    with archive.open(part) as unpacking:
        while block := unpacking.read(BLOCK):
            yield tail + (block.replace(b"'", b'"') if b"'" in block else block)
            tail = block[-LONGEST_REFERENCE:].replace(b"'", b'"')


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - 64
    return number


def _texts(content: bytes) -> Iterator[Sheet]:
    """The same text with each separator it may have; the one that gives known headings is the right one."""
    encoding = _encoding(content)
    with io.TextIOWrapper(io.BytesIO(content), encoding, newline="") as beginning:
        head = beginning.read(20_000)
    said = re.match(r"\ufeff?sep=(.)\r?\n", head)
    likely = [said[1]] if said else sorted(DELIMITERS, key=head.count, reverse=True)
    height = content.count(b"\n") + 1
    for delimiter in likely:
        if delimiter in head or delimiter == likely[0]:
            decimals = {",": Decimals.DOT, ";": Decimals.COMMA}.get(delimiter, Decimals.UNKNOWN)
            yield Sheet(delimiter, decimals, _records(content, encoding, delimiter, skip=bool(said)), height)


def _records(content: bytes, encoding: str, delimiter: str, *, skip: bool) -> Iterator[tuple[int, list[Cell]]]:
    number = 0
    with io.TextIOWrapper(io.BytesIO(content), encoding, newline="") as text:
        reader = csv.reader(text, delimiter=delimiter)
        try:
            for number, row in enumerate(reader, 1):
                if number > MOST_ROWS:
                    raise refused(too_many_rows())
                if len(row) > MOST_COLUMNS:
                    raise refused(
                        _(
                            "Line %(line)s has %(columns)s columns; at most %(most)s are read. Check its separators.",
                            line=number,
                            columns=len(row),
                            most=MOST_COLUMNS,
                        )
                    )
                if not skip or number > 1:
                    yield number, list(row)
        except csv.Error as error:
            text_ = _("After line %(line)s a quotation mark is not closed, or a cell is too long.", line=number)
            raise refused(text_) from error
        except UnicodeError as error:
            raise refused(_unknown_letters()) from error


def _encoding(content: bytes) -> str:
    """How the text was written: told by its first bytes, else UTF-8, else the code page of Vietnamese Windows."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return name
    sample = content[:2000]
    if sample[1::2].count(0) > len(sample) // 4:
        return "utf-16-le"
    if sample[::2].count(0) > len(sample) // 4:
        return "utf-16-be"
    for name in ("utf-8", "cp1258"):
        if _reads(content, name):
            return name
    raise refused(_unknown_letters())


def _reads(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), BLOCK):
            decoder.decode(content[start : start + BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def too_many_rows() -> str:
    """What is said of an endless sheet."""
    return _("The sheet has more than %(most)s rows; divide it into several files.", most=MOST_ROWS)


def _too_large() -> str:
    return _("Unpacked, this file is too large to be read; copy its rows into the template and send that.")


def _damaged() -> str:
    return _("This file is damaged or is no .xlsx workbook; open it in Excel or LibreOffice and save it again.")


def _unknown_letters() -> str:
    return _("The letters of this file cannot be read; save it again as “CSV UTF-8”, or as .xlsx.")
