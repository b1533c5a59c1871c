"""What the board keeps is what a count of everything says, for every reader; what may lag says so."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, text, update

from registry.accounts import queries as readers
from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.assets.rules import GONE, NOT_YET, Status
from registry.jobs import counting
from registry.kernel import clock
from registry.kernel.db import db
from registry.plan import measures, progress
from registry.plan import queries as plans
from registry.plan.activities import queries as activities
from registry.plan.activities.models import Activity
from registry.plan.board import places, placing, waiting
from registry.plan.board.models import PlaceCount, ProposalsCounted, What
from tests.conftest import TODAY
from tests.make import activities as make_activities
from tests.make import assets as make_assets
from tests.make import duties as make_duties
from tests.make import plan as make

PAGE = f"/plan/{make.CODE}/board"
EARLIER = TODAY.replace(day=1) - timedelta(days=40)


def kept(what: What) -> dict[tuple[int, int, date], int]:
    every = placing.kept().subquery()
    key = every.c.body_id, every.c.other_id, every.c.month
    grouped = select(*key, func.sum(every.c.number)).where(every.c.what == what).group_by(*key)
    return {(body, other, month): int(n) for body, other, month, n in db.session.execute(grouped) if n}


def there() -> dict[tuple[int, int, date], int]:
    wanted = select(Asset.owner_id, func.count()).where(Asset.status.not_in(GONE | NOT_YET)).group_by(Asset.owner_id)
    return {(owner, owner, date.min): number for owner, number in db.session.execute(wanted)}


def done() -> dict[tuple[int, int, date], int]:
    found: dict[tuple[int, int, date], int] = {}
    for one in db.session.scalars(select(Activity).where(Activity.voided_at.is_(None))):
        key = one.subject_id or one.organiser_id, one.organiser_id, one.held_to.replace(day=1)
        found[key] = found.get(key, 0) + 1
    return found


def of_place(name: str, person=None, on: date = TODAY) -> tuple[int, int]:
    found = [one for one in places.places(person, on) if one.name == name]
    return (found[0].assets, found[0].activities) if found else (0, 0)


def proposed(code: str, on: date = TODAY) -> int:
    """Both ways: as it is kept, and the same without anything that is kept."""
    plan = plans.by_code(make.CODE, None)
    version = plans.current_version(plan)
    rows = progress.counted_rows(version)
    own = next(row.indicator_id for row in rows if row.code == code)
    return waiting.waiting(measures.question(plan, version, on, None), rows).numbers.get(own, 0)


@pytest.fixture
def _plan(people, arrange) -> None:
    with arrange():
        make.plan()


@pytest.mark.parametrize("fold", [False, True])
@pytest.mark.usefixtures("people")
def test_assets_are_counted_whatever_becomes_of_them(app, fold):
    with app.app_context():
        make_duties.enterprise("DN-A")
        body = readers.organisation_field("DN-A", "owner").id
        ids = [make_assets.asset(owner="DN-A").id for _each in range(4)]
        other = db.session.get_one(Asset, ids[0])
        for status in Status:
            db.session.execute(update(Asset).where(Asset.id == ids[1]).values(status=status))
            if fold:
                placing.fold(1)
            assert kept(What.ASSET) == there(), status
        db.session.execute(update(Asset).where(Asset.id == ids[2]).values(status=Status.DISPOSED, owner_id=1))
        db.session.execute(update(Asset).where(Asset.id == ids[3]).values(owner_id=1))
        db.session.execute(update(Asset).where(Asset.id == ids[3]).values(name="Tên khác"))
        assert kept(What.ASSET) == there()
        assert kept(What.ASSET)[body, body, date.min] == 1 + (Status(list(Status)[-1]) not in GONE | NOT_YET)
        assert other.owner_id == body


@pytest.mark.usefixtures("people")
def test_what_is_taken_back_was_never_counted(app):
    with app.app_context():
        make_assets.asset()
        db.session.commit()
        before = kept(What.ASSET)
        make_assets.asset()
        assert kept(What.ASSET) != before
        db.session.rollback()
        assert kept(What.ASSET) == before


@pytest.mark.usefixtures("people")
def test_activities_are_counted_whatever_becomes_of_them(app):
    with app.app_context():
        for code in ("DN-A", "DN-B"):
            make_duties.enterprise(code)
        one = make_activities.activity("survey", EARLIER, subject="DN-A")
        for changes in (
            {"held_to": EARLIER + timedelta(days=35)},
            {"subject_id": readers.organisation_field("DN-B", "subject").id},
            {"subject_id": None},
            {"voided_at": clock.now()},
            {"voided_at": None, "held_from": date(2024, 2, 29), "held_to": date(2024, 2, 29)},
        ):
            db.session.execute(update(Activity).where(Activity.id == one.id).values(**changes))
            db.session.expire_all()
            assert kept(What.ACTIVITY) == done(), changes
            placing.fold()
            assert kept(What.ACTIVITY) == done(), changes


@pytest.mark.usefixtures("people")
def test_folding_changes_nothing_and_leaves_nothing(app):
    with app.app_context():
        for _each in range(3):
            make_assets.asset()
        before = kept(What.ASSET), kept(What.ACTIVITY)
        assert placing.is_waiting()
        while placing.fold(2):
            assert (kept(What.ASSET), kept(What.ACTIVITY)) == before
        assert not placing.is_waiting()
        placing.count_anew(db.session.connection())
        assert (kept(What.ASSET), kept(What.ACTIVITY)) == before
        db.session.execute(delete(PlaceCount))
        assert kept(What.ASSET) != before[0]


@pytest.mark.usefixtures("people")
def test_a_place_has_its_activities_to_the_day_and_its_own_things_wherever_it_comes_to_lie(app):
    with app.app_context():
        make_duties.enterprise("DN-A")
        commune = "Xã Ba Bể"
        place = "UPDATE enterprise SET commune = :commune"
        db.session.execute(text(place), {"commune": commune})
        make_assets.asset(owner="DN-A")
        first = date(2026, 3, 31)
        for day in (first, date(2026, 4, 1), date(2026, 4, 15)):
            make_activities.activity("survey", day, subject="DN-A")
        for fold in (False, True):
            if fold:
                placing.fold()
            seen = [of_place(commune, on=day) for day in (date(2026, 3, 30), first, date(2026, 4, 1), date(2026, 5, 1))]
            assert seen == [(1, 0), (1, 1), (1, 2), (1, 3)]
        db.session.execute(text(place), {"commune": "Xã Na Rì"})
        assert of_place(commune) == (0, 0)
        assert of_place("Xã Na Rì", on=date(2026, 5, 1)) == (1, 3)


@pytest.mark.usefixtures("people")
def test_a_reader_has_only_what_is_in_reach(app):
    with app.app_context():
        make_duties.enterprise("DN-A")
        db.session.execute(text("UPDATE enterprise SET commune = 'Xã Ba Bể'"))
        make_assets.asset(owner="DN-A")
        make_activities.activity("survey", EARLIER, subject="DN-A")
        db.session.commit()
        for fold in (False, True):
            if fold:
                placing.fold()
            found = {}
            for person in db.session.scalars(select(Person)).all():
                seen = select(func.count()).select_from(Activity).where(activities.seen_by(person))
                reach = readers.reach(person)
                assets = select(func.count()).select_from(Asset)
                assets = assets if reach is None else assets.where(Asset.owner_id.in_(reach))
                found[person.email] = of_place("Xã Ba Bể", person), (db.session.scalar(assets), db.session.scalar(seen))
            assert all(shown == counted for shown, counted in found.values()), found
            assert len({shown for shown, _counted in found.values()}) > 1, "every reader has the same reach"


@pytest.mark.usefixtures("_plan")
def test_what_waits_is_kept_by_day_and_says_its_moment(app, planner):
    day = date(2026, 2, 2)
    with app.app_context():
        tags = [make_assets.asset(kind="standard", commissioned_on=day + timedelta(days=at)).tag for at in range(3)]
        make_activities.activity("communication", EARLIER, aspect="press")
        db.session.commit()
        days = (day - timedelta(days=1), day, day + timedelta(days=1), TODAY)
        codes = [row.code for row in progress.counted_rows(plans.current_version(plans.by_code(make.CODE, None)))]
        live = {(code, on): proposed(code, on) for code in codes for on in days}
        assert len(set(live.values())) > 2
    assert "Bản ghi chờ quyết định" not in planner.pages.get(PAGE).text
    with app.app_context():
        assert counting.count_waiting() == 1
        assert {(code, on): proposed(code, on) for code in codes for on in days} == live
        row = next(code for code in codes if live[code, TODAY] == 3)
        make.evidence(row, tags[0])
        db.session.commit()
        assert proposed(row) == 3
        moment = db.session.scalars(select(ProposalsCounted.counted_at)).one()
    page = planner.pages.get(PAGE).text
    assert f'<time datetime="{moment.isoformat()}">' in page.partition('id="gaps"')[2].partition("</section>")[0]
    with app.app_context():
        db.session.execute(update(ProposalsCounted).values(counted_at=moment - timedelta(hours=1)))
        db.session.commit()
        assert counting.count_waiting() == 1
        assert proposed(row) == 2


@pytest.mark.usefixtures("_plan")
def test_what_waits_is_counted_again_only_when_something_was_done_and_not_all_the_time(app):
    with app.app_context():
        assert counting.count_waiting() == 1
        moment = db.session.scalars(select(ProposalsCounted.counted_at)).one()
        later = clock.now() + 2 * waiting.OPEN
        change = update(ProposalsCounted)
        for counted_at, took, expected in (
            (later, 0, 0),  # nothing was done since
            (moment, 3_600_000, 0),  # it took so long that it rests
            (moment - timedelta(days=1), 1, 1),
        ):
            db.session.execute(change.values(counted_at=counted_at, took=took))
            db.session.commit()
            assert len(waiting.due()) == expected, (counted_at, took)


@pytest.mark.usefixtures("_plan")
def test_an_older_count_does_not_replace_a_newer_one(app):
    with app.app_context():
        version = plans.current_version(plans.by_code(make.CODE, None)).id
        make_assets.asset(kind="standard", commissioned_on=date(2026, 2, 2))
        older = waiting.count(version)
        waiting.keep(waiting.count(version)._replace(counted_at=older.counted_at + timedelta(seconds=1), numbers={}))
        waiting.keep(older)
        assert db.session.scalars(select(ProposalsCounted.counted_at)).one() > older.counted_at
