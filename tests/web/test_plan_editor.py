"""A plan's next version written in the browser: begun, changed row by row, told what does not agree, published."""

import html
import io
import re
from datetime import date

import pytest
from sqlalchemy import select

from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.plan import files
from registry.plan.models import RecordType
from tests.make import plan as make_plan

DRAFT = f"/plan/{make_plan.CODE}/draft"


@pytest.fixture
def pages(people, arrange):
    with arrange():
        make_plan.plan()
    people.planner.pages.set_cookie("lang", "en")
    assert people.planner.pages.post(DRAFT).status_code == 302
    return people.planner.pages


def typed(page):
    """What a form on a page would send."""
    start = page.index('<form class="form"')
    body = page[start : page.index("</form>", start)]
    found = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', body))
    found |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n([^<]*)<', body))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    ticks = set(re.findall(r'type="checkbox"[^>]* name="([^"]+)"', body))
    ticked = set(re.findall(r'type="checkbox"[^>]* name="([^"]+)"[^>]* checked', body))
    plain = {name: html.unescape(value) for name, value in found.items() if name not in ticks - ticked}
    plain.pop("csrf_token", None)
    plain.pop("idempotency_key", None)
    return plain


def saved(pages, row, /, **changes):
    said = typed(pages.get(f"{DRAFT}/rows/{row}").text) | changes
    return pages.post(f"{DRAFT}/rows/{row}", data=said)


def content(pages):
    return files.parse(pages.get(f"{DRAFT}/file").text)


def test_a_row_is_changed_what_does_not_agree_is_told_in_place_and_the_version_is_published(pages, people, app):
    assert saved(pages, "II.2.a", **{"cells-1-target": "12", "cells-1-budget": "6000"}).status_code == 302
    row = pages.get(f"{DRAFT}/rows/II.2.a").text
    assert 'value="12 chuẩn đo lường, PTĐ"' in row
    assert 'id="f-total-fault"' in row
    refused = pages.post(f"{DRAFT}/publish", data=typed(pages.get(f"{DRAFT}/publish").text) | {"number": "9/QĐ-UBND"})
    assert refused.status_code == 422
    whole = pages.get(DRAFT).text
    assert "does not agree" in whole
    version = re.search(r'name="version" value="(\d+)"', whole)[1]
    assert pages.post(f"{DRAFT}/sums", data={"version": version}).status_code == 302
    assert "Everything agrees" in pages.get(DRAFT).text
    preview = pages.get(f"{DRAFT}/publish").text
    assert "Target of P2: 10 → 12." in html.unescape(preview)
    said = typed(preview) | {"number": "9/QĐ-UBND", "on": "2026-05-01"}
    done = pages.post(f"{DRAFT}/publish", data=said)
    assert done.location == f"/plan/{make_plan.CODE}/versions/2"
    assert "9/QĐ-UBND" in pages.get(done.location).text
    assert "Begin a draft" in pages.get(DRAFT).text
    told = re.findall(r"Rows: ([^<]*)<", pages.get(DRAFT).text)
    assert (told[-1], len(told)) == ("II.2.a", 2), "what was done in a draft stays readable"
    with app.app_context():
        deeds = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert deeds[-4:] == ["plan_draft.open", "plan_draft.change", "plan_draft.change", "plan.load"]


def test_a_draft_is_the_file_that_loads_again(pages):
    assert saved(pages, "I.1", title_vi="Truyền thông").status_code == 302
    before = content(pages)
    again = pages.post(f"{DRAFT}/take", data={"file": (io.BytesIO(pages.get(f"{DRAFT}/file").data), "a.json")})
    assert again.status_code == 302
    assert content(pages).content_hash == before.content_hash
    bad = pages.post(f"{DRAFT}/take", data={"file": (io.BytesIO(b'{"format": 2}'), "a.json")})
    assert bad.status_code == 422
    assert content(pages).content_hash == before.content_hash


def test_rows_are_added_renamed_given_up_and_taken_out(pages, arrange):
    with arrange():
        make_plan.evidence("II.4.b", "STC", kind=RecordType.ORGANISATION, counted_on=date(2026, 2, 3))
    new = {"kind": "leaf", "code": "II.5.b", "parent": "II.5", "title_vi": "Việc mới", "title_en": "New work"}
    said = typed(pages.get(f"{DRAFT}/new-row").text) | new
    assert pages.post(f"{DRAFT}/new-row", data=said).status_code == 302
    assert saved(pages, "II.4.b", code="II.4.c").location == f"{DRAFT}/rows/II.4.c"
    assert saved(pages, "II.3.c", ended_on="2025-12-31").status_code == 302
    told = pages.get(f"{DRAFT}/rows/II.3.c").text
    assert 'id="f-cells-1-target-fault"' in told
    assert saved(pages, "II.3.c", **{"cells-1-target": "", "cells-1-target_raw": "-"}).status_code == 302
    assert pages.post(f"{DRAFT}/rows/II.5.b/remove", data={"version": "0"}).status_code == 409
    version = re.search(r'name="version" value="(\d+)"', pages.get(f"{DRAFT}/rows/II.5.b").text)[1]
    assert pages.post(f"{DRAFT}/rows/II.5.b/remove", data={"version": version}).status_code == 302
    document = content(pages).document
    rows = {row.code: row for row in document.counted}
    assert (rows["II.4.c"].was, rows["II.3.c"].ended.on.isoformat()) == ("II.4.b", "2025-12-31")
    assert "II.5.b" not in rows


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "II.2.b"}, "code"),
        ({"code": "hai hai"}, "code"),
        ({"cells-0-target": "nhiều"}, "cells-0-target"),
        ({"lead": "NONE"}, "lead"),
        ({"cells-0-target_raw": "9 bộ"}, "cells-0-target"),
        ({"title_vi": ""}, "title_vi"),
        ({"ended_on": "2026-02-30"}, "ended_on"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(pages, changes, field):
    answer = saved(pages, "II.2.a", **changes)
    page = answer.text if answer.status_code == 422 else pages.get(answer.location).text
    assert f'id="f-{field}-fault"' in page


def test_sources_of_money_and_bodies_that_cooperate_are_changed_and_told_beside_their_field(pages):
    said = typed(pages.get(f"{DRAFT}/sources").text)
    fund = {"code": "fund", "name_vi": "Quỹ KH&CN", "name_en": "Science fund"}
    at = len(content(pages).data["funding_sources"])
    said |= {f"sources-{at}-{name}": value for name, value in fund.items()}
    assert pages.post(f"{DRAFT}/sources", data=said).status_code == 302
    changes = {"funding_sources": "local_budget, fund", "cooperating_bodies": "STC;SKHDT  STC"}
    assert saved(pages, "II.2.a", **changes).status_code == 302
    row = make_plan.row(content(pages).data, "II.2.a")
    assert row["funding"]["sources"] == ["local_budget", "fund"]
    assert row["cooperating"]["bodies"] == ["STC", "SKHDT"]
    assert saved(pages, "II.2.a", funding_sources="fund, lottery", cooperating_bodies="NOBODY").status_code == 302
    told = pages.get(f"{DRAFT}/rows/II.2.a").text
    assert 'id="f-funding_sources-fault"' in told
    assert 'id="f-cooperating_bodies-fault"' in told
    assert saved(pages, "II.2.a", **changes).status_code == 302
    said = typed(pages.get(f"{DRAFT}/sources").text) | {f"sources-{at}-code": ""}
    assert pages.post(f"{DRAFT}/sources", data=said).status_code == 302
    assert 'id="f-funding_sources-fault"' in pages.get(f"{DRAFT}/rows/II.2.a").text
    twice = typed(pages.get(f"{DRAFT}/sources").text) | {"sources-1-code": "local_budget"}
    assert pages.post(f"{DRAFT}/sources", data=twice).status_code == 302
    assert 'id="f-sources-1-code-fault"' in pages.get(f"{DRAFT}/sources").text


def test_duties_are_changed_added_and_told_beside_their_field(pages):
    before = content(pages).data["duties"]
    said = typed(pages.get(f"{DRAFT}/duties").text)
    assert pages.post(f"{DRAFT}/duties", data=said).status_code == 302
    assert content(pages).data["duties"] == before, "what is saved as it was drawn stays as it was"
    said = typed(pages.get(f"{DRAFT}/duties").text) | {"duties-0-code": "", "duties-1-title_en": "Encourage research"}
    new = {
        "code": "NV.9",
        "title_vi": "Việc",
        "title_en": "Work",
        "clause": "II.9",
        "repeats": "yearly",
        "due": "12-10",
    }
    said |= {f"duties-{len(before)}-{name}": value for name, value in (new | {"lead_bodies": "STC"}).items()}
    assert pages.post(f"{DRAFT}/duties", data=said).status_code == 302
    after = content(pages).data["duties"]
    assert (after[0]["title"]["en"], after[0]["notes"]) == ("Encourage research", before[1]["notes"])
    assert (after[-1]["code"], after[-1]["lead"]) == ("NV.9", {"bodies": ["STC"], "raw": ""})
    wrong = {
        "duties-0-due": "30-02",
        "duties-0-repeats": "yearly",
        "duties-0-lead_bodies": "",
        "duties-0-indicators": "X",
    }
    assert pages.post(f"{DRAFT}/duties", data=typed(pages.get(f"{DRAFT}/duties").text) | wrong).status_code == 302
    told = pages.get(f"{DRAFT}/duties").text
    for field in ("due", "lead_bodies", "indicators"):
        assert f'id="f-duties-0-{field}-fault"' in told, field
    assert f'href="{DRAFT}/duties"' in pages.get(DRAFT).text
    assert pages.post(f"{DRAFT}/duties", data=typed(told) | {"duties-0-repeats": "daily"}).status_code == 422
    assert pages.post(f"{DRAFT}/duties", data=typed(told) | {"version": "0"}).status_code == 409


def test_two_planners_do_not_overwrite_each_other(pages):
    mine = typed(pages.get(f"{DRAFT}/rows/I.1").text)
    assert saved(pages, "I.1", title_en="First").status_code == 302
    late = pages.post(f"{DRAFT}/rows/I.1", data=mine | {"title_en": "Second"})
    assert late.status_code == 409
    assert "Second" in late.text
    assert pages.post(DRAFT).status_code == 409


def test_periods_are_changed_with_overlaps_told_in_place(pages):
    said = typed(pages.get(f"{DRAFT}/head").text) | {"periods-1-start": "2025-12-01"}
    assert pages.post(f"{DRAFT}/head", data=said).status_code == 302
    assert 'id="f-periods-1-start-fault"' in pages.get(f"{DRAFT}/head").text
    assert pages.get(f"{DRAFT}/rows/NONE").status_code == 404
    said = typed(pages.get(f"{DRAFT}/head").text) | {"periods-1-start": "2026-02-01", "periods-1-total": "1"}
    assert pages.post(f"{DRAFT}/head", data=said).status_code == 302
    told = pages.get(f"{DRAFT}/publish").text
    assert "Nothing would count from 1 Jan 2026 up to 1 Feb 2026" in html.unescape(told)
    assert "printed totals of the money (P2): " in told
    assert "period_totals" not in told


def test_a_title_that_changes_in_one_language_is_told_in_both(pages):
    assert saved(pages, "I.1", title_vi="Truyền thông").status_code == 302
    assert "“Truyền thông” / “Measurement law and the scheme in the mass media”" in html.unescape(
        pages.get(f"{DRAFT}/publish").text
    )


def codes(pages, parent):
    return [one["code"] for one in content(pages).data["rows"] if one["parent"] == parent]


def test_rows_change_places_with_all_that_is_below_them(pages):
    version = re.search(r'name="version" value="(\d+)"', pages.get(f"{DRAFT}/rows/II.2").text)[1]
    before = codes(pages, "II")
    assert pages.post(f"{DRAFT}/rows/II.2/move", data={"version": version, "to": "up"}).status_code == 302
    assert codes(pages, "II") == [before[1], before[0], *before[2:]]
    order = [one["code"] for one in content(pages).data["rows"]]
    assert order.index("II.2.d") < order.index("II.1")
    assert pages.post(f"{DRAFT}/rows/II.2/move", data={"version": version, "to": "up"}).status_code == 409
    version = str(int(version) + 1)
    assert pages.post(f"{DRAFT}/rows/II.2/move", data={"version": version, "to": "up"}).status_code == 302
    assert codes(pages, "II")[0] == "II.2", "the first stays where it is"


def test_a_document_that_a_row_waits_for_is_said_and_taken_back(pages):
    assert saved(pages, "II.2.a", awaits_vi="Quyết định mua sắm", awaits_on="2026-01-02").status_code == 302
    said = next(one for one in content(pages).data["rows"] if one["code"] == "II.2.a")["not_applicable_until"]
    assert said == {"document": {"vi": "Quyết định mua sắm", "en": "Quyết định mua sắm"}, "on": "2026-01-02"}
    assert saved(pages, "II.2.a", awaits_vi="", awaits_en="", awaits_on="").status_code == 302
    assert next(one for one in content(pages).data["rows"] if one["code"] == "II.2.a")["not_applicable_until"] is None
