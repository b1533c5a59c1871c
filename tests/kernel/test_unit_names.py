"""Units written out as names, in both languages, however they are accented and spaced."""

import pytest

from registry.kernel.unit_names import meant, named, nearest, spelt
from registry.kernel.units import atoms, parse


@pytest.mark.parametrize(
    ("typed", "symbol"),
    [
        ("gam", "g"),
        ("kilôgam", "kg"),
        ("ki lô gam", "kg"),
        ("Kilogam", "kg"),
        ("kilograms", "kg"),
        ("mét", "m"),
        ("met", "m"),
        ("xăng-ti-mét", "cm"),
        ("mét vuông", "m²"),
        ("square metres", "m²"),
        ("mét khối trên giờ", "m³/h"),
        ("mét khối/giờ", "m³/h"),
        ("cubic meter per hour", "m³/h"),
        ("lít", "L"),
        ("mililít", "mL"),
        ("độ C", "°C"),
        ("degrees Celsius", "°C"),
        ("bar", "bar"),
        ("milimét thuỷ ngân", "mmHg"),
        ("niutơn mét", "N·m"),
        ("kilôgam trên mét khối", "kg/m³"),
        ("phần trăm", "%"),
    ],
)
def test_a_name_is_kept_as_its_symbol(typed, symbol):
    assert spelt(typed) == symbol


@pytest.mark.parametrize(
    "typed", ["kg", "kg/cm2", "oC", "Gal", "xyzzy", "", " ", "2", "mét khối trên", "/giờ", "a/b/c", "m" * 41]
)
def test_what_is_no_name_stays_as_it_is(typed):
    assert spelt(typed) == typed


def test_what_is_kept_of_every_name_is_read_as_the_same_unit():
    seen = 0
    for atom in set(atoms().values()):
        for name in (atom.vi, atom.en):
            found = named(name)
            if found is not None:
                seen += 1
                again = parse(spelt(name))
                assert again is not None, name
                assert again.ucum == found.ucum or again.ucum == getattr(parse(name), "ucum", None), name
    assert seen > 150


@pytest.mark.parametrize(("typed", "like"), [("kpa", "kPa"), ("kilôgamm", "kg"), ("xyzzy", None), ("zz", None)])
def test_something_like_what_was_typed_is_offered(typed, like):
    found = nearest(typed)
    assert (found.symbol if found else None) == like


def test_symbols_and_names_are_both_understood():
    assert [unit.ucum for text in ("kPa", "kilôpascan") if (unit := meant(text))] == ["kPa", "kPa"]
    assert meant("xyzzy") is None
