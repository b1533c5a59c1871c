"""A process of its own that unpacks a workbook: whatever a file does to it, nothing but this process ends.

It is started by `workbooks`, imports nothing of the registry but `parts` and `cells`, and lets itself have only so much
memory and time. It tells every visible sheet with its first rows, then the other rows of the sheet it is asked for.
"""

import pickle
import re
import resource
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, Final

from registry.sheets.cells import MOST_ROWS, REFERENCE, Cells, Row, Strings, column, looks
from registry.sheets.parts import UNSOUND, Enough, Parts, Refused, local, parser

MEMORY: Final = 1 << 30
SECONDS: Final = 180
CHUNK: Final = 500
HEAD: Final = 30
MOST_SHEETS: Final = 50
MOST_MERGES: Final = 1000
LONGEST_TAG: Final = 512
OURS: Final = "_registry"  # a hidden sheet of the workbooks we write: their texts have a dot in decimals
MERGE: Final = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Za-z]{1,3}[0-9]{1,7}):([A-Za-z]{1,3}[0-9]{1,7})["']"""
)
ROW: Final = re.compile(rb"<(?:\w+:)?row[\s/>]")


class Book:
    """What a workbook says of itself: its sheets, its calendar, its texts and styles."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        starts = [name for kind, name in parts.related("").values() if kind == "officeDocument"]
        main = starts[0] if starts else "xl/workbook.xml"
        relations = parts.related(main)
        self.late, self.ours = False, False
        self.sheets: list[tuple[str, str]] = []

        def begun(tag: str, said: dict[str, str]) -> None:
            match local(tag):
                case "workbookPr":
                    self.late = said.get("date1904") in {"1", "true", "on"}
                case "sheet":
                    self._sheet(said, relations)

        parts.parse(main, parser(begun))
        names = {kind: name for kind, name in relations.values() if kind in {"sharedStrings", "styles"}}
        self.texts = Strings(parts, names.get("sharedStrings")).texts
        self.looks = looks(parts, names.get("styles"))

    def read(self, part: str, keep: Callable[[Row], None]) -> None:
        """Give each row of a sheet that holds anything to `keep`."""
        Cells(self.texts, self.looks, keep, late=self.late).read(self.parts, part)

    def _sheet(self, said: dict[str, str], relations: dict[str, tuple[str, str]]) -> None:
        self.ours = self.ours or said["name"] == OURS
        key = next((value for name, value in said.items() if local(name) == "id" and ":" in name), "")
        kind, part = relations.get(key, ("", ""))
        if kind == "worksheet" and said.get("state", "visible") == "visible" and part in self.parts:
            self.sheets.append((said["name"], part))
            if len(self.sheets) > MOST_SHEETS:
                raise Refused("sheets", MOST_SHEETS)


def merges(blocks: Iterator[bytes]) -> tuple[int, list[tuple[int, int, int, int]]]:
    """About how many rows a sheet has, and what is merged among its first, counted from 0."""
    found: list[tuple[int, int, int, int]] = []
    height, tail = 0, b""
    for block in blocks:
        height += len(ROW.findall(block))
        whole = tail + block
        for one in MERGE.finditer(whole):
            if one.end() <= len(tail):
                continue
            ends = [REFERENCE.fullmatch(end.decode()) for end in one.groups()]
            (top, left), (bottom, right) = ((int(end[2]) - 1, column(end[1])) for end in ends if end)
            if top < HEAD and len(found) < MOST_MERGES:
                found.append((top, left, bottom, right))
        tail = whole[-LONGEST_TAG:]
    return height, found


def head_of(book: Book, part: str) -> list[Row]:
    """The first rows of a sheet, empty ones too, all as wide as the widest."""
    found: dict[int, list[Any]] = {}

    def keep(row: Row) -> None:
        if row[0] > HEAD:
            raise Enough
        found[row[0]] = row[1]

    book.read(part, keep)
    width = max(map(len, found.values()), default=0)
    rows = ((number, found.get(number, [])) for number in range(1, max(found, default=0) + 1))
    return [(number, row + [""] * (width - len(row))) for number, row in rows]


def tell_rows(book: Book, part: str, tell: Callable[[Any], None]) -> None:
    """Tell the rows of a sheet below its first ones, some at a time."""
    chunk: list[Row] = []

    def keep(row: Row) -> None:
        if row[0] > HEAD:
            chunk.append(row)
            if len(chunk) >= CHUNK:
                tell(("rows", chunk.copy()))
                chunk.clear()

    book.read(part, keep)
    tell(("rows", chunk))


def main() -> None:
    """Tell what is in the workbook that comes in, of which the first line of the input says the length."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked, answer = sys.stdin.buffer, sys.stdout.buffer

    def tell(said: Any) -> None:  # noqa: ANN401 — see workbooks
        pickle.dump(said, answer, pickle.HIGHEST_PROTOCOL)
        answer.flush()

    try:
        content = asked.read(int(asked.readline()))
        book = Book(Parts(BytesIO(content)))
        tell(("book", book.ours, book.late))
        for name, part in book.sheets:
            height, merged = merges(book.parts.blocks(part))
            tell(("sheet", name, min(height, MOST_ROWS), merged, head_of(book, part)))
        tell(("end",))
        while line := asked.readline():
            tell_rows(book, book.sheets[int(line)][1], tell)
            tell(("end",))
    except Refused as refused:
        tell(("refused", refused.why, *refused.said))
    except MemoryError:
        tell(("refused", "large"))
    except UNSOUND:
        tell(("refused", "damaged"))
