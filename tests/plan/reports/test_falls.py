"""A report marks what counts in it and fell by the time it was put together, with the numbers that rest on it."""

from datetime import date

import pytest

from registry.assets.rules import Status
from registry.kernel.papers.paper import tables
from registry.plan.activities import actions as activities
from registry.plan.activities.rules import ActivityKind, Aspect
from registry.plan.models import EvidenceState, RecordType
from registry.plan.reports import actions, annexes, campaigns, documents, paper, queries
from registry.plan.reports.paper import Issue
from tests.make import activities as make_activities
from tests.make import assets as make_assets
from tests.make import labs as make_labs
from tests.make import plan as make
from tests.make import reports as make_reports

MARKED = "Hồ sơ đã được tính mà nay đã thay đổi hoặc không còn hiệu lực"


@pytest.fixture
def plan(session, people, clock):
    clock(make_reports.DECEMBER)
    found = make.plan()
    make_labs.lab(organisation="STC")
    return found


def standard(day=date(2026, 3, 1), **said):
    made = make_assets.asset(owner="STC", commissioned_on=day, **said)
    make.evidence("II.2.a", made.tag)
    return made


def gathered(plan):
    return make_reports.gathered(queries.annual_campaign(plan, 2026) or campaigns.open_annual(plan, year=2026, by=None))


def test_what_fell_is_named_with_the_numbers_as_they_are_reported(plan, session):
    old, gone = standard(date(2024, 3, 1)), standard(name="Quả cân mất")
    standard()
    excluded = make_assets.asset(owner="STC", commissioned_on=date(2026, 3, 2))
    make.evidence("II.2.a", excluded.tag, state=EvidenceState.EXCLUDED, reason="trùng")
    talk = make_activities.activity(ActivityKind.COMMUNICATION, date(2026, 2, 1), aspect=Aspect.PRESS)
    make.evidence("I.1", str(talk.id), kind=RecordType.ACTIVITY)
    activities.void(talk, reason="Ghi nhầm", by=None)
    for one in (old, gone, excluded):
        one.status, one.status_since_on = Status.RETIRED, date(2026, 6, 1)
    session.flush()
    found = gathered(plan).content["fallen"]
    assert found["total"] == 3
    assert [(one["code"], one["id"], one["cause"], one["on"]) for one in found["items"]] == [
        ("I.1", str(talk.id), "void", "2026-12-10"),
        ("II.2.a", old.tag, "retired", "2026-06-01"),
        ("II.2.a", gone.tag, "retired", "2026-06-01"),
    ]
    numbers = {(one["code"], one["period"]): (one["value"], one["with_it"], one["without"]) for one in found["numbers"]}
    assert numbers["II.2.a", "P1"] == (1, 1, 0)
    assert numbers["II.2.a", "P2"] == (2, 2, 1)
    assert numbers["I.1", "P2"] == (0, 1, 0)


def test_the_document_marks_it_and_its_evidence_and_keeps_that_when_it_is_frozen(plan, session):
    gone = standard()
    gone.status, gone.status_since_on = Status.RETIRED, date(2026, 6, 1)
    session.flush()
    report = actions.freeze(gathered(plan), **make_reports.SIGNED, by=None)
    gone.status = Status.IN_SERVICE
    session.flush()
    by_caption = {table.caption: table.rows for table in tables(documents.report_paper(report))}
    assert by_caption[MARKED] == (("II.2.a", gone.name, "01/03/2026", "đã ngừng sử dụng", "01/06/2026"),)
    (line,) = by_caption["Minh chứng được tính trong kỳ báo cáo"]
    assert line[3] == f"{gone.name} (đã ngừng sử dụng)"


def test_where_nothing_fell_and_in_what_was_put_together_before_nothing_is_said(plan):
    standard()
    content = dict(gathered(plan).content)
    assert content["fallen"] == {"total": 0, "items": [], "numbers": []}
    drawn = paper.paper(content, Issue())
    assert MARKED not in {table.caption for table in tables(drawn)}
    del content["fallen"]
    assert paper.paper(content, Issue()) == drawn
    assert annexes.further(content) == ()
