"""Pictures are drawn anew: nothing hidden stays, they stand upright, and a trap is refused before it is unpacked."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from registry.kernel.errors import Invalid
from registry.kernel.files import pictures
from tests.make import files as make

RED, BLUE = (200, 30, 30), (30, 30, 200)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def near(one, other, most=12):
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


def test_nothing_a_phone_wrote_beside_the_picture_stays():
    given_ = make.photo() + b"<script>alert(2)</script>"
    assert opened(given_).getexif().get_ifd(make.GPS_IFD)
    kept = pictures.drawn(given_)
    picture = opened(kept.content)
    assert (kept.media_type, picture.format, dict(picture.getexif())) == ("image/jpeg", "JPEG", {})
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for part in (kept.content, kept.thumbnail):
        assert b"script" not in part
        assert b"Exif" not in part


@pytest.mark.parametrize(("orientation", "turned"), [(1, False), (3, False), (6, True), (8, True)])
def test_it_stands_as_the_phone_was_held(orientation, turned):
    kept = pictures.drawn(make.photo((640, 480), orientation=orientation))
    assert ((kept.width, kept.height) == (480, 640)) is turned
    first = opened(kept.content).convert("RGB").getpixel((5, 5))
    assert near(first, {1: RED, 3: BLUE, 6: RED, 8: BLUE}[orientation])
    assert opened(kept.thumbnail).size == ((240, 320) if turned else (320, 240))


def test_it_is_made_no_larger_than_needed():
    kept = pictures.drawn(make.written(make.scene((5000, 3000))))
    assert (kept.width, kept.height) == opened(kept.content).size == (2560, 1536)
    assert opened(kept.thumbnail).format == "WEBP"


def test_a_small_one_stays_small():
    kept = pictures.drawn(make.written(make.scene((20, 10)), "WEBP"))
    assert (kept.width, kept.height, kept.media_type) == (20, 10, "image/jpeg")


@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        (make.scene(mode="CMYK"), "JPEG"),
        (make.scene(mode="L"), "JPEG"),
        (make.scene(mode="P"), "PNG"),
        (make.scene(mode="1"), "PNG"),
        (make.scene(mode="LA"), "PNG"),
        (make.scene(mode="RGBA"), "PNG"),
        (make.scene(mode="RGBA"), "WEBP"),
    ],
)
def test_every_way_of_colour_becomes_a_plain_jpeg_when_it_is_opaque(picture, kind):
    kept = pictures.drawn(make.written(picture, kind))
    assert (kept.media_type, opened(kept.content).mode) == ("image/jpeg", "RGB")


def test_sixteen_bits_of_grey_keep_their_light():
    deep = Image.new("I;16", (40, 40), 0x8000)
    assert near(opened(pictures.drawn(make.written(deep, "PNG")).content).getpixel((9, 9)), (128, 128, 128))


def test_what_is_clear_stays_clear():
    clear = make.scene(mode="RGBA")
    clear.putalpha(90)
    kept = pictures.drawn(make.written(clear, "PNG"))
    assert (kept.media_type, opened(kept.content).mode) == ("image/png", "RGBA")
    palette = make.scene(mode="P")
    assert pictures.drawn(make.written(palette, "PNG", transparency=palette.getpixel((0, 0)))).media_type == "image/png"


def test_a_colour_profile_is_applied_and_left_out():
    lab_like = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = pictures.drawn(make.written(make.scene(), icc_profile=lab_like))
    assert "icc_profile" not in opened(kept.content).info
    assert near(opened(kept.content).getpixel((5, 5)), RED)
    damaged = pictures.drawn(make.written(make.scene(), icc_profile=b"no profile at all"))
    assert near(opened(damaged.content).getpixel((5, 5)), RED)


def test_of_a_moving_picture_the_first_is_kept():
    moving = make.written(make.scene(), "PNG", save_all=True, append_images=[make.scene().rotate(180)])
    assert near(opened(pictures.drawn(moving).content).getpixel((5, 5)), RED)


@pytest.mark.parametrize("side", [(10_000, 10_000), (60_000, 60_000), (20_001, 10), (6000, 5000)])
def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked(side):
    with pytest.raises(Invalid, match="25 million"):
        pictures.drawn(make.bomb(side))


def test_half_a_picture_is_refused():
    whole = make.photo()
    with pytest.raises(Invalid, match="to its end"):
        pictures.drawn(whole[: len(whole) // 2])
    with pytest.raises(Invalid, match="to its end"):
        pictures.drawn(b"\xff\xd8\xff")


WHOLE = [make.written(make.scene((90, 60)), kind) for kind in ("JPEG", "PNG", "WEBP")]


@given(st.sampled_from(WHOLE), st.integers(0, 300), st.binary(max_size=9), st.integers(0, 300))
def test_a_damaged_picture_is_drawn_or_refused_and_nothing_else(picture, place, damage, cut):
    damaged = picture[:place] + damage + picture[place + len(damage) : max(1, len(picture) - cut)]
    with suppress(Invalid):
        pictures.drawn(damaged)
