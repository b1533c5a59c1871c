"""Inspecting with a phone: prepared ahead, recorded without a connection, sent once; photos, refusals, other people."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from registry.accounts import signin
from registry.assets.rules import Proof, ScheduleKind
from registry.calibration.rules import CalibrationKind
from tests.browser.test_pages import inspected
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import calibration as make_calibrations
from tests.make import files as make_files
from tests.make import inspection as make
from tests.make.inspection import INSPECTIONS

LOST = "ERR_INTERNET_DISCONNECTED", "ERR_FAILED"
MANY = 50


@pytest.fixture
def visited(people, arrange) -> dict[str, Any]:
    """A prepared visit to fifty instruments: the first is stamped, the last one's verification is over."""
    with arrange():
        over = TODAY - timedelta(days=1)
        expired = make_assets.schedule(ScheduleKind.VERIFICATION, proof=Proof.GOOD, due_on=over)
        made = [make_assets.asset(name=f"Cân {number:02}", serial_no=f"SN-{number}") for number in range(MANY - 1)]
        made.append(make_assets.asset(name="Cân quá hạn", proof=Proof.GOOD, due_on=over, schedules=[expired]))
        verified = {"kind": CalibrationKind.VERIFICATION, "stamp_no": "A 0123"}
        make_calibrations.calibration(made[0], TODAY - timedelta(days=30), **verified)
        return {"id": make.visit().id, "tags": [one.tag for one in made]}


@pytest.fixture
def inspecting(visit, inspector, visited) -> Iterator[Callable[..., Page]]:
    """`inspecting()` opens the page that records on a phone of its own; a connection lost is no complaint."""

    def begin(by: Any = inspector, **said: Any) -> Page:
        page = visit(f"/inspections/{visited['id']}/record", by=by, **{"locale": "en"} | said)
        expect(page.locator("[data-prepared]")).to_have_attribute("data-items", str(MANY))
        return page

    yield begin
    visit.complaints[:] = [said for said in visit.complaints if not any(lost in said for lost in LOST)]


def looked_up(page: Page, text: str, verdict: str) -> None:
    page.locator("#f-tag").fill(text)
    page.locator("#f-tag").press("Enter")
    expect(page.locator("[data-heard]")).to_have_attribute("data-verdict-shown", verdict)


def saved(page: Page) -> None:
    page.locator("[data-check] > button").click()
    expect(page.locator("[data-check]")).to_be_hidden()


def unsent(page: Page, checks: int, photos: int = 0) -> None:
    expect(page.locator("[data-sending]")).to_have_attribute("data-unsent", str(checks))
    expect(page.locator("[data-sending]")).to_have_attribute("data-photos-unsent", str(photos))


def recorded(who: Any, visited: dict[str, Any], which: str = "every") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = who.get(f"{INSPECTIONS}/{visited['id']}/checks?limit=200&which={which}").get_json()[
        "items"
    ]
    return found


def reopened(page: Page) -> None:
    """Everything the page needs is kept by the worker, and the page is opened again without a connection."""
    page.wait_for_function("async () => Boolean(await caches.match(location.pathname))")
    page.reload()
    expect(page.locator("[data-prepared]")).to_have_attribute("data-items", str(MANY))
    page.wait_for_timeout(800)


def test_fifty_instruments_seen_without_a_connection_arrive_once_each(inspecting, inspector, visited):
    page = inspecting()
    reopened(page)
    page.context.set_offline(True)
    for number, tag in enumerate(visited["tags"]):
        looked_up(page, tag, "unfit" if number == MANY - 1 else "fit")
        if number == 0:
            page.locator("#f-stamp_no").fill("B 0123")
            expect(page.locator("[data-hint=stamp]")).to_be_visible()
            page.locator("#f-seal").select_option("broken")
        if number == 1:
            page.locator("#f-pictures").set_input_files(
                {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": make_files.photo()}
            )
            expect(page.locator("[data-photos-kept]")).to_contain_text("1")
        if number == 25:
            page.reload()  # a flat battery: what was open is open again
            expect(page.locator("[data-check]")).to_be_visible()
    saved(page)
    looked_up(page, visited["tags"][3], "fit")  # again, while it waits: it is opened, not doubled
    saved(page)
    unsent(page, MANY, 1)
    expect(page.locator("[data-trouble=offline]")).to_be_visible()
    expect(page.locator("[data-far] p")).to_have_text("Đã kiểm tra 50 trên 50 phương tiện đo")
    assert recorded(inspector, visited) == []
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    unsent(page, 0)
    rows = recorded(inspector, visited)
    assert sorted(row["tag"] for row in rows) == sorted(visited["tags"])
    assert [row["name"] for row in rows if row["stamp_differs"]] == ["Cân 00"]
    assert {row["name"]: row["findings"] for row in rows if row["violation"]} == {
        "Cân 00": ["seal_broken"],
        "Cân quá hạn": ["expired_verification"],
    }
    assert [row["name"] for row in rows if row["photos"]] == ["Cân 01"]
    assert inspector.get(f"{INSPECTIONS}/{visited['id']}").get_json()["state"] == "in_progress"


class TestTrouble:
    def test_an_instrument_not_in_the_registry_is_entered_and_sent(self, inspecting, inspector, visited):
        page = inspecting()
        page.locator("[data-unregistered]").click()
        page.locator("#f-name").fill("Cột đo xăng")
        page.locator("#f-serial_no").fill("T-77")
        page.locator("summary", has_text="Sai số").click()
        page.locator("#f-error_value").fill("-0,61")
        page.locator("#f-error_limit").fill("0,5")
        page.locator("#f-error_unit").fill("%")
        expect(page.locator("[data-hint=over]")).to_be_visible()
        saved(page)
        unsent(page, 0)
        (row,) = recorded(inspector, visited)
        assert (row["name"], row["serial_no"], row["error_value"]) == ("Cột đo xăng", "T-77", "-0.61")
        assert row["findings"] == ["over_limit"]

    def test_a_serial_number_is_looked_up_and_a_second_look_is_asked_for(self, inspecting, inspector, visited):
        page = inspecting()
        looked_up(page, "sn 7", "fit")
        saved(page)
        unsent(page, 0)
        looked_up(page, visited["tags"][7], "already")
        expect(page.locator("[data-check]")).to_be_hidden()
        page.locator("[data-again]").click()
        page.locator("#f-remark").fill("lại")
        saved(page)
        unsent(page, 0)
        assert [row["remark"] for row in recorded(inspector, visited, "standing")] == ["lại"]

    def test_a_photo_that_is_none_is_told_and_kept_until_it_was_saved(self, inspecting, visit, inspector, visited):
        page = inspecting()
        looked_up(page, visited["tags"][1], "fit")
        page.locator("#f-pictures").set_input_files(
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture at all"}
        )
        expect(page.locator("[data-photos-kept]")).to_contain_text("1")
        saved(page)
        expect(page.locator("[data-trouble=refused]")).to_contain_text("1")
        unsent(page, 0)
        with page.expect_download() as download:
            page.locator("[data-save]").click()
        assert "no picture" not in download.value.path().read_text()  # it is there in base 64
        page.locator("[data-discard]").click()
        expect(page.locator("[data-trouble=refused]")).to_be_hidden()
        assert len(recorded(inspector, visited)) == 1
        visit.complaints[:] = [said for said in visit.complaints if not said.startswith("422")]

    def test_a_visit_that_ended_meanwhile_keeps_the_checks_on_the_phone(self, inspecting, inspector, visited):
        page = inspecting()
        page.context.set_offline(True)
        looked_up(page, visited["tags"][0], "fit")
        saved(page)
        inspector.post(f"{INSPECTIONS}/{visited['id']}/steps", json={"to": "cancelled", "reason": "Bão"})
        page.context.set_offline(False)
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(page.locator("[data-trouble=refused]")).to_contain_text("1")
        with page.expect_download() as download:
            page.locator("[data-save]").click()
        assert visited["tags"][0] in download.value.path().read_text()
        assert recorded(inspector, visited) == []

    def test_a_day_without_a_connection_is_sent_when_it_is_over(self, inspecting, inspector, visited):
        page = inspecting()
        page.evaluate(
            """async ([visit, tags]) => {
                const opened = indexedDB.open("registry-inspection");
                await new Promise((resolve) => (opened.onsuccess = resolve));
                const scans = opened.result.transaction("scans", "readwrite").objectStore("scans");
                const person = Number(document.querySelector("[data-inspection]").dataset.person);
                for (let number = 0; number < 200; number += 1) {
                    const at = new Date(Date.now() - 86_400_000 + number * 60_000);
                    const said = number < tags.length ? { tag: tags[number] } : { name: `Cân lạ ${number}` };
                    const about = { order: at.getTime(), visit, person };
                    scans.put({ key: `k${number}`, ...said, ...about, present: true, at: at.toISOString() });
                }
                await new Promise((resolve) => (scans.transaction.oncomplete = resolve));
            }""",
            [visited["id"], visited["tags"]],
        )
        page.reload()
        unsent(page, 0)
        assert sorted(row["key"] for row in recorded(inspector, visited)) == sorted(
            f"k{number}" for number in range(200)
        )

    def test_nobody_sends_what_another_person_recorded(self, inspecting, visit, people, visited, address):
        page = inspecting()
        page.context.set_offline(True)
        looked_up(page, visited["tags"][0], "fit")
        saved(page)
        page.context.add_cookies([{"name": signin.COOKIE, "value": people.admin.session_token(), "url": address}])
        page.context.set_offline(False)
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(
            page.locator("[data-trouble=signed_out], [data-trouble=forbidden]").locator("visible=true")
        ).to_be_visible()
        unsent(page, 1)
        assert recorded(people.inspector, visited) == []
        token = people.inspector.session_token()
        page.context.add_cookies([{"name": signin.COOKIE, "value": token, "url": address}])
        page.evaluate("window.dispatchEvent(new Event('online'))")
        unsent(page, 0)
        assert len(recorded(people.inspector, visited)) == 1
        visit.complaints[:] = [said for said in visit.complaints if not said.startswith(("401", "403"))]


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_its_pages_can_be_used_by_everybody(inspecting, inspector, visited, locale):
    page = inspecting(locale=locale)
    page.emulate_media(reduced_motion="reduce")  # colours are measured at rest
    inspector.post(
        f"{INSPECTIONS}/{visited['id']}/checks", json=make.check(visited["tags"][0], stamp_no="B 0123", seal="broken")
    )
    here = f"/inspections/{visited['id']}"
    paths = (f"{here}/record", here, "/inspections", "/inspections/new", f"{here}/edit", "/inspection-plans/new")
    assert [fault for path in paths for fault in inspected(page, f"{path}?lang={locale}", locale)] == []
