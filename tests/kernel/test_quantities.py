"""Quantities that the vocabulary knows are said in the reader's language; what people call otherwise stays theirs."""

import csv

import pytest

from registry.kernel import units
from registry.kernel.i18n import speaking
from registry.kernel.quantities import VOCABULARY, foreign_unit, said_quantity


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "english", "vietnamese"),
    [
        ("Áp suất", "Pressure", "Áp suất"),
        ("áp suất", "pressure", "áp suất"),
        ("AP SUAT", "Pressure", "AP SUAT"),
        ("pressure", "pressure", "áp suất"),
        ("Length", "Length", "Độ dài"),
        ("Chiều dài", "Length", "Chiều dài"),
        ("điện áp một chiều", "DC voltage", "điện áp một chiều"),
        ("DC voltage", "DC voltage", "Điện áp một chiều"),
        ("Độ pH", "pH", "Độ pH"),
        ("Trọng lượng", "Mass", "Trọng lượng"),
        ("Áp suất nồi hấp <b>", "Áp suất nồi hấp <b>", "Áp suất nồi hấp <b>"),
        ("", "", ""),
    ],
)
def test_a_known_quantity_is_said_in_the_readers_language(app, typed, english, vietnamese):
    told = []
    for language in ("en", "vi"):
        with app.app_context(), speaking(language):
            told.append(said_quantity(typed))
    assert told == [english, vietnamese]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("quantity", "unit", "is_foreign"),
    [
        ("Khối lượng", "g", False),
        ("mass", "kg", False),
        ("KHOI LUONG", "lb", False),
        ("Khối lượng", "bar", True),
        ("Khối lượng", "V", True),
        ("Nhiệt độ", "°F", False),
        ("Nhiệt độ", "K", False),
        ("Nhiệt độ", "V", True),
        ("Chiều dài", "kg", True),
        ("Áp suất", "kgf/cm2", False),
        ("Áp suất", "°C", True),
        ("Mô men xoắn", "N.m", False),
        ("Mô men xoắn", "J", True),  # of one dimension, and not the same
        ("Điện năng", "kvarh", False),
        ("Tốc độ quay", "r/min", False),
        ("Lực", "kgf", False),
        ("Công suất", "dBm", False),  # a level
        ("Khối lượng", "%", False),  # a ratio
        ("Độ cứng", "mm", False),  # which units it has is not certain
        ("Khối lượng quả cân cấp F1", "V", False),  # nobody knows what that is
        ("Khối lượng", "furlong", False),  # refused elsewhere
    ],
)
def test_a_unit_of_another_dimension_is_foreign_to_a_quantity(app, quantity, unit, is_foreign):
    with app.test_request_context():
        said = foreign_unit(quantity, unit)
    assert (said is not None) is is_foreign


def test_every_unit_of_the_vocabulary_is_known():
    with VOCABULARY.open(encoding="utf-8", newline="") as file:
        said = [name for row in csv.DictReader(file, delimiter=";") for name in row["units"].split("|") if name]
    assert [name for name in said if units.parse(name) is None] == []
    assert len(said) > 40
