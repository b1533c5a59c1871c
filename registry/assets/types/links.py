"""What joins an asset to its type: the text that somebody typed, and the schedules that follow for a new asset."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, select, update

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.queries import may
from registry.accounts.rules import Verb
from registry.assets.models import Asset
from registry.assets.rules import Kind, ScheduleKind
from registry.assets.schedules import ScheduleValues, interval_of, said_interval, told
from registry.assets.types import queries
from registry.assets.types.models import InstrumentType, InstrumentTypeVersion
from registry.assets.types.rules import ControlGroup, in_force, proposal, shortfalls, spellings, unlawful
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _


class Standing(NamedTuple):
    """The type of an asset, and the schedules it asks for today that the asset's own fall short of.

    `like` is the name of the type that is called most like the text of an instrument that belongs to none.
    """

    type: InstrumentType | None
    shortfalls: Sequence[ScheduleValues]
    like: str | None = None


def link(asset: Asset, by: Person | None) -> InstrumentType | None:
    """Link an asset to the type whose code or name its text is, or to none; the text stays as it was given."""
    text = asset.instrument_type
    with db.session.no_autoflush:  # what has changed of the asset is still to be written down
        found = queries.named(by, text, asset.owner_id) if text else None
    asset.instrument_type_id = found.id if found else None
    return found


def check_kind(kind: Kind, found: InstrumentType | None) -> None:
    """What the law controls as a type of measuring instruments is none of standards or materials. Raises Invalid."""
    if (text := unfitting(kind, found)) is not None:
        raise Invalid({"instrument_type": [text]})


def unfitting(kind: Kind, found: InstrumentType | None) -> str | None:
    """What stands against a type of a thing of a kind, with the remedy."""
    if kind is Kind.INSTRUMENT or found is None or found.group is not ControlGroup.TWO:
        return None
    return _(
        "“%(name)s” is a type of measuring instruments of group 2; this is a measurement standard or a reference "
        "material. Leave the type out, or change the kind to instrument.",
        name=found.name,
    )


def adopt(row: InstrumentType) -> None:
    """Link the assets that are called as a type is and have none yet; their schedules stay as they are.

    An asset's version stays too: nothing that is said of it has changed.
    """
    free = and_(Asset.instrument_type_id.is_(None), Asset.instrument_type.is_not(None))
    if row.group is ControlGroup.TWO:
        free = and_(free, Asset.kind == Kind.INSTRUMENT)
    if row.owner_id is not None:
        free = and_(free, Asset.owner_id.in_(accounts.below(row.owner_id)))
    called = {held.word for held in row.words}
    typed = db.session.scalars(select(Asset.instrument_type).where(free).distinct())
    texts = [text for text in typed if text and not called.isdisjoint(spellings(text))]
    if texts:
        linked = update(Asset).where(free, Asset.instrument_type.in_(texts)).values(instrument_type_id=row.id)
        db.session.execute(linked.execution_options(synchronize_session="fetch"))


def proposed(found: InstrumentType | None, today: date) -> list[ScheduleValues]:
    """The schedules that the version in force today proposes for a new asset of a type."""
    return [] if found is None else proposal(found.group, in_force(found.versions, today))


def law_of(found: InstrumentType | None, today: date) -> InstrumentTypeVersion | None:
    """What the law asks of a type today; None of what it does not control, or lays nothing down for."""
    return in_force(found.versions, today) if found is not None and found.group is ControlGroup.TWO else None


def is_asked(asset: Asset, today: date) -> bool:
    """Whether the law has an asset's type verified at all; `law.mark` has it in SQL."""
    found = _type_of(asset.instrument_type_id)
    law = law_of(found, today)
    is_never = law is not None and law.periodic is False and law.initial is False
    return found is not None and found.group is ControlGroup.TWO and not is_never


def law_cycle(asset: Asset, today: date) -> ScheduleValues | None:
    """The schedule of verification that the law lays down for an asset's type, if it does."""
    cycle = proposed(_type_of(asset.instrument_type_id), today)
    return next((one for one in cycle if one["kind"] is ScheduleKind.VERIFICATION), None)


def period_of_law(asset: Asset) -> int | None:
    """The cycle of verification in months that the law in force lays down for an asset's type, if it does."""
    law = law_of(_type_of(asset.instrument_type_id), clock.today())
    return law.period_months if law is not None else None


def refuse_unlawful(asset: Asset, given: Sequence[ScheduleValues]) -> None:
    """Refuse schedules that the law does not let an asset of its type have. Raises Invalid beside the interval."""
    said = {place: values for place, values in enumerate(given) if values["kind"] is ScheduleKind.VERIFICATION}
    law = law_of(_type_of(asset.instrument_type_id), clock.today()) if said else None
    wrong: dict[str, list[str]] = {}
    for place, values in said.items():
        interval = said_interval(values)
        if interval is not None and (text := unlawful(law, values["kind"], interval)) is not None:
            wrong[f"schedules.{place}.{'interval' if values.get('interval') else 'interval_months'}"] = [text]
    if wrong:
        raise Invalid(wrong)


def under_the_law(
    asset: Asset, before: int | None, given: Sequence[ScheduleValues] | None, by: Person | None
) -> list[ScheduleValues] | None:
    """The schedules that are given to an asset, and the verification it has where the law asks for one: that stays.

    `before` is the key of the type it had; a new one shortens the cycle it had, or takes it away where it lays none
    down. None when schedules are not changed. Raises Invalid.
    """
    if asset.instrument_type_id != before:
        _check_leaving(asset, before, by)
    if given is None:
        return _shortened(asset) if asset.instrument_type_id not in {before, None} else None
    kinds = {values["kind"] for values in given}
    kept = [told(one) for one in asset.required_schedules if one.kind is ScheduleKind.VERIFICATION]
    asked = kept and _is_verified_by_law(asset.instrument_type_id)
    return [*given, *(one for one in kept if asked and one["kind"] not in kinds)]


def _shortened(asset: Asset) -> list[ScheduleValues] | None:
    law = law_of(_type_of(asset.instrument_type_id), clock.today())
    held = asset.required_schedules
    longer = [one for one in held if unlawful(law, one.kind, interval_of(one)) is not None]
    if law is None or not longer:
        return None
    cycle = [] if law.periodic is False else proposal(ControlGroup.TWO, law)
    return [*(told(one) for one in held if one not in longer), *cycle]


def _check_leaving(asset: Asset, before: int | None, by: Person | None) -> None:
    """Nobody but who approves takes out of legal control what was verified."""
    if by is None or may(by, Verb.CALIBRATION_APPROVE, asset.owner_id):
        return
    verified = any(one.kind is ScheduleKind.VERIFICATION and one.last_performed_on for one in asset.required_schedules)
    if verified and _is_verified_by_law(before) and not _is_verified_by_law(asset.instrument_type_id):
        text = _("It was verified as a type that the law controls; only a manager takes it out of that control.")
        raise Invalid({"instrument_type": [text]})


def _is_verified_by_law(key: int | None) -> bool:
    found = _type_of(key)
    return any(one["kind"] is ScheduleKind.VERIFICATION for one in proposed(found, clock.today()))


def _type_of(key: int | None) -> InstrumentType | None:
    with db.session.no_autoflush:  # see link
        return db.session.get(InstrumentType, key) if key is not None else None


def standing(person: Person, asset: Asset, today: date) -> Standing:
    """How an asset stands with its type, for somebody who reads it; a type that may not be seen says nothing."""
    found = queries.of_asset(person, asset)
    held = {schedule.kind: interval_of(schedule).least_months for schedule in asset.required_schedules}
    is_unknown = asset.kind is Kind.INSTRUMENT and asset.instrument_type and asset.instrument_type_id is None
    like = queries.like(person, asset.instrument_type or "", asset.owner_id) if is_unknown else None
    return Standing(found, shortfalls(proposed(found, today), held), like)
