"""Assessments through the API: who may, two at once, sign-off, gaps and their closing, and looking again."""

import json
from datetime import date
from io import BytesIO

import pytest

from registry.kernel.db import db
from registry.labs.criteria import gaps, queries, sealing
from tests.make import criteria as make
from tests.make import files as make_files
from tests.make import labs
from tests.people import CENTRE, PASSWORD

ASSESSMENTS = "/api/v1/assessments"
SETS = "/api/v1/criteria-sets"


def said(**changes):
    return {"criteria_set": make.SET, "kind": "self", "organisation": CENTRE, "started_on": "2026-06-01"} | changes


@pytest.fixture
def loaded(arrange, people):
    """The set of four criteria, and a laboratory."""
    with arrange():
        make.criteria_set()
        labs.lab()


@pytest.fixture
def key(loaded, keeper):
    """A self-assessment of the laboratory that was opened."""
    answer = keeper.post(ASSESSMENTS, json=said(lab=labs.LAB))
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def put(person, key, code, **body):
    path = f"{ASSESSMENTS}/{key}/answers/{code}"
    etag = person.get(path).headers.get("ETag", '"0"')
    return person.put(path, json=body, headers={"If-Match": etag})


def fill(person, key, **changed):
    """Answer everything: met, but for what is said otherwise, by codes with an underscore."""
    usual = {"A_1": {"mark": "yes"}, "A_2": {"mark": "yes"}, "B_1": {"points": 5}, "B_2": {"mark": "yes"}}
    for code, body in (usual | changed).items():
        answer = put(person, key, code.replace("_", "."), **body)
        assert answer.status_code == 200, answer.text


def sign(person, key, **changes):
    return person.post(f"{ASSESSMENTS}/{key}/sign-off", json={"conclusion": "Đạt", "password": PASSWORD} | changes)


GAP = {"mark": "no", "grade": "nonconformity_major", "finding": "Không có hồ sơ"}


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("keeper", (201, 403, 200)),
        ("technician", (201, 403, 200)),
        ("inspector", (403, 201, 200)),
        ("planner", (403, 201, 200)),
        ("admin", (201, 201, 200)),
        ("stranger", (403, 403, 404)),
    ],
)
def test_its_own_people_assess_themselves_and_overseers_assess_in_their_province(people, key, name, statuses):
    person, (own, department, seen) = getattr(people, name), statuses
    assert person.post(ASSESSMENTS, json=said()).status_code == own
    assert person.post(ASSESSMENTS, json=said(kind="department")).status_code == department
    assert person.get(f"{ASSESSMENTS}/{key}").status_code == seen
    assert bool(person.get(ASSESSMENTS).json["items"]) is (seen == 200)
    assert put(person, key, "A.1", mark="yes").status_code == (404 if seen == 404 else {201: 200}.get(own, own))


def test_a_stranger_finds_nothing_anywhere(key, keeper, stranger):
    finding = put(keeper, key, "A.1", **GAP).json["id"]
    body = {"what": "Lập hồ sơ", "owner": "keeper@example.vn", "due_on": "2026-07-01"}
    action = keeper.post(f"/api/v1/findings/{finding}/actions", json=body).json["id"]
    for path in (f"/assessments/{key}/answers/A.1", f"/findings/{finding}", f"/corrective-actions/{action}"):
        assert stranger.get(f"/api/v1{path}").status_code == 404
    assert stranger.get("/api/v1/findings").json["items"] == []
    assert stranger.get("/api/v1/corrective-actions").json["items"] == []
    assert stranger.post(f"/api/v1/corrective-actions/{action}/done", json={"outcome": "x"}).status_code == 404
    assert sign(stranger, key).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"criteria_set": "KHONG-CO"}, "criteria_set"),
        ({"organisation": "NONE"}, "organisation"),
        ({"lab": "NONE"}, "lab"),
        ({"kind": "reassessment"}, "follows"),
        ({"follows": 1}, "follows"),
        ({"kind": "reassessment", "follows": 10**9}, "follows"),
        ({"started_on": "2026-06-16"}, "started_on"),
        ({"score": 3}, "score"),
    ],
)
def test_what_is_not_accepted_is_named_beside_its_field(loaded, admin, changes, field):
    answer = admin.post(ASSESSMENTS, json=said(**changes))
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {field}


def test_an_assessment_needs_a_subject_and_a_day(loaded, admin):
    body = {"criteria_set": make.SET, "kind": "self"}
    assert set(admin.post(ASSESSMENTS, json=body).json["errors"]) == {"organisation"}
    assert set(admin.post(ASSESSMENTS, json=body | {"organisation": CENTRE}).json["errors"]) == {"planned_on"}


def test_of_two_who_answer_one_criterion_the_second_is_told(key, keeper, technician):
    path = f"{ASSESSMENTS}/{key}/answers/A.1"
    first = keeper.get(path)
    assert (first.json["mark"], first.json["id"]) == (None, None)
    etag = {"If-Match": first.headers["ETag"]}
    assert keeper.put(path, json={"mark": "yes"}).status_code == 428
    assert keeper.put(path, json={"mark": "yes"}, headers=etag).status_code == 200
    assert technician.put(path, json=GAP, headers=etag).status_code == 412
    assert keeper.get(path).json["mark"] == "yes"
    assert put(technician, key, "A.1", **GAP).json["answered_by"] == "Technician"


def test_the_score_stands_as_answers_come_and_its_parts_add_up(key, keeper):
    put(keeper, key, "A.1", mark="partly")
    put(keeper, key, "B.1", points=4)
    shown = keeper.get(f"{ASSESSMENTS}/{key}").json
    score = shown["score"]
    assert (score["answered"], score["criteria"], score["percent"], score["unmet"]) == (2, 4, "67.1", ["A.1"])
    assert [(part["group"], part["achieved"], part["possible"]) for part in score["parts"]] == [
        ("A", "1.50", "3.00"),
        ("B", "3.20", "4.00"),
    ]
    assert (shown["percent"], shown["level"]) == (None, None)


def test_nothing_is_signed_before_all_is_answered_and_every_gap_says_what_is_missing(key, keeper, technician):
    assert sign(keeper, key).status_code == 409
    fill(keeper, key, A_1={"mark": "no"})
    refused = sign(keeper, key)
    assert (refused.status_code, "A.1" in refused.json["detail"]) == (409, True)
    fill(keeper, key, A_1=GAP)
    assert sign(technician, key).status_code == 403
    assert sign(keeper, key, password="khác hẳn mật khẩu").status_code == 422
    signed = sign(keeper, key)
    assert signed.status_code == 200
    assert (signed.json["percent"], signed.json["level"]) == ("70.0", "low")
    assert signed.json["finished_on"] == "2026-06-15"
    assert sign(keeper, key).status_code == 409
    assert put(keeper, key, "A.1", mark="yes").status_code == 409


def test_a_changed_set_leaves_old_assessments_theirs(key, keeper, admin):
    changed = make.document()
    changed["groups"][0]["criteria"][1]["code"] = "A.9"
    dry = admin.post(SETS, json={"document": changed, "dry_run": True})
    assert dry.json == {"code": make.SET, "number": 2, "changed": True}
    assert keeper.get(f"{SETS}/{make.SET}").json["number"] == 1
    assert keeper.post(SETS, json={"document": changed}).status_code == 403
    assert admin.post(SETS, json={"document": changed}).json["number"] == 2
    assert admin.post(SETS, json={"document": changed}).json["changed"] is False
    assert keeper.get(f"{ASSESSMENTS}/{key}").json["criteria_set_number"] == 1
    assert put(keeper, key, "A.2", mark="yes").status_code == 200
    assert keeper.get(f"{ASSESSMENTS}/{key}/answers/A.9").status_code == 404
    assert [one["code"] for one in keeper.get(f"{SETS}/{make.SET}?number=1").json["criteria"]] == list(make.CODES)


def test_faults_of_a_set_stand_at_their_places(loaded, admin):
    wrong = make.document()
    wrong["groups"][1]["criteria"][0]["weight"] = "5"
    answer = admin.post(SETS, json={"document": wrong})
    assert (answer.status_code, set(answer.json["errors"])) == (422, {"document.scoring.weights"})
    wrong["groups"][1]["criteria"][0]["colour"] = "red"
    answer = admin.post(SETS, json={"document": wrong})
    assert set(answer.json["errors"]) == {"document.groups.1.criteria.0.colour"}


def test_a_gap_is_closed_by_a_second_person_when_its_last_action_was_effective(
    key, keeper, technician, inspector, clock
):
    finding = put(keeper, key, "A.1", **GAP).json["id"]
    body = {"what": "Lập hồ sơ", "owner": "technician@example.vn", "due_on": "2026-07-01"}
    plan = f"/api/v1/findings/{finding}/actions"
    assert set(keeper.post(plan, json=body | {"owner": "stranger@example.vn"}).json["errors"]) == {"owner"}
    assert set(keeper.post(plan, json=body | {"due_on": "2026-06-14"}).json["errors"]) == {"due_on"}
    path = f"/api/v1/corrective-actions/{keeper.post(plan, json=body).json['id']}"
    assert keeper.get(f"/api/v1/findings?state=overdue&lab={labs.LAB}").json["items"] == []
    mine = "/api/v1/corrective-actions?owner=technician@example.vn"
    assert [one["what"] for one in technician.get(mine).json["items"]] == ["Lập hồ sơ"]
    assert inspector.post(f"{path}/done", json={"outcome": "xong"}).status_code == 403
    verify = {"effective": True, "verification": "Đã xem"}
    assert keeper.post(f"{path}/verification", json=verify).status_code == 409
    assert technician.post(f"{path}/done", json={"outcome": "Có hồ sơ"}).json["state"] == "done"
    assert technician.post(f"{path}/verification", json=verify).status_code == 403
    again = keeper.post(
        f"{path}/verification", json={"effective": False, "verification": "Thiếu", "due_on": "2026-08-01"}
    )
    assert (again.json["state"], again.json["returned"], again.json["due_on"]) == ("open", "Thiếu", "2026-08-01")
    keeper.post(f"{path}/done", json={"outcome": "Đủ"})
    assert keeper.post(f"{path}/verification", json=verify).status_code == 403
    assert inspector.post(f"{path}/verification", json=verify).json["state"] == "effective"
    shown = keeper.get(f"/api/v1/findings/{finding}").json
    assert (shown["closing"], keeper.get("/api/v1/findings").json["items"]) == ("effective", [])


def test_a_finding_about_which_something_is_done_is_not_left_out(key, keeper):
    finding = put(keeper, key, "A.1", **GAP).json["id"]
    body = {"what": "Lập hồ sơ", "owner": "keeper@example.vn", "due_on": "2026-07-01"}
    keeper.post(f"/api/v1/findings/{finding}/actions", json=body)
    assert put(keeper, key, "A.1", mark="yes").status_code == 409
    assert put(keeper, key, "A.1", **GAP | {"finding": "Thiếu hồ sơ"}).json["finding"] == "Thiếu hồ sơ"


def test_gaps_stand_in_the_order_of_the_clauses_and_late_ones_are_told(key, keeper, app, clock):
    minor = {"points": 1, "grade": "nonconformity_minor", "finding": "Chưa đủ"}
    late = put(keeper, key, "B.1", **minor).json["id"]
    put(keeper, key, "A.1", **GAP)
    put(keeper, key, "A.2", mark="yes", grade="strength", finding="Rất tốt")
    body = {"what": "Bổ sung", "owner": "keeper@example.vn", "due_on": "2026-06-20"}
    keeper.post(f"/api/v1/findings/{late}/actions", json=body)
    listed = f"/api/v1/findings?lab={labs.LAB}"
    assert [one["criterion"] for one in keeper.get(listed).json["items"]] == ["A.1", "B.1"]
    assert [one["criterion"] for one in keeper.get(f"{listed}&state=without_action").json["items"]] == ["A.1"]
    with app.app_context():
        due = gaps.due_between(date(2026, 6, 20), date(2026, 6, 20))
        assert [(row.kind, row.what, row.day) for row in db.session.execute(due)] == [
            ("corrective_action", "Bổ sung", date(2026, 6, 20))
        ]
        assert db.session.execute(gaps.due_between(date(2026, 6, 21), date(2026, 7, 1))).all() == []
    for day, found in (("2026-06-20", []), ("2026-06-21", ["B.1"])):
        clock(date.fromisoformat(day))
        assert [one["criterion"] for one in keeper.get(f"{listed}&state=overdue").json["items"]] == found
        assert len(keeper.get("/api/v1/corrective-actions?overdue=yes").json["items"]) == len(found)


def test_looking_again_closes_what_is_met_and_takes_over_what_is_not(key, keeper):
    minor = {"points": 1, "grade": "nonconformity_minor", "finding": "Chưa đủ"}
    fill(keeper, key, A_1=GAP, B_1=minor, B_2={"mark": "no", "grade": "observation", "finding": "Cũ"})
    first = {one["criterion"]: one["id"] for one in keeper.get("/api/v1/findings").json["items"]}
    body = {"what": "Bổ sung", "owner": "keeper@example.vn", "due_on": "2026-07-20"}
    action = keeper.post(f"/api/v1/findings/{first['B.1']}/actions", json=body).json["id"]
    again = said(kind="reassessment", lab=labs.LAB, follows=key)
    assert set(keeper.post(ASSESSMENTS, json=again).json["errors"]) == {"follows"}
    assert sign(keeper, key).status_code == 200
    assert set(keeper.post(ASSESSMENTS, json=again | {"lab": None}).json["errors"]) == {"lab"}
    del again["lab"]
    assert set(keeper.post(ASSESSMENTS, json=again).json["errors"]) == {"follows"}
    second = keeper.post(ASSESSMENTS, json=again | {"lab": labs.LAB}).json["id"]
    fill(keeper, second, B_1=minor | {"finding": "Vẫn chưa đủ"}, B_2={"mark": "no"})
    assert len(keeper.get("/api/v1/findings").json["items"]) == 4
    assert sign(keeper, second).status_code == 200, "what is open from before says what is missing"
    shown = {code: keeper.get(f"/api/v1/findings/{finding}").json for code, finding in first.items()}
    assert {code: one["closing"] for code, one in shown.items()} == {"A.1": "met", "B.1": "found_anew", "B.2": None}
    now = keeper.get("/api/v1/findings").json["items"]
    assert [(one["criterion"], one["assessment"]) for one in now] == [("B.1", second), ("B.2", key)]
    assert now[0]["actions"][0]["id"] == action


def test_a_sign_off_is_bound_to_what_was_answered(key, keeper, app):
    fill(keeper, key)
    assert sign(keeper, key).status_code == 200
    with app.app_context():
        found = queries.by_id(keeper.person(), key)
        assert sealing.holds(found) is True
        queries.answers_of(found)[0].words = "Khác"
        assert sealing.holds(found) is False


def test_who_applied_which_set_on_which_day_is_told_from_what_is_signed(key, keeper, stranger, app):
    fill(keeper, key)
    with app.app_context():
        assert queries.applied(None) == []
    sign(keeper, key, finished_on="2026-06-10")
    with app.app_context():
        (found,) = queries.applied(None, set_codes=[make.SET])
        assert (found.assessment_id, found.on.isoformat(), str(found.percent), found.level) == (
            key,
            "2026-06-10",
            "100.0",
            "high",
        )
        assert queries.applied(None, until=found.on.replace(day=9)) == []
        assert queries.applied(stranger.person()) == []


def test_statistics_count_what_is_signed_by_set_criterion_and_year(key, keeper, stranger):
    path = f"/api/v1/assessment-statistics?code={make.SET}"
    fill(keeper, key, A_1=GAP, B_1={"points": 4}, B_2={"mark": "not_applicable", "words": "Không làm"})
    assert keeper.get(path).json == {"by_set": [], "by_year": [], "by_criterion": []}
    sign(keeper, key)
    found = keeper.get(path).json
    assert found["by_set"] == [{"code": make.SET, "number": 1, "assessments": 1, "subjects": 1}]
    assert found["by_year"] == [{"year": 2026, "kind": "public_service", "assessments": 1, "subjects": 1}]
    counted = [(one["code"], one["unmet"], one["applied"], one["percent"]) for one in found["by_criterion"]]
    assert counted == [("A.1", 1, 1, "100.0"), ("B.1", 1, 1, "100.0")]
    assert stranger.get(path).json == {"by_set": [], "by_year": [], "by_criterion": []}


def test_a_set_can_be_taken_out_and_loaded_again(loaded, admin, arrange):
    shown = admin.get(f"{SETS}/{make.SET}").json
    with arrange():
        data = json.loads(json.dumps(queries.set_by_code(make.SET).data))
    assert admin.post(SETS, json={"document": data}).json == {"code": make.SET, "number": 1, "changed": False}
    assert shown["weights"] == "10"


def test_evidence_hangs_on_an_answer_and_on_an_action_and_stays_once_it_is_signed(people, arrange, keeper, stranger):
    with arrange():
        make.criteria_set()
        found = make.assessment()
        make.answer(found, "A.1")
        key = found.id
    here = f"/api/v1/assessments/{key}/answers/A.1/files"

    def sent(caller, address=here):
        return caller.post(address, data={"file": (BytesIO(make_files.photo()), "a.jpg"), "caption": "Biên bản"})

    assert sent(stranger).status_code == 404
    made = sent(keeper)
    assert (made.status_code, made.json["caption"]) == (201, "Biên bản")
    assert sent(keeper).status_code == 200
    assert sent(keeper, here.replace("A.1", "A.2")).status_code == 404
    one = f"{here}/{made.json['id']}"
    assert keeper.get(one).status_code == 200
    assert stranger.get(one).status_code == 404
    assert [file["id"] for file in keeper.get(here).json["items"]] == [made.json["id"]]
    assert set(keeper.post(f"{one}/remove", json={}).json["errors"]) == {"reason"}
    assert keeper.post(f"{one}/remove", json={"reason": "Nhầm tệp"}).status_code == 200
    assert keeper.get(here).json["items"] == []


def test_a_set_tells_its_legal_bases_with_their_days(arrange, people, keeper):
    head = make.document()["set"]
    bases = [
        {"document": "TT 23/2013", "issued_on": "2013-09-26", "valid_from": "2013-11-15", "valid_to": "2024-10-14"},
        {"document": "TT 03/2024", "issued_on": "2024-08-30", "valid_from": "2024-10-15"},
    ]
    with arrange():
        make.criteria_set(set=head | {"legal_bases": bases})
    told = keeper.get(f"/api/v1/criteria-sets/{make.SET}").json["legal_bases"]
    assert [(one["document"], one["in_force"]) for one in told] == [("TT 23/2013", False), ("TT 03/2024", True)]
    page = keeper.pages.get(f"/criteria/{make.SET}").get_data(as_text=True)
    assert ("TT 03/2024" in page, "15/10/2024" in page) == (True, True)
