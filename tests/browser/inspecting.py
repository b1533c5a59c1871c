"""What is done again and again on the page that records an inspection."""

import time
from typing import Any

from playwright.sync_api import Page, expect

from tests.make.inspection import INSPECTIONS

LOST = "ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE"
MANY = 50


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


def waiting(page: Page) -> list[dict[str, Any]]:
    """What lies in the browser's database, read behind the page's back: checks and photos that were not sent."""
    held: list[dict[str, Any]] = page.evaluate("""() => new Promise((resolve) => {
        const opened = indexedDB.open("registry-inspection");
        opened.onsuccess = () => {
            const tables = opened.result.transaction(["scans", "photos"]);
            const scans = tables.objectStore("scans").getAll(), photos = tables.objectStore("photos").getAll();
            tables.oncomplete = () => {
                opened.result.close();
                resolve([...scans.result, ...photos.result.map(({ blob, ...photo }) => photo)]);
            };
        };
    })""")
    return held


def kept(page: Page, checks: int) -> None:
    """So many checks are on the disk: what was shown a moment ago may still be on its way there."""
    deadline = time.monotonic() + 10
    while (found := sum("check" not in one for one in waiting(page))) != checks:
        assert time.monotonic() < deadline, f"{found} checks are kept, not {checks}"
        page.wait_for_timeout(50)


def back(page: Page) -> None:
    """The connection is there again, and the page hears of it."""
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
