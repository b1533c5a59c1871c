"""What is true of calibrations whatever is stored."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple, NotRequired, Protocol, TypedDict

from registry.assets.rules import Proof
from registry.assets.rules import ScheduleKind as CalibrationKind
from registry.kernel.calendar import months_later
from registry.kernel.errors import Messages
from registry.kernel.i18n import _, said_day, said_value
from registry.kernel.text import visible

__all__ = ["CalibrationKind"]
LONGEST_KEY: Final = 300  # letters that compare a certificate's number
DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"), "-")


class Outcome(StrEnum):
    """The statement of conformity; `none` when a certificate gives results without one."""

    PASS = "pass"  # noqa: S105 — an outcome, no password
    FAIL = "fail"
    CONDITIONAL_PASS = "conditional_pass"  # noqa: S105 — see PASS
    CONDITIONAL_FAIL = "conditional_fail"
    NONE = "none"


class DecisionRule(StrEnum):
    """How conformity was decided (ILAC-G8:09/2019, 4.2)."""

    SIMPLE = "simple"
    GUARD_BAND = "guard_band"
    NON_BINARY = "non_binary"


class RecordStatus(StrEnum):
    """A draft moves nothing, nor does one that was submitted; an issued record counts and never changes.

    An amended record gave its place to another one; like a void one it stays readable.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ISSUED = "issued"
    AMENDED = "amended"
    VOID = "void"


class Stage(StrEnum):
    """Before or after an adjustment."""

    AS_FOUND = "as_found"
    AS_LEFT = "as_left"


class VerificationKind(StrEnum):
    """Why an instrument is verified (Circular 23/2013/TT-BKHCN, article 4)."""

    INITIAL = "initial"
    PERIODIC = "periodic"
    AFTER_REPAIR = "after_repair"


class Meaning(StrEnum):
    """What a signature says: the results were checked and are approved, or the certificate may leave the laboratory."""

    APPROVAL = "approval"
    AUTHORISATION = "authorisation"


class CalibrationOrder(StrEnum):
    """How a list of calibrations may be sorted; a dash means backwards."""

    PERFORMED_ON = "performed_on"
    PERFORMED_ON_DOWN = "-performed_on"


class PointValues(TypedDict):
    """One measured point as it is said, all numbers in `unit`; `standard` is the tag of what it was measured with."""

    quantity: str
    unit: str
    nominal: Decimal | None
    reference: Decimal | None
    indication: Decimal | None
    expanded_uncertainty: Decimal | None
    coverage_factor: Decimal | None
    lower_limit: Decimal | None
    upper_limit: Decimal | None
    stage: Stage
    degrees_of_freedom: NotRequired[Decimal | None]
    standard: NotRequired[str | None]


class Condition(TypedDict):
    """An ambient condition while the work was done: between `low` and `high`, in `unit`."""

    quantity: str
    unit: str
    low: Decimal | None
    high: Decimal | None


class Work(NamedTuple):
    """What is said of work on an asset (ISO/IEC 17025, 7.8.2.1 and 7.8.4.1), without who did it, with what, and points.

    `guard_factor` is the r of the guard band w = r·U; `target_risk` the probability of false accept it is laid out for.
    `in_tolerance` is the share of such items known to be in tolerance when they come in.
    """

    kind: CalibrationKind
    performed_on: date
    outcome: Outcome
    verification_kind: VerificationKind | None = None
    received_on: date | None = None
    began_on: date | None = None
    issued_on: date | None = None
    valid_until: date | None = None
    on_site: bool | None = None
    place: str | None = None
    method: str | None = None
    environment: Sequence[Condition] = ()
    condition_in: str | None = None
    performed_by: str | None = None
    stamp_no: str | None = None
    seal_nos: str | None = None
    customer: str | None = None
    decision_rule: DecisionRule | None = None
    guard_factor: Decimal | None = None
    target_risk: Decimal | None = None
    in_tolerance: Decimal | None = None
    adjusted: bool | None = None
    note: str = ""


class Measures(Protocol):
    """Which verifications a type of instrument is subject to; None is not known."""

    @property
    def initial(self) -> bool | None: ...
    @property
    def periodic(self) -> bool | None: ...
    @property
    def after_repair(self) -> bool | None: ...


GOOD = frozenset({Outcome.PASS, Outcome.CONDITIONAL_PASS, Outcome.NONE})
CLAIMED: Final = GOOD - {Outcome.NONE}
FAILED: Final = frozenset(Outcome) - GOOD
CONDITIONAL: Final = frozenset({Outcome.CONDITIONAL_PASS, Outcome.CONDITIONAL_FAIL})
TRACEABLE = frozenset({CalibrationKind.CALIBRATION, CalibrationKind.VERIFICATION})
OPEN_RECORDS: Final = frozenset({RecordStatus.DRAFT, RecordStatus.SUBMITTED})
GUARDED: Final = frozenset({DecisionRule.GUARD_BAND, DecisionRule.NON_BINARY})
LEAST_FACTOR = 1
EVEN_RISK: Final = Decimal("0.5")
MOST_GUARD: Final = 10
LONGEST_BEFORE_USE: Final = 120  # months


def proof_of(kind: CalibrationKind, outcome: Outcome) -> Proof:
    """What an outcome proves. Without a statement of conformity a calibration is good: its use is the owner's call.

    A verification is nothing but that statement (Law on Measurement 04/2011/QH13, article 3): without it, it proves
    nothing.
    """
    if kind is CalibrationKind.VERIFICATION and outcome is Outcome.NONE:
        return Proof.MISSING
    return Proof.GOOD if outcome in GOOD else Proof.FAILED


def check_work(work: Work, today: date, *, commissioned_on: date | None, measures: Measures | None) -> Messages:
    """Messages by field where what is said of work cannot be true, or is not what the law knows."""
    return {
        **check_days(work, today),
        **_check_existed(work, commissioned_on),
        **check_verification(work, measures),
        **check_rule(work.decision_rule, work.guard_factor, work.target_risk),
        **_check_population(work.in_tolerance),
        **_check_environment(work.environment),
    }


def check_days(work: Work, today: date) -> Messages:
    """Messages by field: received, begun, done and issued in this order, none of it in the future."""
    done = work.performed_on
    messages: dict[str, list[str]] = {}
    days = {
        "received_on": work.received_on,
        "began_on": work.began_on,
        "performed_on": done,
        "issued_on": work.issued_on,
    }
    for field, day in days.items():
        if day is not None and day > today:
            text = _("%(day)s is in the future; give the day it happened.", day=said_day(day))
            messages[field] = [text]
    if work.began_on is not None and work.began_on > done:
        text = _(
            "%(day)s is after the day the work was done, %(limit)s.",
            day=said_day(work.began_on),
            limit=said_day(done),
        )
        messages.setdefault("began_on", [text])
    begun = min(done, work.began_on or done)
    if work.received_on is not None and work.received_on > begun:
        text = _(
            "%(day)s is after the day the work began, %(limit)s.",
            day=said_day(work.received_on),
            limit=said_day(begun),
        )
        messages.setdefault("received_on", [text])
    for field, day in {"issued_on": work.issued_on, "valid_until": work.valid_until}.items():
        if day is not None and day < done:
            text = _("%(end)s is before the day the work was done, %(start)s.", end=said_day(day), start=said_day(done))
            messages.setdefault(field, [text])
    return messages


def _check_existed(work: Work, commissioned_on: date | None) -> Messages:
    """Nothing was done to an asset before there was one.

    When it was made is not known; a calibration or an initial verification rightly comes before it was put into use,
    and it may have served others before. Work many years earlier is a slip of the day, or of the asset.
    """
    if commissioned_on is None or work.performed_on >= months_later(commissioned_on, -LONGEST_BEFORE_USE):
        return {}
    text = _(
        "%(day)s is more than %(years)s years before this asset was put into service on %(start)s; check the day, or "
        "whether it is this asset.",
        day=said_day(work.performed_on),
        years=LONGEST_BEFORE_USE // 12,
        start=said_day(commissioned_on),
    )
    return {"performed_on": [text]}


def check_verification(work: Work, measures: Measures | None) -> Messages:
    """Messages by field: only a verification has a kind of its own, and only one that the type is subject to.

    Only what was found good gets a stamp, and nothing is found good on a condition.
    """
    kind = work.verification_kind
    messages: dict[str, list[str]] = {}
    if work.kind is not CalibrationKind.VERIFICATION:
        if kind is not None:
            text = _("Only a verification is initial, periodic or after repair; leave this empty.")
            messages["verification_kind"] = [text]
        if work.stamp_no is not None:
            messages["stamp_no"] = [_("Only a verification gives a stamp; leave its number empty.")]
        return messages
    if work.outcome in CONDITIONAL:
        text = _("A verification knows pass and fail only; choose one of them.")
        messages["outcome"] = [text]
    if measures is not None and kind is not None and getattr(measures, kind.value) is False:
        messages["verification_kind"] = [_not_subject(kind, measures)]
    if work.stamp_no is not None and proof_of(work.kind, work.outcome) is not Proof.GOOD:
        text = _("Only what was found good gets a stamp; leave its number empty, or check the result.")
        messages["stamp_no"] = [text]
    return messages


def _not_subject(kind: VerificationKind, measures: Measures) -> str:
    if kind is VerificationKind.PERIODIC and measures.initial:
        return _("Instruments of this type are verified initially only, never periodically; choose initial.")
    return {
        VerificationKind.INITIAL: _("Instruments of this type were not subject to initial verification on that day."),
        VerificationKind.PERIODIC: _("Instruments of this type were not subject to periodic verification on that day."),
        VerificationKind.AFTER_REPAIR: _(
            "Instruments of this type were not subject to verification after repair on that day."
        ),
    }[kind]


def check_rule(rule: DecisionRule | None, guard_factor: Decimal | None, target_risk: Decimal | None) -> Messages:
    """Messages by field: only a rule with a guard band has a factor or a risk, one of them, and within reason."""
    messages: dict[str, list[str]] = {}
    if rule not in GUARDED:
        given = {"guard_factor": guard_factor, "target_risk": target_risk}
        return {
            field: [_("Only a rule with a guard band has this; leave it empty, or choose such a rule.")]
            for field, value in given.items()
            if value is not None
        }
    if guard_factor is not None and guard_factor < 0 and rule is DecisionRule.NON_BINARY:
        text = _("A guard band below zero leaves no conditional zones; choose the rule with two outcomes.")
        messages["guard_factor"] = [text]
    elif guard_factor is not None and abs(guard_factor) > MOST_GUARD:
        text = _("A guard band of %(factor)s times U is none; it is often 1.", factor=str(guard_factor))
        messages["guard_factor"] = [text]
    if target_risk is not None and not 0 < target_risk < EVEN_RISK:
        text = _("A probability of false accept lies between 0 and 0.5, such as 0.025.")
        messages["target_risk"] = [text]
    elif target_risk is not None and guard_factor is not None:
        text = _("Give either the factor of the guard band or the probability of false accept, not both.")
        messages["target_risk"] = [text]
    return messages


def _check_population(in_tolerance: Decimal | None) -> Messages:
    if in_tolerance is None or EVEN_RISK < in_tolerance < 1:
        return {}
    text = _(
        "The share of items in tolerance lies between 0.5 and 1, such as 0.95; %(share)s does not.", share=in_tolerance
    )
    return {"in_tolerance": [text]}


def _check_environment(environment: Sequence[Condition]) -> Messages:
    messages: dict[str, list[str]] = {}
    for place, line in enumerate(environment):
        low, high = line["low"], line["high"]
        if low is None and high is None:
            messages[f"environment.{place}.low"] = [_("Give the lowest or the highest value that was read.")]
        elif low is not None and high is not None and high < low:
            text = _("%(high)s is below the lowest value, %(low)s.", high=said_value(high), low=said_value(low))
            messages[f"environment.{place}.high"] = [text]
    return messages


def check_lab(kind: CalibrationKind, lab: str | None) -> Messages:
    """Messages by field: an owner may check its own asset, but a calibration or verification is a laboratory's."""
    if lab is None and kind in TRACEABLE:
        return {"lab": [_("Choose the laboratory that did it; only checks and tests can be the owner's own.")]}
    return {}


def usual_kind(
    kind: CalibrationKind, said: VerificationKind | None, measures: Measures | None = None
) -> VerificationKind | None:
    """A verification of which nothing else is said is a periodic one, or initial where that is the only one."""
    if said is not None or kind is not CalibrationKind.VERIFICATION:
        return said
    is_once = measures is not None and measures.periodic is False and measures.initial is True
    return VerificationKind.INITIAL if is_once else VerificationKind.PERIODIC


def certificate_key(certificate_no: str) -> str:
    """A certificate's number as it is compared: capitals, spaces, wide letters and kinds of dashes make no other one.

    At most 300 letters.
    """
    plain = unicodedata.normalize("NFKC", visible(certificate_no)).casefold().translate(DASHES)
    return " ".join(plain.split())[:LONGEST_KEY]


def check_reason(reason: str) -> Messages:
    """Messages by field: nothing is voided without saying why."""
    return {} if reason.strip() else {"reason": [_("Say why; the record stays readable with this reason.")]}
