"""Fields: exact values stay as they were said, and what is refused is named with its value and the remedy."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields, validate

from registry.kernel.errors import flat_messages
from registry.kernel.i18n import speaking
from registry.kernel.schema import (
    ByKey,
    Choice,
    Code,
    Day,
    Exact,
    Flag,
    ListQuery,
    Schema,
    Text,
    Whole,
    paged,
    unsigned,
)
from registry.kernel.text import SHOWN, shown


class Shape(StrEnum):
    ROUND = "round"
    SQUARE = "square"


class Point(Schema):
    unit = Text(10, required=True)
    value = Exact()


class Thing(Schema):
    text = Text(5)
    blank = Text(5, blank=True)
    code = Code()
    exact = Exact()
    positive = Exact(positive=True)
    day = Day()
    shape = Choice(Shape)
    whole = Whole(1, 5)
    flag = Flag()
    long = Text(500)
    long_or_blank = Text(500, blank=True)
    empty = Exact(allow_none=True)
    points = fields.List(fields.Nested(Point))


def loaded(name, value):
    return Thing().load({name: value})[name]


def refused(name, value):
    with pytest.raises(ValidationError) as caught:
        loaded(name, value)
    messages = flat_messages(caught.value.messages)
    assert list(messages) == [name]
    return " ".join(messages[name])


@pytest.mark.parametrize("said", ["a b", "a\nb", "a \r\n\t b", "\na\n\n\u2028b\n"])
def test_what_is_as_short_as_a_name_is_one_line(said):
    assert loaded("text", said) == "a b"
    assert loaded("long", said) == said.strip()


@pytest.mark.parametrize(("said", "spelt"), [(["1"], '["1"]'), (True, "true"), ({"a": None}, '{"a": null}')])
def test_what_is_no_text_is_shown_as_it_was_said(app, said, spelt):
    with app.app_context():
        assert spelt in refused("exact", said)


def test_what_is_no_list_is_refused_in_our_words(app):
    with app.app_context():
        assert refused("points", "x") == "Giá trị phải là một danh sách."


@pytest.mark.parametrize("said", ["0.10", "-0.0", "100.000", "007", "0.0000001", "0", "9" * 20 + "." + "9" * 20])
def test_an_exact_value_keeps_its_digits(said):
    value = loaded("exact", said)
    assert (value, str(value)) == (Decimal(said), str(Decimal(said)))
    assert value.as_tuple() == Decimal(said).as_tuple()
    assert Decimal(Thing().dump({"exact": value})["exact"]).as_tuple() == value.as_tuple()


@pytest.mark.parametrize(
    "said",
    [
        0.1,
        1,
        True,
        [],
        {},
        "",
        " ",
        "1,5",
        "NaN",
        "-nan",
        "sNaN",
        "Infinity",
        "-inf",
        "1e6",
        "1E-6",
        "1e100",
        "1e",
        "1_000",
        "0x10",
        ".5",
        "5.",
        "1.2.3",
        "١٢",
        "1\n2",
        "9" * 21,
        "0." + "9" * 21,
        "1" * 10_000,
        "½",
    ],
)
def test_a_value_that_is_no_exact_decimal_is_refused_and_shown(said):
    assert shown(said) in refused("exact", said)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_every_plain_decimal_comes_back_as_it_was_written(value):
    text = format(value, "f")
    assert str(loaded("exact", text)) == text


@pytest.mark.parametrize("said", ["0", "0.000", "-0", "-1", "-0.001"])
def test_a_value_that_must_be_positive_is_not_zero(said):
    assert said in refused("positive", said)
    assert loaded("positive", "0.001") == Decimal("0.001")


def test_nothing_is_nothing_only_where_it_may_be():
    assert loaded("empty", None) is None
    assert Thing().dump({"empty": None})["empty"] is None
    assert refused("exact", None)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("1900-01-01", date(1900, 1, 1)),
        ("2199-12-31", date(2199, 12, 31)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_a_day_is_read(said, day):
    assert loaded("day", said) == day


@pytest.mark.parametrize(
    "said",
    [
        "1899-12-31",
        "2200-01-01",
        "2023-02-29",
        "2026-00-01",
        "2026-13-01",
        "20260131",
        "2026-W05-6",
        "31-01-2026",
        "31/01/2026",
        "2026-1-31",
        "2026-01-31T00",
        "٢٠٢٦-٠١-٣١",
        "",
        20260131,
        None,
        True,
    ],
)
def test_what_is_no_day_of_our_time_is_refused(said):
    assert refused("day", said)


@pytest.mark.parametrize("said", ["Round", "ROUND", "", "oval", 1, None, ["round"], {"round": 1}])
def test_a_choice_is_one_of_its_values_as_spelt(said):
    message = refused("shape", said)
    if said is not None:
        assert "round, square" in message
    assert loaded("shape", "round") is Shape.ROUND


@pytest.mark.parametrize("said", ["a\0b", "\ud800", "a\x1bb", "", "   ", "\n\t", "123456", 5, None, ["a"]])
def test_text_that_cannot_be_kept_is_refused(said):
    assert refused("text", said)


class Secret(Schema):
    """Fields that make no text of ours of what they are told."""

    password = fields.String()
    anything = fields.Raw()
    within = fields.List(fields.Nested(Point))


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"password": "\ud800"}, "password"),
        ({"password": "a", "anything": {"b": [1, "\udfff"]}}, "anything.b.1"),
        ({"within": [{"unit": "kg"}, {"unit": "k\ud83dg"}]}, "within.1.unit"),
        ({"\ud800": 1}, "\ufffd"),
        ("\ud800", "body"),
    ],
)
def test_half_a_character_is_refused_where_it_stands(said, where):
    with pytest.raises(ValidationError) as refused:
        Secret().load(said)
    found = flat_messages(refused.value.messages)
    assert list(found) == [where]
    assert "half a character" in found[where][0]


def test_whole_characters_beyond_the_first_plane_are_text():
    assert Secret().load({"password": "🔑 ắ"}) == {"password": "🔑 ắ"}


def test_what_is_nested_as_deep_as_json_goes_is_looked_through():
    deep = "\ud800"
    for _level in range(5000):
        deep = [deep]
    with pytest.raises(ValidationError):
        Secret().load({"anything": deep})


class Plain(Schema):
    """Fields as marshmallow has them."""

    text = fields.String()
    whole = fields.Integer()
    flag = fields.Boolean()
    named = fields.Dict()
    few = fields.List(fields.String(), validate=validate.Length(1, 2))
    one = fields.String(validate=validate.OneOf(["a"]))
    versions = ByKey(keys=Text(4), values=Whole(0, 9))


@pytest.mark.parametrize(
    "said",
    [{"text": 1}, {"whole": "x"}, {"flag": "x"}, {"named": []}, {"few": []}, {"few": ["a"] * 3}, {"one": "b"}],
)
def test_what_marshmallow_says_is_said_in_vietnamese_too(app, said):
    texts = []
    for locale in ("en", "vi"):
        with app.app_context(), speaking(locale):
            with pytest.raises(ValidationError) as refused:
                Plain().load(said)
            texts.append(flat_messages(refused.value.messages))
    assert [list(text) for text in texts] == [list(said)] * 2
    assert texts[0] != texts[1]


def test_what_is_wrong_by_a_key_is_said_of_the_key():
    with pytest.raises(ValidationError) as refused:
        Plain().load({"versions": {"AB": 1, "CD": -1, "EFGHI": 1}})
    assert sorted(flat_messages(refused.value.messages)) == ["versions.CD", "versions.EFGHI"]


def test_text_is_trimmed_and_composed_before_it_is_measured():
    said = unicodedata.normalize("NFD", "  Đường  ")
    assert loaded("text", said) == "Đường"


@pytest.mark.parametrize("said", ["\u200bC\u00e2n\ufeff", "C\u200d\u00e2\u202en", "Ca\u00ad\u0302n"])
def test_letters_that_nobody_sees_are_left_out(said):
    assert loaded("text", said) == "C\u00e2n"
    for unseen in ("\u200b", "\u202e \ufeff"):
        assert refused("text", unseen)


def test_blank_text_may_be_said_where_it_may_be_blank():
    assert loaded("blank", "  ") == ""


@pytest.mark.parametrize("said", ["-a", ".", "..", "a b", "Đ", "a/b", "a\nb", "%2e", "a" * 65, "a?b"])
def test_what_may_not_stand_in_an_address_is_no_code(said):
    assert refused("code", said)


def test_a_code_is_trimmed():
    assert loaded("code", " UBND-TN_1.a\n") == "UBND-TN_1.a"


@pytest.mark.parametrize("said", [0, 6, 1.5, 6.0, "2", True, None, 10**30, float("inf"), float("nan")])
def test_a_whole_number_is_a_number_in_its_range(said):
    assert refused("whole", said)


def test_a_whole_number_may_be_written_with_a_point_as_json_allows():
    assert loaded("whole", 2.0) == 2


@pytest.mark.parametrize("said", [0, 1, 1.0, "true", "false", "on", "", [], None])
def test_a_flag_is_true_or_false_and_nothing_like_it(said):
    assert refused("flag", said)
    assert (loaded("flag", True), loaded("flag", False)) == (True, False)


def accepted(name, value):
    try:
        loaded(name, value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("name", ["long", "long_or_blank"])
@given(said=st.text(st.characters(codec="utf-8"), max_size=20) | st.text(" \t\n\x1c\x85\xa0\u2028a", max_size=5))
def test_the_documented_pattern_of_a_text_says_what_it_accepts(name, said):
    pattern = Thing().fields[name].metadata["pattern"]
    assert bool(re.search(pattern, said)) is accepted(name, said)


@given(st.dates())
def test_the_documented_pattern_of_a_day_says_what_it_accepts(day):
    pattern = Thing().fields["day"].metadata["pattern"]
    assert bool(re.search(pattern, day.isoformat())) is accepted("day", day.isoformat())


def test_a_decimal_that_is_never_negative_is_documented_without_a_minus():
    pattern = unsigned("An uncertainty.")["pattern"]
    assert re.search(pattern, "+0.10")
    assert not re.search(pattern, "-1")


@pytest.mark.parametrize(("said", "limit"), [("1", 1), ("200", 200), (" 7 ", 7)])
def test_a_limit_in_an_address_is_text(said, limit):
    assert ListQuery().load({"limit": said})["limit"] == limit


@pytest.mark.parametrize("said", ["0", "201", "-1", "1.0", "1e2", "", "9" * 5000, "٣", "5x"])
def test_a_limit_out_of_range_is_refused(said):
    with pytest.raises(ValidationError) as caught:
        ListQuery().load({"limit": said})
    assert list(caught.value.messages) == ["limit"]


def test_faults_of_nested_fields_are_spelt_with_dots():
    said = {"points": [{"unit": "g"}, {"unit": ""}, {"value": 1.5}], "colour": "red", "day": "x"}
    with pytest.raises(ValidationError) as caught:
        Thing().load(said)
    assert set(flat_messages(caught.value.messages)) == {
        "points.1.unit",
        "points.2.unit",
        "points.2.value",
        "colour",
        "day",
    }


def test_a_body_that_is_no_object_has_one_fault():
    for said in ([], "x", 1, None):
        with pytest.raises(ValidationError) as caught:
            Thing().load(said)
        assert list(flat_messages(caught.value.messages)) == ["body"]


def test_what_is_repeated_in_a_message_is_short_and_printable():
    assert shown("a\0\x1b\n\ud800b") == "a\ufffd\ufffd\ufffd\ufffdb"
    assert len(shown("x" * 10_000)) == SHOWN


def test_a_page_says_a_total_only_when_it_was_counted():
    page = paged(Point)()
    assert page.dump({"items": [], "next": None, "total": None}) == {"items": [], "next": None}
    assert page.dump({"items": [], "next": None, "total": 0})["total"] == 0


def test_blanks_of_other_widths_are_blanks():
    assert Text().deserialize("A\u00a01\u3000") == "A 1"


@pytest.mark.parametrize("value", [1, True, ["a"], {}])
def test_what_is_no_text_is_told_so_with_the_choices(app, value):
    with app.app_context(), pytest.raises(ValidationError, match="round, square"):
        Choice(Shape).deserialize(value)
