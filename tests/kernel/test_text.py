"""Text: what people type finds what is stored, whatever accents, strokes and wildcards are in it."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select

from registry.kernel.text import digits, fold, is_printable, like_pattern, search_text

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đồng hồ nước", "dong ho nuoc"),
        ("ĐĂK LẮK", "dak lak"),
        ("  Cân \t bàn\n100 kg ", "can ban 100 kg"),
        (unicodedata.normalize("NFD", "Đường Nguyễn Huệ"), "duong nguyen hue"),
        ("Straße ØRE Łódź", "strasse ore lodz"),
        ("İzmir", "izmir"),
        ("ΑΝΤΩΝΗΣ", fold("αντωνης")),
        ("\u0301", ""),
        ("\u00d0ồng", "dong"),
        ("\ufeffđồng\u200b hồ\u00ad nư\u2060ớc", "dong ho nuoc"),
        ("", ""),
    ],
)
def test_folding_leaves_plain_small_letters(typed, folded):
    assert fold(typed) == folded


@given(st.text(VIETNAMESE + VIETNAMESE.upper() + " 0123456789-_%"))
def test_composed_and_decomposed_text_fold_alike_and_once_is_enough(text):
    folded = fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == folded
    assert fold(folded) == folded
    assert folded.isascii()


def test_search_text_leaves_out_what_is_missing():
    assert search_text("TN", None, "", "Tỉnh Thái Nguyên") == "tn tinh thai nguyen"


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("typed", "stored", "found"),
    [
        ("50%", "Dung sai 50% tải", True),
        ("50%", "Dung sai 50 tải", False),
        ("%", "abc", False),
        ("a_c", "abc", False),
        ("a_c", "A_C", True),
        ("c:\\x", "C:\\X", True),
        ("\\", "abc", False),
        ("\\%", "100%", False),
        ("ĐỒNG", "đồng hồ", True),
        ("", "anything", True),
    ],
)
def test_a_pattern_finds_what_was_typed_and_no_wildcard_does(session, typed, stored, found):
    matches = literal(fold(stored)).like(like_pattern(typed), escape="\\")
    assert session.scalar(select(matches)) == found


@pytest.mark.parametrize("text", ["a\0b", "\x1b[31m", "half \ud800", "\x7f", "\x85"])
def test_what_cannot_be_stored_or_shown_is_not_printable(text):
    assert not is_printable(text)


@pytest.mark.parametrize("text", ["", "một\nhai\r\n\tba", "𝄞 😀", "\N{NO-BREAK SPACE}", "e\u0301"])
def test_letters_of_every_script_and_line_ends_are_printable(text):
    assert is_printable(text)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("0.0000001", "0.0000001"),
        ("0.10", "0.10"),
        ("1E+5", "1E+5"),
        ("-0", "-0"),
        ("12345678901234567890.5", "12345678901234567890.5"),
    ],
)
def test_a_decimal_keeps_its_digits(said, kept):
    assert digits(Decimal(said)) == kept
