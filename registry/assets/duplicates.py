"""One owner has one asset of a make and serial number; what belongs together may share the number of its set."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from registry.accounts.models import Organisation
from registry.assets import components, tags
from registry.assets.models import Asset
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _
from registry.kernel.text import fold


def refuse_duplicate(asset: Asset) -> None:
    """Raise Conflict for a second one; who registers at the same time waits for the owner's row.

    Where no manufacturer is said, a number says little: then the names have to agree too. A set and its components,
    and components of one set with different names, are different things although their numbers may be the same.
    """
    if asset.serial_no is None:
        return
    with db.session.no_autoflush:
        owner = select(Organisation.id).where(Organisation.id == asset.owner_id)
        db.session.execute(owner.with_for_update(key_share=True))
        alike = _numbered(asset, [asset.serial_no])
    if alike:
        if asset.manufacturer:
            message = _(
                "The serial number “%(serial)s” of this make is registered already, with the tag %(tag)s. "
                "Change that asset, or correct the number.",
                serial=asset.serial_no,
                tag=tags.grouped(alike[0]),
            )
        else:
            message = _(
                "An asset of the same name with the serial number “%(serial)s” is registered already, with the tag "
                "%(tag)s. Change that asset, or fill in the manufacturer of both.",
                serial=asset.serial_no,
                tag=tags.grouped(alike[0]),
            )
        raise Conflict(message, errors={"serial_no": [message]})


def spelt_otherwise(asset: Asset) -> list[str]:
    """What is to be known of an asset where another one's number differs from its own only in capital letters."""
    serial = asset.serial_no or ""
    ways = sorted({serial.upper(), serial.lower(), serial.capitalize()} - {serial})
    return [
        _(
            "The serial number of the asset %(tag)s differs only in capital letters. If both are the same thing, keep "
            "one of them.",
            tag=tags.grouped(tag),
        )
        for tag in (_numbered(asset, ways) if serial and ways else ())
    ]


def _numbered(asset: Asset, serials: Sequence[str]) -> list[str]:
    """The tags of other assets of its owner and make with one of these numbers that do not belong together with it."""
    on_it = func.coalesce(Asset.label_tag, Asset.tag).label("tag")
    wanted = select(Asset.id, on_it, Asset.manufacturer, Asset.model, Asset.name, Asset.parent_id)
    same = wanted.where(Asset.owner_id == asset.owner_id, Asset.serial_no.in_(serials), Asset.tag != asset.tag)
    return [
        found.tag
        for found in db.session.execute(same)
        if _make(found) == _make(asset) and not _belong_together(found, asset)
    ]


def make_words(manufacturer: str | None, model: str | None, name: str | None) -> tuple[str, str, str]:
    """What tells, beside the number, one asset of an owner from another: its name only where nobody says who made it.

    The words are compared as they stand; who gives them folds them.
    """
    return manufacturer or "", model or "", "" if manufacturer else name or ""


def _make(asset: Any) -> tuple[str, ...]:  # noqa: ANN401 — an asset or a row with its columns
    return tuple(map(fold, make_words(asset.manufacturer, asset.model, asset.name)))


def _belong_together(found: Any, asset: Asset) -> bool:  # noqa: ANN401 — a row with its columns
    """Whether one belongs to the other, or both have different names and belong to one set, at any level."""
    above, others = components.sets_above(asset.parent_id), components.sets_above(found.parent_id)
    if found.id in above or asset.id in others:
        return True
    return bool(above and others) and above[-1] == others[-1] and fold(found.name) != fold(asset.name)
