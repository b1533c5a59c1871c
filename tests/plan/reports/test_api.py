"""Campaigns at their doors: who sees and does what, what is refused, that nothing submitted or frozen is lost."""

from datetime import date

import pytest
from sqlalchemy import select

from registry.accounts import actions as accounts
from registry.accounts.rules import SuccessionKind
from registry.jobs import runner
from registry.jobs.models import RunStatus
from registry.kernel import audit
from registry.kernel.outbox.models import Message
from registry.plan import queries as plans
from registry.plan import versions
from registry.plan.closing import queries as closures
from registry.plan.reports import calls, campaigns, queries
from tests.make import plan as make
from tests.make import reports as make_reports
from tests.people import CENTRE, DEPARTMENT

CAMPAIGNS = f"/api/v1/plans/{make.CODE}/report-campaigns"
UNITS = "/api/v1/unit-reports"
REPORTS = "/api/v1/consolidated-reports"
SAID = make_reports.SAID


@pytest.fixture
def campaign(people, arrange, clock):
    """The number of the campaign of 2026, and of the report of the centre in it."""
    clock(date(2026, 11, 20))
    with arrange():
        make.plan()
        found = make_reports.campaign()
        return found.id, make_reports.unit().id


def written(who, unit, **said):
    etag = who.get(f"{UNITS}/{unit}").headers["ETag"]
    return who.patch(f"{UNITS}/{unit}", json=SAID | said, headers={"If-Match": etag})


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("technician", (200, 403, 200, 403, 403, 403)),
        ("keeper", (200, 403, 200, 201, 403, 403)),
        ("planner", (200, 201, 200, 201, 200, 202)),
        ("admin", (200, 201, 200, 201, 200, 202)),
        ("inspector", (404, 403, 404, 404, 404, 404)),
        ("stranger", (404, 404, 404, 404, 404, 404)),
    ],
)
def test_a_units_report_is_seen_by_the_unit_and_the_lead_alone(people, campaign, who, may):
    seen, opened, wrote, submitted, judged, consolidated = may
    number, unit = campaign
    caller = getattr(people, who)
    assert caller.get(f"{UNITS}/{unit}").status_code == seen
    assert caller.get(f"/api/v1/report-campaigns/{number}").status_code == seen
    assert caller.post(CAMPAIGNS, json={"year": 2025}).status_code == opened
    etag = people.keeper.get(f"{UNITS}/{unit}").headers["ETag"]
    assert caller.patch(f"{UNITS}/{unit}", json=SAID, headers={"If-Match": etag}).status_code == wrote
    if wrote != 200:
        assert written(people.keeper, unit).status_code == 200
    assert caller.post(f"{UNITS}/{unit}/submit").status_code == submitted
    if submitted != 201:
        assert people.keeper.post(f"{UNITS}/{unit}/submit").status_code == 201
    assert caller.post(f"{UNITS}/{unit}/return", json={"reason": "Thiếu số"}).status_code == judged
    assert caller.post(f"/api/v1/report-campaigns/{number}/reports").status_code == consolidated


def test_what_was_submitted_before_stays_readable_when_it_is_returned(keeper, planner, campaign, clock):
    _number, unit = campaign
    assert set(keeper.post(f"{UNITS}/{unit}/submit").json["errors"]) == set(SAID)
    assert written(keeper, unit).status_code == 200
    first = keeper.post(f"{UNITS}/{unit}/submit").json
    assert (first["number"], first["late"]) == (1, False)
    assert written(keeper, unit, causes="Muộn").status_code == 409
    assert planner.post(f"{UNITS}/{unit}/return", json={"reason": "Thiếu nguyên nhân"}).json["state"] == "returned"
    assert planner.post(f"{UNITS}/{unit}/accept").status_code == 409
    assert written(keeper, unit, causes="Giá tăng").status_code == 200
    clock(date(2026, 12, 11))
    second = keeper.post(f"{UNITS}/{unit}/submit").json
    assert (second["number"], second["late"]) == (2, True)
    assert planner.post(f"{UNITS}/{unit}/accept").json["state"] == "accepted"
    told = {one: keeper.get(f"{UNITS}/{unit}/submissions/{one}").json for one in (1, 2)}
    assert (told[1]["decision"], told[1]["reason"]) == ("returned", "Thiếu nguyên nhân")
    assert [told[one]["content"]["words"].get("causes") for one in (1, 2)] == [None, "Giá tăng"]
    assert all(one["is_intact"] for one in told.values())
    assert [one["number"] for one in planner.get(f"{UNITS}/{unit}/submissions").json["items"]] == [2, 1]


def test_of_two_who_write_at_once_the_second_is_told(keeper, technician, campaign):
    _number, unit = campaign
    etag = keeper.get(f"{UNITS}/{unit}").headers["ETag"]
    assert keeper.patch(f"{UNITS}/{unit}", json={"causes": "A"}, headers={"If-Match": etag}).status_code == 200
    assert technician.patch(f"{UNITS}/{unit}", json={"causes": "B"}, headers={"If-Match": etag}).status_code == 412
    assert technician.get(f"{UNITS}/{unit}").json["words"]["causes"] == "A"


@pytest.mark.parametrize(
    ("year", "status"), [(2018, 422), (2019, 201), (2026, 409), (2027, 422), (2031, 422), ("x", 422)]
)
def test_a_campaign_is_of_a_year_of_the_plan_and_opened_once(planner, campaign, year, status):
    answer = planner.post(CAMPAIGNS, json={"year": year})
    assert answer.status_code == status
    if status == 422:
        assert set(answer.json["errors"]) == {"year"}


def test_a_report_is_put_together_frozen_closed_and_amended_only_with_a_reason(people, campaign, app, clock):
    keeper, planner, number = people.keeper, people.planner, campaign[0]
    written(keeper, campaign[1])
    made = planner.post(f"/api/v1/report-campaigns/{number}/reports").json
    assert made["state"] == "waiting"
    assert planner.post(f"/api/v1/report-campaigns/{number}/reports").status_code == 409
    with app.app_context():
        make_reports.work_off()
    path = f"{REPORTS}/{made['id']}"
    ready = planner.get(path)
    assert (ready.json["state"], ready.json["progress"]) == ("ready", 100)
    assert keeper.get(path).status_code == 404
    etag = {"If-Match": ready.headers["ETag"]}
    assert planner.patch(path, json={"leadership": "Đã chỉ đạo"}, headers=etag).status_code == 200
    keeper.post(f"{UNITS}/{campaign[1]}/submit")
    assert planner.post(f"{path}/freeze", json=make_reports.SIGNED).status_code == 409
    again = planner.post(f"/api/v1/report-campaigns/{number}/reports").json
    with app.app_context():
        make_reports.work_off()
    path = f"{REPORTS}/{again['id']}"
    assert again["words"] == {"leadership": "Đã chỉ đạo"}
    frozen = planner.post(f"{path}/freeze", json=make_reports.SIGNED)
    assert frozen.json["state"] == "frozen"
    assert len(frozen.json["content_hash"]) == 64
    content = keeper.get(f"{path}/content").json
    assert content["is_intact"]
    assert content["content"]["units"][-1]["words"]["proposals"] == SAID["proposals"]
    documents = {form: keeper.get(f"{path}/document.{form}") for form in ("docx", "xlsx", "pdf")}
    assert {answer.status_code for answer in documents.values()} == {200}
    assert keeper.get(f"{path}/document.odt").status_code == 404
    assert planner.post(f"{path}/freeze", json=make_reports.SIGNED).status_code == 409
    with app.app_context():
        plan = plans.by_code(make.CODE, None)
        assert closures.closure(plan).up_to_on == date(2026, 11, 20)
    third = planner.post(f"/api/v1/report-campaigns/{number}/reports").json
    with app.app_context():
        make_reports.work_off()
    unexplained = planner.post(f"{REPORTS}/{third['id']}/freeze", json=make_reports.SIGNED)
    assert set(unexplained.json["errors"]) == {"amendment_reason"}
    amended = make_reports.SIGNED | {"amendment_reason": "Sai số liệu"}
    same = planner.post(f"{REPORTS}/{third['id']}/freeze", json=amended)
    assert (same.status_code, set(same.json["errors"])) == (422, {"report_no"})
    amended |= {"report_no": "121/BC-SKHCN"}
    assert planner.post(f"{REPORTS}/{third['id']}/freeze", json=amended).status_code == 200
    assert planner.get(f"{path}/document.docx").data == documents["docx"].data
    newer = planner.pages.get(f"/reports/{third['id']}").text
    assert "thay thế Báo cáo số 120/BC-SKHCN ngày 20/11/2026. Lý do: Sai số liệu" in newer
    older = planner.pages.get(f"/reports/{again['id']}").text
    assert (f'href="/reports/{third["id"]}">121/BC-SKHCN' in older, "Sai số liệu" in older) == (True, True)


def test_a_body_that_ended_reports_through_its_successor_and_one_without_is_named(session, people, clock):
    clock(date(2026, 11, 2))
    make.plan()
    accounts.succeed(code="SKHDT", successor=DEPARTMENT, on=date(2025, 3, 1), kind=SuccessionKind.MERGE, by=None)
    found = make_reports.campaign()
    units = {unit.organisation.code: unit.named for unit in queries.units_of(found, None)}
    assert set(units) == {"SKHCN-THAINGUYEN", CENTRE}
    assert "Sở Kế hoạch và Đầu tư tỉnh Bắc Kạn" in units["SKHCN-THAINGUYEN"]
    assert "Sở Tài chính tỉnh Bắc Kạn" in found.orphans
    assert len(found.orphans) == 9


def test_a_plan_for_which_nothing_can_be_opened_stops_no_other(session, people, clock, monkeypatch):
    make.plan()
    versions.load(make.changed(lambda data: data["plan"].update(code="77-KH-UBND")), by=None)
    session.commit()
    clock(date(2026, 11, 3))
    whole = campaigns.open_annual

    def fails(plan, **said):
        found = whole(plan, **said)
        if plan.code == make.CODE:
            raise ValueError(plan.code)
        return found

    monkeypatch.setattr(campaigns, "open_annual", fails)
    ran = runner.run("open-reports", date(2026, 11, 3))
    assert (ran.status, ran.result) == (RunStatus.DONE, {"opened": 1, "failed": 1})
    opened = {plan.code: queries.annual_campaign(plan, 2026) for plan in plans.plans(None)}
    assert {code: found is not None for code, found in opened.items()} == {make.CODE: False, "77-KH-UBND": True}


def test_the_clock_opens_the_campaign_once_and_reminds_each_unit_once_for_each_reminder(session, people, clock):
    make.plan()
    session.commit()
    opened = []
    for day in (date(2026, 10, 31), date(2026, 11, 3), date(2026, 11, 3)):
        clock(day)
        opened.append(calls.open_due(day))
    assert opened == [(0, 0), (1, 0), (0, 0)]
    campaign = queries.annual_campaign(plans.by_code(make.CODE, None), 2026)
    campaigns.add_units(campaign, organisation=CENTRE, by=None)
    reminded = []
    for day in (date(2026, 11, 3), date(2026, 11, 3), date(2026, 11, 12), date(2026, 12, 10), date(2026, 12, 11)):
        clock(day)
        reminded.append(calls.remind(day, base_url="https://r.vn", mailing=True))
    assert reminded == [1, 0, 1, 1, 1]
    letters = session.scalars(select(Message).order_by(Message.id)).all()
    assert {one.person_id for one in letters} == {people.keeper.person().id}
    assert "10/12/2026" in letters[0].subject
    assert "/reports/units/" in letters[0].text
    assert [one.action for one in audit.history("report_campaign", campaign.id)] == ["report.add_units", "report.open"]


def test_a_report_on_request_is_called_for_by_the_lead(planner, keeper, campaign):
    path = f"/api/v1/plans/{make.CODE}/report-requests"
    asked = {"title": "Kết quả quý I", "start_on": "2026-01-01", "end_on": "2026-02-28", "due_on": "2026-11-30"}
    assert keeper.post(path, json=asked).status_code == 403
    made = planner.post(path, json=asked)
    assert (made.status_code, made.json["kind"], made.json["year"]) == (201, "ad_hoc", 2026)
    assert set(planner.post(path, json=asked | {"end_on": "2025-12-31"}).json["errors"]) == {"end_on"}
    assert [one["kind"] for one in planner.get(CAMPAIGNS).json["items"]] == ["annual", "ad_hoc"]
