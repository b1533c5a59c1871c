"""Labels for thermal printers that speak ZPL II: each is a picture, so that no letter needs the printer's fonts."""

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Final

from registry.assets.labels.layout import Arrangement, Content
from registry.assets.labels.media import Medium
from registry.assets.labels.raster import label

if TYPE_CHECKING:
    from PIL.Image import Image

ONES: Final = "GHIJKLMNOPQRSTUVWXY"  # 1 to 19
TWENTIES: Final = "ghijklmnopqrstuvwxyz"  # 20 to 400
LONGEST: Final = 400 + len(ONES)


def document(medium: Medium, arrangement: Arrangement, contents: Iterable[Content]) -> bytes:
    """One format (^XA … ^XZ) a label, at the medium's resolution."""
    return "".join(_format(label(medium, arrangement, content, medium.dpi)) for content in contents).encode("ascii")


def _format(picture: "Image") -> str:
    dots = picture.point(lambda level: 0 if level else 255).tobytes()  # a set bit is black
    across = -(-picture.width // 8)
    rows = [dots[start : start + across].hex().upper() for start in range(0, len(dots), across)]
    field = f"^GFA,{len(dots)},{len(dots)},{across},{packed(rows)}"
    return f"^XA^PW{picture.width}^LL{picture.height}^LH0,0^FO0,0{field}^FS^XZ\n"


def packed(rows: Iterable[str]) -> str:
    """Rows of hexadecimal digits in ZPL's own compression: runs counted, empty ends left out, repeated rows marked."""
    written: list[str] = []
    before = None
    for row in rows:
        written.append(":" if row == before else _packed(row))
        before = row
    return "".join(written)


def _packed(row: str) -> str:
    plain = row.rstrip("0")
    body = "".join(_run(digit, len(list(run))) for digit, run in groupby(plain))
    return body + "," if len(plain) < len(row) else body


def _run(digit: str, count: int) -> str:
    written = ""
    while count > LONGEST:
        written += TWENTIES[-1] + ONES[-1] + digit
        count -= LONGEST
    twenties, ones = divmod(count, 20)
    if count == 1:
        return written + digit
    return written + (TWENTIES[twenties - 1] if twenties else "") + (ONES[ones - 1] if ones else "") + digit
