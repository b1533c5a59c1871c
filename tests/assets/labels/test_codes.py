"""Codes made by adding bits are those an encoder makes, and are read back."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.main import QRCode

from registry.assets import tags
from registry.assets.labels import codes

BASES = (
    "https://registry.example.vn",  # the tag begins a pair of letters
    "https://registry.examples.vn",  # the tag begins within a pair
    "http://127.0.0.1:8000",
    "https://do-luong.example.vn/so_dang_ky",  # an underscore is no letter of alphanumeric mode
)
any_tag = st.text(tags.ALPHABET, min_size=tags.RANDOM_LENGTH, max_size=tags.RANDOM_LENGTH).map(
    lambda body: body + tags.check_character(body)
)


def picture(symbol: codes.Symbol, quiet: int) -> Image.Image:
    drawn = Image.new("1", (symbol.side + 2 * quiet, symbol.side + 2 * quiet), 1)
    for x in range(symbol.side):
        for y in range(symbol.side):
            drawn.putpixel((x + quiet, y + quiet), 0 if symbol.is_dark(x, y) else 255)
    return drawn.resize((drawn.width * 4, drawn.height * 4), Image.Resampling.NEAREST)


def encoded(text: str, level: int, like: codes.QrCodes) -> list[list[bool]]:
    code = QRCode(error_correction=level, border=0, version=(like.side - 17) // 4, mask_pattern=like._mask)  # noqa: SLF001
    code.add_data(text, optimize=0)
    code.make(fit=False)
    return code.get_matrix()


@pytest.mark.parametrize("level", [ERROR_CORRECT_M, ERROR_CORRECT_L])
@pytest.mark.parametrize("base", BASES)
@settings(max_examples=25)
@given(tag=any_tag)
def test_a_symbol_is_the_one_an_encoder_makes(base, level, tag):
    made = codes.qr(base, level)
    symbol, wanted = made.symbol(tag), encoded(tags.address(base, tag), level, made)
    assert [[symbol.is_dark(x, y) for x in range(symbol.side)] for y in range(symbol.side)] == wanted


@pytest.mark.parametrize("base", BASES)
def test_a_symbol_is_read_as_the_address_of_its_tag(base):
    tag = tags.new()
    (found,) = zxingcpp.read_barcodes(picture(codes.qr(base, ERROR_CORRECT_M).symbol(tag), 4))
    assert found.text == tags.address(base, tag)


@pytest.mark.parametrize("base", [None, *BASES])
@settings(max_examples=40)
@given(tag=any_tag)
def test_a_data_matrix_says_the_tag_and_is_never_larger_than_promised(base, tag):
    made = codes.data_matrix(base)
    symbol = made.symbol(tag)
    assert symbol.side <= made.side
    (found,) = zxingcpp.read_barcodes(picture(symbol, 2))
    assert (found.format, tags.parse(found.text)) == (zxingcpp.BarcodeFormat.DataMatrix, tag)
