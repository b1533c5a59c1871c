"""Standards that were not valid on the day of the work: a sheet is told what the entry form asks, before it is kept."""

from datetime import date

import pytest

from registry.assets.rules import ScheduleKind, Status
from registry.kernel.db import db
from registry.sheets.schemas import notes_of
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import calibration as by_hand
from tests.make import history as make

NOT_VALID = "“Quả cân E2” was not valid on 15 Mar 2024."


@pytest.fixture
def standard(known):
    """A standard of the centre that is calibrated every year, and was in January 2022."""
    made = make_assets.asset(name="Quả cân E2", serial_no="E2", schedules=[make_assets.schedule()])
    by_hand.calibration(made, date(2022, 1, 10))
    db.session.commit()
    return made


def trial(known, *rows, who="technician"):
    person = getattr(known, who).person()
    return make.judged(make.checked(make.text(*rows), by=person))


def test_a_calibration_with_a_standard_that_was_not_valid_is_noted_in_the_trial_and_when_it_is_kept(
    scale, standard, known
):
    row = make.row(scale.tag, "15/03/2024", standards=standard.tag)
    (told,) = trial(known, row)
    assert (told.outcome, notes_of(told)) == ("new", [NOT_VALID])
    (kept,) = make.judged(make.imported(make.text(row), by=known.technician.person()))
    assert notes_of(kept) == [NOT_VALID]


def test_one_that_the_same_sheet_calibrates_before_was_valid_until_its_interval_ends(scale, standard, known):
    anew = make.row(standard.tag, "01/04/2023")
    during, after = (make.row(scale.tag, day, standards=standard.tag) for day in ("15/03/2024", "15/04/2024"))
    told = {one.number: notes_of(one) for one in trial(known, after, during, anew)}
    assert told == {2: [NOT_VALID.replace("Mar", "Apr")], 3: [], 4: []}


def test_a_verification_with_it_is_refused(standard, known):
    item = make.scale(serial_no="S-9", schedules=[make_assets.schedule(ScheduleKind.VERIFICATION)])
    db.session.commit()
    row = make.row(item.tag, "15/03/2024", standards=standard.tag, kind="Kiểm định")
    found = make.checked(make.text(row), by=known.technician.person())
    (message,) = make.wrong(found).values()
    assert message.startswith(f"{NOT_VALID} A verification is made with standards that are valid on its day; take")
    (good,) = trial(known, row | {"standards": ""})
    assert good.outcome == "new"


def test_what_others_certified_is_not_asked_about(scale, standard, known):
    row = make.row(scale.tag, "15/03/2024", standards=standard.tag)
    (of_owner,) = trial(known, row | {"lab": ""})
    (of_admin,) = trial(known, row, who="admin")
    assert notes_of(of_owner) == notes_of(of_admin) == []


def test_one_that_is_out_of_use_today_is_noted_of_work_of_today(scale, known):
    held = make_assets.asset(name="Quả cân E2", serial_no="Q", schedules=[make_assets.schedule()])
    by_hand.calibration(held, TODAY)
    held.status = Status.QUARANTINED
    db.session.commit()
    (told,) = trial(known, make.row(scale.tag, f"{TODAY:%d/%m/%Y}", standards=held.tag))
    assert notes_of(told) == ["“Quả cân E2” is out of use or in doubt today."]
