"""An import of history is taken back as a whole: nothing is erased, and nothing that others rely on is touched."""

from datetime import date

import pytest
from sqlalchemy import select

from registry.calibration import actions as calibrations
from registry.calibration.exchange import actions
from registry.calibration.models import Calibration
from registry.calibration.rules import RecordStatus
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.sheets.models import ImportState
from tests.make import assets as make_assets
from tests.make import calibration as by_hand
from tests.make import history as make


def records(**said):
    db.session.expire_all()
    return list(db.session.scalars(select(Calibration).filter_by(**said).order_by(Calibration.performed_on)))


def test_undo_voids_everything_and_gives_the_due_date_back(scale, known):
    by_hand.calibration(scale, date(2024, 5, 1))
    db.session.commit()
    content = make.text(make.row(scale.tag, "15/03/2026"), make.row(scale.tag, "14/03/2025"))
    found = make.imported(content)
    actions.ask_undo(found, by=None)
    actions.undo(found, step=db.session.commit)
    db.session.commit()
    db.session.refresh(scale)
    assert (found.state, scale.due_on) == (ImportState.UNDONE, date(2025, 5, 1))
    voided = records(import_id=found.id)
    assert {one.status for one in voided} == {RecordStatus.VOID}
    assert "lich-su.csv" in voided[0].void_reason
    assert make.imported(content).counted == {"new": 2}


def test_an_import_that_was_undone_is_kept_as_its_records_name_it(scale, clock):
    found = make.imported(make.text(make.row(scale.tag, "15/03/2026")))
    actions.ask_undo(found, by=None)
    actions.undo(found, step=db.session.commit)
    left = make.checked(make.text(make.row(scale.tag, "14/03/2025")))
    db.session.commit()
    clock(date(2026, 9, 1))
    assert actions.forget_undecided() == 1
    db.session.commit()
    assert list(db.session.scalars(select(type(left).id))) == [found.id]


def test_an_import_that_others_rely_on_is_not_undone(scale, known):
    standard = make_assets.asset(name="Quả cân E2", schedules=[make_assets.schedule()])
    db.session.commit()
    found = make.imported(make.text(make.row(standard.tag, "15/03/2026", certificate_no="S-1")))
    by_hand.calibration(scale, date(2026, 4, 1), standards=[standard.tag])
    db.session.commit()
    with pytest.raises(Conflict, match="S-1"):
        actions.ask_undo(found, by=None)
    db.session.rollback()
    assert found.state is ImportState.APPLIED


def test_an_import_whose_record_was_voided_since_is_not_undone(scale):
    found = make.imported(make.text(make.row(scale.tag, "15/03/2026")))
    calibrations.void(records()[0], reason="nhầm", by=None)
    db.session.commit()
    with pytest.raises(Conflict, match="changed after the import"):
        actions.ask_undo(found, by=None)
