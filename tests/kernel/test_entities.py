"""Entities from plain rows are those that a session would have loaded, and stand as the rows say."""

import pytest
from sqlalchemy import inspect, select

from registry.accounts import askers
from registry.assets.models import Asset, Characteristic, Schedule
from registry.kernel.db import db
from registry.kernel.entities import columns, current, known, loaded, parts
from registry.labs.queries import PAPERS
from tests.make import assets as make

pytestmark = pytest.mark.usefixtures("people", "session")


def test_columns_are_named_as_what_a_thing_says():
    for kind in (*askers.KINDS, *PAPERS, Asset, Characteristic, Schedule):
        mapper = inspect(kind)
        assert [mapper.get_property_by_column(held).key for held in mapper.local_table.c] == mapper.local_table.c.keys()


def _row(asset):
    return db.session.execute(select(*columns(Asset)).where(Asset.id == asset.id)).one()


def test_an_entity_says_what_its_row_says_and_was_not_changed():
    asset = make.asset(name="Cân")
    db.session.commit()
    db.session.expunge_all()
    (values,) = parts(_row(asset), Asset)
    made = current(Asset, values)
    assert made is not asset
    assert {name: getattr(made, name) for name in values} == {name: getattr(asset, name) for name in values}
    assert not db.session.is_modified(made)
    assert inspect(made).persistent


def test_what_was_read_before_says_what_the_row_says_now():
    asset = make.asset(name="Cân")
    db.session.commit()
    (values,) = parts(_row(asset), Asset)
    asset.name = "Áp kế"
    assert current(Asset, values) is asset
    assert asset.name == "Cân"
    assert not db.session.is_modified(asset)


def test_what_was_changed_after_is_saved():
    asset = make.asset(name="Cân")
    db.session.commit()
    db.session.expunge_all()
    (values,) = parts(_row(asset), Asset)
    current(Asset, values, characteristics=[], schedules=[]).name = "Áp kế"
    db.session.commit()
    db.session.expunge_all()
    assert db.session.get_one(Asset, asset.id).name == "Áp kế"


def test_a_row_of_several_tables_is_taken_to_pieces_and_what_is_missing_is_empty():
    asset = make.asset(name="Cân")
    joined = select(*columns(Asset, Characteristic, Schedule)).join_from(Asset, Characteristic, isouter=True)
    row = db.session.execute(joined.join(Schedule, isouter=True).where(Asset.id == asset.id)).first()
    first, second, _third = parts(row, Asset, Characteristic, Schedule)
    assert (first["id"], second["id"], second["unit"]) == (asset.id, None, None)


def test_what_no_session_has_is_not_known():
    asset = make.asset()
    db.session.commit()
    assert known(Asset, {"id": asset.id}) is asset
    assert known(Asset, {"id": -1}) is None
    assert loaded(Asset, {"id": -1}) not in db.session
