"""Work that nobody had planned and that failed: it takes out of use, and what relies on it meanwhile is not sound."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.assets import queries as assets
from registry.assets.fitness import told_of
from registry.assets.rules import Proof, Status
from registry.assets.scanning import scan_facts
from registry.calibration import actions
from registry.calibration.cases.models import Case
from registry.calibration.rules import CalibrationKind, Outcome
from registry.calibration.standings import standings
from registry.kernel.db import db, rows
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import chain
from tests.make.calibration import calibration

DAY = timedelta(days=1)
CHECK = CalibrationKind.INTERMEDIATE_CHECK
pytestmark = pytest.mark.usefixtures("people", "session")


@pytest.fixture
def standard(people, session):
    """A standard that was calibrated a hundred days ago and that no check is planned for."""
    made = make_assets.asset(schedules=[make_assets.schedule()], proof=Proof.MISSING)
    calibration(made, TODAY - 100 * DAY)
    return made


def checked(standard, day, outcome=Outcome.FAIL, **said):
    return calibration(standard, day, lab=None, **{"kind": CHECK, "outcome": outcome} | said)


def fit(asset):
    db.session.commit()
    return told_of(scan_facts(asset.tag), TODAY)[2]


def test_a_failed_check_takes_a_standard_out_of_use_with_the_reason(standard):
    assert fit(standard)
    record = checked(standard, TODAY - DAY)
    assert (standard.status, fit(standard)) == (Status.QUARANTINED, False)
    assert any(str(record.id) in entry.changes.get("reason", [None, ""])[1] for entry in assets.history(standard).items)


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.CONDITIONAL_PASS, Outcome.NONE])
def test_a_check_that_does_not_fail_changes_nothing(standard, outcome):
    checked(standard, TODAY - DAY, outcome)
    assert (standard.status, fit(standard)) == (Status.IN_SERVICE, True)


def test_a_failure_of_before_the_newest_good_calibration_changes_nothing(standard):
    checked(standard, TODAY - 101 * DAY)
    assert standard.status is Status.IN_SERVICE


def test_of_the_same_day_what_was_recorded_last_counts(standard):
    checked(standard, TODAY - 100 * DAY)
    assert standard.status is Status.QUARANTINED


def test_a_failure_that_a_schedule_waits_for_is_told_by_its_proof_and_leaves_the_status_alone(session):
    planned = [make_assets.schedule(), make_assets.schedule(kind=CHECK, interval=3)]
    standard = make_assets.asset(schedules=planned, proof=Proof.MISSING)
    calibration(standard, TODAY - 100 * DAY)
    checked(standard, TODAY - DAY)
    assert (standard.status, standard.proof, fit(standard)) == (Status.IN_SERVICE, Proof.FAILED, False)


def test_what_was_used_between_the_failure_and_the_next_good_calibration_was_not_valid(standard):
    def was_valid(day):
        return standings([standard], day)[standard.id].was_valid

    checked(standard, TODAY - 50 * DAY)
    calibration(standard, TODAY - 20 * DAY)
    found = [was_valid(TODAY - days * DAY) for days in (51, 50, 21, 20)]
    assert found == [True, False, False, True]


def test_a_draft_that_fails_takes_nothing_out_of_use(standard, people):
    actions.record(asset=standard.tag, kind=CHECK, performed_on=TODAY, outcome=Outcome.FAIL, by=people.keeper.person())
    assert standard.status is Status.IN_SERVICE


class TestResultsThatComeLater:
    def test_a_failure_that_nothing_relied_on_yet_has_its_case_when_something_does(self, standard):
        failure = chain.failed(standard, TODAY - 20 * DAY, chain.point("1000", "3", limit="1"))
        assert rows(select(Case)) == []
        item = chain.standard("Cân")
        late = chain.used(item, TODAY - 60 * DAY, standard)
        (case,) = rows(select(Case))
        assert (case.calibration_id, case.from_on, case.until_on) == (failure.id, TODAY - 100 * DAY, None)
        assert item.doubt is not None
        assert late.id

    def test_what_relied_on_it_before_it_was_last_good_or_after_it_was_good_again_opens_none(self, standard):
        chain.failed(standard, TODAY - 60 * DAY, chain.point("1000", "3", limit="1"))
        calibration(standard, TODAY - 40 * DAY)
        for day in (TODAY - 101 * DAY, TODAY - 39 * DAY):
            chain.used(chain.standard("Cân"), day, standard)
        assert rows(select(Case)) == []

    def test_a_failure_that_is_recorded_late_ends_where_the_next_good_result_is(self, standard):
        calibration(standard, TODAY - 40 * DAY)
        within, after = chain.standard("Trong"), chain.standard("Sau")
        chain.used(within, TODAY - 70 * DAY, standard)
        chain.used(after, TODAY - 10 * DAY, standard)
        chain.failed(standard, TODAY - 60 * DAY, chain.point("1000", "3", limit="1"))
        (case,) = rows(select(Case))
        assert case.until_on == TODAY - 40 * DAY
        db.session.expire_all()
        assert within.doubt is not None
        assert after.doubt is None
