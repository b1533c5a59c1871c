"""Labels as dots: what a thermal printer burns, and pictures of sheets to look at before printing."""

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from registry.assets.labels.layout import Arrangement, Content, lines
from registry.assets.labels.media import INCH, Medium
from registry.kernel import fonts
from registry.kernel.fonts import Face

EDGE = 200  # a light grey

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont


def label(medium: Medium, arrangement: Arrangement, content: Content, dpi: int) -> "Image":
    """One label in black (0) on white; every module has the same whole number of dots."""
    scale = dpi / INCH
    picture = _blank(medium.width * scale, medium.height * scale)
    _draw_label(picture, arrangement, content, (0, 0), scale)
    return picture


def sheet(medium: Medium, arrangement: Arrangement, contents: Sequence[Content], dpi: int, *, skip: int = 0) -> bytes:
    """A PNG of the first page with labels, the outlines of the labels in grey."""
    from PIL import ImageDraw  # noqa: PLC0415 — 70 ms that no start of the server should pay

    scale = dpi / INCH
    width, height = medium.page
    picture = _blank(width * scale, height * scale, mode="L")
    pen = ImageDraw.Draw(picture)
    for number in range(medium.per_page):
        left, top = (round(at * scale) for at in medium.place(number))
        right = min(left + round(medium.width * scale), picture.width) - 1
        pen.rectangle((left, top, right, top + round(medium.height * scale) - 1), outline=EDGE)
    for number, content in enumerate(contents[: medium.per_page - skip], skip):
        x, y = medium.place(number)
        _draw_label(picture, arrangement, content, (x * scale, y * scale), scale)
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _blank(width: float, height: float, mode: str = "1") -> "Image":
    from PIL import Image  # noqa: PLC0415 — see sheet

    return Image.new(mode, (round(width), round(height)), 255)


def _draw_label(
    picture: "Image", arrangement: Arrangement, content: Content, at: tuple[float, float], scale: float
) -> None:
    from PIL import Image, ImageDraw  # noqa: PLC0415 — see sheet

    symbol = arrangement.codes.symbol(content.tag)
    across = symbol.side + 2 * arrangement.codes.quiet
    module = min(arrangement.module, arrangement.code.width / across)
    dots = max(round(module * scale), 1)
    modules = Image.new("1", (symbol.side, symbol.side), 255)
    modules.putdata([0 if symbol.is_dark(x, y) else 255 for y in range(symbol.side) for x in range(symbol.side)])
    code = modules.resize((symbol.side * dots, symbol.side * dots), Image.Resampling.NEAREST)
    room, around = arrangement.code, arrangement.code.width - symbol.side * dots / scale
    picture.paste(code, (round(at[0] + (room.x + around / 2) * scale), round(at[1] + (room.y + around / 2) * scale)))
    pen = ImageDraw.Draw(picture)

    def measured(text: str, face: Face, size: float) -> float:
        return sum(_font(run.file, round(size * scale)).getlength(run.text) for run in fonts.runs(text, face)) / scale

    for line in lines(arrangement, content, measured):
        x = at[0] + line.x * scale
        for run in fonts.runs(line.text, line.face):
            font = _font(run.file, round(line.size * scale))
            pen.text((x, at[1] + line.y * scale), run.text, fill=0, font=font, anchor="ls")
            x += font.getlength(run.text)


@lru_cache(maxsize=64)
def _font(file: str, dots: int) -> "FreeTypeFont":
    from PIL import ImageFont  # noqa: PLC0415 — see sheet

    return ImageFont.truetype(fonts.path(file), max(dots, 1), layout_engine=ImageFont.Layout.BASIC)
