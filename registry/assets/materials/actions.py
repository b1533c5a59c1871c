"""What changes the data sheet of a reference material, and what is taken of it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import actions as assets
from registry.assets import law
from registry.assets.materials import queries
from registry.assets.materials.models import CertifiedValue, Material, MaterialDraw
from registry.assets.materials.rules import (
    CertifiedValues,
    TimeUnit,
    check_draw,
    check_draw_day,
    check_opening,
    check_stock,
    check_values,
    in_unit,
    left,
    total,
)
from registry.assets.models import Asset
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _

VALUE_FIELDS: Final = tuple(CertifiedValues.__annotations__)
DERIVED: Final = frozenset({"asset_id"})


def describe(
    asset: Asset,
    *,
    producer: str | None = None,
    certificate_no: str | None = None,
    expires_on: date | None = None,
    opened_on: date | None = None,
    stable_for: int | None = None,
    stable_unit: TimeUnit | None = None,
    storage: str | None = None,
    quantity: Decimal | None = None,
    unit: str | None = None,
    certified_values: Sequence[CertifiedValues] = (),
    by: Person | None,
) -> Material:
    """Put a data sheet in the place of the one before; its shelf life ends the asset's validity.

    What was taken stays taken: it is deducted from the new quantity. The asset is best fetched with `lock=True`.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    material = queries.sheet(asset)
    already = taken(asset, unit)
    messages = {
        **check_opening(opened_on, stable_for, stable_unit, clock.today()),
        **check_stock(quantity, unit or None, already),
        **check_values(certified_values),
    }
    if messages:
        raise Invalid(messages)
    said = {
        "producer": producer or None,
        "certificate_no": certificate_no or None,
        "expires_on": expires_on,
        "opened_on": opened_on,
        "stable_for": stable_for,
        "stable_unit": stable_unit,
        "storage": storage or None,
        "quantity": quantity,
        "unit": unit or None,
        "remaining": None if quantity is None else left(quantity, already),
    }
    for field, value in said.items():
        setattr(material, field, value)
    changes = _certify(material, certified_values)
    return _saved(asset, material, "material.describe", changes, by)


def draw(
    asset: Asset,
    *,
    amount: Decimal,
    unit: str | None = None,
    taken_on: date | None = None,
    taken_by: str | None = None,
    note: str | None = None,
    by: Person | None,
) -> MaterialDraw:
    """Take some of a material, today and in the unit of the stock unless said otherwise; the first draw opens it.

    Raises Invalid when less is left, Conflict when nobody said how much there is. The asset is best fetched with
    `lock=True`.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    material = queries.sheet(asset)
    if material.remaining is None or material.unit is None:
        raise Conflict(_("Fill in first how much of it was received; then it can be taken from."))
    day = taken_on or clock.today()
    messages = check_draw_day(day, clock.today(), material.usable_until, note)
    if messages:
        raise Invalid(messages)
    drawn = in_unit(amount, unit or material.unit, material.unit)
    check_draw(drawn, material.remaining, material.unit)
    material.remaining = left(material.remaining, drawn)
    material.opened_on = material.opened_on or day
    made = MaterialDraw(
        asset_id=asset.id,
        taken_on=day,
        taken_by=taken_by or (by.name if by else "registry"),
        amount=drawn,
        unit=material.unit,
        remaining=material.remaining,
        note=note or None,
        recorded_by_id=by.id if by else None,
        recorded_at=clock.now(),
    )
    db.session.add(made)
    changes: audit.Changes = {"taken": [None, f"{drawn} {material.unit}"], "taken_by": [None, made.taken_by]}
    _saved(asset, material, "material.draw", changes, by)
    return made


def _saved(asset: Asset, material: Material, action: str, changes: audit.Changes, by: Person | None) -> Material:
    """Store it with its entry in the log of the asset, whose validity ends with the shelf life."""
    changes |= {field: pair for field, pair in audit.changes_of(material).items() if field not in DERIVED}
    db.session.add(material)
    changes |= assets.limit_life(asset, material.usable_until, is_certified=material.is_certified)
    if changes:
        audit.record(action, ("asset", asset.tag), changes, by=by)
    db.session.flush()
    law.mark_with_components(asset)
    return material


def _certify(material: Material, given: Sequence[CertifiedValues]) -> audit.Changes:
    """Put certified values in the place of those before, row by row: positions are unique at every moment."""
    before = _values(material)
    for place, values in enumerate(given):
        if place < len(material.certified_values):
            for field in VALUE_FIELDS:
                setattr(material.certified_values[place], field, values.get(field))
        else:
            material.certified_values.append(CertifiedValue(position=place, **values))
    del material.certified_values[len(given) :]
    after = _values(material)
    return {"certified_values": [before, after]} if before != after else {}


def _values(material: Material) -> list[object]:
    return [{field: getattr(held, field) for field in VALUE_FIELDS} for held in material.certified_values]


def taken(asset: Asset, unit: str | None) -> Decimal:
    """How much was taken already, in a unit; raises Invalid beside `unit` where it cannot be turned into it."""
    wanted = select(MaterialDraw.amount, MaterialDraw.unit).where(MaterialDraw.asset_id == asset.id)
    drawn = db.session.execute(wanted).all()
    return total(in_unit(amount, held, unit or held) for amount, held in drawn)
