"""What is true of laboratories, accreditations and scopes whatever is stored."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final, TypedDict

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day

COMPETENCE: Final = re.compile(r"(?<!\d)17\s*025(?!\d)")


def is_of_competence(standard: str) -> bool:
    """Whether an accreditation to a standard is one to calibrate or test: ISO/IEC 17025, however it is written.

    ISO 15189, ISO/IEC 17020 or ISO 9001 say nothing about calibrations.
    """
    return COMPETENCE.search(standard) is not None


class Iso17025Status(StrEnum):
    """How far a laboratory is on its way to ISO/IEC 17025, as it declares it."""

    NONE = "none"
    PREPARING = "preparing"
    APPLIED = "applied"
    ACCREDITED = "accredited"


class AccreditationStatus(StrEnum):
    """What the accreditation body says of an accreditation now."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class LabKind(StrEnum):
    """What a laboratory does; `verification` is by designation of the state, `in_house` for its own organisation."""

    CALIBRATION = "calibration"
    TESTING = "testing"
    VERIFICATION = "verification"
    IN_HOUSE = "in_house"


class RecognitionKind(StrEnum):
    """What a laboratory holds beside its accreditations."""

    ISO_9001 = "iso_9001"
    REGISTRATION = "registration"
    DESIGNATION = "designation"


class Holding(StrEnum):
    """Whether laboratories hold an accreditation on a day, as lists ask: the best of their accreditations counts."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    NONE = "none"


class LabOrder(StrEnum):
    """How a list of laboratories may be sorted; a dash means backwards."""

    CODE = "code"
    CODE_DOWN = "-code"
    NAME = "name"
    NAME_DOWN = "-name"


class AccreditationValues(TypedDict):
    """One accreditation as it is said; both days are inclusive."""

    body: str
    number: str
    standard: str
    granted_on: date
    valid_until: date
    status: AccreditationStatus


class SiteValues(TypedDict):
    """A place where a laboratory works."""

    name: str
    address: str


class RecognitionValues(TypedDict):
    """A recognition as it is said; both days of its life are inclusive, and from `ended_on` it no longer holds."""

    kind: RecognitionKind
    number: str
    issuer: str
    granted_on: date
    valid_until: date | None
    ended_on: date | None
    covers: str | None


def declared_status(given: Iso17025Status | None, standards: Sequence[str]) -> Iso17025Status:
    """The status of a new laboratory: what was said, else what its accreditations say."""
    if given is not None:
        return given
    return Iso17025Status.ACCREDITED if any(map(is_of_competence, standards)) else Iso17025Status.NONE


def check_status(status: Iso17025Status, standards: Sequence[str]) -> None:
    """A laboratory that is accredited to ISO/IEC 17025 has such an accreditation to show."""
    if status is Iso17025Status.ACCREDITED and not any(map(is_of_competence, standards)):
        message = _(
            "An accredited laboratory needs at least one accreditation to ISO/IEC 17025; list it, or choose another "
            "status."
        )
        raise Invalid({"iso17025_status": [message]})


def check_accreditations(accreditations: Sequence[AccreditationValues]) -> None:
    """Days are in order, and no decision is listed twice."""
    errors: dict[str, list[str]] = {}
    seen: set[tuple[str, str, date]] = set()
    for place, held in enumerate(accreditations):
        if held["valid_until"] < held["granted_on"]:
            start, end = said_day(held["granted_on"]), said_day(held["valid_until"])
            message = _("%(end)s is before the day it was granted, %(start)s.", end=end, start=start)
            errors[f"accreditations.{place}.valid_until"] = [message]
        decision = (held["body"].casefold(), held["number"].casefold(), held["granted_on"])
        if decision in seen:
            message = _("This accreditation is listed twice, with the same body, number and day; leave one out.")
            errors[f"accreditations.{place}.number"] = [message]
        seen.add(decision)
    if errors:
        raise Invalid(errors)


def check_recognitions(recognitions: Sequence[RecognitionValues]) -> None:
    """Days are in order, and none is listed twice."""
    errors: dict[str, list[str]] = {}
    seen: set[tuple[RecognitionKind, str, date]] = set()
    for place, held in enumerate(recognitions):
        start = held["granted_on"]
        for field in ("valid_until", "ended_on"):
            end = held[field]
            if end is not None and end < start:
                message = _(
                    "%(end)s is before the day it was granted, %(start)s.", end=said_day(end), start=said_day(start)
                )
                errors[f"recognitions.{place}.{field}"] = [message]
        one = (held["kind"], held["number"].casefold(), start)
        if one in seen:
            message = _("This is listed twice, with the same kind, number and day; leave one out.")
            errors[f"recognitions.{place}.number"] = [message]
        seen.add(one)
    if errors:
        raise Invalid(errors)


def recognised_on(granted_on: date, valid_until: date | None, ended_on: date | None, day: date) -> bool:
    """Whether a recognition held on a day; its last day counts, the day it was taken away does not."""
    return granted_on <= day and (valid_until is None or day <= valid_until) and (ended_on is None or day < ended_on)
