"""The verdict on a verification, by the designations of a laboratory, case by case."""

from datetime import date
from typing import NamedTuple

import pytest

from registry.labs.scope.judging import Holder, verdict
from registry.labs.scope.rules import Bearing, Work
from tests.labs.scope.test_judging import LAPSED, SCOPE, UNKNOWN, VILAS_999, day


class Designated(NamedTuple):
    number: str
    granted_on: date
    valid_until: date | None = None
    ended_on: date | None = None
    covers: str | None = None
    confirmed: bool = True


def verifier(*designations, key=9, name="Phòng kiểm định"):
    """A laboratory that verifies; what it was accredited for does not bear on that."""
    return Holder(key, name, [VILAS_999], SCOPE, designations, Bearing.DESIGNATION)


FIVE_YEARS = Designated("12/QĐ-TĐC", day("2021-03-01"), day("2026-02-28"), covers="Cân, phương tiện đo khối lượng")
TAKEN_AWAY = Designated("13/QĐ-TĐC", day("2021-03-01"), day("2026-02-28"), ended_on=day("2024-05-10"))
ENDLESS = Designated("14/QĐ-TĐC", day("2025-01-01"))
ENDED_LATE = Designated("15/QĐ-TĐC", day("2020-01-01"), day("2022-12-31"), ended_on=day("2024-01-01"))
VERIFICATIONS = [
    # the day of the verification; the designations; the verdict, how the best of them stood, and the first reason
    ("2021-02-28", [FIVE_YEARS], LAPSED, "not_yet", "designated_later"),
    ("2021-03-01", [FIVE_YEARS], UNKNOWN, "in_force", "designated"),  # in force; its field is for people to read
    ("2026-02-28", [FIVE_YEARS], UNKNOWN, "in_force", "designated"),  # its last day counts
    ("2026-03-01", [FIVE_YEARS], LAPSED, "expired", "designation_expired"),
    ("2024-05-09", [TAKEN_AWAY], UNKNOWN, "in_force", "designated"),
    ("2024-05-10", [TAKEN_AWAY], LAPSED, "withdrawn", "designation_ended"),  # the day it was taken away does not count
    ("2026-03-01", [TAKEN_AWAY], LAPSED, "withdrawn", "designation_ended"),  # which came before its last day
    ("2023-01-01", [ENDED_LATE], LAPSED, "expired", "designation_expired"),
    ("2024-06-01", [ENDED_LATE], LAPSED, "expired", "designation_expired"),  # taken away when it had lapsed already
    ("2099-12-31", [ENDLESS], UNKNOWN, "in_force", "designated"),
    ("2024-06-01", [TAKEN_AWAY, FIVE_YEARS], UNKNOWN, "in_force", "designated"),  # the better one counts
    ("2024-06-01", [TAKEN_AWAY, ENDLESS], LAPSED, "withdrawn", "designation_ended"),
    ("2024-06-01", [], UNKNOWN, None, "no_designation"),
]


@pytest.mark.parametrize(("on", "designations", "expected", "standing", "reason"), VERIFICATIONS)
def test_the_verdict_on_a_verification(on, designations, expected, standing, reason):
    found = verdict([verifier(*designations)], Work([], day(on)))
    assert (found.competence.value, found.standing, found.findings[0].reason.value) == (expected, standing, reason)


def test_a_verification_names_every_designation_that_held_with_its_field_and_no_other():
    both = [FIVE_YEARS, TAKEN_AWAY, Designated("16/QĐ-TĐC", day("2022-01-01"))]
    found = verdict([verifier(*both)], Work([], day("2024-06-01"))).findings
    assert [(one.number, one.covers) for one in found] == [
        ("12/QĐ-TĐC", "Cân, phương tiện đo khối lượng"),
        ("16/QĐ-TĐC", ""),
    ]


def test_a_successor_verified_by_the_designation_of_its_predecessor():
    heir, before = verifier(ENDLESS), verifier(TAKEN_AWAY, key=8)
    for on, expected in [("2024-05-09", "in_force"), ("2024-05-10", "withdrawn"), ("2025-01-01", "in_force")]:
        found = verdict([heir, before], Work([], day(on)))
        assert (found.standing, found.holder is heir) == (expected, on == "2025-01-01")
