"""Where a place ends, what a scan means, and when it can have been made."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from registry.assets.rules import GONE, NOT_YET, Status
from registry.assets.stocktake import rules
from registry.assets.stocktake.rules import Seen, Sighting, Verdict
from registry.kernel.errors import Invalid

OPENED = datetime(2026, 6, 15, 1, tzinfo=UTC)
RECEIVED = OPENED + timedelta(hours=2)


@pytest.mark.parametrize(
    ("place", "location", "there"),
    [
        ("Phòng 1", "Phòng 1", True),
        ("phong 1", "PHÒNG  1 ", True),
        ("Phòng 1", "Phòng 1, tủ 2", True),
        ("Phòng 1", "Phòng 1/kệ A", True),
        ("Phòng 1", "Phòng 12", False),
        ("Phòng 1", "Kho Phòng 1", False),
        ("Phòng 1", None, False),
        (None, None, True),
        (None, "Kho", True),
        ("Đội 3", "doi 3 – xe", True),
    ],
)
def test_a_place_holds_what_lies_in_it_and_not_what_is_called_alike(place, location, there):
    assert rules.at_place(place, location) is there


@pytest.mark.parametrize(
    ("seen", "place", "means"),
    [
        (None, "Kho", Sighting.UNKNOWN),
        (Seen(True, True, True, "Kho"), "Kho", Sighting.EXPECTED),
        (Seen(False, True, True, "Xưởng"), "Kho", Sighting.ELSEWHERE),
        (Seen(False, True, True, None), "Kho", Sighting.ELSEWHERE),
        (Seen(False, True, True, "Kho, kệ 2"), "Kho", Sighting.UNEXPECTED),
        (Seen(False, True, True, None), None, Sighting.UNEXPECTED),
        (Seen(False, True, False, "Kho"), "Kho", Sighting.ELSEWHERE),
        (Seen(False, False, False, "Kho"), "Kho", Sighting.UNEXPECTED),
    ],
)
def test_what_a_scanned_thing_is(seen, place, means):
    assert rules.sighting_of(seen, place) is means


def test_a_thing_scanned_again_is_said_to_be_there_already():
    assert rules.verdict_of(Sighting.EXPECTED, again=False) is Verdict.FOUND
    assert {rules.verdict_of(sighting, again=True) for sighting in Sighting} == {Verdict.ALREADY}
    assert [rules.verdict_of(sighting, again=False) for sighting in Sighting][1:] == [
        "elsewhere",
        "unexpected",
        "unknown",
    ]


def test_every_part_but_what_is_missing_is_a_sighting():
    assert set(rules.Part) - set(rules.SIGHTING_OF) == {rules.Part.MISSING}
    assert set(rules.SIGHTING_OF.values()) == set(Sighting)


def test_what_is_gone_or_not_yet_there_is_not_on_a_shelf():
    assert rules.counted(None).isdisjoint(GONE | NOT_YET | {Status.OUT_FOR_CALIBRATION})
    assert rules.counted(Status.OUT_FOR_CALIBRATION) == {Status.OUT_FOR_CALIBRATION}


@pytest.mark.parametrize("status", sorted(GONE))
def test_what_is_gone_cannot_be_expected(status):
    with pytest.raises(Invalid) as refusal:
        rules.check_scope(status)
    assert list(refusal.value.errors or {}) == ["only_status"]


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (None, RECEIVED),
        (OPENED + timedelta(hours=1), OPENED + timedelta(hours=1)),
        (OPENED - timedelta(days=400), OPENED),
        (RECEIVED + timedelta(minutes=3), RECEIVED),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), OPENED),
        (datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=14))), RECEIVED),
    ],
)
def test_a_clock_that_is_wrong_is_kept_within_the_time_a_scan_can_have_been_made(said, counts):
    assert rules.scanned_at(said, OPENED, RECEIVED) == counts


def test_of_equal_keys_the_first_is_taken():
    assert rules.first_of_each(["a", "b", "a", "c", "b"]) == [0, 1, 3]


@pytest.mark.parametrize(
    ("location", "place", "with_its_set"),
    [
        (None, "Phòng 1", True),
        ("", "Phòng 1", True),
        ("phong 1, tủ 2", "Phòng 1", True),
        ("Phòng 12", "Phòng 1", False),
        ("Kho", None, True),
    ],
)
def test_a_component_is_where_its_set_is_unless_it_has_another_place(location, place, with_its_set):
    assert rules.stands_for_its_set(location, place) is with_its_set
