"""What a technician typed into a form is not lost with the connection: it is kept, said to be kept, and sent once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demonstration import press
from tests.make import assets as make

LOST = ("Failed to load resource: net::ERR_INTERNET_DISCONNECTED",)


@pytest.fixture
def tag(people, arrange) -> str:
    with arrange():
        return make.asset(name="Cân bàn").tag


@pytest.fixture
def phone(visit, technician):
    """`phone(path)` opens a page; a connection that is lost is no complaint."""
    yield lambda path: visit(path, by=technician)
    visit.complaints[:] = [said for said in visit.complaints if not any(lost in said for lost in LOST)]


def without_connection(page: Page) -> None:
    page.context.set_offline(True)
    press(page)
    expect(page.locator("[data-offline]")).to_be_visible()
    page.context.set_offline(False)


def test_a_fault_reported_into_nothing_is_kept_and_told_of_and_recorded_once(phone, tag, technician):
    page = phone(f"/assets/{tag}/fault")
    page.locator("[name=kind]").first.check()
    page.locator("[name=description]").fill("Rơi khi vận chuyển")
    without_connection(page)
    expect(page).to_have_url(re.compile("/fault$"))
    page.goto("/")
    page.locator("[data-saved] a", has_text="Báo sự cố: Cân bàn").click()
    expect(page.locator("[data-restored]")).to_be_visible()
    expect(page.locator("[name=description]")).to_have_value("Rơi khi vận chuyển")
    key = page.locator("[name=idempotency_key]").input_value()
    press(page)
    page.wait_for_url(f"**/assets/{tag}#files")
    expect(page.locator("[data-saved]")).to_be_hidden()
    page.wait_for_function("!Object.keys(localStorage).some((name) => name.startsWith('registry.form.'))")
    said = {"kind": "damage", "description": "Rơi", "found_on": "2026-01-01", "idempotency_key": key}
    technician.pages.post(f"/assets/{tag}/fault", data=said)
    assert len(technician.get(f"/api/v1/assets/{tag}/faults").json["items"]) == 1


def test_a_new_asset_is_filled_in_again_with_what_belongs_to_its_kind(phone, people):
    page = phone("/assets/new")
    page.locator("[name=name]").fill("Khí chuẩn CO")
    page.locator("[name=kind][value=reference_material]").check()
    page.locator("[name=expires_on]").fill("2027-01-31")
    without_connection(page)
    page.reload()
    expect(page.locator("[name=expires_on]")).to_have_value("2027-01-31")
    expect(page.locator("[name=expires_on]")).to_be_enabled()


def test_each_address_keeps_its_own(phone, tag):
    page = phone(f"/assets/{tag}/status?to=quarantined")
    page.locator("[name=reason]").fill("Nghi sai")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.goto(f"/assets/{tag}/status?to=out_of_service")
    expect(page.locator("[name=reason]")).to_have_value("")
    page.goto(f"/assets/{tag}/status?to=quarantined&lang=en")
    expect(page.locator("[name=reason]")).to_have_value("Nghi sai")


def test_a_tag_typed_without_a_connection_stays_in_its_field(phone, tag):
    page = phone("/scan")
    page.locator("[name=tag]").fill(tag.lower())
    without_connection(page)
    expect(page.locator("[name=tag]")).to_have_value(tag.lower())
    press(page)
    page.wait_for_url(f"**/s/{tag}")
