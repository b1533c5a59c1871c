"""Formulas of a workbook whose values nobody stored: a program wrote the file and calculated nothing."""

import html
import re
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Final

BLOCK: Final = 1 << 20
MOST: Final = 200_000
CELL: Final = re.compile(
    rb"""<c\s[^>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*>\s*"""
    rb"""<f\b(?:[^>]*/>|[^>]*>([^<]*)</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"""
)
SHEET: Final = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
ATTRIBUTE: Final = re.compile(r"""([\w:]+)\s*=\s*["']([^"']*)["']""")


class Uncalculated(str):
    """Such a formula, in the place of its value."""

    __slots__ = ()


def uncalculated(content: bytes, parts: Iterable[str]) -> dict[str, dict[int, dict[int, Uncalculated]]]:
    """Them by the name of the sheet, the number of the row as Excel shows it, and the place from 0 of the column."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = _names(archive)
        found = {names[part]: dict(_of_sheet(archive, part)) for part in parts if part in names}
    return {name: rows for name, rows in found.items() if rows}


def _of_sheet(archive: zipfile.ZipFile, part: str) -> dict[int, dict[int, Uncalculated]]:
    rows: dict[int, dict[int, Uncalculated]] = {}
    left = MOST
    for piece in _pieces(archive, part):
        for letters, number, text in CELL.findall(piece):
            said = html.unescape(text.decode("utf-8", "replace"))
            rows.setdefault(int(number), {})[_place(letters)] = Uncalculated(f"={said}")
            left -= 1
            if not left:
                return rows
    return rows


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part's text, cut between cells."""
    rest = b""
    with archive.open(part) as unpacking:
        while block := unpacking.read(BLOCK):
            whole, end, begun = (rest + block).rpartition(b"</c>")
            yield whole + end
            rest = begun[-BLOCK:]
    yield rest


def _names(archive: zipfile.ZipFile) -> dict[str, str]:
    """The names of sheets by the parts that hold them."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return {}
    parts: dict[str, str] = {}
    for relation in RELATION.findall(relations):
        said = dict(ATTRIBUTE.findall(relation))
        target = said.get("Target", "")
        parts[said.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    named: dict[str, str] = {}
    for sheet in SHEET.findall(book):
        said = dict(ATTRIBUTE.findall(sheet))
        key = next((value for name, value in said.items() if name.endswith(":id")), "")
        named[parts.get(key, "")] = html.unescape(said.get("name", ""))
    return named


def _place(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
