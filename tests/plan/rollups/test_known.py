"""What the registry answered on a day is answered again, whatever was recorded, corrected and decided since."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import event, select

from registry.assets import actions as assets
from registry.assets.models import Asset
from registry.assets.rules import Status
from registry.calibration import actions as calibrations
from registry.calibration.models import Calibration
from registry.calibration.rules import RecordStatus
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.labs import actions as labs
from registry.labs import queries as lab_queries
from registry.labs.decisions import actions as decisions
from registry.labs.models import Lab
from registry.labs.standing import DecisionKind
from registry.plan import actions, queries, records, versions
from registry.plan.activities import actions as activities
from registry.plan.activities.models import Activity
from registry.plan.activities.rules import ActivityKind, Aspect, ParticipantKind, Person, Stage
from registry.plan.evidence import actions as decisions_made
from registry.plan.models import Evidence, EvidenceDecision, EvidenceState, MoneyEntry, RecordType
from registry.plan.rollups import queries as rollups
from registry.plan.rollups import retracing
from registry.plan.schemas import RollupOut
from tests.make import activities as make_activities
from tests.make import assets as make_assets
from tests.make import calibration as make_calibration
from tests.make import labs as make_labs
from tests.make import plan as make

REPORT = date(2025, 12, 10)
LATER = date(2026, 6, 15)


def answer(on: date = REPORT, known: datetime | date | str | None = None) -> dict:
    found = rollups.rollup(queries.by_code(make.CODE, None), on, rollups.instant_of(known, on))
    said = RollupOut().dump(found)
    for one in said["indicators"]:
        one.pop("in_doubt")
    del said["known_at"]
    return said


def values(said: dict) -> dict[str, int]:
    return {f"{one['code']} {at['code']}": at["value"] for one in said["indicators"] for at in one["periods"]}


def count(indicator: str, key: object, kind: RecordType, **said) -> Evidence:
    return make.evidence(indicator, str(key), kind=kind, **said)


@pytest.fixture
def reported(session, clock):
    """On 10 December 2025 there is something of everything; gives what the registry answered that evening."""
    clock(datetime.combine(REPORT, time(8), UTC))
    make.plan()
    day = date(2025, 5, 6)
    for serial in ("kept", "not counted yet"):
        make_assets.asset(owner="STC", commissioned_on=day, serial_no=serial)
    count("II.2.a", asset("kept").tag, RecordType.ASSET)
    undated = make_assets.asset(owner="STC", serial_no="disposed")
    count("II.2.a", undated.tag, RecordType.ASSET, counted_on=day)
    whole = make_assets.asset(owner="STC", commissioned_on=day, serial_no="set")
    part = make_assets.asset(owner="STC", commissioned_on=day, serial_no="component")
    count("II.2.a", part.tag, RecordType.ASSET)
    make_labs.lab(organisation="STC")
    certificate = make_calibration.calibration(whole, date(2025, 6, 1))
    count("II.3.a.2", certificate.id, RecordType.CALIBRATION)
    make_activities.enterprise("DN-1")
    make_activities.enterprise("DN-2")
    course = make_activities.course(date(2025, 4, 1), "An", "Bình", "Chi")
    count("II.2.c", course.id, RecordType.ACTIVITY)
    count("II.2.c", make_activities.course(date(2025, 4, 2), "An", "Dũng").id, RecordType.ACTIVITY)
    count("B25.3", make_activities.adoption("DN-1", date(2025, 3, 1)).id, RecordType.ACTIVITY)
    count("II.3.c", make_activities.criteria("DN-1", date(2025, 3, 3)).id, RecordType.ACTIVITY)
    count("II.3.c", make_activities.criteria("DN-2", date(2025, 3, 4)).id, RecordType.ACTIVITY)
    radio = make_activities.activity(ActivityKind.COMMUNICATION, day, aspect=Aspect.RADIO, quantity=3)
    count("I.1", radio.id, RecordType.ACTIVITY)
    for code in ("GIVEN", "WITHDRAWN"):
        make_labs.lab(code, organisation="STC", accreditations=[make_labs.accreditation(number=code)])
        count("II.2.d", code, RecordType.LAB)
    make.money(on=date(2025, 2, 3))
    db.session.flush()
    said = answer()
    clock(LATER)
    return said


def asset(serial: str) -> Asset:
    return db.session.scalars(select(Asset).filter_by(serial_no=serial)).one()


def activity(kind: ActivityKind) -> Activity:
    return db.session.scalars(select(Activity).filter_by(kind=kind).order_by(Activity.id)).first()


def evidence(key: object) -> Evidence:
    return db.session.scalars(select(Evidence).filter_by(record_id=str(key))).one()


def lab(code: str) -> Lab:
    return lab_queries.by_code(code)


def _dispose() -> None:
    gone = asset("disposed")
    assets.edit(gone, status=Status.OUT_OF_SERVICE, status_reason="hỏng", by=None)
    assets.edit(gone, status=Status.RETIRED, status_reason="thanh lý", by=None)


def _widen(data) -> None:
    make.row(data, "II.2.a")["targets"]["P1"] = {"value": 6, "raw": "06"}
    make.row(data, "II.2.a")["title_total"]["value"] = 16


def _relist() -> None:
    people = [Person("Em", "Doanh nghiệp", ParticipantKind.ENTERPRISE)]
    course = activity(ActivityKind.TRAINING)
    activities.list_people(course, people=people, by=None)
    row = db.session.scalars(
        select(Evidence).filter_by(record_type=RecordType.ACTIVITY, record_id=str(course.id))
    ).one()
    decisions_made.decide(queries.by_code(make.CODE, None), row, state=EvidenceState.COUNTED, by=None)


def _withdraw() -> None:
    said = {"decided_on": LATER, "effective_on": date(2025, 11, 1), "number": "9/QĐ", "reason": "đánh giá lại"}
    held = lab("WITHDRAWN")
    decisions.record(held, accreditation="WITHDRAWN", kind=DecisionKind.WITHDRAWN, **said, by=None)


SINCE = {
    "a record is decided about anew": lambda: decisions_made.decide(
        queries.by_code(make.CODE, None),
        evidence(asset("kept").tag),
        state=EvidenceState.EXCLUDED,
        reason="nhầm",
        by=None,
    ),
    "a record is counted back in time": lambda: count("II.2.a", asset("not counted yet").tag, RecordType.ASSET),
    "an asset becomes part of a set": lambda: assets.edit(asset("component"), parent=asset("set").tag, by=None),
    "an asset that never had its day is disposed of": _dispose,
    "a calibration is voided": lambda: calibrations.void(
        db.session.scalars(select(Calibration)).one(), reason="sai số liệu", by=None
    ),
    "an activity is voided": lambda: activities.void(activity(ActivityKind.COMMUNICATION), reason="Nhập nhầm", by=None),
    "a programme turns out not to be adopted": lambda: activities.edit(
        activity(ActivityKind.ADOPTION), steps=[{"stage": Stage.SURVEYED, "on": date(2025, 3, 1)}], by=None
    ),
    "an application was of another enterprise": lambda: activities.edit(
        activity(ActivityKind.CRITERIA), subject="DN-2", by=None
    ),
    "the list of a course is replaced": _relist,
    "an accreditation is withdrawn back in time": _withdraw,
    "an accreditation was granted another day": lambda: labs.edit(
        lab("GIVEN"),
        accreditations=[make_labs.accreditation(number="GIVEN", granted_on=date(2026, 1, 1))],
        by=None,
    ),
    "money is booked back in time": lambda: make.money(on=date(2025, 7, 8), source="central_support"),
    "the plan is adjusted": lambda: versions.load(make.changed(_widen), by=None),
}


def test_what_was_reported_on_10_december_is_reproduced_although_records_changed(reported):
    before = reported
    assert answer() == reported
    for name, deed in SINCE.items():
        deed()
        db.session.flush()
        db.session.expire_all()
        assert answer(known="then") == reported, name
        now = answer()
        assert now != before, f"{name} changes nothing, so that nothing was tried"
        before = now


def test_the_instant_decides_and_what_is_known_now_is_the_default(reported, clock):
    clock(datetime.combine(LATER, time(3), UTC))
    count("II.2.a", asset("not counted yet").tag, RecordType.ASSET)
    db.session.flush()
    instant = datetime.combine(LATER, time(3), UTC)
    assert answer(known=instant) == answer() != reported
    assert answer(known=instant - timedelta(microseconds=1)) == answer(known=REPORT) == reported


def test_before_the_plan_was_loaded_nothing_is_known(reported):
    with pytest.raises(Invalid, match="known"):
        answer(known=REPORT - timedelta(days=1))


def test_every_decision_is_kept(reported):
    plan, first = queries.by_code(make.CODE, None), evidence(asset("kept").tag)
    decisions_made.decide(plan, first, quantity=1, by=None)
    decisions_made.decide(plan, first, state=EvidenceState.EXCLUDED, reason="nhầm", by=None)
    decisions_made.decide(plan, first, state=EvidenceState.COUNTED, by=None)
    kept = select(EvidenceDecision.state, EvidenceDecision.decided_at).where(
        EvidenceDecision.record_id == first.record_id
    )
    found = db.session.execute(kept.order_by(EvidenceDecision.id)).all()
    assert [state.value for state, _at in found] == ["counted", "excluded", "counted"]
    assert found[-1].decided_at == first.decided_at > found[0].decided_at


def test_the_number_of_statements_does_not_depend_on_what_changed_since(reported):
    def statements() -> int:
        said: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            said.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        answer(known="then")
        event.remove(db.engine, "before_cursor_execute", note)
        return len(said)

    for deed in ("a calibration is voided", "an activity is voided", "an asset becomes part of a set"):
        SINCE[deed]()
    _withdraw()
    db.session.flush()
    once = statements()
    SINCE["the list of a course is replaced"]()
    count("II.2.a", asset("not counted yet").tag, RecordType.ASSET)
    db.session.flush()
    assert statements() == once <= 25


@pytest.mark.parametrize("status", Status)
def test_what_holds_is_said_alike_of_values_and_of_rows(session, status):
    make.plan()
    for commissioned_on in (None, date(2026, 1, 1)):
        one = make_assets.asset(owner="STC", status=status)
        one.commissioned_on = commissioned_on
        db.session.flush()
        holds = records.facts([records.Record(RecordType.ASSET, one.tag)], None)
        said = {"status": status.value, "parent": None, "commissioned_on": commissioned_on}
        assert retracing.asset_holds(said) is next(iter(holds.values())).holds
        assert not retracing.asset_holds(said | {"parent": "X"})


def test_only_an_issued_calibration_holds():
    assert {status for status in RecordStatus if retracing.calibration_holds({"status": status.value})} == {"issued"}


def test_the_day_and_the_instant_that_are_meant():
    evening = datetime(2025, 12, 10, 16, 59, 59, 999_999, tzinfo=UTC)
    assert rollups.instant_of("then", REPORT) == rollups.instant_of(REPORT, LATER) == evening
    assert rollups.instant_of(evening, LATER) == evening
    assert rollups.instant_of(None, LATER) is None
    assert rollups.day_of(None, evening) == rollups.day_of(None, REPORT) == rollups.day_of(REPORT, LATER) == REPORT


def test_money_is_known_from_when_it_was_booked(reported):
    entry = db.session.scalars(select(MoneyEntry)).one()
    actions.reverse_money(queries.by_code(make.CODE, None), entry, reason="nhầm", by=None)
    db.session.flush()
    assert answer()["money"]["allocated"] == 0
    assert answer(known="then")["money"]["allocated"] == reported["money"]["allocated"] == 500_000_000
