"""“Check again” on the page that records: what was seen before is filled in, by whomever, and one record counts."""

import re

from playwright.sync_api import Page, expect

from tests.browser.inspecting import back, looked_up, recorded, saved, unsent
from tests.make import inspection as make
from tests.make.inspection import INSPECTIONS


def again(page: Page, tag: str) -> None:
    """The label is read once more, nothing opens by itself, and the check is begun again."""
    looked_up(page, tag, "already")
    expect(page.locator("[data-check]")).to_be_hidden()
    page.locator("[data-again]").click()
    expect(page.locator("[data-check]")).to_be_visible()
    expect(page.locator("[data-again]")).to_be_hidden()


def test_it_begins_with_what_was_seen_and_takes_its_place(inspecting, inspector, visited):
    page, tag = inspecting(), visited["tags"][5]
    expect(page.locator("[data-again]")).to_be_hidden()
    looked_up(page, tag, "fit")
    page.locator("#f-seal").select_option("broken")
    page.locator("#f-stamp_no").fill("B 7")
    page.locator("summary", has_text="Sai số").click()
    for name, typed in (("value", "-1,250"), ("limit", "0,5"), ("unit", "%")):
        page.locator(f"#f-error_{name}").fill(typed)
    page.locator("summary", has_text="Phát hiện").click()
    page.locator("[name=findings][value=altered]").check()
    page.locator("#f-remark").fill("once")
    saved(page)
    unsent(page, 0)
    again(page, tag)
    for field, typed in {"seal": "broken", "stamp_no": "B 7", "error_value": "−1,250", "remark": "once"}.items():
        expect(page.locator(f"#f-{field}")).to_have_value(typed)
    expect(page.locator("[name=findings][value=altered]")).to_be_checked()
    page.locator("#f-remark").fill("twice")
    saved(page)
    unsent(page, 0)
    page.context.set_offline(True)
    again(page, tag)
    expect(page.locator("#f-remark")).to_have_value("twice")
    page.locator("#f-seal").select_option("intact")
    saved(page)
    unsent(page, 1)
    back(page)
    unsent(page, 0)
    (counts,) = recorded(inspector, visited, "standing")
    assert (counts["seal"], counts["remark"], counts["stamp_no"]) == ("intact", "twice", "B 7")
    assert (counts["error_value"], counts["findings"]) == ("-1.250", ["over_limit", "altered"])
    assert [row["remark"] for row in recorded(inspector, visited)] == ["once", "twice", "twice"]


def test_what_a_colleague_saw_is_begun_with_and_both_records_are_kept(inspecting, people, inspector, visited, arrange):
    with arrange():
        colleague = make.second(people, visited["id"])
    tag = visited["tags"][6]
    seen = make.check(tag, key="theirs", seal="broken", remark="theirs")
    assert colleague.post(f"{INSPECTIONS}/{visited['id']}/checks", json=seen).status_code == 200
    page = inspecting()
    again(page, tag)
    expect(page.locator("#f-seal")).to_have_value("broken")
    page.locator("#f-remark").fill("mine")
    saved(page)
    unsent(page, 0)
    expect(page.locator("[data-remarks]")).to_contain_text("bản ghi của Second đến trước")
    assert [row["remark"] for row in recorded(inspector, visited, "standing")] == ["theirs"]
    assert [row["remark"] for row in recorded(inspector, visited)] == ["theirs", "mine"]


def test_of_what_is_not_there_nothing_is_asked_and_nothing_of_before_is_sent(inspecting, inspector, visited):
    page, tag = inspecting(), visited["tags"][7]
    looked_up(page, tag, "fit")
    page.locator("#f-seal").select_option("intact")
    page.locator("summary", has_text="Sai số").click()
    page.locator("#f-error_value").fill("no number")
    page.locator("[name=present]").uncheck()
    expect(page.locator("#f-seal")).to_be_hidden()
    expect(page.locator("#f-error_value")).to_be_hidden()
    saved(page)
    unsent(page, 0)
    (row,) = recorded(inspector, visited)
    assert (row["present"], row["seal"], row["error_value"]) == (False, None, None)
    again(page, tag)
    page.locator("[name=present]").check()
    expect(page.locator("#f-seal")).to_have_value("")


def test_times_are_written_as_on_every_other_page(inspecting, visited):
    for locale, form in {"vi": r"\d\d:\d\d \d\d/\d\d/\d{4}", "en": r"\d\d:\d\d \d{1,2} [A-Z][a-z]{2} \d{4}"}.items():
        page = inspecting()
        page.goto(f"/inspections/{visited['id']}/record?lang={locale}")
        expect(page.locator("[data-prepared]")).to_have_text(re.compile(rf" {form}$"))
