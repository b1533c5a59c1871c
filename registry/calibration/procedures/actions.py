"""What changes procedures: each change is a new version."""

from collections.abc import Sequence
from decimal import Decimal

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.assets.models import Asset
from registry.assets.types import queries as kinds
from registry.assets.types.models import InstrumentType
from registry.calibration.procedures import queries
from registry.calibration.procedures.models import CalibrationProcedure, ProcedureVersion
from registry.calibration.procedures.rules import LimitsSource, Setpoint, Terms, check_terms
from registry.calibration.queries import asset_field
from registry.calibration.rules import CalibrationKind, Condition, DecisionRule, check_reason
from registry.kernel import audit, clock
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _
from registry.kernel.text import fold, search_text


def add(
    *,
    code: str,
    kind: CalibrationKind,
    owner: str | None = None,
    title_vi: str,
    title_en: str | None = None,
    method: str | None = None,
    quantity: str | None = None,
    types: Sequence[str] = (),
    decision_rule: DecisionRule | None = None,
    guard_factor: Decimal | None = None,
    target_risk: Decimal | None = None,
    limits: LimitsSource = LimitsSource.ASSET_MPE,
    setpoints: Sequence[Setpoint] = (),
    environment: Sequence[Condition] = (),
    standards: Sequence[str] = (),
    standards_needed: str | None = None,
    note: str = "",
    by: Person | None,
) -> CalibrationProcedure:
    """Add a procedure with its first version, for an organisation, or for everybody by an administrator.

    Raises Conflict when the owner has one of that code, whatever the case of its letters.
    """
    keeper = organisation_field(owner) if owner else None
    owner_id = keeper.id if keeper else None
    _require(by, owner_id)
    one_at_a_time("calibration_procedure")
    if held := queries.taken(code, owner_id):
        text = _("A procedure with the code “%(code)s” exists already; change it, or choose another code.", code=held)
        raise Conflict(text, errors={"code": [text]})
    terms = Terms(
        title_vi=title_vi,
        title_en=title_en or title_vi,
        method=method or None,
        quantity=quantity or None,
        decision_rule=decision_rule,
        guard_factor=guard_factor,
        target_risk=target_risk,
        limits=limits,
        setpoints=list(setpoints),
        environment=list(environment),
        standards_needed=standards_needed or None,
        note=note,
    )
    _check(terms)
    named, used = _types(types, owner_id, by), _standards(standards)
    row = CalibrationProcedure(
        code=code, kind=kind, owner_id=owner_id, number=1, search=search_text(code, title_vi, title_en)
    )
    db.session.add(row)
    db.session.flush()
    version = _version(row, terms, named, used, by)
    db.session.add(version)
    db.session.flush()
    said: audit.Changes = {
        "code": [None, code],
        "kind": [None, kind],
        "owner": [None, keeper.code if keeper else None],
    }
    audit.record("procedure.add", ("procedure", row.id), said | _changed(None, version), by=by)
    return row


def revise(
    row: CalibrationProcedure,
    *,
    title_vi: str,
    title_en: str | None = None,
    method: str | None = None,
    quantity: str | None = None,
    types: Sequence[str] = (),
    decision_rule: DecisionRule | None = None,
    guard_factor: Decimal | None = None,
    target_risk: Decimal | None = None,
    limits: LimitsSource = LimitsSource.ASSET_MPE,
    setpoints: Sequence[Setpoint] = (),
    environment: Sequence[Condition] = (),
    standards: Sequence[str] = (),
    standards_needed: str | None = None,
    note: str = "",
    by: Person | None,
) -> CalibrationProcedure:
    """Say everything anew in a next version; records keep the version they were made by. The row comes locked.

    Raises Conflict for one that was retired. Where nothing changes, no version is made.
    """
    _require(by, row.owner_id)
    _refuse_retired(row)
    terms = Terms(
        title_vi=title_vi,
        title_en=title_en or title_vi,
        method=method or None,
        quantity=quantity or None,
        decision_rule=decision_rule,
        guard_factor=guard_factor,
        target_risk=target_risk,
        limits=limits,
        setpoints=list(setpoints),
        environment=list(environment),
        standards_needed=standards_needed or None,
        note=note,
    )
    _check(terms)
    before = row.current
    row.number += 1
    version = _version(row, terms, _types(types, row.owner_id, by), _standards(standards), by)
    changes = _changed(before, version)
    if not changes:
        row.number = before.number
        return row
    db.session.add(version)
    row.search = search_text(row.code, title_vi, title_en)
    db.session.flush()
    audit.record("procedure.revise", ("procedure", row.id), changes | {"version": [before.number, row.number]}, by=by)
    return row


def retire(row: CalibrationProcedure, *, reason: str, by: Person | None) -> CalibrationProcedure:
    """Offer a procedure no longer, with a reason; it stays readable, and so do the records made by it."""
    _require(by, row.owner_id)
    messages = check_reason(reason)
    if messages:
        raise Invalid(messages)
    _refuse_retired(row)
    row.retired_at, row.retired_because = clock.now(), reason
    audit.record("procedure.retire", ("procedure", row.id), {"reason": [None, reason]}, by=by)
    db.session.flush()
    return row


def _refuse_retired(row: CalibrationProcedure) -> None:
    if row.retired_at is not None:
        text = _("This procedure was retired: %(why)s Add a new one.", why=row.retired_because or "")
        raise Conflict(text)


def _require(by: Person | None, owner_id: int | None) -> None:
    if owner_id is None:
        require(by, Verb.CATALOGUE_WRITE)
    else:
        require(by, Verb.PROCEDURE_WRITE, owner_id)


def _check(terms: Terms) -> None:
    messages = check_terms(terms)
    if messages:
        raise Invalid(messages)


def _version(
    row: CalibrationProcedure,
    terms: Terms,
    types: list[InstrumentType],
    standards: list[Asset],
    by: Person | None,
) -> ProcedureVersion:
    """The version of a procedure's number."""
    return ProcedureVersion(
        procedure_id=row.id,
        number=row.number,
        quantity_key=fold(terms.quantity) if terms.quantity else None,
        made_at=clock.now(),
        made_by_id=by.id if by else None,
        types=types,
        standards=standards,
        **terms._asdict(),
    )


def _types(given: Sequence[str], owner_id: int | None, by: Person | None) -> list[InstrumentType]:
    """The types that are given by code or name, each once; raises Invalid beside `types.1`."""
    found: dict[int, InstrumentType] = {}
    errors: dict[str, list[str]] = {}
    for place, text in enumerate(given):
        one = kinds.named(by, text, owner_id)
        if one is None:
            errors[f"types.{place}"] = [
                _("There is no instrument type “%(name)s”; choose one of the catalogue.", name=text)
            ]
        else:
            found[one.id] = one
    if errors:
        raise Invalid(errors)
    return list(found.values())


def _standards(given: Sequence[str]) -> list[Asset]:
    """The assets that are given by their tags, each once; raises Invalid beside `standards.1`."""
    found: dict[int, Asset] = {}
    errors: dict[str, list[str]] = {}
    for place, tag in enumerate(given):
        try:
            one = asset_field(tag, f"standards.{place}")
        except Invalid as error:
            errors |= {name: list(messages) for name, messages in (error.errors or {}).items()}
            continue
        found[one.id] = one
    if errors:
        raise Invalid(errors)
    return list(found.values())


def _changed(before: ProcedureVersion | None, after: ProcedureVersion) -> audit.Changes:
    old, new = (None if before is None else _told(before)), _told(after)
    return {
        name: [None if old is None else old[name], value]
        for name, value in new.items()
        if (value not in (None, "", []) if old is None else old[name] != value)
    }


def _told(version: ProcedureVersion) -> dict[str, object]:
    """What the log says of a version."""
    said: dict[str, object] = {name: getattr(version, name) for name in Terms._fields}
    said["setpoints"] = [
        {name: value for name, value in point.items() if value is not None} for point in version.setpoints
    ]
    said["types"] = sorted(one.code for one in version.types)
    said["standards"] = sorted(one.tag for one in version.standards)
    return said
