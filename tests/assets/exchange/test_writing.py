"""Rows that go by themselves, such as those of a set within a set: many under one savepoint, and one that is refused
spoils no other. Components of a plain set go together."""

import pytest
from sqlalchemy import select

from registry.assets import components as set_rules
from registry.assets.actions import register
from registry.assets.exchange import actions, joining, writing
from registry.assets.models import Asset
from registry.assets.rules import Kind, Status
from registry.kernel import audit
from registry.kernel.db import db
from registry.sheets.models import Mode
from tests import statements
from tests.make import assets
from tests.make import sheets as make

ALIKE = ("manufacturer", "model", "serial_no", "location")
HEADINGS = (*make.HEADINGS, "Thuộc bộ")


@pytest.fixture
def plain(known) -> Asset:
    made = assets.asset(name="Bộ quả cân")
    db.session.commit()
    return made


@pytest.fixture
def whole(plain) -> Asset:
    """A set within a set."""
    made = assets.asset(name="Hộp", parent_id=plain.id)
    db.session.commit()
    return made


def components(*parents: str, first: int = 0) -> bytes:
    rows = ([*make.row(number, name=f"Quả {number}"), parent] for number, parent in enumerate(parents, first))
    return make.text(HEADINGS, *rows)


def names() -> list[str]:
    db.session.expire_all()
    wanted = select(Asset.name).where(Asset.parent_id.is_not(None), Asset.name != "Hộp")
    return sorted(db.session.scalars(wanted))


@pytest.mark.parametrize("at_once", [1, 2, 100])
@pytest.mark.parametrize("bad", [0, 1, 2, 4])
def test_one_that_is_refused_spoils_no_other_wherever_it_stands(whole, monkeypatch, at_once, bad):
    monkeypatch.setattr(writing, "AT_ONCE", at_once)
    gone = assets.asset(name="Bộ đã bỏ", status=Status.DISPOSED)
    parents = [whole.tag] * 5
    parents[bad] = gone.tag
    content = components(*parents)
    tried = make.checked(content)
    assert (tried.counted, names()) == ({"new": 4, "error": 1}, [])
    assert [row.tag for row in make.judged(tried)] == [None] * 5
    done = make.imported(content, mode=Mode.GOOD)
    good = [f"Quả {number}" for number in range(5) if number != bad]
    assert (done.counted, names()) == ({"new": 4, "error": 1}, good)
    assert [row.tag is None for row in make.judged(done)] == [number == bad for number in range(5)]


@pytest.mark.parametrize("at_once", [2, 100])
def test_a_change_that_is_refused_spoils_no_other(whole, monkeypatch, at_once):
    monkeypatch.setattr(writing, "AT_ONCE", at_once)
    gone = assets.asset(name="Bộ đã bỏ", status=Status.DISPOSED)
    tags = [assets.asset(name=f"Quả {number}").tag for number in range(4)]
    db.session.commit()
    parents = [whole.tag, gone.tag, whole.tag, whole.tag]
    content = make.text(("tag", "Thuộc bộ"), *zip(tags, parents, strict=True))
    assert (make.checked(content).counted, names()) == ({"changed": 3, "error": 1}, [])
    done = make.imported(content, mode=Mode.GOOD)
    assert (done.counted, names()) == ({"changed": 3, "error": 1}, ["Quả 0", "Quả 2", "Quả 3"])


def test_many_share_a_savepoint_as_sqlite_writes_its_search_index_down_at_each(whole):
    found = make.kept(components(*[whole.tag] * 30))
    with statements.sent() as sent:
        actions.run(found, mode=Mode.ALL, step=db.session.commit)
        db.session.commit()
    assert len([statement for statement in sent if statement.startswith("SAVEPOINT")]) == 1
    assert len(names()) == 30


def test_components_of_a_plain_set_take_as_many_statements_however_many_they_are(plain):
    counted = []
    for first, number in ((0, 2), (2, 30)):
        found = make.kept(components(*[plain.tag] * number, first=first))
        with statements.sent() as sent:
            actions.run(found, mode=Mode.ALL, step=db.session.commit)
            db.session.commit()
        counted.append(len(sent))
    assert counted[0] == counted[1]
    assert len(names()) == 32


def test_a_component_that_goes_with_many_is_what_the_action_makes_of_it(plain):
    make.imported(components(plain.tag))
    said = dict(zip(("name", "kind", "owner", *ALIKE), make.row(1, name="Quả 1"), strict=True))
    register(**said | {"kind": Kind(said["kind"]), "parent": plain.tag}, by=None)
    db.session.commit()
    many, alone = (db.session.scalars(select(Asset).filter_by(name=name)).one() for name in ("Quả 0", "Quả 1"))
    told, by_itself = (audit.history("asset", one.tag)[-1] for one in (many, alone))
    differing = {"tag", "name", "serial_no", "created_at"}
    assert (many.parent_id, told.action) == (alone.parent_id, by_itself.action) == (plain.id, "asset.register")
    alike = [{key: pair for key, pair in one.changes.items() if key not in differing} for one in (told, by_itself)]
    assert alike[0] == alike[1]


@pytest.mark.parametrize("held", [199, 200])
def test_a_set_takes_no_more_than_it_has_room_for(plain, monkeypatch, held):
    for module in (joining, set_rules):
        monkeypatch.setattr(module, "MOST_COMPONENTS", held - 197)
    done = make.imported(components(*[plain.tag] * 3), mode=Mode.GOOD)
    assert done.counted == ({"new": 2, "error": 1} if held == 199 else {"new": 3})


def test_two_of_one_make_are_told_apart_as_the_action_does(plain):
    other = assets.asset(name="Bộ khác")
    db.session.commit()
    rows = [[*make.row(0, name=f"Quả {number}"), tag] for number, tag in enumerate((plain.tag, plain.tag, other.tag))]
    done = make.imported(make.text(HEADINGS, *rows), mode=Mode.GOOD)
    assert done.counted == {"new": 2, "error": 1}
    assert names() == ["Quả 0", "Quả 1"]
