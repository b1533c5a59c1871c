"""What was inspected, in numbers: each thing once, by type, area and year, for who may know."""

from datetime import timedelta

import pytest

from registry.inspection.rules import State
from registry.inspection.statistics.queries import Line
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import inspection as make
from tests.make.inspection import INSPECTIONS, check

NUMBERS = "/api/v1/inspection-statistics"


@pytest.fixture
def counted(people, arrange, inspector):
    """Two visits in two years and a cancelled one: scales and a meter, two of them with a finding."""
    with arrange():
        scales = [make_assets.asset(instrument_type="Cân").tag for _number in range(3)]
        meter = make_assets.asset(instrument_type="Đồng hồ nước").tag
        visits = [make.visit(on=day).id for day in (TODAY, TODAY - timedelta(days=400))]
        gone = make.visit(state=State.PREPARED).id
    first = [check(scales[0], seal="broken"), check(scales[0], seal="broken", findings=["altered"]), check(scales[1])]
    over = {"error_value": "2", "error_limit": "1", "error_unit": "%", "findings": ["no_verification"]}
    for visit, checks in (
        (visits[0], [*first, check(meter, **over)]),
        (visits[1], [check(scales[2])]),
        (gone, [check(meter)]),
    ):
        assert inspector.post(f"{INSPECTIONS}/{visit}/checks/batch", json={"checks": checks}).status_code == 200
    inspector.post(f"{INSPECTIONS}/{gone}/steps", json={"to": "cancelled", "reason": "Bão"})


def lines(who, **query):
    found = who.get(NUMBERS, query_string=query).get_json()["items"]
    names = ("key", "visits", "checked", "unverified", "seal_broken", "over_limit", "violations")
    return [tuple(line[name] for name in names) for line in found]


def test_each_instrument_counts_once(planner, counted):
    assert lines(planner) == [("Cân", 2, 3, 0, 1, 0, 1), ("Đồng hồ nước", 1, 1, 1, 0, 1, 1)]
    assert lines(planner, by="area") == [("TN", 2, 4, 1, 1, 1, 2)]
    now, before = TODAY.year, (TODAY - timedelta(days=400)).year
    assert lines(planner, by="year") == [(str(now), 1, 3, 1, 1, 1, 2), (str(before), 1, 1, 0, 0, 0, 0)]
    assert lines(planner, by="type", year=before) == [("Cân", 1, 1, 0, 0, 0, 0)]


@pytest.mark.parametrize(("name", "status"), [("inspector", 200), ("admin", 200), ("keeper", 403), ("stranger", 403)])
def test_who_watches_over_the_territory_reads_them(people, counted, name, status):
    assert getattr(people, name).get(NUMBERS).status_code == status


@pytest.mark.parametrize(("bad", "checked", "said"), [(10, 244, "4.1"), (1, 8, "12.5"), (0, 0, "0"), (3, 3, "100.0")])
def test_a_share_in_violation_is_told_to_a_tenth(bad, checked, said):
    assert str(Line("", "", 1, checked, 0, 0, 0, bad).percent) == said
