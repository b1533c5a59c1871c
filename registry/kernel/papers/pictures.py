"""Pictures of documents: the right way up, no larger than print needs, nothing left in them but what is seen."""

from functools import lru_cache
from io import BytesIO
from typing import Final, NamedTuple

from registry.kernel.papers.flow import BOTTOM, MM, PAGE, TOP, text_width
from registry.kernel.papers.paper import Picture

SIDE: Final = 1400  # pixels, 200 a inch over the whole width
TALLEST: Final = (PAGE[1] - TOP - BOTTOM) * 0.6
QUALITY: Final = 82


class Drawn(NamedTuple):
    """`width` and `height` in points, as it is printed."""

    content: bytes
    suffix: str
    width: float
    height: float


@lru_cache(maxsize=4)
def drawn(picture: Picture) -> Drawn:
    """A picture as it is printed; raises OSError where the bytes are none."""
    from PIL import Image, ImageOps  # noqa: PLC0415 — 60 ms that no start of the server should pay

    with Image.open(BytesIO(picture.content), formats=("JPEG", "PNG", "WEBP")) as given:
        given.draft("RGB", (SIDE, SIDE))
        made = ImageOps.exif_transpose(given)
        clear = made.has_transparency_data
        made = made.convert("RGBA" if clear else "RGB")
    made.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    made.info.clear()
    stream = BytesIO()
    if clear:
        made.save(stream, "PNG")
    else:
        made.save(stream, "JPEG", quality=QUALITY)
    width = min(picture.width * MM, text_width(landscape=False))
    height = width * made.height / made.width
    if height > TALLEST:
        width, height = width * TALLEST / height, TALLEST
    return Drawn(stream.getvalue(), "png" if clear else "jpeg", width, height)
