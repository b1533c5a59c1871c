"""Every page, in both languages, by day and by night, on a small phone, on a desk and on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from registry import demo, demo_people
from tests.browser.demonstration import ADMIN, sign_in

HERE = Path(__file__).parent
INSPECTION = (HERE / "inspection.js").read_text(encoding="utf-8").strip().removesuffix(";")
CONTRAST = (HERE / "contrast.js").read_text(encoding="utf-8").strip().removesuffix(";")
SMALL_PHONE, DESK = 360, 1280
COLOURS_IN = {SMALL_PHONE: "vi", DESK: "en"}
PAPER = {"portrait": 703, "landscape": 1032}  # what an A4 page holds between our margins, in CSS pixels
TAG, PLAN, LAB = "{tag}", demo.PLAN, demo.LOCAL_LAB
FOR_STRANGERS = (
    "/",
    "/sign-in",
    "/claim",
    "/scan",
    f"/s/{TAG}",
    "/scan/typed?tag=00000000000",
    "/scan/typed?tag=1",
    "/api",
)
FOR_MEMBERS = (
    "/",
    "/scan",
    f"/s/{TAG}",
    "/assets",
    "/assets?validity=overdue&q=can",
    "/assets?q=nothing-is-called-so",
    "/assets/new",
    f"/assets/{TAG}",
    f"/assets/{TAG}/edit",
    f"/assets/{TAG}/label",
    f"/assets/{TAG}/custody/check-out",
    f"/assets/{TAG}/custody/check-in",
    f"/assets/{TAG}/custody/move",
    f"/assets/{TAG}/custody/ship",
    f"/assets/{TAG}/custody/offer",
    f"/assets/{TAG}/status",
    f"/assets/{TAG}/status?to=limited_use",
    f"/assets/{TAG}/check",
    f"/assets/{TAG}/fault",
    f"/assets/{TAG}/upkeep",
    f"/assets/{TAG}/maintenance",
    "/custody",
    "/transfers",
    f"/assets/{TAG}/calibrations/new",
    "/calibrations/1",
    f"/assets/{TAG}/schedules/calibration",
    "/replanning",
    "/replanning?due_from=2026-07-01&due_to=2026-12-31&capacity=1",
    "/calibrations/1/amend",
    "/notices",
    "/approvals",
    "/approvals/extensions",
    "/approvals/intervals",
    "/interval-reviews",
    "/account/notices/cases",
    "/calibrations/1/another",
    "/procedures",
    "/procedures/new",
    "/procedures/1",
    "/procedures/1/edit",
    "/types",
    "/types?in_force_on=2024-10-14&q=dong+ho",
    "/types/TAXIMET",
    "/types/DONG-HO-NUOC-LANH-CO-KHI",
    "/types/new",
    "/types/TAXIMET/edit",
    "/types/TAXIMET/versions/new",
    "/inspections",
    "/inspections/1",
    "/inspections/1/minutes",
    "/inspections/1/measures",
    "/inspections/2/edit",
    "/inspections/new",
    "/inspections/measures",
    "/inspections/statistics",
    "/inspections/statistics?by=year",
    "/inspection-plans",
    "/inspection-plans/1",
    "/inspection-plans/new",
    "/stocktakes",
    "/stocktakes/new",
    "/labs",
    "/labs/new",
    f"/labs/{LAB}",
    f"/labs/{LAB}/edit",
    "/plan",
    f"/plan/{PLAN}",
    f"/plan/{PLAN}/II.2.a",
    f"/plan/{PLAN}/B25.1",
    "/organisations",
    "/organisations/new",
    f"/organisations/{demo_people.CENTRE}",
    "/people",
    "/people/new",
    "/account",
    "/account/notices",
    "/account/notices/log",
    "/account/webhooks",
    "/jobs",
    "/no-such-page",
)


@pytest.fixture(params=["vi", "en"])
def locale(request) -> str:
    return request.param


@pytest.fixture
def page(visit, demonstration, locale) -> Page:
    """A stranger's window in one language."""
    opened = visit(f"/sign-in?lang={locale}", locale=locale)
    opened.emulate_media(reduced_motion="reduce")  # colours are measured at rest
    return opened


def inspected(page: Page, path: str, locale: str) -> list[str]:
    """The faults of a page: read once, seen on a phone and a desk, by day, by night and on paper.

    Colours are measured in one language on each width: no rule of ours about them knows the language.
    """
    page.set_viewport_size({"width": SMALL_PHONE, "height": 800})
    page.goto(path)
    faults = seen(page, SMALL_PHONE, locale)
    page.set_viewport_size({"width": DESK, "height": 800})
    faults += seen(page, DESK, locale)
    page.emulate_media(color_scheme="light", media="print")
    sheet = PAPER[
        "landscape" if page.evaluate("getComputedStyle(document.querySelector('main')).page") == "wide" else "portrait"
    ]
    page.set_viewport_size({"width": sheet, "height": 1000})
    faults += too_wide(page, "paper", sheet)
    page.emulate_media(media="screen")
    return [f"{path}: {fault}" for fault in faults]


def seen(page: Page, width: int, locale: str) -> list[str]:
    """The faults on a screen of that width."""
    faults = page.evaluate(INSPECTION, {"width": width, "locale": locale, "touch": width == SMALL_PHONE})
    for scheme in ("light", "dark") if COLOURS_IN[width] == locale else ():
        page.emulate_media(color_scheme=scheme)
        faults += [f"{scheme}: {fault}" for fault in page.evaluate(CONTRAST)]
        faults += too_wide(page, scheme, width)
    return [f"{width} pixels: {fault}" for fault in faults]


def too_wide(page: Page, where: str, width: int) -> list[str]:
    found = page.evaluate("document.documentElement.scrollWidth")
    return [f"{where}: {found} pixels wide instead of {width}"] if found > width else []


def test_every_page_is_in_order_for_a_stranger(page, demonstration, locale):
    tag = demonstration("TATSUNO 5522")
    faults = [fault for path in FOR_STRANGERS for fault in inspected(page, path.format(tag=tag), locale)]
    assert not faults, "\n".join(faults)


def test_every_page_is_in_order_for_who_may_see_everything(page, demonstration, locale):
    sign_in(page, ADMIN)
    tag = demonstration("F1-0287")
    faults = [fault for path in FOR_MEMBERS for fault in inspected(page, path.format(tag=tag), locale)]
    assert not faults, "\n".join(faults)
