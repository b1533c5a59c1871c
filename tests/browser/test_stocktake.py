"""Counting with a phone: by camera, hand scanner and fingers, through lost connections, ended sessions and reloads."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from registry.accounts import signin
from registry.assets import tags
from registry.assets.labels import single
from registry.assets.models import Asset
from registry.assets.stocktake import pieces
from registry.assets.stocktake.models import StockTake
from registry.kernel.db import db
from tests.browser import chromium
from tests.browser.test_pages import inspected
from tests.make import stocktake as make
from tests.make.stocktake import PLACE

LOST = "ERR_INTERNET_DISCONNECTED", "ERR_FAILED"
TAKES = "/api/v1/stock-takes"


@pytest.fixture
def stocked(people, arrange) -> dict[str, Any]:
    """An open stock-take of three things, with the tag of each and of one from elsewhere."""
    with arrange():
        made = {name: make.at(name=f"Cân {name}").tag for name in ("one", "two", "three")}
        stray = make.at("Kho 3", name="Bình chuẩn")
        take = make.take(by=people.technician.person())
        return made | {"stray": stray.tag, "take": take.id}


@pytest.fixture
def counting(visit, technician, stocked) -> Iterator[Callable[..., Page]]:
    """`counting()` opens the page that counts on a phone of its own; a connection lost on purpose is no complaint."""

    def begin(by: Any = technician, **said: Any) -> Page:
        page = visit(f"/stocktakes/{stocked['take']}/count", by=by, **{"locale": "en"} | said)
        expect(page.locator("[data-part=missing] [data-number]")).to_have_text("3")
        chromium.steered(page)
        return page

    yield begin
    visit.complaints[:] = [said for said in visit.complaints if not any(lost in said for lost in LOST)]


def typed(page: Page, tag: str, verdict: str) -> None:
    page.locator("#f-tag").fill(tag)
    page.locator("#f-tag").press("Enter")
    expect(page.locator("[data-heard]")).to_have_attribute("data-verdict-shown", verdict)


def unsent(page: Page, scans: int) -> None:
    expect(page.locator("[data-sending]")).to_have_attribute("data-unsent", str(scans))


def stands(who: Any, stocked: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = who.get(f"{TAKES}/{stocked['take']}").get_json()
    return body


def recorded(who: Any, stocked: dict[str, Any], state: str = "found") -> list[str]:
    page = who.get(f"{TAKES}/{stocked['take']}/items?state={state}").get_json()
    return sorted(line["tag"] for line in page["items"])


def burst(page: Page, text: str) -> None:
    """A hand scanner: a keyboard that types faster than anybody."""
    page.keyboard.type(text, delay=2)
    page.keyboard.press("Enter")


def test_a_component_is_part_of_its_set_until_all_are_seen_or_the_set_itself(counting, technician, arrange, stocked):
    with arrange():
        box = tags_of("Bộ quả cân", stocked["one"], "1 kg", "20 kg")
    page = counting()
    typed(page, box["1 kg"], "part")
    expect(page.locator("[data-heard]")).to_contain_text("chưa thấy: 20 kg")
    typed(page, box["1 kg"], "already")
    assert recorded(technician, stocked) == []
    page.context.set_offline(True)
    typed(page, box["20 kg"], "part")
    unsent(page, 1)
    page.context.set_offline(False)
    unsent(page, 0)
    expect(page.locator("[data-heard]")).to_have_attribute("data-verdict-shown", "found")
    assert recorded(technician, stocked) == [stocked["one"]]


def tags_of(name: str, tag: str, *parts: str) -> dict[str, str]:
    """Components of a thing that is counted, as they were expected with it when the stock-take was opened."""
    whole = db.session.scalars(select(Asset).filter_by(tag=tag)).one()
    whole.name = name
    made = {part: make.at(None, name=part, parent_id=whole.id) for part in parts}
    pieces.write_down(db.session.scalars(select(StockTake)).one())
    return {part: one.tag for part, one in made.items()}


class TestReading:
    def test_what_the_camera_sees_counts_once_however_long_it_looks(self, filming, tmp_path, technician, stocked):
        label = Image.open(BytesIO(single.png("http://127.0.0.1:8000", stocked["one"])))
        visit = filming(chromium.film_of(label, tmp_path / "label.y4m"))
        page = visit(f"/stocktakes/{stocked['take']}/count", by=technician, locale="en")
        expect(page.locator("[data-heard]")).to_have_attribute("data-verdict-shown", "found")
        expect(page.locator("[data-heard] .heard-name")).to_have_text("Cân one")
        unsent(page, 0)
        page.wait_for_timeout(3000)
        expect(page.locator("[data-heard]")).to_have_attribute("data-verdict-shown", "found")
        assert recorded(technician, stocked) == [stocked["one"]]

    def test_the_small_codes_of_tiny_things_are_read_too(self, filming, tmp_path, technician, stocked):
        text = tags.address("http://127.0.0.1:8000", stocked["one"])
        drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
        pixels = memoryview(drawn.to_image(scale=8, add_quiet_zones=True))
        label = Image.frombytes("L", (pixels.shape[1], pixels.shape[0]), pixels.tobytes())
        visit = filming(chromium.film_of(label, tmp_path / "tiny.y4m"))
        page = visit(f"/stocktakes/{stocked['take']}/count", by=technician, locale="en")
        expect(page.locator("[data-heard] .heard-name")).to_have_text("Cân one")

    def test_light_is_offered_where_the_camera_has_one(self, filming, tmp_path):
        visit = filming(chromium.film_of(Image.new("L", (100, 100), 255), tmp_path / "white.y4m"))
        page = visit("/")
        page.add_init_script("""
            MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
            MediaStreamTrack.prototype.applyConstraints = async (wanted) => (globalThis.lit = wanted.advanced[0].torch);
        """)
        page.goto("/scan")
        page.locator("[data-torch]").click()
        expect(page.locator("[data-torch]")).to_have_attribute("aria-pressed", "true")
        assert page.evaluate("globalThis.lit") is True

    @pytest.mark.parametrize("spelt", ["HTTP://127.0.0.1:8000/S/{}", "http://127.0.0.1:8000/s/{}", "{}"])
    def test_a_hand_scanner_is_heard_wherever_the_cursor_is(self, counting, technician, stocked, spelt):
        page = counting()
        page.locator("h1").click()
        burst(page, spelt.format(stocked["one"]))
        expect(page.locator("[data-heard]")).to_have_attribute("data-verdict-shown", "found")
        page.locator("#f-tag").focus()
        burst(page, spelt.format(stocked["two"].lower()))
        expect(page.locator("[data-heard] .heard-name")).to_have_text("Cân two")
        expect(page.locator("#f-tag")).to_have_value("")
        unsent(page, 0)
        assert recorded(technician, stocked) == sorted([stocked["one"], stocked["two"]])

    def test_a_hand_scanner_is_understood_through_another_keyboards_letters(self, counting, stocked):
        page = counting()
        page.evaluate(
            """(text) => {
                const code = (sign) => /[A-Z]/.test(sign) ? `Key${sign}` : /[0-9]/.test(sign) ? `Digit${sign}`
                    : { "/": "Slash", ":": "Semicolon", ".": "Period" }[sign];
                for (const sign of text) {
                    const said = { key: "Process", code: code(sign), shiftKey: sign === ":", bubbles: true };
                    document.body.dispatchEvent(new KeyboardEvent("keydown", said));
                }
                const end = { key: "Enter", code: "Enter", bubbles: true };
                document.body.dispatchEvent(new KeyboardEvent("keydown", end));
            }""",
            f"HTTP://127.0.0.1:8000/S/{stocked['one']}",
        )
        expect(page.locator("[data-heard]")).to_have_attribute("data-verdict-shown", "found")

    def test_on_the_camera_page_a_hand_scanner_opens_the_status(self, visit, stocked):
        page = visit("/scan", locale="en")
        expect(page.locator("[data-says]")).not_to_be_empty()
        burst(page, f"HTTP://127.0.0.1:8000/S/{stocked['one']}")
        page.wait_for_url(f"**/s/{stocked['one']}")

    def test_a_photo_is_read_on_the_phone_itself(self, counting, stocked):
        page = counting()
        label = single.png("http://127.0.0.1:8000", stocked["one"])
        photo = {"name": "IMG_1.png", "mimeType": "image/png", "buffer": label}
        page.locator("[data-photo]").set_input_files(photo)
        expect(page.locator("[data-heard]")).to_have_attribute("data-verdict-shown", "found")

    def test_each_scan_says_what_it_meant(self, counting, stocked):
        page = counting()
        typed(page, tags.grouped(stocked["one"]).lower(), "found")
        typed(page, stocked["one"], "already")
        typed(page, stocked["stray"], "elsewhere")
        expect(page.locator(".heard-place")).to_contain_text("Kho 3")
        typed(page, tags.new(), "unknown")
        typed(page, stocked["two"][:-1] + ("0" if stocked["two"][-1] != "0" else "1"), "mistyped")
        expect(page.locator("[data-heard] .heard-remedy")).to_contain_text("so lại 11 chữ")
        expect(page.locator("[data-far] p")).to_have_text("Đã thấy 1 trên 3")
        page.locator("[data-part=strays]").click()
        expect(page.locator("[data-lines] li")).to_have_count(2)

    def test_whether_there_is_sound_is_remembered(self, counting):
        page = counting()
        page.locator("[data-sound]").click()
        expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "false")
        page.reload()
        expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "false")


class TestTrouble:
    def test_scans_wait_for_the_connection_and_are_sent_once(self, counting, technician, stocked):
        page = counting()
        page.context.set_offline(True)
        typed(page, stocked["one"], "found")
        typed(page, stocked["two"], "found")
        typed(page, stocked["one"], "already")
        typed(page, stocked["stray"], "stray")
        unsent(page, 3)
        expect(page.locator("[data-trouble=offline]")).to_be_visible()
        assert stands(technician, stocked)["found"] == 0
        page.context.set_offline(False)
        unsent(page, 0)
        expect(page.locator("[data-trouble=offline]")).to_be_hidden()
        expect(page.locator("[data-heard]")).to_have_attribute("data-verdict-shown", "elsewhere")
        assert recorded(technician, stocked) == sorted([stocked["one"], stocked["two"]])
        assert recorded(technician, stocked, "elsewhere") == [stocked["stray"]]

    def test_what_earlier_scans_were_is_told_in_lines_as_wide_as_the_page(self, counting):
        page = counting()
        lines = page.locator("[data-remarks]").evaluate("""list => {
            for (const text of ["Cân bàn điện tử · Từ nơi khác", "Quả cân F1 · Từ nơi khác", "Nhiệt kế · Không ngờ"])
                list.appendChild(document.createElement("li")).textContent = text;
            list.hidden = false;
            return [...list.children].map((one) => one.getBoundingClientRect().toJSON()); }""")
        assert len({line["left"] for line in lines}) == 1
        assert [line["top"] for line in lines] == sorted({line["top"] for line in lines})
        assert all(line["width"] > 300 for line in lines)

    def test_a_reload_loses_nothing(self, counting, technician, stocked):
        page = counting()
        page.route("**/scans", lambda route: route.abort())
        typed(page, stocked["one"], "found")
        unsent(page, 1)
        page.reload()
        unsent(page, 1)
        expect(page.locator("[data-far] p")).to_have_text("Đã thấy 1 trên 3")
        page.unroute("**/scans")
        unsent(page, 0)
        assert recorded(technician, stocked) == [stocked["one"]]

    def test_without_a_connection_the_page_opens_again_and_counts_on(self, counting, technician, stocked):
        page = counting()
        page.wait_for_function("async () => Boolean(await caches.match(location.pathname))")
        page.reload()  # from here on the worker sees every file the page asks for
        expect(page.locator("[data-part=missing] [data-number]")).to_have_text("3")
        page.context.set_offline(True)
        typed(page, stocked["one"], "found")
        page.wait_for_timeout(800)
        page.reload()
        unsent(page, 1)
        typed(page, stocked["one"], "already")
        typed(page, stocked["two"], "found")
        expect(page.locator("[data-far] p")).to_have_text("Đã thấy 2 trên 3")
        page.context.set_offline(False)
        unsent(page, 0)
        assert recorded(technician, stocked) == sorted([stocked["one"], stocked["two"]])

    def test_an_answer_that_is_lost_records_nothing_twice(self, counting, technician, stocked):
        page = counting()
        lost: list[int] = []

        def lose(route: Route) -> None:
            lost.append(route.fetch().status)
            route.abort()

        page.route("**/scans", lose, times=1)
        typed(page, stocked["one"], "found")
        unsent(page, 0)
        assert lost == [200]
        assert recorded(technician, stocked) == [stocked["one"]]
        assert stands(technician, stocked)["found"] == 1

    def test_a_session_that_ended_is_said_and_taken_up_again(self, counting, technician, stocked, address):
        page = counting()
        page.context.clear_cookies()
        typed(page, stocked["one"], "found")
        expect(page.locator("[data-trouble=signed_out]")).to_be_visible()
        unsent(page, 1)
        page.context.add_cookies([{"name": signin.COOKIE, "value": technician.session_token(), "url": address}])
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        unsent(page, 0)
        expect(page.locator("[data-trouble=signed_out]")).to_be_hidden()
        assert recorded(technician, stocked) == [stocked["one"]]

    def test_what_a_closed_one_refuses_stays_until_it_was_saved(self, counting, visit, keeper, technician, stocked):
        page = counting()
        page.context.set_offline(True)
        typed(page, stocked["one"], "found")
        keeper.post(f"{TAKES}/{stocked['take']}/close", json={})
        page.context.set_offline(False)
        expect(page.locator("[data-trouble=refused]")).to_contain_text("1")
        expect(page.locator("[data-trouble=closed]")).to_be_visible()
        with page.expect_download() as download:
            page.locator("[data-save]").click()
        assert stocked["one"] in download.value.path().read_text()
        page.locator("[data-discard]").click()
        expect(page.locator("[data-trouble=refused]")).to_be_hidden()
        assert stands(technician, stocked)["found"] == 0
        visit.complaints[:] = [said for said in visit.complaints if not said.startswith("409")]

    def test_two_phones_hear_of_each_other(self, counting, keeper, stocked):
        one, other = counting(), counting(by=keeper)
        typed(one, stocked["one"], "found")
        unsent(one, 0)
        other.evaluate("window.dispatchEvent(new Event('online'))")
        expect(other.locator("[data-far] p")).to_have_text("Đã thấy 1 trên 3")
        typed(other, stocked["one"], "already")
        typed(other, stocked["two"], "found")
        unsent(other, 0)
        one.evaluate("window.dispatchEvent(new Event('online'))")
        expect(one.locator("[data-far] p")).to_have_text("Đã thấy 2 trên 3")

    def test_nobody_sends_what_another_person_scanned(self, counting, visit, people, stocked, address):
        page = counting()
        page.context.set_offline(True)
        typed(page, stocked["one"], "found")
        page.context.add_cookies([{"name": signin.COOKIE, "value": people.keeper.session_token(), "url": address}])
        page.context.set_offline(False)
        expect(page.locator("[data-trouble=signed_out]")).to_be_visible()
        page.reload()
        expect(page.locator("[data-trouble=stranger]")).to_contain_text("1")
        unsent(page, 0)
        assert stands(people.technician, stocked)["found"] == 0
        visit.complaints[:] = [said for said in visit.complaints if not said.startswith("401")]

    def test_signing_out_leaves_no_names_behind_and_no_scan_out(self, counting, stocked):
        page = counting()
        page.wait_for_function("async () => Boolean(await caches.match(location.pathname))")
        page.context.set_offline(True)
        typed(page, stocked["one"], "found")
        page.wait_for_timeout(800)
        page.route("**/scans", lambda route: route.abort())
        page.context.set_offline(False)
        page.goto("/stocktakes")
        expect(page.locator("[data-kept]")).to_contain_text("1 lượt quét")
        page.goto(f"/stocktakes/{stocked['take']}/count")
        expect(page.locator("[data-part=missing] [data-number]")).to_have_text("2")
        page.locator("[data-menu] summary").click()
        page.locator("form[action$='/sign-out'] button").click()
        page.wait_for_url("**/")
        assert page.evaluate("async () => (await caches.keys()).length") == 0
        kept = page.evaluate("""() => new Promise((resolve) => {
            const opened = indexedDB.open("registry-stocktake");
            opened.onsuccess = () => {
                const held = opened.result.transaction(["scans", "lists"]);
                const scans = held.objectStore("scans").count(), lists = held.objectStore("lists").count();
                held.oncomplete = () => resolve([scans.result, lists.result]);
            };
        })""")
        assert kept == [1, 0]


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_every_page_is_in_order(visit, technician, stocked, locale):
    page = visit("/stocktakes/new", by=technician, locale=locale)
    page.emulate_media(reduced_motion="reduce")
    take = f"/stocktakes/{stocked['take']}"
    faults = inspected(page, f"{take}/count?lang={locale}", locale)
    typed(page, stocked["one"], "found")
    typed(page, stocked["stray"], "elsewhere")
    unsent(page, 0)
    for path in ("/stocktakes", "/stocktakes/new", take, f"{take}?state=elsewhere", f"{take}/close", "/scan"):
        faults += inspected(page, path, locale)
    assert not faults, "\n".join(faults)
    assert PLACE in page.context.request.get(take).text()
