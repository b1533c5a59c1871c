"""The catalogue that ships: only what was checked, each row with its document and source; the file is read strictly."""

import json
from datetime import date

import pytest

from registry.assets.types import shipped
from registry.assets.types.rules import MEASURES, ControlGroup, in_force, proposal
from registry.kernel.errors import Invalid

CIRCULARS = {  # number → (in force from, replaced from)
    "23/2013/TT-BKHCN": (date(2013, 11, 15), date(2020, 1, 1)),
    "07/2019/TT-BKHCN": (date(2020, 1, 1), date(2024, 10, 15)),
    "03/2024/TT-BKHCN": (date(2024, 10, 15), None),
}
X, O, U = True, False, None  # noqa: E741 — needed, not needed, not known
ASKED_TODAY = {  # code → the four measures, months
    "THUOC-CUON": ((O, X, O, O), None),
    "DO-KHOANG-CACH-QUANG-DIEN": ((O, X, X, X), 12),
    "DO-SAU-DAY-NUOC": ((O, X, X, X), 12),
    "DO-SAU-CONG-TRINH-NGAM": ((O, X, X, X), 24),
    "TAXIMET": ((X, X, X, X), 18),
    "DO-TOC-DO-GIAO-THONG": ((X, X, X, X), 24),
    "THUY-CHUAN": ((O, X, X, X), 12),
    "TOAN-DAC-DIEN-TU": ((O, X, X, X), 12),
    "CAN-PHAN-TICH": ((O, X, X, X), 12),
    "CAN-KY-THUAT": ((O, X, X, X), 12),
    "CAN-DONG-HO-LO-XO": ((X, X, X, X), 24),
    "CAN-BAN-CAN-DIA-CAN-TREO": ((X, X, X, X), 12),
    "CAN-TREO-MOC-CAU": ((X, X, X, X), 12),
    "CAN-O-TO": ((X, X, X, X), 12),
    "SAC-XE-DAP-XE-MAY-DIEN-AC": ((U, U, U, U), 60),
    "SAC-O-TO-DIEN-AC": ((U, U, U, U), 36),
    "SAC-O-TO-DIEN-DC": ((U, U, U, U), 36),
}
ENDED = {"DONG-HO-NUOC-LANH-CO-KHI": 60, "DONG-HO-NUOC-LANH-DIEN-TU": 36, "HUYET-AP-KE": 12}


class Said(dict):
    """A version of the file, read by attribute as the rules do."""

    replaced_at = None
    calibration_interval_months = None

    def __getattr__(self, name):
        return self.get(name)


def held_on(one, day):
    return in_force([Said(version) for version in one["versions"]], day)


def test_it_says_what_is_known_to_be_asked_and_nothing_else():
    asked = {}
    for one in shipped.types():
        terms = held_on(one, date(2024, 10, 15))
        if terms is not None:
            asked[one["code"]] = tuple(terms[name] for name in MEASURES), terms["period_months"]
    assert asked == ASKED_TODAY
    assert {one["code"] for one in shipped.types()} == ASKED_TODAY.keys() | ENDED.keys()


def test_a_row_that_was_not_seen_in_the_new_list_ends_with_the_old_one():
    by_code = {one["code"]: one for one in shipped.types()}
    for code, months in ENDED.items():
        terms = held_on(by_code[code], date(2024, 10, 14))
        assert (terms.circular, terms.period_months) == ("07/2019/TT-BKHCN", months)
        assert held_on(by_code[code], date(2024, 10, 15)) is None
        assert proposal(ControlGroup.TWO, held_on(by_code[code], date(2026, 6, 15))) == []


def test_every_version_keeps_to_the_life_of_its_circular_and_names_its_source():
    for one in shipped.types():
        for version in one["versions"]:
            start, end = CIRCULARS[version["circular"]]
            assert version["valid_from"] == start
            assert (end is None and version.get("valid_to") is None) or version["valid_to"] < end
            assert version["source"]
            assert None not in [version[name] for name in MEASURES] or version["note"]


def body(**changes):
    version = {
        "valid_from": "2024-10-15",
        "circular": "03/2024/TT-BKHCN",
        "source": "x",
        "period_months": 12,
        **dict.fromkeys(MEASURES, True),
    }
    one = {"code": "A", "name_vi": "A", "name_en": "A", "versions": [version | changes.pop("version", {})]}
    return {"types": [one | changes]}


def without(name):
    said = body()
    del said["types"][0]["versions"][0][name]
    return said


@pytest.mark.parametrize(
    ("said", "place"),
    [
        (body(version={"circular": ""}), "types.0.versions.0.circular"),
        (body(version={"colour": "red"}), "types.0.versions.0.colour"),
        (body(version={"valid_from": "2024"}), "types.0.versions.0.valid_from"),
        (body(version={"valid_to": "2024-10-14"}), "types.0.versions.0.valid_to"),
        (body(version={"periodic": False}), "types.0.versions.0.period_months"),
        (body(version={"period_months": "12"}), "types.0.versions.0.period_months"),
        (without("after_repair"), "types.0.versions.0.after_repair"),
        (without("source"), "types.0.versions.0.source"),
        (body(code="có dấu"), "types.0.code"),
        (body(versions=body()["types"][0]["versions"] * 2), "types.0.versions.1.valid_from"),
        ({"types": body()["types"] * 2}, "types.1.code"),
        ({}, "types"),
    ],
)
def test_a_file_with_a_fault_is_refused_with_its_place(said, place):
    with pytest.raises(Invalid) as refused:
        shipped.parse(json.dumps(said))
    assert set(refused.value.errors) == {place}


def test_what_is_not_json_is_refused():
    with pytest.raises(Invalid):
        shipped.parse("{")


def test_a_file_without_faults_is_read():
    assert shipped.parse(json.dumps(body()))[0]["versions"][0]["valid_from"] == date(2024, 10, 15)
