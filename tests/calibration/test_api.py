"""Calibrations through the API: who may, what is refused, double taps, two people at once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.assets.rules import Proof
from registry.calibration.cases import actions as cases
from registry.calibration.models import OverdueTurn
from registry.jobs import runner
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import labs as make_labs
from tests.make.calibration import calibration, handed_in, point, said, sign, values
from tests.people import CENTRE, ELSEWHERE, PASSWORD
from tests.statements import sent

CALIBRATIONS = "/api/v1/calibrations"
DAY = timedelta(days=1)
MOST_STATEMENTS = 24


@pytest.fixture
def tag(people, arrange):
    """The tag of a standard of the centre, calibrated by the centre's laboratory every twelve months."""
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule()], proof=Proof.MISSING)
        make_labs.lab()
        make_labs.lab("XA", organisation=ELSEWHERE)
    return made.tag


def at_once(*acts):
    """Do things in threads that start together; the answers, in no order."""
    together, answers = threading.Barrier(len(acts)), []

    def do(act):
        together.wait()
        answers.append(act())

    threads = [threading.Thread(target=do, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_record_is_told_again_as_it_was_said(technician, tag, arrange):
    with arrange():
        standard = make_assets.asset(name="Chuẩn “E2”", schedules=[make_assets.schedule()], proof=Proof.MISSING)
        calibration(standard, TODAY - 400 * DAY)
    body = said(
        tag,
        TODAY,
        certificate_no="GCN-07/Đ “b”",
        valid_until=str(TODAY + DAY),
        decision_rule="guard_band",
        adjusted=True,
        note="Đã hiệu chỉnh\nlần hai",
        standards=[standard.tag],
        contradiction_reason="chuẩn quá hạn, đã kiểm tra giữa kỳ",
        points=[point(stage="as_left", lower_limit="-0.10", upper_limit="0.100", expanded_uncertainty="0.030")],
    )
    answer = technician.post(CALIBRATIONS, json=body)
    assert answer.status_code == 201
    shown = technician.get(f"{CALIBRATIONS}/{answer.json['id']}")
    assert shown.json == answer.json
    assert shown.headers["ETag"]
    (measured,) = body.pop("points")
    assert shown.json | body == shown.json
    assert shown.json["points"] == [shown.json["points"][0] | measured]
    assert (shown.json["status"], shown.json["moved"], shown.json["due_on"]) == ("issued", True, str(TODAY + DAY))
    then = {"asset": standard.tag, "was_valid": False, "due_on_then": str(standard.due_on)}
    (stood,) = shown.json["standards_then"]
    assert stood | then == stood
    (listed,) = technician.get(f"{CALIBRATIONS}?asset={tag.lower()}").json["items"]
    assert shown.json | listed == shown.json
    assert not {"points", "standards_then", "signatures"} & listed.keys()


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("technician", [201, 200, 403, 403]),
        ("keeper", [201, 200, 200, 200]),
        ("admin", [201, 200, 200, 200]),
        ("inspector", [403, 200, 403, 403]),
        ("planner", [403, 200, 403, 403]),
        ("stranger", [403, 404, 404, 404]),
    ],
)
def test_each_person_may_record_read_approve_and_void(people, tag, arrange, name, statuses):
    with arrange():
        asset = make_assets.asset()
        issued, draft = calibration(asset, TODAY), calibration(asset, TODAY - DAY, certificate_no=None)
    caller = getattr(people, name)
    answers = [
        caller.post(CALIBRATIONS, json=said(tag, TODAY)),
        caller.get(f"{CALIBRATIONS}/{issued.id}"),
        sign(caller, f"{CALIBRATIONS}/{draft.id}/approve", json={"certificate_no": "9", "password": PASSWORD}),
        caller.post(f"{CALIBRATIONS}/{issued.id}/void", json={"reason": "Nhầm", "password": PASSWORD}),
    ]
    assert [answer.status_code for answer in answers] == statuses


@pytest.mark.parametrize("door", ["approve", "void"])
def test_half_a_character_as_a_password_is_no_failure_of_ours(keeper, tag, arrange, door):
    with arrange():
        key = calibration(make_assets.asset(), TODAY).id
    answer = keeper.post(f"{CALIBRATIONS}/{key}/{door}", json={"reason": "Nhầm", "password": "\ud800"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["password"])


def test_nobody_reads_or_records_without_signing_in(client):
    assert client.get(CALIBRATIONS).status_code == 401
    assert client.post(CALIBRATIONS, json={}).status_code == 401


def test_a_laboratorys_technician_who_holds_the_label_records_for_its_own_laboratory_only(stranger, keeper, tag):
    assert stranger.post(CALIBRATIONS, json=said(tag, TODAY)).status_code == 403
    answer = stranger.post(CALIBRATIONS, json=said(tag, TODAY, lab="XA"))
    assert answer.status_code == 201
    assert stranger.get(f"{CALIBRATIONS}/{answer.json['id']}").status_code == 200
    assert keeper.get(f"{CALIBRATIONS}/{answer.json['id']}").status_code == 200
    assert [record["id"] for record in stranger.get(CALIBRATIONS).json["items"]] == [answer.json["id"]]
    assert stranger.get(f"/api/v1/assets/{tag}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"asset": "00000000000"}, "asset"),
        ({"asset": "nothing"}, "asset"),
        ({"lab": "NONE"}, "lab"),
        ({"lab": None}, "lab"),
        ({"kind": "hiệu chuẩn"}, "kind"),
        ({"outcome": None}, "outcome"),
        ({"performed_on": str(TODAY + DAY)}, "performed_on"),
        ({"performed_on": "2026-02-29"}, "performed_on"),
        ({"performed_on": "15/06/2026"}, "performed_on"),
        ({"valid_until": str(TODAY - DAY)}, "valid_until"),
        ({"certificate_no": "  "}, "certificate_no"),
        ({"certificate_no": "1" * 101}, "certificate_no"),
        ({"note": "\0"}, "note"),
        ({"points": [point(), point(nominal="1,5")]}, "points.1.nominal"),
        ({"points": [point(lower_limit="1", upper_limit="0.9")]}, "points.0.upper_limit"),
        ({"points": [point(expanded_uncertainty="0.1", coverage_factor="0.9")]}, "points.0.coverage_factor"),
        ({"points": [{"quantity": "m"}]}, "points.0.unit"),
        ({"points": [point()] * 10_001}, "points"),
        ({"standards": ["itself"]}, "standards.0"),
        ({"due_on": str(TODAY)}, "due_on"),
    ],
)
def test_what_is_not_accepted_is_named_beside_its_field(technician, tag, changes, field):
    answer = technician.post(CALIBRATIONS, json=said(tag, TODAY) | changes)
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {field}


def test_a_double_tap_records_once(technician, tag):
    answers = at_once(*[lambda: technician.post(CALIBRATIONS, json=said(tag, TODAY))] * 2)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(technician.get(CALIBRATIONS).json["items"]) == 1


def test_a_repeated_request_is_answered_again(technician, tag):
    headers = {"Idempotency-Key": "tap-1"}
    body = said(tag, TODAY, certificate_no=None)
    first, again = (technician.post(CALIBRATIONS, json=body, headers=headers) for _tap in range(2))
    assert (again.status_code, again.json) == (201, first.json)
    assert len(technician.get(CALIBRATIONS).json["items"]) == 1


def test_of_two_people_who_record_at_once_the_newer_work_decides(technician, keeper, tag):
    answers = at_once(
        lambda: technician.post(CALIBRATIONS, json=said(tag, TODAY - 30 * DAY)),
        lambda: keeper.post(CALIBRATIONS, json=said(tag, TODAY)),
    )
    assert [answer.status_code for answer in answers] == [201, 201]
    assert technician.get(f"/api/v1/assets/{tag}").json["due_on"] == "2027-06-15"


def test_of_two_approvals_at_once_one_issues_the_draft(technician, keeper, admin, tag):
    draft = technician.post(CALIBRATIONS, json=said(tag, TODAY, certificate_no=None)).json
    assert (draft["status"], draft["moved"]) == ("draft", False)
    address = handed_in(technician, f"{CALIBRATIONS}/{draft['id']}/approve")
    answers = at_once(
        lambda: keeper.post(address, json={"certificate_no": "A", "password": PASSWORD}),
        lambda: admin.post(address, json={"certificate_no": "B", "password": PASSWORD}),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    issued = technician.get(f"{CALIBRATIONS}/{draft['id']}").json
    assert (issued["status"], issued["due_on"]) == ("issued", "2027-06-15")


def test_a_list_answers_to_its_filters(technician, tag, arrange):
    with arrange():
        asset = make_assets.asset(name="Đồng hồ nước")
        calibration(asset, TODAY, certificate_no="A", outcome="fail")
        calibration(asset, TODAY - DAY, certificate_no="B", kind="verification", lab="PTN-2")
        calibration(asset, TODAY - 2 * DAY, certificate_no=None)
    listed = {
        "": ["A", "B", None],
        "sort=performed_on": [None, "B", "A"],
        "outcome=fail": ["A"],
        "kind=verification": ["B"],
        "lab=PTN-2": ["B"],
        "lab=NONE": [],
        "status=draft": [None],
        f"performed_from={TODAY - DAY}&performed_to={TODAY - DAY}": ["B"],
        f"asset={asset.tag}": ["A", "B", None],
        f"asset={tag}": [],
        "q=dong ho": ["A", "B", None],
        "q=%": [],
        "count=exact&limit=1": ["A"],
    }
    for query, numbers in listed.items():
        answer = technician.get(f"{CALIBRATIONS}?{query}")
        assert [record["certificate_no"] for record in answer.json["items"]] == numbers, query
    assert answer.json["total"] == 3
    following = technician.get(f"{CALIBRATIONS}?limit=1&cursor={answer.json['next']}")
    assert [record["certificate_no"] for record in following.json["items"]] == ["B"]
    assert technician.get(f"{CALIBRATIONS}?cursor=x").status_code == 422
    assert technician.get(f"{CALIBRATIONS}?asset=x").status_code == 422


def test_a_thousand_points_are_saved_in_one_request_with_the_statements_of_ten(technician, tag):
    measured = point(indication="100.002", lower_limit="-0.010", upper_limit="0.010")
    counts = []
    for number, days in ((1, 900), (10, 500), (1000, 100)):
        body = said(tag, TODAY - days * DAY, points=[measured] * number, decision_rule="simple")
        with sent() as statements:
            answer = technician.post(CALIBRATIONS, json=body)
        assert (answer.status_code, len(answer.json["points"])) == (201, number)
        counts.append(len(statements))
    assert counts[1] == counts[2]


@pytest.mark.parametrize("kind", ["plain", "draft", "on standards", "in doubt", "amendment"])
def test_what_is_answered_to_a_record_is_what_is_read_of_it_afterwards(keeper, people, arrange, kind):
    with arrange():
        item = make_assets.asset(schedules=[make_assets.schedule()], proof=Proof.MISSING)
        make_labs.lab()
        used = [make_assets.asset(name=f"E{number}", owner=owner) for number, owner in ((1, CENTRE), (2, ELSEWHERE))]
        before = calibration(used[0], TODAY - 40 * DAY)
        calibration(used[1], TODAY - 30 * DAY, lab=make_labs.lab("XA", organisation=ELSEWHERE).code)
        old = calibration(item, TODAY - 20 * DAY, certificate_no="OLD", points=[values(indication="100.002")])
        if kind == "in doubt":
            cases.open_case(used[0], reason="Rơi", since=before.performed_on, by=None)
    points = [
        point(indication=f"100.00{number}0", expanded_uncertainty="0.0010", coverage_factor="2.00")
        for number in range(3)
    ]
    changes = {
        "draft": {"certificate_no": None},
        "on standards": {"standards": [one.tag for one in used]},
        "in doubt": {"standards": [used[0].tag]},
        "amendment": {"amends": old.id, "amendment_reason": "Sai số", "certificate_no": "OLD", "password": PASSWORD},
    }.get(kind, {})
    answer = keeper.post(CALIBRATIONS, json=said(item.tag, TODAY, points=points, decision_rule="simple", **changes))
    assert answer.status_code == 201, answer.text
    assert (answer.json["status"], bool(answer.json["doubt"])) == (
        kind if kind == "draft" else "issued",
        kind == "in doubt",
    )
    assert keeper.get(f"{CALIBRATIONS}/{answer.json['id']}").json == answer.json


def test_a_record_is_answered_from_what_its_own_transaction_read(technician, tag):
    technician.post(CALIBRATIONS, json=said(tag, TODAY - DAY, certificate_no="FIRST"))
    with sent() as statements:
        answer = technician.post(CALIBRATIONS, json=said(tag, TODAY, points=[point()]))
    assert answer.status_code == 201
    assert sum(one.startswith("BEGIN") for one in statements) <= 1
    assert len(statements) <= MOST_STATEMENTS


def test_points_come_page_by_page_as_the_record_tells_them(technician, people, tag, arrange):
    with arrange():
        standard = make_assets.asset(schedules=[make_assets.schedule()], proof=Proof.MISSING).tag
    measured = [
        point(nominal=f"{place}", indication=f"{place}.02", lower_limit="-0.05", upper_limit="0.05", standard=standard)
        for place in range(7)
    ]
    body = said(tag, TODAY, points=measured, standards=[standard], contradiction_reason="…", decision_rule="simple")
    whole = technician.post(CALIBRATIONS, json=body).json
    address, told, cursor = f"{CALIBRATIONS}/{whole['id']}/points?limit=3", [], ""
    while cursor is not None:
        with sent() as statements:
            page = technician.get(f"{address}&cursor={cursor}" if cursor else address).json
        told.append(page["items"])
        cursor = page["next"]
        assert sum("calibration_point" in statement for statement in statements) == 1
    assert [len(items) for items in told] == [3, 3, 1]
    assert [one for items in told for one in items] == whole["points"]
    assert whole["points"][6]["standard"] == standard
    assert technician.get(f"{CALIBRATIONS}/{whole['id']}/points?cursor=x").status_code == 422
    assert technician.get(f"{CALIBRATIONS}/{whole['id'] + 1}/points").status_code == 404
    assert people.stranger.get(address).status_code == 404


def test_a_list_costs_the_same_number_of_queries_however_long(technician, arrange):
    counts = []
    for number in range(1, 3):
        with arrange():
            for day in range(8 * number):
                used = [make_assets.asset().tag]
                calibration(make_assets.asset(), TODAY - day * DAY, certificate_no=f"{number}.{day}", standards=used)
        with sent() as statements:
            technician.get(f"{CALIBRATIONS}?limit=200")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_from_overdue_to_valid_through_the_api_alone(keeper, technician, app):
    keeper.post("/api/v1/labs", json=make_labs.said())
    schedules = [{"kind": "calibration", "interval_months": 12}]
    asset = keeper.post("/api/v1/assets", json=make_assets.said(owner=CENTRE, schedules=schedules)).json
    address = f"/api/v1/assets/{asset['tag']}"
    assert technician.get(address).json["validity"] == "never"
    made = technician.post(CALIBRATIONS, json=said(asset["tag"], "2025-06-14"))
    assert made.json["due_on"] == str(TODAY - DAY)
    overdue = technician.get(address).json
    assert (overdue["validity"], overdue["fit_for_use"]) == ("overdue", False)
    assert [swept(app), swept(app)] == [(1, 0), (0, 0)]
    made = technician.post(CALIBRATIONS, json=said(asset["tag"], TODAY))
    assert (made.status_code, made.json["moved"]) == (201, True)
    good = technician.get(address).json
    assert (good["validity"], good["fit_for_use"], good["due_on"]) == ("valid", True, "2027-06-15")
    assert swept(app) == (0, 0)
    with app.app_context():
        (turn,) = db.session.scalars(select(OverdueTurn))
        assert (turn.since_on, turn.cleared_at) == (TODAY, kernel_clock.now())


def swept(app):
    """What a night's sweep finds: newly flagged and cleared."""
    with app.app_context():
        result = runner.run("flag-overdue", TODAY).result
    return result["newly_flagged"], result["cleared"]
