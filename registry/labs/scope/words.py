"""Whether a laboratory was accredited or designated for a result, and why, in the language of the request."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from registry.kernel.i18n import _, said_day, said_value
from registry.kernel.quantities import said_quantity
from registry.labs.followers import CORRECTED, SUCCESSION
from registry.labs.scope.rules import Bearing, Combined, Competence, Finding, Line, Reason, RelativeUnit
from registry.labs.standing import Standing


def competence_text(
    found: Competence,
    bearing: Bearing = Bearing.ACCREDITATION,
    standing: Standing | None = None,
    *,
    confirmed: bool = True,
) -> str:
    """The verdict in a few words, with a remark where it rests on what nobody confirmed."""
    text = _designation_text(found, standing) if bearing is Bearing.DESIGNATION else _accreditation_text(found)
    return text if confirmed else _("%(verdict)s (by its own statement)", verdict=text)


def unconfirmed_text() -> str:
    """Why a verdict is to be read with care."""
    return _("That is stated by the laboratory itself and not confirmed by the body that supervises it.")


def _accreditation_text(found: Competence) -> str:
    return {
        Competence.IN_SCOPE: _("Accredited and within its scope"),
        Competence.OUTSIDE_SCOPE: _("Accredited, but outside its scope"),
        Competence.NOT_IN_FORCE: _("Accreditation not in force on that day"),
        Competence.NOT_ACCREDITED: _("Not accredited on that day"),
        Competence.UNKNOWN: _("Not known whether it was accredited for this"),
    }[found]


def _designation_text(found: Competence, standing: Standing | None) -> str:
    if found is Competence.NOT_IN_FORCE:
        return _("Designation not in force on that day")
    if standing is Standing.IN_FORCE:
        return _("Designated on that day; its field is for people to read")
    return _("Not known whether it was designated")


def standing_text(standing: Standing | None) -> str:
    """How the accreditation stood on the day of the work."""
    if standing is None:
        return _("No accreditation is recorded.")
    return {
        Standing.NOT_YET: _("It was accredited later only."),
        Standing.IN_FORCE: _("The accreditation was in force."),
        Standing.SUSPENDED: _("The accreditation was suspended."),
        Standing.WITHDRAWN: _("The accreditation was withdrawn."),
        Standing.EXPIRED: _("The accreditation had expired."),
    }[standing]


def finding_text(finding: Finding) -> str:
    """One thing that was found, as a sentence."""
    return SENTENCES[finding.reason](finding)


def cmc_text(line: Line) -> str:
    """A best uncertainty as a scope prints it: a, b % of the reading, their sum, or Q[a; b], the root of squares."""
    parts = []
    if line.cmc is not None:
        parts.append(f"{said_value(line.cmc)} {line.cmc_unit or line.unit}")
    if line.cmc_relative is not None:
        parts.append(_relative(said_value(line.cmc_relative), line.cmc_relative_unit))
    if line.cmc_combined is Combined.ROOT_SUM_SQUARES:
        return f"Q[{'; '.join(parts)}]"
    return " + ".join(parts) or "–"


def _relative(number: str, unit: RelativeUnit | None) -> str:
    if unit is RelativeUnit.PERCENT:
        return _("%(number)s %% of the reading", number=number)
    if unit is RelativeUnit.PPM:
        return _("%(number)s ppm of the reading", number=number)
    return _("%(number)s × the reading", number=number)


def _at(finding: Finding) -> str:
    return f"{said_quantity(finding.quantity)} {_amount(finding.value, finding.unit)}"


def _amount(digits: str, unit: str) -> str:
    return f"{said_value(Decimal(digits))} {unit}" if digits else unit


def _designated(found: Finding) -> str:
    if not found.covers:
        return _(
            "Designated by %(number)s; for what is not recorded here, so look whether that decision holds this item.",
            number=found.number,
        )
    return _(
        "Designated by %(number)s for: %(covers)s. Read whether this item belongs to that; it is not judged here.",
        number=found.number,
        covers=found.covers,
    )


def _ceased(found: Finding) -> str:
    if not found.covers:
        return _("The organisation of %(lab)s ceased on %(day)s.", lab=found.number, day=_on(found))
    return _(
        "The organisation of %(lab)s ceased on %(day)s; it was taken over by %(heirs)s.",
        lab=found.number,
        day=_on(found),
        heirs=found.covers,
    )


def _on(found: Finding) -> str:
    return said_day(date.fromisoformat(found.day)) if found.day else "–"


SENTENCES: Final[Mapping[Reason, Callable[[Finding], str]]] = {
    Reason.WITHIN: lambda _found: _("Every point lies within the scope."),
    Reason.QUANTITY: lambda found: _("%(at)s: no line of the scope is for this quantity.", at=_at(found)),
    Reason.INSTRUMENT: lambda found: _(
        "%(at)s: the scope has lines for other types of instrument only.", at=_at(found)
    ),
    Reason.NOT_THEN: lambda found: _("%(at)s: no line of the scope for it held on that day.", at=_at(found)),
    Reason.PAPER: lambda found: _(
        "%(at)s: the accreditation that the scope belongs to was not in force on that day, another one was.",
        at=_at(found),
    ),
    Reason.NO_PAPER: lambda found: _(
        "%(at)s: one of several accreditations was not in force on that day, and which of them the scope belongs to is "
        "not recorded, so it cannot be told.",
        at=_at(found),
    ),
    Reason.RANGE: lambda found: _("%(at)s is outside the ranges of the scope.", at=_at(found)),
    Reason.PLACE: lambda found: _("%(at)s: the scope does not hold where the work is done.", at=_at(found)),
    Reason.CMC: lambda found: _(
        "%(at)s: U = %(stated)s is less than the best uncertainty of the scope, %(least)s.",
        at=_at(found),
        stated=_amount(found.stated, found.unit),
        least=_amount(found.least, found.unit),
    ),
    Reason.OTHER_NAME: lambda found: _(
        "%(at)s: the scope names another quantity of the same unit, so it cannot be told.", at=_at(found)
    ),
    Reason.OTHER_ITEM: lambda found: _(
        "%(at)s: the scope is for “%(what)s”; whether this item is one cannot be told.",
        at=_at(found),
        what=found.covers or _("another type of instrument"),
    ),
    Reason.NO_PLACE: lambda found: _(
        "%(at)s: where the work was done is not recorded, and the scope holds in one place only, so it cannot be told.",
        at=_at(found),
    ),
    Reason.NO_CMC: lambda found: _(
        "%(at)s: the scope states no best uncertainty, so that nothing can be compared.", at=_at(found)
    ),
    Reason.NO_UNCERTAINTY: lambda found: _("%(at)s: no uncertainty is stated, so it cannot be told.", at=_at(found)),
    Reason.NO_POINTS: lambda _found: _("No measured points are recorded that could be held against the scope."),
    Reason.TOO_LONG: lambda _found: _(
        "The scope has too many overlapping lines to be compared whole in a moment; look at it line by line."
    ),
    Reason.NO_SCOPE: lambda _found: _("The scope of the laboratory is not known here."),
    Reason.DESIGNATED: _designated,
    Reason.DESIGNATED_LATER: lambda found: _(
        "Designation %(number)s counts from %(day)s only.", number=found.number, day=_on(found)
    ),
    Reason.DESIGNATION_EXPIRED: lambda found: _(
        "Designation %(number)s was valid until %(day)s.", number=found.number, day=_on(found)
    ),
    Reason.DESIGNATION_ENDED: lambda found: _(
        "Designation %(number)s was taken away from %(day)s on.", number=found.number, day=_on(found)
    ),
    Reason.BODY_UNKNOWN: lambda found: _(
        "It is accredited by “%(body)s”, of which it is not known here whether it was in the ILAC arrangement on "
        "%(day)s.",
        body=found.number,
        day=_on(found),
    ),
    Reason.BODY_OUTSIDE: lambda found: _(
        "It is accredited by “%(body)s”, which was not in the ILAC arrangement on %(day)s.",
        body=found.number,
        day=_on(found),
    ),
    Reason.CEASED: _ceased,
    Reason.NO_DESIGNATION: lambda _found: _("Whether it was designated to verify on that day is not known here."),
}


def change_text(by: str | None) -> str:
    """What changed a verdict, as it was kept: the number of a decision, or what nobody decided, in words."""
    if by is None:
        return "–"
    if by.startswith(CORRECTED):
        return _("correction of %(day)s", day=said_day(date.fromisoformat(by.removeprefix(CORRECTED))))
    return _("the succession of the organisation") if by == SUCCESSION else by


def line_text(line: Line) -> str:
    """A line of a scope in a few words: quantity, range and best uncertainty."""
    low, high = (said_value(end) if end is not None else "" for end in (line.range_low, line.range_high))
    return f"{said_quantity(line.quantity)} {low} … {high} {line.unit}, CMC {cmc_text(line)}"
