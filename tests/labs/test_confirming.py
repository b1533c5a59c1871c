"""What a laboratory states of itself, and the body that supervises it confirms."""

from datetime import date

import pytest

from registry.accounts import actions
from registry.accounts.rules import Role
from registry.calibration.competence.models import CompetenceCheck
from registry.calibration.competence.telling import told
from registry.jobs import work
from registry.kernel.db import db
from tests.make import assets as make
from tests.make import chain
from tests.make.calibration import calibration
from tests.make.labs import said, said_accreditation

LAB = "/api/v1/labs/PTN-1"
CONFIRMATIONS, DECISIONS, REGISTER = f"{LAB}/confirmations", f"{LAB}/decisions", "/api/v1/register/PTN-1"
SEEN = "Danh mục của BoA ngày 15.6.2026"
DECISION = {
    "accreditation": "VILAS 999",
    "kind": "suspended",
    "number": "12/QĐ-VPCNCL",
    "effective_on": "2025-05-01",
    "decided_on": "2025-05-01",
}
LINE = {"quantity": "Khối lượng", "unit": "g", "cmc": "0.0001"}
DESIGNATION = {"kind": "designation", "number": "7/QĐ-TĐC", "issuer": "STAMEQ", "granted_on": "2024-01-01"}


@pytest.fixture
def lab(keeper):
    body = said(accreditations=[said_accreditation()], recognitions=[DESIGNATION])
    assert keeper.post("/api/v1/labs", json=body).status_code == 201


def statements(caller):
    return {one["name"]: one["confirmed"] for one in caller.get(CONFIRMATIONS).json["statements"]}


def confirm(caller, *names, **more):
    chosen = list(names) or [name for name, confirmed in statements(caller).items() if not confirmed]
    return caller.post(CONFIRMATIONS, json={"statements": chosen, "basis": SEEN} | more)


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize(
    ("name", "status"),
    [("keeper", 403), ("technician", 403), ("stranger", 403), ("inspector", 200), ("planner", 200), ("admin", 200)],
)
def test_nobody_confirms_for_their_own_laboratory(people, client, name, status):
    caller = getattr(people, name)
    assert list(statements(caller).values()) == [False, False]
    answer = confirm(caller)
    assert (answer.status_code, set(statements(caller).values())) == (status, {status == 200})
    shown = client.get(REGISTER).json
    told_by = (shown["confirmed"], shown["accreditations"][0]["confirmed"], shown["recognitions"][0]["confirmed"])
    assert told_by == (status == 200,) * 3
    own = people.keeper.get(LAB).json
    assert own["accreditations"][0]["confirmed"] is own["recognitions"][0]["confirmed"] is (status == 200)
    assert (people.admin.get("/api/v1/labs?unconfirmed=yes").json["items"] == []) is (status == 200)
    assert people.keeper.get("/labs/PTN-1").status_code in {200, 302}


@pytest.mark.usefixtures("lab")
def test_the_manager_of_an_authority_over_it_confirms_but_not_one_who_works_there_too(people, arrange):
    with arrange():
        for caller in (people.technician, people.stranger):
            actions.grant(caller.person(), role=Role.MANAGER, organisation="SKHCN", by=None)
    assert confirm(people.technician).status_code == 403
    assert confirm(people.stranger).status_code == 200


@pytest.mark.usefixtures("lab")
def test_what_is_confirmed_is_said_otherwise_only_by_those_who_confirm_it(people):
    keeper, inspector = people.keeper, people.inspector
    confirm(inspector)
    shown = keeper.get(LAB)
    body = {key: shown.json[key] for key in ("accreditations", "recognitions")}
    etag = {"If-Match": shown.headers["ETag"]}
    again = keeper.patch(LAB, json=body, headers=etag)
    assert (again.status_code, again.json) == (200, shown.json)  # said as it was read, also that it is confirmed
    for field, changed in (
        ("accreditations.0.valid_until", {"valid_until": "2030-03-13"}),
        ("accreditations.0.status", {"status": "withdrawn"}),
        ("recognitions", {"covers": "Cân"}),
        ("recognitions", {"valid_until": "2030-01-01"}),
    ):
        kind = field.split(".")[0]
        refused = keeper.patch(LAB, json={kind: [body[kind][0] | changed]}, headers=etag)
        assert (refused.status_code, set(refused.json["errors"])) == (422, {field})
    assert client_sees(keeper) == "in_force"


def client_sees(caller):
    return caller.get(REGISTER).json["accreditations"][0]["standing"]


@pytest.mark.usefixtures("lab")
def test_a_laboratory_does_not_lift_its_own_suspension_until_that_is_confirmed(people):
    keeper, inspector = people.keeper, people.inspector
    confirm(inspector)
    assert inspector.post(DECISIONS, json=DECISION).status_code == 201
    lifted = DECISION | {"kind": "reinstated", "number": "13/QĐ", "effective_on": "2025-06-01"}
    own = keeper.post(DECISIONS, json=lifted)
    assert (own.status_code, own.json["confirmed"], own.json["awaits_confirmation"]) == (201, False, True)
    longer = lifted | {"kind": "extended", "number": "14/QĐ", "valid_until": "2030-03-13"}
    assert keeper.post(DECISIONS, json=longer).json["awaits_confirmation"] is True
    shown = keeper.get(REGISTER).json
    assert (shown["standing"], shown["accreditations"][0]["valid_until"]) == ("suspended", "2027-03-13")
    assert keeper.get(f"{LAB}/standing").json["accredited"] is False
    assert keeper.get("/api/v1/labs?accredited_on=2025-07-01").json["items"] == []
    page = keeper.pages.get("/labs/PTN-1?lang=en").text
    assert page.count("Awaits confirmation") == 2
    assert confirm(inspector).status_code == 200
    shown = keeper.get(REGISTER).json
    assert (shown["standing"], shown["accreditations"][0]["valid_until"]) == ("extended", "2030-03-13")
    assert [one["code"] for one in keeper.get("/api/v1/labs?accredited_on=2025-07-01").json["items"]] == ["PTN-1"]
    names = [f"decision-{own.json['id']}"]
    back = {"statements": names, "basis": "Không có trong danh mục", "confirmed": False}
    assert inspector.post(CONFIRMATIONS, json=back).status_code == 200
    assert client_sees(keeper) == "suspended"


@pytest.mark.usefixtures("lab")
def test_what_waits_does_not_keep_the_same_decision_from_counting_and_is_not_recorded_twice(people):
    keeper, inspector = people.keeper, people.inspector
    confirm(inspector)
    lifted = DECISION | {"kind": "reinstated", "number": "13/QĐ", "effective_on": "2025-06-01"}
    assert set(keeper.post(DECISIONS, json=lifted).json["errors"]) == {"effective_on"}  # there is nothing to lift
    assert inspector.post(DECISIONS, json=DECISION).status_code == 201
    twice = inspector.post(DECISIONS, json=DECISION | {"number": "12/qđ-vpcncl"})
    assert (twice.status_code, set(twice.json["errors"])) == (409, {"number"})
    assert keeper.post(DECISIONS, json=lifted).status_code == 201
    assert inspector.post(DECISIONS, json=lifted).status_code == 409
    assert inspector.post(DECISIONS, json=lifted | {"number": "15/QĐ"}).status_code == 201
    assert client_sees(keeper) == "in_force"
    refused = confirm(inspector)  # a second one has nothing left to lift
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"statements"})


@pytest.mark.usefixtures("lab")
def test_a_laboratory_neither_annuls_nor_leaves_out_what_was_confirmed(people):
    keeper, inspector = people.keeper, people.inspector
    confirm(inspector)
    key = inspector.post(DECISIONS, json=DECISION).json["id"]
    undone = keeper.post(f"{DECISIONS}/{key}/annul", json={"reason": "Không đúng"})
    assert undone.status_code == 403
    assert inspector.post(f"{DECISIONS}/{key}/annul", json={"reason": "Ghi nhầm"}).status_code == 200
    etag = {"If-Match": keeper.get(LAB).headers["ETag"]}
    left_out = keeper.patch(LAB, json={"accreditations": []}, headers=etag)
    assert (left_out.status_code, set(left_out.json["errors"])) == (422, {"accreditations"})
    own = keeper.post(DECISIONS, json=DECISION).json
    assert own["confirmed"] is False
    assert keeper.post(f"{DECISIONS}/{own['id']}/annul", json={"reason": "Ghi nhầm"}).status_code == 200


@pytest.mark.usefixtures("lab")
def test_what_is_not_there_or_is_so_already_is_refused_and_a_confirmation_is_taken_back(inspector):
    name = next(iter(statements(inspector)))
    for chosen, field in (([], "statements"), (["decision-999"], "statements.0"), (["x"], "statements.0")):
        refused = inspector.post(CONFIRMATIONS, json={"statements": chosen, "basis": SEEN})
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert inspector.post(CONFIRMATIONS, json={"statements": [name], "basis": " "}).status_code == 422
    assert confirm(inspector, name, confirmed=False).status_code == 422
    assert confirm(inspector, name).status_code == 200
    assert confirm(inspector, name).status_code == 422
    assert confirm(inspector, name, confirmed=False).status_code == 200
    assert set(statements(inspector).values()) == {False}


def test_a_verdict_rests_on_a_statement_until_it_is_confirmed_and_that_is_no_change(people, app, arrange):
    keeper, day = people.keeper, date(2025, 6, 15)
    body = said(
        "LAB", accreditations=[said_accreditation()], scope=[{"quantity": "Khối lượng", "unit": "g", "cmc": "0.0001"}]
    )
    assert keeper.post("/api/v1/labs", json=body).status_code == 201
    with arrange():
        item = make.asset()
        record = calibration(item, day, lab="LAB", points=[chain.point("100", u="0.001")])
        key, tag = record.id, item.tag
    shown = keeper.get(f"/api/v1/calibrations/{key}/competence").json
    assert (shown["now"]["competence"], shown["now"]["confirmed"]) == ("in_scope", False)
    assert any("tự khai báo" in reason for reason in shown["now"]["reasons"])
    assert "by its own statement" in people.keeper.pages.get(f"/s/{tag}?lang=en").text
    names = [one["name"] for one in keeper.get("/api/v1/labs/LAB/confirmations").json["statements"]]
    done = people.planner.post("/api/v1/labs/LAB/confirmations", json={"statements": names, "basis": SEEN})
    assert done.status_code == 200
    with app.app_context():
        while work.one():
            pass
        check = db.session.get(CompetenceCheck, key)
        assert (check.confirmed_found, check.confirmed, check.changed_at) == (False, True, None)
        assert told(check).is_changed is False


@pytest.mark.usefixtures("lab")
def test_a_second_accreditation_that_is_only_stated_hides_no_suspension_that_is_certain(people, app, arrange, client):
    keeper, inspector = people.keeper, people.inspector
    with arrange():
        item = make.asset()
        key, tag = calibration(item, date(2025, 6, 15), lab="PTN-1", points=[chain.point("100", u="0.1")]).id, item.tag
    confirm(inspector)
    assert inspector.post(DECISIONS, json=DECISION).status_code == 201
    etag = {"If-Match": keeper.get(LAB).headers["ETag"]}
    second = said_accreditation(body="AOSC", number="VLAC 7", granted_on="2025-05-02", valid_until="2028-05-01")
    held = [said_accreditation(status="suspended"), second]
    answer = keeper.patch(LAB, json={"accreditations": held}, headers=etag)
    assert (answer.status_code, answer.json["standing"], answer.json["iso17025_status"]) == (200, "suspended", "none")

    def listed(address, **asked):
        return [one["code"] for one in keeper.get(address, query_string=asked).json["items"]]

    def judged():
        with app.app_context():
            while work.one():
                pass
        said_now = keeper.get(f"/api/v1/calibrations/{key}/competence").json["now"]
        return said_now["competence"], said_now["standing"], said_now["confirmed"]

    shown = client.get(REGISTER).json
    assert (shown["standing"], shown["confirmed"], shown["scope_lines"]) == ("suspended", True, 0)
    assert [one["confirmed"] for one in shown["accreditations"]] == [True, False]
    for page in ("/register/PTN-1", "/labs/PTN-1"):  # of the laboratory, and of its accreditation
        assert keeper.pages.get(page).text.lower().count("đình chỉ") >= 2
    for page in ("/register", "/labs"):
        assert "đình chỉ công nhận</span>" in keeper.pages.get(page).text.lower()
    assert keeper.get(f"{LAB}/standing").json["accredited"] is False
    for address in ("/api/v1/labs", "/api/v1/register"):
        assert (listed(address, holding="in_force"), listed(address, holding="suspended")) == ([], ["PTN-1"])
    assert listed("/api/v1/labs", accredited_on="2025-06-15") == []
    assert judged() == ("not_in_force", "suspended", True)
    assert "by its own statement" not in keeper.pages.get(f"/s/{tag}?lang=en").text
    confirm(inspector)
    assert (client.get(REGISTER).json["standing"], listed("/api/v1/labs", holding="in_force")) == (
        "accredited",
        ["PTN-1"],
    )
    assert judged()[1:] == ("in_force", True)


@pytest.mark.usefixtures("lab")
def test_the_page_of_a_supervising_body_confirms_what_was_ticked(people):
    pages = people.inspector.pages
    own = people.keeper.pages.get("/labs/PTN-1/confirmations")
    assert (own.status_code, "VILAS 999" in own.text, 'name="pick.' in own.text) == (200, True, False)
    assert people.stranger.pages.get("/labs/PTN-1/confirmations").status_code == 403
    denied = {"csrf_token": own.text.split('name="csrf_token" value="')[1].split('"')[0], "basis": SEEN}
    assert people.keeper.pages.post("/labs/PTN-1/confirmations", data=denied).status_code == 403
    assert "/labs/PTN-1/confirmations" in pages.get("/labs/PTN-1").text
    assert "/labs/PTN-1/confirmations" not in people.keeper.pages.get("/labs/PTN-1").text
    form = pages.get("/labs/PTN-1/confirmations").text
    names = list(statements(people.inspector))
    assert all(f'name="pick.{name}"' in form for name in names)
    token = form.split('name="csrf_token" value="')[1].split('"')[0]
    untold = pages.post("/labs/PTN-1/confirmations", data={"csrf_token": token, f"pick.{names[0]}": "true"})
    assert untold.status_code == 422
    assert "checked" in untold.text
    answer = pages.post(
        "/labs/PTN-1/confirmations", data={"csrf_token": token, f"pick.{names[0]}": "true", "basis": SEEN}
    )
    assert answer.status_code == 302
    assert list(statements(people.inspector).values()) == [True, False]
    back = {"csrf_token": token, f"pick.{names[0]}": "true", "basis": SEEN, "confirmed": "false"}
    assert pages.post("/labs/PTN-1/confirmations?back=1", data=back).status_code == 302
    assert list(statements(people.inspector).values()) == [False, False]


def test_lines_of_a_scope_are_stated_until_confirmed_and_so_is_what_rests_on_them(people, app, arrange, client):
    keeper, inspector, day = people.keeper, people.inspector, date(2025, 6, 15)
    line = {"quantity": "Khối lượng", "unit": "g", "range_low": "0", "range_high": "20000", "cmc": "0.0001"}
    body = said(accreditations=[said_accreditation(granted_on="2020-01-01")], scope=[line])
    assert keeper.post("/api/v1/labs", json=body).status_code == 201
    named = {name: confirmed for name, confirmed in statements(keeper).items() if name.startswith("scope_line-")}
    assert list(named.values()) == [False]
    (accreditation,) = set(statements(keeper)) - set(named)
    confirm(inspector, accreditation)
    with arrange():
        record = calibration(make.asset(name="Cân"), day, points=[chain.point("1000", u="0.1")], lab="PTN-1")
        key = record.id
    verdict = f"/api/v1/calibrations/{key}/competence"
    now = keeper.get(verdict).json["now"]
    assert (now["competence"], now["confirmed"]) == ("in_scope", False)
    assert [one["confirmed"] for one in client.get(f"{REGISTER}/scope").json["items"]] == [False]
    assert confirm(inspector, *named).status_code == 200
    with app.app_context():
        while work.one():
            pass
    told_again = keeper.get(verdict).json
    assert (told_again["now"]["confirmed"], told_again["found"]["confirmed"]) == (True, False)
    assert told_again["is_changed"] is False
    page = keeper.pages.get("/labs/PTN-1/scope").get_data(as_text=True)
    assert "chưa được xác nhận" not in page


@pytest.mark.usefixtures("lab")
def test_a_laboratory_does_not_leave_out_a_confirmed_recognition_that_results_rest_on(people):
    keeper, inspector = people.keeper, people.inspector
    confirm(inspector)
    etag = {"If-Match": keeper.get(LAB).headers["ETag"]}
    refused = keeper.patch(LAB, json={"recognitions": []}, headers=etag)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"recognitions"})
    ended = keeper.patch(LAB, json={"recognitions": [DESIGNATION | {"ended_on": "2026-01-01"}]}, headers=etag)
    (said_now,) = ended.json["recognitions"]
    assert (ended.status_code, said_now["ended_on"], said_now["confirmed"]) == (200, "2026-01-01", True)
    etag = {"If-Match": keeper.get(LAB).headers["ETag"]}
    for held in ([], [DESIGNATION]):
        assert keeper.patch(LAB, json={"recognitions": held}, headers=etag).status_code == 422
    assert people.admin.patch(LAB, json={"recognitions": []}, headers=etag).status_code == 200


def test_a_decision_about_a_scope_is_undone_and_what_it_ended_holds_again(people, arrange):
    keeper, inspector = people.keeper, people.inspector
    line = {"quantity": "Khối lượng", "unit": "g", "range_low": "0", "range_high": "20000", "cmc": "0.0001"}
    body = said(accreditations=[said_accreditation()], scope=[line | {"valid_to": "2026-12-31"}])
    assert keeper.post("/api/v1/labs", json=body).status_code == 201
    decided = {"number": "9/QĐ", "effective_on": "2026-03-01", "kind": "replace", "lines": [line | {"cmc": "0.5"}]}
    made = keeper.post(f"{LAB}/scope-decisions", json=decided).json
    undo = f"{LAB}/scope-decisions/{made['id']}/undo"
    assert people.stranger.post(undo, json={"reason": "Nhập nhầm"}).status_code == 403
    assert set(keeper.post(undo, json={}).json["errors"]) == {"reason"}
    undone = keeper.post(undo, json={"reason": "Nhập nhầm"})
    assert (undone.status_code, undone.json["undone_reason"]) == (200, "Nhập nhầm")
    (holds,) = keeper.get(f"{LAB}/scope?on=2026-06-01").json["items"]
    assert (holds["cmc"], holds["valid_to"]) == ("0.0001", "2026-12-31")
    assert keeper.post(undo, json={"reason": "Lần nữa"}).status_code == 409
    again = keeper.post(f"{LAB}/scope-decisions", json=decided).json
    page = keeper.pages.get("/labs/PTN-1/scope").get_data(as_text=True)
    assert f"/labs/PTN-1/scope/decisions/{again['id']}/undo" in page
    assert "Nhập nhầm" in page
    confirm(inspector)
    assert keeper.post(f"{LAB}/scope-decisions/{again['id']}/undo", json={"reason": "X"}).status_code == 403


@pytest.mark.usefixtures("lab")
def test_a_laboratory_does_not_end_confirmed_lines_without_a_decision(people):
    keeper, inspector = people.keeper, people.inspector
    line = {"quantity": "Khối lượng", "unit": "g", "range_high": "20000"}
    etag = {"If-Match": keeper.get(LAB).headers["ETag"]}
    assert keeper.patch(LAB, json={"scope": [line]}, headers=etag).status_code == 200
    confirm(inspector)
    shown = keeper.get(LAB)
    etag = {"If-Match": shown.headers["ETag"]}
    for scope in ([], [line | {"range_high": "50000"}]):
        refused = keeper.patch(LAB, json={"scope": scope}, headers=etag)
        assert (refused.status_code, set(refused.json["errors"])) == (422, {"scope"})
    more = keeper.patch(
        LAB, json={"scope": [*shown.json["scope"], {"quantity": "Áp suất", "unit": "bar"}]}, headers=etag
    )
    assert (more.status_code, len(more.json["scope"])) == (200, 2)
    etag = {"If-Match": more.headers["ETag"]}
    assert people.admin.patch(LAB, json={"scope": []}, headers=etag).status_code == 200


@pytest.mark.usefixtures("lab")
def test_nobody_states_the_confirmed_accreditation_of_another_laboratory_as_their_own(people):
    keeper, inspector = people.keeper, people.inspector
    other = said("PTN-2", accreditations=[said_accreditation(number="vilas 999", body="boa")])
    assert keeper.post("/api/v1/labs", json=other | {"code": "PTN-3"}).status_code == 201  # nobody confirmed either
    confirm(inspector)
    refused = keeper.post("/api/v1/labs", json=other)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"accreditations.0.number"})
    assert (
        keeper.post("/api/v1/labs", json=said("PTN-4", accreditations=[said_accreditation(body="AOSC")])).status_code
        == 201
    )
    assert people.admin.post("/api/v1/labs", json=other).status_code == 201
