"""Photos of labels are read; what is no photo, or a trap, is refused in words."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from registry.assets import photo, tags
from registry.assets.labels import single as labels
from registry.kernel.errors import Invalid

BASE = "https://registry.example.vn"
TAG = "7KQ2M3XA9R" + tags.check_character("7KQ2M3XA9R")
SAID = tags.address(BASE, TAG)


def written(picture: Image.Image, kind: str = "JPEG") -> bytes:
    stream = BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


def shot(side: tuple[int, int] = (4000, 3000), *, label: int = 900, turn: float = 0) -> Image.Image:
    """A picture as a phone takes it: the label small, off centre, turned and not quite white."""
    scene = Image.new("RGB", side, (168, 150, 140))
    sticker = (
        Image.open(BytesIO(labels.png(BASE, TAG)))
        .convert("RGB")
        .resize((label, label))
        .rotate(turn, expand=True, fillcolor=(168, 150, 140))
    )
    scene.paste(sticker, (side[0] // 3, side[1] // 4))
    return scene


@pytest.mark.parametrize("turn", [0, 17, 90, 200])
def test_a_phone_photo_is_read_whichever_way_up(turn):
    assert photo.texts(written(shot(turn=turn))) == [SAID]


def test_a_small_label_in_a_large_photo_is_found_at_full_size():
    assert photo.texts(written(shot(label=190))) == [SAID]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP"])
def test_other_pictures_are_read_too(kind):
    assert photo.texts(written(shot((1200, 900), label=400), kind)) == [SAID]


def test_a_picture_without_a_code_says_nothing():
    assert photo.texts(written(Image.new("L", (300, 200), 200))) == []


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"<svg onload='alert(1)'/>", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(Invalid) as refused:
        photo.texts(content)
    assert list(refused.value.errors or {}) == ["photo"]


@pytest.mark.parametrize("side", [(8000, 7000), (20_000, 5000), (60_000, 60_000)])
def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked(side):
    head = struct.pack(">IIBBBBB", *side, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    packed = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    ]
    with pytest.raises(Invalid, match="16"):
        photo.texts(b"\x89PNG\r\n\x1a\n" + b"".join(packed))


def test_a_file_that_is_too_long_is_refused():
    with pytest.raises(Invalid, match="15"):
        photo.texts(bytes(photo.MAX_BYTES + 1))


PICTURES = [written(shot((300, 300), label=200), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP")]


@given(st.sampled_from(PICTURES), st.integers(0, 400), st.binary(max_size=12), st.integers(0, 3000))
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(picture, place, damage, cut):
    damaged = picture[:place] + damage + picture[place + len(damage) : max(1, len(picture) - cut)]
    with suppress(Invalid):
        photo.texts(damaged)
