"""The board: every number of the printed plan, what is missing with its remedy, places, and a budget of statements."""

import html
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from registry.accounts import actions as accounts
from registry.jobs import counting
from registry.plan import queries as plans
from registry.plan.board.rules import Gap, Lack, mark, ordered
from registry.plan.duties import actions as duties
from registry.plan.duties.rules import State
from registry.plan.focus.rules import Step
from registry.plan.models import MoneyKind
from registry.plan.rules import Span
from tests.conftest import TODAY
from tests.make import activities as make_activities
from tests.make import assets as make_assets
from tests.make import duties as make_duties
from tests.make import labs as make_labs
from tests.make import plan as make
from tests.people import CENTRE
from tests.statements import sent

PRINTED = Path(__file__).with_name(f"{make.CODE}.txt").read_text(encoding="utf-8")
PAGE = f"/plan/{make.CODE}/board"
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]{3})*")
BEFORE = TODAY - timedelta(days=1)
PLACED = re.compile(r'<a href="/(assets|labs|enterprises|activities)\?([^"]*)">([0-9]+)</a>')


def number(cell):
    """The number of a printed cell, None where there is none."""
    found = NUMBER.search(re.sub(r"<[^>]+>", "", cell))
    return int(found[0].replace(".", "")) if found else None


def goals():
    """What the body of the printed plan asks for at least, in its order."""
    return [int(said) for said in re.findall(r"ít nhất ([0-9]+)", PRINTED.partition("Dự kiến")[0])]


def printed_rows():
    """Cells of the printed annex that hold money, as numbers: results and money of both periods, total."""
    table = [line.split("\t") for line in PRINTED.partition("STT\t")[2].splitlines()[2:]]
    padded = [(line + [""] * 7)[2:7] for line in table]
    return [[number(cell) for cell in cells] for cells in padded if any(number(cell) for cell in cells[2:])]


def drawn(page):
    """The text of every row of the board's table, by code; the foot has the code of nobody."""
    rows = re.findall(
        r"<tr role=\"row\".*?</tr>", page.partition('class="board-table"')[2].partition("</table>")[0], re.DOTALL
    )
    texts = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in rows]
    return {text.partition(" ")[0]: text for text in texts}


@pytest.fixture
def _plan(people, arrange) -> None:
    with arrange():
        make.plan()


def shown(number):
    return f"{number:,}".replace(",", ".")


@pytest.mark.usefixtures("_plan")
def test_every_number_of_the_printed_plan_is_on_the_board(planner):
    planner.pages.set_cookie("lang", "vi")
    rows = drawn(planner.pages.get(PAGE).text)
    assert goals() == [5, 200, 15, 1, 10, 10, 200, 40, 2]
    said = {
        code: int(re.search(r"/ ([0-9.]+)", text)[1].replace(".", "")) for code, text in rows.items() if code[0] == "B"
    }
    assert list(said.values()) == goals()
    annex = [text for code, text in rows.items() if code[0] == "I" and code != "II.3.a"]  # whose sum is not printed
    printed = printed_rows()
    total = printed.pop()[-1]
    assert len(printed) == len(annex)
    for cells, text in zip(printed, annex, strict=True):
        first, second, *money = cells
        targets = [int(one.replace(".", "")) for one in re.findall(r"/ ([0-9.]+)", text)]
        assert targets == [one for one in (first, second) if one is not None], text
        for amount in money:
            assert amount is None or shown(amount) in text.split(), (amount, text)
    assert shown(total) in rows["Tổng"].split()
    foot = planner.pages.get(PAGE).text.partition("</table>")[2]
    assert f"{shown(total * 1_000_000)}" in foot
    assert shown(total * 1_000_000) in PRINTED


@pytest.mark.usefixtures("_plan")
def test_what_the_plan_leaves_blank_is_blank_and_what_it_strikes_out_is_a_dash(planner):
    rows = drawn(planner.pages.get(PAGE).text)
    assert "–" not in rows["II.1.-"].partition("25")[2]
    assert "–" in rows["II.3.a.1"]
    plan = planner.pages.get(f"/plan/{make.CODE}").text
    table = plan[plan.index('class="edge"') :]
    found = {
        code: re.findall(r'class="edge">(.*?)</td>', table.partition(f">{code}</span>")[2].partition("</tr>")[0])
        for code in ("II.1.-", "II.3.a.1")
    }
    assert found == {"II.1.-": ["25", "", "25"], "II.3.a.1": ["1.100", "–", "1.100"]}


@pytest.mark.usefixtures("_plan")
def test_what_is_missing_says_what_to_do_next_and_where(planner, arrange):
    with arrange():
        make_assets.asset(kind="standard", owner="SKHCN-THAINGUYEN", commissioned_on=date(2024, 5, 1))
        make.money(kind=MoneyKind.ALLOCATED)
        make_duties.enterprise("DN-A")
        make_duties.step("DN-A", Step.PROPOSE, date(2025, 1, 10))
        make_duties.step("DN-A", Step.CONFIRM, date(2025, 2, 10))
    page = planner.pages.get(PAGE).text
    gaps = page.partition('id="gaps"')[2].partition("</section>")[0]
    duty = planner.get(f"{make_duties.URL}/duties?state=overdue").json["items"][0]
    for address in (
        f"/plan/{make.CODE}/II.2.a",
        f"/plan/{make.CODE}/duties/{duty['id']}",
        f"/plan/{make.CODE}/money/II.2.a",
        f"/plan/{make.CODE}/focus/review",
        "/activities/new?kind=communication",
    ):
        assert f'href="{address}"' in gaps, address


@pytest.mark.usefixtures("_plan")
def test_a_number_of_verdicts_leads_to_the_rows_that_have_it(planner, arrange):
    with arrange():
        make.evidence("II.3.a.1", make_assets.asset(owner="SKHCN", commissioned_on=date(2025, 5, 5)).tag)
    page = planner.pages.get(PAGE).text
    assert f'href="{PAGE}?period=P1&amp;verdict=met#numbers"' in page
    assert f'href="{PAGE}?period=P1&amp;verdict=missed#numbers"' in page
    chosen = drawn(planner.pages.get(f"{PAGE}?period=P1&verdict=met").text)
    assert {code for code in chosen if "." in code} == {"II.3.a.1"}
    assert "Chỉ hiện các dòng được chọn" not in page
    assert planner.pages.get(f"{PAGE}?verdict=nonsense").status_code == 422


@pytest.mark.usefixtures("_plan")
def test_the_board_of_a_day_is_that_of_the_day(planner, arrange):
    with arrange():
        row = make_duties.duty("TC.1.5", 0)
        duties.report(make_duties.found_plan(), row, state=State.DONE, reason="Xong", by=None)
    before = planner.pages.get(f"{PAGE}?on=2026-06-14").text
    today = planner.pages.get(PAGE).text
    address = f'/duties/{planner.get(f"{make_duties.URL}/duties?state=done").json["items"][0]["id"]}"'
    assert address in before
    assert address not in today
    assert "2020" in planner.pages.get(f"{PAGE}?on=2020-02-29").text


@pytest.mark.usefixtures("_plan")
def test_communes_are_counted_once_under_whatever_name(planner, arrange):
    with arrange():
        commune = {"code": "XA-NARI", "name_vi": "Ủy ban nhân dân xã Na Rì", "name_en": "Na Rì commune"}
        accounts.add_organisation(**commune, kind="commune", parent="TN", by=None)
        accounts.add_organisation(
            code="TRAM", name_vi="Trạm đo", name_en="Station", kind="public_service", parent="XA-NARI", by=None
        )
        make_duties.enterprise("DN-A")
        make_assets.asset(owner="TRAM")
        make_assets.asset(owner="DN-A")
        make_assets.asset(owner=CENTRE)
        make_activities.activity("communication", TODAY, aspect="press", organiser="XA-NARI")
    page = planner.pages.get(PAGE).text.partition('id="places"')[2]
    rows = [re.findall(r">\s*([^<>\s][^<>]*?)\s*<", row) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)[1:]]
    assert rows == [
        ["Ủy ban nhân dân xã Na Rì", "2", "0", "1", "1", "0"],
        ["Chưa rõ xã, phường", "1", "0", "0", "0", "0"],
    ]


@pytest.mark.usefixtures("_plan")
def test_every_number_of_a_commune_opens_exactly_what_it_counts(planner, admin, arrange):
    with arrange():
        for code, name in (("XA-NARI", "Ủy ban nhân dân xã Na Rì"), ("XA-BABE", "Xã Ba Bể")):
            said = {"code": code, "name_vi": name, "name_en": code, "kind": "commune", "parent": "TN"}
            accounts.add_organisation(**said, by=None)
        for code, over in (("TRAM", "XA-NARI"), ("TO", "TRAM"), ("TO-CON", "TO")):
            said = {"code": code, "name_vi": code, "name_en": code, "kind": "public_service", "parent": over}
            accounts.add_organisation(**said, by=None)
        make_duties.enterprise("DN-A", commune="na rì")
        make_duties.enterprise("DN-B", commune="Xã Ba Bể")
        for owner in ("XA-NARI", "TRAM", "TO", "TO-CON", "DN-A", "DN-B", CENTRE):
            make_assets.asset(owner=owner)
            make_assets.asset(owner=owner, status="retired")
            make_assets.asset(owner=owner, status="quarantined")
            make_labs.lab(f"PTN-{owner}", organisation=owner)
            make_activities.activity("communication", TODAY, aspect="press", organiser=owner)
            make_activities.activity("communication", BEFORE, aspect="press", organiser=owner)
        make_activities.activity("survey", BEFORE, subject="DN-B", organiser="XA-NARI")
    for who in (planner, admin):
        table = html.unescape(who.pages.get(f"{PAGE}?on={BEFORE}").text.partition('id="places"')[2])
        found = PLACED.findall(table)
        for part, query, shown in found:
            listed = who.get(f"/api/v1/{part}?{query}&count=exact").json
            assert (part, query, listed["total"]) == (part, query, int(shown))
            assert who.pages.get(f"/{part}?{query}").status_code == 200
        assert [int(number) for _part, _query, number in found] == [2, 1, 1, 2, 8, 4, 1, 4, 4, 2, 2]
    assert planner.get("/api/v1/assets?commune=Xã không có&count=exact").json["total"] == 0


@pytest.mark.usefixtures("_plan")
def test_the_board_takes_as_many_statements_for_much_as_for_little(planner, arrange):
    with arrange():
        counting.catch_up()
    planner.pages.get(PAGE)
    with sent() as few:
        planner.pages.get(PAGE)
    with arrange():
        for at in range(6):
            make_duties.enterprise(f"DN-{at}", commune=f"Xã {at}")
            make_duties.step(f"DN-{at}", Step.PROPOSE, TODAY)
            asset = make_assets.asset(owner=f"DN-{at}", commissioned_on=date(2024, 5, 1 + at))
            make.evidence("II.2.a", asset.tag)
            make_activities.activity("communication", TODAY, aspect="press", organiser=f"DN-{at}")
            make.money(on=date(2026, 1, 1 + at))
        duties.open_duties(plans.by_code(make.CODE, None), date(2029, 1, 1))
        counting.catch_up()
    with sent() as many:
        planner.pages.get(PAGE)
    assert len(many) == len(few) <= 27


def test_gaps_come_worst_first_and_what_can_be_decided_at_once_before_its_like():
    told = [
        Gap(Lack.UNSPENT, code="I.1"),
        Gap(Lack.BEHIND, code="I.1"),
        Gap(Lack.BEHIND, code="I.2", proposed=2),
        Gap(Lack.OVERDUE, key=2, day=date(2026, 2, 1)),
        Gap(Lack.OVERDUE, key=1, day=date(2026, 1, 1)),
        Gap(Lack.MISSED, code="II.1"),
    ]
    found = [(gap.lack, gap.code or str(gap.key)) for gap in ordered(told)]
    assert found == [
        (Lack.MISSED, "II.1"),
        (Lack.OVERDUE, "1"),
        (Lack.OVERDUE, "2"),
        (Lack.BEHIND, "I.2"),
        (Lack.BEHIND, "I.1"),
        (Lack.UNSPENT, "I.1"),
    ]


@pytest.mark.parametrize(
    ("target", "base", "on", "percent"),
    [
        (10, 0, date(2025, 12, 31), 0),
        (10, 0, date(2030, 12, 31), 100),
        (10, 0, date(2028, 7, 1), 50),
        (40, 15, date(2025, 12, 31), 37.5),
        (0, 0, date(2028, 7, 1), 0),
    ],
)
def test_a_steady_pace_starts_where_the_period_before_should_have_ended(target, base, on, percent):
    assert mark(target, Span("P2", date(2026, 1, 1), date(2030, 12, 31)), on, base) == percent
