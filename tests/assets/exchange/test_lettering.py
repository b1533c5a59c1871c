"""Encodings of text tables, and what is refused because it would make nonsense."""

import pytest

from registry.kernel.errors import Invalid
from registry.sheets.lettering import encoding
from tests.make import sheets as make

LINES = [
    make.HEADINGS,
    *(make.row(number, name="Đồng hồ nước lạnh", location="Phòng thử nghiệm") for number in range(9)),
]
UTF_8 = make.text(*LINES, encoding="utf-8")
pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def database() -> str:
    """Files are read without one; what is read is stored on both elsewhere."""
    return "sqlite"


def refusal(content):
    with pytest.raises(Invalid) as refused:
        encoding(content)
    return " ".join(refused.value.errors["file"])


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("byte", [b"\xe9", b"\xff", b"\x80"])
def test_one_bad_byte_in_a_text_of_utf_8_is_refused_by_its_line(mark, byte):
    lines = (mark + UTF_8).split(b"\n")
    lines[4] = byte + lines[4]
    assert "Line 5" in refusal(b"\n".join(lines))


def test_a_letter_cut_off_at_the_end_is_refused_by_its_line():
    assert f"Line {len(LINES) + 1}" in refusal(UTF_8 + "đ".encode()[:1])


@pytest.mark.parametrize("size", [1 << 20, (1 << 20) + 1])
def test_a_bad_byte_far_away_is_found(size):
    start = "đ".encode() * (size // 2)
    assert "Line 2" in refusal(start + b"\n" + b"a" * 10 + b"\xff")


def test_vietnamese_windows_is_read():
    said = "Tên,Vị trí\nĐồng hồ,Phòng “thử” số 5 ± 1 °C\n"
    written = said.replace("ị", "i\u0323").replace("ồ", "ô\u0300").replace("ử", "ư\u0309").replace("ò", "o\u0300")
    assert encoding(written.replace("ố", "ô\u0301").encode("cp1258")) == "cp1258"


def test_old_fonts_and_other_languages_are_not_taken_for_vietnamese():
    assert "Line 1" in refusal(bytes.fromhex("54aa6e2cA7a56e672068e52c566db86bb5b7") + b"\n")
    assert "Line 1" in refusal("Ærø,Ñandú,Ørsted,ßß\n".encode("cp1252"))


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_that_lost_a_byte_is_refused(name):
    assert "middle of a letter" in refusal(make.text(*LINES, encoding=name)[:-1])


def test_utf_16_with_half_a_pair_is_refused():
    assert "cannot be read" in refusal(make.text(*LINES, encoding="utf-16-le") + b"\x00\xd8")
