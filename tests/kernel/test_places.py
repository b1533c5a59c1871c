"""The line of every place of a JSON text."""

import json

from hypothesis import given
from hypothesis import strategies as st

from registry.kernel import places

TEXT = """{
  "a": 1,
  "b": [
    {"c": "x, \\"y\\": {z}", "d": []},
    [true,
     null]
  ],
  "e": {}
}"""


def test_each_place_has_its_line():
    assert places.lines(TEXT) == {
        "": 1, "a": 2, "b": 3, "b.0": 4, "b.0.c": 4, "b.0.d": 4, "b.1": 5, "b.1.0": 5, "b.1.1": 6, "e": 8,
    }  # fmt: skip


def test_what_is_missing_is_reported_at_what_surrounds_it():
    known = places.lines(TEXT)
    assert places.line_of("b.0.missing.too", known) == 4
    assert places.line_of("nowhere", known) == 1


def test_a_name_that_stands_again_in_its_own_object_is_found():
    text = '{"a": {"x": 1},\n "a.x": 0,\n "b": [{"x": 1}, {"x": 2,\n "x": 3}],\n "a": {"x": 1}}'
    assert places.repeated(text) == [("b.1.x", 4), ("a", 5)]


def test_where_a_text_gets_too_deep():
    assert places.too_deep('{"[[[": [\n1, []]}', 2) == 2
    assert places.too_deep('{"[[[": [\n1, []]}', 3) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.from_regex("[a-z]{1,3}", fullmatch=True), inner),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 1]))
def test_every_place_of_any_value_is_found(value, indent):
    found = places.lines(json.dumps(value, indent=indent))
    assert set(found) == set(_places(value, ""))


def _places(value, at):
    yield at
    inner = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for step, one in inner:
        yield from _places(one, f"{at}.{step}" if at else str(step))
