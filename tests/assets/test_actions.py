"""Registering, changing and proving assets; each change is in the log with its old and new values."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from registry.accounts.models import Person
from registry.assets import actions
from registry.assets.lists import queries as lists
from registry.assets.models import Asset, Schedule
from registry.assets.rules import CharacteristicValues, Kind, Proof, ScheduleKind, Status
from registry.kernel import audit
from registry.kernel.errors import Conflict, Forbidden, Invalid
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE, People

CALIBRATION, VERIFICATION = ScheduleKind.CALIBRATION, ScheduleKind.VERIFICATION
YEARLY: list[Any] = [{"kind": CALIBRATION, "interval_months": 12}]
BOTH: list[Any] = [*YEARLY, {"kind": VERIFICATION, "interval_months": 24}]
MASS: CharacteristicValues = {
    "quantity": "Khối lượng",
    "unit": "g",
    "range_low": Decimal("0.10"),
    "mpe": Decimal("0.0050"),
}
TEMPERATURE: CharacteristicValues = {"quantity": "Nhiệt độ", "unit": "°C", "accuracy_class": "A"}


@pytest.fixture
def keeper(people: People, session) -> Person:
    return people.keeper.person()


def registered(by: Person | None, **said: Any) -> Asset:
    return actions.register(**{"kind": Kind.STANDARD, "name": "Quả cân F1", "owner": CENTRE} | said, by=by)


def fresh(session, asset: Asset) -> Asset:
    """The asset as it is stored."""
    session.commit()
    session.expire_all()
    found: Asset = session.scalars(select(Asset).filter_by(tag=asset.tag)).one()
    return found


def test_what_is_registered_is_read_again_digit_by_digit(session, keeper):
    made = registered(keeper, name='Bộ "quả cân" Đồng', characteristics=[MASS, TEMPERATURE], schedules=BOTH)
    read = fresh(session, made)
    assert read.name == 'Bộ "quả cân" Đồng'
    assert read.owner.code == CENTRE
    assert [str(held.range_low) for held in read.characteristics] == ["0.10", "None"]
    assert str(read.characteristics[0].mpe) == "0.0050"
    assert [(held.kind, held.interval_months, held.proof) for held in read.schedules] == [
        (CALIBRATION, 12, Proof.MISSING),
        (VERIFICATION, 24, Proof.MISSING),
    ]
    assert (read.proof, read.due_on, read.status) == (Proof.MISSING, None, Status.IN_SERVICE)


def test_the_log_holds_what_was_said_and_nothing_derived(session, keeper):
    made = registered(keeper, serial_no="S1", schedules=YEARLY)
    actions.edit(made, name="Quả cân E2", owner=DEPARTMENT, by=None)
    actions.edit(made, name="Quả cân E2", by=None)
    changed, first = audit.history("asset", made.tag)
    assert (first.action, first.actor) == ("asset.register", keeper.name)
    assert first.changes["owner"] == [None, CENTRE]
    assert first.changes["schedules"] == [[], [{"kind": "calibration", "interval_months": 12}]]
    assert not {"id", "owner_id", "search", "due_order", "name_order", "version"} & first.changes.keys()
    assert changed.changes == {"name": ["Quả cân F1", "Quả cân E2"], "owner": [CENTRE, DEPARTMENT]}


def test_a_change_touches_what_is_said_and_null_empties(session, keeper):
    made = registered(keeper, location="Phòng 1", custodian="Lê Văn Á", characteristics=[MASS], schedules=YEARLY)
    actions.edit(made, location=None, by=keeper)
    read = fresh(session, made)
    assert (read.location, read.custodian, len(read.characteristics)) == (None, "Lê Văn Á", 1)


def test_a_list_replaces_the_one_before_row_by_row(session, keeper):
    made = registered(keeper, characteristics=[MASS, TEMPERATURE])
    actions.edit(made, characteristics=[TEMPERATURE, MASS, TEMPERATURE], by=keeper)
    assert [held.unit for held in fresh(session, made).characteristics] == ["°C", "g", "°C"]
    actions.edit(fresh(session, made), characteristics=[], by=keeper)
    assert fresh(session, made).characteristics == []


def test_proofs_are_summed_up_as_the_worst_and_the_earliest(session, keeper):
    made = registered(keeper, schedules=BOTH)
    actions.prove(made, CALIBRATION, proof=Proof.GOOD, due_on=date(2027, 6, 1), performed_on=date(2026, 6, 1))
    assert (made.proof, made.due_on) == (Proof.MISSING, date(2027, 6, 1))
    actions.prove(
        made, VERIFICATION, proof=Proof.GOOD, due_on=date(2027, 1, 31), performed_on=date(2026, 1, 31), by=keeper
    )
    assert (made.proof, made.due_on) == (Proof.GOOD, date(2027, 1, 31))
    assert audit.history("asset", made.tag)[0].changes["due_on"] == ["2027-06-01", "2027-01-31"]
    actions.prove(made, VERIFICATION, proof=Proof.FAILED, due_on=None, performed_on=date(2026, 3, 1))
    read = fresh(session, made)
    assert (read.proof, read.due_on) == (Proof.FAILED, date(2027, 6, 1))
    assert read.schedules[1].last_performed_on == date(2026, 3, 1)


def test_a_proof_without_a_schedule_moves_nothing(session, keeper):
    made = registered(keeper, schedules=YEARLY)
    said: Any = {"proof": Proof.GOOD, "due_on": date(2027, 1, 1), "performed_on": date(2026, 1, 1)}
    assert actions.prove(made, ScheduleKind.TESTING, **said) is None
    assert (made.proof, made.due_on) == (Proof.MISSING, None)
    assert len(audit.history("asset", made.tag)) == 1


def test_a_schedule_given_up_no_longer_counts_and_waits_for_proof_when_taken_up_again(session, keeper):
    made = registered(keeper, schedules=BOTH)
    actions.prove(made, CALIBRATION, proof=Proof.GOOD, due_on=date(2027, 6, 1), performed_on=date(2026, 6, 1))
    actions.edit(made, schedules=YEARLY, by=keeper)
    assert (made.proof, made.due_on) == (Proof.GOOD, date(2027, 6, 1))
    actions.edit(fresh(session, made), schedules=[], by=keeper)
    read = fresh(session, made)
    assert (read.proof, read.due_on, read.required_schedules) == (Proof.MISSING, None, [])
    actions.edit(read, schedules=[{"kind": CALIBRATION, "interval_months": 6}], by=keeper)
    read = fresh(session, made)
    assert [(held.interval_months, held.proof) for held in read.required_schedules] == [(6, Proof.MISSING)]
    assert session.query(Schedule).count() == 2


def test_another_interval_leaves_the_recorded_due_date_alone(session, keeper):
    made = registered(keeper, schedules=YEARLY)
    actions.prove(made, CALIBRATION, proof=Proof.GOOD, due_on=date(2027, 6, 1), performed_on=date(2026, 6, 1))
    actions.edit(made, schedules=[{"kind": CALIBRATION, "interval_months": 6}], by=keeper)
    assert (made.proof, made.due_on) == (Proof.GOOD, date(2027, 6, 1))


@pytest.mark.parametrize("same", [{}, {"manufacturer": "METTLER", "model": "Đ-1"}])
def test_the_same_make_and_serial_number_of_one_owner_is_refused(session, keeper, same):
    first = registered(keeper, serial_no="S-1", manufacturer=same.get("manufacturer"), model=same.get("model"))
    again = {field: value.lower() for field, value in same.items()}
    with pytest.raises(Conflict) as refused:
        registered(keeper, serial_no="S-1", **again)
    assert list(refused.value.errors or {}) == ["serial_no"]
    assert first.tag in str(refused.value.detail).replace("-", "")
    registered(keeper, serial_no="S-1", manufacturer="Sartorius", model="M2")
    registered(keeper, serial_no="S-2", **same)
    registered(keeper, serial_no=None, **same)
    registered(keeper, serial_no=None, **same)
    registered(None, owner=ELSEWHERE, serial_no="S-1", **same)


def test_a_change_into_a_duplicate_is_refused_and_staying_the_same_is_not(session, keeper):
    registered(keeper, serial_no="S-1", manufacturer="Mettler")
    other = registered(keeper, serial_no="S-2", manufacturer="Mettler")
    actions.edit(other, serial_no="S-2", name="Khác", by=keeper)
    with pytest.raises(Conflict):
        actions.edit(other, serial_no="S-1", by=keeper)


def test_where_nobody_says_who_made_it_a_serial_number_is_taken_once_under_a_name(session, keeper):
    registered(keeper, name="Đầu dò", serial_no="S-1")
    other = registered(keeper, name="Nhiệt kế", serial_no="S-1")
    registered(keeper, name="Đầu dò", serial_no="S-1", model="X")
    with pytest.raises(Conflict, match="cùng tên"):
        registered(keeper, name="DAU DO", serial_no="S-1")
    with pytest.raises(Conflict):
        actions.edit(other, name="Đầu dò", by=keeper)


def test_status_goes_only_where_it_may(session, keeper):
    made = registered(keeper)
    actions.edit(made, status=Status.QUARANTINED, by=keeper)
    with pytest.raises(Invalid):
        actions.edit(made, status=Status.PLANNED, by=keeper)
    assert fresh(session, made).status is Status.QUARANTINED


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("keeper", True),
        ("technician", True),
        ("admin", True),
        ("inspector", False),
        ("planner", False),
        ("stranger", False),
    ],
)
def test_who_may_write(session, people, who, may):
    person = getattr(people, who).person()
    made = registered(None)
    for act in (lambda: registered(person), lambda: actions.edit(made, name="Khác", by=person)):
        if may:
            act()
        else:
            with pytest.raises(Forbidden):
                act()


def test_an_asset_is_given_only_to_an_owner_one_may_write_for(session, people):
    made = registered(people.technician.person())
    with pytest.raises(Forbidden):
        actions.edit(made, owner=ELSEWHERE, by=people.technician.person())
    with pytest.raises(Invalid) as refused:
        actions.edit(made, owner="NONE", by=people.technician.person())
    assert list(refused.value.errors or {}) == ["owner"]


def test_the_search_text_follows_every_change(session, keeper):
    made = registered(keeper, name="Đồng hồ nước", serial_no="S-7")
    actions.edit(made, location="Kho số 2", by=keeper)
    session.commit()
    for typed in ("dong ho nuoc", "ĐỒNG HỒ", "s-7", "kho so 2", made.tag.lower(), f"{made.tag[:4]} {made.tag[4:]}"):
        assert [row.tag for row in lists.asset_page(keeper, today=date(2026, 1, 1), q=typed).items] == [made.tag]
    for typed in ("%", "_", "\\", "kho so 3"):
        assert lists.asset_page(keeper, today=date(2026, 1, 1), q=typed).items == []
