"""Ten thousand labels out of the database as PDF, against the fastest drawing loop found for any library.

The loop was the fastest of five: reportlab's canvas with paths, with rectangles as raw operators and with one-bit
image masks, its codes from qrcode with version and mask fixed or from zxing-cpp. It draws a mask, ours an outline; it
reads no database and fits no text.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from io import BytesIO

import zxingcpp
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from registry import config
from registry.app import create_app
from registry.assets import tags
from registry.assets.labels import drawing, selection
from registry.assets.labels.layout import Content
from registry.assets.labels.media import A4, MEDIA, Family
from registry.assets.labels.pdf import PAGE_BYTES, POINT
from registry.assets.labels.rules import Format, Part
from registry.kernel import fonts
from tests.benchmarks import seed
from tests.benchmarks.result import Result, at_least, at_most

LABELS = 10_000
RUNS = 5
GOAL = 0.7
BASE = "https://registry.example.vn"
SHEET = MEDIA["a4-3x8"]
MODULE = 0.677 * POINT
REGULAR, BOLD = "BeVietnamPro-Regular", "BeVietnamPro-Bold"


def results() -> Iterator[Result]:
    """Labels a second as a ratio, and the size of a page on every sheet."""
    with tempfile.TemporaryDirectory() as home:
        url = f"sqlite:///{home}/registry.db"
        seed.assets(url, home, count=LABELS)
        settings = config.from_environment(
            os.environ | {"REGISTRY_DATABASE_URL": url, "REGISTRY_HOME": home, "REGISTRY_BASE_URL": BASE}
        )
        with create_app(settings).app_context():
            yield from _measured()


def _measured() -> Iterator[Result]:
    contents = selection.contents(selection.everything(), list(Part), "vi")
    drawn(SHEET.name)
    loop(contents[:100])
    ours: list[float] = []
    floors: list[float] = []
    for _run in range(RUNS):
        floors.append(_per_second(lambda: loop(contents)))
        ours.append(_per_second(lambda: drawn(SHEET.name)))
    worst = min(our / floor for our, floor in zip(ours, floors, strict=True))
    yield at_least(
        "labels.per_second", statistics.median(ours), statistics.median(floors), GOAL, f"worst ratio {worst:.2f}"
    )
    for medium in MEDIA.values():
        if medium.family is Family.SHEET:
            pages = -(-LABELS // medium.per_page)
            kilobytes = len(drawn(medium.name)) / pages / 1000
            yield at_most(f"labels.{medium.name}.page_kb", kilobytes, None, PAGE_BYTES / 1000, f"{pages} pages")


def drawn(sheet: str) -> bytes:
    """The labels of every asset, as `registry assets labels` makes them."""
    look = drawing.look({"sheet": sheet, "show": list(Part)})
    contents = selection.contents(selection.everything(), look.parts, "vi")
    return drawing.drawn(look, contents, BASE, format=Format.PDF)


def loop(contents: list[Content]) -> bytes:
    """The floor."""
    fonts.font(REGULAR)
    fonts.font(BOLD)
    written = BytesIO()
    canvas = Canvas(written, pagesize=(A4[0] * POINT, A4[1] * POINT), pageCompression=1)
    for number, content in enumerate(contents):
        if number and number % SHEET.per_page == 0:
            canvas.showPage()
        left, top = SHEET.place(number % SHEET.per_page)
        x, y = (left + 5) * POINT, (A4[1] - top - SHEET.height + 5) * POINT
        canvas.addLiteral(_mask(content.tag, x, y))
        x, y = x + 80, y + 65
        canvas.setFont(BOLD, 10)
        canvas.drawString(x, y, tags.grouped(content.tag))
        canvas.setFont(REGULAR, 9)
        for place, text in enumerate((content.name or "", *content.others), 1):
            canvas.drawString(x, y - 11 * place, text[:24])
    canvas.save()
    return written.getvalue()


def _mask(tag: str, x: float, y: float) -> str:
    code = zxingcpp.create_barcode(tags.address(BASE, tag), zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    grey = code.to_image(scale=1, add_quiet_zones=False)
    side = grey.shape[0]
    bits = Image.frombytes("L", (side, side), bytes(memoryview(grey))).convert("1").tobytes()
    across = side * MODULE
    return f"q {across} 0 0 {across} {x} {y} cm BI /W {side} /H {side} /IM true /BPC 1 /F /AHx ID {bits.hex()}> EI Q"


def _per_second(act: Callable[[], bytes]) -> float:
    begun = time.perf_counter()
    act()
    return LABELS / (time.perf_counter() - begun)
