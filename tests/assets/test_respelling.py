"""What a search may have been meant as: units apart from numbers, syllables apart."""

import pytest

from registry.assets import tags
from registry.assets.lists.respelling import MOST, respelt


@pytest.mark.parametrize(
    ("typed", "among"),
    [
        ("bình chuẩn 20l", "bình chuẩn 20 l"),
        ("80t", "80 t"),
        ("cân oto", "cân o to"),
        ("Cân ôtô 80t", "Cân ô tô 80 t"),
        ("đồnghồnước", "đồng hồ nước"),
    ],
)
def test_what_people_write_together_is_parted(typed, among):
    assert among in respelt(typed)


@pytest.mark.parametrize("typed", ["", "cân", "đồng hồ nước", "S-00123", "xyz", "ﬁn"])
def test_what_is_spelt_well_or_is_no_word_stays(typed):
    assert respelt(typed) == []


def test_no_text_has_many_readings():
    assert len(respelt("toto " * 25)) <= MOST
    assert len(respelt("a" * 100)) <= MOST


def test_a_mistyped_tag_has_few_corrections_and_the_right_one_is_among_them():
    right = "7KQ2M3XA9RP"[:10] + tags.check_character("7KQ2M3XA9R")
    wrong = "8" + right[1:]
    swapped = right[1] + right[0] + right[2:]
    for typed in (wrong, swapped, tags.grouped(wrong).lower()):
        found = tags.corrections(typed)
        assert right in found
        assert all(tags.parse(tag) == tag for tag in found)
        assert len(found) < 80
    assert tags.corrections("cân") == []
