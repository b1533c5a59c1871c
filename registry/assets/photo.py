"""Photos of labels: the texts of the codes on an uploaded picture."""

from io import BytesIO
from typing import TYPE_CHECKING, Final

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS: Final = 50_000_000
MAX_UNSHRUNK: Final = 16_000_000  # other formats than JPEG are read in full, at 4 bytes a pixel
MAX_SIDE: Final = 20_000
MAX_BYTES: Final = 15_000_000
QUICK_SIDE: Final = 1000
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


def texts(content: bytes, field: str = "photo") -> list[str]:
    """What the QR and Data Matrix codes on a picture say, in reading order; empty when there is none.

    A JPEG is first read at a fraction of its size (about ten times faster) and again in full when nothing is found.
    Which way up it is does not matter to such a code. Raises Invalid on `field` when it is no picture or too big a one.
    """
    import zxingcpp  # noqa: PLC0415 — 80 ms that no start of the server should pay

    if len(content) > MAX_BYTES:
        raise Invalid(
            {field: [_("This file is larger than %(most)s MB; send a smaller photo.", most=MAX_BYTES // 1_000_000)]}
        )
    kind = zxingcpp.BarcodeFormats((zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix))
    for side in (QUICK_SIDE, None):
        found = [code.text for code in zxingcpp.read_barcodes(_grey(content, side, field), kind)]
        if found:
            return found
    return []


def _grey(content: bytes, side: int | None, field: str) -> "Image.Image":
    """The picture in shades of grey, a JPEG no larger than needed to be at least `side` pixels."""
    from PIL import Image  # noqa: PLC0415 — see texts

    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            most = MAX_PIXELS if picture.format == "JPEG" else MAX_UNSHRUNK
            if picture.width * picture.height > most or max(picture.size) > MAX_SIDE:
                raise _too_many_pixels(field)
            if side is not None:
                picture.draft("L", (side, side))
            return picture.convert("L")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(field) from error
    except (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError, MemoryError) as error:
        raise Invalid(
            {field: [_("This is not a picture that can be read; send a JPEG, PNG or WebP photo.")]}
        ) from error


def _too_many_pixels(field: str) -> Invalid:
    most = MAX_UNSHRUNK // 1_000_000
    return Invalid(
        {field: [_("This picture is too large; send a photo of at most %(most)s million pixels.", most=most)]}
    )
