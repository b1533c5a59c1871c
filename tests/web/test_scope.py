"""The scope of a laboratory on its pages: decisions, corrections, and what the form says before anything is saved."""

import io
import re
from datetime import date

import pytest

from registry.jobs import work
from registry.labs import queries as labs
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import calibration as make_calibrations
from tests.make import chain

SCOPE = "/labs/LAB/scope"
ROW = {"quantity": "Độ dài", "unit": "mm", "range_low": "0", "range_high": "1000", "cmc": "0,5", "cmc_unit": "µm"}
DESIGNATION = {
    "kind": "designation",
    "number": "12/QĐ-TĐC",
    "issuer": "Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia",
    "granted_on": "2024-01-01",
    "valid_until": "2028-12-31",
    "ended_on": None,
    "covers": "Kiểm định cân",
}
FUNCTION = {"cmc_relative": "1,2", "cmc_relative_unit": "ppm", "cmc_combined": "root_sum_squares"}


@pytest.fixture
def work_off(app):
    """Do what waits in the background."""

    def done():
        with app.app_context():
            while work.one():
                pass

    return done


@pytest.fixture
def designate(keeper, work_off):
    """Have the API say what designation the laboratory has, and all that follows from it."""

    def said(designation):
        etag = keeper.get("/api/v1/labs/LAB").headers["ETag"]
        answer = keeper.patch("/api/v1/labs/LAB", json={"recognitions": [designation]}, headers={"If-Match": etag})
        assert answer.status_code == 200, answer.text
        work_off()

    return said


@pytest.fixture
def line(people, arrange):
    """The key of the only line of an accredited laboratory, by which a calibration was done."""
    with arrange():
        chain.accredited("LAB")
        make_calibrations.calibration(make.asset(), TODAY, lab="LAB", points=[chain.point("100", u="0.001")])
        return labs.by_code("LAB").lines[0].id


def rows(name, values):
    return {f"{name}-0-{field}": value for field, value in values.items()}


def test_a_decision_adds_a_line_with_a_best_uncertainty_that_is_a_function(line, keeper):
    said = {"number": "12/QĐ-VPCNCL", "effective_on": "2026-01-01", "kind": "add"} | rows("lines", ROW | FUNCTION)
    answer = keeper.pages.post(f"{SCOPE}/decide", data=said)
    assert answer.status_code == 302, answer.text
    page = keeper.pages.get(answer.location).text
    assert "Q[0,5 µm; 1,2 ppm" in page
    assert "12/QĐ-VPCNCL" in page
    assert "Độ dài" not in keeper.pages.get(f"{SCOPE}?on=2025-12-31").text
    lines = keeper.get("/api/v1/labs/LAB/scope?on=2026-01-01").json["items"]
    assert [(one["quantity"], one["valid_from"]) for one in lines] == [("Khối lượng", None), ("Độ dài", "2026-01-01")]


def test_a_decision_that_replaces_all_leaves_the_old_lines_readable(line, keeper, admin):
    said = {"number": "13", "effective_on": "2026-06-01", "kind": "replace"} | rows("lines", ROW)
    assert admin.pages.post(f"{SCOPE}/decide", data=said).status_code == 302
    every = keeper.get("/api/v1/labs/LAB/scope?which=all").json["items"]
    assert [(one["quantity"], one["valid_to"]) for one in every] == [("Khối lượng", "2026-05-31"), ("Độ dài", None)]
    assert every[0]["ended_by"]["number"] == "13"
    assert [one["quantity"] for one in keeper.get("/api/v1/labs/LAB").json["scope"]] == ["Độ dài"]


def test_a_decision_ends_the_lines_that_were_ticked(line, keeper):
    said = {"number": "14", "effective_on": "2026-06-01", "kind": "end", "ends": [str(line)]}
    refused = keeper.pages.post(f"{SCOPE}/decide", data=said | {"number": ""})
    assert refused.status_code == 422
    assert "checked" in refused.text.split(f'name="ends" value="{line}"')[1].split(">")[0]
    assert keeper.pages.post(f"{SCOPE}/decide", data=said).status_code == 302
    every = keeper.get("/api/v1/labs/LAB/scope?which=all").json["items"]
    assert [(one["id"], one["valid_to"]) for one in every] == [(line, "2026-05-31")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines-0-range_high": "-1"}, "lines-0-range_high"),
        ({"lines-0-unit": "ell-ish"}, "lines-0-unit"),
        ({"lines-0-cmc": "0"}, "lines-0-cmc"),
        ({"lines-0-cmc_unit": "kg"}, "lines-0-cmc_unit"),
        ({"lines-0-instrument_type": "KHONG-CO"}, "lines-0-instrument_type"),
        ({"kind": "end"}, "ends"),
    ],
)
def test_what_is_wrong_is_drawn_again_beside_its_field(line, keeper, changes, field):
    said = {"number": "12", "effective_on": "2026-01-01", "kind": "add"} | rows("lines", ROW) | changes
    answer = keeper.pages.post(f"{SCOPE}/decide", data=said)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert 'value="Độ dài"' in answer.text
    assert len(keeper.get("/api/v1/labs/LAB/scope?which=all").json["items"]) == 1


def test_a_line_is_put_right_with_a_reason_and_what_it_said_stays(line, keeper, technician, admin):
    right = {"quantity": "Khối lượng", "unit": "g", "range_low": "0", "range_high": "20000", "cmc": "0,01"}
    address = f"{SCOPE}/{line}/correct"
    assert technician.pages.post(address, data=rows("corrected", right) | {"reason": "x"}).status_code == 403
    assert admin.pages.post(address, data=rows("corrected", right)).status_code == 422
    assert admin.pages.post(address, data=rows("corrected", right) | {"reason": "Gõ nhầm"}).status_code == 302
    old, new = sorted(keeper.get("/api/v1/labs/LAB/scope?which=all").json["items"], key=lambda one: one["id"])
    assert (old["correction_reason"], new["corrects"], new["cmc"]) == ("Gõ nhầm", line, "0.01")
    assert admin.pages.post(address, data=rows("corrected", right) | {"reason": "Lại"}).status_code == 409


def test_a_line_that_should_never_have_been_is_struck(line, keeper, admin):
    said = {"reason": "Của phòng khác", "struck": "true"}
    assert admin.pages.post(f"{SCOPE}/{line}/correct", data=said).status_code == 302
    assert keeper.get("/api/v1/labs/LAB/scope").json["items"] == []


def test_a_line_that_ends_before_its_decision_is_refused_beside_its_day(line, keeper):
    ended = {"quantity": "Độ dài", "unit": "mm", "valid_to": "2025-12-31"}
    said = {"number": "12/QĐ", "effective_on": "2026-01-01", "kind": "add", "lines": [ended]}
    refused = keeper.post("/api/v1/labs/LAB/scope-decisions", json=said)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"lines.0.valid_to"})
    kept = keeper.post("/api/v1/labs/LAB/scope-decisions", json=said | {"lines": [ended | {"valid_to": "2026-01-01"}]})
    assert kept.status_code == 201


def test_what_is_planned_is_in_the_history_of_those_alone_who_may_read_it(line, keeper, stranger):
    planned = {"quantity": "Độ dài", "due_on": "2199-01-01", "note": "Bí mật của phòng"}
    assert keeper.post("/api/v1/labs/LAB/proficiency-plan", json=planned).status_code == 201
    assert "Bí mật của phòng" in keeper.pages.get("/labs/LAB").text
    assert "Bí mật của phòng" not in stranger.pages.get("/labs/LAB").text


def test_saving_the_laboratory_leaves_its_scope_alone(line, keeper):
    page = keeper.pages.get("/labs/LAB/edit").text
    version = page.split('name="version" value="')[1].split('"')[0]
    held = keeper.get("/api/v1/labs/LAB").json
    said = {
        "version": version,
        "name": "Tên mới",
        "organisation": held["organisation"],
        "iso17025_status": "accredited",
    }
    said |= rows("accreditations", held["accreditations"][0])
    assert keeper.pages.post("/labs/LAB/edit", data=said).status_code == 302
    after = keeper.get("/api/v1/labs/LAB").json
    assert (after["name"], after["scope"]) == ("Tên mới", held["scope"])


def test_the_form_says_what_the_scope_lacks_before_anything_is_saved(line, technician, arrange):
    with arrange():
        tag = make.asset().tag
    address = f"/assets/{tag}/calibrations/new/laboratory"
    asked = {"lab": "LAB", "performed_on": "2025-06-15", "kind": "calibration"}
    point = {"quantity": "khối lượng", "unit": "kg", "nominal": "25", "expanded_uncertainty": "0,1"}
    text = technician.pages.get(address, query_string=asked | rows("points", point)).text
    assert "notice-warn" in text
    assert "25 kg" in text
    text = technician.pages.get(address, query_string=asked | rows("points", point | {"nominal": "20"})).text
    assert "notice-warn" not in text
    assert "notice-warn" in technician.pages.get(address, query_string=asked | {"performed_on": "2019-01-01"}).text
    for odd in ({"lab": "NONE"}, {"lab": ""}):
        assert technician.pages.get(address, query_string=asked | odd).text == ""
    assert (
        technician.pages.get(address, query_string=asked | rows("points", point | {"nominal": "x"})).status_code == 200
    )


@pytest.mark.usefixtures("line")
def test_a_verification_speaks_of_designation_in_its_form_record_and_label(people, client, arrange, designate):
    keeper, technician = people.keeper, people.technician
    with arrange():
        tag = make.asset(name="Cân treo").tag
    address = f"/assets/{tag}/calibrations/new/laboratory?lab=LAB&kind=verification&performed_on=2025-06-15"
    assert "chưa có thông tin phòng có được chỉ định" in technician.pages.get(address).text
    designate(DESIGNATION)
    text = technician.pages.get(address).text
    assert "Được chỉ định vào ngày đó" in text
    assert "notice-warn" not in text
    body = {"asset": tag, "kind": "verification", "performed_on": "2025-06-15", "lab": "LAB", "outcome": "pass"}
    made = keeper.post("/api/v1/calibrations", json=body | {"certificate_no": "7"}).json
    said = keeper.get(f"/api/v1/calibrations/{made['id']}/competence").json["now"]
    assert (said["competence"], said["bearing"], said["standing"]) == ("unknown", "designation", "in_force")
    assert "12/QĐ-TĐC" in said["reasons"][0]
    assert "Kiểm định cân" in said["reasons"][0]
    english = keeper.get(f"/api/v1/calibrations/{made['id']}/competence", headers={"Accept-Language": "en"}).json["now"]
    assert english["text"] == "Designated on that day; its field is for people to read (by its own statement)"
    page = keeper.pages.get(f"/calibrations/{made['id']}").text
    for told in (*said["reasons"], said["text"], "Chỉ định vào ngày đó"):
        assert told in page
    assert said["text"] in client.get(f"/s/{tag}").text
    designate(DESIGNATION | {"ended_on": "2025-06-15"})
    assert "không có hiệu lực vào ngày đó" in client.get(f"/s/{tag}").text
    assert "12/QĐ-TĐC" in keeper.pages.get("/changed-results").text
    assert "notice-warn" in technician.pages.get(address).text


def test_a_designation_taken_away_on_the_page_of_a_laboratory_marks_its_verifications(
    line, keeper, arrange, designate, work_off
):
    with arrange():
        tag = make.asset(name="Cân treo").tag
    body = {"asset": tag, "kind": "verification", "performed_on": "2025-06-15", "lab": "LAB", "outcome": "pass"}
    designate(DESIGNATION)
    made = keeper.post("/api/v1/calibrations", json=body | {"certificate_no": "7"}).json
    held = keeper.get("/api/v1/labs/LAB").json
    version = keeper.pages.get("/labs/LAB/edit").text.split('name="version" value="')[1].split('"')[0]
    said = {name: held[name] for name in ("name", "organisation", "iso17025_status")} | {"version": version}
    said |= rows("accreditations", held["accreditations"][0])
    said |= rows("recognitions", {key: value or "" for key, value in DESIGNATION.items()} | {"ended_on": "2025-01-01"})
    assert keeper.pages.post("/labs/LAB/edit", data=said).status_code == 302
    work_off()
    now = keeper.get(f"/api/v1/calibrations/{made['id']}/competence").json
    assert (now["is_changed"], now["now"]["competence"], now["changed_by"]) == (True, "not_in_force", "12/QĐ-TĐC")
    assert now["found"]["standing"] == "in_force"


def test_the_record_the_label_and_the_api_say_whether_its_laboratory_was_accredited(line, keeper, client, arrange):
    with arrange():
        tag = make.asset(name="Quả cân").tag
    body = {
        "asset": tag,
        "kind": "calibration",
        "performed_on": str(date(2025, 6, 15)),
        "lab": "LAB",
        "outcome": "pass",
    }
    made = keeper.post("/api/v1/calibrations", json=body | {"certificate_no": "7"}).json
    said = keeper.get(f"/api/v1/calibrations/{made['id']}/competence").json
    assert (said["now"]["competence"], said["found"]["competence"], said["is_changed"]) == ("unknown", "unknown", False)
    assert said["now"]["text"] in keeper.pages.get(f"/calibrations/{made['id']}").text
    assert said["now"]["text"] not in client.get(f"/s/{tag}").text
    point = {"quantity": "Khối lượng", "unit": "g", "nominal": "30000", "expanded_uncertainty": "1"}
    keeper.post("/api/v1/calibrations", json=body | {"certificate_no": "8", "points": [point]})
    assert "ngoài phạm vi" in client.get(f"/s/{tag}").text


PRESSURE = "Áp suất,MPa,0,70,,0.02,%,Tại hiện trường,300000"


def sheet_of(*rows_of_text):
    head = "Đại lượng,Đơn vị,Phạm vi từ,Phạm vi đến,CMC,CMC theo giá trị đọc,Tính bằng,Nơi thực hiện,Giá (đồng)"
    return {"file": (io.BytesIO("\n".join([head, *rows_of_text]).encode()), "pham-vi.csv")}


def test_a_sheet_is_read_into_the_form_of_a_decision_and_nothing_is_kept(line, keeper):
    answer = keeper.pages.post(f"{SCOPE}/decide/sheet", data=sheet_of(PRESSURE))
    assert answer.status_code == 200, answer.text
    for said in ("Áp suất", "MPa", "0,02", "300000"):
        assert f'value="{said}"' in answer.text
    assert '<option value="on_site" selected' in answer.text
    wrong = sheet_of("Áp suất,MPa,70,0,,,,,", "Áp suất,đoán,0,70,x,,,ở đâu,")
    answer = keeper.pages.post(f"{SCOPE}/decide/sheet", data=wrong)
    assert answer.status_code == 422
    for cell in ("D2:", "E3:", "H3:"):
        assert cell in answer.text
    assert len(keeper.get("/api/v1/labs/LAB/scope?which=all").json["items"]) == 1


def test_a_sheet_of_lines_reads_back_as_it_was_written(line, keeper, technician):
    address = "/api/v1/labs/LAB/scope-sheet"
    content = keeper.get(f"{address}.csv").data
    file = {"file": (io.BytesIO(content), "a.csv")}
    answer = keeper.ask("POST", address, data=file, content_type="multipart/form-data")
    assert answer.status_code == 200, answer.json
    assert answer.json["errors"] == []
    assert answer.json["lines"] == keeper.get("/api/v1/labs/LAB").json["scope"]
    file = {"file": (io.BytesIO(content), "a.csv")}
    assert technician.ask("POST", address, data=file, content_type="multipart/form-data").status_code == 403
    assert keeper.pages.get(f"{SCOPE}/template.xlsx").status_code == 200
    assert keeper.pages.get(f"{SCOPE}/lines.xlsx").data[:2] == b"PK"


def test_what_a_sheet_said_is_recorded_where_its_form_sends_it(line, keeper):
    page = keeper.pages.post(f"{SCOPE}/decide/sheet", data=sheet_of(PRESSURE)).text
    forms = [one.partition("</form>")[0] for one in page.split('<form class="form" method="post" action="')[1:]]
    (address,) = {one.partition('"')[0] for one in forms if 'name="number"' in one}
    said = dict(re.findall(r'name="(lines-0-[a-z_]+)"[^>]* value="([^"]+)"', page))
    selected = r'<select [^>]*name="(lines-0-[a-z_]+)"(?:(?!</select>).)*?<option value="([a-z_]+)" selected'
    said |= dict(re.findall(selected, page, re.DOTALL))
    assert said["lines-0-quantity"] == "Áp suất"
    decided = {"number": "12", "effective_on": "2026-01-01", "kind": "replace"}
    made = keeper.pages.post(address, data=said | decided)
    assert made.status_code == 302, made.text
    (held,) = (
        one
        for one in keeper.get("/api/v1/labs/LAB/scope?on=2026-01-01").json["items"]
        if one["decision"] and one["decision"]["number"] == "12"
    )
    assert (held["quantity"], held["range_high"], held["cmc_relative"]) == ("Áp suất", "70", "0.02")


def test_where_work_was_done_is_asked_for_both_ways_and_may_stay_unsaid(keeper, arrange):
    with arrange():
        tag = make.asset(name="Cân").tag
    form = keeper.pages.get(f"/assets/{tag}/calibrations/new").text
    chosen = form.split('name="on_site"')[1].split("</select>")[0]
    assert [part.split('"')[0] for part in chosen.split('<option value="')[1:]] == ["", "false", "true"]
    assert "selected" not in chosen
