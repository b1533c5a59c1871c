"""Of much that relied on a standard the nearest is there at once, and the rest comes by itself."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from registry.assets.models import Asset
from registry.calibration.cases import actions, gathering, queries
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import CaseState
from registry.jobs import work
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.tasks import Task
from tests.make import chain as make

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)


@pytest.fixture
def weight(people, session) -> Asset:
    """A standard that was good a hundred days ago."""
    made = make.standard("F1")
    make.used(made, TODAY - 100 * DAY)
    return made


def only_case() -> Case:
    return db.session.scalars(select(Case)).one()


def items(case: Case) -> dict[int, CaseItem]:
    found = db.session.scalars(select(CaseItem).where(CaseItem.case_id == case.id)).all()
    return {item.asset_id: item for item in found}


def found_bad(weight: Asset) -> None:
    make.failed(weight, TODAY, make.point("2000", "0.5", limit="0.1"))


def test_of_many_items_the_nearest_are_there_at_once_and_the_rest_comes_by_itself(weight, monkeypatch):
    monkeypatch.setattr(gathering, "FEW", 2)
    monkeypatch.setattr(gathering, "BATCH", 2)
    first = [make.standard() for _number in range(3)]
    for item in first:
        make.used(item, TODAY - 9 * DAY, weight)
    below = [make.standard() for _number in range(4)]
    for item in below:
        make.used(item, TODAY - DAY, first[0])
    found_bad(weight)
    case = only_case()
    assert (case.state, len(items(case)), queries.progress(case).pending) == (CaseState.GATHERING, 2, 0)
    with pytest.raises(Conflict):
        actions.sign_off(case, conclusion="…", by=None)
    db.session.commit()
    assert work.one()
    db.session.expire_all()
    assert case.state is CaseState.OPEN
    assert case.gathered_at is not None
    assert items(case).keys() == {item.id for item in [*first, *below]}
    assert queries.progress(case).pending == 0


def test_gathering_twice_changes_nothing(weight):
    make.used(make.standard(), TODAY - DAY, weight)
    found_bad(weight)
    case = only_case()
    before = {item.id: item.bearing for item in items(case).values()}
    actions.gather(case, step=db.session.commit)
    assert {item.id: item.bearing for item in items(case).values()} == before


def test_work_that_fails_says_so_and_may_be_asked_for_again(weight, people, monkeypatch):
    monkeypatch.setattr(gathering, "FEW", 0)
    make.used(make.standard(), TODAY - DAY, weight)
    found_bad(weight)
    db.session.commit()
    with monkeypatch.context() as broken:
        broken.setattr(gathering, "finish", lambda *_case, **_step: 1 // 0)
        assert work.one()
    db.session.expire_all()
    assert only_case().problem
    actions.gather_again(only_case(), by=people.keeper.person())
    db.session.commit()
    assert work.one()
    db.session.expire_all()
    assert (only_case().state, only_case().problem) == (CaseState.OPEN, None)


def test_a_task_is_put_down_only_for_what_is_too_much_to_wait_for(weight):
    make.used(make.standard(), TODAY - DAY, weight)
    found_bad(weight)
    assert db.session.scalar(select(func.count()).select_from(Task).where(Task.kind == actions.GATHER)) == 0
