"""The words of cases in the language of the request."""

from registry.calibration.cases.rules import AffectedRange, Bearing, CaseState, Disposition, Significance, Trigger, Way
from registry.calibration.rules import CalibrationKind, Outcome
from registry.kernel.i18n import _, said_value
from registry.kernel.quantities import said_quantity


def trigger_text(trigger: Trigger) -> str:
    """What opened a case."""
    return {
        Trigger.RESULT: _("A failing result"),
        Trigger.FAULT: _("A fault"),
        Trigger.VOIDED: _("A voided record"),
        Trigger.MANUAL: _("Opened by hand"),
    }[trigger]


def state_text(state: CaseState) -> str:
    """How far a case is."""
    return {
        CaseState.GATHERING: _("Gathering"),
        CaseState.OPEN: _("Open"),
        CaseState.CLOSED: _("Signed off"),
        CaseState.WITHDRAWN: _("Withdrawn"),
    }[state]


def bearing_text(bearing: Bearing) -> str:
    """How an item bears on the affected range."""
    return {
        Bearing.PENDING: _("Not judged yet"),
        Bearing.WITHIN: _("In the affected range"),
        Bearing.UNKNOWN: _("Range not known"),
        Bearing.OUTSIDE: _("Outside the affected range"),
        Bearing.UPSTREAM_OUTSIDE: _("Relied only on unaffected results"),
    }[bearing]


def significance_text(significance: Significance) -> str:
    """What the shift may do to a result."""
    return {
        Significance.SIGNIFICANT: _("Significant"),
        Significance.POSSIBLE: _("Possibly significant"),
        Significance.UNKNOWN: _("Cannot be estimated"),
        Significance.NEGLIGIBLE: _("Negligible"),
    }[significance]


def disposition_text(disposition: Disposition, kind: CalibrationKind | None = None) -> str:
    """What was decided; `kind` is that of the record it was decided about, as verification is never calibration."""
    again = _("Calibrate or verify again")
    if kind is not None:
        again = _("Verify again") if kind == CalibrationKind.VERIFICATION else _("Calibrate again")
    return {
        Disposition.NO_EFFECT: _("No effect"),
        Disposition.RECALIBRATE: again,
        Disposition.RECALL: _("Recall"),
        Disposition.CERTIFICATE_WITHDRAWN: _("Certificate withdrawn"),
    }[disposition]


def way_text(way: Way) -> str:
    """How an owner was told outside the registry."""
    return {Way.TELEPHONE: _("Telephone"), Way.LETTER: _("Letter"), Way.IN_PERSON: _("In person")}[way]


def meaning_text() -> str:
    """What a sign-off means."""
    return _("Everything that relied on the standard was looked at and decided; the case is closed.")


def outcome_text(outcome: Outcome) -> str:
    """A statement of conformity."""
    return {
        Outcome.PASS: _("Pass"),
        Outcome.FAIL: _("Fail"),
        Outcome.CONDITIONAL_PASS: _("Conditional pass"),
        Outcome.CONDITIONAL_FAIL: _("Conditional fail"),
        Outcome.NONE: _("No statement of conformity"),
    }[outcome]


def range_text(one: AffectedRange) -> str:
    """Where a standard was bad, and by how much."""
    low, high = (said_value(end) if end is not None else None for end in (one.low, one.high))
    if low is not None and high is not None:
        where = _("above %(low)s and below %(high)s %(unit)s", low=low, high=high, unit=one.unit)
    elif low is not None:
        where = _("above %(low)s %(unit)s", low=low, unit=one.unit)
    elif high is not None:
        where = _("below %(high)s %(unit)s", high=high, unit=one.unit)
    else:
        where = _("everywhere")
    if one.shift is None:
        return f"{said_quantity(one.quantity)}: {where}"
    shift = said_value(one.shift)
    return _(
        "%(quantity)s: %(where)s, shift %(shift)s %(unit)s",
        quantity=said_quantity(one.quantity),
        where=where,
        shift=shift,
        unit=one.unit,
    )
