"""Pages of due dates: why a day, grace by two people, counters, terms on the form, and levelling the load."""

import re
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from registry.assets.models import Asset, Schedule
from registry.assets.schedules import Anchor
from registry.calibration.due.models import DueExtension
from registry.kernel.db import db
from tests.make import assets as make_assets
from tests.make.calibration import calibration
from tests.people import PASSWORD

ASK = {"until": "2027-06-30", "reason": "Chờ chuẩn", "evidence": "Trôi 0,1 U"}
AUTUMN = "due_from=2026-07-01&due_to=2026-09-30&per=month&capacity=1"


@pytest.fixture
def tag(people, arrange):
    with arrange():
        schedule = make_assets.schedule(usage_limit=Decimal(100), usage_unit="giờ", anchor=Anchor.FIRST_USE)
        made = make_assets.asset(schedules=[schedule])
        calibration(made, date(2026, 3, 1))
        return made.tag


def page_of(caller, path, lang="vi"):
    answer = caller.pages.get(path, query_string={"lang": lang})
    return answer.status_code, answer.get_data(as_text=True)


def sent(caller, path, **data):
    return caller.pages.post(path, data=data)


def newest(arrange):
    with arrange():
        return db.session.scalar(select(func.max(DueExtension.id)))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_why_this_day_stands_on_the_asset_the_scan_and_the_schedule(keeper, tag, lang):
    said = {"vi": "Cộng chu kỳ 12 tháng: 01/03/2027.", "en": "Plus the interval, 12 months: 1 Mar 2027."}[lang]
    for path in (f"/assets/{tag}", f"/s/{tag}", f"/assets/{tag}/schedules/calibration"):
        status, page = page_of(keeper, path, lang)
        assert (status, said in page, 'data-code="not_used_yet"' in page) == (200, True, True)


def test_a_stranger_who_scans_is_not_told_why(client, tag):
    page = client.get(f"/s/{tag}").get_data(as_text=True)
    assert "data-code" not in page.partition("verdict-why")[2].partition("</section>")[2]
    assert "due-steps" not in page


def test_a_stranger_finds_no_schedule_and_nobody_one_that_is_not(people, tag):
    assert page_of(people.stranger, f"/assets/{tag}/schedules/calibration")[0] == 404
    assert sent(people.stranger, f"/assets/{tag}/schedules/calibration/extensions", **ASK).status_code == 404
    assert page_of(people.keeper, f"/assets/{tag}/schedules/testing")[0] == 404
    assert sent(people.inspector, f"/assets/{tag}/schedules/calibration/extensions", **ASK).status_code == 403


def test_two_people_give_grace_on_the_page_and_one_revokes_it(people, tag, arrange):
    path = f"/assets/{tag}/schedules/calibration"
    assert sent(people.technician, f"{path}/extensions", **ASK).status_code == 302
    key = newest(arrange)
    assert f"extensions/{key}/grant" not in page_of(people.technician, path)[1]
    assert f"extensions/{key}/grant" in page_of(people.keeper, path)[1]
    assert sent(people.keeper, f"{path}/extensions/{key}/grant", password="đoán").status_code == 422
    assert sent(people.keeper, f"{path}/extensions/{key}/grant", password=PASSWORD).status_code == 302
    assert "Keeper gia hạn đến 30/06/2027: Chờ chuẩn" in page_of(people.keeper, path)[1]
    refused = sent(people.keeper, f"{path}/extensions/{key}/end", reason=" ")
    assert (refused.status_code, "fault" in refused.get_data(as_text=True)) == (422, True)
    assert sent(people.keeper, f"{path}/extensions/{key}/end", reason="Không an toàn").status_code == 302
    assert "Không an toàn" in page_of(people.keeper, path)[1]


def test_what_was_refused_is_drawn_again_beside_its_field(keeper, tag):
    path = f"/assets/{tag}/schedules/calibration"
    answer = sent(keeper, f"{path}/extensions", **ASK | {"until": "2027-03-01"})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'id="f-until-fault"' in page, "Trôi 0,1 U" in page) == (422, True, True)
    answer = sent(keeper, f"{path}/readings", value="1,x", on="2026-06-15")
    assert (answer.status_code, 'value="1,x"' in answer.get_data(as_text=True)) == (422, True)


def test_counters_and_the_first_use_are_recorded_on_the_page(keeper, tag, arrange):
    path = f"/assets/{tag}/schedules/calibration"
    assert sent(keeper, f"{path}/first-use", on="2026-03-31").status_code == 302
    assert sent(keeper, f"{path}/readings", value="0,5", on="2026-04-01").status_code == 302
    assert sent(keeper, f"{path}/readings", value="120,5", on="2026-05-01").status_code == 302
    page = page_of(keeper, path)[1]
    assert "Giới hạn sử dụng, 100 giờ, đã đạt vào 01/05/2026." in page
    assert "120,5 giờ" in page
    assert "first-use" not in page
    with arrange():
        assert db.session.query(Asset).filter_by(tag=tag).one().due_on == date(2026, 5, 1)


def test_terms_are_agreed_and_taken_back_on_the_form_of_the_asset(keeper, tag, arrange):
    page = page_of(keeper, f"/assets/{tag}/edit")[1]
    assert re.search(r'name="schedules-0-usage_limit"[^>]* value="100"', page)
    with arrange():
        version = db.session.query(Asset).filter_by(tag=tag).one().version
    line = {"schedules-0-kind": "calibration", "schedules-0-interval": "90", "schedules-0-interval_unit": "days"}
    body = {"kind": "standard", "name": "Quả cân F1", "owner": "TTDL", "version": str(version)}
    assert sent(keeper, f"/assets/{tag}/edit", **body | line, **{"schedules-0-late_keeps": "true"}).status_code == 302
    with arrange():
        (held,) = db.session.query(Asset).filter_by(tag=tag).one().schedules
        assert (held.interval, held.interval_unit, held.late_keeps) == (90, "days", True)
        assert (held.usage_limit, held.anchor) == (None, Anchor.PERFORMED)


def fields_of(page):
    """What the form that plans would send as it is drawn."""
    form = page.partition("/replanning/apply")[2].partition("</form>")[0]
    said = {}
    for field in re.findall(r"<input[^>]*>", form):
        told = dict(re.findall(r'([a-z]+)="([^"]*)"', field))
        if told["name"].startswith("items-") and (told["type"] != "checkbox" or " checked" in field):
            said[told["name"]] = told["value"]
    return said


def test_the_load_is_levelled_on_the_page_planned_and_taken_back(people, arrange):
    with arrange():
        made = [make_assets.asset(name=f"Quả cân {number}", schedules=[make_assets.schedule()]) for number in range(3)]
        for asset in made:
            calibration(asset, date(2025, 9, 10))
    keeper = people.keeper
    assert page_of(keeper, "/replanning")[0] == 200
    shown = keeper.pages.get(f"/replanning?{AUTUMN}").get_data(as_text=True)
    assert ('role="img"' in shown, shown.count("load-before")) == (True, 4)
    assert ("tháng 8 năm 2026: 0 khi đến hạn" in shown, "thg 8" in shown) == (True, True)
    lines = fields_of(shown)
    assert [lines[f"items-{place}-planned_on"] for place in range(2)] == ["2026-07-31", "2026-08-31"]
    other = lines | {"items-0-planned_on": "2026-07-15"}
    del other["items-1-taken"]
    late = sent(keeper, f"/replanning/apply?{AUTUMN}", **other | {"items-0-planned_on": "2026-09-11"})
    page = late.get_data(as_text=True)
    assert (late.status_code, 'aria-invalid="true"' in page, 'value="2026-09-11"' in page) == (422, True, True)
    assert fields_of(page).get("items-1-taken") is None
    assert sent(keeper, f"/replanning/apply?{AUTUMN}", **other).status_code == 302
    with arrange():
        days = db.session.scalars(select(Schedule.planned_on).order_by(Schedule.id)).all()
    assert sorted(map(str, days)) == ["2026-07-15", "None", "None"]
    assert "kế hoạch" in keeper.pages.get("/assets").get_data(as_text=True)
    assert sent(keeper, f"/replanning/clear?{AUTUMN}").status_code == 302
    stale = lines | {"items-0-due_on": "2026-09-11"}
    assert sent(keeper, f"/replanning/apply?{AUTUMN}", **stale).status_code == 409
    assert sent(keeper, f"/replanning/apply?{AUTUMN}", **lines).status_code == 302
    assert people.inspector.pages.get("/replanning").status_code == 403
    seen = people.planner.pages.get(f"/replanning?{AUTUMN}").get_data(as_text=True)
    assert ("load-before" in seen, "/replanning/apply" in seen, "/replanning/clear" in seen) == (True, False, False)
    assert sent(people.planner, f"/replanning/apply?{AUTUMN}", **lines).status_code == 403
    assert keeper.pages.get("/replanning?due_from=2026-07-01&due_to=2026-06-01&capacity=1").status_code == 422


def test_a_component_that_stands_on_its_set_is_told_why_the_set_is_due(keeper, arrange):
    with arrange():
        whole = make_assets.asset(schedules=[make_assets.schedule()])
        calibration(whole, date(2026, 3, 1))
        part = make_assets.asset(name="Quả cân 1 g", parent_id=whole.id).tag
        tag = whole.tag
    status, page = page_of(keeper, f"/s/{part}")
    assert (status, "Cộng chu kỳ 12 tháng: 01/03/2027." in page) == (200, True)
    assert f'href="/assets/{tag}/schedules/calibration"' in page


def test_the_record_says_why_it_counts_until_its_day_and_its_form_asks_for_the_day_of_receipt(keeper, arrange):
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule(anchor=Anchor.RECEIVED)])
        record = calibration(made, date(2026, 3, 10), received_on=date(2026, 3, 2)).id
        tag = made.tag
    assert "Chu kỳ tính từ ngày phòng thí nghiệm nhận, 02/03/2026." in page_of(keeper, f"/calibrations/{record}")[1]
    assert "Ngày đến hạn sau tính từ ngày này." in page_of(keeper, f"/assets/{tag}/calibrations/new")[1]
