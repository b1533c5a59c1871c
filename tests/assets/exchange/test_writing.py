"""Rows that go by themselves, such as components: many under one savepoint, and one that is refused spoils no other."""

import pytest
from sqlalchemy import select

from registry.assets.exchange import actions, writing
from registry.assets.models import Asset
from registry.assets.rules import Status
from registry.kernel.db import db
from registry.sheets.models import Mode
from tests import statements
from tests.make import assets
from tests.make import sheets as make

HEADINGS = (*make.HEADINGS, "Thuộc bộ")


@pytest.fixture
def whole(known) -> Asset:
    made = assets.asset(name="Bộ quả cân")
    db.session.commit()
    return made


def components(*parents: str) -> bytes:
    rows = ([*make.row(number, name=f"Quả {number}"), parent] for number, parent in enumerate(parents))
    return make.text(HEADINGS, *rows)


def names() -> list[str]:
    db.session.expire_all()
    return sorted(db.session.scalars(select(Asset.name).where(Asset.parent_id.is_not(None))))


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
