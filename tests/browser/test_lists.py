"""The list in the hand and on paper, forms that show what belongs to a choice, and a label that was replaced."""

import re

import pytest
from playwright.sync_api import Page, expect

from registry.assets.labels import actions as labels
from registry.assets.labels.rules import Revocation
from registry.assets.rules import Status
from tests.make import assets as make
from tests.make import stocktake as make_stocktakes
from tests.make.stocktake import PLACE
from tests.people import ELSEWHERE

LOCALES = pytest.mark.parametrize("locale", ["vi", "en"])
WIDTHS = pytest.mark.parametrize("desktop", [False, True])


@pytest.fixture
def many(arrange, people) -> None:
    with arrange():
        for number in range(30):
            make.asset(name=f"Cân {number:02}")


def on_screen(page: Page, selector: str) -> bool:
    """Whether what is found stands wholly on the screen and nothing lies over its middle."""
    script = """one => { const {top, bottom, left, right} = one.getBoundingClientRect();
        const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return top >= 0 && bottom <= innerHeight && one.contains(seen); }"""
    return page.locator(selector).first.evaluate(script)


@LOCALES
@WIDTHS
@pytest.mark.usefixtures("many")
def test_what_can_be_done_with_a_selection_stays_on_the_screen(visit, technician, locale, desktop):
    page = visit(f"/assets?lang={locale}", by=technician, locale=locale, desktop=desktop)
    assert not on_screen(page, "[data-picked]")
    page.locator("[name=tag]").first.check()
    assert on_screen(page, "[data-picked]")
    assert "(1)" in page.locator("[data-picked]").inner_text()
    page.locator("[data-picked]").click()
    page.locator("[name=location]").fill("Kho")
    page.locator("main form .button-main").click()
    page.locator("main form .button-main").click()
    page.wait_for_url(re.compile(r"/assets(\?|$)"))


@LOCALES
@pytest.mark.usefixtures("many")
def test_the_list_is_printed_as_it_is_seen(visit, technician, locale):
    page = visit(f"/assets?q=can&lang={locale}", by=technician, locale=locale, desktop=True)
    page.emulate_media(media="print")
    expect(page.locator("tbody tr").first).to_be_visible()
    expect(page.locator(".printed-only").first).to_contain_text("can")
    for hidden in (".picks >> nth=0", ".search", "[data-picked]", ".list-tools"):
        expect(page.locator(hidden)).to_be_hidden()


@LOCALES
@WIDTHS
def test_a_new_asset_shows_what_belongs_to_its_kind_and_status(visit, technician, locale, desktop):
    page = visit(f"/assets/new?lang={locale}", by=technician, locale=locale, desktop=desktop)
    for field in ("restriction", "lot_no", "expires_on"):
        expect(page.locator(f"[name={field}]")).to_be_hidden()
    page.locator("[name=kind][value=reference_material]").check()
    page.locator("[name=status]").select_option("limited_use")
    for field in ("restriction", "lot_no", "expires_on"):
        expect(page.locator(f"[name={field}]")).to_be_visible()
    page.locator("[name=kind][value=instrument]").check()
    expect(page.locator("[name=expires_on]")).to_be_hidden()
    expect(page.locator("[name=expires_on]")).to_be_disabled()


def test_a_revoked_label_and_a_component_are_counted_and_told_of(visit, technician, arrange):
    with arrange():
        person = technician.person()
        asset, box = make.asset(name="Cân bàn", location=PLACE), make.asset(name="Bộ quả cân", location=PLACE)
        weight = make.asset(name="Quả cân 1 kg", parent_id=box.id)
        labels.revoke(asset, because=Revocation.LOST, by=person)
        old, now, part = asset.tag, asset.current_tag, weight.tag
        take = make_stocktakes.take(by=person).id
    page = visit(f"/stocktakes/{take}/count?lang=en", by=technician, locale="en")
    expect(page.locator("[data-lines] li")).to_have_count(2)
    for typed, told in (
        (old, f"replace it by {now[:4]}-{now[4:8]}-{now[8:]}"),
        (part, "Counted with its set: Quả cân 1 kg"),
    ):
        page.locator("#f-tag").fill(typed)
        page.locator("#f-tag").press("Enter")
        expect(page.locator("[data-heard]")).to_have_attribute("data-verdict-shown", "found")
        expect(page.locator("[data-heard]")).to_contain_text(told)
    expect(page.locator("[data-sending]")).to_have_attribute("data-unsent", "0")
    expect(page.locator("[data-far]")).to_contain_text("2 of 2")


@LOCALES
@pytest.mark.parametrize("path", ["/", "/assets"])
def test_what_the_search_box_proposes_is_read_whole_on_a_phone(visit, technician, locale, path):
    page = visit(f"{path}?lang={locale}", by=technician, locale=locale)
    cut = """box => { const style = getComputedStyle(box), pen = document.createElement("canvas").getContext("2d");
        pen.font = style.font;
        const room = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return pen.measureText(box.placeholder).width > room; }"""
    for width in (390, 320, 195):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.locator("input[type=search]").evaluate(cut) is False, width


@LOCALES
def test_the_view_one_is_in_is_in_sight_in_its_strip_on_a_phone(visit, keeper, locale):
    page = visit(f"/approvals/intervals?lang={locale}", by=keeper, locale=locale)
    chip = page.locator(".chips [aria-current]")
    expect(chip).to_have_count(1)
    left, right = chip.evaluate("one => { const { left, right } = one.getBoundingClientRect(); return [left, right]; }")
    assert 0 <= left < right <= page.viewport_size["width"]


@LOCALES
def test_by_a_revoked_label_it_is_read_at_first_sight_that_its_item_is_not_to_be_used(
    visit, technician, arrange, locale
):
    with arrange():
        asset = make.asset(name="Cân kỹ thuật 3 kg", status=Status.QUARANTINED)
        labels.revoke(asset, because=Revocation.LOST, by=technician.person())
        old = asset.tag
    page = visit(f"/s/{old}?lang={locale}", by=technician, locale=locale)
    for read in ("#label", "#verdict"):
        assert on_screen(page, read), read
    expect(page.locator("#verdict")).to_have_text({"vi": "Không được sử dụng", "en": "Must not be used"}[locale])


@WIDTHS
def test_each_offer_is_answered_by_its_own_buttons_and_its_title_leads_to_its_asset(visit, people, arrange, desktop):
    with arrange():
        tags = [make.asset(name=name).tag for name in ("Cân bàn", "Bình chuẩn 5 L")]
    for tag in tags:
        assert people.technician.post(f"/api/v1/assets/{tag}/custody/offer", json={"to": ELSEWHERE}).status_code == 201
    page = visit("/transfers?lang=en", by=people.stranger, locale="en", desktop=desktop)
    for verb in ("accept", "decline"):
        for number in range(2):
            button = page.locator(f"main a[href$='/{verb}']").nth(number)
            address = button.get_attribute("href")
            button.click()
            expect(page).to_have_url(re.compile(f"{address}$"))
            page.go_back()
    for number in range(2):
        title = page.locator("main .entry-title").nth(number)
        address = title.get_attribute("href")
        title.click()
        expect(page).to_have_url(re.compile(f"{address}$"))
        page.go_back()


@pytest.mark.usefixtures("many")
def test_what_is_picked_is_kept_across_pages_and_there_is_a_way_back(visit, technician):
    page = visit("/assets?limit=10", by=technician)
    button, before = page.locator("[data-picked]"), page.locator("a[data-before]")
    for _page in range(2):
        page.locator("[name=tag][type=checkbox]").first.check()
        page.locator("a[rel=next]").click()
    expect(button).to_contain_text("(2)")
    expect(page.locator("[data-elsewhere]")).to_contain_text("2")
    second = page.evaluate("sessionStorage.getItem('registry.before.' + location.href)")
    before.click()
    expect(page).to_have_url(second)
    expect(page.locator("[name=tag][type=checkbox]").first).to_be_checked()
    before.click()
    expect(before).to_have_count(0)
    expect(page.locator("[name=tag][type=checkbox]").first).to_be_checked()
    button.click()
    expect(page.locator("main")).to_contain_text("Sửa 2 thiết bị")
    page.go_back()
    page.locator("[data-none]").click()
    expect(button).not_to_contain_text("(")
    expect(page.locator("[name=tag]:checked")).to_have_count(0)
