"""Rows that name an instrument type: one more blank is forgiven, an unknown one is said with what is called alike."""

from datetime import timedelta

import pytest

from registry.assets.exchange import classing
from registry.sheets.models import Outcome
from registry.sheets.schemas import notes_of
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import sheets as make
from tests.make import types as make_types
from tests.people import CENTRE
from tests.statements import sent

HEADINGS = ("Mã nhãn", "Tên", "Phân loại", "Đơn vị sở hữu", "Loại phương tiện đo")


@pytest.fixture
def weighbridge(known):
    return make_types.type_("CAN-O-TO", name_vi="Cân ô tô", name_en="Road weighbridge")


def judged(*rows):
    return make.judged(make.checked(make.text(HEADINGS, *rows)))


def row(text, kind="instrument", tag="", name="Cân 60 t"):
    return [tag, name, kind, CENTRE, text]


@pytest.mark.usefixtures("weighbridge")
def test_a_dry_run_names_the_type_that_nobody_recorded_and_its_like():
    said = (("Cân ôtô",), ("Cân ôtoo",), ("Cân ôtoo", "standard"), ("Xyz",), ("",))
    lines = judged(*(row(*one, name=f"Cân {place}") for place, one in enumerate(said)))
    assert [line.outcome for line in lines] == [Outcome.NEW] * 5
    assert [len(notes_of(line)) for line in lines] == [0, 1, 1, 1, 0]
    assert "“Cân ôtoo” is not one of the recorded types" in notes_of(lines[1])[0]
    assert notes_of(lines[1])[0].endswith("Do you mean “Road weighbridge”?")
    assert notes_of(lines[3])[0].endswith("has it verified.")


@pytest.mark.usefixtures("weighbridge")
def test_a_change_to_an_unknown_type_is_said_and_one_that_stays_is_not():
    held = make_assets.asset(kind="instrument", name="Cân 60 t", instrument_type="Cân ôtoo")
    (same,) = judged(row("Cân ôtoo", tag=held.tag))
    (other,) = judged(row("Cân ôtooo", tag=held.tag))
    assert (same.outcome, notes_of(same)) == (Outcome.UNCHANGED, [])
    assert (other.outcome, len(notes_of(other))) == (Outcome.CHANGED, 1)


@pytest.mark.usefixtures("weighbridge")
def test_many_unknown_texts_read_the_names_once_and_are_compared_only_so_long(monkeypatch):
    monkeypatch.setattr(classing, "MOST_COMPARED", 2)
    with sent() as statements:
        lines = judged(*(row(f"Cân ôtoo{letter}", name=letter) for letter in "abcd"))
    assert [notes_of(line)[0].endswith("Road weighbridge”?") for line in lines] == [True, True, False, False]
    assert sum("instrument_type.name_vi, instrument_type.name_en \nFROM" in one for one in statements) == 1


@pytest.mark.usefixtures("weighbridge")
def test_a_trial_refuses_a_longer_cycle_than_the_law_and_a_type_of_instruments_for_a_standard():
    headings = (*HEADINGS, "Chu kỳ kiểm định (tháng)")
    rows = [[*row("Cân ô tô"), "60"], [*row("Cân ô tô", "standard"), ""], [*row("Cân ô tô", name="Cân 80 t"), "12"]]
    found = make.checked(make.text(headings, *rows))
    assert [line.outcome for line in make.judged(found)] == [Outcome.ERROR, Outcome.ERROR, Outcome.NEW]
    wrong = make.wrong(found)
    assert set(wrong) == {"F2", "E3"}
    assert "12 months or less" in wrong["F2"]


@pytest.mark.usefixtures("weighbridge")
def test_a_type_that_is_not_in_force_is_said():
    days = {"ended": {"valid_to": TODAY - timedelta(days=1)}, "to come": {"valid_from": TODAY + timedelta(days=1)}}
    for name, span in days.items():
        code, version = name.upper().replace(" ", "-"), make_types.version(**span)
        make_types.type_(code, name_vi=name, name_en=name, versions=[version])
    lines = judged(row("Cân ô tô"), row("ended", name="A"), row("to come", name="B"), row("to come", kind="standard"))
    assert [line.outcome for line in lines] == [Outcome.NEW] * 3 + [Outcome.ERROR]
    assert [["is not in force today" in note for note in notes_of(line)] for line in lines[:3]] == [[], [True], [True]]
