"""The first page: what must not be used, what is out and when it comes back, for who acts; a count for who plans."""

import re

import pytest

from registry.assets.custody import actions
from registry.assets.rules import Status
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import ELSEWHERE


@pytest.fixture
def stored(arrange, people):
    with arrange():
        make.asset(name="Cân bị cách ly", status=Status.QUARANTINED)
        make.asset(name="Cân nơi khác", owner=ELSEWHERE, status=Status.QUARANTINED)
        actions.check_out(make.asset(name="Cân cho mượn"), holder="Lê Văn Á", expected_back_on=TODAY, by=None)


def tiles(page: str) -> dict[str, str]:
    """Where each tile leads and what it counts."""
    return dict(re.findall(r'<a href="([^"]+)">\s*<span class="tally-count">([^<]+)<', page))


@pytest.mark.parametrize("who", ["technician", "keeper", "inspector", "planner"])
@pytest.mark.usefixtures("stored")
def test_counts_what_is_quarantined_and_out(people, who):
    counted = tiles(getattr(people, who).pages.get("/?lang=en").text)
    assert (counted["/assets?status=quarantined"], counted["/custody"]) == ("1", "1")


@pytest.mark.parametrize(("who", "listed"), [("technician", True), ("keeper", True), ("planner", False)])
@pytest.mark.usefixtures("stored")
def test_lists_them_for_who_acts(people, who, listed):
    page = getattr(people, who).pages.get("/?lang=vi").text
    assert ("Cân bị cách ly" in page, "Cân cho mượn" in page, "15/06/2026" in page) == (listed,) * 3
    assert "Cân nơi khác" not in page


def test_says_that_nothing_is_wrong_only_where_nothing_is(technician, planner, stored):
    assert "Nothing is overdue, failed, quarantined" not in planner.pages.get("/?lang=en").text
    assert "Nothing is overdue, failed, quarantined" not in technician.pages.get("/?lang=en").text


def test_an_empty_place_is_in_order(technician):
    page = technician.pages.get("/?lang=en").text
    assert "Nothing is overdue, failed, quarantined or without a record." in page
    assert set(tiles(page).values()) == {"0"}
