"""What a laboratory found: given once for each measurand, and corrected with a reason until it is evaluated."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NotRequired, TypedDict

from sqlalchemy.orm.attributes import flag_modified

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day
from registry.labs.models import Lab
from registry.labs.proficiency import queries
from registry.labs.proficiency.actions import participation
from registry.labs.proficiency.models import PtParticipant, PtResult, PtRound
from registry.labs.proficiency.rules import JUDGED, RoundState, check_result, in_unit, known_unit
from registry.labs.proficiency.scores import USUAL_FACTOR, Said
from registry.labs.queries import lab_field

WHOLE: Final = frozenset({"lab", "reason"})  # said once for all results


class ResultValues(TypedDict):
    """A result of a measurand, as it is said."""

    measurand: int
    value: Decimal
    expanded_uncertainty: Decimal
    unit: NotRequired[str | None]
    coverage_factor: NotRequired[Decimal]


class PastedValues(TypedDict):
    """A result of a participant, as it is said."""

    participant: str
    value: Decimal
    expanded_uncertainty: Decimal
    unit: NotRequired[str | None]
    coverage_factor: NotRequired[Decimal]


def enter(
    row: PtRound,
    *,
    lab: str,
    measurand: int,
    value: Decimal,
    unit: str | None = None,
    expanded_uncertainty: Decimal,
    coverage_factor: Decimal = USUAL_FACTOR,
    reason: str | None = None,
    by: Person | None,
) -> PtResult:
    """Give a laboratory's result for a measurand, or correct it with a reason; the round comes locked.

    A laboratory gives it while the round is open and until the deadline, who organises it until it is evaluated. Raises
    Conflict outside that time, Invalid for what cannot be a result.
    """
    found = lab_field(lab)
    if not may_enter(row, found, by):
        require(by, Verb.CALIBRATION_RECORD, found.organisation_id)
    _check_time(row, by)
    asked = queries.measurand_field(row, measurand)
    unit = known_unit(unit, "unit") if unit else asked.unit
    check_result(expanded_uncertainty, coverage_factor)
    in_unit(Said(value, expanded_uncertainty, coverage_factor), unit, asked.unit)
    participant = participation(row, found, by)
    before = queries.result_of(participant, asked)
    said = {"value": value, "unit": unit, "expanded_uncertainty": expanded_uncertainty}
    said |= {"coverage_factor": coverage_factor}
    about: audit.Changes = {"lab": [found.code, found.code], "measurand": [asked.name, asked.name]}
    if before is None:
        result = PtResult(
            participant_id=participant.id,
            measurand_id=asked.id,
            value=value,
            unit=unit,
            expanded_uncertainty=expanded_uncertainty,
            coverage_factor=coverage_factor,
            entered_by_id=by.id if by else None,
        )
        db.session.add(result)
        changes: audit.Changes = {field: [None, to] for field, to in said.items()}
        audit.record("pt_round.enter", ("pt_round", row.id), about | changes, by=by)
    else:
        result = before
        changes = {
            field: [getattr(before, field), to] for field, to in said.items() if _written(getattr(before, field), to)
        }
        if not changes:
            return before
        if not reason:
            text = _("%(lab)s has given this result already; say why it is corrected.", lab=found.name)
            raise Invalid({"reason": [text]})
        for field, to in said.items():
            setattr(result, field, to)
            flag_modified(result, field)  # 1.0 equals 1.00, and is another result
        result.entered_by_id, result.entered_at = by.id if by else None, clock.now()
        changes["reason"] = [None, reason]
        audit.record("pt_round.correct", ("pt_round", row.id), about | changes, by=by)
    db.session.flush()
    return result


def enter_all(
    row: PtRound, *, lab: str, results: Sequence[ResultValues], reason: str | None = None, by: Person | None
) -> None:
    """Give or correct several results of a laboratory at once: all of them or none. The round comes locked.

    Raises Invalid with the faults of every line, beside `results.0.value`.
    """
    errors: dict[str, list[str]] = {}
    for place, said in enumerate(results):
        try:
            enter(row, lab=lab, **said, reason=reason, by=by)
        except Invalid as refused:
            for field, messages in (refused.errors or {}).items():
                errors[field if field in WHOLE else f"results.{place}.{field}"] = list(messages)
    if not results:
        errors["results"] = [_("Give at least one result.")]
    if errors:
        raise Invalid(errors)


def enter_pasted(
    row: PtRound,
    *,
    measurand: int,
    results: Sequence[PastedValues],
    reason: str | None = None,
    by: Person | None,
) -> None:
    """Give or correct a measurand's results of many participants, by their codes or their laboratories': all or none.

    Who organises the round does. Raises Invalid with the faults of every line, beside `results.0.value`.
    """
    require(by, Verb.LAB_WRITE, row.scheme.organisation_id)
    known = queries.participants(row)
    by_code = _by_code(known)
    errors: dict[str, list[str]] = {}
    seen: set[str] = set()
    for place, said in enumerate(results):
        meant = by_code.get(said["participant"], ())
        lab = meant[0].lab.code if len(meant) == 1 else None
        if lab is None or lab in seen:
            errors[f"results.{place}.participant"] = [_participant_fault(said["participant"], meant)]
            continue
        seen.add(lab)
        given = {name: value for name, value in said.items() if name != "participant"}
        try:
            enter(row, lab=lab, measurand=measurand, **given, reason=reason, by=by)  # type: ignore[arg-type]  # as said
        except Invalid as refused:
            for field, messages in (refused.errors or {}).items():
                errors[field if field == "measurand" else f"results.{place}.{field}"] = list(messages)
    if errors:
        raise Invalid(errors)


def _by_code(known: Sequence[PtParticipant]) -> Mapping[str, Sequence[PtParticipant]]:
    """Whom a code may mean: a participant by the code in the round, or by that of the laboratory."""
    found: dict[str, list[PtParticipant]] = {}
    for one in known:
        for code in {one.code, one.lab.code}:
            found.setdefault(code, []).append(one)
    return found


def _participant_fault(code: str, meant: Sequence[PtParticipant]) -> str:
    """Why a code does not say whose result it is, and what to write instead."""
    if not meant:
        return _("Nobody takes part under “%(code)s”; add the participant first.", code=code)
    if len(meant) == 1:
        return _("“%(code)s” stands there twice; leave one out.", code=code)
    here = next(one for one in meant if one.code == code)
    other = next(one for one in meant if one is not here)
    return _(
        "“%(code)s” is the code of %(one)s in this round and that of the laboratory %(other)s; write %(one_code)s for "
        "the first, or %(other_code)s for the second.",
        code=code,
        one=here.lab.name,
        other=other.lab.name,
        one_code=here.lab.code,
        other_code=other.code,
    )


def may_enter(row: PtRound, lab: Lab, by: Person | None) -> bool:
    """Whether a person gives results of a laboratory: in its name, or as who organises the round."""
    return by is None or queries.organises(by, row) or accounts.may(by, Verb.CALIBRATION_RECORD, lab.organisation_id)


def takes_results(row: PtRound, today: date, *, as_organiser: bool) -> bool:
    """Whether results can be given today."""
    if as_organiser or not row.scheme.is_own:
        return row.state in {RoundState.OPEN, RoundState.CLOSED}
    return row.state is RoundState.OPEN and today <= row.due_on


def _check_time(row: PtRound, by: Person | None) -> None:
    if takes_results(row, clock.today(), as_organiser=queries.organises(by, row)):
        return
    if row.state in JUDGED:
        raise Conflict(_("This round is evaluated already; what it was evaluated from does not change any more."))
    if row.state is RoundState.PLANNED:
        raise Conflict(_("The round is planned; open it first."))
    if row.state is RoundState.CLOSED and clock.today() <= row.due_on:
        raise Conflict(_("This round is closed and takes no results any more; ask who organises it to enter yours."))
    day = said_day(row.due_on)
    raise Conflict(_("Results were due on %(day)s; ask who organises the round to enter yours.", day=day))


def _written(before: object, after: object) -> bool:
    """Whether a value is written otherwise: 1.0 is another result than 1.00."""
    return str(before) != str(after)
