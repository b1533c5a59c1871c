"""What records checks, their photos, and assets made of things that were not in the registry."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import select

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import actions as assets
from registry.assets.models import Asset
from registry.assets.rules import Kind
from registry.inspection import acting, settling
from registry.inspection import actions as inspections
from registry.inspection.acting import Act
from registry.inspection.checks import queries, recording
from registry.inspection.checks.models import InspectionCheck, InspectionFile
from registry.inspection.checks.rules import (
    Because,
    CheckValues,
    Finding,
    Moment,
    Seal,
    ShownValues,
    Verdict,
    faults,
    moment_of,
    resaid,
)
from registry.inspection.models import Inspection, InspectionMember
from registry.inspection.rules import RECORDING, State, early_text, state_text
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid, Messages
from registry.kernel.files import attachments
from registry.kernel.files.intake import Incoming
from registry.kernel.files.rules import FileKind
from registry.kernel.i18n import _

LONGEST_LOCATION: Final = 200  # of an asset; the place of a visit is said with more words


class Told(NamedTuple):
    """What became of a check: `first_by` names the colleague whose record came first, None where it was one's own.

    `late`: it came after the minutes were signed, which are to be amended. `errors` and `because` are of a refusal.
    """

    key: str
    verdict: Verdict
    check: InspectionCheck | None = None
    first_by: str | None = None
    because: Because | None = None
    reason: str | None = None
    errors: Messages | None = None
    late: bool = False


def receive(
    visit: Inspection, *, checks: Sequence[CheckValues], sent_at: datetime | None = None, by: Person | None
) -> list[Told]:
    """Record checks and say what became of each. One that was sent before is not recorded again, and is told the same.

    Whoever sends to one inspection waits for whoever did before. A check that is refused keeps no other from being
    recorded; another one under a known key is refused. The first one begins an inspection that was prepared, from its
    first day on. What was seen before the minutes were signed is recorded also after that, until the inspection is
    closed. Raises Forbidden for who was never in the team.
    """
    member = _member(visit, by)
    lock(visit)
    if visit.state is State.PLANNED:
        raise Conflict(_("Prepare this inspection first: it has no decision or no team yet."))
    early = early_text(visit.planned_from, clock.today()) if visit.state is State.PREPARED else None
    if early is not None:  # nothing is lost: what waits on a phone is sent again
        raise Conflict(early)
    received_at = clock.now()
    earliest = visit.reached_at(State.PREPARED) or visit.made_at
    held = queries.by_keys(visit, {said["key"] for said in checks})
    moments = {
        said["key"]: moment_of(said.get("at"), sent_at, earliest=earliest, received_at=received_at) for said in checks
    }
    arrival = recording.arrived(visit, checks, received_at, min(one.at for one in moments.values()), by)
    fresh: list[InspectionCheck] = []
    refused: dict[str, Told] = {}
    for said in checks:
        key, moment = said["key"], moments[said["key"]]
        if key in held:
            if resaid(held[key], said, arrival.parsed.get(said.get("tag") or "")):
                refused[key] = _resaid(key)
            continue
        if key in refused:
            continue
        if (why := _refusal(visit, member, said, moment)) is not None:
            refused[key] = why
        else:
            held[key] = recording.written(arrival, said, moment)
            fresh.append(held[key])
    if fresh and visit.state is State.PREPARED:
        inspections.move(visit, State.IN_PROGRESS, None, by)
    entries = [(("inspection", visit.id), _changes(check)) for check in fresh]
    audit.record_all("inspection.check", entries, by=by)
    settling.settle(queries.assets_of(visit, {check.origin for check in fresh}), by)
    firsts = queries.by_ids({check.beside_id for check in held.values() if check.beside_id is not None})
    signed_at = visit.reached_at(State.SIGNED)
    return [refused.get(said["key"]) or _told(held[said["key"]], firsts, signed_at) for said in checks]


def check(
    visit: Inspection,
    *,
    key: str,
    origin: str | None = None,
    revision: int = 0,
    tag: str | None = None,
    at: datetime | None = None,
    kind: str | None = None,
    name: str | None = None,
    manufacturer: str | None = None,
    model: str | None = None,
    serial_no: str | None = None,
    present: bool = True,
    seal: Seal | None = None,
    stamp_no: str | None = None,
    stamp_valid_until: date | None = None,
    in_use: bool | None = None,
    error_value: Decimal | None = None,
    error_limit: Decimal | None = None,
    error_unit: str | None = None,
    findings: Sequence[Finding] = (),
    violation: bool | None = None,
    remark: str | None = None,
    shown: ShownValues | None = None,
    sent_at: datetime | None = None,
    by: Person | None,
) -> Told:
    """Record one check; a refusal is raised."""
    said: CheckValues = {
        "key": key,
        "origin": origin,
        "revision": revision,
        "tag": tag,
        "at": at,
        "kind": kind,
        "name": name,
        "manufacturer": manufacturer,
        "model": model,
        "serial_no": serial_no,
        "present": present,
        "seal": seal,
        "stamp_no": stamp_no,
        "stamp_valid_until": stamp_valid_until,
        "in_use": in_use,
        "error_value": error_value,
        "error_limit": error_limit,
        "error_unit": error_unit,
        "findings": findings,
        "violation": violation,
        "remark": remark,
        "shown": shown,
    }
    (told,) = receive(visit, checks=[said], sent_at=sent_at, by=by)
    if told.errors is not None:
        raise Invalid(told.errors)
    if told.because is Because.REMOVED:
        raise Forbidden(told.reason or "")
    if told.because is not None:
        raise Conflict(told.reason or "")
    return told


def may_record(visit: Inspection, *, by: Person | None) -> None:
    """Raise Forbidden for who was never in the team."""
    _member(visit, by)


def photograph(
    visit: Inspection, found: InspectionCheck, *, incoming: Incoming, caption: str = "", by: Person | None
) -> tuple[InspectionFile, bool]:
    """Hang a photo on a check of one's own; and whether it is new there. Raises Invalid for what is no picture.

    Where a later one took the check's place meanwhile, it hangs on that. It may come after the minutes were signed as
    long as nothing is closed: a phone sends pictures last.
    """
    _member(visit, by)
    lock(visit)
    if by is not None and found.person_id != by.id:
        raise Forbidden(_("Only who made a check adds photos to it."))
    if visit.state not in RECORDING | {State.SIGNED}:
        raise Conflict(_closed(visit))
    newest = queries.in_its_place(found)
    return attachments.attach(queries.hook(newest), incoming, kind=FileKind.PHOTO, caption=caption, by=by)


def register(found: InspectionCheck, visit: Inspection, *, owner: str, kind: Kind, by: Person | None) -> Asset:
    """Make an asset of a thing that was not in the registry, for who may write for its owner."""
    if found.asset_id is not None or found.registered_id is not None:
        raise Conflict(_("This instrument is in the registry already."))
    made = assets.register(
        kind=kind,
        name=found.name,
        owner=owner,
        manufacturer=found.manufacturer,
        model=found.model,
        serial_no=found.serial_no,
        instrument_type=found.instrument_type,
        location=visit.place[:LONGEST_LOCATION] if visit.place else None,
        by=by,
    )
    db.session.flush()
    found.registered_id = made.id
    db.session.flush()
    settling.settle([made.id], by)
    audit.record("inspection.register", ("inspection", visit.id), {"tag": [None, made.tag]}, by=by)
    db.session.flush()
    return made


def prefer(visit: Inspection, found: InspectionCheck, *, by: Person | None) -> InspectionCheck:
    """Let a check count where colleagues saw a thing differently, and set the others aside: the leader decides that."""
    lock(visit)
    acting.check(visit, Act.LEAD, by)
    if visit.state is not State.IN_PROGRESS:
        raise Conflict(_("Which record counts is decided while the inspection is being done."))
    chosen = queries.in_its_place(found)
    others = [row for row in queries.beside(visit, chosen.thing) if row.id != chosen.id]
    before = queries.standing(visit, chosen.thing)
    if before is not None and before.id != chosen.id:
        before.standing = False
        others.append(before)
        db.session.flush()
    for row in others:
        row.aside_at, row.aside_by_id = clock.now(), by.id if by else None
    chosen.standing, chosen.aside_at, chosen.aside_by_id = True, None, None
    names: list[object] = [
        row.person.name if row is not None and row.person is not None else None for row in (before, chosen)
    ]
    changes: audit.Changes = {"name": [None, chosen.name], "seen_by": names}
    audit.record("inspection.prefer", ("inspection", visit.id), changes, by=by)
    db.session.flush()
    settling.settle({row.asset_id for row in (before, chosen) if row is not None and row.asset_id is not None}, by)
    return chosen


def lock(visit: Inspection) -> None:
    """Nobody else records, signs or closes until this transaction ends; the row is as the last one left it."""
    held = select(Inspection).where(Inspection.id == visit.id).with_for_update(of=Inspection)
    db.session.scalars(held.execution_options(populate_existing=True)).one()


def _member(visit: Inspection, by: Person | None) -> InspectionMember | None:
    """The person's place in the team, also one that was taken out of it: what was seen before counts."""
    require(by, Verb.INSPECTION_WRITE)
    found = next((one for one in visit.members if by is not None and one.person_id == by.id), None)
    if by is not None and found is None:
        raise Forbidden(_("Only the team of this inspection records what is seen; ask its leader to add you."))
    return found


def _refusal(visit: Inspection, member: InspectionMember | None, said: CheckValues, moment: Moment) -> Told | None:
    key = said["key"]
    if visit.state not in RECORDING and not _is_from_before_signing(visit, moment):
        return Told(key, Verdict.REFUSED, because=Because.CLOSED, reason=_closed(visit))
    if member is not None and member.removed_at is not None and moment.at >= member.removed_at:
        reason = _("You were taken out of the team before this was seen; hand it to the leader.")
        return Told(key, Verdict.REFUSED, because=Because.REMOVED, reason=reason)
    if errors := faults(said):
        reason = " ".join(message for messages in errors.values() for message in messages)
        return Told(key, Verdict.REFUSED, because=Because.INVALID, reason=reason, errors=errors)
    return None


def _resaid(key: str) -> Told:
    reason = _(
        "A check with other words was recorded under this key, and stays as it is: send the change under a key of its "
        "own, as the next revision of its origin."
    )
    return Told(key, Verdict.REFUSED, because=Because.INVALID, reason=reason, errors={"key": [reason]})


def _changes(row: InspectionCheck) -> audit.Changes:
    kinds = [finding.value for finding in row.kinds]
    said = {"name": row.name, "tag": row.tag, "serial_no": row.serial_no, "findings": kinds, "violation": row.violation}
    return {field: [None, value] for field, value in said.items() if value not in (None, [])}


def _told(row: InspectionCheck, firsts: Mapping[int, InspectionCheck], signed_at: datetime | None) -> Told:
    first = firsts.get(row.beside_id) if row.beside_id is not None else None
    colleague = first.person if first is not None and first.person_id != row.person_id else None
    is_late = signed_at is not None and row.received_at > signed_at
    return Told(row.client_key, row.verdict, row, colleague.name if colleague else None, late=is_late)


def _is_from_before_signing(visit: Inspection, moment: Moment) -> bool:
    signed_at = visit.reached_at(State.SIGNED)
    return visit.state is State.SIGNED and signed_at is not None and moment.at < signed_at


def _closed(visit: Inspection) -> str:
    if visit.state is State.SIGNED:
        return _(
            "The minutes were signed before this was seen, so it is no part of this inspection and was not recorded. "
            "Keep a copy of it, and ask the leader for another inspection."
        )
    return _(
        "This inspection is “%(state)s” by now and takes nothing any more; this was not recorded. Keep a copy of it, "
        "and ask the leader for another inspection.",
        state=state_text(visit.state),
    )
