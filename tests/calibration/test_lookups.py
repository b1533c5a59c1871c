"""The life of a record finds what it needs by an index: no table that grows is read from end to end."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text

from registry.assets.models import Asset
from registry.assets.rules import Kind, Proof
from registry.calibration import actions, life
from registry.calibration.rules import CalibrationKind, Outcome
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import labs as make_labs
from tests.make.calibration import approve, values
from tests.people import PASSWORD
from tests.statements import plans

GROWING = (
    *("asset", "schedule", "calibration", "calibration_point", "calibration_standard", "reliance", "case_item"),
    *("impact_case", "audit_entry", "overdue_turn", "due_extension", "signature", "custody_event", "fault"),
)
READ_WHOLE = re.compile(rf"SCAN ({'|'.join(GROWING)})\b")
pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def database():
    """SQLite alone, whose plans can be read."""
    return "sqlite"


@pytest.fixture
def counted(session):
    """A thousand assets, as SQLite knows them once it has counted its tables: few lines, and none in a set."""
    alike = make_assets.asset()
    columns = [column.name for column in Asset.__table__.columns if column.name not in {"id", "tag"}]
    row = db.session.execute(select(*(Asset.__table__.c[name] for name in columns)).filter_by(id=alike.id)).one()
    many = [dict(zip(columns, row, strict=True)) | {"tag": f"T{place}"} for place in range(1000)]
    db.session.execute(insert(Asset.__table__), many)
    db.session.execute(text("ANALYZE"))
    yield
    db.session.rollback()


def test_recording_signing_and_voiding_read_no_table_whole(people, counted):
    make_labs.lab()
    standard = make_assets.asset(kind=Kind.STANDARD, schedules=[make_assets.schedule()], proof=Proof.MISSING)
    item = make_assets.asset(schedules=[make_assets.schedule()], proof=Proof.MISSING)
    work = {"kind": CalibrationKind.CALIBRATION, "performed_on": TODAY, "outcome": Outcome.PASS, "lab": make_labs.LAB}
    technician, keeper = people.technician.person(), people.keeper.person()
    with plans() as found:
        earlier = {**work, "performed_on": TODAY - timedelta(days=400)}
        actions.record(asset=standard.tag, **earlier, certificate_no="S-1", by=keeper)
        actions.record(asset=standard.tag, **work, certificate_no="S-2", by=keeper)
        draft = actions.record(asset=item.tag, **work, standards=[standard.tag], points=[values()], by=technician)
        life.submit(draft, by=technician)
        approve(draft, certificate_no="I-1", password=PASSWORD, by=keeper)
        again = actions.record(asset=standard.tag, **{**work, "outcome": Outcome.FAIL}, certificate_no="S-3", by=keeper)
        actions.void(again, reason="Nhầm thiết bị", password=PASSWORD, by=keeper)
        actions.void(draft, reason="Nhầm số liệu", password=PASSWORD, by=keeper)
        db.session.flush()
    assert len(found) > 50
    assert {plan: statement for plan, statement in found if READ_WHOLE.search(plan)} == {}
