"""Labels are printed as the picture shows them: what is chosen meanwhile is looked at before it is printed."""

import pytest
from playwright.sync_api import expect

from tests.make import assets as make

ASKED = "/labels?chosen=1&sheet=a4-3x8&show=name&show=owner"


@pytest.mark.parametrize(
    ("locale", "said"), [("vi", "hình này không còn đúng"), ("en", "this is not what the picture shows")]
)
def test_nothing_is_printed_that_the_picture_does_not_show(visit, technician, arrange, locale, said):
    with arrange():
        make.asset(name="Cân")
    page = visit(f"{ASKED}&lang={locale}", by=technician, locale=locale, desktop=locale == "en")
    pdf, owner, stale = page.locator("[value=pdf]"), page.locator("#choice [name=show][value=owner]"), "[data-stale]"
    expect(pdf).to_be_visible()
    expect(page.locator(stale)).to_be_hidden()
    owner.uncheck()
    expect(pdf).to_be_hidden()
    expect(page.locator(stale)).to_contain_text(said)
    owner.check()
    expect(pdf).to_be_visible()
    page.locator("[name=tags]").fill("7KQ2M3XA9R0")
    expect(pdf).to_be_hidden()
    page.locator("[name=tags]").fill("")
    owner.uncheck()
    page.locator(f"{stale} button").click()
    page.wait_for_url(lambda address: "show=owner" not in address)
    expect(pdf).to_be_visible()
    fields = page.locator("[data-print-labels] [name=show]")
    assert fields.evaluate_all("all => all.map(one => one.value)") == ["name"]
