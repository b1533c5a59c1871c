"""Inspecting with a phone: prepared ahead, recorded without a connection, sent once; photos, refusals, other people."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from registry.assets import tags
from registry.assets.rules import Proof
from tests.browser.inspecting import MANY, back, kept, looked_up, recorded, reopened, saved, unsent, waiting
from tests.browser.test_pages import inspected
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import files as make_files
from tests.make import inspection as make
from tests.make.inspection import INSPECTIONS
from tests.people import DEPARTMENT, ELSEWHERE

BROKEN = b"\xff\xd8\xff no picture at all"
LARGE = """field => {
    const chosen = new DataTransfer();
    const parts = [Uint8Array.of(255, 216, 255), new Uint8Array(15_000_000)];
    chosen.items.add(new File(parts, "c.jpg", { type: "image/jpeg" }));
    field.files = chosen.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
}"""


def file(name, content):
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def chosen(page, *photos):
    page.locator("#f-pictures").set_input_files([file(*one) for one in photos])


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
            kept(page, 26)
            page.reload()  # a flat battery: what was open is open again
            expect(page.locator("[data-check]")).to_be_visible()
    saved(page)
    looked_up(page, visited["tags"][3], "fit")  # again, while it waits: it is opened, not doubled
    saved(page)
    unsent(page, MANY, 1)
    expect(page.locator("[data-trouble=offline]")).to_be_visible()
    expect(page.locator("[data-far] p")).to_have_text("Đã kiểm tra 50 trên 50 phương tiện đo")
    assert recorded(inspector, visited) == []
    back(page)
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
    for version in (1, 2):
        page.goto(f"/inspections/{visited['id']}/minutes/sign")
        page.locator("[name='representatives-0-name']").fill("Nguyễn Văn An")
        if version > 1:
            page.locator("[name=amendment_reason]").fill("Sai tên")
        page.locator("main form .button-main").click()
        expect(page.locator(".minutes")).to_contain_text(f"Phiên bản {version}, SHA-256")
        expect(page.locator(".minutes")).to_contain_text("Đã kiểm tra 50 phương tiện đo; 2 phương tiện đo có vi phạm.")
        expect(page.locator(".minutes tbody tr")).to_have_count(MANY)
        expect(page.locator(".minutes")).to_contain_text("Số thứ tự 2: ảnh “IMG_1.jpg”")
    expect(page.locator(".minutes")).to_contain_text("Sai tên")


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
        expect(page.locator("[data-far]")).to_contain_text("Đã kiểm tra 0 trên 50 phương tiện đo trong danh sách và 1 ")
        assert row["findings"] == ["over_limit"]

    def test_an_error_without_a_unit_is_not_sent_but_put_right_here(self, inspecting, inspector, visited):
        page = inspecting()
        looked_up(page, visited["tags"][1], "fit")
        page.locator("summary", has_text="Sai số").click()
        page.locator("#f-error_value").fill("0,8")
        page.locator("[data-check] > button").click()
        expect(page.locator("#f-error_unit")).to_be_focused()
        looked_up(page, visited["tags"][2], "fit")  # who goes on without saving is told here, not by the server
        saved(page)
        unsent(page, 0)
        assert len(recorded(inspector, visited)) == 1
        page.locator("[data-lines] button").click()
        page.locator("#f-error_unit").fill("g")
        saved(page)
        unsent(page, 0)
        assert {row["error_unit"] for row in recorded(inspector, visited)} == {None, "g"}

    @pytest.mark.usefixtures("visited")
    def test_a_serial_number_that_is_not_on_the_list_is_asked_of_the_registry(self, inspecting, arrange):
        with arrange():
            for serial_no in ("CK3-002", "AK-9", "AK-9"):
                make_assets.asset(name="Cân khác", owner=DEPARTMENT, serial_no=serial_no)
        page = inspecting()
        looked_up(page, "ck3-002", "unfit")
        expect(page.locator("[data-heard]")).to_contain_text("Cân khác")
        looked_up(page, "AK-9", "stray")
        expect(page.locator("[data-heard]")).to_contain_text("AK-9")
        expect(page.locator("[data-check]")).to_be_hidden()
        page.context.set_offline(True)
        looked_up(page, "CK3-999", "stray")  # nobody knows here whether the registry has it

    def test_a_look_up_alone_leaves_nothing_to_send(self, inspecting, inspector, visited):
        page = inspecting()
        looked_up(page, "khongco123", "unregistered")
        expect(page.locator("#f-serial_no")).to_have_value("khongco123")
        looked_up(page, visited["tags"][0], "fit")
        saved(page)
        unsent(page, 0)
        assert [row["tag"] for row in recorded(inspector, visited)] == [visited["tags"][0]]
        assert waiting(page) == []

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

    @pytest.mark.usefixtures("visited")
    def test_what_is_not_expected_is_answered_at_once_and_offline_once_it_was_sent(self, inspecting, arrange):
        with arrange():
            due = TODAY - timedelta(days=1)
            first, later = (
                make_assets.asset(name=name, owner=ELSEWHERE, proof=Proof.GOOD, due_on=due).tag
                for name in ("Cột đo 1", "Cột đo 2")
            )
        page = inspecting()
        looked_up(page, first, "unfit")
        expect(page.locator("[data-heard]")).to_contain_text("Cột đo 1")
        expect(page.locator("[data-heard] .heard-reason")).to_have_count(1)
        looked_up(page, tags.new(), "unregistered")
        page.context.set_offline(True)
        looked_up(page, later, "stray")
        saved(page)
        unsent(page, 2)
        back(page)
        unsent(page, 0)
        expect(page.locator("[data-heard]")).to_have_attribute("data-verdict-shown", "unfit")
        expect(page.locator("[data-heard]")).to_contain_text("Cột đo 2")

    def test_a_mistyped_label_is_typed_again_and_opens_no_form(self, inspecting, visited):
        page = inspecting()
        tag = visited["tags"][0]
        wrong = ("1" if tag[0] == "0" else "0") + tag[1:]
        looked_up(page, wrong, "mistyped")
        expect(page.locator("[data-check]")).to_be_hidden()
        looked_up(page, wrong, "mistyped")
        page.locator("[data-unregistered]").click()  # it was a serial number
        expect(page.locator("#f-serial_no")).to_have_value(wrong)

    def test_a_file_that_is_no_photo_is_said_at_once_and_not_kept(self, inspecting, inspector, visited):
        page = inspecting()
        looked_up(page, visited["tags"][1], "fit")
        page.locator("#f-pictures").evaluate(LARGE)
        fault = page.locator("[data-photo-fault]")
        expect(fault).to_contain_text("“c.jpg” lớn hơn 15 MB")
        chosen(page, ("a.jpg", b"no picture at all"), ("b.jpg", make_files.photo()))
        expect(fault).to_contain_text("“a.jpg” không phải ảnh")
        expect(page.locator("[data-photos-kept]")).to_contain_text("1")
        chosen(page, ("d.jpg", make_files.photo((40, 30))))
        expect(fault).to_be_hidden()
        saved(page)
        unsent(page, 0)
        assert [len(row["photos"]) for row in recorded(inspector, visited)] == [2]
        expect(page.locator("[data-trouble=refused]")).to_be_hidden()

    def test_a_photo_that_was_refused_is_listed_with_its_reason_and_replaced(
        self, inspecting, visit, inspector, visited
    ):
        page = inspecting()
        looked_up(page, visited["tags"][1], "fit")
        chosen(page, ("a.jpg", BROKEN))
        saved(page)
        line = page.locator("[data-lines] li")
        expect(line).to_contain_text("a.jpg”: Cân 01")
        expect(line).to_contain_text("Không đọc được trọn vẹn ảnh này")
        expect(page.locator("[data-nothing]")).to_be_hidden()
        line.locator("[data-replace]").set_input_files(file("x.jpg", b"text"))
        expect(line).to_contain_text("“x.jpg” không phải ảnh")
        page.reload()
        expect(line).to_contain_text("a.jpg”: Cân 01")
        line.locator("[data-replace]").set_input_files(file("b.jpg", make_files.photo()))
        expect(line).to_have_count(0)
        unsent(page, 0)
        expect(page.locator("[data-trouble=refused]")).to_be_hidden()
        assert [len(row["photos"]) for row in recorded(inspector, visited)] == [1]
        page.goto(f"/inspections/{visited['id']}")
        expect(page.locator("[data-kept]")).to_be_hidden()
        visit.complaints[:] = [said for said in visit.complaints if not said.startswith("422")]

    def test_a_photo_that_was_refused_is_removed_by_itself(self, inspecting, visit, visited):
        page = inspecting()
        looked_up(page, visited["tags"][1], "fit")
        chosen(page, ("a.jpg", BROKEN))
        saved(page)
        page.locator("[data-lines] [data-drop]").click()
        expect(page.locator("[data-nothing]")).to_be_visible()
        expect(page.locator("[data-trouble=refused]")).to_be_hidden()
        visit.complaints[:] = [said for said in visit.complaints if not said.startswith("422")]

    def test_a_photo_that_is_none_is_told_and_kept_until_it_was_saved(self, inspecting, visit, inspector, visited):
        page = inspecting()
        looked_up(page, visited["tags"][1], "fit")
        chosen(page, ("a.jpg", BROKEN))
        expect(page.locator("[data-photos-kept]")).to_contain_text("1")
        saved(page)
        expect(page.locator("[data-trouble=refused]")).to_contain_text("1")
        unsent(page, 0)
        with page.expect_download() as download:
            page.locator("[data-trouble=refused] [data-save]").click()
        assert "a.jpg" in page.locator("[data-lines]").text_content()
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
        back(page)
        expect(page.locator("[data-trouble=refused]")).to_contain_text("1")
        expect(page.locator("[data-lines] li")).to_contain_text("Đã hủy")
        expect(page.locator("[data-lines] [data-open]")).to_have_count(0)
        with page.expect_download() as download:
            page.locator("[data-trouble=refused] [data-save]").click()
        assert visited["tags"][0] in download.value.path().read_text()
        assert recorded(inspector, visited) == []


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
