"""What sheets say of what belongs to an asset: the data sheet of a reference material, installed software.

Everything goes by the keys of columns: `material.expires_on`, `material.certified.value`, `software.firmware`. What is
recorded is read for many assets at once; what changes goes through the actions of these slices.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import Table, delete, select

from registry.accounts.models import Person
from registry.assets.materials import actions as materials
from registry.assets.materials import queries as sheets
from registry.assets.materials.models import CertifiedValue, Material, MaterialDraw
from registry.assets.materials.rules import CertifiedValues, in_unit, left, total
from registry.assets.models import Asset
from registry.assets.rules import Kind
from registry.assets.software import actions as software
from registry.assets.software import queries as installed
from registry.assets.software.models import InstalledSoftware
from registry.assets.software.rules import SoftwareKind
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

MATERIAL: Final = "material."
CERTIFIED: Final = "material.certified."
SOFTWARE: Final = "software."
REMAINING: Final = "material.remaining"
PLAIN: Final = ("producer", "certificate_no", "expires_on", "opened_on", "remaining", "unit")
KEPT: Final = ("producer", "certificate_no", "expires_on", "opened_on", "stable_for", "stable_unit", "storage", "unit")
VALUES: Final = tuple(CertifiedValues.__annotations__)
material = cast("Table", Material.__table__)
certified = cast("Table", CertifiedValue.__table__)
software_row = cast("Table", InstalledSoftware.__table__)
PARTS: Final = (certified, material, software_row)  # in the order in which they can be deleted


def recorded(ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What is recorded of these assets, by their keys; what is empty is left out."""
    found: dict[int, dict[str, Any]] = {key: {} for key in ids}
    columns = [material.c[name].label(MATERIAL + name) for name in PLAIN]
    columns += [certified.c[name].label(CERTIFIED + name) for name in VALUES]
    first = (certified.c.asset_id == material.c.asset_id) & (certified.c.position == 0)
    wanted = select(material.c.asset_id, *columns).join_from(material, certified, first, isouter=True)
    for row in db.session.execute(wanted.where(material.c.asset_id.in_(ids))).mappings():
        found[row["asset_id"]] |= {name: row[name] for name in row if name != "asset_id" and row[name] is not None}
    versions = select(software_row.c.asset_id, software_row.c.kind, software_row.c.version)
    versions = versions.where(software_row.c.asset_id.in_(ids)).order_by(software_row.c.since_on, software_row.c.id)
    for asset_id, kind, version in db.session.execute(versions):
        found[asset_id][SOFTWARE + kind] = version
    return found


def refuse_other_kinds(kind: Kind, said: Mapping[str, Any]) -> None:
    """Raise Invalid beside what is said of a material where an asset is none."""
    ours = [key for key, value in said.items() if key.startswith(MATERIAL) and value is not None]
    if ours and kind is not Kind.REFERENCE_MATERIAL:
        text = _("Only a reference material has this; leave it empty, or change the kind to reference material.")
        raise Invalid({ours[0]: [text]})


def record(asset: Asset, said: Mapping[str, Any], by: Person | None) -> None:
    """Change what is said, None empties it. Raises Invalid beside the keys of the columns."""
    of_material = {key: value for key, value in said.items() if key.startswith(MATERIAL)}
    if of_material:
        refuse_other_kinds(asset.kind, said)
        try:
            materials.describe(asset, **_sheet(asset, of_material), by=by)
        except Invalid as invalid:
            raise Invalid({_key(name): texts for name, texts in (invalid.errors or {}).items()}) from invalid
    for key, version in said.items():
        if key.startswith(SOFTWARE):
            try:
                software.install(asset, kind=SoftwareKind(key.removeprefix(SOFTWARE)), version=version, by=by)
            except Invalid as invalid:
                raise Invalid({key: next(iter((invalid.errors or {}).values()))}) from invalid


def put_back(asset: Asset, changed: Mapping[str, Sequence[Any]], by: Person | None) -> None:
    """Give back what was before, `changed` being pairs of old and new; what was not there is there no longer."""
    of_material = {key: pair[0] for key, pair in changed.items() if key.startswith(MATERIAL)}
    if of_material:
        materials.describe(asset, **_sheet(asset, of_material), by=by)
        if not recorded([asset.id])[asset.id].keys() - {key for key in changed if key.startswith(SOFTWARE)}:
            _forget_empty(asset)
    for key, (_old, new) in changed.items():
        if key.startswith(SOFTWARE):
            made = installed.current(asset, SoftwareKind(key.removeprefix(SOFTWARE)))
            if made is not None and made.version == new:
                db.session.delete(made)
    db.session.flush()


def take_away(ids: Collection[int]) -> None:
    """Delete what belongs to assets that are deleted with it."""
    for table in PARTS:
        db.session.execute(delete(table).where(table.c.asset_id.in_(ids)))


def _forget_empty(asset: Asset) -> None:
    """Delete a data sheet in which nothing is filled in, which nobody filled in then."""
    held = sheets.sheet(asset)
    empty = not any(getattr(held, name) for name in KEPT) and held.quantity is None and not held.certified_values
    drawn = db.session.scalar(select(MaterialDraw.id).where(MaterialDraw.asset_id == asset.id).limit(1))
    if empty and drawn is None and held.version:
        db.session.delete(held)


def _sheet(asset: Asset, said: Mapping[str, Any]) -> dict[str, Any]:
    """The whole data sheet, as the action takes it, with what is said put in."""
    held = sheets.sheet(asset)
    values: dict[str, Any] = {name: getattr(held, name) for name in KEPT}
    values |= {key.removeprefix(MATERIAL): value for key, value in said.items() if not key.startswith(CERTIFIED)}
    remaining = values.pop("remaining", held.remaining)
    values["quantity"] = None if remaining is None else total([remaining, _taken(asset, held, values["unit"])])
    values["certified_values"] = _certified(held, said)
    return values


def _taken(asset: Asset, held: Material, unit: str | None) -> Any:  # noqa: ANN401 — a decimal
    """What was taken of it so far, in the unit in which it is said how much remains."""
    if held.quantity is None or held.remaining is None or held.unit is None:
        return materials.taken(asset, unit)
    return in_unit(left(held.quantity, held.remaining), held.unit, unit or held.unit)


def _certified(held: Material, said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The certified values with the first as it is said; without a property, a value and a unit there is none."""
    values = [{name: getattr(one, name) for name in VALUES} for one in held.certified_values]
    new = {key.removeprefix(CERTIFIED): value for key, value in said.items() if key.startswith(CERTIFIED)}
    if not new:
        return values
    first = (values[0] if values else dict.fromkeys(VALUES)) | new
    if all(value is None for value in first.values()):
        return values[1:]
    missing = [name for name in ("property", "value", "unit") if first[name] is None]
    if missing:
        text = _("A certified value has a property, a value and a unit; fill in all three.")
        raise Invalid({f"certified_values.0.{missing[0]}": [text]})
    return [first, *values[1:]]


def _key(name: str) -> str:
    """The column of a field of the data sheet."""
    if name.startswith("certified_values."):
        return CERTIFIED + name.rpartition(".")[2]
    return REMAINING if name == "quantity" else MATERIAL + name
