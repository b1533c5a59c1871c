"""Pages of criteria sets, assessments and gaps: answered on a phone, two at once, signed, put right, taken out."""

import json
from io import BytesIO

import pytest

from tests.make import criteria as make
from tests.make import files as make_files
from tests.make import labs
from tests.people import PASSWORD

GAP = {"mark": "no", "grade": "nonconformity_major", "finding": "Không có hồ sơ", "words": "Đã hỏi"}


@pytest.fixture
def key(people, arrange):
    """An assessment of the laboratory."""
    with arrange():
        make.criteria_set()
        labs.lab()
        return make.assessment(organisation=None, lab=labs.LAB).id


def answer(person, key, code, version=0, **said):
    return person.pages.post(f"/assessments/{key}/criteria/{code}?lang=en", data={"version": version} | said)


def test_criterion_by_criterion_from_the_first_to_the_sign_off(keeper, key):
    assert f"/assessments/{key}/criteria/A.1" in keeper.pages.get(f"/assessments/{key}?lang=en").text
    led = answer(keeper, key, "A.1", mark="yes", words="Có quyết định")
    assert (led.status_code, led.headers["Location"]) == (302, f"/assessments/{key}/criteria/A.2")
    assert answer(keeper, key, "A.2", mark="yes", stay="yes").headers["Location"].endswith("/A.2")
    answer(keeper, key, "B.1", points="4", records="asset:ABC lab:PTN-1, calibration:7")
    assert (
        answer(keeper, key, "B.2", mark="not_applicable", words="Không làm").headers["Location"]
        == f"/assessments/{key}"
    )
    page = keeper.pages.get(f"/assessments/{key}/criteria/B.1?lang=en").text
    for link in ('href="/assets/ABC"', 'href="/labs/PTN-1"', 'href="/calibrations/7"', 'value="4"'):
        assert link in page
    shown = keeper.pages.get(f"/assessments/{key}?lang=en").text
    assert "4 of 4 answered" in shown
    assert "91.1 %" in shown
    refused = keeper.pages.post(
        f"/assessments/{key}/sign-off?lang=en", data={"conclusion": "Đạt", "password": "không phải mật khẩu"}
    )
    assert (refused.status_code, "Đạt" in refused.text) == (422, True)
    data = {"conclusion": "Đạt", "password": PASSWORD}
    assert keeper.pages.post(f"/assessments/{key}/sign-off", data=data).status_code == 302
    shown = keeper.pages.get(f"/assessments/{key}?lang=en").text
    assert "Signed off" in shown
    assert "What is stored is not what was signed" not in shown
    assert "Assess again" in shown
    assert "<form" not in keeper.pages.get(f"/assessments/{key}/criteria/A.1").text.partition("<main")[2]


def test_what_is_refused_is_drawn_as_it_was_typed(keeper, key):
    refused = answer(keeper, key, "A.1", mark="no", finding="Thiếu quy trình", records="asset:ABC đâu")
    assert refused.status_code == 422
    for said in ('id="f-records-fault"', "Thiếu quy trình", "asset:ABC đâu"):
        assert said in refused.text
    refused = answer(keeper, key, "A.1", mark="no", finding="Thiếu quy trình")
    assert 'id="f-grade-fault"' in refused.text


def test_of_two_who_answer_the_second_sees_both_texts_and_may_then_replace_theirs(keeper, technician, key):
    assert answer(technician, key, "A.1", **GAP).status_code == 302
    second = answer(keeper, key, "A.1", mark="yes", words="Có quyết định")
    assert second.status_code == 409
    for said in (
        "Saved meanwhile by Technician",
        "Không có hồ sơ",
        "Có quyết định",
        "Not met",
        "Met",
        'name="version" value="1"',
    ):
        assert said in second.text
    assert answer(keeper, key, "A.1", version=1, mark="yes", words="Có quyết định").status_code == 302
    assert "Có quyết định" in technician.pages.get(f"/assessments/{key}/criteria/A.1").text


def test_a_gap_is_planned_done_and_verified_and_the_list_says_how_it_stands(keeper, technician, key):
    answer(keeper, key, "A.1", **GAP)
    listed = f"/gaps?lab={labs.LAB}&lang=en"
    assert "Nothing planned yet" in keeper.pages.get(listed).text
    finding = keeper.get("/api/v1/findings").json["items"][0]["id"]
    said = {"what": "Lập hồ sơ", "owner": "technician@example.vn", "due_on": "2026-06-14"}
    refused = keeper.pages.post(f"/findings/{finding}/actions", data=said)
    assert (refused.status_code, 'id="f-due_on-fault"' in refused.text) == (422, True)
    keeper.pages.post(f"/findings/{finding}/actions", data=said | {"due_on": "2026-06-15"})
    action = keeper.get("/api/v1/corrective-actions").json["items"][0]["id"]
    path = f"/corrective-actions/{action}"
    assert path in technician.pages.get("/corrective-actions").text
    assert path not in keeper.pages.get("/corrective-actions").text
    assert path in keeper.pages.get("/corrective-actions?owner=everybody").text
    revised = said | {"due_on": "2026-06-20", "version": "1"}
    assert keeper.pages.post(path, data=revised).status_code == 302
    assert keeper.pages.post(path, data=revised).status_code == 409
    assert technician.pages.post(f"{path}/done", data={"outcome": "Có hồ sơ"}).status_code == 302
    assert "A second person verifies it" in technician.pages.get(f"{path}?lang=en").text
    verify = {"effective": "true", "verification": "Đã xem"}
    assert technician.pages.post(f"{path}/verification", data=verify).status_code == 403
    assert keeper.pages.post(f"{path}/verification", data=verify).status_code == 302
    assert "Put right, and verified" in keeper.pages.get(f"/findings/{finding}?lang=en").text
    assert "No finding matches" in keeper.pages.get(listed).text


def test_gaps_are_taken_out_as_a_table(keeper, stranger, key):
    answer(keeper, key, "A.1", **GAP | {"finding": "=1+1"})
    rows = keeper.pages.get("/gaps.csv?lang=en").text.splitlines()
    assert rows[0].startswith("\ufeffClause,Criterion,")
    assert "'=1+1" in rows[1]
    assert len(stranger.pages.get("/gaps.csv").text.splitlines()) == 1
    assert keeper.pages.get("/gaps.xlsx").data.startswith(b"PK")


def test_evidence_hangs_on_an_answer_until_it_is_signed(keeper, stranger, key):
    for code, said in (
        ("A.1", {"mark": "yes"}),
        ("A.2", {"mark": "yes"}),
        ("B.1", {"points": "5"}),
        ("B.2", {"mark": "yes"}),
    ):
        answer(keeper, key, code, **said)
    given = keeper.get(f"/api/v1/assessments/{key}/answers/A.1").json["id"]
    path = f"/answers/{given}/files"
    sent = {"file": (BytesIO(make_files.photo()), "a.jpg")}
    assert keeper.pages.post(f"{path}/new", data=sent).status_code == 302
    page = keeper.pages.get(f"/assessments/{key}/criteria/A.1").text
    address = page.partition(f'href="{path}/')[2].partition('"')[0]
    assert keeper.pages.get(f"{path}/{address}").status_code == 200
    assert stranger.pages.get(f"{path}/{address}").status_code == 404
    keeper.pages.post(f"/assessments/{key}/sign-off", data={"conclusion": "Đạt", "password": PASSWORD})
    sent = {"file": (BytesIO(make_files.photo()), "b.jpg")}
    assert keeper.pages.post(f"{path}/new", data=sent).status_code == 409
    assert keeper.pages.post(f"{path}/{address}/remove", data={"reason": "Nhầm"}).status_code == 409


def test_a_set_is_looked_at_before_it_is_loaded(admin, keeper):
    text = json.dumps(make.document())
    seen = admin.pages.post("/criteria/load?lang=en", data={"file": (BytesIO(text.encode()), "btc.json")})
    assert (seen.status_code, "Would be version" in seen.text) == (200, True)
    assert keeper.pages.get("/criteria").text.count("BTC-1") == 0
    assert admin.pages.post("/criteria/load", data={"text": text}).headers["Location"] == "/criteria/BTC-1"
    again = admin.pages.post("/criteria/load?lang=en", data={"file": (BytesIO(text.encode()), "btc.json")})
    assert "this is what is loaded already" in again.text
    wrong = text.replace('"weights": "10"', '"weights": "11"')
    refused = admin.pages.post("/criteria/load?lang=en", data={"file": (BytesIO(wrong.encode()), "btc.json")})
    assert (refused.status_code, "scoring.weights" in refused.text) == (422, True)
    assert admin.pages.post("/criteria/load", data={}).status_code == 422
    assert json.loads(keeper.pages.get("/criteria/BTC-1/file").data)["set"]["code"] == "BTC-1"
    shipped = admin.pages.post("/criteria/load?lang=en", data={"name": "ISO-IEC-17025-2017"})
    assert "Checklist for ISO/IEC 17025:2017" in shipped.text


def test_an_assessment_is_opened_from_a_page_and_looked_at_again(keeper, key):
    opened = keeper.pages.post(
        "/assessments/new",
        data={
            "criteria_set": make.SET,
            "kind": "internal",
            "lab": labs.LAB,
            "planned_on": "2026-07-01",
            "assessors": "Nguyễn Văn A\nTrần B",
        },
    )
    assert opened.status_code == 302
    page = keeper.pages.get(opened.headers["Location"]).text
    assert "Nguyễn Văn A, Trần B" in page
    refused = keeper.pages.post("/assessments/new", data={"criteria_set": make.SET, "kind": "internal"})
    assert (refused.status_code, 'id="f-organisation-fault"' in refused.text) == (422, True)


def test_assessments_and_the_answers_of_one_are_taken_out_as_tables(keeper, stranger, key):
    answer(keeper, key, "A.1", **GAP | {"finding": "=1+1"})
    listed = keeper.pages.get("/assessments/export.csv?lang=en&signed=no").text.splitlines()
    assert (len(listed), "Self-assessment" in listed[1], ",1,4," in listed[1]) == (2, True, True)
    assert len(keeper.pages.get("/assessments/export.csv?signed=yes").text.splitlines()) == 1
    assert len(stranger.pages.get("/assessments/export.csv").text.splitlines()) == 1
    rows = keeper.pages.get(f"/assessments/{key}/export.csv?lang=en").text.splitlines()
    assert (len(rows), "'=1+1" in rows[1]) == (5, True)
    assert keeper.pages.get(f"/assessments/{key}/export.xlsx").data.startswith(b"PK")
    assert stranger.pages.get(f"/assessments/{key}/export.csv").status_code == 404
    for page in ("/assessments", f"/assessments/{key}"):
        assert "export.xlsx" in keeper.pages.get(page).text
