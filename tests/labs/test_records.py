"""What a laboratory does, holds and has beside its accreditations; its people; bodies; the public register."""

from datetime import date, timedelta
from html import unescape

import pytest

from registry.kernel import audit, clock
from registry.labs.bodies.rules import SHIPPED, hint, named, signed_on
from registry.labs.rules import recognised_on
from tests.make.labs import lab as make_lab
from tests.make.labs import said, said_accreditation
from tests.people import CENTRE

LABS, REGISTER = "/api/v1/labs", "/api/v1/register"
LAB, STAFF, STEPS = f"{LABS}/PTN-1", f"{LABS}/PTN-1/staff", f"{LABS}/PTN-1/steps"
DESIGNATION = {
    "kind": "designation",
    "number": "1234/QĐ-TĐC",
    "issuer": "Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia",
    "granted_on": "2024-05-02",
    "valid_until": "2029-05-01",
    "ended_on": None,
    "covers": "Kiểm định đồng hồ nước",
}
CARD = {
    "duty": "verifier",
    "name": "Nguyễn Thị Lụa",
    "number": "KĐV 0412",
    "issuer": "STAMEQ",
    "phone": "0209 000 000",
    "valid_until": "2027-02-28",
}


SIGNS = {
    "duty": "signatory",
    "name": "Lê Văn Tám",
    "number": "1/QĐ",
    "covers": "Khối lượng",
    "valid_from": "2025-01-01",
    "valid_until": "2026-06-30",
}


@pytest.fixture
def lab(keeper):
    body = said(kinds=["calibration", "verification"], accreditations=[said_accreditation()])
    body |= {"recognitions": [DESIGNATION], "sites": [{"name": "Cơ sở 2", "address": "Chợ Mới"}]}
    body |= {"scope": [{"quantity": "khối lượng", "unit": "g", "cmc": "0.001"}]}
    answer = keeper.post(LABS, json=body)
    assert answer.status_code == 201
    return answer.json


def put(caller, staff):
    etag = caller.get(STAFF).headers["ETag"]
    return caller.put(STAFF, json={"staff": staff}, headers={"If-Match": etag})


def test_kinds_recognitions_and_sites_are_told_as_they_were_said(lab, keeper):
    assert lab["kinds"] == ["calibration", "verification"]
    assert lab["recognitions"] == [DESIGNATION | {"confirmed": False}]
    assert lab["sites"] == [{"name": "Cơ sở 2", "address": "Chợ Mới"}]
    assert lab["standing"] == "accredited"
    changed = keeper.patch(LAB, json={"kinds": ["in_house"]}, headers={"If-Match": keeper.get(LAB).headers["ETag"]})
    assert (changed.json["kinds"], changed.json["sites"]) == (["in_house"], lab["sites"])


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recognitions": [DESIGNATION | {"valid_until": "2024-05-01"}]}, "recognitions.0.valid_until"),
        ({"recognitions": [DESIGNATION | {"ended_on": "2024-05-01"}]}, "recognitions.0.ended_on"),
        ({"recognitions": [DESIGNATION] * 2}, "recognitions.1.number"),
        ({"recognitions": [DESIGNATION | {"kind": "fame"}]}, "recognitions.0.kind"),
        ({"kinds": ["kitchen"]}, "kinds"),
        ({"sites": [{"address": "x"}]}, "sites.0.name"),
        (
            {"accreditations": [said_accreditation(), said_accreditation(number="VILAS 1", granted_on="2027-03-13")]},
            "accreditations.1.granted_on",
        ),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(keeper, changes, field):
    refused = keeper.patch(LAB, json=changes, headers={"If-Match": keeper.get(LAB).headers["ETag"]})
    assert (refused.status_code, set(refused.json["errors"])) == (422, {field})


@pytest.mark.parametrize(
    ("until", "ended", "day", "holds"),
    [
        (date(2024, 2, 29), None, date(2024, 2, 29), True),
        (date(2024, 2, 29), None, date(2024, 3, 1), False),
        (None, None, date(2199, 12, 31), True),
        (None, date(2024, 2, 29), date(2024, 2, 28), True),
        (None, date(2024, 2, 29), date(2024, 2, 29), False),
        (None, None, date(2023, 12, 31), False),
    ],
)
def test_a_recognition_holds_to_its_last_day_or_until_it_is_taken_away(until, ended, day, holds):
    assert recognised_on(date(2024, 1, 1), until, ended, day) is holds


@pytest.mark.usefixtures("lab")
def test_people_are_told_to_those_who_keep_or_inspect_and_to_nobody_else(people, keeper, arrange):
    answer = put(keeper, [CARD])
    assert answer.status_code == 200
    assert [one["name"] for one in answer.json["staff"]] == ["Nguyễn Thị Lụa"]
    for name, status in {"admin": 200, "inspector": 200, "technician": 404, "planner": 404, "stranger": 404}.items():
        assert getattr(people, name).get(STAFF).status_code == status, name
    assert people.stranger.put(STAFF, json={"staff": []}, headers={"If-Match": "x"}).status_code == 404
    assert (
        people.inspector.put(STAFF, json={"staff": []}, headers={"If-Match": answer.headers["ETag"]}).status_code == 403
    )
    for path in (LAB, f"{REGISTER}/PTN-1"):
        assert "Lụa" not in people.stranger.get(path).text
    for path in ("/labs/PTN-1", "/register/PTN-1"):
        assert "Lụa" not in people.stranger.pages.get(path).text
    assert "Lụa" in people.inspector.pages.get("/labs/PTN-1").text
    with arrange():
        assert [entry.action for entry in audit.history("lab_staff", "PTN-1")] == ["lab_staff.replace"]
        assert all("Lụa" not in str(entry.changes) for entry in audit.history("lab", "PTN-1"))


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize(
    ("staff", "field"),
    [
        ([CARD | {"number": None}], "staff.0.number"),
        ([CARD | {"valid_from": "2027-03-01"}], "staff.0.valid_until"),
        ([CARD, CARD], "staff.1.name"),
        ([CARD | {"person": "nobody@example.vn"}], "staff.0.person"),
        ([CARD | {"duty": "cook"}], "staff.0.duty"),
        ([CARD | {"email": "lụa@"}], "staff.0.email"),
        ([CARD | {"person": "lua"}], "staff.0.person"),
        ([CARD, CARD | {"name": "Trần Văn Bo", "number": "kđv 0412", "issuer": "stameq"}], "staff.1.number"),
        ([CARD, CARD | {"valid_from": "2027-02-28", "valid_until": "2032-02-28"}], "staff.1.valid_from"),
        ([SIGNS, SIGNS | {"number": "2/QĐ", "valid_from": "2026-06-30", "valid_until": None}], "staff.1.valid_from"),
        ([SIGNS, SIGNS | {"name": "LÊ VĂN TÁM", "valid_from": None}], "staff.1.name"),
    ],
)
def test_people_that_cannot_be_are_refused_beside_the_field(keeper, staff, field):
    refused = put(keeper, staff)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {field})
    assert keeper.get(STAFF).json == {"staff": [], "remarks": []}


@pytest.mark.usefixtures("lab")
def test_a_card_or_a_signature_is_renewed_the_day_after_and_signed_for_several_things(keeper):
    renewed = CARD | {"valid_from": "2027-03-01", "valid_until": "2032-02-28"}
    signs_more = SIGNS | {"covers": "Độ dài"}
    signs_on = SIGNS | {"number": "2/QĐ", "valid_from": "2026-07-01", "valid_until": None}
    other_issuer = CARD | {"name": "Trần Văn Bo", "issuer": "Sở KH&CN"}
    answer = put(keeper, [CARD, renewed, SIGNS, signs_more, signs_on, other_issuer])
    assert answer.status_code == 200, answer.text


@pytest.mark.usefixtures("lab")
def test_a_card_that_somebody_of_another_laboratory_has_is_refused_without_saying_who(keeper):
    assert keeper.post(LABS, json=said(code="PTN-2", accreditations=[])).status_code == 201
    put(keeper, [CARD])
    other = f"{LABS}/PTN-2/staff"
    etag = {"If-Match": keeper.get(other).headers["ETag"]}
    theirs = CARD | {"name": "Trần Văn Bo", "number": "kđv 0412"}
    refused = keeper.put(other, json={"staff": [theirs]}, headers=etag)
    assert set(refused.json["errors"]) == {"staff.0.number"}
    assert ("PTN-1" in refused.text, "Lụa" in refused.text) == (True, False)
    assert keeper.put(other, json={"staff": [CARD]}, headers=etag).status_code == 200  # she works for both


@pytest.mark.usefixtures("lab")
def test_a_card_is_remarked_upon_once_the_appointment_of_its_holder_ended(keeper):
    with clock.frozen(date(2026, 6, 30)):
        assert put(keeper, [CARD | {"name": "Lê Văn Tám"}, SIGNS]).json["remarks"] == []
    with clock.frozen(date(2026, 7, 1)):
        (remark,) = keeper.get(STAFF).json["remarks"]
        assert (remark["place"], "30/06/2026" in remark["text"]) == (0, True)
        assert remark["text"] in unescape(keeper.pages.get("/labs/PTN-1").text)
        again = SIGNS | {"duty": "manager", "valid_from": None, "valid_until": None}
        assert put(keeper, [CARD | {"name": "Lê Văn Tám"}, SIGNS, again]).json["remarks"] == []
    with clock.frozen(date(2027, 3, 1)):  # the card is over by itself
        assert put(keeper, [CARD | {"name": "Lê Văn Tám"}, SIGNS]).json["remarks"] == []


@pytest.mark.usefixtures("lab")
def test_a_step_is_added_to_the_way(keeper, technician):
    assert technician.post(STEPS, json={"step": "preparing", "on": "2023-01-01"}).status_code == 403
    made = keeper.post(STEPS, json={"step": "preparing", "on": "2023-01-01", "evidence": "CV 12"})
    assert (made.status_code, made.json["evidence"]) == (201, "CV 12")
    assert [step["step"] for step in technician.get(STEPS).json] == ["preparing"]
    assert keeper.get(LAB).json["iso17025_status"] == "accredited"


def test_applying_is_declared_after_preparing(keeper, arrange):
    with arrange():
        make_lab("PTN-MOI")
    steps = f"{LABS}/PTN-MOI/steps"
    applied = {"step": "applied", "on": "2023-06-01"}
    refused = keeper.post(steps, json=applied)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["step"])
    keeper.post(steps, json={"step": "preparing", "on": "2023-06-02"})
    assert keeper.post(steps, json=applied).status_code == 422
    keeper.post(steps, json={"step": "preparing", "on": "2023-06-01"})
    assert keeper.post(steps, json=applied).status_code == 201


def test_a_body_is_known_by_name_and_its_numbers_are_remarked_upon(app):
    boa, aosc = named(SHIPPED, "boa"), named(SHIPPED, "AOSC")
    with app.test_request_context():
        assert hint(boa, "VILAS 216") is hint(aosc, "vlac-1") is hint(None, "anything") is None
        assert "VILAS" in (hint(boa, "VLAC 1") or "")
        assert hint(boa, "VILAS") is not None
    assert (signed_on(boa, date(2000, 12, 30)), signed_on(boa, date(2000, 12, 31))) == (False, True)
    first = date(2019, 9, 7)
    assert (signed_on(aosc, first - timedelta(days=1)), signed_on(aosc, first)) == (False, True)


def test_bodies_are_entered_by_administrators_and_take_the_place_of_what_was_known(admin, keeper):
    body = {"code": "BoA", "name": "BoA Vietnam", "country": "VN", "schemes": ["VILAS"], "source": "boa.gov.vn"}
    assert keeper.post("/api/v1/accreditation-bodies", json=body).status_code == 403
    refused = admin.post("/api/v1/accreditation-bodies", json=body | {"mra_until": "2020-01-01"})
    assert set(refused.json["errors"]) == {"mra_since"}
    assert admin.post("/api/v1/accreditation-bodies", json=body).status_code == 201
    assert admin.post("/api/v1/accreditation-bodies", json=body | {"mra_since": "2001-01-01"}).status_code == 201
    told = {one["code"]: one for one in keeper.get("/api/v1/accreditation-bodies").json}
    assert sorted(told) == ["AOSC", "BoA"]
    assert (told["BoA"]["name"], told["BoA"]["mra_since"]) == ("BoA Vietnam", "2001-01-01")


def test_a_body_that_nobody_entered_is_said_to_be_unknown_until_it_is_entered(admin, keeper, client):
    foreign = said_accreditation(body="Kiểm Định & Cie", number="0599")
    assert keeper.post(LABS, json=said(accreditations=[foreign])).status_code == 201
    (stand,) = keeper.get(f"{LAB}/standing").json["accreditations"]
    assert (stand["body_known"], stand["in_arrangement"]) == (False, None)
    page, form = (
        admin.pages.get("/labs/PTN-1").text,
        "/accreditation-bodies?body=Ki%E1%BB%83m+%C4%90%E1%BB%8Bnh+%26+Cie",
    )
    assert form in page
    for told in (keeper.pages.get("/labs/PTN-1").text, client.get("/register/PTN-1").text):
        assert "chưa có trong danh mục tổ chức công nhận" in told
        assert form not in told
    assert 'value="Kiểm Định &amp; Cie"' in admin.pages.get(form).text
    body = {"code": "KDC", "name": "kiểm ĐỊNH & cie", "country": "FR", "source": "kdc.fr"}
    days = {"mra_since": "2020-01-01", "mra_until": "2025-01-31"}
    assert admin.post("/api/v1/accreditation-bodies", json=body | days).status_code == 201
    for day, signed in (("2025-01-31", True), ("2025-02-01", False)):
        (stand,) = keeper.get(f"{LAB}/standing?on={day}").json["accreditations"]
        assert (stand["body_known"], stand["in_arrangement"]) == (True, signed)
    assert "chưa có trong danh mục tổ chức công nhận" not in client.get("/register/PTN-1").text


def test_whoever_saves_a_laboratory_hears_of_a_body_that_is_not_known(keeper):
    row = said_accreditation(body="UKAS")
    form = {f"accreditations-0-{name}": str(value) for name, value in row.items()}
    form |= {"name": "Phòng thử", "code": "PTN-3", "organisation": CENTRE}
    saved = keeper.pages.post("/labs/new", data=form, follow_redirects=True)
    assert saved.text.count("“UKAS”") == 2  # beside the accreditation, and as what was just saved


@pytest.mark.parametrize(
    ("said_of_it", "remark"),
    [
        (None, "chưa có trong danh mục tổ chức công nhận"),
        ({"mra_since": "2000-11-02"}, None),
        ({"mra_since": "2000-11-02", "mra_until": "2026-06-15"}, None),
        ({"mra_since": "2000-11-02", "mra_until": "2026-06-14"}, "ACB-X không tham gia thỏa thuận ILAC vào ngày 15"),
        ({}, None),
    ],
)
def test_the_register_says_what_is_to_be_known_of_a_body(client, keeper, admin, said_of_it, remark):
    if said_of_it is not None:
        body = {"code": "ACB-X", "name": "ACB-X", "country": "DE", "source": "ilac.org"} | said_of_it
        assert admin.post("/api/v1/accreditation-bodies", json=body).status_code == 201
    held = said_accreditation(body="ACB-X", number="D-K-1", valid_until="2027-01-01")
    assert keeper.post(LABS, json=said(accreditations=[held])).status_code == 201
    for told in (client.get(f"{REGISTER}/PTN-1").json, client.get(REGISTER).json["items"][0]):
        (line,) = told["accreditations"]
        assert (remark in line["remark"]) if remark else line["remark"] is None
    if remark:
        assert remark in client.get("/register/PTN-1").text
        assert remark in keeper.pages.get("/labs/PTN-1").text


def test_a_designation_that_only_the_laboratory_states_is_not_confirmed_in_the_register(client, keeper, inspector):
    assert keeper.post(LABS, json=said(recognitions=[DESIGNATION])).status_code == 201
    shown = client.get(f"{REGISTER}/PTN-1").json
    assert (shown["confirmed"], [one["confirmed"] for one in shown["recognitions"]]) == (False, [False])
    confirmations = f"{LABS}/PTN-1/confirmations"
    names = [one["name"] for one in inspector.get(confirmations).json["statements"]]
    inspector.post(confirmations, json={"statements": names, "basis": "Quyết định đã xem"})
    assert client.get(REGISTER).json["items"][0]["confirmed"] is True


@pytest.mark.usefixtures("lab")
def test_the_register_is_open_and_holds_nothing_private(client, keeper):
    put(keeper, [CARD])
    keeper.post(STEPS, json={"step": "preparing", "on": "2023-01-01", "evidence": "Ghi chú nội bộ"})
    listed = client.get(f"{REGISTER}?q=phong hieu chuan&kind=verification&body=BOA&holding=in_force")
    assert listed.status_code == 200
    (line,) = listed.json["items"]
    assert (line["code"], line["standing"], line["scope_lines"]) == ("PTN-1", "accredited", 1)
    (held,) = client.get(f"{REGISTER}/PTN-1/scope").json["items"]
    assert (held["quantity"], "price" in held) == ("khối lượng", False)
    shown = client.get(f"{REGISTER}/PTN-1")
    assert set(shown.json) == set(line) | {"sites"}
    assert shown.json["recognitions"][0]["holds"] is True
    again = client.get(f"{REGISTER}/PTN-1", headers={"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 304
    for text in (listed.text, shown.text):
        assert not [word for word in ("Lụa", "0209", "nội bộ", '"id"', "recorded") if word in text]
    assert client.get(f"{REGISTER}?holding=suspended").json["items"] == []
    assert client.get(f"{REGISTER}/NONE").status_code == 404


@pytest.mark.usefixtures("lab")
def test_the_register_shows_no_scope_while_nothing_is_in_force(client, keeper):
    decision = {"accreditation": "VILAS 999", "kind": "suspended", "number": "1/QĐ"}
    decision |= {"effective_on": "2025-05-01", "decided_on": "2025-05-01", "reason": "Lý do riêng"}
    keeper.post(f"{LAB}/decisions", json=decision)
    shown = client.get(f"{REGISTER}/PTN-1").json
    assert (shown["standing"], shown["scope_lines"]) == ("suspended", 0)
    assert client.get(f"{REGISTER}/PTN-1/scope").json["items"] == []
    assert shown["accreditations"][0]["standing"] == "suspended"
    page = client.get("/register/PTN-1").text
    assert "Lý do riêng" not in page


def test_the_register_gives_a_long_scope_in_pages(client, keeper):
    scope = [{"quantity": f"khối lượng {place}", "unit": "g"} for place in range(3)]
    keeper.post(LABS, json=said(accreditations=[said_accreditation()], scope=scope))
    assert client.get(REGISTER).json["items"][0]["scope_lines"] == 3
    first = client.get(f"{REGISTER}/PTN-1/scope?limit=2").json
    second = client.get(f"{REGISTER}/PTN-1/scope?limit=2&cursor={first['next']}").json
    assert [line["quantity"] for line in first["items"] + second["items"]] == [line["quantity"] for line in scope]
    page = client.get("/register/PTN-1?limit=2").text
    assert [line["quantity"] in page for line in scope] == [True, True, False]
    assert first["next"] in page


def test_another_standard_is_listed_and_makes_no_accredited_laboratory(client, keeper):
    medical = said_accreditation(number="VILAS Med 1", standard="ISO 15189:2022")
    scope = [{"quantity": "khối lượng", "unit": "g"}]
    made = keeper.post(LABS, json=said(accreditations=[medical], scope=scope)).json
    assert (made["iso17025_status"], made["standing"]) == ("none", "none")
    shown = client.get(f"{REGISTER}/PTN-1").json
    assert (shown["standing"], shown["scope_lines"], shown["accreditations"][0]["standing"]) == ("none", 0, "in_force")
    for holding, count in (("in_force", 0), ("none", 1)):
        assert len(client.get(f"{REGISTER}?holding={holding}").json["items"]) == count
    assert keeper.get(f"{LABS}?accredited_on=2026-06-15").json["items"] == []
    assert keeper.get(f"{LAB}/standing").json["accredited"] is False
    etag = {"If-Match": keeper.get(LAB).headers["ETag"]}
    refused = keeper.patch(LAB, json={"iso17025_status": "accredited"}, headers=etag)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"iso17025_status"})


@pytest.mark.usefixtures("lab")
def test_the_list_asks_for_kind_body_standing_and_what_lapses(keeper):
    keeper.post(LABS, json=said("PTN-2", kinds=["testing"]))

    def codes(**asked):
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        return [lab["code"] for lab in keeper.get(f"{LABS}?{query}").json["items"]]

    assert codes(kind="verification") == ["PTN-1"]
    assert codes(holding="none") == ["PTN-2"]
    assert codes(body="boa", on="2027-03-13") == ["PTN-1"]
    assert codes(body="boa", on="2027-03-14") == codes(body="aosc") == []
    assert codes(holding="lapsed", on="2027-03-14") == ["PTN-1"]
    assert codes(holding="none", on="2024-03-12") == ["PTN-1", "PTN-2"]
    assert codes(lapses_before="2199-01-01") == ["PTN-1"]
    assert codes(lapses_before=clock.today().isoformat()) == []
    assert codes(organisation=CENTRE, kind="testing") == ["PTN-2"]


def test_a_term_of_which_only_the_end_is_known_says_until_when(lab, keeper):
    signs = {"duty": "signatory", "name": "Nguyễn Thị Lụa", "valid_until": "2026-12-24"}
    assert put(keeper, [signs]).status_code == 200
    entry = keeper.pages.get("/labs/PTN-1?lang=en").text.split("Nguyễn Thị Lụa")[1].split("</li>")[0]
    assert "until <time" in entry
    assert "–" not in entry
