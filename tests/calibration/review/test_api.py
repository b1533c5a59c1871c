"""Reviews through the API: each method from real records, who decides, what is stale, and that no law is lengthened."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry.assets.queries import by_tag
from registry.assets.rules import Kind, ScheduleKind
from registry.calibration import actions
from registry.calibration.rules import CalibrationKind, Outcome, Stage
from tests.make import assets as make_assets
from tests.make.calibration import calibration, values
from tests.people import ELSEWHERE, PASSWORD
from tests.stored import remembered

SIGNED = {"reason": "Ổn định", "password": PASSWORD}
EVERYBODY = ("keeper", "technician", "inspector", "planner", "admin", "stranger")


def points(error, limit="1", **said):
    numbers = {"nominal": "100", "indication": str(100 + Decimal(error))}
    return [values(**numbers, lower_limit=f"-{limit}", upper_limit=limit) | said]


@pytest.fixture
@remembered
def tag(people, arrange):
    """A weight found well within its limits every year."""
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule()], model="F1", manufacturer="Sartorius")
        for year in range(2021, 2026):
            calibration(made, date(year, 6, 1), points=points(f"0.{year - 2020}"))
        return made.tag


def path(tag, rest="", kind="calibration"):
    return f"/api/v1/assets/{tag}/schedules/{kind}/reviews{rest}"


def propose(caller, tag, status=201, kind="calibration", **said):
    answer = caller.post(path(tag, kind=kind), json={"method": "staircase"} | said)
    assert answer.status_code == status, answer.json
    return answer.json


def interval_of(caller, tag):
    (schedule,) = caller.get(f"/api/v1/assets/{tag}").json["schedules"]
    return schedule["interval_months"]


def codes(review):
    return [reason["code"] for reason in review["reasons"]]


def test_a_staircase_goes_up_after_a_good_result_and_says_so_in_both_languages(keeper, technician, tag):
    review = propose(technician, tag)
    assert (review["interval"], review["proposed"], review["proposed_unit"], review["decision"]) == (
        12,
        14,
        "months",
        None,
    )
    assert codes(review) == ["well_within", "rounded_down"]
    assert review["reasons"][0]["text"] == "Sai số lớn nhất chiếm 50 % giới hạn, không quá 80 %."
    assert len(review["records"]) == 5
    english = keeper.get(path(tag, f"/{review['id']}"), headers={"Accept-Language": "en"}).json["reasons"][1]["text"]
    assert english == "14.4 months is rounded down."
    assert interval_of(keeper, tag) == 12


def test_a_failing_as_found_result_shortens_although_it_was_passed_after_adjustment(people, arrange, tag):
    with arrange():
        made = by_tag(people.keeper.person(), tag)
        both = [*points("1.2"), *points("0", stage=Stage.AS_LEFT)]
        calibration(made, date(2026, 6, 1), points=both, adjusted=True)
    assert [propose(people.technician, tag)[name] for name in ("proposed", "left_out")] == [7, 1]


def test_a_proposal_is_accepted_and_sets_the_interval_in_the_log_too(people, tag):
    due_before = people.keeper.get(f"/api/v1/assets/{tag}").json["due_on"]
    key = propose(people.technician, tag)["id"]
    review = people.keeper.post(path(tag, f"/{key}/accept"), json=SIGNED).json
    assert (review["decision"], review["decided_interval"], review["decided_by"]) == ("accepted", 14, "Keeper")
    assert interval_of(people.keeper, tag) == 14
    assert people.keeper.get(f"/api/v1/assets/{tag}").json["due_on"] == due_before
    done = [entry["action"] for entry in people.keeper.get(f"/api/v1/assets/{tag}/history").json["items"][:3]]
    assert done == ["asset.edit", "asset.accept_interval", "asset.propose_interval"]
    assert people.keeper.post(path(tag, f"/{key}/accept"), json=SIGNED).status_code == 409
    assert people.keeper.post(path(tag, f"/{key}/reject"), json={"reason": "Muộn"}).status_code == 409


@pytest.mark.parametrize(("verb", "said"), [("accept", {}), ("change", {"interval": 18})])
def test_who_had_it_proposed_decides_nothing_and_who_decides_says_why_and_signs(keeper, technician, tag, verb, said):
    mine = path(tag, f"/{propose(keeper, tag)['id']}")
    assert waiting(keeper) == []
    assert keeper.post(f"{mine}/{verb}", json=SIGNED | said).status_code == 403
    assert keeper.post(f"{mine}/reject", json={"reason": "Nhầm"}).status_code == 200
    theirs = path(tag, f"/{propose(technician, tag)['id']}")
    for missing in SIGNED:
        body = {name: value for name, value in (SIGNED | said).items() if name != missing}
        answer = keeper.post(f"{theirs}/{verb}", json=body)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [missing])
    wrong = keeper.post(f"{theirs}/{verb}", json=SIGNED | said | {"password": "sai"})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["password"])
    assert interval_of(keeper, tag) == 12
    assert keeper.post(f"{theirs}/{verb}", json=SIGNED | said).status_code == 200


def test_the_same_from_a_second_person_may_be_decided_by_the_first(keeper, technician, tag):
    first = propose(keeper, tag)["id"]
    second = propose(technician, tag)["id"]
    assert second != first
    assert keeper.get(path(tag, f"/{first}")).json["decision"] == "superseded"
    assert propose(technician, tag)["id"] == second
    assert keeper.post(path(tag, f"/{second}/accept"), json=SIGNED).status_code == 200


def test_a_proposal_is_changed_or_rejected_with_a_reason(keeper, technician, tag):
    first, second = propose(technician, tag)["id"], propose(technician, tag, method="interval_test", target="0.6")["id"]
    assert keeper.post(path(tag, f"/{first}/change"), json={"interval": 18}).status_code == 422
    for endless in ({"interval": 61}, {"interval": 600}, {"interval": 6, "interval_unit": "years"}):
        refused = keeper.post(path(tag, f"/{first}/change"), json=SIGNED | endless | {"reason": "ổn định"})
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["interval"])
    changed = keeper.post(path(tag, f"/{first}/change"), json=SIGNED | {"interval": 18, "reason": "Ít dùng"}).json
    assert (changed["decision"], changed["decided_interval"], changed["reason"]) == ("changed", 18, "Ít dùng")
    assert interval_of(keeper, tag) == 18
    assert keeper.get(path(tag, f"/{second}")).json["decision"] == "superseded"  # the schedule is another now
    assert keeper.post(path(tag, f"/{second}/accept"), json=SIGNED).status_code == 409
    third = propose(technician, tag)["id"]
    rejected = keeper.post(path(tag, f"/{third}/reject"), json={"reason": "Đã đổi"}).json
    assert (rejected["decision"], rejected["decided_interval"]) == ("rejected", None)
    assert interval_of(keeper, tag) == 18


def test_other_policies_and_schedules_stay_when_an_interval_is_set(keeper, technician, arrange):
    with arrange():
        terms = {"usage_limit": Decimal(100), "usage_unit": "h", "late_keeps": True}
        check = make_assets.schedule(ScheduleKind.INTERMEDIATE_CHECK, interval_months=3)
        made = make_assets.asset(schedules=[make_assets.schedule(**terms), check])
        calibration(made, date(2025, 6, 1), points=points("0.1"))
        tag = made.tag
    keeper.post(path(tag, f"/{propose(technician, tag)['id']}/accept"), json=SIGNED)
    found = {one["kind"]: one for one in keeper.get(f"/api/v1/assets/{tag}").json["schedules"]}
    assert (found["calibration"]["interval_months"], found["calibration"]["usage_limit"]) == (14, "100")
    assert (found["calibration"]["late_keeps"], found["intermediate_check"]["interval_months"]) == (True, 3)


def test_a_record_that_is_amended_or_voided_makes_a_proposal_stale(people, arrange, tag):
    keeper, technician = people.keeper, people.technician
    key = propose(technician, tag)["id"]
    with arrange():
        made = by_tag(keeper.person(), tag)
        newest = calibration(made, date(2026, 6, 1), points=points("0.9"))
        newest_id = newest.id
    assert keeper.post(path(tag, f"/{key}/accept"), json=SIGNED).status_code == 409
    key = propose(technician, tag)["id"]
    assert propose(technician, tag)["proposed"] == 12
    with arrange():
        record = actions.queries.by_id(keeper.person(), newest_id)
        actions.void(record, reason="Nhầm", by=None)
    assert keeper.post(path(tag, f"/{key}/accept"), json=SIGNED).status_code == 409
    again = propose(technician, tag)
    assert (again["proposed"], newest_id in again["records"]) == (14, False)


def test_an_interval_test_counts_what_was_found_at_about_this_interval(people, arrange, tag):
    with arrange():
        made = by_tag(people.keeper.person(), tag)
        calibration(made, date(2026, 1, 1), points=points("1.5"), outcome=Outcome.FAIL)  # after half a year
    review = propose(people.technician, tag, method="interval_test", target="0.9")
    numbers = review["numbers"]
    assert (numbers["calibrations"], numbers["in_tolerance"], review["left_out"]) == (4, 4, 1)
    assert numbers["rejection"] == pytest.approx(1 - 0.9**4)


def test_the_models_tell_an_interval_from_many_results_after_different_times(people, arrange):
    counts = ((28, 4, 4), (49, 6, 5), (147, 10, 4))
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule(interval_months=4)])
        day = date(2018, 1, 1)
        calibration(made, day, points=points("0"))
        for days, count, good in counts:
            for place in range(count):
                day += timedelta(days=days)
                calibration(made, day, points=points("0.5" if place < good else "1.5"))
        tag = made.tag
    review = propose(people.technician, tag, method="reliability", target="0.75")
    assert [(one["days"], one["calibrations"], one["in_tolerance"]) for one in review["numbers"]["bins"]] == [
        (28, 4, 4),
        (49, 6, 5),
        (147, 10, 4),
    ]
    assert len(review["numbers"]["models"]) == 10
    assert "best_model" in codes(review)
    assert 1 <= review["proposed"] < 4


def test_measured_changes_and_the_control_chart_choose_the_point_with_the_shortest_interval(people, arrange):
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule()])
        for year, error in enumerate(("0", "0.21", "0.39", "0.6", "0.82")):
            two = [*points(error, limit="2"), *points("0", nominal=Decimal(5), indication=Decimal(5))]
            calibration(made, date(2021 + year, 6, 1), points=two)
        bare = calibration(made, date(2025, 12, 1)).id
        tag = made.tag
    for method in ("variables", "control_chart"):
        review = propose(people.technician, tag, method=method)
        assert (review["numbers"]["nominal"], review["numbers"]["unit"]) == ("100", "g")
        assert (len(review["records"]), len(review["used"]), bare in review["used"]) == (6, 5, False)
        assert "target_reached" in codes(review)
        assert review["proposed"] == 24  # no more than twice as long at once
    page = people.keeper.pages.get(f"/assets/{tag}/schedules/calibration/reviews?lang=en").text
    assert page.count('role="img"') == 2
    assert "5 values up to 1 Jun 2025; in a year the line moves by" in page
    assert "4 changes after up to 366 days; after that the curve expects 0.2" in page


@pytest.mark.parametrize("method", ["staircase", "control_chart", "interval_test", "reliability", "variables"])
def test_too_little_to_go_by_is_refused_in_words(people, arrange, method):
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule()])
        calibration(made, date(2025, 1, 1))
        tag = made.tag
    assert len(propose(people.technician, tag, status=409, method=method)["detail"]) > 20


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"target": "1"}, "target"),
        ({"target": "0"}, "target"),
        ({"order": 4}, "order"),
        ({"shortest": 12, "longest": 6}, "longest"),
        ({"longest": 61}, "longest"),
        ({"method": "astrology"}, "method"),
    ],
)
def test_terms_that_make_no_sense_are_refused_beside_their_field(keeper, technician, tag, said, field):
    assert list(propose(technician, tag, status=422, **said)["errors"]) == [field]


def test_items_alike_are_reviewed_and_decided_together(people, arrange, tag):
    with arrange():
        same = {"model": "F1", "manufacturer": "Sartorius"}
        for place in range(3):
            made = make_assets.asset(schedules=[make_assets.schedule()], **same)
            for year in (2023, 2024, 2025):
                calibration(made, date(year, 3, 1), certificate_no=f"{place}-{year}", points=points("0.2"))
        other = make_assets.asset(schedules=[make_assets.schedule(interval_months=6)], **same)
        foreign = make_assets.asset(owner=ELSEWHERE, schedules=[make_assets.schedule()], **same)
        calibration(foreign, date(2024, 3, 1), certificate_no="X")
        apart = [(one.tag, months) for one, months in ((other, 6), (foreign, 12), (made, 24))]
    review = propose(people.technician, tag, method="interval_test", scope="model", target="0.8")
    assert (review["schedules"], len(review["records"])) == (4, 14)
    assert (review["numbers"]["calibrations"], review["numbers"]["in_tolerance"]) == (10, 10)
    assert people.keeper.post(path(tag, f"/{review['id']}/accept"), json=SIGNED).status_code == 200
    assert [interval_of(people.admin, one) for one, _months in apart] == [6, 12, review["proposed"]]
    assert interval_of(people.keeper, tag) == review["proposed"] > 12
    for method in ("staircase", "control_chart"):
        propose(people.technician, tag, status=409, method=method, scope="model")


def test_without_a_model_or_a_type_nothing_is_alike(keeper, technician, arrange):
    with arrange():
        tag = make_assets.asset(schedules=[make_assets.schedule()]).tag
    for scope in ("model", "type"):
        propose(technician, tag, status=409, scope=scope, method="interval_test")


def test_a_verification_is_never_lengthened_where_no_circular_says_how_long(people, arrange):
    with arrange():
        schedule = make_assets.schedule(ScheduleKind.VERIFICATION)
        made = make_assets.asset(kind=Kind.INSTRUMENT, schedules=[schedule])
        calibration(made, date(2025, 6, 1), kind=CalibrationKind.VERIFICATION, points=points("0.1"))
        tag = made.tag
    keeper, technician = people.keeper, people.technician
    review = propose(technician, tag, kind="verification")
    assert (review["proposed"], "legal_cycle" in codes(review)) == (12, True)
    longer = SIGNED | {"interval": 13, "reason": "Tốt"}
    answer = keeper.post(path(tag, f"/{review['id']}/change", "verification"), json=longer)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["interval"])
    shorter = keeper.post(path(tag, f"/{review['id']}/change", "verification"), json=longer | {"interval": 6})
    assert (shorter.status_code, interval_of(keeper, tag)) == (200, 6)


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_read_propose_and_decide(people, tag, name):
    caller = getattr(people, name)
    key = propose(people.technician, tag)["id"]
    reads, refused = (404, 404) if name == "stranger" else (200, 403)
    assert caller.get(path(tag)).status_code == caller.get(path(tag, f"/{key}")).status_code == reads
    may = name in {"keeper", "technician", "admin"}
    assert caller.post(path(tag), json={"method": "staircase"}).status_code == (201 if may else refused)
    decides = name in {"keeper", "admin"}
    for verb, said in (
        ("reject", {"reason": "Không"}),
        ("change", SIGNED | {"interval": 6}),
        ("accept", SIGNED),
    ):
        key = propose(people.technician, tag)["id"]
        answer = caller.post(path(tag, f"/{key}/{verb}"), json=said)
        assert answer.status_code == (200 if decides else refused), verb


def test_a_decision_is_refused_when_the_proposal_is_another_now_and_done_once_with_one_key(keeper, technician, tag):
    key = propose(technician, tag)["id"]
    etag = keeper.get(path(tag, f"/{key}")).headers["ETag"]
    refused = keeper.post(path(tag, f"/{key}/accept"), json=SIGNED, headers={"If-Match": '"other"'})
    assert refused.status_code == 412
    headers = {"If-Match": etag, "Idempotency-Key": "accept-once"}
    first = keeper.post(path(tag, f"/{key}/accept"), json=SIGNED, headers=headers)
    again = keeper.post(path(tag, f"/{key}/accept"), json=SIGNED, headers=headers)
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (200, 200, "true")


def test_what_is_not_there_is_not_found(keeper, technician, tag):
    assert keeper.get(path(tag, "/999")).status_code == 404
    assert keeper.post(path(tag, "/999/accept"), json=SIGNED).status_code == 404
    assert keeper.get(path(tag, kind="testing")).status_code == 404


def test_reviews_are_listed_newest_first(keeper, technician, tag):
    keys = [propose(technician, tag, target=target)["id"] for target in ("0.9", "0.8", "0.7")]
    first = keeper.get(path(tag), query_string={"limit": 2, "count": "exact"}).json
    assert ([one["id"] for one in first["items"]], first["total"]) == (keys[:0:-1], 3)


def waiting(caller):
    return [one["id"] for one in caller.get("/api/v1/interval-reviews").json["items"]]


def test_what_a_decision_makes_pointless_ends_with_it_and_leaves_the_list(people, arrange, tag):
    with arrange():
        same = {"model": "F1", "manufacturer": "Sartorius"}
        other = make_assets.asset(schedules=[make_assets.schedule()], **same)
        apart = make_assets.asset(schedules=[make_assets.schedule()], model="F2", manufacturer="Sartorius")
        for place, made in enumerate((other, apart)):
            calibration(made, date(2025, 6, 1), certificate_no=f"B{place}", points=points("0.1"))
        other_tag, apart_tag = other.tag, apart.tag
    keeper, technician = people.keeper, people.technician
    mine, chosen = propose(technician, tag, method="interval_test", target="0.6")["id"], propose(technician, tag)["id"]
    of_all = propose(technician, other_tag, method="interval_test", scope="model", target="0.5")["id"]
    alone, elsewhere = propose(technician, other_tag)["id"], propose(technician, apart_tag)["id"]
    assert waiting(keeper) == [mine, chosen, of_all, alone, elsewhere]
    keeper.post(path(tag, f"/{chosen}/accept"), json=SIGNED)
    assert waiting(keeper) == [alone, elsewhere]
    ended = keeper.get(path(other_tag, f"/{of_all}")).json
    assert (ended["decision"], ended["decided_by"], ended["reason"]) == ("superseded", "Keeper", None)
    (entry,) = [
        one
        for one in keeper.get(f"/api/v1/assets/{other_tag}/history").json["items"]
        if one["action"] == "asset.supersede_interval"
    ]
    assert entry["changes"]["superseded_by"] == [None, chosen]


def test_a_proposal_is_not_kept_twice_and_one_that_changes_nothing_asks_nobody(keeper, technician, arrange, tag):
    first = propose(technician, tag)
    assert propose(technician, tag)["id"] == first["id"] != propose(technician, tag, target="0.9")["id"]
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule()])
        calibration(made, date(2025, 6, 1), points=points("0.9"))
        steady = made.tag
    kept = propose(technician, steady)
    assert (kept["proposed"], kept["decision"], kept["decided_interval"]) == (12, "kept", None)
    assert propose(technician, steady)["id"] == kept["id"]
    assert kept["id"] not in waiting(keeper)
    assert keeper.post(path(steady, f"/{kept['id']}/accept"), json=SIGNED).status_code == 409
    changed = keeper.post(path(steady, f"/{kept['id']}/change"), json=SIGNED | {"interval": 10})
    assert (changed.json["decision"], interval_of(keeper, steady)) == ("changed", 10)


def test_a_new_proposal_ends_what_rests_on_older_records(keeper, technician, arrange, tag):
    old = propose(technician, tag)["id"]
    with arrange():
        calibration(by_tag(keeper.person(), tag), date(2026, 6, 1), points=points("0.9"))
    assert propose(technician, tag)["decision"] == "kept"
    assert keeper.get(path(tag, f"/{old}")).json["decision"] == "superseded"


def test_a_decided_interval_is_lengthened_by_hand_only_by_who_may_decide(people, tag):
    keeper, technician = people.keeper, people.technician

    def edited(caller, *schedules):
        etag = caller.get(f"/api/v1/assets/{tag}").headers["ETag"]
        return caller.patch(f"/api/v1/assets/{tag}", json={"schedules": schedules}, headers={"If-Match": etag})

    yearly = {"kind": "calibration", "interval_months": 12}
    assert {edited(technician, yearly | {"interval_months": n}).status_code for n in (13, 12)} == {200}  # undecided yet
    key = propose(technician, tag)["id"]
    keeper.post(path(tag, f"/{key}/accept"), json=SIGNED)
    refused = edited(technician, yearly | {"interval_months": 60})
    (text,) = refused.json["errors"]["schedules.0.interval_months"]
    assert (refused.status_code, f"số {key} " in text, "Người quản lý" in text) == (422, True, True)
    days = edited(technician, {"kind": "calibration", "interval": 61, "interval_unit": "weeks"})
    assert (days.status_code, list(days.json["errors"])) == (422, ["schedules.0.interval"])
    assert edited(technician).status_code == 200  # given up, and taken up again
    tried = ((technician, 60), (technician, 12), (technician, 13), (keeper, 24))
    assert [edited(who, yearly | {"interval_months": n}).status_code for who, n in tried] == [422, 200, 422, 200]
