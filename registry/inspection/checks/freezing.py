"""The registry's answer about things at a moment, for many at once: what is frozen beside what inspectors see."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Table, and_, func, or_, select
from sqlalchemy.orm import joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.assets.fitness import Lack, Reason, ScanFacts, SetFacts, stop_of, told_of
from registry.assets.lacking import lacks_of
from registry.assets.models import Asset
from registry.assets.rules import Kind, ScheduleFacts, ScheduleKind
from registry.assets.types.models import InstrumentType, InstrumentTypeVersion
from registry.assets.types.rules import ControlGroup
from registry.assets.words import reason_text
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, RecordStatus
from registry.kernel import clock
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.i18n import kept_of

MOST_ON_A_PHONE: Final = 2000
PUBLIC: Final = (
    *("tag", "label", "name", "kind", "status", "validity", "fit_for_use", "due_on", "reasons", "as_of", "known_at"),
    "changed_since",
)
calibration = cast("Table", Calibration.__table__)
version = cast("Table", InstrumentTypeVersion.__table__)


class Known(NamedTuple):
    """What is known of some assets, fetched at once; `changed` is when each was last written to."""

    assets: Mapping[int, Asset]
    verifications: Mapping[int, Calibration]
    law_asks: Collection[int]
    changed: Mapping[str, datetime]
    seen: Collection[int] | None
    lacks: Mapping[int, Lack]


def fetched(ids: Collection[int], person: Person | None, today: date, since: datetime | None = None) -> Known:
    """Everything that answers about some assets are made of, in the same few statements however many they are."""
    wanted = select(Asset).where(Asset.id.in_(ids)).options(joinedload(Asset.parent).joinedload(Asset.parent))
    found = {one.id: one for one in db.session.scalars(wanted)}
    reached = accounts.reached(person) if person is not None else None
    return Known(
        found,
        _verifications(ids),
        _asked_by_law({one.instrument_type_id for one in found.values() if one.instrument_type_id}, today),
        _changed([one.tag for one in found.values()], since),
        None if reached is None else frozenset(reached),
        lacks_of(ids),
    )


def answer(asset: Asset, known: Known, at: datetime, known_at: datetime) -> dict[str, Any]:
    """What the registry says of an asset on the day of an instant, as JSON: public parts, and the rest as far as seen.

    `changed_since` says that its record was written to between the two instants.
    """
    on = clock.local(at).date()
    state, due_on, fit, against = told_of(facts_of(asset, known), on)
    changed = known.changed.get(asset.tag)
    told: dict[str, Any] = {
        "tag": asset.tag,
        "label": asset.current_tag,
        "name": asset.name,
        "kind": asset.kind.value,
        "status": asset.status.value,
        "validity": state.value,
        "fit_for_use": fit,
        "due_on": due_on.isoformat() if due_on else None,
        "reasons": [_reason(one) for one in against],
        "as_of": on.isoformat(),
        "known_at": known_at.isoformat(),
        "changed_since": changed is not None and at < changed <= known_at,
    }
    if known.seen is None or asset.owner_id in known.seen:
        told |= {
            "owner": {"code": asset.owner.code, "name": asset.owner.name_vi},
            "manufacturer": asset.manufacturer,
            "model": asset.model,
            "serial_no": asset.serial_no,
            "instrument_type": asset.instrument_type,
            "location": asset.location,
            "verification": _verification(known.verifications.get(asset.id)),
        }
    return told


def facts_of(asset: Asset, known: Known) -> ScanFacts:
    """What a scan of an asset is told from."""
    schedules = [ScheduleFacts(one.kind, one.proof, one.due_on) for one in asset.proofs]
    unproven = all(one.kind is not ScheduleKind.VERIFICATION for one in schedules)
    return ScanFacts(
        tag=asset.tag,
        kind=asset.kind,
        name=asset.name,
        status=asset.status,
        proof=asset.proof,
        due_on=asset.due_on,
        owner_id=asset.owner_id,
        expires_on=asset.expires_on,
        restriction=asset.restriction,
        label_tag=asset.label_tag,
        doubt=asset.doubt,
        contradicted=asset.contradicted,
        instrument_type=asset.instrument_type,
        schedules=schedules,
        sets=_sets(asset),
        law_asks=_law_asks(asset, known) if unproven else False,
        repaired_on=asset.repaired_on,
        lacks=known.lacks.get(asset.id),
        altered_on=asset.altered_on,
        stop=stop_of(asset.stopped_on, asset.error_found_on),
    )


def _law_asks(asset: Asset, known: Known) -> bool | None:
    """Whether the law has the type of an asset verified; see ScanFacts."""
    if asset.instrument_type_id is None:
        return None if asset.kind is Kind.INSTRUMENT else False
    return asset.instrument_type_id in known.law_asks


def of_organisation(organisation_id: int) -> Sequence[int]:
    """The assets that are expected at an organisation and those below it, by name; at most MOST_ON_A_PHONE."""
    ours = Asset.owner_id.in_(accounts.below(organisation_id))
    wanted = select(Asset.id).where(ours).order_by(Asset.name_order, Asset.id)
    return db.session.scalars(wanted.limit(MOST_ON_A_PHONE)).all()


def left_off(organisation_id: int) -> int:
    """How many more assets are expected there than MOST_ON_A_PHONE."""
    held = select(func.count()).select_from(Asset).where(Asset.owner_id.in_(accounts.below(organisation_id)))
    return max(0, (db.session.scalar(held) or 0) - MOST_ON_A_PHONE)


def _sets(asset: Asset) -> list[SetFacts]:
    found: list[SetFacts] = []
    whole = asset.parent
    while whole is not None and len(found) < 2:  # noqa: PLR2004 — a set and the one above it
        verified = any(one.kind is ScheduleKind.VERIFICATION for one in whole.proofs)
        bare = whole.parent_id is not None and whole.expires_on is None and not whole.proofs
        found.append(SetFacts(whole.tag, whole.status, whole.proof, whole.due_on, whole.restriction, verified, bare))
        whole = whole.parent
    return found


def _reason(one: Reason) -> dict[str, Any]:
    schedule = one.schedule.value if one.schedule else None
    return {"code": one.code.value, "schedule": schedule, "text": kept_of(reason_text(one))}


def _verification(done: Calibration | None) -> dict[str, Any] | None:
    if done is None:
        return None
    until = done.due_on or done.valid_until
    return {
        "certificate_no": done.certificate_no,
        "stamp_no": done.stamp_no,
        "seal_nos": done.seal_nos,
        "performed_on": done.performed_on.isoformat(),
        "valid_until": until.isoformat() if until else None,
    }


def _verifications(ids: Collection[int]) -> dict[int, Calibration]:
    """The newest issued verification of each asset."""
    place = func.row_number().over(
        partition_by=calibration.c.asset_id, order_by=(calibration.c.performed_on.desc(), calibration.c.id.desc())
    )
    ranked = (
        select(calibration.c.id, place.label("place"))
        .where(
            calibration.c.asset_id.in_(ids),
            calibration.c.kind == CalibrationKind.VERIFICATION,
            calibration.c.status == RecordStatus.ISSUED,
        )
        .subquery()
    )
    wanted = select(Calibration).join(ranked, ranked.c.id == Calibration.id).where(ranked.c.place == 1)
    return {one.asset_id: one for one in db.session.scalars(wanted)}


def _asked_by_law(type_ids: Collection[int], today: date) -> set[int]:
    """Those of some types that are of group 2 and not never verified."""
    if not type_ids:
        return set()
    in_force = and_(
        version.c.type_id == InstrumentType.id,
        version.c.replaced_at.is_(None),
        version.c.valid_from <= today,
        or_(version.c.valid_to.is_(None), version.c.valid_to >= today),
    )
    wanted = (
        select(InstrumentType.id, version.c.periodic, version.c.initial)
        .outerjoin(version, in_force)
        .where(InstrumentType.id.in_(type_ids), InstrumentType.group == ControlGroup.TWO)
    )
    return {key for key, periodic, initial in db.session.execute(wanted) if (periodic, initial) != (False, False)}


def _changed(tags: Sequence[str], since: datetime | None) -> dict[str, datetime]:
    """When the records of assets were last written to, after an instant."""
    if since is None or not tags:
        return {}
    about = AuditEntry.subject_type == "asset", AuditEntry.subject_key.in_(tags), AuditEntry.at > since
    latest = select(AuditEntry.subject_key, func.max(AuditEntry.at)).where(*about).group_by(AuditEntry.subject_key)
    return {row[0]: row[1] for row in db.session.execute(latest)}
