"""Opening, scanning and closing a stock-take: nothing is lost, nothing counts twice, a closed one stays as it is."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from registry.accounts.models import Person
from registry.assets import tags
from registry.assets.custody.models import CustodyEvent
from registry.assets.custody.rules import EventKind
from registry.assets.labels import actions as labels
from registry.assets.labels.models import Label
from registry.assets.labels.rules import Revocation
from registry.assets.rules import Doubt, Kind, Status
from registry.assets.stocktake import actions, queries
from registry.assets.stocktake.models import StockTake, StockTakeItem, StockTakeScan
from registry.assets.stocktake.rules import Part, Verdict
from registry.kernel import audit, clock
from registry.kernel.errors import Conflict, Forbidden, Invalid
from tests.make import stocktake as make
from tests.make.stocktake import PLACE, scan
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE, People
from tests.statements import sent

pytestmark = pytest.mark.usefixtures("session", "english")


@pytest.fixture
def technician(people: People, session) -> Person:
    return people.technician.person()


def told(take: StockTake, by: Person | None, *said: dict[str, Any]) -> list[Verdict]:
    return [answer.verdict for answer in actions.receive(take, scans=list(said), by=by)]


def listed(take: StockTake, part: Part) -> list[str]:
    return [line.tag for line in queries.part_of(take, state=part).items]


class TestWhatIsExpected:
    def test_what_is_registered_at_the_place_and_in_it(self, technician):
        here = [make.at("phòng 1"), make.at("PHONG 1, tủ 2")]
        make.at("Phòng 12")
        make.at(None)
        make.at(owner=ELSEWHERE)
        take = make.take(by=technician)
        assert take.expected == 2
        assert sorted(listed(take, Part.MISSING)) == sorted(asset.tag for asset in here)

    def test_without_a_place_everything_the_organisation_and_those_below_have(self, people):
        mine, below = make.at("Kho", owner=DEPARTMENT), make.at(None)
        take = make.take(None, organisation=DEPARTMENT, by=people.admin.person())
        assert set(listed(take, Part.MISSING)) == {mine.tag, below.tag}

    @pytest.mark.parametrize("status", [Status.RETIRED, Status.DISPOSED, Status.PLANNED, Status.OUT_FOR_CALIBRATION])
    def test_what_does_not_stand_on_its_shelf_is_left_out(self, technician, status):
        make.at(status=status)
        assert make.take(by=technician).expected == 0

    def test_a_set_counts_as_one_thing(self, technician):
        box = make.at(name="Bộ quả cân")
        make.at(name="Quả cân 1 kg", parent_id=box.id)
        assert listed(make.take(by=technician), Part.MISSING) == [box.tag]

    def test_the_place_is_spelt_as_most_of_what_is_there_spells_it(self, technician):
        for spelt in ("Phòng Khối lượng", "Phòng khối lượng", "Phòng khối lượng"):
            make.at(spelt)
        assert make.take("phong khoi luong", by=technician).location == "Phòng khối lượng"
        assert make.take("Nhà mới", by=technician).location == "Nhà mới"

    def test_the_scope_narrows_it(self, technician):
        make.at()
        instrument = make.at(kind=Kind.INSTRUMENT, status=Status.QUARANTINED)
        assert listed(make.take(by=technician, only_kind=Kind.INSTRUMENT), Part.MISSING) == [instrument.tag]
        assert listed(make.take(by=technician, only_status=Status.QUARANTINED), Part.MISSING) == [instrument.tag]

    def test_it_is_remembered_as_it_was_and_listed_by_name(self, session, technician):
        later, first = make.at(name="Đồng hồ"), make.at(name="áp kế")
        take = make.take(by=technician)
        later.name, later.location = "Khác", "Kho"
        session.flush()
        lines = queries.part_of(take).items
        assert [(line.tag, line.name, line.location) for line in lines] == [
            (first.tag, "áp kế", PLACE),
            (later.tag, "Đồng hồ", PLACE),
        ]

    def test_too_much_is_refused_with_what_to_do(self, technician, monkeypatch):
        monkeypatch.setattr(actions, "MOST_EXPECTED", 1)
        make.at()
        make.at()
        with pytest.raises(Invalid, match="smaller place"):
            make.take(by=technician)

    def test_only_who_may_write_the_organisations_assets_opens_one(self, people):
        for who in (people.inspector, people.stranger):
            with pytest.raises(Forbidden):
                make.take(by=who.person())


class TestScans:
    def test_each_is_told_what_it_is(self, technician):
        here, other = make.at(), make.at("Kho 3")
        retired, foreign = make.at(status=Status.RETIRED), make.at(owner=ELSEWHERE)
        take = make.take(by=technician)
        said = [here.tag, here.tag, other.tag, retired.tag, foreign.tag, tags.new(), "sai"]
        answers = actions.receive(take, scans=[scan(tag) for tag in said], by=technician)
        assert [answer.verdict for answer in answers] == [
            "found",
            "already",
            "elsewhere",
            "unexpected",
            "unexpected",
            "unknown",
            "mistyped",
        ]
        assert (answers[0].name, answers[0].location, answers[0].fit_for_use) == (here.name, PLACE, True)
        assert (answers[2].location, answers[2].owner.code) == ("Kho 3", CENTRE)
        assert (answers[3].fit_for_use, answers[3].owner.code) == (False, CENTRE)
        assert (answers[4].name, answers[4].location, answers[4].owner) == (foreign.name, None, None)
        assert (take.found, take.missing, take.elsewhere, take.unexpected, take.unknown) == (1, 0, 1, 2, 1)

    def test_a_label_in_any_form_is_understood(self, technician):
        asset = make.at()
        take = make.take(by=technician)
        address = f"HTTP://EXAMPLE.VN/S/{asset.tag}"
        assert told(take, technician, scan(address), scan(tags.grouped(asset.tag).lower())) == ["found", "already"]

    def test_another_label_and_one_it_replaced_lead_to_the_same_thing(self, session, technician):
        asset, old = make.at(), tags.new()
        asset.label_tag = tags.new()
        session.add(Label(tag=old, organisation_id=asset.owner_id, asset_id=asset.id))
        take = make.take(by=technician)
        assert queries.expected_names(take) == [[asset.tag, asset.name, asset.label_tag]]
        labels = [asset.label_tag, asset.tag, old]
        assert told(take, technician, *[scan(label) for label in labels]) == ["found", "already", "already"]
        (line,) = queries.part_of(take, state=Part.FOUND).items
        assert (line.tag, line.read) == (asset.tag, asset.label_tag)

    def test_a_scan_that_is_sent_again_is_recorded_once_and_told_the_same(self, session, technician):
        asset, other = make.at(), make.at()
        take = make.take(by=technician)
        batch = [scan(asset.tag, "k1"), scan(asset.tag, "k2"), scan(other.tag, "k1")]
        first = told(take, technician, *batch)
        assert first == ["found", "already", "found"]
        assert told(take, technician, *batch, scan(other.tag, "k3")) == [*first, "found"]
        assert session.scalar(select(func.count()).select_from(StockTakeScan)) == 3
        assert (take.found, listed(take, Part.MISSING)) == (2, [])

    def test_one_key_serves_in_two_stock_takes(self, technician):
        asset = make.at()
        for take in (make.take(by=technician), make.take(by=technician)):
            assert told(take, technician, scan(asset.tag, "k1")) == ["found"]

    def test_time_and_person_are_kept(self, technician, clock):
        asset = make.at()
        take = make.take(by=technician)
        opened = take.opened_at
        clock(opened + timedelta(hours=3))
        actions.receive(take, scans=[scan(asset.tag, at=opened + timedelta(hours=1))], by=technician)
        (line,) = queries.part_of(take, state=Part.FOUND).items
        assert (line.scanned_at, line.received_at) == (opened + timedelta(hours=1), opened + timedelta(hours=3))
        assert line.person is technician

    def test_an_inspector_reads_and_does_not_count(self, people, technician):
        take = make.take(by=technician)
        inspector = people.inspector.person()
        assert queries.by_id(inspector, take.id) is take
        with pytest.raises(Forbidden):
            told(take, inspector, scan(make.at().tag))

    def test_what_others_found_meanwhile_is_news(self, technician):
        one, two = make.at(), make.at()
        take = make.take(by=technician)
        told(take, technician, scan(one.tag), scan(one.tag))
        (first,) = queries.news(take, 0)
        told(take, technician, scan(two.tag))
        assert [row.tag for row in queries.news(take, first.id)] == [two.tag]


class TestClosing:
    def test_freezes_the_result(self, technician):
        found, lost = make.at(), make.at()
        take = make.take(by=technician)
        told(take, technician, scan(found.tag, "k1"))
        actions.close(take, missing=[{"tag": lost.tag, "note": "Cho mượn"}], note="Xong", by=technician)
        assert (take.closed_by, take.note, take.missing) == (technician, "Xong", 1)
        assert [(line.tag, line.note) for line in queries.part_of(take).items] == [(lost.tag, "Cho mượn")]
        with pytest.raises(Conflict, match="closed"):
            actions.close(take, by=technician)

    def test_refuses_new_scans_by_name_and_answers_those_that_had_arrived(self, session, technician):
        one, two = make.at(), make.at()
        take = make.take(by=technician)
        told(take, technician, scan(one.tag, "k1"))
        actions.close(take, by=technician)
        assert told(take, technician, scan(one.tag, "k1")) == ["found"]
        with pytest.raises(Conflict) as refusal:
            told(take, technician, scan(one.tag, "k1"), scan(two.tag, "k2"), scan("sai", "k3"))
        assert list(refusal.value.errors or {}) == ["scans.1.tag", "scans.2.tag"]
        assert session.scalar(select(func.count()).select_from(StockTakeScan)) == 1
        assert take.missing == 1

    def test_registers_here_what_was_found_here(self, session, technician):
        stray, other = make.at("Kho 3"), make.at("Kho 4")
        take = make.take(by=technician)
        told(take, technician, scan(stray.tag), scan(other.tag))
        actions.close(take, here_now=[{"tag": tags.grouped(stray.tag).lower()}], by=technician)
        session.flush()
        assert (stray.location, other.location) == (PLACE, "Kho 4")
        lines = queries.part_of(take, state=Part.ELSEWHERE).items
        assert {(line.tag, line.location, line.moved) for line in lines} == {
            (stray.tag, "Kho 3", True),
            (other.tag, "Kho 4", False),
        }
        assert audit.history("asset", stray.tag)[0].changes["location"] == ["Kho 3", PLACE]
        (event,) = session.scalars(select(CustodyEvent).filter_by(asset_id=stray.id))
        assert (event.kind, event.from_location, event.to_location) == (EventKind.MOVED, "Kho 3", PLACE)

    def test_knows_what_was_found_here_by_its_new_label(self, session, technician):
        stray, missing = make.at("Kho 3"), make.at()
        take = make.take(by=technician)
        label = labels.revoke(stray, because=Revocation.LOST, by=technician)
        other = labels.revoke(missing, because=Revocation.LOST, by=technician)
        told(take, technician, scan(label.tag))
        session.flush()
        actions.close(take, here_now=[{"tag": label.tag}], missing=[{"tag": other.tag, "note": "Mượn"}], by=technician)
        session.flush()
        assert stray.location == PLACE
        assert [line.note for line in queries.part_of(take, state=Part.MISSING).items] == ["Mượn"]

    @pytest.mark.parametrize("place", [PLACE, None])
    def test_moves_only_what_was_found_here(self, technician, place):
        missing = make.at()
        take = make.take(place, by=technician)
        with pytest.raises(Invalid) as refusal:
            actions.close(take, here_now=[{"tag": missing.tag}], by=technician)
        assert list(refusal.value.errors or {}) == ["here_now.0.tag" if place else "here_now"]

    def test_a_foreign_asset_stays_with_its_owner(self, people, technician):
        foreign = make.at("Kho", owner=DEPARTMENT)
        take = make.take(by=people.admin.person())
        assert told(take, people.admin.person(), scan(foreign.tag)) == ["elsewhere"]
        with pytest.raises(Forbidden):
            actions.close(take, here_now=[{"tag": foreign.tag}], by=technician)

    def test_a_note_on_what_was_found_after_all_is_refused(self, technician):
        asset = make.at()
        take = make.take(by=technician)
        told(take, technician, scan(asset.tag))
        with pytest.raises(Invalid, match="somebody may have found it"):
            actions.close(take, missing=[{"tag": asset.tag, "note": "Mất"}], by=technician)
        actions.close(take, missing=[{"tag": asset.tag, "note": None}], by=technician)

    def test_the_log_says_who_and_how_it_ended(self, technician):
        make.at()
        take = make.take(by=technician)
        actions.close(take, by=technician)
        closed, opened = audit.history("stock_take", take.id)
        assert (opened.action, opened.changes["expected"]) == ("stock_take.open", [None, 1])
        assert (closed.action, closed.changes["missing"]) == ("stock_take.close", [None, 1])


def test_five_thousand_things_cost_as_many_statements_as_five(session, technician):
    budgets = []
    for many in (5, 5000):
        stock(session, many)
        with sent() as opening:
            take = make.take(f"Kho {many}", by=technician)
        assert take.expected == many
        things = session.scalars(
            select(StockTakeItem.tag).where(StockTakeItem.stock_take_id == take.id).limit(200)
        ).all()
        with sent() as scanning:
            assert set(told(take, technician, *[scan(tag) for tag in things])) == {"found"}
        with sent() as reading:
            assert len(queries.part_of(take, limit=200).items) == min(200, many - len(things))
        budgets.append((len(opening), len(scanning), len(reading)))
    assert budgets[0] == budgets[1]
    assert max(budgets[0]) <= 12


def stock(session, many: int) -> None:
    """A store room of many things, in one statement."""
    first = make.at(f"Kho {many}")
    columns = {column.name for column in type(first).__table__.columns} - {"id", "tag"}
    like = {name: getattr(first, name) for name in columns}
    rows = [like | {"tag": tags.new(), "name": f"Cân {number:05}"} for number in range(many - 1)]
    session.execute(type(first).__table__.insert(), rows)
    assert clock.now()


def test_what_was_called_back_is_told_not_to_be_used_wherever_it_comes_from(session, technician):
    take, ours, stray = make.take(), make.at(), make.at("Kho 3")

    def fit(*read: str) -> list[bool | None]:
        return [answer.fit_for_use for answer in actions.receive(take, scans=list(map(scan, read)), by=technician)]

    assert fit(ours.tag, stray.tag) == [True, True]
    for asset in (ours, stray):
        asset.doubt = Doubt.RECALL
    assert fit(ours.tag, stray.tag) == [False, False]
