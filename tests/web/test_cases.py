"""Pages about chains and cases: what they show, who may act, what a refused form keeps."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.calibration.cases import actions
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import Disposition
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import chain as make
from tests.make import files as make_files
from tests.make import plan as make_plan
from tests.people import PASSWORD
from tests.stored import remembered

DAY = timedelta(days=1)
EN = "?lang=en"


@pytest.fixture
@remembered
def found(people, arrange) -> dict[str, object]:
    """A case about a standard with two items."""
    with arrange():
        weight = make.standard("Quả cân F1 “chuẩn” <b>")
        make.used(weight, TODAY - 100 * DAY)
        scales = [make.standard(f"Cân {number}", commissioned_on=TODAY) for number in range(2)]
        for scale in scales:
            make.used(scale, TODAY - 9 * DAY, weight, points=[make.point("2000", u="0.3", limit="1")])
        failing = make.failed(weight, TODAY, make.point("2000", "0.7", limit="0.1"))
        case = db.session.scalars(select(Case)).one()
        items = list(db.session.scalars(select(CaseItem.id).order_by(CaseItem.id)))
    return {"tag": weight.tag, "case": case.id, "items": items, "item": scales[0].tag, "failing": failing.id}


def test_the_chain_is_a_picture_with_a_text_alternative_and_a_table(keeper, found):
    page = keeper.pages.get(f"/assets/{found['item']}/traceability{EN}")
    assert page.status_code == 200
    assert page.text.count('role="img" aria-label="From Cân 0 up to the SI: Broken.') == 2
    assert "Quả cân F1 “chuẩn” &lt;b&gt;" in page.text
    assert "Where the chain is broken" in page.text


def test_a_draft_and_an_item_without_a_record_have_a_page_too(keeper, found, arrange):
    with arrange():
        bare = make.standard()
        draft = make.used(bare, TODAY, certificate_no=None)
    assert keeper.pages.get(f"/assets/{bare.tag}/traceability").status_code == 200
    assert keeper.pages.get(f"/calibrations/{draft.id}/traceability").status_code == 200


def test_what_rests_on_a_standard_is_listed_with_its_cases(keeper, found):
    page = keeper.pages.get(f"/assets/{found['tag']}/impact{EN}")
    assert "at any depth: 2" in page.text
    assert f"/cases/{found['case']}" in page.text


def test_a_scan_in_doubt_is_neither_green_nor_red(client, found, arrange):
    page = client.get(f"/s/{found['item']}{EN}").text
    assert 'class="verdict verdict-doubt"' in page
    assert re.search(r'<h1 id="verdict">\s*In doubt\s*</h1>', page)
    with arrange():
        case = db.session.get_one(Case, found["case"])
        actions.dispose(case, disposition=Disposition.RECALL, reason="Thu hồi", items=found["items"], by=None)
    page = client.get(f"/s/{found['item']}{EN}").text
    assert ('class="verdict verdict-no"' in page, "It is recalled" in page) == (True, True)


def test_marks_stand_where_people_look(keeper, found):
    words = "a standard it relied on was found out of tolerance"
    for path in (f"/assets/{found['item']}", f"/s/{found['item']}"):
        assert words in keeper.pages.get(path + EN).text
    (record,) = keeper.get(f"/api/v1/calibrations?asset={found['item']}").json["items"]
    assert words in keeper.pages.get(f"/calibrations/{record['id']}{EN}").text
    assert f"/cases/{found['case']}" in keeper.pages.get("/").text


def test_evidence_that_rests_on_it_is_marked_and_counts_all_the_same(keeper, planner, found, arrange):
    with arrange():
        make_plan.plan()
        make_plan.evidence("II.2.a", str(found["item"]))
    (line,) = planner.get(f"/api/v1/plans/{make_plan.CODE}/evidence").json["items"]
    assert (line["in_doubt"], line["holds"]) == (True, True)
    rollup = planner.get(f"/api/v1/plans/{make_plan.CODE}/rollup").json
    doubted = {one["code"]: one["in_doubt"] for one in rollup["indicators"] if one["in_doubt"]}
    assert doubted["II.2.a"] == doubted["B30.2"] == 1
    assert "1 record in doubt" in planner.pages.get(f"/plan/{make_plan.CODE}{EN}").text
    page = planner.pages.get(f"/plan/{make_plan.CODE}/II.2.a{EN}").text
    parts = re.findall(r'<p class="strong">(\S+): (.*?)</li>', page, re.DOTALL)
    counted = {period: "1 record in doubt" in part for period, part in parts}
    assert (sum(counted.values()), len(counted)) == (1, 2)
    assert "In doubt: it rests on a standard" in page
    decision = {"item": found["items"], "disposition": "no_effect", "reason": "…"}
    keeper.pages.post(f"/cases/{found['case']}/dispositions", data=decision)
    rollup = planner.get(f"/api/v1/plans/{make_plan.CODE}/rollup").json
    assert {one["in_doubt"] for one in rollup["indicators"]} == {0}


def test_a_case_is_decided_and_signed_off_on_its_page(keeper, found):
    address, items = f"/cases/{found['case']}", found["items"]
    assert "/sign-off" not in keeper.pages.get(address).text
    form = {"item": items[:1], "disposition": "recall", "reason": "Quá giới hạn"}
    assert keeper.pages.post(f"{address}/dispositions", data=form).status_code == 302
    rest = {"significance": "possible", "disposition": "no_effect", "reason": "Nhỏ"}
    assert keeper.pages.post(f"{address}/dispositions", data=rest).status_code == 302
    page = keeper.pages.get(address)
    assert "Quá giới hạn" in page.text
    assert f"{address}/sign-off" in page.text
    signed = {"conclusion": "Đã thay quả cân", "password": PASSWORD}
    assert keeper.pages.post(f"{address}/sign-off", data={**signed, "password": "đoán"}).status_code == 422
    assert keeper.pages.post(f"{address}/sign-off", data=signed).status_code == 302
    page = keeper.pages.get(address)
    assert "Đã thay quả cân" in page.text
    assert 'name="disposition"' not in page.text
    assert keeper.pages.get(f"{address}/report.pdf").data.startswith(b"%PDF-")


def test_who_decides_on_a_page_that_is_old_is_told_and_may_then_decide(keeper, found):
    address = f"/cases/{found['case']}"
    form = {"item": found["items"][:1], "disposition": "recall", "reason": "…"}
    assert 'name="seen"' not in keeper.pages.get(address).text
    assert keeper.pages.post(f"{address}/dispositions", data=form).status_code == 302
    other = form | {"disposition": "no_effect"}
    page = keeper.pages.post(f"{address}/dispositions", data=other)
    assert page.status_code == 409
    assert "đã quyết định về mục" in page.text
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', page.text)
    assert keeper.pages.post(f"{address}/dispositions", data=other | {"seen": seen}).status_code == 302


def test_a_refused_decision_keeps_what_was_typed_and_ticked(keeper, found):
    form = {"item": found["items"][:1], "disposition": "", "reason": "Lý do dài"}
    page = keeper.pages.post(f"/cases/{found['case']}/dispositions", data=form)
    assert page.status_code == 422
    assert "Lý do dài" in page.text
    assert page.text.count(" checked") == 1
    nothing = keeper.pages.post(f"/cases/{found['case']}/dispositions", data={"disposition": "recall", "reason": "…"})
    assert nothing.status_code == 422
    early = keeper.pages.post(f"/cases/{found['case']}/sign-off", data={"conclusion": "…", "password": PASSWORD})
    assert early.status_code == 409


def test_a_case_by_hand_is_opened_on_a_page(keeper, found):
    address = f"/assets/{found['tag']}/cases/new"
    assert keeper.pages.get(address).status_code == 200
    refused = keeper.pages.post(address, data={"reason": "", "ranges-0-quantity": "m", "ranges-0-low": "1,5"})
    assert refused.status_code == 422
    assert 'value="1,5"' in refused.text
    said = {"reason": "Nghi ngờ", "ranges-0-quantity": "Khối lượng", "ranges-0-unit": "kg", "ranges-0-low": "1,5"}
    made = keeper.pages.post(address, data=said)
    assert made.status_code == 302
    assert "Nghi ngờ" in keeper.pages.get(made.location).text


def test_a_technician_reads_and_a_stranger_does_not(technician, stranger, client, found):
    case, tag = f"/cases/{found['case']}", found["tag"]
    reading = [case, f"{case}/report.pdf", f"/assets/{tag}/impact", f"/assets/{tag}/traceability"]
    assert [technician.pages.get(path).status_code for path in reading] == [200] * 4
    assert 'name="disposition"' not in technician.pages.get(case).text
    assert technician.pages.get(f"/assets/{tag}/cases/new").status_code == 403
    assert technician.pages.post(f"{case}/sign-off", data={"conclusion": "…", "password": PASSWORD}).status_code == 403
    assert [stranger.pages.get(path).status_code for path in reading] == [404] * 4
    assert [client.get(path).status_code for path in reading] == [302] * 4
    assert "/cases/1" not in stranger.pages.get("/cases").text


def test_an_item_leads_to_its_record_its_certificate_and_its_asset(keeper, found, arrange):
    with arrange():
        item = db.session.get_one(CaseItem, found["items"][0])
        record, tag = item.calibration_id, item.asset.tag
    sent = make_files.sent(make_files.PDF, make_files.NAME, kind="certificate")
    attached = keeper.post(f"/api/v1/calibrations/{record}/files", **sent).json["id"]
    addresses = [f"/assets/{tag}", f"/calibrations/{record}", f"/calibrations/{record}/files/{attached}"]
    page = keeper.pages.get(f"/cases/{found['case']}").text
    assert [one for one in addresses if f'href="{one}"' not in page] == []


def test_a_decision_about_nothing_is_refused_beside_the_list_and_keeps_what_was_typed(keeper, found):
    form = {"disposition": "no_effect", "reason": "Sai số nhỏ"}
    page = keeper.pages.post(f"/cases/{found['case']}/dispositions{EN}", data=form)
    assert page.status_code == 422
    text = "Tick at least one item in the list"
    assert page.text.index('id="f-items"') < page.text.index("<table")
    assert text in page.text[page.text.index('id="f-items"') : page.text.index("<table")]
    assert "Sai số nhỏ" in page.text
