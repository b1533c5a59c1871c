"""Labels: a tag as a QR code with the tag in readable groups beneath it, as SVG and PNG."""

import textwrap
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

from registry.assets import tags

Matrix = list[list[bool]]
QUIET: Final = 4  # modules of white around the code, as ISO/IEC 18004 asks
MODULE_MM: Final = 0.8
TEXT_ROWS: Final = 11  # modules beneath the quiet zone
NAME_SIZE: Final = 2.5
PNG_SCALE: Final = 8  # pixels a module


def matrix(base_url: str, tag: str) -> Matrix:
    """The modules of a label's QR code, quiet zone included; True is dark. Error correction M restores 15 %."""
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415 — 30 ms that no start of the server should pay
    from qrcode.main import QRCode  # noqa: PLC0415 — see above

    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(tags.address(base_url, tag))
    code.make(fit=True)
    modules: Matrix = code.get_matrix()
    return modules


def svg(base_url: str, tag: str, name: str) -> str:
    """A label at true size (a module is 0.8 mm), with the tag and the name as text."""
    modules = matrix(base_url, tag)
    width, height = len(modules), len(modules) + TEXT_ROWS
    heading = escape(tags.grouped(tag))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t d" viewBox="0 0 {width} {height}" '
        f'width="{width * MODULE_MM:g}mm" height="{height * MODULE_MM:g}mm">'
        f'<title id="t">{heading}</title><desc id="d">{escape(name)}</desc>'
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/>'
        f'<path shape-rendering="crispEdges" d="{_path(modules)}"/>'
        f'<g text-anchor="middle" font-family="\'Be Vietnam Pro\',\'DejaVu Sans\',sans-serif" font-size="{NAME_SIZE}">'
        f'<text x="{width / 2:g}" y="{width + 3}" font-family="monospace" font-weight="700" font-size="4">'
        f"{heading}</text>{_name_lines(name, width)}</g></svg>\n"
    )


def png(base_url: str, tag: str) -> bytes:
    """A label as a one-bit image of 8 pixels a module, the tag beneath the code. Names are left to SVG."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 — 70 ms that no start of the server should pay

    modules = matrix(base_url, tag)
    side = len(modules)
    code = Image.new("1", (side, side), 1)
    code.putdata([0 if dark else 1 for row in modules for dark in row])
    label = Image.new("1", (side * PNG_SCALE, (side + TEXT_ROWS // 2) * PNG_SCALE), 1)
    label.paste(code.resize((side * PNG_SCALE, side * PNG_SCALE), Image.Resampling.NEAREST), (0, 0))
    text, width = tags.grouped(tag), side * PNG_SCALE
    wide = ImageFont.load_default(4 * PNG_SCALE).getlength(text)
    font = ImageFont.load_default(4 * PNG_SCALE * min(1, (width - 4 * PNG_SCALE) / wide))
    ImageDraw.Draw(label).text((width / 2, (side + 2) * PNG_SCALE), text, fill=0, anchor="mm", font=font)
    written = BytesIO()
    label.save(written, "PNG", optimize=True)
    return written.getvalue()


def _path(modules: Matrix) -> str:
    """One stroke a run of dark modules."""
    steps: list[str] = []
    for y, row in enumerate(modules):
        x = 0
        while x < len(row):
            run = 0
            while x + run < len(row) and row[x + run]:
                run += 1
            if run:
                steps.append(f"M{x} {y}h{run}v1h-{run}z")
            x += run or 1
    return "".join(steps)


def _name_lines(name: str, width: int) -> str:
    """A name on at most two lines that fit: letters are about 0.6 of their size wide."""
    lines = textwrap.wrap(name, int((width - 2) / (0.6 * NAME_SIZE)), max_lines=2, placeholder="…")
    top = width + 6.4
    return "".join(
        f'<text x="{width / 2:g}" y="{top + place * 1.3 * NAME_SIZE:g}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
