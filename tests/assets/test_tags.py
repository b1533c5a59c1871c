"""A tag is forgiven what eyes and fingers do, and never mistaken for another."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.assets import tags
from registry.assets.tags import ALPHABET, LENGTH, MistypedTag, check_character, grouped, parse

BODIES = st.text(ALPHABET, min_size=10, max_size=10)
TAGS = BODIES.map(lambda body: body + check_character(body))
BASE = "HTTPS://REGISTRY.EXAMPLE.VN"


def is_accepted(text: str) -> bool:
    try:
        parse(text)
    except MistypedTag:
        return False
    return True


class TestEveryMistakeOfOneCharacterOrOneSwap:
    @given(TAGS)
    def test_one_wrong_character_is_caught_wherever_it_stands(self, tag):
        for place in range(LENGTH):
            accepted = {letter for letter in ALPHABET if is_accepted(tag[:place] + letter + tag[place + 1 :])}
            assert accepted == {tag[place]}

    @given(TAGS)
    def test_two_swapped_characters_are_caught_however_far_apart(self, tag):
        for left, right in combinations(range(LENGTH), 2):
            letters = list(tag)
            letters[left], letters[right] = letters[right], letters[left]
            assert is_accepted("".join(letters)) == (tag[left] == tag[right])

    @given(TAGS)
    def test_a_missing_or_an_added_character_is_caught(self, tag):
        for place in range(LENGTH):
            assert not is_accepted(tag[:place] + tag[place + 1 :])
            assert not is_accepted(tag[:place] + "7" + tag[place:])


class TestWhatPeopleTypeIsForgiven:
    @given(TAGS)
    def test_case_groups_and_look_alikes(self, tag):
        swapped = tag.translate(str.maketrans({"0": "o", "1": "l"}))
        for typed in (tag, tag.lower(), grouped(tag), f"  {' '.join(tag)}\n", grouped(swapped), tag.replace("1", "I")):
            assert parse(typed) == tag

    @given(TAGS)
    def test_what_a_label_says(self, tag):
        said = tags.address(BASE, tag)
        for typed in (said, said.lower(), f"{said}/", f"{said}?lang=en", f"/s/{tag}", f"example.vn/s/{grouped(tag)}"):
            assert parse(typed) == tag

    @given(st.text(max_size=40))
    def test_anything_else_is_refused_as_mistyped_and_nothing_worse(self, text):
        if is_accepted(text):
            assert len(parse(text)) == LENGTH

    @pytest.mark.parametrize("text", ["", "\0", "\ud800", "U" * 11, "7" * 100_000, "1234567890Đ", "../../etc/passwd"])
    def test_these_are_refused(self, text):
        with pytest.raises(MistypedTag) as refused:
            parse(text)
        assert refused.value.status == 404
        assert refused.value.slug == "mistyped-tag"


def test_new_tags_are_right_and_differ():
    made = {tags.new() for _time in range(1000)}
    assert len(made) == 1000
    assert all(parse(tag) == tag for tag in made)


def test_the_check_character_uses_the_same_alphabet():
    assert {check_character(f"{place:010d}") for place in range(5000)} == set(ALPHABET)
