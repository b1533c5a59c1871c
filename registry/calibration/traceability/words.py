"""What is found of a step of a chain, as a sentence in the language of the request."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from registry.calibration.traceability.comparing import Check, Code, Verdict
from registry.kernel.i18n import _, said_day
from registry.labs.scope.rules import Finding, Reason
from registry.labs.scope.words import finding_text

Sentence = Callable[[Check], str]


def check_text(check: Check) -> str:
    """One thing that was looked at, in words."""
    return SENTENCES[check.code](check)


def verdict_text(verdict: Verdict) -> str:
    """How a chain or a step stands, in a few words."""
    return {
        Verdict.GOOD: _("Unbroken"),
        Verdict.REMARK: _("Unbroken, with remarks"),
        Verdict.UNKNOWN: _("Not fully shown"),
        Verdict.IN_DOUBT: _("In doubt"),
        Verdict.BROKEN: _("Broken"),
    }[verdict]


def _day(day: date | None) -> str:
    return said_day(day) if day is not None else "…"


def _valid(check: Check) -> str:
    if not check.value:
        return _("%(name)s was valid on %(day)s.", name=check.subject, day=_day(check.day))
    due = said_day(date.fromisoformat(check.value))
    return _("%(name)s was valid on %(day)s, until %(due)s.", name=check.subject, day=_day(check.day), due=due)


def _not_valid(check: Check) -> str:
    if not check.value:
        return _("%(name)s was not valid on %(day)s.", name=check.subject, day=_day(check.day))
    due = said_day(date.fromisoformat(check.value))
    return _("%(name)s was not valid on %(day)s: due %(due)s.", name=check.subject, day=_day(check.day), due=due)


def _in_doubt(check: Check) -> str:
    return _(
        "%(name)s is in doubt since case %(number)s (%(since)s – %(until)s).",
        name=check.subject,
        number=check.value,
        since=_day(check.day) if check.day is not None else _("since ever"),
        until=said_day(date.fromisoformat(check.other)) if check.other else _("until now"),
    )


def _below_cmc(check: Check) -> str:
    return _(
        "%(name)s states %(said)s, less than the best uncertainty it is accredited for, %(least)s.",
        name=check.subject,
        said=check.value,
        least=check.other,
    )


def _not_smaller(check: Check) -> str:
    return _(
        "The standard's uncertainty is not smaller than the result's at %(at)s: %(theirs)s against %(its)s.",
        at=check.subject,
        theirs=check.value,
        its=check.other,
    )


def _record(check: Check) -> str:
    return _(
        "Record %(number)s of %(name)s was the newest on %(day)s.",
        number=check.value or "–",
        name=check.subject,
        day=_day(check.day),
    )


def _record_expired(check: Check) -> str:
    return _(
        "Record %(number)s of %(name)s was valid until %(day)s only.",
        number=check.value or "–",
        name=check.subject,
        day=_day(check.day),
    )


def _record_failed(check: Check) -> str:
    return _("Record %(number)s of %(name)s did not pass.", number=check.value or "–", name=check.subject)


def _outside(check: Check) -> str:
    return _("%(at)s is outside the accredited scope of %(name)s.", at=check.value, name=check.subject)


def _designated(check: Check) -> str:
    return _(
        "%(name)s was designated on %(day)s by %(number)s, for: %(covers)s. Whether this item belongs to that is for "
        "people to read.",
        name=check.subject,
        day=_day(check.day),
        number=check.value,
        covers=check.other or "–",
    )


def _beside(reason: Reason) -> Sentence:
    """What is said beside a verdict on a laboratory, as it is said of that."""
    return lambda check: finding_text(Finding(reason, number=check.subject, covers=check.other, day=check.value))


SENTENCES: Final[Mapping[Code, Sentence]] = {
    Code.STANDARD_VALID: _valid,
    Code.STANDARD_NOT_VALID: _not_valid,
    Code.RECORD_IN_FORCE: _record,
    Code.RECORD_EXPIRED: _record_expired,
    Code.RECORD_FAILED: _record_failed,
    Code.NO_RECORD: lambda check: _(
        "No calibration or verification of %(name)s up to %(day)s is known.", name=check.subject, day=_day(check.day)
    ),
    Code.LAB_ACCREDITED: lambda check: _(
        "%(name)s was accredited on %(day)s.", name=check.subject, day=_day(check.day)
    ),
    Code.LAB_NOT_ACCREDITED: lambda check: _(
        "No accreditation of %(name)s was in force on %(day)s.", name=check.subject, day=_day(check.day)
    ),
    Code.LAB_UNCONFIRMED: lambda check: _(
        "That %(name)s was accredited is stated by itself and not confirmed.", name=check.subject
    ),
    Code.SCOPE_UNCONFIRMED: lambda check: _(
        "That this is within the scope of %(name)s is stated by itself and not confirmed.", name=check.subject
    ),
    Code.BODY_UNKNOWN: _beside(Reason.BODY_UNKNOWN),
    Code.BODY_OUTSIDE: _beside(Reason.BODY_OUTSIDE),
    Code.LAB_CEASED: _beside(Reason.CEASED),
    Code.LAB_DESIGNATED: _designated,
    Code.LAB_NOT_DESIGNATED: lambda check: _(
        "Neither a designation nor an accreditation of %(name)s is known to have been in force on %(day)s.",
        name=check.subject,
        day=_day(check.day),
    ),
    Code.NO_LAB: lambda _check: _("No laboratory is named; its owner did the work."),
    Code.WITHIN_SCOPE: lambda check: _("The results are within the scope of %(name)s.", name=check.subject),
    Code.OUTSIDE_SCOPE: _outside,
    Code.BELOW_CMC: _below_cmc,
    Code.UNSTATED_UNCERTAINTY: lambda check: _(
        "No uncertainty is stated at %(at)s, so whether %(name)s is accredited for it cannot be told.",
        at=check.value,
        name=check.subject,
    ),
    Code.SCOPE_UNKNOWN: lambda check: _("The scope of %(name)s is not known here.", name=check.subject),
    Code.POINTS_UNKNOWN: lambda check: _(
        "No points are recorded that could be held against the scope of %(name)s.", name=check.subject
    ),
    Code.SCOPE_NAMES_ANOTHER: lambda check: _(
        "The scope of %(name)s names another quantity of the same unit than %(at)s, so whether it holds it cannot be "
        "told.",
        name=check.subject,
        at=check.value,
    ),
    Code.SCOPE_FOR_OTHERS: lambda check: _(
        "Whether this item is one of those that the scope of %(name)s is for cannot be told.", name=check.subject
    ),
    Code.ACCREDITATION_UNKNOWN: lambda check: _(
        "To which of its accreditations the scope of %(name)s belongs is not recorded, and one was not in force.",
        name=check.subject,
    ),
    Code.PLACE_UNKNOWN: lambda check: _(
        "Where the work was done is not recorded, so whether the scope of %(name)s holds there cannot be told.",
        name=check.subject,
    ),
    Code.CMC_UNKNOWN: lambda check: _(
        "The scope of %(name)s states no best uncertainty at %(at)s, so that nothing can be compared.",
        name=check.subject,
        at=check.value,
    ),
    Code.UNCERTAINTY_SMALLER: lambda _check: _("The standard's uncertainty is smaller than the result's."),
    Code.UNCERTAINTY_NOT_SMALLER: _not_smaller,
    Code.UNCERTAINTY_UNKNOWN: lambda _check: _(
        "The uncertainties cannot be compared: no comparable points are recorded."
    ),
    Code.OTHER_QUANTITY: lambda _check: _("The standard measures another quantity than the result."),
    Code.NO_STANDARD_OF_QUANTITY: lambda check: _(
        "No standard that was used measures the quantity of %(at)s. Whether the result follows from others, as a "
        "volume does from a mass, is for people to read.",
        at=check.subject,
    ),
    Code.BEYOND_STANDARD: lambda check: _(
        "%(at)s is beyond what the standard was measured at, %(low)s to %(high)s; of values there its record says "
        "nothing.",
        at=check.subject,
        low=check.value,
        high=check.other,
    ),
    Code.IN_DOUBT: _in_doubt,
    Code.RING: lambda check: _("%(name)s rests on itself: the chain runs in a ring.", name=check.subject),
    Code.CUT_OFF: lambda check: _(
        "The chain is cut off here: it goes on above %(name)s, but %(num)s records are shown at most.",
        name=check.subject,
        num=check.value,
    ),
    Code.FOREIGN: lambda check: _(
        "The records of %(name)s are those of another organisation; ask it for its certificate.", name=check.subject
    ),
    Code.NATIONAL_STANDARD: lambda _check: _("National standard"),
    Code.ACCREDITED_TOP: lambda check: _("Standards of %(name)s, under its accreditation", name=check.subject),
    Code.DESIGNATED_TOP: lambda check: _("Standards of %(name)s, under its designation", name=check.subject),
    Code.CERTIFIED_MATERIAL: lambda _check: _("Certified reference material"),
    Code.MATERIAL_EXPIRED: lambda check: _(
        "%(name)s had expired: its shelf life ended on %(day)s.", name=check.subject, day=_day(check.day)
    ),
    Code.MATERIAL_UNCERTIFIED: lambda check: _(
        "No certificate of the producer of %(name)s is known.", name=check.subject
    ),
    Code.NO_STANDARDS: lambda check: _(
        "The record of %(name)s names no standard, and no accreditation covers it.", name=check.subject
    ),
}
