"""What changes between putting a report together and freezing it is not lost: it is put together anew."""

from datetime import date

import pytest

from registry.kernel.errors import Conflict
from registry.plan.activities.rules import ActivityKind, Aspect
from registry.plan.evidence import actions as decisions
from registry.plan.models import EvidenceState, RecordType
from registry.plan.reports import actions
from registry.plan.reports.rules import ReportState
from tests.make import activities, assets
from tests.make import plan as make
from tests.make import reports as make_reports

EARLY = date(2026, 1, 20)


def conference(day: date) -> str:
    return str(activities.activity(ActivityKind.CONFERENCE, day, aspect=Aspect.SEMINAR).id)


@pytest.fixture
def counted(session, people, clock):
    clock(date(2026, 11, 29))
    make.plan()
    return make.evidence("I.2", conference(EARLY), kind=RecordType.ACTIVITY)


def frozen(report):
    return actions.freeze(report, **make_reports.SIGNED, by=None)


def _count(_counted):
    make.evidence("I.2", conference(date(2026, 11, 21)), kind=RecordType.ACTIVITY)


def _count_long_ago(_counted):
    make.evidence("II.2.a", assets.asset(owner="STC", commissioned_on=date(2024, 3, 1)).tag)


def _exchange(counted):
    plan = make.queries.by_code(make.CODE, None)
    decisions.decide(plan, counted, state=EvidenceState.EXCLUDED, reason="Trùng", by=None)
    make.evidence("I.2", conference(EARLY), kind=RecordType.ACTIVITY)


def _give_money(_counted):
    make.money(amount=50_000_000)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_count, r": I\.2\."),
        (_count_long_ago, r": B25\.1, B30\.2, II\.2\.a\."),
        (_exchange, r": I\.2\."),
        (_give_money, r": II\.2\.a\."),
    ],
)
def test_what_changed_since_it_was_put_together_is_put_together_anew(counted, change, named):
    made = make_reports.campaign()
    report = make_reports.gathered(made)
    change(counted)
    with pytest.raises(Conflict, match=named):
        frozen(report)
    assert report.state is ReportState.READY
    assert frozen(make_reports.gathered(made)).state is ReportState.FROZEN


def test_what_comes_later_than_its_numbers_does_not_hold_it_up(counted, clock):
    report = make_reports.gathered(make_reports.campaign())
    clock(date(2026, 12, 1))
    make.evidence("I.2", conference(date(2026, 11, 30)), kind=RecordType.ACTIVITY)
    assert frozen(report).state is ReportState.FROZEN


def test_one_that_is_being_put_together_is_waited_for(counted):
    with pytest.raises(Conflict, match=r"wait for it|hãy đợi|chờ"):
        frozen(actions.consolidate(make_reports.campaign(), by=None))
