"""What an activity must say by its kind, and what it adds to a number."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, TypedDict

from registry.accounts.rules import OrganisationKind
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day


class ActivityKind(StrEnum):
    """What was done."""

    TRAINING = "training"
    COMMUNICATION = "communication"
    CONFERENCE = "conference"
    POLICY_REVIEW = "policy_review"
    COORDINATION = "coordination"
    SURVEY = "survey"
    ADOPTION = "adoption"
    SUPPORT = "support"
    CRITERIA = "criteria"
    PROJECT = "project"
    PURCHASE = "purchase"


class Aspect(StrEnum):
    """The one word by which activities of a kind differ: a channel, a form, an outcome, an aim; see ASPECTS."""

    PRESS = "press"
    TELEVISION = "television"
    RADIO = "radio"
    WEBSITE = "website"
    SOCIAL_MEDIA = "social_media"
    PUBLICATION = "publication"
    CONFERENCE = "conference"
    SEMINAR = "seminar"
    METROLOGY_DAY = "metrology_day"
    KEPT = "kept"
    AMENDED = "amended"
    REPLACED = "replaced"
    REPEALED = "repealed"
    PROJECT_APPROVED = "project_approved"
    INSIDE = "inside"
    OUTSIDE = "outside"
    PUBLIC = "public"
    PRIVATE = "private"
    CRITERIA_SET = "criteria_set"
    ISO_17025 = "iso_17025"
    ISO_9001 = "iso_9001"
    VEHICLE = "vehicle"
    EQUIPMENT = "equipment"
    OTHER = "other"


class Stage(StrEnum):
    """How far a programme or project is; each is reached on a day, in this order."""

    SURVEYED = "surveyed"
    SELECTED = "selected"
    SUPPORTED = "supported"
    ADOPTED = "adopted"
    PROPOSED = "proposed"
    APPROVED = "approved"
    STARTED = "started"
    ACCEPTED = "accepted"


class ParticipantKind(StrEnum):
    """For whom somebody who was trained works."""

    CIVIL_SERVANT = "civil_servant"
    ENTERPRISE = "enterprise"
    SERVICE_ORGANISATION = "service_organisation"
    OTHER = "other"


class Ownership(StrEnum):
    """Whose an enterprise is."""

    STATE = "state"
    PRIVATE = "private"
    FOREIGN = "foreign"
    COOPERATIVE = "cooperative"
    HOUSEHOLD = "household"


class StepValues(TypedDict):
    """A stage that was reached."""

    stage: Stage
    on: date
    document_no: str | None


class Person(NamedTuple):
    """Somebody on a list of who was trained; `identity` is never kept, only what tells people apart is made of it."""

    name: str
    organisation: str
    kind: ParticipantKind
    identity: str | None = None
    sessions: int | None = None


class Counted(NamedTuple):
    """How many people a list holds, how often all of them came, and whether it was kept."""

    persons: int
    attendances: int
    kept: bool


ASPECTS: Mapping[ActivityKind, Sequence[Aspect]] = {
    ActivityKind.COMMUNICATION: (
        Aspect.PRESS,
        Aspect.TELEVISION,
        Aspect.RADIO,
        Aspect.WEBSITE,
        Aspect.SOCIAL_MEDIA,
        Aspect.PUBLICATION,
        Aspect.OTHER,
    ),
    ActivityKind.CONFERENCE: (Aspect.CONFERENCE, Aspect.SEMINAR, Aspect.METROLOGY_DAY),
    ActivityKind.POLICY_REVIEW: (
        Aspect.KEPT,
        Aspect.AMENDED,
        Aspect.REPLACED,
        Aspect.REPEALED,
        Aspect.PROJECT_APPROVED,
    ),
    ActivityKind.COORDINATION: (Aspect.INSIDE, Aspect.OUTSIDE),
    ActivityKind.ADOPTION: (Aspect.PUBLIC, Aspect.PRIVATE),
    ActivityKind.SUPPORT: (Aspect.CRITERIA_SET, Aspect.ISO_17025, Aspect.ISO_9001, Aspect.OTHER),
    ActivityKind.PURCHASE: (Aspect.VEHICLE, Aspect.EQUIPMENT, Aspect.OTHER),
}
STAGES: Mapping[ActivityKind, Sequence[Stage]] = {
    ActivityKind.ADOPTION: (Stage.SURVEYED, Stage.SELECTED, Stage.SUPPORTED, Stage.ADOPTED),
    ActivityKind.PROJECT: (Stage.PROPOSED, Stage.APPROVED, Stage.STARTED, Stage.ACCEPTED),
}
DETAILS: Mapping[ActivityKind, Sequence[str]] = {
    ActivityKind.TRAINING: ("sessions",),
    ActivityKind.CONFERENCE: ("delegates",),
    ActivityKind.SURVEY: ("enterprises", "selected"),
    ActivityKind.PROJECT: ("funds", "result"),
    ActivityKind.PURCHASE: ("price",),
}
MANY = frozenset(  # kinds of which one record may stand for several
    {
        ActivityKind.COMMUNICATION,
        ActivityKind.CONFERENCE,
        ActivityKind.POLICY_REVIEW,
        ActivityKind.COORDINATION,
        ActivityKind.SURVEY,
        ActivityKind.PURCHASE,
    }
)
ABOUT_ONE = frozenset({ActivityKind.ADOPTION, ActivityKind.SUPPORT, ActivityKind.CRITERIA})
DOCUMENTED = frozenset({ActivityKind.CRITERIA})
COUNTED_BY = frozenset(
    {"held_to", "organiser_id", "subject_id", "aspect", "quantity", "persons", "steps"}
)  # how much an activity counts, where, for whom and in which period
BY_PERSON, BY_BODY = "person", frozenset({"organisation", "enterprise"})  # units of a plan's rows
ONE_EACH = frozenset({*BY_BODY, "laboratory", "project"})


def check_kind(kind: ActivityKind, aspect: Aspect | None, quantity: int, *, document_no: str | None) -> None:
    """Raise Invalid unless the aspect is one of the kind's, and the quantity one where a record is one thing."""
    offered = ASPECTS.get(kind, ())
    if aspect not in (offered or (None,)):
        message = (
            _("Choose one of: %(choices)s.", choices=", ".join(offered))
            if offered
            else _("An activity of this kind has none; leave it empty.")
        )
        raise Invalid({"aspect": [message]})
    if quantity != 1 and kind not in MANY:
        raise Invalid({"quantity": [_("Record each of these by itself: the quantity is 1.")]})
    if kind in DOCUMENTED and not document_no:
        raise Invalid({"document_no": [_("This counts by its document; give its number and day.")]})


def details_of(kind: ActivityKind, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of an activity beyond what all kinds share. Raises Invalid for what its kind does not know."""
    given = {name: value for name, value in said.items() if value is not None}
    for name in given:
        if name not in DETAILS.get(kind, ()):
            raise Invalid({name: [_("An activity of this kind has none; leave it empty.")]})
    if given.get("selected", 0) > given.get("enterprises", given.get("selected", 0)):
        raise Invalid({"selected": [_("There cannot be more enterprises selected than asked.")]})
    return given


def check_subject(kind: ActivityKind, subject: OrganisationKind | None) -> None:
    """Raise Invalid unless an activity about one organisation names it; programmes are adopted by enterprises."""
    if kind in ABOUT_ONE and subject is None:
        raise Invalid({"subject": [_("Say which enterprise or organisation this is about.")]})
    if kind is ActivityKind.ADOPTION and subject is not OrganisationKind.ENTERPRISE:
        raise Invalid({"subject": [_("Only an enterprise adopts a programme; choose an organisation of that kind.")]})


def check_days(held_from: date | None, held_to: date | None, today: date) -> tuple[date, date]:
    """The first and last day, which have come. Raises Invalid."""
    if held_from is None:
        raise Invalid({"held_from": [_("Say on which day it was.")]})
    held_to = held_to or held_from
    if held_to < held_from:
        message = _("%(end)s is before the first day, %(start)s.", end=said_day(held_to), start=said_day(held_from))
        raise Invalid({"held_to": [message]})
    if held_to > today:
        message = _("%(day)s has not come yet; record what was done, once it is done.", day=said_day(held_to))
        raise Invalid({"held_to" if held_from <= today else "held_from": [message]})
    return held_from, held_to


def check_steps(kind: ActivityKind, steps: Sequence[StepValues], today: date) -> None:
    """Raise Invalid unless each stage is one of the kind's, reached once, in order, on days that have come."""
    known = STAGES.get(kind, ())
    if bool(known) is not bool(steps):
        message = _("Say which stage was reached, and when.") if known else _("An activity of this kind has no stages.")
        raise Invalid({"steps": [message]})
    last: tuple[int, date] | None = None
    for at, step in enumerate(steps):
        if step["stage"] not in known:
            raise Invalid({f"steps.{at}.stage": [_("Choose one of: %(choices)s.", choices=", ".join(known))]})
        place, on = known.index(step["stage"]), step["on"]
        if on > today:
            raise Invalid({f"steps.{at}.on": [_("%(day)s has not come yet.", day=said_day(on))]})
        if last is not None and (place <= last[0] or on < last[1]):
            message = _("Stages are reached one after the other, each once and not before the one above.")
            raise Invalid({f"steps.{at}.on" if place > last[0] else f"steps.{at}.stage": [message]})
        if step["stage"] is Stage.ADOPTED and not step["document_no"]:
            message = _("A programme counts by the document that adopts it; give its number.")
            raise Invalid({f"steps.{at}.document_no": [message]})
        last = place, on


def adds(quantity: int, persons: int | None, unit: str | None) -> int:
    """What an activity adds to a row that counts in a unit; its twin in a select is `measures.adds`."""
    if unit == BY_PERSON:
        return persons or 0
    return 1 if unit in ONE_EACH else quantity
