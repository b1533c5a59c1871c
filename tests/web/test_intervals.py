"""The pages where an interval is reviewed: proposing, deciding, what is out of date, the law, and strangers."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from registry.assets.queries import by_tag
from registry.assets.rules import Kind, ScheduleKind
from registry.calibration.review.models import IntervalReview
from registry.kernel.db import db
from tests.make import assets as make_assets
from tests.make.calibration import calibration, values
from tests.people import PASSWORD

SIGNED = {"reason": "Ổn định", "password": PASSWORD}


@pytest.fixture
def tag(people, arrange):
    """A weight found well within its limits."""
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule()])
        for year in range(2021, 2026):
            point = values(nominal="100", indication="100.1", lower_limit="-1", upper_limit="1")
            calibration(made, date(year, 6, 1), points=[point])
        return made.tag


def page_of(caller, tag, lang="vi", kind="calibration"):
    answer = caller.pages.get(f"/assets/{tag}/schedules/{kind}/reviews", query_string={"lang": lang})
    return answer.status_code, answer.get_data(as_text=True)


def sent(caller, tag, rest="", **data):
    return caller.pages.post(f"/assets/{tag}/schedules/calibration/reviews{rest}", data=data)


def newest(arrange):
    with arrange():
        return db.session.scalar(select(func.max(IntervalReview.id)))


def test_a_technician_proposes_and_a_manager_accepts(people, tag, arrange):
    assert sent(people.technician, tag, method="staircase").status_code == 302
    key = newest(arrange)
    page = page_of(people.technician, tag)[1]
    assert ("12 tháng → 14 tháng" in page, "chờ quyết định" in page, f"/{key}/accept" in page) == (True, True, False)
    assert f"/{key}/accept" in page_of(people.keeper, tag)[1]
    assert sent(people.keeper, tag, f"/{key}/accept", reason="Ổn định").status_code == 422
    assert sent(people.keeper, tag, f"/{key}/accept", **SIGNED).status_code == 302
    status, page = page_of(people.keeper, tag, "en")
    assert (status, "accepted" in page, "every 14 months" in page) == (200, True, True)
    history = people.keeper.pages.get(f"/assets/{tag}", query_string={"lang": "en"}).get_data(as_text=True)
    assert "Proposed interval accepted" in history


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_interval_test_shows_its_plot_and_its_numbers(keeper, tag, lang):
    assert sent(keeper, tag, method="interval_test", target="0,9").status_code == 302
    page = page_of(keeper, tag, lang)[1]
    words = {"vi": ("Thấy trong dung sai", "34,4 %"), "en": ("Found in tolerance", "34.4 %")}[lang]
    assert ([word for word in words if word not in page], page.count('role="img"')) == ([], 1)


def test_a_staircase_shows_the_share_of_the_limit_that_was_taken(keeper, tag):
    sent(keeper, tag, method="staircase")
    page = page_of(keeper, tag, "en")[1]
    assert ("The largest as-found error takes 10 % of its limit." in page, page.count('role="img"')) == (True, 1)
    assert "<dt>Target</dt>" not in page  # it asks for none
    assert re.search(r"as a share of its limit</dt>\s*<dd[^>]*>10 %</dd>", page)


def test_what_was_left_out_is_named_with_the_reason_and_its_records(keeper, tag, arrange):
    with arrange():
        item = by_tag(keeper.person(), tag)
        touched = calibration(item, date(2025, 12, 1), adjusted=True, points=[values(nominal="100")]).id
        long_ago = calibration(item, date(2010, 1, 1), certificate_no="CŨ").id
    assert sent(keeper, tag, method="interval_test", target="0,9").status_code == 302
    page = page_of(keeper, tag)[1]
    (told,) = re.findall(r"<dt>Không dùng được cho phương pháp này</dt>\s*<dd[^>]*>([^<]+)</dd>", page)
    assert told.startswith("2: các lần hiệu chuẩn không cách lần trước khoảng một chu kỳ này")
    (links,) = re.findall(r"<dt>Hồ sơ không dùng</dt>\s*<dd[^>]*>(.+?)</dd>", page)
    assert {f'href="/calibrations/{key}"' in links for key in (touched, long_ago)} == {True}


def test_the_values_of_a_picture_stand_in_a_table_too(keeper, arrange):
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule()])
        for year, shown in enumerate(("1000.1", "999.8", "1000.2", "999.9", "1000.3")):
            point = values(nominal="1000", indication=shown, lower_limit="-1", upper_limit="1")
            calibration(made, date(2021 + year, 6, 1), points=[point])
        tag = made.tag
    assert sent(keeper, tag, method="control_chart").status_code == 302
    page = page_of(keeper, tag)[1]
    rows = re.findall(r'scope="row">([^<]+)</th><td[^>]*>([^<]+)</td><td[^>]*>([^<]+)</td>', page)
    assert rows[:2] == [("01/06/2021", "0,1", "–"), ("01/06/2022", "−0,2", "–")]
    assert (len(rows), page.count('role="img"'), "1000 g" in page) == (5, 1, True)


def test_what_is_refused_is_said_on_the_page(keeper, tag):
    answer = sent(keeper, tag, method="reliability")
    assert (answer.status_code, "Hãy" in answer.get_data(as_text=True)) == (409, True)
    assert sent(keeper, tag, method="staircase", target="2").status_code == 422


def test_another_interval_takes_a_reason_and_a_password(keeper, technician, tag, arrange):
    sent(technician, tag, method="staircase")
    key = newest(arrange)
    longer = {"interval": "18", "interval_unit": "months"}
    assert sent(keeper, tag, f"/{key}/change", **longer, password=PASSWORD).status_code == 422
    assert sent(keeper, tag, f"/{key}/change", **longer, **SIGNED).status_code == 302
    assert "18 tháng" in page_of(keeper, tag)[1]


def test_who_had_it_proposed_is_told_that_somebody_else_decides(keeper, tag, arrange):
    sent(keeper, tag, method="staircase")
    key, page = newest(arrange), page_of(keeper, tag, "en")[1]
    assert ("a second person accepts it" in page, f"/{key}/accept" in page, f"/{key}/reject" in page) == (
        True,
        False,
        True,
    )
    assert sent(keeper, tag, f"/{key}/accept", **SIGNED).status_code == 403


def test_what_is_out_of_date_says_so_and_can_only_be_rejected(people, tag, arrange):
    sent(people.technician, tag, method="staircase")
    key = newest(arrange)
    with arrange():
        calibration(by_tag(people.keeper.person(), tag), date(2026, 6, 1))
    page = page_of(people.keeper, tag)[1]
    assert ("đã lỗi thời" in page, f"/{key}/accept" in page, f"/{key}/reject" in page) == (True, False, True)
    assert sent(people.keeper, tag, f"/{key}/accept", **SIGNED).status_code == 409
    assert sent(people.keeper, tag, f"/{key}/reject", reason="Dữ liệu mới").status_code == 302


def test_a_verification_says_that_the_law_is_not_lengthened(keeper, arrange):
    with arrange():
        schedule = make_assets.schedule(ScheduleKind.VERIFICATION)
        tag = make_assets.asset(kind=Kind.INSTRUMENT, schedules=[schedule]).tag
    status, page = page_of(keeper, tag, "en", "verification")
    assert (status, "never lengthens it beyond the cycle" in page) == (200, True)


def test_a_stranger_finds_nothing_and_an_inspector_only_reads(people, tag):
    assert page_of(people.stranger, tag)[0] == 404
    assert sent(people.stranger, tag, method="staircase").status_code == 404
    status, page = page_of(people.inspector, tag)
    assert (status, 'name="method"' in page) == (200, False)
    assert sent(people.inspector, tag, method="staircase").status_code == 403


def test_the_newest_reviews_are_listed_and_the_menu_leads_to_them(people, tag):
    sent(people.keeper, tag, method="staircase")
    for caller, says in ((people.technician, True), (people.inspector, True), (people.stranger, False)):
        page = caller.pages.get("/interval-reviews").get_data(as_text=True)
        assert (f"/assets/{tag}/schedules/calibration/reviews" in page) is says
    menu = people.technician.pages.get("/").get_data(as_text=True)
    places = ("/interval-reviews", "/replanning", "/calibrations/import")
    assert all(f'href="{place}"' in menu for place in places)
    menu = people.planner.pages.get("/").get_data(as_text=True)
    assert [f'href="{place}"' in menu for place in places] == [True, True, False]


def test_the_schedule_leads_there(keeper, tag):
    page = keeper.pages.get(f"/assets/{tag}/schedules/calibration").get_data(as_text=True)
    assert f"/assets/{tag}/schedules/calibration/reviews" in page


def test_what_was_decided_and_then_changed_by_hand_says_so(keeper, technician, tag, arrange):
    sent(technician, tag, method="staircase")
    key = newest(arrange)
    sent(keeper, tag, f"/{key}/accept", **SIGNED)
    assert "bằng tay" not in page_of(keeper, tag)[1]
    etag = keeper.get(f"/api/v1/assets/{tag}").headers["ETag"]
    longer = {"schedules": [{"kind": "calibration", "interval_months": 24}]}
    assert keeper.patch(f"/api/v1/assets/{tag}", json=longer, headers={"If-Match": etag}).status_code == 200
    assert f"Lần xem xét số {key} đã quyết định chu kỳ này" in page_of(keeper, tag)[1]
