"""The walk down: each database goes by the index, whatever it has counted."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import insert, select, text

from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, Outcome, RecordStatus
from registry.calibration.traceability import impact
from registry.calibration.traceability.impact import Window
from registry.calibration.traceability.models import Reliance
from registry.kernel import clock
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import chain as make

DAY = timedelta(days=1)
MANY = 2000


@pytest.fixture
def walked(people, session) -> int:
    """A standard on which a few rest, one of them on itself, among many edges that were counted and lead elsewhere."""
    weight, other, item = make.standard(), make.standard(), make.standard()
    make.used(weight, TODAY - 9 * DAY)
    make.used(other, TODAY - 8 * DAY, weight)
    last = make.used(item, TODAY - 7 * DAY, other)
    rows = [
        {
            "asset_id": item.id,
            "kind": CalibrationKind.TESTING,
            "performed_on": TODAY,
            "outcome": Outcome.PASS,
            "status": RecordStatus.ISSUED,
            "certificate_no": f"T-{number}",
            "note": "",
            "recorded_at": clock.now(),
            "search": "",
            "moved": False,
        }
        for number in range(MANY)
    ]
    session.execute(insert(Calibration), rows)
    keys = session.scalars(select(Calibration.id).where(Calibration.kind == CalibrationKind.TESTING)).all()
    pairs = [(last.id, last.id), *pairwise(keys)]
    edges = [{"parent_id": up, "child_id": down, "standard_id": item.id, "performed_on": TODAY} for up, down in pairs]
    session.execute(insert(Reliance), edges)
    session.commit()
    session.execute(text("ANALYZE"))
    session.commit()
    return weight.id


def plan_of(statement) -> str:
    sqlite = db.engine.dialect.name == "sqlite"
    compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
    rows = db.session.execute(text(f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{compiled}")).all()
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("steps", [False, True])
def test_the_walk_goes_by_the_index_of_edges_alone(walked, session, steps):
    walk = impact.reached([walked], Window(TODAY - 9 * DAY), steps=steps)
    plan = plan_of(select(walk.c.id))
    assert "ix_reliance_parent_id_child_id" in plan
    assert "BLOOM" not in plan.upper()
    assert not any(word in plan for word in ("Hash Join", "Merge Join", "SCAN reliance"))


def test_a_record_that_rests_on_itself_ends_the_walk(walked):
    assert impact.how_many([walked], Window()) == 2
    assert sorted(row.depth for row in db.session.execute(impact.hits([walked], Window()))) == [1, 2]


def test_counting_may_stop(walked):
    assert impact.how_many([walked], Window(), most=1) == 1


def test_the_days_are_those_on_which_the_standard_itself_was_relied_on(walked):
    day = TODAY - 8 * DAY
    counts = [impact.how_many([walked], Window(*days)) for days in ((day, day), (day + DAY, None), (None, day - DAY))]
    assert counts == [2, 0, 0]
