"""One owner has one asset of a make and serial number."""

from typing import Any

from sqlalchemy import select

from registry.accounts.models import Organisation
from registry.assets import tags
from registry.assets.models import Asset
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _
from registry.kernel.text import fold


def refuse_duplicate(asset: Asset) -> None:
    """Raise Conflict for a second one; who registers at the same time waits for the owner's row."""
    if asset.serial_no is None:
        return
    with db.session.no_autoflush:
        owner = select(Organisation.id).where(Organisation.id == asset.owner_id)
        db.session.execute(owner.with_for_update(key_share=True))
        same = select(Asset.tag, Asset.manufacturer, Asset.model).where(
            Asset.owner_id == asset.owner_id, Asset.serial_no == asset.serial_no, Asset.tag != asset.tag
        )
        alike = [found.tag for found in db.session.execute(same) if _make(found) == _make(asset)]
    if alike:
        message = _(
            "The serial number “%(serial)s” of this make is registered already, with the tag %(tag)s. "
            "Change that asset, or correct the number.",
            serial=asset.serial_no,
            tag=tags.grouped(alike[0]),
        )
        raise Conflict(message, errors={"serial_no": [message]})


def _make(asset: Any) -> tuple[str, str]:  # noqa: ANN401 — an asset or a row with its columns
    return fold(asset.manufacturer or ""), fold(asset.model or "")
