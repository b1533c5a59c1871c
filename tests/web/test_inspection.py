"""Pages of inspections: planned, signed and followed in a browser; what others see of a violation."""

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pypdfium2
import pytest

from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.assets import tags
from registry.assets.rules import Proof
from registry.inspection.rules import State
from registry.sheets.models import Form
from registry.sheets.tables import tables
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import inspection as make
from tests.make.inspection import INSPECTIONS, check
from tests.people import CENTRE, ELSEWHERE, PROVINCE

DAY = str(TODAY)


@pytest.fixture
def seen(people, arrange, inspector):
    """A visit at which one instrument was found with a broken seal: its key, and the tag."""
    with arrange():
        tag = make_assets.asset(name="Cân xấu").tag
        key = make.visit().id
    body = check(tag, key="bad", seal="broken", remark="Chì đứt")
    assert inspector.post(f"{INSPECTIONS}/{key}/checks", json=body).status_code == 200
    return key, tag


def signed(who, key):
    said = {"representatives-0-name": "Nguyễn Văn An", "representatives-0-title": "Giám đốc", "minutes_no": "05/BB"}
    return who.pages.post(f"/inspections/{key}/minutes/sign", data=said)


def test_a_visit_is_planned_prepared_and_begun(inspector):
    said = {
        "authority": "SKHCN",
        "organisation": "TTDL",
        "planned_from": DAY,
        "decision_no": "12/QĐ",
        "decision_on": DAY,
        "team-0-person": "inspector@example.vn",
        "team-0-role": "leader",
    }
    made = inspector.pages.post("/inspections/new", data=said)
    assert made.status_code == 302, made.text
    here = made.headers["Location"]
    for to in ("prepared", "in_progress"):
        assert inspector.pages.post(f"{here}/step", data={"to": to}).status_code == 302
    refused = inspector.pages.post(f"{here}/step", data={"to": "cancelled"})
    assert (refused.status_code, "f-reason-fault" in refused.text) == (422, True)
    page = inspector.pages.get(here).text
    assert "chưa ghi số chứng chỉ" in page
    assert "Cuộc kiểm tra của tôi hôm nay" in inspector.pages.get("/").text


def test_a_visit_is_counted_where_its_form_says(inspector, arrange):
    with arrange():
        said = {"name_vi": "Xã Chợ Mới", "name_en": "Cho Moi commune", "kind": OrganisationKind.COMMUNE}
        accounts.add_organisation(code="XA-CM", parent=PROVINCE, **said, by=None)
    assert '<option value="XA-CM"' in inspector.pages.get("/inspections/new").text
    said = {"authority": "SKHCN", "subject_name": "Chợ", "planned_from": DAY, "area": "XA-CM"}
    here = inspector.pages.post("/inspections/new", data=said).headers["Location"]
    assert inspector.get(f"/api/v1{here}").get_json()["area"] == "XA-CM"


@pytest.mark.parametrize(("name", "told"), [("planner", True), ("inspector", False)])
def test_who_does_not_inspect_is_told_why_the_lists_are_empty(people, name, told):
    for page in ("/inspections", "/inspection-plans"):
        assert ("are read by those who inspect" in getattr(people, name).pages.get(f"{page}?lang=en").text) is told


def test_a_form_that_was_refused_keeps_what_was_typed(inspector):
    answer = inspector.pages.post(
        "/inspections/new", data={"authority": "SKHCN", "place": "Chợ Thái", "planned_from": ""}
    )
    assert answer.status_code == 422
    assert 'value="Chợ Thái"' in answer.text


def test_minutes_are_signed_read_and_taken_home_as_files(inspector, keeper, client, seen):
    key, _tag = seen
    here = f"/inspections/{key}/minutes"
    assert "BẢN DỰ THẢO" in inspector.pages.get(here).text
    assert inspector.pages.post(f"{here}/sign", data={}).status_code == 422
    assert signed(inspector, key).status_code == 302
    page = keeper.pages.get(here).text
    said = re.search(r"SHA-256 ([0-9a-f]{64})", page)[1]
    assert "BẢN DỰ THẢO" not in page
    titles = re.findall(r"<h2>([IVX]+\.) ", page)  # as its papers number them
    assert titles[:4] == ["I.", "II.", "III.", "IV."]
    assert re.search(r"ngày \d+ tháng \d+ năm \d{4}", page)
    docx, pdf = (keeper.pages.get(f"{here}/1.{form}") for form in ("docx", "pdf"))
    with ZipFile(BytesIO(docx.data)) as opened:
        text = re.sub(r"<[^>]+>", "", opened.read("word/document.xml").decode())
    assert "Cân xấu" in text
    assert "Căn cứ Luật Đo lường" in text
    assert "Nguyễn Văn An" in text
    with pypdfium2.PdfDocument(pdf.data) as opened:
        printed = " ".join(one.get_textpage().get_text_bounded() for one in opened)
        assert opened.get_metadata_value("CreationDate").startswith(f"D:{TODAY:%Y%m%d}")
    for copy in (text, printed):
        groups = re.search(r"SHA-256[^:]*:\s*((?:[0-9a-f]{8}\s*){8})", copy)[1]
        assert "".join(groups.split()) == said
        assert "Đã ký tại đây" in client.get("/minutes", query_string={"sha256": groups}).text
    assert keeper.pages.get(f"{here}/1.odt").status_code == 404


def test_a_team_that_somebody_changed_meanwhile_is_not_undone(inspector, people, arrange):
    with arrange():
        make.colleague()
        visit = make.visit()
        key, said = visit.id, {"subject_name": visit.subject_name, "place": "Phòng 7", "decision_no": "12/QĐ-SKHCN"}
        days = {name: str(getattr(visit, name)) for name in ("planned_from", "planned_to", "decision_on")}
    here = f"/inspections/{key}/edit"
    version = re.search(r'name="version" value="(\d+)"', inspector.pages.get(here).text)[1]
    said |= days | {"version": version, "team-0-person": make.LEADER, "team-0-role": "leader"}
    more = {"team-1-person": "second@example.vn", "team-1-role": "member"}
    assert inspector.pages.post(here, data=said | more).status_code == 302
    assert inspector.pages.post(here, data=said | {"note": "Gấp"}).status_code == 409
    assert len(inspector.get(f"{INSPECTIONS}/{key}").get_json()["team"]) == 2


def test_a_phone_that_holds_what_was_not_sent_opens_its_page_after_all_was_signed(inspector, seen):
    key, _tag = seen
    signed(inspector, key)
    assert "data-inspection" in inspector.pages.get(f"/inspections/{key}/record").text


def test_measures_are_decided_and_done(inspector, seen):
    key, _tag = seen
    here = f"/inspections/{key}/measures"
    said = {"kind": "reverification", "text": "Kiểm định lại", "check": "bad", "due_on": DAY}
    assert inspector.pages.post(here, data=said | {"due_on": ""}).status_code == 422
    assert inspector.pages.post(here, data=said).status_code == 302
    signed(inspector, key)
    measure = re.search(r"/measures/(\d+)/done", inspector.pages.get(here).text)[1]
    late = inspector.pages.post(f"{here}/{measure}/done", data={"done_on": DAY})
    assert (late.status_code, f"f-evidence-{measure}-fault" in late.text) == (422, True)
    assert inspector.pages.post(f"{here}/{measure}/done", data={"done_on": DAY, "evidence": "GCN"}).status_code == 302
    assert "Kiểm định lại" in inspector.pages.get("/inspections/measures?state=done").text


@pytest.mark.parametrize("page", ["/assets/{}", "/s/{}"])
def test_a_violation_is_shown_to_inspectors_and_to_its_owner_once_signed(people, client, seen, page):
    (key, tag), inspector, keeper = seen, people.inspector, people.keeper
    told, here = "Kiểm tra nhà nước phát hiện vi phạm", page.format(tag)
    assert told in inspector.pages.get(here).text
    assert told not in keeper.pages.get(here).text
    signed(inspector, key)
    assert told in keeper.pages.get(here).text
    assert told not in people.planner.pages.get(here).text
    assert told not in client.get(here, follow_redirects=True).text


def test_a_scanned_label_leads_into_the_visit_of_today(inspector, keeper, seen, arrange):
    key, tag = seen
    leads = f"/inspections/{key}/record#{tag}"
    assert leads in inspector.pages.get(f"/s/{tag}").text
    assert leads not in keeper.pages.get(f"/s/{tag}").text
    inspector.post(f"{INSPECTIONS}/{key}/steps", json={"to": State.CANCELLED.value, "reason": "Bão"})
    assert leads not in inspector.pages.get(f"/s/{tag}").text


def test_numbers_are_drawn_and_taken_home(planner, seen):
    page = planner.pages.get("/inspections/statistics?by=area").text
    assert 'aria-label="1 trên 1 vi phạm"' in page
    table = planner.pages.get("/inspections/statistics.csv?by=area").data.decode("utf-8-sig").splitlines()
    assert table[1] == "Tỉnh Thái Nguyên,1,1,0,1,0,1"
    assert planner.pages.get("/inspections/statistics.xlsx").data.startswith(b"PK")


def test_what_was_entered_on_the_spot_is_registered_by_its_owner_with_its_particulars(inspector, keeper, seen):
    key, _tag = seen
    said = {"name": "Cân đĩa", "manufacturer": "Nhơn Hòa", "model": "NHS-60", "serial_no": "77", "kind": "Cân lò xo"}
    assert (
        inspector.post(f"{INSPECTIONS}/{key}/checks", json=check(key="spot", seal="broken", **said)).status_code == 200
    )
    here = f"/inspections/{key}/checks/spot/register"
    assert inspector.pages.get(here).status_code == 403
    assert keeper.pages.get(here).status_code == 404
    assert signed(inspector, key).status_code == 302
    assert here in keeper.pages.get(f"/inspections/{key}").text
    page = keeper.pages.get(here).text
    assert all(word in page for word in ("Nhơn Hòa", "NHS-60", "77", "Cân lò xo"))
    assert keeper.pages.post(here, data={"owner": ""}).status_code == 422
    made = keeper.pages.post(here, data={"owner": "TTDL", "kind": "instrument"})
    assert made.status_code == 302, made.text
    asset = keeper.pages.get(made.headers["Location"]).text
    assert "Nhơn Hòa" in asset
    assert f"/inspections/{key}" in asset
    after = keeper.pages.get(f"/inspections/{key}").text
    assert here not in after
    assert made.headers["Location"] in after
    tag = made.headers["Location"].rsplit("/", 1)[1]
    rows = {row["key"]: row for row in keeper.get(f"{INSPECTIONS}/{key}/checks").get_json()["items"]}
    assert (rows["spot"]["registered_as"], rows["bad"]["registered_as"]) == (tag, None)
    assert keeper.pages.post(here, data={"owner": "TTDL", "kind": "instrument"}).status_code == 302
    assert keeper.post(f"{INSPECTIONS}/{key}/checks/spot/asset", json={"owner": "TTDL"}).status_code == 409


def test_an_organisation_is_found_by_a_part_of_its_name_without_any_script(inspector):
    said = {"authority": "SKHCN", "planned_from": DAY}
    several = inspector.pages.post("/inspections/new", data=said | {"organisation": "t"})
    assert (several.status_code, "(TTDL)" in several.text) == (422, True)
    unknown = inspector.pages.post("/inspections/new", data=said | {"organisation": "Không có"})
    assert (unknown.status_code, "“Không có”" in unknown.text) == (422, True)
    made = inspector.pages.post("/inspections/new", data=said | {"organisation": "trung tam"})
    assert made.status_code == 302, made.text
    assert "<datalist" in inspector.pages.get("/inspections/new").text


def test_a_second_plan_of_the_same_visit_is_asked_about(inspector):
    said = {"authority": "SKHCN", "organisation": "TTDL", "planned_from": DAY, "place": "Chợ Thái"}
    assert inspector.pages.post("/inspections/new", data=said).status_code == 302
    asked = inspector.pages.post("/inspections/new", data=said | {"place": "chợ thái"})
    assert asked.status_code == 422
    assert 'name="again"' in asked.text
    assert "cùng địa điểm" in asked.text
    assert inspector.pages.post("/inspections/new", data=said | {"place": "Phòng 7"}).status_code == 302
    assert inspector.pages.post("/inspections/new", data=said | {"again": "true"}).status_code == 302
    body = {"authority": "SKHCN", "subject_name": "Cây xăng số 1", "planned_from": DAY}
    assert inspector.post(INSPECTIONS, json=body).status_code == 201
    refused = inspector.post(INSPECTIONS, json=body | {"subject_name": "cay xang SO 1"})
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"again"})


def test_instruments_of_a_measure_are_searched_where_there_are_many(inspector, seen, monkeypatch):
    key, _tag = seen
    body = check(None, key="bad-2", name="Cột đo xăng dầu", serial_no="SN-77", seal="broken", remark="Chì đứt")
    assert inspector.post(f"{INSPECTIONS}/{key}/checks", json=body).status_code == 200
    monkeypatch.setattr("registry.web.inspection_minutes.MOST_CHOICES", 1)
    here = f"/inspections/{key}/measures"
    assert "Cột đo" not in inspector.pages.get(here).text
    for q in ("sn-77", "cot do"):
        found = inspector.pages.get(f"{here}?find={q}").text
        assert ("Cột đo" in found, 'value="bad"' in found) == (True, False)


def test_anybody_asks_whether_minutes_are_genuine_and_only_who_may_see_them_learns_which(
    inspector, client, stranger, keeper, seen
):
    key, _tag = seen
    signed(inspector, key)
    digest = inspector.get(f"{INSPECTIONS}/{key}/minutes").json["items"][0]["content_hash"]
    api, page = "/api/v1/inspection-minutes?sha256=", "/minutes?sha256="
    known = client.get(api + digest.upper()).json
    assert known == {
        "is_known": True,
        "is_intact": True,
        "is_newest": True,
        "inspection": None,
        "number": None,
        "minutes_no": None,
    }
    assert stranger.get(api + digest).json["inspection"] is None
    for caller in (inspector, keeper):
        assert caller.get(api + digest).json["inspection"] == key
    assert client.get(api + "0" * 64).json["is_known"] is False
    assert client.get(api + "x").status_code == 422
    shown = client.get(page + digest[:32] + "%20" + digest[32:]).text
    assert ("Đã ký tại đây" in shown, f"/inspections/{key}" in shown) == (True, False)
    assert f"/inspections/{key}/minutes/1" in inspector.pages.get(page + digest).text
    assert client.get(page + "x").status_code == 422
    assert client.get("/minutes").status_code == 200


def test_a_phone_gets_what_was_seen_so_that_a_check_made_again_starts_from_it(inspector, seen, arrange):
    key, tag = seen
    with arrange():
        me = inspector.person().id
    known = inspector.pages.get(f"/inspections/{key}/list.json?person={me}").json["checked"]
    (told,) = [line["seen"] for of, line in known if of == tag]
    assert (told["seal"], told["remark"], told["present"]) == ("broken", "Chì đứt", True)


def test_a_phone_is_told_of_what_is_not_on_its_list(people, arrange, inspector):
    with arrange():
        strange = make_assets.asset(name="Cột đo", owner=ELSEWHERE, proof=Proof.GOOD, due_on=TODAY - timedelta(days=1))
        visit, tag = make.visit().id, strange.tag
    at = f"/inspections/{visit}/answer.json"
    told = inspector.pages.get(at, query_string={"tag": tag}).json["answer"]
    assert (told["name"], told["validity"], told["fit_for_use"]) == ("Cột đo", "overdue", False)
    assert "owner" not in told  # of what is another's they learn what its label tells everybody
    assert inspector.pages.get(at, query_string={"tag": tags.new()}).json == {"answer": None, "several": False}
    assert inspector.pages.get(at, query_string={"tag": "x"}).status_code == 404
    assert inspector.pages.get(at).status_code == 422


def test_a_phone_is_told_of_a_serial_number_that_one_thing_in_reach_has(people, arrange, inspector):
    with arrange():
        for serial_no, owner in (("CK-2", CENTRE), ("AK-9", CENTRE), ("AK-9", CENTRE), ("X-1", ELSEWHERE)):
            make_assets.asset(name="Cân", serial_no=serial_no, owner=owner)
        at = f"/inspections/{make.visit().id}/answer.json"
    told = {serial: inspector.pages.get(at, query_string={"serial": serial}) for serial in ("ck-2", "AK-9", "X-1", "")}
    assert told["ck-2"].json["answer"]["serial_no"] == "CK-2"
    assert told["AK-9"].json == {"answer": None, "several": True}
    assert told["X-1"].json == {"answer": None, "several": False}  # of what is another's they learn by its label alone
    assert told[""].status_code == 422


def test_the_list_of_inspections_is_taken_away_as_a_table(inspector, stranger, seen):
    told = inspector.pages.get("/inspections/export.csv?lang=en").get_data(as_text=True)
    assert "In progress" in told
    assert told.strip().endswith("12/QĐ-SKHCN,1,1")
    assert "/inspections/export.xlsx" in inspector.pages.get("/inspections").text
    assert "12/QĐ" not in inspector.pages.get("/inspections/export.csv?state=closed").text
    assert "12/QĐ" not in stranger.pages.get("/inspections/export.csv").text
    assert inspector.pages.get("/inspections/export.xlsx").data.startswith(b"PK")


def test_what_was_seen_is_taken_out_as_the_page_shows_it_and_holds_no_formula(inspector, keeper, seen):
    key, tag = seen
    bad = {"error_value": "-0.62", "error_limit": "0.5", "error_unit": "%", "in_use": True}
    one = check(key="formula", name="=HYPERLINK(1)", remark="@SUM(A1)", serial_no="-1+1", **bad)
    assert inspector.post(f"{INSPECTIONS}/{key}/checks", json=one).status_code == 200
    here = f"/inspections/{key}/checks/export"
    (found, made_up) = csv.DictReader(StringIO(inspector.pages.get(f"{here}.csv?lang=en").text.lstrip("\ufeff")))
    assert [found[name] for name in ("Name", "Tag", "Seals", "Violation", "Remark")] == [
        "Cân xấu",
        tag,
        "Broken",
        "Yes",
        "Chì đứt",
    ]
    cells = [made_up[name] for name in ("Name", "Serial number", "Remark", "Error found", "Permissible error (±)")]
    assert cells == ["'=HYPERLINK(1)", "'-1+1", "'@SUM(A1)", "-0.62", "0.5"]
    sheet = next(iter(tables(inspector.pages.get(f"{here}.xlsx?lang=en").data, Form.XLSX)))
    ((_one, headings), _found, (_three, cells)) = sheet.rows
    told = dict(zip(headings, cells, strict=False))
    assert [told[name] for name in ("Name", "Remark", "Error found")] == [
        "=HYPERLINK(1)",
        "@SUM(A1)",
        -0.62,
    ]  # text, a number
    assert "Sai số xác định được" in inspector.pages.get(f"{here}.csv?lang=vi").text  # of an instrument, no mistake
    assert f"{here}.csv" in inspector.pages.get(f"/inspections/{key}").text
    assert keeper.pages.get(f"{here}.csv").status_code == 404
    signed(inspector, key)
    theirs = keeper.pages.get(f"{here}.csv?lang=en&which=violations").text.splitlines()
    assert len(theirs) == 3


def test_plans_of_the_years_are_taken_out_with_their_filter(inspector, keeper, arrange):
    with arrange():
        make.plan(decision_no="=1+1", decision_on=TODAY)
        make.plan(year=TODAY.year - 1, title="Năm trước")
    rows = inspector.pages.get(f"/inspection-plans/export.csv?lang=en&year={TODAY.year}").text.splitlines()
    assert (len(rows), "'=1+1" in rows[1]) == (2, True)
    assert len(inspector.pages.get("/inspection-plans/export.csv").text.splitlines()) == 3
    assert len(keeper.pages.get("/inspection-plans/export.csv").text.splitlines()) == 1
    assert "/inspection-plans/export.xlsx" in inspector.pages.get("/inspection-plans").text


def test_the_inspected_find_on_their_first_page_what_they_have_to_do_until_it_is_done(
    inspector, keeper, stranger, seen
):
    key, _tag = seen
    told = lambda who: "What state inspections require of us" in who.pages.get("/?lang=en").text  # noqa: E731
    said = {"kind": "suspension", "text": "Dừng cân này", "check": "bad", "due_on": DAY}
    measure = inspector.post(f"{INSPECTIONS}/{key}/measures", json=said).get_json()["id"]
    assert not told(keeper)  # until the minutes are signed
    signed(inspector, key)
    assert "Dừng cân này" in keeper.pages.get("/").text
    assert (told(keeper), told(stranger), keeper.get(f"{INSPECTIONS}/{key}").status_code) == (True, False, 200)
    done = {"done_on": DAY, "evidence": "Đã dừng"}
    assert inspector.post(f"{INSPECTIONS}/{key}/measures/{measure}/done", json=done).status_code == 200
    assert not told(keeper)
