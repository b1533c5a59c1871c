"""The data sheets of reference materials and what was taken of them."""

from typing import cast

from sqlalchemy import Table, exists, select

from registry.assets.materials.models import Material, MaterialDraw
from registry.assets.models import Asset
from registry.assets.rules import Kind
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _

draw = cast("Table", MaterialDraw.__table__)
NEWEST_FIRST = paging.Order((draw.c.taken_on, draw.c.id), descending=True)


def sheet(asset: Asset) -> Material:
    """The data sheet of a reference material; one that nobody filled in yet is empty and not stored.

    Raises NotFound for anything else than a reference material.
    """
    if asset.kind is not Kind.REFERENCE_MATERIAL:
        raise NotFound(_("Only a reference material has a data sheet; change the kind of the asset first."))
    found = db.session.get(Material, asset.id, populate_existing=True)
    return found if found is not None else Material(asset_id=asset.id)


def draws(
    asset: Asset, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[MaterialDraw]:
    """What was taken of a material, newest first."""
    wanted = select(MaterialDraw).where(MaterialDraw.asset_id == asset.id)
    return paging.page(wanted, NEWEST_FIRST, limit=limit, cursor=cursor, count=count)


def refuse_other_kind(asset: Asset) -> None:
    """Raise Invalid beside `kind` for a reference material whose data sheet was filled in."""
    held = exists().where(Material.asset_id == asset.id)
    if asset.kind is Kind.REFERENCE_MATERIAL and db.session.scalar(select(held)):
        text = _("Its data sheet as a reference material is filled in; register another asset instead.")
        raise Invalid({"kind": [text]})
