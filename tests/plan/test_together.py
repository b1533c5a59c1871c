"""A record counts on one day for an annex row and the goals above it, and falls from all of them."""

from datetime import date

import pytest

from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.plan.closing import actions as closing
from registry.plan.evidence import actions, bulk
from registry.plan.models import EvidenceState, RecordType
from registry.plan.records import Record
from tests.make import assets
from tests.make import plan as make

TODAY = date(2026, 6, 15)


def standard(day: date) -> str:
    return assets.asset(owner="STC", commissioned_on=day).tag


def test_a_goal_counts_a_record_on_the_day_on_which_its_annex_row_does(plan):
    tag = standard(date(2024, 11, 29))
    first = make.evidence("II.2.a", tag, counted_on=date(2026, 3, 1))
    with pytest.raises(Invalid, match="counted_on"):
        make.evidence("B25.1", tag, counted_on=date(2024, 11, 29))
    own = make.evidence("B25.1", tag)
    assert (own.counted_on, own.reason) == (date(2026, 3, 1), "Theo biên bản")
    with pytest.raises(Invalid, match="counted_on"):
        actions.decide(plan, own, counted_on=date(2024, 11, 29), by=None)
    db.session.refresh(own)
    actions.decide(plan, first, counted_on=date(2024, 11, 29), by=None)
    found = make.results(TODAY)
    assert {code: (found[code, "P1"][0], found[code, "P2"][0]) for code in ("II.2.a", "B25.1")} == {
        "II.2.a": (1, 0),
        "B25.1": (1, 0),
    }
    assert own.counted_on == date(2024, 11, 29)
    assert audit.history("indicator", f"{make.CODE}/B25.1")[0].changes["counted_on"] == ["2026-03-01", "2024-11-29"]


def test_an_annex_row_that_counts_later_takes_its_day_to_the_goals_above(plan):
    tag = standard(date(2024, 11, 29))
    own = make.evidence("B25.1", tag)
    make.evidence("II.2.a", tag, counted_on=date(2026, 3, 1))
    assert own.counted_on == date(2026, 3, 1)
    assert make.results(TODAY)["B25.1", "P1"][0] == 0


@pytest.mark.parametrize("many", [False, True])
def test_what_an_annex_row_takes_out_falls_from_its_goals_as_well(plan, many):
    tag = standard(date(2026, 3, 1))
    first, own = make.evidence("II.2.a", tag), make.evidence("B30.2", tag)
    if many:
        chosen = [bulk.Chosen(Record(RecordType.ASSET, tag), first.version)]
        out = {"state": bulk.Decision.EXCLUDED, "reason": "Hồ sơ sai"}
        bulk.decide_many(plan, indicator="II.2.a", rows=chosen, **out, by=None)
    else:
        actions.decide(plan, first, state=EvidenceState.EXCLUDED, reason="Hồ sơ sai", by=None)
    assert (own.state, own.reason) == (EvidenceState.EXCLUDED, "Hồ sơ sai")
    assert make.results(TODAY)["B30.2", "P2"][0] == 0
    with pytest.raises(Conflict, match="Hồ sơ sai"):
        actions.decide(plan, own, state=EvidenceState.COUNTED, reason="Đạt", by=None)


def test_what_an_annex_row_took_out_counts_above_only_in_its_own_right(plan):
    tag, other = standard(date(2026, 3, 1)), standard(date(2026, 3, 1))
    make.evidence("II.2.a", tag, state=EvidenceState.EXCLUDED, reason="Không thuộc phụ lục")
    with pytest.raises(Conflict, match=r"II\.2\.a"):
        make.evidence("B30.2", tag)
    make.evidence("B30.2", tag, also_counted_in=["II.2.a"])
    first = make.evidence("II.2.a", other)
    own = make.evidence("B30.2", other, also_counted_in=["II.2.a"])
    actions.decide(plan, first, state=EvidenceState.EXCLUDED, reason="Không thuộc phụ lục", by=None)
    assert own.state is EvidenceState.COUNTED
    assert make.results(TODAY)["B30.2", "P2"][0] == 2


def test_a_day_in_a_closed_period_does_not_move_with_the_annex_row(plan):
    tag = standard(date(2024, 11, 29))
    own = make.evidence("B25.1", tag)
    closing.close(plan, up_to_on=date(2025, 12, 31), reason="Báo cáo 2025", by=None)
    with pytest.raises(Invalid, match="counted_on"):
        make.evidence("II.2.a", tag, counted_on=date(2026, 3, 1))
    assert own.counted_on == date(2024, 11, 29)
    make.evidence("II.2.a", tag, state=EvidenceState.EXCLUDED, reason="Trùng")
    assert own.state is EvidenceState.EXCLUDED
