"""The first page: what must not be used, what is out and when it comes back, for who acts; a count for who plans."""

import re
from datetime import timedelta

import pytest

from registry.assets.custody import actions
from registry.assets.rules import Doubt, Proof, Status
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import ELSEWHERE

DAY = timedelta(days=1)


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


@pytest.mark.parametrize(("who", "acts"), [("technician", True), ("keeper", True), ("inspector", False)])
@pytest.mark.usefixtures("stored")
def test_lists_what_is_quarantined_for_all_and_what_is_out_for_who_acts(people, who, acts):
    page = getattr(people, who).pages.get("/?lang=vi").text
    assert ("Cân bị cách ly" in page, "Cân cho mượn" in page, "15/06/2026" in page) == (True, acts, acts)
    assert "Cân nơi khác" not in page


@pytest.mark.parametrize("who", ["technician", "inspector"])
def test_the_list_of_what_must_not_be_used_is_what_the_tiles_count(people, arrange, who):
    with arrange():
        make.asset(name="Quá hạn", due_on=TODAY - DAY)
        make.asset(name="Chưa có", proof=Proof.MISSING)
        make.asset(name="Cách ly", status=Status.QUARANTINED)
        for name, status in (("Thu hồi", Status.IN_SERVICE), ("Thu hồi, cách ly", Status.QUARANTINED)):
            make.asset(name=name, status=status).doubt = Doubt.RECALL
        make.asset(name="Thu hồi, quá hạn", due_on=TODAY - DAY).doubt = Doubt.CERTIFICATE_WITHDRAWN
        make.asset(name="Thu hồi, đã bỏ", status=Status.RETIRED).doubt = Doubt.RECALL
        make.asset(name="Nghi ngờ").doubt = Doubt.IN_DOUBT
    page = getattr(people, who).pages.get("/?lang=en").text
    counted = tiles(page)
    back = "/assets?doubt=certificate_withdrawn&amp;doubt=recall&amp;doubt=stopped"
    assert (counted[back], counted["/assets?status=quarantined"]) == ("3", "2")
    assert (counted["/assets?validity=overdue"], counted["/assets?validity=never"]) == ("2", "1")
    section = page[page.index('id="pressing"') : page.index('id="soon"')]
    assert "Must not be used until settled: 6" in section
    named = re.findall(r'entry-title" href="[^"]+">([^<]+)<', section)
    assert sorted(named[:4]) == ["Cách ly", "Thu hồi", "Thu hồi, cách ly", "Thu hồi, quá hạn"]
    assert sorted(named[4:]) == ["Chưa có", "Quá hạn"]


def test_an_empty_place_is_in_order(technician):
    page = technician.pages.get("/?lang=en").text
    assert "Nothing is overdue, failed, recalled, quarantined or without a record." in page
    assert set(tiles(page).values()) == {"0"}


@pytest.mark.usefixtures("stored")
def test_says_that_nothing_is_wrong_only_where_nothing_is(technician, planner):
    assert "Nothing is overdue" not in planner.pages.get("/?lang=en").text
    assert "Nothing is overdue" not in technician.pages.get("/?lang=en").text


def test_everybody_finds_the_register_of_laboratories(client, keeper):
    for page in (client.get("/"), client.get("/sign-in"), keeper.pages.get("/labs")):
        assert 'href="/register"' in page.text
    assert 'aria-current="page"' in client.get("/register").text
