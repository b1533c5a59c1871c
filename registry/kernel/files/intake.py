"""A file on its way in: what it is, whether it may be kept, and for a picture what is kept instead."""

import hashlib
from typing import NamedTuple

from registry.kernel.files import kinds, pictures
from registry.kernel.files.rules import clean_name


class Incoming(NamedTuple):
    """Bytes that may be kept, under the name they are handed out by; sizes of pictures in pixels."""

    content: bytes
    media_type: str
    name: str
    width: int | None = None
    height: int | None = None
    thumbnail: bytes | None = None

    @property
    def sha256(self) -> str:
        """By what the bytes are found again."""
        return hashlib.sha256(self.content).hexdigest()


def incoming(content: bytes, name: str | None, *, only_photos: bool = False) -> Incoming:
    """Judge a file by its content. Raises Invalid, naming what it is and the remedy."""
    if only_photos:
        kinds.check_photo(content)
    media_type = kinds.media_type(content, name)
    if not media_type.startswith("image/"):
        return Incoming(content=content, media_type=media_type, name=clean_name(name, media_type))
    picture = pictures.drawn(content)
    return Incoming(
        content=picture.content,
        media_type=picture.media_type,
        name=clean_name(name, picture.media_type),
        width=picture.width,
        height=picture.height,
        thumbnail=picture.thumbnail,
    )
