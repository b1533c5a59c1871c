"""What changes laboratories."""

from collections.abc import Mapping, Sequence
from datetime import date
from operator import attrgetter

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day
from registry.kernel.text import search_text
from registry.labs import holding, queries
from registry.labs.confirming.actions import stated
from registry.labs.confirming.queries import may_confirm
from registry.labs.holding import declare
from registry.labs.journey import declared_on
from registry.labs.keeping import keep
from registry.labs.models import Accreditation, Lab, ScopeLine
from registry.labs.rules import (
    AccreditationValues,
    Iso17025Status,
    LabKind,
    RecognitionValues,
    SiteValues,
    check_accreditations,
    check_status,
    declared_status,
)
from registry.labs.scope.actions import set_lines
from registry.labs.scope.lines import LineValues, told
from registry.labs.standing import check_overlaps, interrupted, status_on


def register(
    *,
    code: str,
    name: str,
    organisation: str,
    iso17025_status: Iso17025Status | None = None,
    address: str = "",
    kinds: Sequence[LabKind] = (),
    sites: Sequence[SiteValues] = (),
    recognitions: Sequence[RecognitionValues] = (),
    accreditations: Sequence[AccreditationValues] = (),
    scope: Sequence[LineValues] = (),
    by: Person | None,
) -> Lab:
    """Register a laboratory of an organisation; the code is free. Without a status its accreditations say it."""
    owner = organisation_field(organisation, "organisation")
    require(by, Verb.LAB_WRITE, owner.id)
    standards = [held["standard"] for held in accreditations]
    status = declared_status(iso17025_status, standards)
    check_status(status, standards)
    one_at_a_time("laboratory codes")
    if held := queries.code_taken(code):
        message = _("A laboratory with the code “%(code)s” exists already; choose another code.", code=held)
        raise Conflict(message, errors={"code": [message]})
    lab = Lab(code=code, name=name, organisation_id=owner.id, iso17025_status=status, address=address)
    changes = audit.changes_of(lab) | {"organisation": [None, owner.code]}
    changes |= holding.replace(lab, kinds, sites, recognitions, by) | _replace(lab, accreditations, scope, None, by)
    declare(lab, status, by)
    db.session.add(lab)
    db.session.flush()
    keep(lab)
    holding.tell(lab, changes)
    audit.record("lab.register", ("lab", code), changes, by=by)
    return lab


def edit(
    lab: Lab,
    *,
    name: str | None = None,
    organisation: str | None = None,
    iso17025_status: Iso17025Status | None = None,
    address: str | None = None,
    kinds: Sequence[LabKind] | None = None,
    sites: Sequence[SiteValues] | None = None,
    recognitions: Sequence[RecognitionValues] | None = None,
    accreditations: Sequence[AccreditationValues] | None = None,
    scope: Sequence[LineValues] | None = None,
    by: Person | None,
) -> Lab:
    """Change what is given of a laboratory; a list that is given replaces the one before. Its code stays.

    What that changes of a scope counts from today on.
    """
    require(by, Verb.LAB_WRITE, lab.organisation_id)
    if organisation is not None:
        owner = organisation_field(organisation, "organisation")
        require(by, Verb.LAB_WRITE, owner.id)
        lab.organisation_id = owner.id
    given: dict[str, object] = {"name": name, "address": address}
    if iso17025_status not in {None, declared_on(lab.accreditations, lab.steps, lab.iso17025_status, clock.today())}:
        declare(lab, iso17025_status, by)
        given["iso17025_status"] = iso17025_status
    for field, value in given.items():
        if value is not None:
            setattr(lab, field, value)
    changes = audit.changes_of(lab) | holding.replace(lab, kinds, sites, recognitions, by)
    changes |= _replace(lab, accreditations, scope, clock.today(), by)
    if iso17025_status is not None or accreditations is not None:
        check_status(lab.iso17025_status, [held.standard for held in lab.accreditations])
    audit.record("lab.edit", ("lab", lab.code), changes, by=by)
    db.session.flush()
    keep(lab)
    holding.tell(lab, changes)
    return lab


def _replace(
    lab: Lab,
    accreditations: Sequence[AccreditationValues] | None,
    scope: Sequence[LineValues] | None,
    since: date | None,
    by: Person | None,
) -> audit.Changes:
    """Put new lists in the place of old ones, a scope from a day on; gives what differs."""
    before = _lists(lab)
    if accreditations is not None:
        check_accreditations(accreditations)
        _hold(lab, accreditations, by)
    if scope is not None:
        set_lines(lab, scope, since=since, by=by)
    lab.search = search_text(lab.code, lab.name, lab.address, *(held.number for held in lab.accreditations))[:2000]
    after = _lists(lab)
    return {field: [before[field], after[field]] for field in after if before[field] != after[field]}


def _hold(lab: Lab, accreditations: Sequence[AccreditationValues], by: Person | None) -> None:
    """Let a laboratory hold these accreditations: one it held before stays the same one, with its decisions.

    What is new or said otherwise is confirmed where somebody says it who may confirm it, else stated only.
    """
    before = {_grant(_told(held)): held for held in lab.accreditations}
    already = {held: _told(held) for held in lab.accreditations}
    _refuse_otherwise(before, accreditations, by, lab.organisation_id)
    _refuse_of_others(lab, accreditations, by)
    after = [_as_said(before.pop(_grant(said), None), said, place) for place, said in enumerate(accreditations)]
    stated([held for held in after if already.get(held) != _told(held)], by, lab.organisation_id)
    for held in before.values():
        if held.confirmed and not may_confirm(by, lab.organisation_id):
            message = _("%(number)s was confirmed by the supervising body, so that it stays.", number=held.number)
            raise Invalid({"accreditations": [message]})
        if held.decisions:
            message = _("Decisions are recorded about %(number)s, so that it stays in the list.", number=held.number)
            raise Invalid({"accreditations": [message]})
    if [_told(held) for held in lab.accreditations] != list(accreditations):
        check_overlaps(after)
    lab.accreditations[:] = after


def _refuse_otherwise(
    held: Mapping[tuple[str, str, date], Accreditation],
    accreditations: Sequence[AccreditationValues],
    by: Person | None,
    organisation_id: int,
) -> None:
    """What was confirmed is said otherwise by decisions, or by those who confirm it. Raises Invalid."""
    errors: dict[str, list[str]] = {}
    for place, said in enumerate(accreditations):
        one = held.get(_grant(said))
        if one is not None and one.confirmed and (told := _told(one)) != said:
            message = _(
                "%(number)s was confirmed by the supervising body; record the decision that changes it.",
                number=one.number,
            )
            field = next(name for name, value in said.items() if told[name] != value)  # type: ignore[literal-required]
            errors[f"accreditations.{place}.{field}"] = [message]
    if errors and not may_confirm(by, organisation_id):
        raise Invalid(errors)


def _refuse_of_others(lab: Lab, accreditations: Sequence[AccreditationValues], by: Person | None) -> None:
    """Nobody states as their own what is confirmed of another laboratory; who confirms may say that it moved."""
    theirs = queries.confirmed_elsewhere(lab, {said["number"] for said in accreditations})
    errors = {
        f"accreditations.{place}.number": [
            _("%(number)s of %(body)s is the accreditation of %(lab)s.", number=held[1], body=held[0], lab=held[2])
        ]
        for place, said in enumerate(accreditations)
        for held in theirs
        if (held[0].casefold(), held[1].casefold()) == (said["body"].casefold(), said["number"].casefold())
    }
    if errors and not may_confirm(by, lab.organisation_id):
        raise Invalid(errors)


def _as_said(held: Accreditation | None, said: AccreditationValues, place: int) -> Accreditation:
    """An accreditation as it is said now; what its decisions say of it is not said otherwise."""
    if held is None:
        return Accreditation(**said)
    told = _told(held)
    if held.granted_until is not None and said["valid_until"] != told["valid_until"]:
        message = _("A decision says until when it is valid, %(day)s; record another.", day=said_day(held.valid_until))
        raise Invalid({f"accreditations.{place}.valid_until": [message]})
    if interrupted(held) and said["status"] != told["status"]:
        message = _("Decisions say from which day it was suspended, reinstated or withdrawn; record another.")
        raise Invalid({f"accreditations.{place}.status": [message]})
    for field, value in said.items():
        if field != "status" or not interrupted(held):
            setattr(held, field, value)
    return held


def _grant(said: AccreditationValues) -> tuple[str, str, date]:
    return said["body"].casefold(), said["number"].casefold(), said["granted_on"]


def _told(held: Accreditation) -> AccreditationValues:
    status = status_on(held, clock.today())
    return AccreditationValues(
        body=held.body,
        number=held.number,
        standard=held.standard,
        granted_on=held.granted_on,
        valid_until=held.valid_until,
        status=status,
    )


def _said(line: ScopeLine) -> dict[str, object]:
    return {field: value for field, value in told(line).items() if value is not None}


def _lists(lab: Lab) -> dict[str, list[dict[str, object]]]:
    return {
        "accreditations": [dict(_told(held)) for held in lab.accreditations],
        "scope": [_said(line) for line in sorted(lab.lines, key=attrgetter("position")) if line.corrected_at is None],
    }
