"""Chains through a standard that was found out of tolerance: its case is told at the step and the result, and drawn."""

from datetime import date, timedelta

import pytest

from registry.assets.models import Asset
from registry.calibration import actions
from registry.calibration.cases import actions as cases
from registry.calibration.cases.models import CaseItem
from registry.calibration.cases.rules import Disposition
from registry.calibration.models import Calibration
from registry.calibration.traceability import queries
from registry.calibration.traceability.comparing import Check, Code, Verdict
from registry.calibration.traceability.drawing import WIDE, drawn
from registry.calibration.traceability.rules import Chain
from registry.calibration.traceability.words import check_text
from registry.kernel.db import db
from tests.make import chain as make

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)
GOOD_DAY = TODAY - 100 * DAY


@pytest.fixture
def keeper(people, session):
    return people.admin.person()


@pytest.fixture
def weight(people, session) -> Asset:
    """A standard that was good a hundred days ago."""
    make.accredited()
    made = make.standard("F1", characteristics=[])
    make.used(made, GOOD_DAY, lab=make.TOP, points=[make.point("2000", u="0.01", limit="0.1")])
    return made


def found_bad(weight: Asset) -> None:
    make.failed(weight, TODAY, make.point("2000", "0.5", u="0.01", limit="0.1"))


def result(item: Asset, day: date, *standards: Asset) -> Calibration:
    return make.used(item, day, *standards, points=[make.point("2000", u="0.3", limit="1")])


def chain_of(person, record: Calibration) -> Chain:
    return queries.of_record(person, record).chain


def doubts(chain: Chain) -> list[Check]:
    """What the steps say of doubt."""
    return [check for edge in chain.edges for check in edge.checks if check.code is Code.IN_DOUBT]


def decide(record: Calibration, disposition: Disposition, by) -> None:
    item = db.session.query(CaseItem).filter_by(calibration_id=record.id).one()
    said = {"items": [item.id], "disposition": disposition, "significance": None, "reason": "Đã xem"}
    cases.dispose(item.case, **said, by=by)


def test_the_step_to_a_standard_that_was_bad_names_its_case_and_the_days(keeper, weight):
    before, meanwhile = result(make.standard(), GOOD_DAY - DAY, weight), result(make.standard(), TODAY - DAY, weight)
    found_bad(weight)
    chain = chain_of(keeper, meanwhile)
    (found,) = doubts(chain)
    assert (found.verdict, found.day, found.subject) == (Verdict.IN_DOUBT, GOOD_DAY, "F1")
    assert chain.verdict is Verdict.IN_DOUBT
    assert chain.doubted == [found]
    assert found.value in check_text(found)
    assert [box.verdict for box in drawn(chain, WIDE).boxes if box.title == ["F1"]] == [Verdict.IN_DOUBT]
    assert doubts(chain_of(keeper, before)) == []


@pytest.mark.parametrize(
    ("disposition", "told"),
    [(Disposition.NO_EFFECT, 0), (Disposition.RECALL, 1), (Disposition.CERTIFICATE_WITHDRAWN, 1)],
)
def test_what_was_decided_of_a_result_counts_for_its_own_steps_alone(keeper, weight, disposition, told):
    decided, other = (result(make.standard(), TODAY - DAY, weight) for _item in range(2))
    found_bad(weight)
    decide(decided, disposition, keeper)
    assert [len(doubts(chain_of(keeper, record))) for record in (decided, other)] == [told, 1]


def test_a_result_further_down_is_in_doubt_by_the_step_that_is(keeper, weight):
    working, scale = make.standard("M1"), make.standard()
    result(working, TODAY - 2 * DAY, weight)
    far = result(scale, TODAY - DAY, working)
    found_bad(weight)
    chain = chain_of(keeper, far)
    assert [edge.use.standard.name for edge in chain.edges if edge.verdict is Verdict.IN_DOUBT] == ["F1"]
    assert {node.record.id for node in chain.nodes if node.record and node.verdict is Verdict.IN_DOUBT} >= {far.id}


def test_what_a_case_has_not_judged_is_in_doubt_on_its_days(keeper, weight):
    before, meanwhile = (result(make.standard(), day, weight) for day in (GOOD_DAY - DAY, TODAY - DAY))
    for record in (before, meanwhile):
        actions.void(record, reason="Nhầm", by=None)
    judged = result(make.standard(), TODAY - DAY, weight)
    found_bad(weight)
    assert [item.calibration_id for item in db.session.query(CaseItem)] == [judged.id]
    assert [len(doubts(chain_of(keeper, record))) for record in (before, meanwhile)] == [0, 1]


def test_a_component_of_a_set_that_was_bad_is_in_doubt(keeper, weight):
    part = make.standard("F1/1", parent_id=weight.id)
    record = result(make.standard(), TODAY - DAY, part)
    found_bad(weight)
    assert [check.subject for check in doubts(chain_of(keeper, record))] == ["F1"]


def test_a_voided_record_is_drawn_as_void(keeper, weight):
    record = result(make.standard("Cân"), TODAY - DAY, weight)
    actions.void(record, reason="Nhầm", by=None)
    boxes = {box.title[0]: box for box in drawn(chain_of(keeper, record), WIDE).boxes}
    assert (boxes["Cân"].is_void, boxes["F1"].is_void) == (True, False)
