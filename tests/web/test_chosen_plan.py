"""With several plans: which one a person looks at is chosen, remembered by the browser, and changed in a tap."""

import re

import pytest

from tests.make import plan as make
from tests.make import reports, successors

OTHER = successors.CODE


@pytest.fixture
def plans(people, arrange):
    with arrange():
        make.plan()
        successors.successor()


def card(page):
    """The plan's card on the first page."""
    return page[page.index('aria-labelledby="plan"') :]


@pytest.mark.usefixtures("plans")
def test_the_plan_that_was_opened_last_is_the_one_of_the_first_page_and_of_the_board(planner):
    assert planner.pages.get("/board").location == f"/plan/{make.CODE}/board"
    first = card(planner.pages.get("/").text)
    assert f'href="/plan/{make.CODE}"' in first
    assert re.search(rf'href="/\?plan={OTHER}">12/KH-UBND</a>', first)
    board = planner.pages.get(f"/plan/{OTHER}/board").text
    assert re.search(rf'href="/plan/{make.CODE}/board">436/KH-UBND</a>', board)
    assert f'href="/plan/{OTHER}/board" aria-current="true"' in board
    assert 'href="/plan/side-by-side' in board
    assert planner.pages.get("/board").location == f"/plan/{OTHER}/board"
    assert f'href="/plan/{OTHER}"' in card(planner.pages.get("/").text)
    assert f'href="/plan/{make.CODE}"' in card(planner.pages.get(f"/?plan={make.CODE}").text)
    assert planner.pages.get("/board").location == f"/plan/{make.CODE}/board"


@pytest.mark.usefixtures("plans")
def test_a_plan_that_is_not_for_them_is_not_remembered_for_anybody(planner, stranger):
    stranger.pages.set_cookie("plan", make.CODE)
    assert "436/KH-UBND" not in stranger.pages.get(f"/?plan={make.CODE}").text
    assert planner.pages.get("/?plan=%F0%9F%92%A9").status_code == 200


def test_a_single_plan_offers_no_choice(planner, people, arrange):
    with arrange():
        make.plan()
    assert planner.pages.get("/board").location == f"/plan/{make.CODE}/board"
    assert 'href="/?plan=' not in planner.pages.get("/").text


def test_a_report_that_is_due_stands_on_the_first_page_of_who_has_to_submit_it(planner, people, arrange, clock):
    clock(reports.DECEMBER)
    with arrange():
        make.plan()
        reports.campaign()
    page = planner.pages.get("/?lang=en").text
    due = page[page.index('id="reports-due"') : page.index("</section>", page.index('id="reports-due"'))]
    assert re.search(r'href="/reports/units/\d+"', due)
    assert "10 Dec 2026" in due
    assert "reports-due" not in people.inspector.pages.get("/").text
