"""Planning through the API: a proposal changes nothing, planned days are all or none, and can be taken back."""

from datetime import date

import pytest

from registry.assets.queries import by_tag
from registry.assets.rules import Status
from registry.kernel import audit
from tests.make import assets as make_assets
from tests.make import labs as make_labs
from tests.make.calibration import calibration
from tests.people import CENTRE, ELSEWHERE
from tests.statements import sent

PLANS = "/api/v1/replanning"
AUTUMN = {"due_from": "2026-07-01", "due_to": "2026-09-30"}


@pytest.fixture
def tags(people, arrange):
    """Five standards due on 10 September 2026."""
    with arrange():
        made = [make_assets.asset(name=f"Quả cân {number}") for number in range(5)]
        for asset in made:
            asset.schedules.append(make_assets.schedule())
            calibration(asset, date(2025, 9, 10))
        return [asset.tag for asset in made]


def proposed(caller, **said):
    return caller.get(PLANS, query_string=AUTUMN | {"capacity": 2} | said)


def planned(caller, tag):
    return caller.get(f"/api/v1/assets/{tag}").json["schedules"][0]["planned_on"]


def items(proposal):
    return [{name: item[name] for name in ("asset", "kind", "due_on", "planned_on")} for item in proposal["items"]]


def test_a_proposal_levels_the_load_and_changes_nothing(keeper, tags):
    said = proposed(keeper).json
    spans = [(span["start"], span["end"], span["before"], span["after"]) for span in said["spans"]]
    assert spans == [
        ("2026-07-01", "2026-07-31", 0, 1),
        ("2026-08-01", "2026-08-31", 0, 2),
        ("2026-09-01", "2026-09-30", 5, 2),
    ]
    assert (said["moved"], said["too_full"], said["capacity"]) == (3, 0, 2)
    assert all(item["planned_on"] < item["due_on"] == "2026-09-10" for item in said["items"])
    assert [planned(keeper, tag) for tag in tags] == [None] * 5


def test_what_was_proposed_is_planned_again_and_taken_back(keeper, tags):
    proposal = proposed(keeper).json
    assert keeper.post(PLANS, json={"items": items(proposal)}).json == {"changed": 3}
    assert proposed(keeper).json["items"] == []
    assert keeper.post(PLANS, json={"items": items(proposal)}).json == {"changed": 0}
    days = [planned(keeper, tag) for tag in tags]
    assert sorted(day for day in days if day) == sorted(item["planned_on"] for item in proposal["items"])
    roomy = proposed(keeper, capacity=5).json
    assert [item["planned_on"] for item in roomy["items"]] == [None] * 3
    assert keeper.post(f"{PLANS}/clear", json=AUTUMN).json == {"changed": 3}
    assert [planned(keeper, tag) for tag in tags] == [None] * 5


def test_planning_is_in_the_log_of_each_asset(keeper, tags, arrange):
    item = items(proposed(keeper).json)[0]
    keeper.post(PLANS, json={"items": [item]})
    with arrange():
        newest = audit.history("asset", item["asset"])[0]
    assert (newest.action, newest.actor) == ("asset.plan", "Keeper")
    assert newest.changes == {"calibration.planned_on": [None, item["planned_on"]]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"planned_on": "2026-09-11"}, "items.1.planned_on"),
        ({"planned_on": "2026-06-14"}, "items.1.planned_on"),
        ({"asset": "00000000000"}, "items.1.asset"),
        ({"asset": "nonsense"}, "items.1.asset"),
        ({"kind": "testing"}, "items.1.asset"),
    ],
)
def test_one_bad_day_plans_nothing(keeper, tags, change, field):
    good = {"asset": tags[0], "kind": "calibration", "due_on": "2026-09-10", "planned_on": "2026-08-03"}
    answer = keeper.post(PLANS, json={"items": [good, good | {"asset": tags[1]} | change]})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert planned(keeper, tags[0]) is None


def test_the_due_date_itself_and_today_are_days_to_plan(keeper, tags):
    for day in ("2026-09-10", "2026-06-15", None):
        item = {"asset": tags[0], "kind": "calibration", "due_on": "2026-09-10", "planned_on": day}
        assert keeper.post(PLANS, json={"items": [item]}).json == {"changed": 1}
        assert planned(keeper, tags[0]) == day


def test_a_due_date_that_moved_since_is_not_planned(keeper, tags, arrange):
    item = items(proposed(keeper).json)[0]
    answer = keeper.post(PLANS, json={"items": [item | {"due_on": "2026-09-20"}]})
    assert answer.status_code == 409


def test_new_work_ends_the_plan_for_it(keeper, tags):
    proposal = items(proposed(keeper).json)
    keeper.post(PLANS, json={"items": proposal})
    body = {"asset": proposal[0]["asset"], "kind": "calibration", "performed_on": "2026-06-10", "outcome": "pass"}
    made = keeper.post("/api/v1/calibrations", json=body | {"lab": make_labs.LAB, "certificate_no": "mới"})
    assert made.status_code == 201
    assert planned(keeper, proposal[0]["asset"]) is None


def test_filters_narrow_what_is_levelled(keeper, tags):
    assert proposed(keeper, kind="testing").json["items"] == []
    assert len(proposed(keeper, lab=make_labs.LAB, owner=CENTRE, per="week").json["items"]) == 3
    assert proposed(keeper, lab="KHONG-CO").status_code == 422
    assert proposed(keeper, due_to="2026-06-30").status_code == 422
    assert proposed(keeper, due_to="2036-06-30").status_code == 422
    assert proposed(keeper, capacity=0).status_code == 422
    past = proposed(keeper, due_from="2025-01-01", due_to="2025-12-31").json
    assert (past["spans"], past["items"]) == ([], [])


def test_strangers_see_nothing_of_it_and_readers_plan_nothing(people, tags):
    assert proposed(people.stranger).json["items"] == []
    assert proposed(people.inspector).json["moved"] == 3
    found = items(proposed(people.keeper).json)
    for name, status in (("stranger", 422), ("inspector", 403), ("planner", 403), ("technician", 200)):
        caller = getattr(people, name)
        assert caller.post(PLANS, json={"items": found}).status_code == status
    assert people.stranger.post(f"{PLANS}/clear", json=AUTUMN).json == {"changed": 0}
    assert people.inspector.post(f"{PLANS}/clear", json=AUTUMN).status_code == 403
    assert people.stranger.get(PLANS, query_string=AUTUMN | {"capacity": 1, "owner": ELSEWHERE}).status_code == 200


def test_planning_takes_a_fixed_number_of_statements(keeper, tags):
    counts = {}
    for many in (2, 5):
        day = f"2026-08-0{many}"
        said = [{"asset": tag, "kind": "calibration", "due_on": "2026-09-10", "planned_on": day} for tag in tags[:many]]
        with sent() as statements:
            keeper.post(PLANS, json={"items": said})
        counts[many] = len(statements)
    assert counts[2] == counts[5]


def test_what_is_quarantined_is_counted_beside_the_plan(keeper, tags, arrange):
    with arrange():
        by_tag(keeper.person(), tags[0]).status = Status.QUARANTINED
        by_tag(keeper.person(), tags[1]).status = Status.RETIRED
    said = proposed(keeper, capacity=1).json
    assert (said["left_out"], sum(span["before"] for span in said["spans"])) == (1, 3)
    assert proposed(keeper, kind="testing").json["left_out"] == 0
