"""Pictures of documents: the right way up, no larger than print needs, nothing left in them but what is seen."""

from functools import lru_cache
from typing import Final, NamedTuple

from registry.kernel.files.pictures import opened, written
from registry.kernel.papers.flow import BOTTOM, MM, PAGE, TOP, text_width
from registry.kernel.papers.paper import Picture

SIDE: Final = 1400  # pixels, 200 an inch over the whole width
COARSEST: Final = 96 / 72  # pixels a point: a small picture is not blown up
TALLEST: Final = (PAGE[1] - TOP - BOTTOM) * 0.6


class Drawn(NamedTuple):
    """`width` and `height` in points, as it is printed."""

    content: bytes
    suffix: str
    width: float
    height: float


@lru_cache(maxsize=4)
def drawn(picture: Picture) -> Drawn:
    """A picture as it is printed; raises Invalid where the bytes are none."""
    made = opened(picture.content, SIDE)
    content, media_type = written(made)
    width = min(picture.width * MM, text_width(landscape=False), made.width / COARSEST)
    height = width * made.height / made.width
    if height > TALLEST:
        width, height = width * TALLEST / height, TALLEST
    return Drawn(content, media_type.removeprefix("image/"), width, height)
