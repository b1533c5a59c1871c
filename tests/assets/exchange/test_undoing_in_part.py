"""Others work while an import is taken back: what they need by then stays, everything else goes, and both are told."""

import pytest
from sqlalchemy import delete, func, select

from registry.assets import actions as assets
from registry.assets import tags
from registry.assets.exchange import actions, queries, undoing
from registry.assets.models import Asset
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.sheets.models import ImportState
from tests.make import assets as make_assets
from tests.make import sheets as make

HEADINGS = (*make.HEADINGS, "Số tài sản", "Thuộc bộ (mã)")


class Killed(BaseException):
    """The process is no more."""


@pytest.fixture(autouse=True)
def small(monkeypatch, known):
    """One row a part."""
    monkeypatch.setattr(undoing, "PART", 1)


def imported():
    """A set with a component, and two assets by themselves."""
    rows = [[*make.row(1), "BO-1", ""], [*make.row(2), "", "BO-1"], [*make.row(3), "", ""], [*make.row(4), "", ""]]
    return make.imported(make.text(HEADINGS, *rows))


def asset(number):
    return db.session.scalars(select(Asset).filter_by(serial_no=f"S-0000{number}")).one()


def left():
    return sorted(db.session.scalars(select(Asset.serial_no).where(Asset.serial_no.is_not(None))))


def undone(found, *deeds):
    """Take an import back, and between its steps do what others do; None does nothing, and raises where asked to."""
    actions.ask_undo(found, by=None)
    db.session.commit()
    return gone_on(found, *deeds)


def gone_on(found, *deeds):
    waiting = list(deeds)

    def step():
        db.session.commit()
        if waiting and (deed := waiting.pop(0)):
            deed()
            db.session.commit()

    try:
        actions.undo(found, step=step)
        db.session.commit()
    except Killed:
        db.session.rollback()
    return found


def moves(number):
    return lambda: assets.edit(asset(number), location="Tủ 5", by=None)


def kill():
    raise Killed


def counts(found):
    return found.state, found.undone, found.left


def test_what_somebody_uses_meanwhile_stays_alone_and_is_named():
    found = undone(imported(), None, None, moves(3))
    assert (counts(found), left()) == ((ImportState.APPLIED, 3, 1), ["S-00003"])
    grouped = tags.grouped(asset(3).tag)
    assert "3 assets of this import were taken back. 1 stay" in found.problem
    assert grouped in found.problem
    assert asset(3).location == "Tủ 5"
    said = db.session.scalars(select(AuditEntry).filter_by(action="asset_import.undo")).one()
    assert said.changes == {"undone": [None, 3], "left": [None, 1]}
    assert [(row.number, row.is_undone) for row in queries.rows(found).items] == [
        (2, True),
        (3, True),
        (4, False),
        (5, True),
    ]
    with pytest.raises(Conflict, match=grouped):
        actions.ask_undo(found, by=None)


def test_a_set_stays_with_the_component_that_somebody_uses():
    found = undone(imported(), None, moves(2))
    assert (counts(found), left()) == ((ImportState.APPLIED, 2, 2), ["S-00001", "S-00002"])
    assert asset(2).parent_tag == asset(1).tag


@pytest.mark.parametrize("part", [1, 500])
def test_it_goes_on_once_nothing_depends_on_what_is_left(monkeypatch, part):
    monkeypatch.setattr(undoing, "PART", part)
    found = imported()
    undone(found, None, lambda: make_assets.asset(serial_no="S-9", parent_id=asset(3).id))
    assert (counts(found), left()) == ((ImportState.APPLIED, 3, 1), ["S-00003", "S-9"])
    with pytest.raises(Conflict, match="refer to assets"):
        actions.ask_undo(found, by=None)
    db.session.rollback()
    db.session.execute(delete(Asset).where(Asset.serial_no == "S-9"))
    undone(found)
    assert (counts(found), left(), found.problem) == ((ImportState.UNDONE, 4, 0), [], None)


def test_killed_at_any_step_it_ends_with_the_same(known):
    found, kills = imported(), 0
    undone(found, None, None, moves(4), kill)
    while found.state is ImportState.UNDOING:
        gone_on(found, None, None, None, kill)
        kills += 1
    assert (counts(found), left()) == ((ImportState.APPLIED, 3, 1), ["S-00004"])
    assert kills >= 2


def test_what_is_needed_before_anything_was_taken_back_leaves_all(known):
    found = undone(imported(), moves(2))
    assert (counts(found), len(left())) == ((ImportState.APPLIED, 0, 4), 4)
    assert "taken back" not in found.problem
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "asset_import.undo")) == 0


def test_a_change_that_was_taken_back_in_part_stands_in_the_way_only_of_what_it_left():
    first = imported()
    second = make.imported(make.text(["Mã", "Vị trí"], *([asset(number).tag, "Kho"] for number in (3, 4))))
    undone(second, None, None, lambda: assets.edit(asset(3), location="Tủ 5", by=None))
    assert (counts(second), asset(4).location) == ((ImportState.APPLIED, 1, 1), "Phòng 1")
    with pytest.raises(Conflict) as refused:
        actions.ask_undo(first, by=None)
    assert refused.value.tags == [asset(3).tag]
