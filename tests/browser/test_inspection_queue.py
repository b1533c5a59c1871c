"""What waits on an inspector's phone: sent once, never lost, whatever happens to the phone, the server, the person."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from registry.accounts import signin
from registry.inspection import actions, queries
from registry.inspection.rules import TeamRole
from registry.kernel.clock import now
from tests.browser.inspecting import MANY, back, looked_up, recorded, saved, unsent, waiting
from tests.make import files as make_files
from tests.make import inspection as make
from tests.make.inspection import INSPECTIONS

A_DAY = """async ([visit, tags, bad]) => {
    const opened = indexedDB.open("registry-inspection");
    await new Promise((resolve) => (opened.onsuccess = resolve));
    const tables = opened.result.transaction(["scans", "photos"], "readwrite");
    const person = Number(document.querySelector("[data-inspection]").dataset.person);
    for (let number = 0; number < 200; number += 1) {
        const at = new Date(Date.now() - 86_400_000 + number * 60_000);
        const said = number < tags.length ? { tag: tags[number] } : { name: `Cân lạ ${number}` };
        if (number === bad) said.error_value = "1"; // without its unit
        const about = { order: at.getTime(), visit, person };
        tables.objectStore("scans").put({ key: `k${number}`, ...said, ...about, present: true, at: at.toISOString() });
    }
    for (const number of [3, 60, 199]) {
        const canvas = new OffscreenCanvas(8, 8 + number);
        canvas.getContext("2d").fillRect(0, 0, 4, 4);
        const blob = await canvas.convertToBlob({ type: "image/jpeg" });
        const again = opened.result.transaction("photos", "readwrite");
        again.objectStore("photos").put({ key: `p${number}`, check: `k${number}`, visit, person, name: "a.jpg", blob });
        await new Promise((resolve) => (again.oncomplete = resolve));
    }
    opened.result.close();
}"""


def attached(page: Page, name: str = "IMG_1.jpg") -> None:
    photo = {"name": name, "mimeType": "image/jpeg", "buffer": make_files.photo()}
    page.locator("#f-pictures").set_input_files(photo)
    expect(page.locator("[data-photos-kept]")).to_contain_text("1")


def signed_in(page: Page, who: Any, address: str) -> None:
    page.context.add_cookies([{"name": signin.COOKIE, "value": who.session_token(), "url": address}])


def told(visit: Any, *statuses: str) -> None:
    """Refusals that a test asked for are no complaints."""
    visit.complaints[:] = [said for said in visit.complaints if not said.startswith(statuses)]


def test_a_day_without_a_connection_is_sent_through_a_dying_server(inspecting, visit, inspector, visited):
    page = inspecting()
    page.evaluate(A_DAY, [visited["id"], visited["tags"], 120])
    asked: list[int] = []

    def die(route: Route) -> None:
        asked.append(1)
        if len(asked) == 2:  # it wrote everything down, and died before it said so
            route.fetch()
            route.abort()
        elif len(asked) == 3:
            route.fulfill(status=502, body="Bad gateway")
        else:
            route.continue_()

    page.route("**/checks", die)
    page.reload()
    expect(page.locator("[data-trouble=offline]")).to_be_visible()
    page.reload()
    unsent(page, 0)
    expect(page.locator("[data-trouble=refused]")).to_contain_text("1")
    rows = {row["key"]: row for row in recorded(inspector, visited)}
    assert sorted(rows) == sorted(f"k{number}" for number in range(200) if number != 120)
    assert sorted(key for key, row in rows.items() if row["photos"]) == ["k199", "k3", "k60"]
    assert [one["key"] for one in waiting(page)] == ["k120"]
    line = page.locator("[data-lines] li").first
    expect(line).to_contain_text("Cân lạ 120")
    line.locator("button").click()
    expect(page.locator("[data-fault]")).to_contain_text("đơn vị")
    page.locator("#f-error_unit").fill("g")
    saved(page)
    unsent(page, 0)
    expect(page.locator("[data-trouble=refused]")).to_be_hidden()
    (mended,) = [row for row in recorded(inspector, visited) if row["key"] == "k120"]
    assert (mended["error_value"], mended["error_unit"]) == ("1", "g")
    assert waiting(page) == []
    told(visit, "502")


class TestEdits:
    def test_what_is_changed_after_it_arrived_without_an_answer_is_not_lost(self, inspecting, inspector, visited):
        page = inspecting()
        lost: list[int] = []

        def lose(route: Route) -> None:
            lost.append(route.fetch().status)
            route.abort()

        page.route("**/checks", lose, times=1)
        looked_up(page, visited["tags"][0], "fit")
        page.locator("#f-remark").fill("một")
        attached(page)
        saved(page)
        expect(page.locator("[data-trouble=offline]")).to_be_visible()
        looked_up(page, visited["tags"][0], "fit")
        expect(page.locator("#f-remark")).to_have_value("một")
        page.locator("#f-remark").fill("hai")
        saved(page)
        back(page)
        unsent(page, 0)
        assert lost == [200]
        (row,) = recorded(inspector, visited, "standing")
        assert (row["remark"], len(row["photos"])) == ("hai", 1)

    def test_what_is_changed_while_it_is_on_its_way_is_not_lost(self, inspecting, inspector, visited):
        page = inspecting()
        held: list[Route] = []
        page.route("**/checks", lambda route: held.append(route), times=1)  # noqa: PLW0108 — it is marked by who calls it
        page.locator("[data-unregistered]").click()
        page.locator("#f-name").fill("Cân đĩa")
        saved(page)
        page.wait_for_function("document.querySelector('[data-lines] button')")
        page.locator("[data-lines] button").click()
        page.locator("#f-serial_no").fill("T-7")
        held[0].continue_()
        expect(page.locator("[data-sending]")).to_have_attribute("data-unsent", "1")
        saved(page)
        unsent(page, 0)
        assert [row["serial_no"] for row in recorded(inspector, visited, "standing")] == ["T-7"]


class TestWhose:
    @pytest.mark.parametrize("name", ["admin", "second"])
    def test_nobody_sends_what_another_person_recorded(  # noqa: PLR0913, PLR0917 — fixtures
        self, inspecting, visit, people, visited, address, arrange, name
    ):
        with arrange():
            other = make.second(people, visited["id"]) if name == "second" else people.admin
        page = inspecting()
        looked_up(page, visited["tags"][1], "fit")
        page.route("**/photos**", lambda route: route.abort())
        attached(page)
        saved(page)
        unsent(page, 0, 1)
        page.context.set_offline(True)
        looked_up(page, visited["tags"][0], "fit")
        saved(page)
        signed_in(page, other, address)
        page.unroute("**/photos**")
        back(page)
        expect(page.locator("[data-trouble=signed_out]")).to_be_visible()
        unsent(page, 1, 1)
        if name == "second":
            page.reload()
            expect(page.locator("[data-trouble=stranger]")).to_contain_text("2")
            unsent(page, 0)
        assert [row["seen_by"] for row in recorded(people.inspector, visited)] == ["Inspector"]
        signed_in(page, people.inspector, address)
        page.reload() if name == "second" else back(page)
        unsent(page, 0)
        rows = recorded(people.inspector, visited)
        assert [(row["seen_by"], len(row["photos"])) for row in rows] == [("Inspector", 1), ("Inspector", 0)]
        told(visit, "401")

    def test_other_pages_say_what_this_device_still_holds(self, inspecting, visited):
        page = inspecting()
        page.route("**/checks", lambda route: route.abort())
        looked_up(page, visited["tags"][0], "fit")
        attached(page)
        saved(page)
        unsent(page, 1, 1)
        for where in ("/inspections", f"/inspections/{visited['id']}"):
            page.goto(where)
            expect(page.locator("[data-kept] a")).to_have_text(f"1 phiếu và 1 ảnh của cuộc kiểm tra {visited['id']}")
        page.locator("[data-kept] a").click()
        unsent(page, 1, 1)
        page.unroute("**/checks")
        back(page)
        unsent(page, 0)


class TestRoom:
    def test_photos_the_browser_has_no_room_for_are_said_and_kept(self, inspecting, inspector, visited):
        page = inspecting()
        page.evaluate("""() => {
            const put = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = function (row) {
                if (this.name === "photos" && !globalThis.room) {
                    this.transaction.abort();
                    throw new DOMException("full", "QuotaExceededError");
                }
                return put.call(this, row);
            };
        }""")
        page.context.set_offline(True)
        looked_up(page, visited["tags"][0], "fit")
        attached(page)
        saved(page)
        expect(page.locator("[data-trouble=full]")).to_contain_text("1")
        with page.expect_download() as download:
            page.locator("[data-trouble=full] [data-save]").click()
        assert visited["tags"][0] in download.value.path().read_text()
        back(page)
        unsent(page, 0)
        expect(page.locator("[data-trouble=full]")).to_be_hidden()
        assert [len(row["photos"]) for row in recorded(inspector, visited)] == [1]


class TestTabs:
    def test_a_second_tab_waits_and_takes_over_when_it_is_asked_to(self, inspecting, inspector, visited):
        page = inspecting()
        page.context.set_offline(True)
        looked_up(page, visited["tags"][0], "fit")
        page.locator("#f-remark").fill("dở dang")
        page.context.set_offline(False)
        page.route("**/checks", lambda route: route.abort())
        other = page.context.new_page()
        other.goto(f"/inspections/{visited['id']}/record")
        expect(other.locator("[data-elsewhere]")).to_be_visible()
        expect(other.locator("[data-check]")).to_be_hidden()
        other.locator("[data-elsewhere] button").click()
        expect(other.locator("#f-remark")).to_have_value("dở dang")
        expect(page.locator("[data-elsewhere]")).to_be_visible()
        other.locator("#f-remark").fill("xong")
        saved(other)
        unsent(other, 0)
        assert [row["remark"] for row in recorded(inspector, visited)] == ["xong"]
        page.unroute("**/checks")
        other.close()
        page.locator("[data-elsewhere] button").click()
        expect(page.locator("[data-prepared]")).to_have_attribute("data-items", str(MANY))
        unsent(page, 0)
        assert len(recorded(inspector, visited)) == 1


def test_who_was_put_back_into_the_team_sends_what_was_refused(inspecting, visited, people, inspector, arrange):
    team = [make.member(), make.member("second@example.vn", TeamRole.MEMBER)]

    def members(found: list[Any]) -> None:
        with arrange():
            actions.edit(queries.by_id(people.inspector.person(), visited["id"]), team=found, by=None)

    with arrange():
        other = make.second(people, visited["id"])
    page = inspecting(by=other)
    members(team[:1])
    looked_up(page, visited["tags"][0], "fit")
    saved(page)
    line = page.locator("[data-lines] li")
    expect(line).to_contain_text("trưởng đoàn")
    assert recorded(inspector, visited) == []
    members(team)
    line.locator("[data-resend]").click()
    unsent(page, 0)
    expect(line).to_have_count(0)
    assert [row["seen_by"] for row in recorded(inspector, visited)] == ["Second"]


def test_what_was_seen_before_a_visit_was_signed_is_recorded_and_told(inspecting, inspector, visited, clock):
    page = inspecting()
    page.context.set_offline(True)
    looked_up(page, visited["tags"][0], "fit")
    saved(page)
    noon = now()
    clock(noon + timedelta(milliseconds=10))
    inspector.post(f"{INSPECTIONS}/{visited['id']}/checks", json=make.check(visited["tags"][1]))
    signing = {"representatives": [{"name": "Nguyễn Văn An"}]}
    assert inspector.post(f"{INSPECTIONS}/{visited['id']}/minutes", json=signing).status_code == 201
    clock(noon + timedelta(milliseconds=20))
    back(page)
    expect(page.locator("[data-remarks]")).to_contain_text("Cân 00: đã được ghi, nhưng gửi tới sau khi ký biên bản")
    unsent(page, 0)
    assert waiting(page) == []
    clock(noon + timedelta(hours=1))
    looked_up(page, visited["tags"][2], "fit")
    saved(page)
    expect(page.locator("[data-trouble=refused]")).to_contain_text("1")
    expect(page.locator("[data-lines] li")).to_contain_text("Biên bản đã được ký trước khi thấy")
    assert [one["because"] for one in waiting(page)] == ["closed"]
    assert len(recorded(inspector, visited)) == 2
