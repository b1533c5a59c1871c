"""Every number of a plan falls into parts that add up to it, by place, province, organisation and year."""

from datetime import date

import pytest
from sqlalchemy import insert, select

from registry.accounts.models import Organisation
from registry.accounts.rules import OrganisationKind
from registry.assets.models import Asset
from registry.kernel.db import db
from registry.plan import queries as plans
from registry.plan.breakdown import queries
from registry.plan.breakdown.parts import HIDDEN, UNKNOWN
from registry.plan.breakdown.queries import Seen, seen
from registry.plan.breakdown.rules import By, Cell, Piece, Spread, broken, scoped
from registry.plan.models import Evidence, EvidenceState, RecordType
from registry.plan.rollups import queries as rollups
from registry.plan.rules import Mode
from tests.make import assets
from tests.make import breakdown as told_of
from tests.make import plan as make
from tests.make.breakdown import COMMUNE, NOWHERE, STATION
from tests.statements import sent
from tests.stored import remembered

TODAY = date(2026, 6, 15)
SKHCN, HEIR = "Sở Khoa học và Công nghệ tỉnh Bắc Kạn", "Sở Khoa học và Công nghệ tỉnh Thái Nguyên"


@pytest.fixture
@remembered
def stored(arrange) -> None:
    with arrange():
        told_of.told()


@pytest.fixture
def told(stored, session):
    return plans.by_code(make.CODE, None)


def line(plan, indicator, by, on=TODAY, person=None, **said):
    (found,) = queries.breakdown(plan, person, Seen(by, on, **said), indicator=indicator).lines
    assert sum(part.value for part in found.parts) == found.value + found.overlap
    return found


def values(*asked, **said):
    return {part.key: part.value for part in line(*asked, **said).parts}


@pytest.mark.parametrize(("period", "known"), [("P1", None), ("P2", "then")])
def test_parts_add_up_to_the_number_that_the_plan_tells(told, period, known):
    rollup = rollups.rollup(told, TODAY, rollups.instant_of(known, TODAY))
    wanted = {
        one.row.code: at.official.value for one in rollup.indicators for at in one.periods if at.span.code == period
    }
    assert len([value for value in wanted.values() if value]) > 5
    for by in By:
        found = queries.breakdown(told, None, seen(by=by, on=TODAY, known=known, period=period)).lines
        assert {one.row.code: one.value for one in found} == wanted
        assert all(sum(part.value for part in one.parts) == one.value + one.overlap for one in found)


def test_each_day_counts_in_its_year_and_a_year_ends_with_the_period(told):
    assert values(told, "II.2.a", By.YEAR, period="P1") == {"2019": 1, "2024": 1, "2025": 2}
    assert values(told, "II.2.a", By.YEAR, period="P2") == {"2026": 1}
    assert values(told, "II.2.a", By.YEAR, date(2024, 2, 29)) == {"2019": 1, "2024": 1}
    assert values(told, "II.2.a", By.YEAR, date(2024, 2, 28)) == {"2019": 1}


def test_what_was_taken_over_stands_under_its_successor_with_its_old_name_from_that_day_on(told):
    before = line(told, "II.2.a", By.ORGANISATION, date(2025, 6, 30)).parts
    after = line(told, "II.2.a", By.ORGANISATION, date(2025, 7, 1)).parts
    assert {(part.name, part.formerly) for part in before} >= {(SKHCN, ())}
    assert {(part.name, part.formerly) for part in after} >= {(HEIR, (SKHCN,))}
    assert {part.code: part.until for part in after}[NOWHERE] is None


def test_a_body_that_ended_and_nobody_took_over_says_so(told):
    ended = {part.code: part.until for part in line(told, "II.2.a", By.ORGANISATION, period="P1").parts}
    assert ended["STC"] == date(2025, 6, 30)
    (year,) = line(told, "II.2.d", By.PROVINCE, date(2025, 6, 30)).parts
    assert (year.code, year.until) == ("UBND-BACKAN", None)


@pytest.mark.parametrize(
    ("day", "province", "formerly"),
    [
        (date(2025, 6, 30), "UBND-BACKAN", ()),
        (date(2025, 7, 1), "UBND-THAINGUYEN", ("Ủy ban nhân dân tỉnh Bắc Kạn",)),
    ],
)
def test_places_lie_in_the_province_of_the_day(told, day, province, formerly):
    found = {part.key: part for part in line(told, "II.2.a", By.PLACE, day).parts}
    assert {key: part.value for key, part in found.items()} == {
        f"{province}/cho ra": 1,
        f"{province}/": 1,
        UNKNOWN: 1,
    }
    assert (found[f"{province}/cho ra"].name, found[f"{province}/cho ra"].code) == ("Xã Chợ Rã", COMMUNE)
    assert found[f"{province}/"].formerly == formerly
    wide = {part.code: part.formerly for part in line(told, "II.2.a", By.PROVINCE, day).parts}
    assert wide == {province: formerly, None: ()}


@pytest.mark.parametrize("by", [By.PLACE, By.ORGANISATION, By.YEAR])
def test_who_was_trained_in_two_parts_counts_in_both_and_once_in_all(told, by):
    found = line(told, "II.2.c", by, period="P1")
    assert (found.value, found.overlap) == (4, 1)
    assert sorted((part.value, part.shared) for part in found.parts) == [(2, 1), (3, 1)]


def test_a_running_total_is_made_of_all_periods_up_to_its_own(told):
    assert values(told, "B30.4", By.YEAR, period="P2") == {"2025": 1, "2026": 1}
    assert values(told, "B30.1", By.ORGANISATION, period="P2") == {STATION: 12}
    assert values(told, "II.2.b", By.ORGANISATION, period="P2") == {STATION: 1, "STC": 1}


def test_the_records_of_a_part_are_those_that_count_in_it(told):
    def of(indicator, part, by, on=TODAY, period=None):
        _line, _part, page = queries.records_of(told, None, Seen(by, on, None, period), indicator=indicator, part=part)
        return [one.counted_on for one in page.items]

    assert of("II.2.a", "SKHCN-THAINGUYEN", By.ORGANISATION, period="P1") == [date(2024, 2, 29)]
    assert of("B25.1", "UBND-THAINGUYEN/cho ra", By.PLACE, period="P1") == [date(2019, 7, 23)]
    assert of("II.2.a", UNKNOWN, By.PLACE, period="P1") == [date(2025, 6, 30)]
    assert of("II.2.a", "2025", By.YEAR, period="P1") == [date(2025, 12, 31), date(2025, 6, 30)]
    assert of("B30.4", "2025", By.YEAR) == [date(2025, 3, 3)]


def test_three_thousand_organisations_come_in_pages_from_as_many_statements_as_one(told):
    with sent() as few:
        queries.breakdown(told, None, Seen(By.PLACE, TODAY))
    many = 3000
    said = [{"code": f"DN{n}", "name_vi": f"Cân {n}", "name_en": f"Scale {n}", "search": ""} for n in range(many)]
    common = {"kind": OrganisationKind.ENTERPRISE, "version": 1, "parent_id": _id(COMMUNE)}
    db.session.execute(insert(Organisation), [one | common for one in said])
    table = Asset.__table__
    like = dict(
        db.session.execute(select(table).where(table.c.tag == assets.asset(owner=STATION).tag)).mappings().one()
    )
    like |= {"commissioned_on": date(2026, 2, 2)}
    like.pop("id")
    owners = db.session.scalars(select(Organisation.id).where(Organisation.code.like("DN%"), Organisation.version == 1))
    tagged = [like | {"tag": f"{n:010}X", "owner_id": key} for n, key in enumerate(owners)]
    db.session.execute(insert(table), tagged)
    decided = db.session.scalars(select(Evidence).limit(1)).one()
    row = {"indicator_id": _indicator(told), "record_type": RecordType.ASSET, "state": EvidenceState.COUNTED}
    row |= {"counted_on": date(2026, 2, 2), "quantity": 1, "also_counted_in": [], "decided_at": decided.decided_at}
    db.session.execute(insert(Evidence), [row | {"record_id": one["tag"], "version": 1} for one in tagged])
    with sent() as most:
        whole = queries.breakdown(told, None, Seen(By.PLACE, TODAY))
    assert len(most) == len(few)
    assert {one.row.code: one.value for one in whole.lines}["II.2.a"] == len(tagged) + 1
    found = line(told, "II.2.a", By.ORGANISATION)
    page = queries.page_of(found, limit=200)
    assert (len(page.items), page.total, len(found.first)) == (200, len(found.parts), 5)
    following = queries.page_of(found, limit=200, cursor=page.next)
    assert not {part.key for part in page.items} & {part.key for part in following.items}


def _id(code):
    return db.session.scalar(select(Organisation.id).where(Organisation.code == code))


def _indicator(plan):
    return next(row.indicator_id for row in plans.current_version(plan).rows if row.code == "II.2.a")


def test_a_plan_without_evidence_has_numbers_without_parts(session):
    make.plan()
    found = queries.breakdown(plans.by_code(make.CODE, None), None, Seen(By.PLACE, TODAY)).lines
    assert {(one.value, one.overlap, tuple(one.parts)) for one in found} == {(0, 0, ())}


def test_what_stands_in_several_cells_adds_what_it_adds_in_its_first_period():
    here, there, later = Cell(1, Piece(0, 2024)), Cell(2, Piece(0, 2025)), Cell(1, Piece(1, 2026))
    spread = Spread({here: 4}, [{here: 2, there: 3, later: 9}])
    found = broken(scoped(spread, Mode.CUMULATIVE, 1), lambda cell: str(cell.body))
    assert (found.whole, found.overlap) == (7, 2)
    assert found.parts == {"1": (6, 2), "2": (3, 3)}
    assert broken(scoped(spread, Mode.PER_PERIOD, 1), lambda cell: str(cell.body)).whole == 9
    assert HIDDEN not in found.parts
