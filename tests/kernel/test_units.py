"""What people type as a unit, how it is spelt elsewhere, and conversion: exact where it is sound, refused where not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel import units
from registry.kernel.units import NotConvertible, Unit, convert, convert_difference, parse


def known(text: str) -> Unit:
    found = parse(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("typed", "ucum"),
    [
        ("µS/cm", "uS/cm"),
        ("μS/cm", "uS/cm"),
        ("uS/cm", "uS/cm"),
        ("m³/h", "m3/h"),
        ("m^3 / h", "m3/h"),
        ("㎡", "m2"),
        ("°C", "Cel"),
        ("ºC", "Cel"),
        ("℃", "Cel"),
        ("oC", "Cel"),
        ("độ C", "Cel"),
        ("kΩ", "kOhm"),
        ("k\u2126", "kOhm"),
        ("kPa", "kPa"),
        ("kG/cm²", "kgf/cm2"),
        ("mmHg", "mm[Hg]"),
        ("mmH2O", "mm[H2O]"),
        ("kWh", "kW.h"),
        ("N m", "N.m"),
        ("N·m", "N.m"),
        ("W/(m²·K)", "W/m2/K"),
        ("kg·m⁻³", "kg/m3"),
        ("min-1", "1/min"),
        ("1/min", "1/min"),
        ("vòng/phút", "{rev}/min"),
        ("lít", "L"),
        ("l/min", "L/min"),
        ("°", "deg"),
        ("′", "'"),
        ("″", "''"),
        ("% RH", "%[RH]"),
        ("‰", "[ppth]"),
        ("pH", "[pH]"),
        ("dB(A)", "dB[A]"),
        ("Pa", "Pa"),
        ("min", "min"),
        ("cd", "cd"),
    ],
)
def test_what_people_type_is_understood(typed, ucum):
    assert known(typed).ucum == ucum


@pytest.mark.parametrize(
    "typed", ["", " ", "/", "m//s", "m/", "furlong", "W/m²·K", "12", "m0", "m³h³x", "m" * 41, "KPA", "kkg"]
)
def test_what_is_not_clear_is_not_guessed(typed):
    assert parse(typed) is None


def test_a_unit_is_printed_and_named_in_both_languages_and_spelt_for_machines():
    flow, conductivity = known("m3/h"), known("uS/cm")
    assert (flow.symbol, flow.name("vi"), flow.name("en")) == ("m³/h", "mét khối trên giờ", "cubic metre per hour")
    assert flow.dsi == r"\metre\tothe{3}\per\hour"
    assert (conductivity.symbol, conductivity.name("vi")) == ("µS/cm", "micrôsimen trên centimét")
    assert known("kg").dsi == r"\kilogram"
    assert known("mg").dsi == r"\milli\gram"
    assert known("psi").dsi is None
    assert known("W/(m2.K)").symbol == "W/(m²·K)"
    assert known("1/min").name("en") == "per minute"
    assert known("m/s2").name("vi") == "mét trên giây bình phương"


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("1.50", "MPa", "kPa", "1500"),
        ("0.1", "g", "mg", "100"),
        ("36", "km/h", "m/s", "10"),
        ("1", "bar", "Pa", "100000"),
        ("1", "kgf/cm2", "kPa", "98.0665"),
        ("760", "mmHg", "kPa", "101.3250144354"),
        ("1", "kWh", "MJ", "3.6"),
        ("1", "m3/h", "L/min", "16.66666666666666666666666667"),
        ("1", "deg", "''", "3600"),
        ("180", "deg", "rad", "3.141592653589793238462643383"),
        ("50", "%", "1", "0.5"),
        ("1", "mS/cm", "S/m", "0.1"),
        ("1", "g/cm3", "kg/m3", "1000"),
        ("1", "cSt", "mm2/s", "1"),
        ("1", "inch", "mm", "25.4"),
        ("1", "Ci", "GBq", "37"),
        ("0.10", "g", "g", "0.10"),
    ],
)
def test_conversion_is_exact_or_rounded_to_28_digits(value, source, target, expected):
    for turn in (convert, convert_difference):
        assert str(turn(Decimal(value), known(source), known(target))) == expected


def test_a_reading_in_degrees_moves_its_zero_and_an_error_does_not():
    celsius, kelvin, fahrenheit = known("°C"), known("K"), known("°F")
    assert convert(Decimal("20.00"), celsius, kelvin) == Decimal("293.15")
    assert convert(Decimal(212), fahrenheit, celsius) == 100
    assert convert(Decimal(-40), celsius, fahrenheit) == -40
    assert convert_difference(Decimal("0.05"), celsius, kelvin) == Decimal("0.05")
    assert convert_difference(Decimal(9), fahrenheit, celsius) == 5
    assert convert(Decimal(1), known("°C/min"), known("K/min")) == 1


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("kg", "m"),
        ("N.m", "J"),
        ("Bq", "Hz"),
        ("Gy", "Sv"),
        ("VA", "W"),
        ("r/min", "Hz"),
        ("%", "%RH"),
        ("pH", "1"),
        ("dB", "1"),
        ("dB", "Np"),
        ("HRC", "HV"),
        ("°C", "kPa"),
    ],
)
def test_what_is_not_the_same_kind_is_not_converted(source, target):
    assert not known(source).converts_to(known(target))
    for turn in (convert, convert_difference):
        with pytest.raises(NotConvertible):
            turn(Decimal(1), known(source), known(target))


def test_a_scale_that_is_never_converted_stays_itself():
    assert convert(Decimal("7.00"), known("pH"), known("[pH]")) == Decimal("7.00")
    assert not known("dB/km").converts_to(known("dB/m"))


def test_every_unit_reads_its_own_code_and_its_print_again():
    for atom in {id(atom): atom for atom in units.atoms().values()}.values():
        unit = Unit((units.Part(atom),))
        assert known(unit.ucum).ucum == unit.ucum
        assert unit.name("vi")
        assert unit.name("en")
    for unit in units.suggestions():
        assert known(unit.symbol).ucum == known(unit.ucum).ucum == unit.ucum
    assert len(units.suggestions()) == len(units.SUGGESTED)


READINGS = st.decimals(-(10**12), 10**12, places=6, allow_nan=False, allow_infinity=False)
PAIRS = st.sampled_from([("kPa", "mmHg"), ("°C", "K"), ("mg", "kg"), ("kWh", "J"), ("inch", "um")])


@given(READINGS, PAIRS)
def test_there_and_back_again_is_where_it_began(value, pair):
    here, there = (known(text) for text in pair)
    assert abs(convert(convert(value, here, there), there, here) - value) <= abs(value) * Decimal("1e-26")


@given(st.text(max_size=50))
def test_no_text_breaks_it(text):
    found = parse(text)
    assert found is None or parse(found.ucum) is not None
