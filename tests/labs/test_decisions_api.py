"""Decisions about accreditations through the API: recorded, annulled, and told by day."""

import pytest

from registry.kernel import audit
from tests.make.labs import said, said_accreditation

LAB = "/api/v1/labs/PTN-1"
DECISIONS, STANDING = f"{LAB}/decisions", f"{LAB}/standing"


def decision(**changes):
    usual = {"accreditation": "vilas 999", "kind": "suspended", "number": "12/QĐ-VPCNCL"}
    return usual | {"effective_on": "2025-05-01", "decided_on": "2025-06-20"} | changes


@pytest.fixture
def lab(keeper):
    body = said(accreditations=[said_accreditation()])
    assert keeper.post("/api/v1/labs", json=body).status_code == 201


@pytest.mark.usefixtures("lab")
def test_a_suspension_dated_back_is_told_on_the_day_and_in_the_status(keeper, stranger):
    answer = keeper.post(DECISIONS, json=decision(reason="Không duy trì năng lực"))
    assert answer.status_code == 201
    assert answer.json["recorded_by"] == "Keeper"
    before = stranger.get(f"{STANDING}?on=2025-04-30").json
    assert (before["accredited"], before["accreditations"][0]["standing"]) == (True, "in_force")
    after = stranger.get(f"{STANDING}?on=2025-05-01").json
    assert (after["accredited"], after["accreditations"][0]["standing"]) == (False, "suspended")
    assert after["accreditations"][0]["decision"] == answer.json
    assert stranger.get(STANDING).json["accredited"] is False
    assert stranger.get(LAB).json["accreditations"][0]["status"] == "suspended"
    assert stranger.get(DECISIONS).json["items"] == [answer.json]
    assert keeper.get("/api/v1/labs?accredited_on=2025-05-01").json["items"] == []


@pytest.mark.usefixtures("lab")
def test_what_is_told_is_accepted_again(keeper):
    keeper.post(DECISIONS, json=decision())
    shown = keeper.get(LAB)
    body = {key: shown.json[key] for key in ("name", "accreditations", "scope")}
    again = keeper.patch(LAB, json=body, headers={"If-Match": shown.headers["ETag"]})
    assert (again.status_code, again.json) == (200, shown.json)


@pytest.mark.usefixtures("lab")
def test_an_annulled_decision_does_not_count_and_can_be_read(keeper):
    recorded = keeper.post(DECISIONS, json=decision()).json
    answer = keeper.post(f"{DECISIONS}/{recorded['id']}/annul", json={"reason": "Ghi nhầm phòng"})
    assert (answer.status_code, answer.json["annulled_reason"]) == (200, "Ghi nhầm phòng")
    assert keeper.get(STANDING).json["accredited"] is True
    assert keeper.get(DECISIONS).json["items"] == [answer.json]
    again = keeper.post(f"{DECISIONS}/{recorded['id']}/annul", json={"reason": "Lần nữa"})
    assert again.status_code == 409
    keeper.post("/api/v1/labs", json=said("PTN-2", accreditations=[said_accreditation()]))
    assert keeper.post(f"/api/v1/labs/PTN-2/decisions/{recorded['id']}/annul", json={"reason": "x"}).status_code == 404


@pytest.mark.usefixtures("lab")
def test_what_a_decision_says_already_is_not_recorded_under_another_number(people):
    said_first = people.keeper.post(DECISIONS, json=decision())
    assert said_first.status_code == 201
    again = people.keeper.post(DECISIONS, json=decision(number="77/QĐ"))
    assert (again.status_code, set(again.json["errors"])) == (409, {"effective_on"})
    sure = people.inspector.post(DECISIONS, json=decision(number="78/QĐ"))
    assert (sure.status_code, sure.json["confirmed"]) == (201, True)  # what was stated is certain now
    assert people.planner.post(DECISIONS, json=decision(number="79/QĐ")).status_code == 409
    assert people.planner.post(DECISIONS, json=decision(number="79/QĐ", until_on="2027-01-01")).status_code == 201


@pytest.mark.usefixtures("lab")
def test_that_another_laboratory_has_the_same_number_is_remarked_upon(people):
    other = said("PTN-2", name="Phòng thứ hai", accreditations=[said_accreditation(number="vilas 999")])
    assert "Phòng thứ hai" not in people.keeper.pages.get("/labs/PTN-1").text
    assert people.admin.post("/api/v1/labs", json=other).status_code == 201
    assert "Phòng thứ hai" in people.keeper.pages.get("/labs/PTN-1").text


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize(
    ("name", "status"),
    [("keeper", 201), ("admin", 201), ("technician", 403), ("inspector", 201), ("planner", 201), ("stranger", 403)],
)
def test_those_who_keep_or_supervise_laboratories_record_decisions(people, name, status):
    answer = getattr(people, name).post(DECISIONS, json=decision())
    assert answer.status_code == status
    assert answer.json.get("confirmed") is {201: name != "keeper"}.get(status)


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"accreditation": "VILAS 1"}, "accreditation"),
        ({"granted_on": "2024-03-14"}, "accreditation"),
        ({"kind": "reinstated"}, "effective_on"),
        ({"effective_on": "2024-03-12"}, "effective_on"),
        ({"until_on": "2025-04-30"}, "until_on"),
        ({"kind": "extended", "valid_until": "2025-02-29"}, "valid_until"),
        ({"decided_on": "2199-01-01"}, "decided_on"),
        ({"number": " "}, "number"),
        ({"kind": "renewed"}, "kind"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_kept(keeper, changes, field):
    answer = keeper.post(DECISIONS, json=decision(**changes))
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {field}
    assert keeper.get(DECISIONS).json["items"] == []
    assert keeper.get(STANDING).json["accredited"] is True


@pytest.mark.usefixtures("lab")
def test_an_extension_into_the_next_accreditation_is_refused(keeper, inspector):
    etag = {"If-Match": keeper.get(LAB).headers["ETag"]}
    following = said_accreditation(number="VILAS 1000", granted_on="2027-03-14", valid_until="2030-03-13")
    assert (
        keeper.patch(LAB, json={"accreditations": [said_accreditation(), following]}, headers=etag).status_code == 200
    )
    extension = decision(kind="extended", effective_on="2025-05-01", valid_until="2027-03-14")
    refused = inspector.post(DECISIONS, json=extension)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"valid_until"})
    stated = keeper.post(DECISIONS, json=extension).json
    names = [f"decision-{stated['id']}"]
    refused = inspector.post(f"{LAB}/confirmations", json={"statements": names, "basis": "Quyết định"})
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"statements"})


@pytest.mark.usefixtures("lab")
def test_a_suspension_said_without_a_day_is_given_one(keeper):
    etag = {"If-Match": keeper.get(LAB).headers["ETag"]}
    keeper.patch(LAB, json={"accreditations": [said_accreditation(status="suspended")]}, headers=etag)
    assert keeper.get(f"{STANDING}?on=2024-03-13").json["accredited"] is False
    keeper.post(DECISIONS, json=decision())
    assert keeper.get(f"{STANDING}?on=2025-04-30").json["accredited"] is True
    assert keeper.get(LAB).json["accreditations"][0]["status"] == "suspended"


@pytest.mark.usefixtures("lab")
def test_a_suspension_said_without_a_day_is_back_when_the_one_with_a_day_is_annulled(keeper):
    etag = {"If-Match": keeper.get(LAB).headers["ETag"]}
    keeper.patch(LAB, json={"accreditations": [said_accreditation(status="suspended")]}, headers=etag)
    both = decision(number="1"), decision(number="2", until_on="2027-03-13")
    first, second = (keeper.post(DECISIONS, json=one).json["id"] for one in both)
    before = f"{STANDING}?on=2025-04-30"
    for key, accredited in ((first, True), (second, False)):
        assert keeper.post(f"{DECISIONS}/{key}/annul", json={"reason": "Ghi nhầm"}).status_code == 200
        assert keeper.get(before).json["accredited"] is accredited
    assert keeper.get(LAB).json["accreditations"][0]["status"] == "suspended"


@pytest.mark.usefixtures("lab")
def test_a_suspension_of_long_ago_does_not_bring_a_withdrawn_accreditation_back(keeper):
    etag = {"If-Match": keeper.get(LAB).headers["ETag"]}
    keeper.patch(LAB, json={"accreditations": [said_accreditation(status="withdrawn")]}, headers=etag)
    refused = keeper.post(DECISIONS, json=decision(until_on="2025-05-31"))
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"effective_on"})
    assert keeper.get(STANDING).json["accreditations"][0]["standing"] == "withdrawn"
    assert keeper.post(DECISIONS, json=decision(kind="withdrawn", effective_on="2025-06-01")).status_code == 201
    assert keeper.post(DECISIONS, json=decision(until_on="2025-05-31")).status_code == 201
    assert keeper.get(f"{STANDING}?on=2025-06-01").json["accreditations"][0]["standing"] == "withdrawn"


@pytest.mark.usefixtures("lab")
def test_a_repeated_request_records_once_and_the_log_says_who(keeper, arrange):
    headers = {"Idempotency-Key": "decision-1"}
    first = keeper.post(DECISIONS, json=decision(), headers=headers)
    again = keeper.post(DECISIONS, json=decision(), headers=headers)
    assert (again.status_code, again.json) == (201, first.json)
    with arrange():
        entry, _registered = audit.history("lab", "PTN-1")
    assert (entry.action, entry.actor) == ("lab.decide", "Keeper")
    assert entry.changes["kind"] == [None, "suspended"]
    assert entry.changes["effective_on"] == [None, "2025-05-01"]


@pytest.mark.parametrize("address", [DECISIONS, STANDING])
def test_nobody_reads_without_signing_in(client, address):
    assert client.get(address).status_code == 401
