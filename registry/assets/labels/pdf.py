"""Labels as PDF at true size: codes are outlines, texts are letters of embedded fonts.

A code is one path of upright runs of modules. As all codes of a batch have the same mask, most of their columns are the
same letter for letter, which deflate leaves out; a page of 24 labels takes 6 kB.
"""

import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from registry.assets.labels.codes import Symbol
from registry.assets.labels.layout import Arrangement, Content, Line, ems, lines
from registry.assets.labels.media import INCH, Medium
from registry.kernel import fonts

POINT: Final = 72 / INCH  # points in a mm
PAGE_BYTES: Final = 10_000
CONTENT_BYTES: Final = 9_400  # the rest is for what a page is beside its content
QUICK: Final = 6
HARD: Final = 9  # the slow level is for the few sheets that are larger than a page should be
CHUNK: Final = 8
ESCAPED: Final = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)", "\r": "\\r", "\n": "\\n"})


def document(
    medium: Medium, arrangement: Arrangement, contents: Iterable[Content], *, title: str, skip: int = 0
) -> bytes:
    """A PDF of labels in their order; `skip` places of the first sheet are left empty."""
    from reportlab.pdfbase.pdfdoc import PDFDocument  # noqa: PLC0415 — 60 ms that no start of the server should pay

    writer = _Writer(PDFDocument(invariant=1, pdfVersion=(1, 4)), arrangement)
    waiting, first = iter(contents), True
    while True:
        placed = skip if first else 0
        labels = list(islice(waiting, medium.per_page - placed))
        if not labels and not first:
            break
        writer.page(medium, labels, placed)
        first = False
    return writer.finished(title)


class _Writer:
    """One document: its pages, and what is drawn again and again."""

    def __init__(self, document: Any, arrangement: Arrangement) -> None:  # noqa: ANN401 — reportlab has no types
        from reportlab.pdfbase.pdfdoc import PDFResourceDictionary  # noqa: PLC0415 — see document

        self._document, self._arrangement = document, arrangement
        self._resources = PDFResourceDictionary()
        self._resources.basicFonts()
        self._paths: dict[int, _Paths] = {}
        self._texts: dict[tuple[str, str], list[tuple[str, str]]] = {}

    def page(self, medium: Medium, labels: list[Content], placed: int) -> None:
        """Add a page with labels from a place on."""
        from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFPage, PDFStream  # noqa: PLC0415 — see document

        width, height = medium.page
        drawn: list[str] = []
        for number, content in enumerate(labels, placed):
            x, y = medium.place(number)
            drawn.append(f"q 1 0 0 1 {_pt(x)} {_pt(height - y)} cm")
            drawn.extend(self._label(content))
            drawn.append("Q")
        operators = _pressed("\n".join(drawn).encode("latin-1"))
        page = PDFPage()
        page.pagewidth, page.pageheight, page.Resources = width * POINT, height * POINT, self._resources
        page.Contents = PDFStream(PDFDictionary({"Filter": PDFName("FlateDecode")}), operators)
        self._document.addPage(page)

    def finished(self, title: str) -> bytes:
        """The whole file."""
        self._document.setTitle(title)
        self._document.setProducer("registry")
        with fonts.saving:
            written: bytes = self._document.GetPDFData(None)
        return written

    def _label(self, content: Content) -> Iterator[str]:
        """The operators of one label, its upper left corner at the origin."""
        arrangement = self._arrangement
        texts = list(lines(arrangement, content, ems))
        if texts:
            yield from self._set(texts)
        symbol = arrangement.codes.symbol(content.tag)
        paths = self._paths.get(symbol.side)
        if paths is None:
            paths = self._paths[symbol.side] = _Paths(symbol.side, arrangement)
        yield paths.start
        yield paths.drawn(symbol)

    def _set(self, texts: list[Line]) -> Iterator[str]:
        yield "BT"
        at_x = at_y = 0.0
        for line in texts:
            yield f"{_pt(line.x - at_x)} {_pt(at_y - line.y)} Td"
            at_x, at_y = line.x, line.y
            for run in fonts.runs(line.text, line.face):
                for name, chunk in self._encoded(*run):
                    yield f"{name} {_pt(line.size)} Tf({chunk})Tj"
        yield "ET"

    def _encoded(self, file: str, text: str) -> list[tuple[str, str]]:
        """A text in the embedded font's own numbers, cut where they start anew."""
        known = self._texts.get((file, text))
        if known is None:
            font = fonts.font(file)
            known = self._texts[file, text] = [
                (font.getSubsetInternalName(subset, self._document), chunk.decode("latin-1").translate(ESCAPED))
                for subset, chunk in font.splitString(text, self._document)
            ]
        return known


class _Paths:
    """Symbols of one size as paths. Eight modules at a time are looked up; their runs are worked out once."""

    def __init__(self, side: int, arrangement: Arrangement) -> None:
        quiet = arrangement.codes.quiet
        module = min(arrangement.module, arrangement.code.width / (side + 2 * quiet))
        offset = (arrangement.code.width - side * module) / 2
        x, y = arrangement.code.x + offset, arrangement.code.y + offset
        self.start = f"{_pt(module, 4)} 0 0 {_pt(-module, 4)} {_pt(x)} {_pt(-y)} cm"
        self._side = side
        self._length = -(-side * side // CHUNK)
        self._runs: list[dict[int, str]] = [{} for _chunk in range(self._length)]

    def drawn(self, symbol: Symbol) -> str:
        """The path of a symbol, in modules, filled."""
        chunks = symbol.bits.to_bytes(self._length, "little")
        found = [
            known[chunk] if chunk in known else known.setdefault(chunk, self._run(place, chunk))
            for place, (known, chunk) in enumerate(zip(self._runs, chunks, strict=True))
        ]
        return "".join(found) + "f"

    def _run(self, place: int, chunk: int) -> str:
        """The rectangles of eight modules, none over the end of a column."""
        steps: list[str] = []
        run = 0
        for number in range(CHUNK + 1):
            begins = (place * CHUNK + number) % self._side == 0
            dark = number < CHUNK and chunk >> number & 1
            if run and (begins or not dark):
                start_x, start_y = divmod(place * CHUNK + number - run, self._side)
                steps.append(f"{start_x} {start_y} 1 {run} re\n")
                run = 0
            run += dark
        return "".join(steps)


def _pressed(content: bytes) -> bytes:
    quick = zlib.compress(content, QUICK)
    return quick if len(quick) <= CONTENT_BYTES else zlib.compress(content, HARD)


def _pt(mm: float, places: int = 2) -> str:
    """A length in points as PDF writes numbers; a hundredth of a point is 4 µm."""
    return f"{mm * POINT:.{places}f}".rstrip("0").rstrip(".")
