"""What people see of what was told: the part of a case that is theirs, the log of who was told, what waits for them."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.assets.rules import CALLED_BACK, Doubted
from registry.calibration.cases import actions, news
from registry.calibration.cases.models import Case
from registry.calibration.cases.rules import Disposition, Significance
from registry.calibration.due import actions as due
from registry.calibration.notices.models import Telling
from registry.calibration.review.models import IntervalReview
from registry.jobs import work
from registry.kernel.db import db
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import MessageState
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import chain as make
from tests.make.calibration import calibration
from tests.people import CENTRE, ELSEWHERE
from tests.stored import remembered

DAY = timedelta(days=1)
EN = {"query_string": {"lang": "en"}}


@pytest.fixture
@remembered
def case(people, arrange):
    """A case about a standard of the centre that items of two owners relied on; both owners are told by letter."""
    with arrange():
        weight = make.standard("F1", characteristics=[])
        make.used(weight, TODAY - 100 * DAY)
        for name, owner in (("Cân nhà", CENTRE), ("Cân khách", ELSEWHERE)):
            make.used(make.standard(name, owner=owner), TODAY - 9 * DAY, weight)
        make.failed(weight, TODAY, make.point("2000", "0.7", limit="0.1"))
        made = db.session.scalars(select(Case)).one()
        news.tell(made, base_url="https://example.vn", mailing=True)
        db.session.commit()
        while work.one():
            pass
        return made.id


def tiles(page):
    return dict(re.findall(r'<a href="([^"]+)">\s*<span class="tally-count">([^<]+)<', page))


def test_an_owner_reads_the_part_of_a_case_that_is_theirs_and_nothing_else(stranger, keeper, planner, case):
    assert stranger.pages.get(f"/cases/{case}").status_code == 404
    page = stranger.pages.get(f"/cases/{case}/concerned", **EN).text
    assert ("Cân khách" in page, "Cân nhà" in page, f'href="/cases/{case}"' in page) == (True, False, False)
    page = keeper.pages.get(f"/cases/{case}/concerned", **EN).text
    assert ("Cân khách" in page, "Cân nhà" in page, f'href="/cases/{case}"' in page) == (False, True, True)
    listed = {name: [one["name"] for one in caller.get(f"/api/v1/cases/{case}/concerned").json["items"]]
              for name, caller in (("theirs", stranger), ("ours", planner))}  # fmt: skip
    assert listed == {"theirs": ["Cân khách"], "ours": ["Cân nhà"]}
    assert keeper.get(f"/api/v1/cases/{case}/concerned?owner={ELSEWHERE}").json["items"] == []
    assert stranger.get(f"/api/v1/cases/{case + 1}/concerned").status_code == 404


def test_the_mark_on_an_item_leads_to_that_part(stranger, keeper, case):
    (theirs,) = stranger.get("/api/v1/assets?doubt=in_doubt").json["items"]
    assert f'href="/cases/{case}/concerned"' in stranger.pages.get(f"/assets/{theirs['tag']}").text
    (ours,) = keeper.get("/api/v1/assets?doubt=in_doubt&doubt=recall").json["items"]
    assert f'href="/cases/{case}"' in keeper.pages.get(f"/assets/{ours['tag']}").text
    assert keeper.get("/api/v1/assets?doubt=recall").json["items"] == []
    assert keeper.get("/api/v1/assets?doubt=maybe").status_code == 422


def test_what_one_was_told_stands_at_home_until_it_is_noted(stranger, technician, case):
    assert f"/cases/{case}/concerned" in stranger.pages.get("/").text
    (told,) = stranger.get("/api/v1/notices/cases").json["items"]
    assert (told["case"], told["counts"], told["noted_at"]) == (case, {"in_doubt": 1}, None)
    assert technician.post(f"/api/v1/notices/cases/{told['id']}/note").status_code == 404
    assert stranger.pages.post(f"/account/notices/cases/{told['id']}/note").status_code == 302
    noted = stranger.get("/api/v1/notices/cases").json["items"][0]["noted_at"]
    assert stranger.post(f"/api/v1/notices/cases/{told['id']}/note").json["noted_at"] == noted is not None
    assert f"/cases/{case}/concerned" not in stranger.pages.get("/").text
    assert f"/cases/{case}/concerned" in stranger.pages.get("/account/notices/cases").text


def test_managers_and_planners_see_who_was_told_and_whether_it_arrived(people, case, arrange):
    with arrange():
        message = db.session.scalars(select(Message).where(Message.address == people.technician.email)).one()
        message.state, message.error = MessageState.FAILED, "the mail server answered 550 <script>"
        db.session.scalars(
            select(Telling).where(Telling.person_id == people.keeper.person().id)
        ).one().message_id = None
    log = "/api/v1/notices"
    for caller in (people.keeper, people.planner):
        told = caller.get(log).json["items"]
        said = {one["person"]: (one["organisation"], one["delivery"], one["error"]) for one in told}
        refused = "Máy chủ thư từ chối nhận thư."
        assert said == {
            people.keeper.email: (CENTRE, "kept", None),
            people.technician.email: (CENTRE, "failed", refused),
        }
    assert len(people.admin.get(log).json["items"]) == 3
    page = people.planner.pages.get("/notices", **EN).text
    assert ("The mail server refused the message." in page, "In doubt: 1" in page, "550" in page) == (True, True, False)
    assert [people.stranger.get(log).status_code, people.technician.get(log).status_code] == [403, 403]


def test_an_inspector_reads_who_was_told_in_the_province_and_is_told_of_cases_once_they_ask(people, case, arrange):
    page = people.inspector.pages.get("/notices", **EN)
    assert (page.status_code, "In doubt: 1" in page.text, "DN-XA" in page.text) == (200, True, False)
    assert {one["organisation"] for one in people.inspector.get("/api/v1/notices").json["items"]} == {CENTRE}
    assert people.inspector.get("/api/v1/notices/cases").json["items"] == []
    form = {"email_on": "true", "day_monday": "true", "offsets": "30", "version": "0"}
    assert people.inspector.pages.post("/account/notices", data=form).status_code == 302
    with arrange():
        made = db.session.get_one(Case, case)
        reason = {"disposition": Disposition.RECALL, "reason": "…", "significance": Significance.UNKNOWN}
        actions.dispose(made, **reason, by=None)
        news.tell(made, base_url="https://example.vn", mailing=True)
    (told,) = people.inspector.get("/api/v1/notices/cases").json["items"]
    assert (told["organisation"], told["counts"]) == (CENTRE, {"recall": 1})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("reader=Keeper@example.vn", 1),
        ("reader=nobody@example.vn", 0),
        ("about=case", 2),
        ("about=due", 0),
        ("delivery=waiting", 2),
        ("delivery=kept", 0),
        ("delivery=failed", 0),
        ("about=case&delivery=waiting&reader=technician@example.vn", 1),
    ],
)
@pytest.mark.usefixtures("case")
def test_the_log_is_narrowed(keeper, words, found):
    assert len(keeper.get(f"/api/v1/notices?{words}").json["items"]) == found


@pytest.mark.usefixtures("case")
def test_the_log_is_read_page_by_page(keeper):
    first = keeper.get("/api/v1/notices?limit=1&count=exact").json
    rest = keeper.get(f"/api/v1/notices?limit=1&cursor={first['next']}").json
    assert (first["total"], rest["next"]) == (2, None)
    assert {one["person"] for page in (first, rest) for one in page["items"]} == {
        "keeper@example.vn",
        "technician@example.vn",
    }


@pytest.mark.usefixtures("case")
def test_an_inspector_finds_what_is_in_doubt_in_their_territory(inspector):
    address = "/assets?" + "&amp;".join(f"doubt={way}" for way in Doubted if way.value not in CALLED_BACK)
    page = inspector.pages.get("/", **EN).text
    assert tiles(page)[address] == "1"
    listed = inspector.pages.get(address.replace("&amp;", "&")).text
    assert ("Cân nhà" in listed, "Cân khách" in listed) == (True, False)


@pytest.fixture
def waiting(people, arrange):
    """A result that was handed in, an extension and an interval that wait, of the centre and of somebody else."""
    with arrange():
        for owner, asker in ((CENTRE, people.technician), (ELSEWHERE, people.stranger)):
            item = make_assets.asset(name=f"Cân {owner}", owner=owner, schedules=[make_assets.schedule()])
            calibration(item, date(2026, 3, 1))
            draft = calibration(item, date(2026, 6, 1), certificate_no=None)
            draft.status, draft.recorded_by_id = "submitted", asker.person().id
            (schedule,) = item.required_schedules
            said = {"until": date(2027, 6, 30), "reason": "Chờ chuẩn", "evidence": "Trôi nhỏ"}
            due.ask_extension(item, schedule, **said, by=asker.person())
            db.session.add(
                IntervalReview(
                    schedule_id=schedule.id, scope="schedule", method="staircase", interval=12,
                    interval_unit="months", terms={}, data={"schedules": [], "records": [], "left_out": 0},
                    data_hash="-", numbers={}, reasons=[], proposed=18, proposed_unit="months", made_at=item.created_at,
                    made_by_id=None, made_by="An",
                )
            )  # fmt: skip


@pytest.mark.usefixtures("waiting")
def test_what_waits_for_a_manager_is_counted_at_home_and_listed(keeper, technician):
    counted = tiles(keeper.pages.get("/", **EN).text)
    addresses = ["/approvals", "/approvals/extensions", "/approvals/intervals"]
    assert [counted[address] for address in addresses] == ["2", "1", "1"]  # the centre's laboratory did both
    for address in addresses:
        page = keeper.pages.get(address, **EN).text
        assert (f"Cân {CENTRE}" in page, f"Cân {ELSEWHERE}" in page) == (True, address == "/approvals")
    assert addresses[0] not in tiles(technician.pages.get("/", **EN).text)
    for path in ("extensions", "interval-reviews"):
        (one,) = keeper.get(f"/api/v1/{path}").json["items"]
        assert (one["name"], one["kind"]) == (f"Cân {CENTRE}", "calibration")
        assert technician.get(f"/api/v1/{path}").status_code == 403


@pytest.mark.usefixtures("waiting")
def test_nobody_decides_about_what_they_asked_for_themselves(keeper, arrange, people):
    with arrange():
        for extension in db.session.scalars(select(due.DueExtension)):
            extension.asked_by_id = people.keeper.person().id
    assert keeper.get("/api/v1/extensions").json["items"] == []
