"""What changes schemes and rounds: setting them up, leading them on, and who takes part."""

import secrets
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, select

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.kernel import audit
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _
from registry.kernel.quantities import quantity_key
from registry.kernel.text import same_code, search_text
from registry.labs.models import Lab
from registry.labs.proficiency import queries
from registry.labs.proficiency.models import PtMeasurand, PtParticipant, PtResult, PtRound, PtScheme
from registry.labs.proficiency.rules import (
    JUDGED,
    MOST_MEASURANDS,
    Judged,
    MeasurandValues,
    SchemeKind,
    Source,
    check_assigned,
    check_days,
    check_lines,
    check_range,
    check_unit,
    known_unit,
)
from registry.labs.queries import lab_field

CODES = 900  # of three digits each


def add_scheme(
    *,
    organisation: str,
    name: str,
    provider: str | None = None,
    kind: SchemeKind,
    is_own: bool = False,
    quantity: str,
    unit: str,
    range_low: Decimal | None = None,
    range_high: Decimal | None = None,
    note: str = "",
    by: Person | None,
) -> PtScheme:
    """Add a scheme that an organisation keeps, organised by itself or by another provider."""
    keeper = organisation_field(organisation, "organisation")
    require(by, Verb.LAB_WRITE, keeper.id)
    if not is_own and not provider:
        raise Invalid({"provider": [_("Say who provides it, or that the organisation runs it itself.")]})
    check_range(range_low, range_high)
    check_unit(quantity, unit)
    scheme = PtScheme(
        organisation_id=keeper.id,
        name=name,
        provider=provider or keeper.name_vi,
        kind=kind,
        is_own=is_own,
        quantity=quantity,
        quantity_key=quantity_key(quantity),
        unit=known_unit(unit, "unit"),
        range_low=range_low,
        range_high=range_high,
        note=note,
    )
    scheme.search = _search(scheme)
    _refuse_named(scheme)
    db.session.add(scheme)
    db.session.flush()
    changes = audit.changes_of(scheme) | {"organisation": [None, keeper.code]}
    audit.record("pt_scheme.add", ("pt_scheme", scheme.id), _said(changes, scheme), by=by)
    return scheme


def edit_scheme(
    scheme: PtScheme,
    *,
    name: str | None = None,
    provider: str | None = None,
    kind: SchemeKind | None = None,
    quantity: str | None = None,
    unit: str | None = None,
    range_low: Decimal | None = None,
    range_high: Decimal | None = None,
    note: str | None = None,
    by: Person | None,
) -> PtScheme:
    """Change what is given of a scheme. The row comes locked."""
    require(by, Verb.LAB_WRITE, scheme.organisation_id)
    given = {
        "name": name,
        "provider": provider,
        "kind": kind,
        "quantity": quantity,
        "unit": unit and known_unit(unit, "unit"),
        "range_low": range_low,
        "range_high": range_high,
        "note": note,
    }
    for field, value in given.items():
        if value is not None:
            setattr(scheme, field, value)
    check_range(scheme.range_low, scheme.range_high)
    check_unit(scheme.quantity, scheme.unit)
    scheme.quantity_key, scheme.search = quantity_key(scheme.quantity), _search(scheme)
    changes = {field: pair for field, pair in audit.changes_of(scheme).items() if field != "quantity_key"}
    _refuse_named(scheme)
    db.session.add(scheme)
    db.session.flush()
    audit.record("pt_scheme.edit", ("pt_scheme", scheme.id), changes, by=by)
    return scheme


def add_round(
    *,
    scheme: int,
    code: str,
    item: str,
    opens_on: date,
    due_on: date,
    measurands: Sequence[MeasurandValues],
    by: Person | None,
) -> PtRound:
    """Plan a round of a scheme, with what is measured in it."""
    of = queries.scheme_field(scheme)
    require(by, Verb.LAB_WRITE, of.organisation_id)
    check_days(opens_on, due_on)
    check_lines(measurands)
    row = PtRound(scheme_id=of.id, code=code, item=item, opens_on=opens_on, due_on=due_on)
    row.measurands[:] = [_measurand(of, place, line) for place, line in enumerate(measurands)]
    one_at_a_time("PT codes")
    if held := same_code(code, db.session.scalars(select(PtRound.code).where(PtRound.scheme_id == of.id))):
        text = _("This scheme has a round “%(code)s” already; choose another code.", code=held)
        raise Conflict(text, errors={"code": [text]})
    db.session.add(row)
    db.session.flush()
    changes: dict[str, object] = {"scheme": of.name, "code": code, "item": item}
    changes |= {"opens_on": opens_on, "due_on": due_on, "measurands": [_told(line) for line in row.measurands]}
    audit.record("pt_round.add", ("pt_round", row.id), {name: [None, to] for name, to in changes.items()}, by=by)
    return row


def edit_round(
    row: PtRound,
    *,
    item: str | None = None,
    opens_on: date | None = None,
    due_on: date | None = None,
    by: Person | None,
) -> PtRound:
    """Change what is given of a round that is not evaluated yet. The row comes locked."""
    require(by, Verb.LAB_WRITE, row.scheme.organisation_id)
    _refuse_judged(row)
    row.item, row.opens_on, row.due_on = item or row.item, opens_on or row.opens_on, due_on or row.due_on
    check_days(row.opens_on, row.due_on)
    audit.record("pt_round.edit", ("pt_round", row.id), audit.changes_of(row), by=by)
    db.session.flush()
    return row


def assign(
    row: PtRound,
    number: int,
    *,
    source: Source,
    assigned_value: Decimal | None = None,
    assigned_uncertainty: Decimal | None = None,
    assigned_factor: Decimal | None = None,
    assigned_by: str | None = None,
    sigma: Decimal | None = None,
    least_results: int | None = None,
    judged_by: Judged | None = None,
    reason: str | None = None,
    by: Person | None,
) -> PtMeasurand:
    """Say anew what a measurand is judged by; once it was evaluated this needs a reason, and changes no evaluation.

    The round comes locked.
    """
    require(by, Verb.LAB_WRITE, row.scheme.organisation_id)
    measurand = queries.measurand_of(row, number)
    if row.state in JUDGED and not reason:
        text = _("This round is evaluated already; give the reason why what it was judged by is corrected.")
        raise Invalid({"reason": [text]})
    measurand.source, measurand.assigned_value = source, assigned_value
    measurand.assigned_uncertainty, measurand.assigned_factor = assigned_uncertainty, assigned_factor
    measurand.assigned_by, measurand.sigma = assigned_by or None, sigma
    measurand.judged_by = judged_by or measurand.judged_by
    measurand.least_results = least_results or measurand.least_results
    check_assigned(measurand.basis)
    changes = audit.changes_of(measurand) | {"measurand": [measurand.name, measurand.name]}
    if reason:
        changes["reason"] = [None, reason]
    audit.record("pt_round.assign", ("pt_round", row.id), changes, by=by)
    db.session.flush()
    return measurand


def invite(row: PtRound, *, lab: str, code: str | None = None, by: Person | None) -> PtParticipant:
    """Let a laboratory take part, under a code of its own or one drawn by lot. The round comes locked."""
    require(by, Verb.LAB_WRITE, row.scheme.organisation_id)
    _refuse_judged(row)
    found = lab_field(lab)
    if queries.participant_of(row, found) is not None:
        text = _("%(lab)s takes part in this round already.", lab=found.name)
        raise Conflict(text, errors={"lab": [text]})
    taken = set(db.session.scalars(select(PtParticipant.code).where(PtParticipant.round_id == row.id)))
    if code and (held := same_code(code, taken)):
        text = _("The code “%(code)s” is another participant's; choose another one.", code=held)
        raise Conflict(text, errors={"code": [text]})
    participant = PtParticipant(round_id=row.id, lab_id=found.id, code=code or _drawn(taken))
    db.session.add(participant)
    db.session.flush()
    changes: audit.Changes = {"lab": [None, found.code], "code": [None, participant.code]}
    audit.record("pt_round.invite", ("pt_round", row.id), changes, by=by)
    return participant


def excuse(row: PtRound, *, lab: str, by: Person | None) -> None:
    """Let a laboratory no longer take part, which has given no result. The round comes locked."""
    require(by, Verb.LAB_WRITE, row.scheme.organisation_id)
    found = lab_field(lab)
    participant = queries.participant_of(row, found)
    if participant is None:
        raise Invalid({"lab": [_("%(lab)s does not take part in this round.", lab=found.name)]})
    if db.session.scalar(select(exists().where(PtResult.participant_id == participant.id))):
        raise Conflict(_("%(lab)s has given results, which are kept.", lab=found.name))
    changes: audit.Changes = {"lab": [found.code, None], "code": [participant.code, None]}
    audit.record("pt_round.excuse", ("pt_round", row.id), changes, by=by)
    db.session.delete(participant)
    db.session.flush()


def participation(row: PtRound, lab: Lab, by: Person | None) -> PtParticipant:
    """A laboratory's place in a round; in one of another provider it takes its place by giving a result."""
    found = queries.participant_of(row, lab)
    if found is not None:
        return found
    if row.scheme.is_own:
        text = _("%(lab)s does not take part in this round; its organiser has to invite it.", lab=lab.name)
        raise Invalid({"lab": [text]})
    return invite(row, lab=lab.code, by=by)


def _refuse_judged(row: PtRound) -> None:
    if row.state in JUDGED:
        raise Conflict(_("This round is evaluated already; what it was evaluated from does not change any more."))


def _measurand(scheme: PtScheme, place: int, line: MeasurandValues) -> PtMeasurand:
    if place >= MOST_MEASURANDS:
        raise Invalid({"measurands": [_("Give at most %(most)s lines.", most=MOST_MEASURANDS)]})
    values: dict[str, Any] = {name: value for name, value in line.items() if value is not None}
    values["unit"] = known_unit(line["unit"], f"measurands.{place}.unit")
    check_unit(scheme.quantity, values["unit"], f"measurands.{place}.unit")
    measurand = PtMeasurand(number=place + 1, **values)
    check_assigned(measurand.basis, f"measurands.{place}.")
    return measurand


def _told(line: PtMeasurand) -> dict[str, object]:
    """What the log says of a measurand."""
    said = {field: getattr(line, field) for field in MeasurandValues.__annotations__}
    return {field: value for field, value in said.items() if value is not None}


def _drawn(taken: set[str]) -> str:
    """A code that says nothing about who has it or when it came."""
    free = [code for code in map(str, range(100, 100 + CODES)) if code not in taken]
    if not free:
        raise Conflict(_("No code is left; give one."))
    return secrets.choice(free)


def _search(scheme: PtScheme) -> str:
    return search_text(scheme.name, scheme.provider, scheme.quantity)[:600]


def _said(changes: audit.Changes, scheme: PtScheme) -> audit.Changes:
    left_out = {"quantity_key", "organisation_id"}
    return {field: pair for field, pair in changes.items() if field not in left_out} | {"is_own": [None, scheme.is_own]}


def _refuse_named(scheme: PtScheme) -> None:
    """Raise Conflict where the organisation keeps another scheme of that name, whatever the case of its letters."""
    others = select(PtScheme.name).where(PtScheme.organisation_id == scheme.organisation_id, PtScheme.id != scheme.id)
    with db.session.no_autoflush:
        one_at_a_time("PT codes")
        names = db.session.scalars(others)
        held = same_code(scheme.name, names)
    if held:
        text = _("This organisation has a scheme “%(name)s” already; choose another name.", name=held)
        raise Conflict(text, errors={"name": [text]})
