"""Pictures are drawn anew before they are kept: nothing stays of them but what is seen, no place, no script."""

from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

from registry.kernel.errors import Invalid
from registry.kernel.files.rules import FIELD
from registry.kernel.i18n import _

if TYPE_CHECKING:
    from PIL import Image

FORMATS: Final = ("JPEG", "PNG", "WEBP")
MOST_PIXELS: Final = {"JPEG": 50_000_000}  # read at a fraction of their size; the others in full, at 4 bytes a pixel
MOST_UNSHRUNK: Final = 25_000_000
MOST_SIDE: Final = 20_000
SIDE: Final = 2560
THUMBNAIL_SIDE: Final = 320
DEPTH: Final = {"I;16": 256, "I;16B": 256, "I;16L": 256, "I;16N": 256, "I": 256}
HAS_ALPHA: Final = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})
FAULTS: Final = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError, MemoryError)


class Picture(NamedTuple):
    """A picture as it is kept, at most SIDE pixels wide and high, and a small one of at most THUMBNAIL_SIDE."""

    content: bytes
    media_type: str
    width: int
    height: int
    thumbnail: bytes


def drawn(content: bytes) -> Picture:
    """A picture the right way up, in sRGB, without anything that was written into it: JPEG, or PNG where it is clear.

    Raises Invalid when it cannot be read to its end or has too many pixels.
    """
    made = opened(content, SIDE)
    kept, media_type = written(made)
    return Picture(kept, media_type, *made.size, thumbnail_of(made))


def opened(content: bytes, side: int) -> "Image.Image":
    """A picture as `drawn` says, at most `side` pixels wide and high, before it is written; raises as that does."""
    from PIL import Image  # noqa: PLC0415 — 60 ms that no start of the server should pay

    try:
        with Image.open(BytesIO(content), formats=FORMATS) as given:
            _check_size(given)
            given.draft("RGB", (side, side))
            made = _plain(given)
        made.thumbnail((side, side), Image.Resampling.LANCZOS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many() from error
    except FAULTS as error:
        text = _("This picture cannot be read to its end; take it again, or save it as JPEG and send that.")
        raise Invalid({FIELD: [text]}) from error
    return made


def thumbnail(content: bytes) -> bytes:
    """The small picture of one that is kept."""
    from PIL import Image  # noqa: PLC0415 — see opened

    with Image.open(BytesIO(content), formats=FORMATS) as kept:
        kept.load()
        return thumbnail_of(kept)


def thumbnail_of(picture: "Image.Image") -> bytes:
    """A small WebP of a picture in RGB or RGBA."""
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    stream = BytesIO()
    small.save(stream, "WEBP", quality=78, method=4)
    return stream.getvalue()


def _check_size(given: "Image.Image") -> None:
    most = MOST_PIXELS.get(given.format or "", MOST_UNSHRUNK)
    if given.info.get("progressive"):  # all its coefficients are in memory at once
        most = MOST_UNSHRUNK
    if given.width * given.height > most or max(given.size) > MOST_SIDE:
        raise _too_many()


def _plain(given: "Image.Image") -> "Image.Image":
    """The picture in eight-bit RGB or RGBA, turned as its camera was held."""
    from PIL import ImageOps  # noqa: PLC0415 — see opened

    profile = given.info.get("icc_profile")
    picture = ImageOps.exif_transpose(given)
    if picture.mode in DEPTH:
        scale = DEPTH[picture.mode]
        picture = picture.convert("I").point(lambda value: value * (1 / scale)).convert("L")
    clear = picture.mode in HAS_ALPHA or "transparency" in picture.info
    picture = _in_srgb(picture, profile) if profile and picture.mode in {"RGB", "CMYK"} else picture
    picture = picture.convert("RGBA" if clear else "RGB")
    if clear and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    picture.info = {}
    return picture


def _in_srgb(picture: "Image.Image", profile: bytes) -> "Image.Image":
    """The same colours without the profile they came with; phones write Display P3."""
    from PIL import ImageCms  # noqa: PLC0415 — see opened

    with suppress(ImageCms.PyCMSError, *FAULTS):
        srgb = ImageCms.createProfile("sRGB")
        shown = ImageCms.profileToProfile(picture, BytesIO(profile), srgb, outputMode="RGB")
        return shown or picture
    return picture


def written(picture: "Image.Image") -> tuple[bytes, str]:
    """A picture as it is kept, and its media type."""
    stream = BytesIO()
    if picture.mode == "RGBA":
        picture.save(stream, "PNG")
        return stream.getvalue(), "image/png"
    picture.save(stream, "JPEG", quality=85, optimize=True)
    return stream.getvalue(), "image/jpeg"


def _too_many() -> Invalid:
    text = _(
        "This picture has too many pixels; send a photo of at most %(most)s million.",
        most=MOST_UNSHRUNK // 1_000_000,
    )
    return Invalid({FIELD: [text]})
