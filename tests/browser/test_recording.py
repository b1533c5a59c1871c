"""Writing results down on a phone: pasted, judged while they are typed, kept without a connection, sent once."""

import re

import pytest
from playwright.sync_api import Page, expect

from registry import demo
from tests.browser.demonstration import TECHNICIAN, press, sign_in

TABLE = """Đại lượng đo\tĐơn vị\tGiá trị danh nghĩa\tGiá trị quy chiếu\tSố chỉ\tU\tk
Điện áp một chiều\tV\t1\t1,000000\t1,00002\t0,00001\t2
Điện áp một chiều\tV\t5\t5,000000\t5,000225\t0,00002\t2"""
SEVEN = """async () => {
    const { read, twoWays } = await import("/static/js/exact.js");
    const { decided, errorOf, holds } = await import("/static/js/verdict.js");
    const number = (text) => read(text, "vi");
    const limits = { lower: number("-0,20"), upper: number("0,20") };
    const verdict = (rule) => (typed) =>
        decided(number(typed), limits, { rule, factor: number("1"), risk: "" }, number("0,06"));
    const typed = ["0,130", "0,140", "0,141", "0,200", "0,201", "0,260", "0,261", "-0,150"];
    return {
        simple: typed.map(verdict("simple")),
        guard_band: typed.map(verdict("guard_band")),
        non_binary: typed.map(verdict("non_binary")),
        floats: holds({ lower: null, upper: number("0,3") }, number("0,1").plus(number("0,2"))),
        error: errorOf({ nominal: number("10"), reference: null, indication: number("9,9999999999999999999") })
            .written("vi"),
        read: ["1.500", "1,5", "1.5", "-0,0", "1e3", "", "1.000,50", "1.234.567"].map((text) => number(text) !== null),
        grouped: [["1.000,5", "vi"], ["1,000.5", "en"], ["0,500", "en"]].map((said) => read(...said).written("en")),
        twice: [["2.000", "vi"], ["-2,000", "en"], ["0.500", "vi"], ["2.000", "en"]].map((said) => twoWays(...said)),
    };
}"""
PASS, COND_PASS, COND_FAIL, FAIL = "pass", "conditional_pass", "conditional_fail", "fail"


@pytest.fixture
def form(visit, demonstration) -> Page:
    """A technician's form for a multimeter whose permissible error is known."""
    page: Page = visit("/sign-in")
    sign_in(page, TECHNICIAN)
    page.goto(f"/assets/{demonstration('DMM-04512')}/calibrations/new")
    page.locator("[name=kind][value=calibration]").check()
    page.locator("[name=outcome][value=pass]").check()
    page.locator("[name=lab]").select_option(demo.CHIEF_LAB)
    return page


def pasted(page: Page) -> None:
    page.locator("[data-paste] summary").click()
    page.locator("#pasted").fill(TABLE)


def verdicts(page: Page) -> list[str]:
    return page.locator("[data-verdict]").all_inner_texts()


def test_the_browser_decides_as_the_server_does(form):
    found = form.evaluate(SEVEN)
    assert found["simple"] == [PASS, PASS, PASS, PASS, FAIL, FAIL, FAIL, PASS]
    assert found["guard_band"] == [PASS, PASS, FAIL, FAIL, FAIL, FAIL, FAIL, FAIL]
    assert found["non_binary"] == [PASS, PASS, COND_PASS, COND_PASS, COND_FAIL, COND_FAIL, FAIL, COND_PASS]
    assert found["floats"] is True
    assert found["error"] == "−0,0000000000000000001"
    assert found["read"] == [False, True, True, True, False, False, True, True]
    assert found["grouped"] == ["1000.5", "1000.5", "0.500"]
    ways = [{"plain": "2000", "comma": "2,000"}, {"plain": "-2000", "comma": "-2.000"}, None, None]
    assert found["twice"] == ways


def test_a_table_is_pasted_and_judged_while_it_is_typed(form):
    pasted(form)
    expect(form.locator("[data-rows=points] > [data-row]")).to_have_count(2)
    assert [text.rsplit(" ", 1)[1] for text in verdicts(form)] == ["Đạt", "Đạt"]
    assert "0,000225 V" in verdicts(form)[1]
    form.locator("[name=points-1-indication]").fill("5,000226")
    assert verdicts(form)[1].endswith("Không đạt")
    warning = form.locator("[data-claim] .notice")
    expect(warning).to_contain_text("tại điểm: 2.")
    form.locator("[name=outcome][value=fail]").check()
    expect(warning).to_be_hidden()
    form.locator("[name=points-1-indication]").fill("5.000")
    assert verdicts(form)[1] == "“5.000” có thể hiểu hai cách; hãy viết 5000 hoặc 5,000."


def test_a_table_without_its_quantity_has_that_of_the_item(form):
    form.locator("[data-paste] summary").click()
    form.locator("#pasted").fill("1\t1,000000\t1,00002\n5\t5,000000\t5,000225")
    for place in (0, 1):
        expect(form.locator(f"[name=points-{place}-quantity]")).to_have_value("Điện áp một chiều")
        expect(form.locator(f"[name=points-{place}-unit]")).to_have_value("V")


def test_of_a_table_with_headings_the_columns_that_are_left_out_are_named(form):
    form.locator("[data-paste] summary").click()
    form.locator("#pasted").fill("Danh nghĩa\tChuẩn\tChỉ thị\tNgười đo\n1\t1,000000\t1,00002\tKỹ")
    expect(form.locator("[data-paste] [data-taken]")).to_have_text(
        "Đã lấy 1 điểm. Chưa lấy các cột có tiêu đề không rõ: Người đo."
    )
    for field, value in {"nominal": "1", "reference": "1,000000", "indication": "1,00002"}.items():
        expect(form.locator(f"[name=points-0-{field}]")).to_have_value(value)


def test_cells_that_are_no_numbers_are_named_when_they_are_pasted(form):
    form.locator("[data-paste] summary").click()
    form.locator("#pasted").fill("1\t1,000000\t1,00002\n3 V\t3,000000\t2,00x1\n5\t−5,1\t5,000225")
    said = form.locator("[data-paste] [data-taken]")
    expect(said).to_contain_text("Đã lấy 3 điểm.")
    expect(said).to_contain_text("“3 V”, “2,00x1”.")
    expect(form.locator("[name=points-1-nominal]")).to_have_value("3 V")


def test_no_new_point_has_an_uncertainty_that_nobody_stated(form):
    pasted(form)
    form.locator("[data-rows=points] [data-add-row]").click()
    form.locator("#pasted").fill("Điểm đo\tChuẩn\tSố chỉ\tĐKĐBĐ\n20\t20,0\t20,001\t0,5")
    form.locator("#pasted").fill("30\t30,0\t30,001")
    for place, said in ((2, "0,5"), (3, "")):
        expect(form.locator(f"[name=points-{place}-expanded_uncertainty]")).to_have_value(said)
        expect(form.locator(f"[name=points-{place}-coverage_factor]")).to_have_value("")
        expect(form.locator(f"[name=points-{place}-unit]")).to_have_value("V")


def test_what_is_pasted_fills_the_setpoints_of_its_nominal_values(form):
    form.locator("[name=procedure_version]").select_option(index=1)
    form.wait_for_load_state("networkidle")  # what is answered about the laboratory moves the button
    form.locator("button[value=procedure]").click()
    expect(form.locator("[data-redrawn]")).to_be_focused()
    rows = form.locator("[data-rows=points] > [data-row]")
    nominals = [field.input_value() for field in form.locator("[name^=points-][name$=-nominal]").all()]
    assert len(nominals) > 1
    form.locator("[data-paste] summary").click()
    table = [f"{nominal}\t{nominal}\t{nominal}" for nominal in reversed(nominals)]
    form.locator("#pasted").fill("\n".join([*table, "7,77\t7,77\t7,77"]))
    expect(rows).to_have_count(len(nominals) + 1)
    for place, nominal in enumerate([*nominals, "7,77"]):
        for field in ("nominal", "indication"):
            expect(form.locator(f"[name=points-{place}-{field}]")).to_have_value(nominal)


def test_the_laboratory_is_asked_for_as_soon_as_the_kind_needs_it(form):
    mark, lab = form.locator("label[for=f-lab] span"), form.locator("[name=lab]")
    expect(mark).to_have_text("(bắt buộc)")
    form.locator("[name=kind][value=intermediate_check]").check()
    expect(mark).to_have_text("(không bắt buộc)")
    expect(lab).not_to_have_attribute("required", "")
    form.locator("[name=kind][value=verification]").check()
    expect(lab).to_have_attribute("required", "")


def test_of_anothers_laboratory_the_number_is_asked_for_before_anything_is_typed(form):
    lab, number = form.locator("[name=lab]"), form.locator("[name=certificate_no]")
    said = form.get_by_text("Chỉ người của phòng thí nghiệm này mới được soạn")
    own = form.locator("[data-own-labs]").get_attribute("data-own-labs").split()
    others = set(lab.locator("option").evaluate_all("all => all.map((one) => one.value)")) - {"", *own}
    lab.select_option(min(others))
    expect(said).to_be_visible()
    expect(number).to_have_attribute("required", "")
    expect(form.locator("label[for=f-certificate_no] span")).to_have_text("(bắt buộc)")
    lab.select_option(own[0])
    expect(said).to_be_hidden()
    expect(number).not_to_have_attribute("required", "")


def test_a_day_that_the_browser_refuses_is_not_hidden(form):
    field = form.locator("[name=received_on]")
    form.locator("details:has([name=received_on]) > summary").click()
    field.fill("2199-01-01")
    form.locator("details:has([name=received_on]) > summary").click()
    expect(field).to_be_hidden()
    press(form)
    expect(field).to_be_visible()


def test_what_is_wrong_is_in_sight_again_though_a_link_to_a_field_is_in_the_address(form):
    form.locator("[data-paste] summary").click()
    rows = [f"Điện áp một chiều\tV\t{at}\t{at},0\t{at},1\t0,001\t0,5" for at in range(1, 13)]
    form.locator("#pasted").fill("\n".join([TABLE.splitlines()[0], *rows]))
    form.locator("[name=certificate_no]").fill("GCN-79")
    for link in ("#f-points-11-coverage_factor", None):
        press(form)
        summary = form.locator("#faults")
        expect(summary).to_be_focused()
        assert 0 <= summary.evaluate("element => element.getBoundingClientRect().top") < 100
        if link is not None:
            summary.locator(f"a[href='{link}']").click()
            expect(form.locator(link)).to_be_focused()


def test_nothing_that_was_typed_is_lost_without_a_connection(form):
    pasted(form)
    form.locator("[name=certificate_no]").fill("GCN-78")  # of another laboratory, in whose name nobody drafts
    form.wait_for_timeout(500)
    form.reload()
    expect(form.locator("[data-restored]")).to_be_visible()
    expect(form.locator("[name=points-1-indication]")).to_have_value("5,000225")
    expect(form.locator("[name=outcome][value=pass]")).to_be_checked()
    form.context.route("**/healthz", lambda _route: None)  # nobody answers
    press(form)
    expect(form.locator("[data-offline]")).to_be_visible()
    expect(form).to_have_url(re.compile(r"/calibrations/new$"))
    form.context.unroute("**/healthz")
    press(form)
    expect(form).to_have_url(re.compile(r"/calibrations/[0-9]+$"))
    expect(form.locator("tbody.point")).to_have_count(2)
    form.wait_for_load_state("networkidle")
    assert not [name for name in form.evaluate("Object.keys(localStorage)") if name.startswith("registry.form.")]


def test_what_was_kept_can_be_thrown_away(form):
    form.locator("[name=note]").fill("Nhầm máy")
    form.wait_for_timeout(500)
    form.reload()
    form.locator("[data-discard]").click()
    expect(form.locator("[data-restored]")).to_be_hidden()
    expect(form.locator("[name=note]")).to_have_value("")


def test_setpoints_of_the_procedure_are_taken_over_and_nothing_typed_is_lost(form):
    form.locator("[name=procedure_version]").select_option(index=1)
    form.locator("[name=points-0-nominal]").fill("0")
    form.locator("[name=points-0-indication]").fill("0,00001")
    form.locator("[name=note]").fill("Để lại")
    form.locator("[name=certificate_no]").fill("GCN-77")
    expect(form.locator(".notice.when-issued")).to_contain_text("“GCN-77”")
    expect(form.locator("button .when-draft")).to_be_hidden()
    form.wait_for_load_state("networkidle")  # what is answered about the laboratory moves the button
    form.locator("button[value=procedure]").click()
    expect(form.locator("[data-redrawn]")).to_be_focused()
    expect(form.locator("[data-redrawn]")).to_be_in_viewport()
    expect(form.locator("[name=points-0-indication]")).to_have_value("0,00001")
    expect(form.locator("[name=points-3-nominal]")).to_have_value("10")
    expect(form.locator("[name=note]")).to_have_value("Để lại")
    expect(form.locator("[data-restored]")).to_be_hidden()


def test_a_standard_is_scanned_into_the_form_wherever_the_cursor_is(form, demonstration):
    weights, meter = demonstration("F1-0287"), demonstration("PT-77-012")
    form.locator("[name=note]").focus()
    for tag in (weights, meter, weights):
        form.keyboard.type(f"HTTP://{form.locator('[data-camera]').get_attribute('data-host')}/S/{tag}")
        form.keyboard.press("Enter")
        expect(form.locator(f"[data-standards] [data-tags*='{tag}']")).to_be_checked()
    expect(form.locator("[name=standards]")).to_have_value("")
    expect(form.locator("[name=note]")).to_have_value("")
    form.wait_for_timeout(500)
    form.reload()
    for tag in (weights, meter):
        expect(form.locator(f"[data-standards] [data-tags*='{tag}']")).to_be_checked()
