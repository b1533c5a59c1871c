"""The doors of characteristics: units that are known or not, and what may be wrong at a reading."""

import pytest

from tests.make import assets as make
from tests.make.assets import ASSETS, patched, registered

ODD = [{"quantity": "Áp suất", "unit": unit} for unit in ("xyzzy", "kPa", "kilôgamm", "xyzzy")]
LIMITS = [
    {"quantity": "Nhiệt độ", "unit": "°C", "range_low": "-30", "mpe": "0.15", "mpe_percent_of_reading": "0.2"},
    {"quantity": "Điện trở", "unit": "Ω", "range_low": "80", "range_high": "200"},
    {"quantity": "Độ cứng", "unit": "độ Shore", "mpe": "1"},
]


def test_units_outside_the_vocabulary_are_accepted_and_warned_of(keeper):
    english, said = {"Accept-Language": "en"}, make.said(characteristics=ODD)
    made = keeper.post(ASSETS, json=said, headers=english)
    warnings = [
        "The unit “xyzzy” is not in the vocabulary: it will not be converted or compared.",
        "The unit “kilôgamm” is not in the vocabulary: it will not be converted or compared. Did you mean kg?",
    ]
    assert (made.status_code, made.json["warnings"]) == (201, warnings)
    path = f"{ASSETS}/{made.json['tag']}"
    shown = keeper.get(path, headers=english)
    assert shown.json["warnings"] == warnings
    assert [row["unit"] for row in shown.json["characteristics"]] == [row["unit"] for row in ODD]
    assert "warnings" not in keeper.get(ASSETS).json["items"][0]
    changed = patched(keeper, made.json["tag"], characteristics=ODD[1:2])
    assert changed.json["warnings"] == []
    assert keeper.get(path).headers["ETag"] == changed.headers["ETag"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("at=100&unit=°C", [("°C", "Cel", "100", "0.35")]),
        ("at=373.15&unit=K", [("°C", "Cel", "100", "0.35")]),
        ("at=0.1&unit=kΩ", [("Ω", "Ohm", "100", None)]),
        ("at=0.07&unit=kOhm", []),
        ("at=1&unit=kg", []),
        ("at=100", [("°C", "Cel", "100", "0.35"), ("Ω", "Ohm", "100", None), ("độ Shore", None, "100", "1")]),
    ],
)
def test_the_permissible_error_at_a_reading_is_worked_out_in_each_unit(keeper, query, expected):
    tag = registered(keeper, characteristics=LIMITS)["tag"]
    answer = keeper.get(f"{ASSETS}/{tag}/limits?{query}")
    assert answer.status_code == 200, answer.text
    assert [(one["unit"], one["ucum"], one["at"], one["limit"]) for one in answer.get_json()] == expected


@pytest.mark.parametrize(("query", "field"), [("unit=K", "at"), ("at=x", "at"), ("at=1&unit=furlong", "unit")])
def test_a_reading_that_is_not_understood_is_refused(keeper, query, field):
    answer = keeper.get(f"{ASSETS}/{registered(keeper)['tag']}/limits?{query}")
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])


def test_the_version_of_an_asset_is_the_same_in_every_language(keeper):
    tag = registered(keeper, characteristics=ODD)["tag"]
    answers = [keeper.get(f"{ASSETS}/{tag}", headers={"Accept-Language": language}) for language in ("vi", "en")]
    assert answers[0].json["warnings"] != answers[1].json["warnings"]
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
    assert patched(keeper, tag, answers[0].headers["ETag"], location="Kho").status_code == 200


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"quantity": "Khối lượng", "unit": "°C"}, "unit"),
        ({"quantity": "pressure", "unit": "kg"}, "unit"),
        ({"quantity": "Khối lượng", "unit": "kg", "resolution": "0.000"}, "resolution"),
    ],
)
def test_a_unit_of_another_quantity_and_a_step_of_nothing_are_refused(keeper, said, field):
    answer = keeper.post(ASSETS, json=make.said(characteristics=[said]))
    assert (answer.status_code, list(answer.json["errors"])) == (422, [f"characteristics.0.{field}"])


@pytest.mark.parametrize(
    "said", [("Khối lượng", "%"), ("Khối lượng", "furlong"), ("Độ ngọt", "°C"), ("áp suất", "mmHg")]
)
def test_what_no_vocabulary_judges_is_accepted(keeper, said):
    made = keeper.post(ASSETS, json=make.said(characteristics=[dict(zip(("quantity", "unit"), said, strict=True))]))
    assert made.status_code == 201
