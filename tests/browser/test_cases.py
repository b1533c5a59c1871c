"""A case on paper: what relied on the standard is on it, and how many more there are."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from registry.calibration.cases.models import Case
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import chain as make

DAY = timedelta(days=1)


@pytest.mark.parametrize("who", ["keeper", "inspector"])
def test_a_printed_case_lists_what_relied_on_it(visit, people, arrange, who):
    with arrange():
        weight = make.standard()
        make.used(weight, TODAY - 100 * DAY)
        for number in range(3):
            scale = make.standard(f"Cân {number}", commissioned_on=TODAY)
            make.used(scale, TODAY - 9 * DAY, weight, points=[make.point("2000", u="0.3", limit="1")])
        make.failed(weight, TODAY, make.point("2000", "0.7", limit="0.1"))
        case = db.session.scalars(select(Case)).one().id
    page = visit(f"/cases/{case}?limit=2&lang=en", by=getattr(people, who), locale="en", desktop=True)
    page.emulate_media(media="print")
    expect(page.locator("tbody tr")).to_have_count(2)
    for row in page.locator("tbody tr").all():
        expect(row).to_be_visible()
    head, rest = page.locator(".printed-only").all()
    expect(head).to_contain_text(f"Case {case} · Quả cân")  # a header of a table, which stands on each page
    assert head.evaluate("one => getComputedStyle(one).display") == "table-header-group"
    expect(rest).to_have_text("Printed here: 2 of 3. The report of this case (PDF) lists them all.")
    edges = page.locator(".frame").first.evaluate(
        "one => ['borderTopWidth', 'borderTopLeftRadius'].map((name) => getComputedStyle(one)[name])"
    )
    assert edges == ["0px", "0px"]
    for hidden in ("input[name=item]", "#decide", ".chips"):
        assert not any(one.is_visible() for one in page.locator(hidden).all())
