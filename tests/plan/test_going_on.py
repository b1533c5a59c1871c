"""Which earlier goal a goal goes on from: its evidence and its pace, in the country and in the province."""

from datetime import date

from registry.plan import progress, queries
from registry.plan.evidence import queries as evidence
from registry.plan.models import RecordType
from tests.make import labs
from tests.make import plan as make

TODAY = date(2026, 6, 15)


def test_what_the_country_has_counts_in_the_province_only_in_its_own_right(plan):
    code = labs.lab("PTN-1", organisation="STC", accreditations=[labs.accreditation()]).code
    make.evidence("B25.4", code, kind=RecordType.LAB, anything=False)
    before = make.results(TODAY)
    assert (before["B25.4", "P1"][0], before["B30.5", "P2"][0]) == (1, 0)
    make.evidence("B30.5", code, kind=RecordType.LAB, anything=False, counted_on=date(2026, 2, 2))
    after = make.results(TODAY)
    assert (after["B25.4", "P1"][0], after["B30.5", "P1"][0], after["B30.5", "P2"][0]) == (1, 0, 1)
    assert evidence.repeats_at(plan, "B30.5", TODAY, None).rows == []


def test_the_pace_of_a_goal_of_the_province_does_not_start_from_what_was_promised_of_the_country(plan):
    version = queries.current_version(plan)
    rows = {row.code: row for row in progress.counted_rows(version)}
    assert progress.promise_of(rows["B30.5"], rows, TODAY).carried == {}
    assert progress.promise_of(rows["B30.4"], rows, TODAY).carried == {"P1": 15}
