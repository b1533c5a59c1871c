"""The way of a report over pages: written, submitted, returned, accepted, put together and frozen."""

import re
from datetime import date
from html import unescape

import pytest

from registry.kernel.papers.paper import tables
from registry.plan.reports import documents, queries
from tests.make import assets as make_assets
from tests.make import plan as make
from tests.make import reports as make_reports

SAID = make_reports.SAID


@pytest.fixture
def numbers(people, arrange, clock):
    clock(date(2026, 12, 11))
    with arrange():
        make.plan()
        found = make_reports.campaign()
        return found.id, make_reports.unit().id


def test_the_numbers_of_a_report_lead_to_their_records(people, numbers, arrange):
    with arrange():
        tag = make_assets.asset(owner="STC", commissioned_on=date(2026, 3, 3)).tag
        make.evidence("II.2.a", tag)
        made = make_reports.gathered(queries.campaign_by_id(None, numbers[0])).id
    for page in (f"/reports/{made}", f"/reports/units/{numbers[1]}"):
        shown = people.planner.pages.get(page).text
        assert f'href="/plan/{make.CODE}/II.2.a?on=2026-12-10' in shown
    assert f'href="/assets/{tag}"' in people.planner.pages.get(f"/reports/{made}").text
    assert f'href="/plan/{make.CODE}/II.2"' not in shown


def test_what_stands_in_the_form_is_saved_before_it_is_submitted_or_frozen(people, numbers, arrange):
    campaign, unit = numbers
    page, keeper, planner = f"/reports/units/{unit}", people.keeper.pages, people.planner.pages
    shown = keeper.get(page).text
    assert f'href="{page}/submit"' not in shown
    assert shown.count('form="words" name="then" value="submit"') == 2
    typed = SAID | {"difficulties": "Rất khó khăn: mất điện", "version": "1", "then": "submit"}
    assert keeper.post(page, data=typed | {"version": "99"}).status_code == 409
    assert keeper.post(page, data=typed).headers["Location"] == f"{page}/submit"
    assert "Rất khó khăn: mất điện" in keeper.get(f"{page}/submit").text
    with arrange():
        page = f"/reports/{make_reports.gathered(queries.campaign_by_id(None, campaign)).id}"
    shown = planner.get(page).text
    assert f'href="{page}/freeze"' not in shown
    version = re.search(r'name="version" value="(\d+)"', shown)
    sent = planner.post(page, data={"leadership": "Ban hành kế hoạch", "version": version[1], "then": "freeze"})
    assert sent.headers["Location"] == f"{page}/freeze"
    assert "Ban hành kế hoạch" in planner.get(page).text


def test_a_report_on_the_screen_has_contents_numbered_tables_and_folded_annexes(people, numbers, arrange):
    with arrange():
        report = documents.report_paper(make_reports.gathered(queries.campaign_by_id(None, numbers[0])))
    page = people.planner.pages.get("/reports/1").text
    captions = re.findall(r"<caption>(.*?)</caption>", page)
    assert [unescape(one) for one in captions] == [
        f"Bảng {place}. {table.caption}" for place, table in enumerate(tables(report), 1)
    ]
    anchors = re.findall(r'<li><a href="#([a-z]+-[0-9]+)">', page)
    assert [len(re.findall(rf'id="{anchor}"', page)) for anchor in anchors] == [1] * len(anchors)
    assert [anchor for anchor in anchors if anchor.startswith("annex")] == re.findall(r'<details [^>]*id="(.*?)"', page)
    assert len(anchors) == len(report.annexes) + 12


def test_what_waits_for_the_department_stands_on_its_first_page_and_among_its_reports(people, numbers, arrange):
    review = f'href="/reports/units/{numbers[1]}/review"'
    pages = ("/", "/reports")
    assert [review in people.planner.pages.get(page).text for page in pages] == [False, False]
    assert "Quá hạn từ 10/12/2026" in people.keeper.pages.get("/").text
    with arrange():
        make_reports.submitted()
    assert [review in people.planner.pages.get(page).text for page in pages] == [True, True]
    assert [review in people.keeper.pages.get(page).text for page in pages] == [False, False]
    people.planner.pages.post(f"/reports/units/{numbers[1]}/review", data={"decision": "accepted"})
    assert [review in people.planner.pages.get(page).text for page in pages] == [False, False]


def test_records_that_wait_for_a_decision_are_listed_from_where_they_are_counted(people, numbers, arrange):
    with arrange():
        tags = [make_assets.asset(owner="TTDL", commissioned_on=date(2026, 3, day)).tag for day in (3, 4)]
    pages, place = people.planner.pages, f"/plan/{make.CODE}/waiting"
    assert all(f'href="{place}"' in pages.get(page).text for page in ("/", f"/plan/{make.CODE}"))
    listed = pages.get(place).text
    assert (listed.count(f'href="/plan/{make.CODE}/II.2.a#proposals"'), "(2)" in listed) == (len(tags), True)


def test_the_links_of_a_report_ask_for_what_was_known_when_it_was_put_together(people, numbers, arrange, clock):
    with arrange():
        make.evidence("II.2.a", make_assets.asset(name="Quả cân E2", commissioned_on=date(2026, 3, 3)).tag)
        campaign = queries.campaign_by_id(None, numbers[0])
        report = make_reports.gathered(campaign).id
        make_reports.submitted()
    clock(date(2026, 12, 12))
    with arrange():
        make.evidence("II.2.a", make_assets.asset(name="Cân sau đó", commissioned_on=date(2026, 3, 4)).tag)
    pages = people.planner.pages
    for page in (f"/reports/{report}", f"/reports/units/{numbers[1]}", f"/reports/units/{numbers[1]}/submissions/1"):
        (link, *_) = re.findall(rf'href="(/plan/{make.CODE}/II\.2\.a\?[^"]+)"', pages.get(page).text)
        then = pages.get(unescape(link)).text
        assert ("Quả cân E2" in then, "Cân sau đó" in then) == (True, False)
    assert "Cân sau đó" in pages.get(f"/plan/{make.CODE}/II.2.a?on=2026-12-12").text


def test_a_report_goes_its_way(people, numbers, app, clock):
    campaign, unit = numbers
    keeper, planner = people.keeper.pages, people.planner.pages
    page = f"/reports/units/{unit}"
    missing = keeper.post(f"{page}/submit")
    assert (missing.status_code, "f-difficulties" in missing.text) == (422, True)
    stale = keeper.post(page, data=SAID | {"version": "99"})
    assert (stale.status_code, SAID["proposals"] in stale.text) == (409, True)
    assert keeper.post(page, data=SAID | {"version": "1"}).status_code == 302
    assert keeper.post(f"{page}/submit").status_code == 302
    assert "Quá hạn" in planner.get(f"/reports/campaigns/{campaign}").text
    unexplained = planner.post(f"{page}/review", data={"decision": "returned"})
    assert (unexplained.status_code, "f-reason" in unexplained.text) == (422, True)
    assert planner.post(f"{page}/review", data={"decision": "returned", "reason": "Thiếu số liệu"}).status_code == 302
    assert "Thiếu số liệu" in keeper.get(page).text
    keeper.post(f"{page}/submit")
    beside = planner.get(f"{page}/review").text
    assert ("Lần gửi 1" in beside, "Lần gửi 2" in beside) == (True, True)
    assert planner.post(f"{page}/review", data={"decision": "accepted"}).status_code == 302
    report = planner.post(f"/reports/campaigns/{campaign}/consolidate").headers["Location"]
    assert "data-progress" in planner.get(report).text
    with app.app_context():
        make_reports.work_off()
    assert "21.415" in planner.get(report).text
    signed = make_reports.SIGNED | {"signed_on": "2026-12-11"}
    assert planner.post(f"{report}/freeze", data=signed | {"signed_on": "2027-01-01"}).status_code == 422
    assert planner.post(f"{report}/freeze", data=signed).status_code == 302
    assert "đúng như khi chốt" in planner.get(report).text
    assert planner.get(f"{report}.pdf").data.startswith(b"%PDF")
