"""What joins an asset to its type: the text that somebody typed, and the schedules that follow for a new asset."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, select, update

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.assets.schedules import ScheduleValues, interval_of
from registry.assets.types import queries
from registry.assets.types.models import InstrumentType
from registry.assets.types.rules import in_force, proposal, shortfalls, word
from registry.kernel.db import db


class Standing(NamedTuple):
    """The type of an asset, and the schedules it asks for today that the asset's own fall short of."""

    type: InstrumentType | None
    shortfalls: Sequence[ScheduleValues]


def link(asset: Asset, by: Person | None) -> InstrumentType | None:
    """Link an asset to the type whose code or name its text is, or to none; the text stays as it was given."""
    text = asset.instrument_type
    with db.session.no_autoflush:  # what has changed of the asset is still to be written down
        found = queries.named(by, text, asset.owner_id) if text else None
    asset.instrument_type_id = found.id if found else None
    return found


def adopt(row: InstrumentType) -> None:
    """Link the assets that are called as a type is and have none yet; their schedules stay as they are.

    An asset's version stays too: nothing that is said of it has changed.
    """
    free = and_(Asset.instrument_type_id.is_(None), Asset.instrument_type.is_not(None))
    if row.owner_id is not None:
        free = and_(free, Asset.owner_id.in_(accounts.below(row.owner_id)))
    called = {held.word for held in row.words}
    typed = db.session.scalars(select(Asset.instrument_type).where(free).distinct())
    texts = [text for text in typed if text and word(text) in called]
    if texts:
        linked = update(Asset).where(free, Asset.instrument_type.in_(texts)).values(instrument_type_id=row.id)
        db.session.execute(linked.execution_options(synchronize_session="fetch"))


def proposed(found: InstrumentType | None, today: date) -> list[ScheduleValues]:
    """The schedules that the version in force today proposes for a new asset of a type."""
    return [] if found is None else proposal(found.group, in_force(found.versions, today))


def standing(person: Person, asset: Asset, today: date) -> Standing:
    """How an asset stands with its type, for somebody who reads it; a type that may not be seen says nothing."""
    found = queries.of_asset(person, asset)
    held = {schedule.kind: interval_of(schedule).least_months for schedule in asset.required_schedules}
    return Standing(found, shortfalls(proposed(found, today), held))
