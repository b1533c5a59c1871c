"""Writing a check down: what its tag leads to, the registry's answer, what follows, and which check counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from registry.accounts.models import Person
from registry.assets import tags
from registry.assets.models import Asset
from registry.assets.rules import Kind
from registry.inspection.checks import freezing, queries
from registry.inspection.checks.models import InspectionCheck, InspectionFile, InspectionFinding
from registry.inspection.checks.rules import (
    CheckValues,
    Finding,
    Moment,
    differs,
    follows,
    plausible,
    same_stamp,
    thing_of,
)
from registry.inspection.models import Inspection
from registry.kernel import clock
from registry.kernel.db import db

COLUMNS = (
    "seal",
    "stamp_no",
    "stamp_valid_until",
    "in_use",
    "error_value",
    "error_limit",
    "error_unit",
    "remark",
)


class Arrival(NamedTuple):
    """Checks that arrived together: as typed → parsed, parsed → asset, and what is known of these assets."""

    visit: Inspection
    received_at: datetime
    by: Person | None
    parsed: Mapping[str, str | None]
    ids: Mapping[str, int]
    known: freezing.Known


def arrived(
    visit: Inspection, checks: Sequence[CheckValues], received_at: datetime, since: datetime, by: Person | None
) -> Arrival:
    """What the tags of checks lead to; `since` is the first instant at which one was made."""
    parsed = {tag: _parsed(tag) for said in checks if (tag := said.get("tag"))}
    ids = dict(queries.ids_by_tag({tag for tag in parsed.values() if tag is not None}))
    known = freezing.fetched(set(ids.values()), by, clock.today(), since)
    return Arrival(visit, received_at, by, parsed, ids, known)


def written(arrival: Arrival, said: CheckValues, moment: Moment) -> InspectionCheck:
    """Write a check down that is new, and decide whether it is the one that counts."""
    typed = said.get("tag")
    tag = arrival.parsed.get(typed) if typed else None
    asset = arrival.known.assets.get(arrival.ids[tag]) if tag is not None and tag in arrival.ids else None
    thing = thing_of(said, asset.id if asset else None, tag)
    answer = _answer(arrival, asset, thing, moment) if asset is not None else None
    on = clock.local(moment.at).date()
    reasons = [(one["code"], one["schedule"]) for one in answer["reasons"]] if answer else []
    kinds = follows(said, reasons, on)
    stamp = (answer.get("verification") or {}).get("stamp_no") if answer else None
    shown = _shown(said)
    seen = arrival.known.seen
    theirs = asset if asset is not None and (seen is None or asset.owner_id in seen) else None
    row = InspectionCheck(
        inspection_id=arrival.visit.id,
        client_key=said["key"],
        origin=said.get("origin") or said["key"],
        revision=said.get("revision", 0),
        thing=thing,
        standing=True,
        seen_at=moment.at,
        seen_on=on,
        received_at=arrival.received_at,
        said_at=_said_at(said, moment, arrival.received_at),
        clock_ahead=moment.ahead,
        name=asset.name if asset else (said.get("name") or typed or ""),
        kind=asset.kind if asset else Kind.INSTRUMENT,
        instrument_type=(theirs.instrument_type if theirs else said.get("kind")) or None,
        tag=tag,
        answer=answer,
        shown=shown if differs(shown, answer) else None,
        asset_id=asset.id if asset else None,
        manufacturer=theirs.manufacturer if theirs else said.get("manufacturer") or None,
        model=theirs.model if theirs else said.get("model") or None,
        serial_no=theirs.serial_no if theirs else said.get("serial_no") or None,
        present=said.get("present", True),
        violation=_is_violation(said, kinds),
        unverified=bool(kinds & {Finding.NO_VERIFICATION, Finding.EXPIRED_VERIFICATION}),
        seal_broken=Finding.SEAL_BROKEN in kinds,
        over_limit=Finding.OVER_LIMIT in kinds,
        stamp_differs=same_stamp(said.get("stamp_no"), stamp) is False,
        person_id=arrival.by.id if arrival.by else None,
        **{name: said.get(name) or None if name == "remark" else said.get(name) for name in COLUMNS},  # type: ignore[arg-type]  # each as its schema loaded it
    )
    replaced = _take_its_place(arrival.visit, row)
    db.session.add(row)
    db.session.flush()
    db.session.add_all([InspectionFinding(check_id=row.id, kind=kind) for kind in Finding if kind in kinds])
    db.session.add_all([_again(photo, row.id) for photo in {one.stored_file_id: one for one in replaced}.values()])
    db.session.flush()
    return row


def _answer(arrival: Arrival, asset: Asset, thing: str, moment: Moment) -> dict[str, Any]:
    """What the registry said; once this visit forbade its use by what was seen, what it said before that."""
    ended = asset.seal_found_on is not None and asset.repaired_on == asset.seal_found_on
    if ended or asset.error_found_on is not None:
        before = queries.standing(arrival.visit, thing)
        if before is not None and before.answer is not None and (before.shows_broken_seal or before.shows_error):
            return dict(before.answer)
    return freezing.answer(asset, arrival.known, moment.at, arrival.received_at)


def _take_its_place(visit: Inspection, row: InspectionCheck) -> list[InspectionFile]:
    """Of one thing one check counts: a person's newer one takes the place of theirs, a colleague's stays beside it.

    Of the revisions of one check the newest counts, in whatever order they come. Gives the photos of what was replaced.
    """
    photos: list[InspectionFile] = []
    for earlier in queries.revisions(visit, row.origin, row.person_id):
        if earlier.revision > row.revision:
            row.standing, row.beside_id = False, earlier.id
            return photos
        photos += earlier.photos
        row.replaces_id = row.replaces_id or earlier.id
        if earlier.standing:
            earlier.standing = False
            db.session.flush()
            if earlier.thing != row.thing:
                _promote(visit, instead_of=earlier)
    before = queries.standing(visit, row.thing)
    if before is None:
        return photos
    if before.person_id != row.person_id or row.seen_at < before.seen_at:
        row.standing, row.beside_id = False, before.id
        return photos
    before.standing, row.replaces_id = False, before.id
    db.session.flush()
    return [*photos, *before.photos]


def _promote(visit: Inspection, *, instead_of: InspectionCheck) -> None:
    """Somebody's check of a thing counts where the one that counted turned out to be of another thing."""
    others = [row for row in queries.beside(visit, instead_of.thing) if row.id != instead_of.id]
    if others:
        others[0].standing, others[0].beside_id = True, None
        db.session.flush()


def _again(photo: InspectionFile, check_id: int) -> InspectionFile:
    """The same photo on the check that took the place of its own."""
    return InspectionFile(
        check_id=check_id,
        stored_file_id=photo.stored_file_id,
        name=photo.name,
        kind=photo.kind,
        caption=photo.caption,
        added_at=photo.added_at,
        added_by_id=photo.added_by_id,
    )


def _said_at(said: CheckValues, moment: Moment, received_at: datetime) -> datetime | None:
    at = said.get("at")
    return plausible(at, received_at) if at is not None and moment.ahead is not None else None


def _is_violation(said: CheckValues, kinds: frozenset[Finding]) -> bool:
    stated = said.get("violation")
    return bool(kinds) if stated is None else stated


def _shown(said: CheckValues) -> dict[str, Any] | None:
    shown = said.get("shown")
    if shown is None:
        return None
    due_on = shown.get("due_on")
    return {
        "prepared_at": shown["prepared_at"].isoformat(),
        "validity": shown.get("validity"),
        "fit_for_use": shown.get("fit_for_use"),
        "due_on": due_on.isoformat() if due_on else None,
    }


def _parsed(text: str) -> str | None:
    try:
        return tags.parse(text)
    except tags.MistypedTag:
        return None
