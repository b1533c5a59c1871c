"""The doors of plans: what they say, who may do what, and how they refuse."""

from datetime import date

import pytest
from sqlalchemy import event

from registry.jobs import counting
from registry.kernel.db import db
from registry.plan import queries
from registry.plan.models import RecordType
from tests.make import assets, calibration
from tests.make import plan as make
from tests.stored import remembered

BASE = f"/api/v1/plans/{make.CODE}"
TODAY = date(2026, 6, 15)


@pytest.fixture
@remembered
def tag(people, arrange) -> str:
    """The plan is loaded; the tag of a standard of the centre, commissioned today."""
    with arrange():
        make.plan()
        return assets.asset(commissioned_on=TODAY).tag


def said(tag: str, **changes) -> dict[str, object]:
    return {"indicator": "II.2.a", "record": {"type": "asset", "id": tag}, "counted_on": "2026-06-15"} | changes


def period(caller, code: str, name: str) -> dict[str, object]:
    indicators = caller.get(f"{BASE}/rollup").json["indicators"]
    one = next(one for one in indicators if one["code"] == code)
    return next(result for result in one["periods"] if result["code"] == name)


def test_the_rollup_lists_nine_goals_fourteen_rows_and_all_the_money(tag, planner):
    body = planner.get(f"{BASE}/rollup?on=2026-06-15").json
    kinds = [one["kind"] for one in body["indicators"]]
    assert (kinds.count("body"), kinds.count("annex")) == (9, 14)
    money = body["money"]
    assert (money["planned"], money["allocated"], money["disbursed"]) == (21_415_000_000, 0, 0)
    assert [part["planned"] for part in money["periods"]] == [12_940_000_000, 8_475_000_000]
    assert sum(row["planned"] for row in money["rows"]) == 21_415_000_000
    first = body["indicators"][0]["periods"][0]
    assert first | {"other": None} == {
        "code": "P1",
        "start": "2019-07-23",
        "end": "2025-12-31",
        "mode": "per_period",
        "value": 0,
        "target": 5,
        "percent": "0.0",
        "verdict": "missed",
        "in_period": 0,
        "cumulative": 0,
        "other": None,
    }


def test_a_counted_asset_raises_its_indicator_by_exactly_one_and_never_twice(tag, planner):
    before = [period(planner, code, name)["value"] for code in ("II.2.a", "B30.2") for name in ("P1", "P2")]
    answer = planner.post(f"{BASE}/evidence", json=said(tag))
    assert answer.status_code == 201
    assert answer.json | {"decided_at": None, "id": None} == {
        "id": None,
        "indicator": "II.2.a",
        "record": {"type": "asset", "id": tag},
        "title": "Quả cân F1",
        "counted_on": "2026-06-15",
        "quantity": 1,
        "state": "counted",
        "holds": True,
        "fallen": None,
        "in_doubt": False,
        "reason": None,
        "also_counted_in": [],
        "decided_by": "Planner",
        "decided_at": None,
    }
    after = [period(planner, code, name)["value"] for code in ("II.2.a", "B30.2") for name in ("P1", "P2")]
    assert (before, after) == ([0, 0, 0, 0], [0, 1, 0, 1])
    again = planner.post(f"{BASE}/evidence", json=said(tag))
    assert (again.status_code, again.json["type"]) == (409, "urn:registry:problem:conflict")
    assert period(planner, "II.2.a", "P2")["value"] == 1


def test_a_repeated_request_with_its_key_is_answered_again(tag, planner):
    key = {"Idempotency-Key": "đếm".encode().hex()}
    first = planner.post(f"{BASE}/evidence", json=said(tag), headers=key)
    again = planner.post(f"{BASE}/evidence", json=said(tag), headers=key)
    assert (first.status_code, again.status_code, first.json) == (201, 201, again.json)


def test_a_decision_is_changed_under_its_etag(tag, planner):
    made = planner.post(f"{BASE}/evidence", json=said(tag)).json
    place = f"{BASE}/evidence/{made['id']}"
    etag = planner.get(place).headers["ETag"]
    change = {"state": "excluded", "reason": "Đã thanh lý"}
    assert planner.patch(place, json=change).status_code == 428
    assert planner.patch(place, json=change, headers={"If-Match": '"khac"'}).status_code in {400, 412}
    done = planner.patch(place, json=change, headers={"If-Match": etag})
    assert (done.status_code, done.json["state"], done.json["reason"]) == (200, "excluded", "Đã thanh lý")
    assert planner.patch(place, json=change, headers={"If-Match": etag}).status_code == 412
    assert period(planner, "II.2.a", "P2")["value"] == 0


def test_what_nobody_decided_is_proposed(tag, planner):
    waiting = planner.get(f"{BASE}/evidence?state=proposed").json["items"]
    assert [(one["indicator"], one["record"]["id"], one["id"]) for one in waiting] == [("II.2.a", tag, None)]
    planner.post(f"{BASE}/evidence", json=said(tag))
    assert planner.get(f"{BASE}/evidence?state=proposed").json["items"] == []
    assert [one["state"] for one in planner.get(f"{BASE}/evidence?indicator=II.2.a").json["items"]] == ["counted"]


def test_lists_are_paged(tag, planner, arrange):
    with arrange():
        tags = {tag} | {assets.asset(commissioned_on=TODAY).tag for _number in range(4)}
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = planner.get(f"{BASE}/evidence?state=proposed&limit=2&count=exact{cursor and '&cursor='}{cursor}").json
        assert page["total"] == 5
        seen += [one["record"]["id"] for one in page["items"]]
        cursor = page["next"]
    assert (len(seen), set(seen)) == (5, tags)


WRONG = (
    ({"indicator": "II.2.z"}, "indicator"),
    ({"record": {"type": "asset", "id": "00000000000"}}, "record.id"),
    ({"record": {"type": "xe", "id": "1"}}, "record.type"),
    ({"record": "II"}, "record"),
    ({"counted_on": "2018-01-01"}, "counted_on"),
    ({"counted_on": "2026-02-29"}, "counted_on"),
    ({"quantity": 0}, "quantity"),
    ({"quantity": "1"}, "quantity"),
    ({"quantity": 1_000_000}, "quantity"),
    ({"state": "excluded"}, "reason"),
    ({"also_counted_in": ["II.9"]}, "also_counted_in"),
    ({"ghi_chu": "x"}, "ghi_chu"),
)


def test_what_cannot_be_accepted_is_named_by_field(tag, planner):
    for change, field in WRONG:
        answer = planner.post(f"{BASE}/evidence", json=said(tag, **change))
        assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
        assert list(answer.json["errors"]) == [field]


WHO = ("keeper", "technician", "inspector", "planner", "admin", "stranger")
READS = ("/api/v1/plans/{code}", "{base}/rollup", "{base}/evidence", "{base}/evidence?state=proposed", "{base}/money")


def test_who_may_read(tag, people):
    doors = [door.format(code=make.CODE, base=BASE) for door in READS]
    found = {who: {getattr(people, who).get(door).status_code for door in doors} for who in WHO}
    assert found == {who: {404 if who == "stranger" else 200} for who in WHO}


def test_a_stranger_sees_no_plan_in_the_list(tag, stranger, keeper):
    assert stranger.get("/api/v1/plans").json["items"] == []
    [one] = keeper.get("/api/v1/plans?q=ke+hoach").json["items"]
    assert (one["code"], one["issuer"], one["lead"]) == (make.CODE, "UBND-BACKAN", "SKHCN")


MONEY = {"indicator": "II.2.a", "kind": "allocated", "amount": 500, "on": "2026-03-01", "source": "local_budget"}
REFUSED = dict.fromkeys(WHO, 403) | {"stranger": 404}


def test_who_may_decide(tag, people, arrange):
    with arrange():
        tags = {who: assets.asset(commissioned_on=TODAY).tag for who in WHO}
    found = {who: getattr(people, who).post(f"{BASE}/evidence", json=said(tags[who])).status_code for who in WHO}
    assert found == REFUSED | {"planner": 201, "admin": 201}


def test_who_may_change_a_decision(tag, people):
    place = f"{BASE}/evidence/{people.planner.post(f'{BASE}/evidence', json=said(tag)).json['id']}"
    found = {}
    for number, who in enumerate(WHO, 2):
        current = {"If-Match": people.planner.get(place).headers["ETag"]}
        found[who] = getattr(people, who).patch(place, json={"reason": f"{number}"}, headers=current).status_code
    assert found == REFUSED | {"planner": 200, "admin": 200}


def test_who_may_book_money(tag, people):
    found = {who: getattr(people, who).post(f"{BASE}/money", json=MONEY).status_code for who in WHO}
    assert found == REFUSED | {"planner": 201, "admin": 201}


def test_nobody_sees_evidence_about_a_record_that_is_not_theirs(tag, people, arrange):
    with arrange():
        make.admit("II.4.b")
        there, here = (assets.asset(owner=owner, commissioned_on=TODAY) for owner in ("STC", "TTDL"))
        other = there.tag
        hidden, shown = (calibration.calibration(row, date(2026, 2, 1)).id for row in (there, here))
    for one in (tag, other):
        people.admin.post(f"{BASE}/evidence", json=said(one))
    for number in (hidden, shown):
        record = {"type": "calibration", "id": str(number)}
        answer = people.admin.post(f"{BASE}/evidence", json={"indicator": "II.4.b", "record": record})
        assert (answer.status_code, answer.json["counted_on"]) == (201, "2026-02-01")
    seen = people.technician.get(f"{BASE}/evidence").json["items"]
    assert [one["record"]["id"] for one in seen] == [tag, str(shown)]
    assert len(people.admin.get(f"{BASE}/evidence").json["items"]) == 4
    assert period(people.technician, "II.2.a", "P2")["value"] == 2


def test_a_calibration_is_named_by_its_number(tag, planner):
    for key in ("0", "-1", "1e3", "999999999", "9" * 20, "٣", "x"):
        record = {"type": "calibration", "id": key}
        answer = planner.post(f"{BASE}/evidence", json={"indicator": "II.4.b", "record": record})
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["record.id"])


def test_money_is_added_up_by_row_and_period(tag, planner):
    def book(kind: str, amount: int, on: str, **more):
        entry = {
            "indicator": "II.2.a",
            "kind": kind,
            "amount": amount,
            "on": on,
            "source": "local_budget",
            "document": "1",
        } | more
        return planner.post(f"{BASE}/money", json=entry)

    assert book("allocated", 800_000_000, "2025-12-31").status_code == 201
    assert book("allocated", 300_000_000, "2026-01-01").status_code == 201
    assert book("disbursed", 1_200_000_000, "2026-02-01").json["errors"].keys() == {"reason"}
    assert book("disbursed", 1_200_000_000, "2026-02-01", reason="Ứng trước").status_code == 201
    row = next(row for row in planner.get(f"{BASE}/rollup").json["money"]["rows"] if row["code"] == "II.2.a")
    assert [part["allocated"] for part in row["periods"]] == [800_000_000, 300_000_000]
    assert row["disbursed"] == 1_200_000_000
    assert len(planner.get(f"{BASE}/money?kind=allocated").json["items"]) == 2


NONSENSE = (
    ({"indicator": "B25.3"}, "indicator"),
    ({"source": "xo_so"}, "source"),
    ({"amount": 0}, "amount"),
    ({"amount": -1}, "reason"),
    ({"amount": 1.5}, "amount"),
    ({"on": "2019-07-22"}, "on"),
)


def test_money_that_makes_no_sense_is_refused(tag, planner):
    for change, field in NONSENSE:
        answer = planner.post(f"{BASE}/money", json=MONEY | change)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_the_rollup_asks_as_often_with_much_evidence_as_with_none(tag, app):
    def count() -> int:
        statements: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            statements.append(statement)

        with app.app_context():
            plan = queries.by_code(make.CODE, None)
            event.listen(db.engine, "before_cursor_execute", note)
            queries.rollup(plan, TODAY)
            event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    with app.app_context():
        counting.catch_up()
    before = count()
    with app.app_context():
        for _number in range(30):
            make.evidence("II.2.a", assets.asset(commissioned_on=TODAY).tag)
        make.evidence("II.2.d", "TTDL", kind=RecordType.ORGANISATION, counted_on=TODAY)
        counting.catch_up()
    assert before <= 9
    assert count() <= before + 1  # whether laboratories still hold is asked once, when there are any
