"""Custody: what may be handed out, to whom, who has it now, and a history that forgets nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registry.accounts import actions as accounts
from registry.accounts.models import Person
from registry.accounts.queries import organisation_by_code
from registry.assets import actions as assets
from registry.assets import queries as found
from registry.assets import tags
from registry.assets.custody import actions, queries
from registry.assets.custody.rules import Condition, Direction, EventKind, HoldingKind
from registry.assets.lifecycle import queries as lives
from registry.assets.lifecycle.models import Fault
from registry.assets.models import Asset
from registry.assets.rules import Kind, Proof, Status
from registry.kernel import audit
from registry.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE, People
from tests.statements import sent

DAY = timedelta(days=1)
WEEK = TODAY + 7 * DAY


@pytest.fixture
def keeper(people: People, session) -> Person:
    return people.keeper.person()


def out(asset: Asset, by: Person | None = None, **said: Any) -> Any:
    return actions.check_out(asset, **{"holder": "Lê Văn Á", "expected_back_on": WEEK} | said, by=by)


def kinds(asset: Asset) -> list[EventKind]:
    return [event.kind for event in reversed(queries.history(asset).items)]


def refused_at(act: Any) -> list[str]:
    with pytest.raises(Invalid) as refused:
        act()
    return list(refused.value.errors or {})


def test_what_was_disposed_of_has_no_place_any_more(session, keeper):
    asset = make.asset(status=Status.DISPOSED)
    with pytest.raises(Conflict):
        actions.move(asset, location="Kho 9", by=keeper)


def test_a_move_changes_what_is_said_and_keeps_both_ends(session, keeper):
    asset = make.asset(location="Phòng 1", custodian="Lê Văn Á")
    event = actions.move(asset, location="Phòng 2", note="Sửa trần", by=keeper)
    assert (event.from_location, event.to_location, event.to_custodian) == ("Phòng 1", "Phòng 2", "Lê Văn Á")
    actions.move(asset, custodian=None, by=keeper)
    assert (asset.location, asset.custodian) == ("Phòng 2", None)
    with pytest.raises(Conflict):
        actions.move(asset, location="Phòng 2", by=keeper)
    session.commit()
    assert "phong 2" in asset.search
    assert audit.history("asset", asset.tag)[1].changes["location"] == ["Phòng 1", "Phòng 2"]


@pytest.mark.parametrize("levels", [1, 2])
def test_a_set_is_not_handed_out_while_somebody_has_a_component_of_it(session, keeper, levels):
    whole = within = make.asset(name="Bộ quả cân")
    for _level in range(levels):
        within = make.asset(parent_id=within.id)
    session.flush()
    actions.check_out(within, holder="An", expected_back_on=TODAY, by=keeper)
    for hand in (
        lambda: actions.check_out(whole, holder="Bình", expected_back_on=TODAY, by=keeper),
        lambda: actions.offer(whole, to=ELSEWHERE, by=keeper),
        lambda: actions.ship(whole, lab="VMI", expected_back_on=TODAY, by=keeper),
    ):
        with pytest.raises(Conflict, match=tags.grouped(within.tag)):
            hand()
    actions.check_in(within, by=keeper)
    assert actions.check_out(whole, holder="Bình", expected_back_on=TODAY, by=keeper).holder == "Bình"


def test_editing_place_custodian_or_owner_joins_the_history(session, keeper):
    asset = make.asset(location="Phòng 1")
    assets.edit(asset, name="Cân khác", by=keeper)
    assert kinds(asset) == []
    assets.edit(asset, location="Phòng 2", by=keeper)
    assets.edit(asset, custodian="Lê Văn Á", by=keeper)
    assets.edit(asset, owner=DEPARTMENT, by=None)
    events = list(reversed(queries.history(asset).items))
    assert {event.kind for event in events} == {EventKind.MOVED}
    assert (events[0].from_location, events[0].to_location) == ("Phòng 1", "Phòng 2")
    assert (events[2].from_organisation.code, events[2].to_organisation.code) == (CENTRE, DEPARTMENT)


def test_a_check_out_and_in(session, keeper):
    asset = make.asset(location="Phòng 1")
    event = out(asset, keeper, note="Đi Chợ Mới")
    held = queries.held(asset)
    assert held is not None
    assert (held.kind, held.holder, held.expected_back_on) == (HoldingKind.CHECK_OUT, "Lê Văn Á", WEEK)
    assert (event.actor, event.holder, asset.location) == (keeper.name, "Lê Văn Á", "Phòng 1")
    back = actions.check_in(asset, by=keeper)
    assert (back.holder, queries.held(asset), asset.location) == ("Lê Văn Á", None, "Phòng 1")
    assert kinds(asset) == [EventKind.CHECKED_OUT, EventKind.CHECKED_IN]
    assert [entry.action for entry in audit.history("asset", asset.tag)] == ["asset.check_in", "asset.check_out"]


def test_nobody_is_given_what_somebody_has(session, keeper):
    asset = make.asset()
    out(asset, keeper)
    for act in (
        lambda: out(asset, keeper),
        lambda: actions.ship(asset, lab="PTN-1", expected_back_on=WEEK, by=keeper),
        lambda: actions.offer(asset, to=DEPARTMENT, by=keeper),
        lambda: actions.receive_back(asset, by=keeper),
        lambda: actions.withdraw(asset, by=keeper),
    ):
        with pytest.raises(Conflict):
            act()
    actions.check_in(asset, by=keeper)
    with pytest.raises(Conflict):
        actions.check_in(asset, by=keeper)


@pytest.mark.parametrize(("days", "right"), [(-1, False), (0, True), (30, True)])
def test_it_is_expected_back_today_or_later(session, keeper, days, right):
    if right:
        assert out(make.asset(), keeper, expected_back_on=TODAY + days * DAY)
    else:
        assert refused_at(lambda: out(make.asset(), keeper, expected_back_on=TODAY + days * DAY)) == [
            "expected_back_on"
        ]


@pytest.mark.parametrize(
    ("said", "fit"),
    [
        ({"due_on": TODAY}, True),
        ({"due_on": TODAY - DAY}, False),
        ({"proof": Proof.FAILED}, False),
        ({"proof": Proof.MISSING}, False),
        ({}, True),
        ({"status": Status.LIMITED_USE}, True),
        ({"status": Status.QUARANTINED}, False),
        ({"status": Status.PLANNED}, False),
        ({"status": Status.RETIRED}, False),
    ],
)
def test_what_is_overdue_or_unfit_takes_a_recorded_reason(session, keeper, said, fit):
    for hand in (out, lambda asset, by, **said: actions.offer(asset, to=ELSEWHERE, by=by, **said)):
        asset = make.asset(**said)
        if fit:
            hand(asset, keeper)
            continue
        assert refused_at(lambda a=asset, h=hand: h(a, keeper)) == ["override_reason"]
        event = hand(asset, keeper, override_reason="Chỉ để trưng bày")
        assert event.override_reason == "Chỉ để trưng bày"


def test_what_was_disposed_of_is_handed_to_nobody(session, keeper):
    with pytest.raises(Conflict):
        out(make.asset(status=Status.DISPOSED), keeper, override_reason="Tìm thấy lại")


def test_what_somebody_has_is_not_disposed_of(session, keeper):
    asset = make.asset(status=Status.RETIRED)
    out(asset, keeper, override_reason="Trưng bày")
    with pytest.raises(Conflict):
        assets.edit(asset, status=Status.DISPOSED, status_reason="Hỏng hẳn", by=keeper)


def test_what_comes_back_damaged_says_so_and_is_quarantined(session, keeper):
    asset = make.asset()
    out(asset, keeper)
    assert refused_at(lambda: actions.check_in(asset, condition=Condition.DAMAGED, by=keeper)) == ["note"]
    actions.check_in(asset, condition=Condition.DAMAGED, note="Móp thân", location="Kho", by=keeper)
    assert (asset.status, asset.location) == (Status.QUARANTINED, "Kho")
    assert [fault.description for fault in lives.history(Fault, asset).items] == ["Móp thân"]


def test_a_shipment_is_out_for_calibration_until_it_is_back(session, keeper):
    asset = make.asset(due_on=TODAY - DAY, location="Phòng 1")
    actions.ship(asset, lab="VMI", expected_back_on=WEEK, by=keeper)
    assert asset.status is Status.OUT_FOR_CALIBRATION
    with pytest.raises(Conflict):
        actions.check_in(asset, by=keeper)
    actions.receive_back(asset, location="Phòng 3", by=keeper)
    assert (asset.status, asset.location, queries.held(asset)) == (Status.OUT_OF_SERVICE, "Phòng 3", None)
    assert kinds(asset) == [EventKind.SHIPPED, EventKind.RETURNED]
    actions.ship(asset, lab="VMI", expected_back_on=WEEK, by=keeper)


@pytest.mark.parametrize("status", [Status.PLANNED, Status.PROCURED, Status.RETIRED, Status.DISPOSED])
def test_what_cannot_be_calibrated_is_not_shipped(session, keeper, status):
    asset = make.asset(status=status)
    assert refused_at(lambda: actions.ship(asset, lab="VMI", expected_back_on=WEEK, by=keeper)) == ["status"]


def test_an_accepted_offer_changes_the_owner_and_keeps_both_in_history_and_log(session, people, keeper):
    asset = make.asset(location="Phòng 1", custodian="Lê Văn Á", serial_no="S-1")
    actions.offer(asset, to=ELSEWHERE, note="Theo QĐ 12", by=keeper)
    session.commit()
    stranger = people.stranger.person()
    received = found.by_tag(stranger, asset.tag, lock=True)
    actions.accept(received, location="Kho B", by=stranger)
    session.commit()
    assert (asset.owner.code, asset.location, asset.custodian) == (ELSEWHERE, "Kho B", None)
    accepted, offered = queries.history(asset).items
    assert (offered.from_organisation.code, offered.to_organisation.code, offered.note) == (
        CENTRE,
        ELSEWHERE,
        "Theo QĐ 12",
    )
    assert (accepted.from_organisation.code, accepted.to_organisation.code) == (CENTRE, ELSEWHERE)
    assert (accepted.from_location, accepted.to_location, accepted.actor) == ("Phòng 1", "Kho B", stranger.name)
    assert audit.history("asset", asset.tag)[0].changes["owner"] == [CENTRE, ELSEWHERE]
    with pytest.raises(NotFound):
        found.by_tag(keeper, asset.tag)
    assert [event.asset.name for event in queries.settled_offers(keeper)] == [asset.name]


def test_the_receiver_sees_what_is_offered_and_only_as_long_as_it_is(session, people, keeper):
    asset, other = make.asset(), make.asset()
    stranger = people.stranger.person()
    actions.offer(asset, to=ELSEWHERE, by=keeper)
    out(other, keeper)
    assert found.by_tag(stranger, asset.tag) is asset
    assert session.scalars(found.visible_to(stranger, select(Asset))).all() == []
    with pytest.raises(NotFound):
        found.by_tag(stranger, other.tag)
    with pytest.raises(Forbidden):
        actions.move(asset, location="Kho", by=stranger)
    actions.withdraw(asset, by=keeper)
    with pytest.raises(NotFound):
        found.by_tag(stranger, asset.tag)


def test_only_the_receiver_answers_and_only_the_owner_withdraws(session, people, keeper):
    asset = make.asset()
    actions.offer(asset, to=ELSEWHERE, by=keeper)
    for act in (actions.accept, actions.decline):
        with pytest.raises(Forbidden):
            act(asset, by=keeper)
    with pytest.raises(Forbidden):
        actions.withdraw(asset, by=people.stranger.person())
    actions.decline(asset, note="Không có chỗ", by=people.stranger.person())
    assert (asset.owner.code, queries.held(asset)) == (CENTRE, None)
    assert kinds(asset) == [EventKind.OFFERED, EventKind.DECLINED]
    with pytest.raises(Conflict):
        actions.accept(asset, by=people.stranger.person())


def test_an_offer_goes_to_another_organisation_that_lives(session, keeper):
    gone = accounts.add_organisation(
        code="CU", name_vi="Cũ", name_en="Old", kind=organisation_by_code(CENTRE).kind, valid_to=TODAY - DAY, by=None
    )
    asset = make.asset()
    for wrong in (CENTRE, gone.code, "KHONG-CO"):
        assert refused_at(lambda to=wrong: actions.offer(asset, to=to, by=keeper)) == ["to"]


def test_what_is_offered_keeps_its_owner_until_the_answer(session, keeper):
    asset = make.asset()
    actions.offer(asset, to=ELSEWHERE, by=keeper)
    with pytest.raises(Conflict):
        assets.edit(asset, owner=DEPARTMENT, by=None)


def test_a_receiver_who_has_the_same_serial_number_is_told(session, people, keeper):
    said: Any = {"kind": Kind.INSTRUMENT, "name": "Cân", "serial_no": "S-1"}
    asset = assets.register(**said, owner=CENTRE, by=None)
    assets.register(**said, owner=ELSEWHERE, by=None)
    actions.offer(asset, to=ELSEWHERE, by=keeper)
    with pytest.raises(Conflict):
        actions.accept(asset, by=people.stranger.person())


def test_a_set_goes_over_with_its_components_and_a_component_only_with_its_set(session, people, keeper):
    whole = make.asset(name="Bộ quả cân")
    part = make.asset(name="Quả cân 1 g")
    assets.edit(part, parent=whole.tag, by=keeper)
    assert refused_at(lambda: actions.offer(part, to=ELSEWHERE, by=keeper)) == ["to"]
    actions.offer(whole, to=ELSEWHERE, by=keeper)
    actions.accept(whole, by=people.stranger.person())
    session.commit()
    session.refresh(part)
    assert part.owner.code == ELSEWHERE
    assert queries.history(part).items[0].to_organisation.code == ELSEWHERE


def test_the_list_of_what_is_out_begins_with_what_is_awaited_longest(session, people, keeper, clock):
    first, second, third, elsewhere = make.asset(), make.asset(), make.asset(), make.asset(owner=ELSEWHERE)
    out(first, expected_back_on=TODAY + 2 * DAY)
    out(second, expected_back_on=TODAY + DAY)
    actions.ship(third, lab="VMI", expected_back_on=TODAY + 3 * DAY, by=None)
    out(elsewhere)

    def listed(**said: Any) -> list[int]:
        return [held.asset_id for held in queries.out_page(keeper, today=TODAY + 2 * DAY, **said).items]

    assert listed() == [second.id, first.id, third.id]
    assert (listed(late=True), listed(late=False)) == ([second.id], [first.id, third.id])
    assert (listed(kind=HoldingKind.SHIPMENT), listed(kind=HoldingKind.OFFER)) == ([third.id], [])
    page = queries.out_page(keeper, today=TODAY, limit=2)
    assert [held.asset_id for held in queries.out_page(keeper, today=TODAY, limit=2, cursor=page.next).items] == [
        third.id
    ]


def test_offers_are_listed_to_both_sides_and_to_nobody_else(session, people, keeper):
    asset, other = make.asset(), make.asset(owner=DEPARTMENT)
    actions.offer(asset, to=ELSEWHERE, by=keeper)
    actions.offer(other, to=CENTRE, by=None)

    def listed(who: str, direction: Direction | None = None) -> list[int]:
        return [held.asset_id for held in queries.offer_page(getattr(people, who).person(), direction=direction).items]

    assert listed("keeper") == [other.id, asset.id]
    assert listed("keeper", Direction.INCOMING) == [other.id]
    assert listed("keeper", Direction.OUTGOING) == [asset.id]
    assert listed("stranger") == [asset.id]
    assert listed("stranger", Direction.OUTGOING) == []


@pytest.mark.parametrize("who", ["inspector", "planner", "stranger"])
def test_who_may_not(session, people, who):
    asset, held, person = make.asset(), make.asset(), getattr(people, who).person()
    out(held)
    for act in (
        lambda: out(asset, person),
        lambda: actions.check_in(held, by=person),
        lambda: actions.move(asset, location="Kho", by=person),
        lambda: actions.ship(asset, lab="VMI", expected_back_on=WEEK, by=person),
        lambda: actions.receive_back(held, by=person),
        lambda: actions.offer(asset, to=DEPARTMENT, by=person),
    ):
        with pytest.raises(Forbidden):
            act()


def test_lists_and_histories_cost_the_same_number_of_statements_however_long(session, keeper):
    asset, counts = make.asset(), []
    for times in (2, 12):
        for time in range(times):
            actions.move(asset, location=f"Phòng {times} {time}", by=keeper)
            out(make.asset(), keeper)
            actions.offer(make.asset(), to=ELSEWHERE, by=keeper)
            actions.offer(offered := make.asset(), to=ELSEWHERE, by=None)
            actions.decline(offered, by=None)
        session.commit()
        session.expire_all()
        session.refresh(keeper)
        session.refresh(asset)
        with sent() as statements:
            for event in queries.history(asset).items:
                assert event.to_organisation.code == CENTRE
            for held in [*queries.out_page(keeper, today=TODAY).items, *queries.offer_page(keeper).items]:
                assert held.asset.owner.code == CENTRE
            assert all(event.asset.name for event in queries.settled_offers(keeper))
        counts.append(len(statements))
    assert counts[0] == counts[1]
