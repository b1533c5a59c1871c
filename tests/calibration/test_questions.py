"""What is asked about a result before it is issued: days nobody believes, an end too late, a value far out of range."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from registry.assets.models import Characteristic
from registry.assets.rules import Proof
from registry.calibration.questions import about
from registry.calibration.rules import CalibrationKind, Outcome, Stage, Work
from tests.conftest import TODAY
from tests.make import assets, labs
from tests.make import calibration as calibrations
from tests.make.calibration import handed_in
from tests.people import PASSWORD

DAY = timedelta(days=1)
D = Decimal
WHY = "giấy cũ, đã đối chiếu bản gốc"


@dataclass
class Held:
    """A characteristic of an asset."""

    range_low: Decimal | None
    range_high: Decimal | None
    quantity: str = "Khối lượng"
    unit: str = "g"


def fields(performed_on=TODAY, points=(), cycle=None, valid_until=None, **item):
    work = Work(CalibrationKind.CALIBRATION, performed_on, Outcome.PASS, valid_until=valid_until)
    usual = {"commissioned_on": None, "characteristics": (), "required_schedules": ()}
    return set(about(work, SimpleNamespace(**usual | item), points, cycle))


@pytest.mark.parametrize(
    ("done", "used", "asked"),
    [
        (date(2006, 6, 15), None, set()),
        (date(2006, 6, 14), None, {"performed_on"}),
        (date(1950, 1, 1), None, {"performed_on"}),
        (date(2020, 3, 4), date(2026, 2, 28), {"performed_on"}),
        (date(2025, 3, 1), date(2026, 2, 28), set()),
        (date(2024, 2, 28), date(2026, 2, 28), set()),
        (date(2024, 2, 27), date(2026, 2, 28), {"performed_on"}),
    ],
)
@pytest.mark.usefixtures("app")
def test_a_day_long_ago_or_long_before_the_first_use_is_asked_about(done, used, asked):
    assert fields(done, commissioned_on=used) == asked


@pytest.mark.parametrize(
    ("until", "cycle", "asked"),
    [
        (date(2028, 2, 29), 12, {"valid_until"}),
        (date(2027, 7, 1), 12, {"valid_until"}),
        (date(2027, 6, 30), 12, set()),
        (date(2027, 12, 31), 18, set()),
        (date(2028, 1, 1), 18, {"valid_until"}),
        (date(2046, 6, 30), None, set()),
        (date(2077, 1, 1), None, {"valid_until"}),
    ],
)
def test_an_end_beyond_what_holds_is_asked_about_counted_to_the_end_of_its_month(until, cycle, asked):
    assert fields(date(2026, 6, 15), valid_until=until, cycle=cycle) == asked


@pytest.mark.parametrize(
    ("nominal", "unit", "ends", "asked"),
    [
        ("1000", "kg", ("1000", "1000"), True),
        ("1000", "g", ("1000", "1000"), False),
        ("1", "kg", ("1000", "1000"), False),
        ("2000", "g", ("1000", "1000"), False),
        ("2000.1", "g", ("1000", "1000"), True),
        ("-1000", "g", (None, "10"), False),
        ("21", "g", (None, "10"), True),
        ("20", "g", (None, "10"), False),
        ("-91", "g", ("-20", "50"), True),
        ("-90", "g", ("-20", "50"), False),
        ("1e9", "g", (None, None), False),
        ("1e9", "quả", ("0", "10"), False),
    ],
)
def test_a_value_far_outside_the_range_is_asked_about_in_whatever_unit(nominal, unit, ends, asked):
    low, high = (None if end is None else D(end) for end in ends)
    point = calibrations.values() | {"quantity": "Mass", "unit": unit, "nominal": D(nominal), "stage": Stage.AS_FOUND}
    assert fields(points=[point], characteristics=[Held(low, high)]) == ({"points.0.nominal"} if asked else set())


@pytest.fixture
def tag(people, arrange):
    """A weight with an interval of a year, in use since last month."""
    with arrange():
        held = Characteristic(position=0, quantity="Khối lượng", unit="g", range_low=D(0), range_high=D(1000))
        item = assets.asset(
            schedules=[assets.schedule()],
            proof=Proof.MISSING,
            commissioned_on=TODAY - 30 * DAY,
            characteristics=[held],
        )
        labs.lab()
        return item.tag


STRANGE = [
    ({"performed_on": str(TODAY - 800 * DAY)}, "performed_on"),
    ({"valid_until": "2077-01-01"}, "valid_until"),
    ({"points": [calibrations.point(unit="kg", nominal="1000")]}, "points.0.nominal"),
]


@pytest.mark.parametrize(("until", "asked"), [("2028-06-30", False), ("2028-07-01", True)])
def test_a_date_on_the_certificate_wins_unasked_up_to_twice_the_interval(technician, tag, until, asked):
    body = calibrations.said(tag, TODAY, certificate_no="C-1", valid_until=until)
    made = technician.post("/api/v1/calibrations", json=body)
    assert made.status_code == (422 if asked else 201)
    assert asked or made.json["due_on"] == until


@pytest.mark.parametrize(("changes", "field"), STRANGE)
def test_nothing_that_is_rarely_so_is_issued_without_a_written_reason(technician, tag, changes, field):
    body = calibrations.said(tag, TODAY, certificate_no="C-1") | changes
    for empty in ({}, {"contradiction_reason": None}):
        refused = technician.post("/api/v1/calibrations", json=body | empty)
        assert (refused.status_code, set(refused.json["errors"])) == (422, {field, "contradiction_reason"})
        assert "contradiction_reason" in refused.json["errors"][field][0]
    made = technician.post("/api/v1/calibrations", json=body | {"contradiction_reason": WHY})
    assert (made.status_code, made.json["contradiction_reason"], made.json["contradicts"]) == (201, WHY, False)
    assert WHY in technician.pages.get(f"/calibrations/{made.json['id']}").text


@pytest.mark.parametrize(("changes", "field"), STRANGE)
def test_a_draft_says_what_will_be_asked_and_who_approves_it_answers(technician, keeper, tag, changes, field):
    body = calibrations.said(tag, TODAY, certificate_no=None) | {"lab": None, "kind": "testing"} | changes
    made = technician.post("/api/v1/calibrations", json=body)
    assert made.status_code == 201, made.text
    address = handed_in(keeper, f"/api/v1/calibrations/{made.json['id']}/approve")
    assert 'name="contradiction_reason"' in keeper.pages.get(f"/calibrations/{made.json['id']}").text
    signed = {"certificate_no": "C-2", "password": PASSWORD}
    refused = keeper.post(address, json=signed)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {field, "contradiction_reason"})
    issued = keeper.post(address, json=signed | {"contradiction_reason": WHY})
    assert (issued.status_code, issued.json["contradiction_reason"]) == (200, WHY)


def test_the_form_asks_beside_the_field_and_keeps_what_was_typed(technician, tag):
    typed = {"kind": "calibration", "outcome": "pass", "performed_on": str(TODAY), "lab": labs.LAB}
    typed |= {"certificate_no": "C-3", "valid_until": "2077-01-01"}
    asked = technician.pages.post(f"/assets/{tag}/calibrations/new", data=typed)
    assert (asked.status_code, 'value="2077-01-01"' in asked.text) == (422, True)
    assert "data-asked" in asked.text
    saved = technician.pages.post(f"/assets/{tag}/calibrations/new", data=typed | {"contradiction_reason": WHY})
    assert saved.status_code == 302


def test_a_second_initial_verification_is_asked_about(technician, tag):
    body = calibrations.said(tag, TODAY, kind="verification", verification_kind="initial")
    assert technician.post("/api/v1/calibrations", json=body | {"certificate_no": "KD-1"}).status_code == 201
    refused = technician.post("/api/v1/calibrations", json=body | {"certificate_no": "KD-2"})
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"verification_kind", "contradiction_reason"})
    again = body | {"certificate_no": "KD-2", "contradiction_reason": WHY}
    assert technician.post("/api/v1/calibrations", json=again).status_code == 201


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ({"issued_on": "2026-05-02"}, {"performed_on": "2025-01-01"}, 409),
        ({}, {"performed_on": "2024-06-01"}, 409),
        ({}, {"performed_on": "2026-01-05"}, 201),
        ({"performed_on": "2025-12-30"}, {"performed_on": "2026-01-05", "issued_on": "2026-01-06"}, 201),
        ({"issued_on": "2026-05-02"}, {"performed_on": "2026-04-30", "issued_on": "2026-05-02"}, 201),
    ],
)
def test_one_number_is_of_one_year_where_the_day_of_issue_is_not_said(technician, arrange, first, second, status):
    with arrange():
        labs.lab()
        one, other = (assets.asset().tag for _time in range(2))
    body = {"performed_on": "2026-05-01", "certificate_no": "N-7"}
    made = technician.post("/api/v1/calibrations", json=calibrations.said(one, TODAY) | body | first)
    assert made.status_code == 201
    answer = technician.post("/api/v1/calibrations", json=calibrations.said(other, TODAY) | body | second)
    assert answer.status_code == status, answer.text
