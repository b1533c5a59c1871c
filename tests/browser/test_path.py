"""The one path at phone size: register, label, scan, record, and a number of the plan that rises."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from registry import demo, demo_people
from registry.assets.labels import single as labels
from tests.browser import chromium
from tests.browser.demonstration import MANAGER, PLANNER, TECHNICIAN, press, sign_in
from tests.conftest import TODAY

INDICATOR = "II.2.a"
SAYS = {
    "vi": {True: "Được phép sử dụng", False: "Không được sử dụng"},
    "en": {True: "May be used", False: "Must not be used"},
}


@pytest.fixture(params=["vi", "en"])
def locale(request) -> str:
    return request.param


@pytest.fixture
def signed_in(visit, demonstration, locale):
    """`signed_in(email)` is a phone whose owner went through the sign-in page, in the language of this round."""

    def begin(email: str) -> Page:
        page = visit(f"/sign-in?lang={locale}", locale=locale)
        sign_in(page, email)
        return page

    return begin


def register(page: Page, kind: str, name: str, schedule: str) -> str:
    """Register an asset on its form; gives the tag of the page that opens, with its label in sight."""
    page.goto("/assets/new")
    page.locator(f"[name=kind][value={kind}]").check()
    page.locator("[name=name]").fill(name)
    page.locator("[name=owner]").select_option(demo_people.CENTRE)
    page.locator("[name=commissioned_on]").fill("2026-02-03")
    page.locator("[name=schedules-0-kind]").select_option(schedule)
    page.locator("[name=schedules-0-interval]").fill("12")
    press(page)
    expect(page).to_have_url(re.compile(r"/assets/[0-9A-Z]{11}$"))
    expect(page.locator("h1")).to_have_text(name)
    label = page.locator("img.label-preview")
    label.scroll_into_view_if_needed()
    expect(label).to_be_visible()
    assert label.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0
    return page.url.rpartition("/")[2]


def assert_verdict(page: Page, tag: str, locale: str, *, fit: bool) -> None:
    expect(page).to_have_url(re.compile(f"/[sS]/{tag}$"))
    expect(page.locator("[data-fit]")).to_have_attribute("data-fit", "yes" if fit else "no")
    expect(page.locator("h1")).to_have_text(SAYS[locale][fit])


def figure(page: Page, period: int) -> int:
    """The value of an indicator's period, on the indicator's page, in the reading its plan gives."""
    of_period = page.locator("section[aria-labelledby=progress] .rows > li").nth(period)
    text = of_period.locator(".measure-figure").first.inner_text()
    return int(text.partition("/")[0])


def test_from_a_new_asset_to_a_number_that_rises(signed_in, visit, locale):
    manager = signed_in(MANAGER)
    standard = register(manager, "standard", "Bộ quả cân chuẩn F2", "calibration")
    instrument = register(manager, "instrument", "Cân bàn 60 kg của quầy 7", "verification")

    stranger = visit(f"/s/{instrument}", locale=locale)
    assert_verdict(stranger, instrument, locale, fit=False)
    expect(stranger.locator(".verdict-why li")).to_have_attribute("data-code", "never")

    technician = signed_in(TECHNICIAN)
    record(technician, standard, demo.CHIEF_LAB, "calibration", "V07.CN1.0412.26")
    technician.goto(f"/s/{instrument}")
    technician.locator("a.button-main").click()
    fill(technician, demo.LOCAL_LAB, "verification", "KĐ-0093/26", standard[:-1])
    press(technician)
    expect(technician.locator("[data-faults]")).to_be_focused()
    fault = technician.locator("#f-standards-fault")
    expect(fault).to_be_visible()
    expect(technician.locator("[name=standards]")).to_have_attribute(
        "aria-describedby", re.compile("f-standards-fault")
    )
    expect(technician.locator("[name=standards]")).to_have_value(standard[:-1])
    expect(technician.locator("[name=certificate_no]")).to_have_value("KĐ-0093/26")
    expect(technician.locator("[name=outcome][value=pass]")).to_be_checked()
    expect(technician.locator("[name=lab]")).to_have_value(demo.LOCAL_LAB)
    technician.locator("[name=standards]").fill(standard.lower())
    press(technician)
    expect(technician).to_have_url(re.compile(r"/calibrations/[0-9]+$"))
    expect(technician.locator("section[aria-labelledby=standards]")).to_contain_text("Bộ quả cân chuẩn F2")
    due = (TODAY - timedelta(days=1)).replace(year=TODAY.year + 1)
    expect(technician.locator("section[aria-labelledby=due] time").first).to_have_attribute("datetime", str(due))

    stranger.reload()
    assert_verdict(stranger, instrument, locale, fit=True)
    expect(stranger.locator(".due-date time")).to_have_attribute("datetime", str(due))

    planner = signed_in(PLANNER)
    planner.goto(f"/plan/{demo.PLAN}")
    planner.locator(f"a.measure-title[href$='/{INDICATOR}']").click()
    before = [figure(planner, 0), figure(planner, 1)]
    waiting = planner.locator(
        "section[aria-labelledby=proposals] .evidence", has=planner.locator(f"a[href$='{standard}']")
    )
    waiting.locator(".button-main").click()
    counted = planner.locator(
        "section[aria-labelledby=evidence] .evidence", has=planner.locator(f"a[href$='{standard}']")
    )
    expect(counted).to_have_attribute("data-state", "counted")
    assert [figure(planner, 0), figure(planner, 1)] == [before[0], before[1] + 1]
    counted.locator("a").first.click()
    expect(planner).to_have_url(re.compile(f"/assets/{standard}$"))
    expect(planner.locator("section[aria-labelledby=indicators]")).to_contain_text(INDICATOR)


def record(page: Page, tag: str, lab: str, kind: str, certificate: str) -> None:
    page.goto(f"/assets/{tag}/calibrations/new")
    fill(page, lab, kind, certificate, "")
    press(page)
    expect(page).to_have_url(re.compile(r"/calibrations/[0-9]+$"))


def fill(page: Page, lab: str, kind: str, certificate: str, standards: str) -> None:
    page.locator(f"[name=kind][value={kind}]").check()
    page.locator("[name=performed_on]").fill(str(TODAY - timedelta(days=1)))
    page.locator("[name=certificate_no]").fill(certificate)
    page.locator("[name=lab]").select_option(lab)
    page.locator("[name=outcome][value=pass]").check()
    page.locator("[name=standards]").fill(standards)


SEND_TWICE = """() => {
    const form = document.querySelector("main form");
    const send = () => fetch(location, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    return Promise.all([send(), send()]).then((answers) => answers.map((answer) => answer.url));
}"""


def test_a_form_that_arrives_twice_is_recorded_once(signed_in, demonstration):
    page = signed_in(TECHNICIAN)
    page.goto(f"/assets/{demonstration('CK3-002')}/calibrations/new")
    fill(page, demo.LOCAL_LAB, "verification", "KĐ-TWICE", "")
    first, second = page.evaluate(SEND_TWICE)
    assert first == second
    assert re.search(r"/calibrations/[0-9]+$", first)


def test_a_double_tap_records_once(signed_in, demonstration):
    page = signed_in(TECHNICIAN)
    tag = demonstration("CK3-002")
    page.goto(f"/assets/{tag}/calibrations/new")
    fill(page, demo.LOCAL_LAB, "verification", "KĐ-DOUBLE", "")
    page.locator("main form .button-main").dblclick(no_wait_after=True)
    expect(page).to_have_url(re.compile(r"/calibrations/[0-9]+$"))
    page.goto(f"/assets/{tag}")
    expect(page.locator("section[aria-labelledby=calibrations]").get_by_text("KĐ-DOUBLE")).to_have_count(1)


def test_the_camera_reads_a_label(filming, demonstration, locale, tmp_path):
    tag = demonstration("TATSUNO 5522")
    film = chromium.film_of(Image.open(BytesIO(labels.png("http://127.0.0.1:8000", tag))), tmp_path / "label.y4m")
    phone = filming(film)
    page = phone("/scan", locale=locale)
    page.wait_for_url(re.compile("/s/"))
    assert_verdict(page, tag, locale, fit=False)
