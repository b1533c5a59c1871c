"""Plans beside each other: rows that answer each other, sums that count nothing twice, and who may see what."""

from datetime import date

import pytest

from registry.accounts import queries as accounts
from registry.kernel.db import db
from registry.plan import queries as plans
from registry.plan.activities.rules import ActivityKind, Aspect
from registry.plan.evidence import actions as decisions
from registry.plan.models import RecordType
from registry.plan.records import Record
from registry.plan.side_by_side import queries
from registry.plan.side_by_side.rules import Member, Unsummed, together, unsummed
from tests.make import activities, assets, successors
from tests.make import plan as make
from tests.statements import sent
from tests.stored import remembered

TODAY = date(2026, 6, 15)
API, PAGE = "/api/v1/plans-side-by-side", "/plan/side-by-side"
ALL = (successors.NATIONAL, make.CODE, successors.CODE)


@pytest.fixture
@remembered
def stored(people, arrange) -> None:
    """The plan, its successor and the scheme above; one standard counts in all three, one body in two of them."""
    with arrange():
        make.plan()
        successors.successor()
        successors.national()
        for day, codes in (
            (date(2024, 2, 29), (make.CODE,)),
            (date(2026, 1, 1), ALL),
            (date(2026, 6, 15), (successors.CODE,)),
        ):
            tag = assets.asset(owner="STC", name=f"Quả cân {day.year}", commissioned_on=day).tag
            for code in codes:
                count(code, "II.2.a", Record(RecordType.ASSET, tag))
        for code, day in ((make.CODE, date(2025, 12, 31)), (successors.CODE, date(2026, 2, 2))):
            made = activities.activity(ActivityKind.SUPPORT, day, subject="STC", aspect=Aspect.ISO_17025)
            count(code, "II.2.b", Record(RecordType.ACTIVITY, str(made.id)))


def count(plan, indicator, record):
    decisions.count_evidence(plans.by_code(plan, None), indicator=indicator, record=record, by=None)


def row_of(found, code):
    return next(row for row in found["rows"] if any(cell["indicator"]["code"] == code for cell in row["cells"]))


@pytest.mark.usefixtures("stored")
def test_rows_answer_each_other_and_what_counts_in_several_plans_counts_once(admin):
    query = "&".join(f"plan={code}" for code in ALL)
    found = admin.get(f"{API}?{query}&on=2026-06-15").json
    assert [one["code"] for one in found["plans"]] == list(ALL)
    standards = row_of(found, "II.2.a")
    assert [(cell["plan"], cell["so_far"]) for cell in standards["cells"]] == list(zip(ALL, (1, 2, 2), strict=True))
    assert (standards["total"], standards["both"]) == (3, {"surplus": 2, "things": 1, "names": ["Quả cân 2026"]})
    periods = {cell["plan"]: [at["start"] for at in cell["indicator"]["periods"]] for cell in standards["cells"]}
    assert periods[make.CODE] == ["2019-07-23", "2026-01-01"]
    assert periods[successors.CODE] == ["2026-01-01", "2029-01-01"]
    bodies = row_of(found, "II.2.b")
    assert (bodies["total"], bodies["both"]["names"]) == (1, ["Sở Tài chính tỉnh Bắc Kạn"])
    talks = row_of(found, "I.1")
    assert (talks["total"], talks["unsummed"]) == (None, "units")
    alone = {(cell["plan"], cell["indicator"]["code"]) for cell in found["alone"]}
    assert (successors.CODE, "II.4.a") in alone
    assert not {code for plan, code in alone if plan == make.CODE} & {"II.2.a", "II.2.b", "I.1"}


@pytest.mark.usefixtures("stored")
def test_two_plans_that_answer_a_third_answer_each_other(admin):
    found = admin.get(f"{API}?plan={make.CODE}&plan={successors.CODE}").json
    assert row_of(found, "II.2.a")["total"] == 3
    only = admin.get(f"{API}?plan={make.CODE}").json
    assert (only["rows"], len(only["alone"])) == ([], 23)


@pytest.mark.usefixtures("stored")
def test_the_national_scheme_is_seen_beside_ones_own_and_strangers_see_no_plan(planner, stranger):
    found = planner.get(f"{API}?plan={successors.NATIONAL}&plan={make.CODE}").json
    assert [one["is_open"] for one in found["plans"]] == [False, True]
    page = planner.pages.get(f"{PAGE}?plan={successors.NATIONAL}&plan={make.CODE}&lang=en")
    assert f'href="/plan/{successors.NATIONAL}/II.2.a' not in page.text
    assert f'href="/plan/{make.CODE}/II.2.a' in page.text
    assert stranger.get(f"{API}?plan={make.CODE}").status_code == 404
    assert stranger.get(f"{API}?plan={successors.NATIONAL}&plan=NONE").status_code == 404
    mine = stranger.pages.get(f"{PAGE}?lang=en").text
    assert "996/QĐ-TTg" in mine
    assert "436/KH-UBND" not in mine


@pytest.mark.parametrize("query", ["", "&".join(f"plan=P{n}" for n in range(7)), "plan=%20", "plan=X&on=2025-02-30"])
@pytest.mark.usefixtures("stored")
def test_what_cannot_be_asked_is_refused(planner, query):
    assert planner.get(f"{API}?{query}").status_code in {404, 422}


@pytest.mark.usefixtures("stored")
def test_more_evidence_asks_for_no_more(session):
    person = accounts.person_by_email("admin@example.vn")
    with sent() as few:
        queries.side_by_side(ALL, person, TODAY)
    for _number in range(5):
        count(make.CODE, "II.2.a", Record(RecordType.ASSET, assets.asset(owner="STC", commissioned_on=TODAY).tag))
    db.session.flush()
    with sent() as many:
        found = queries.side_by_side(ALL, person, TODAY)
    assert len(many) == len(few)
    assert {cell.so_far for row in found.rows for cell in row.cells if cell.beside.plan.code == make.CODE} >= {7}


def test_links_join_also_through_what_is_not_chosen():
    assert together([1, 2, 3, 4], [(1, 9), (2, 9), (3, 3)]) == [[1, 2], [3], [4]]


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ([(1, "set", False)], Unsummed.ALONE),
        ([(1, "set", False), (1, "set", False), (2, "set", False)], Unsummed.SEVERAL),
        ([(1, "set", False), (2, "person", False)], Unsummed.UNITS),
        ([(1, None, False), (2, None, False)], Unsummed.UNITS),
        ([(1, "set", False), (2, "set", True)], Unsummed.STATES),
        ([(1, "set", True), (2, "set", True)], None),
    ],
)
def test_only_one_number_of_each_plan_in_one_unit_is_added(members, why):
    assert unsummed([Member(*one) for one in members]) is why
