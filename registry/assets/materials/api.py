"""API doors of reference materials."""

from typing import Any

from registry.accounts import signin
from registry.assets import queries as assets
from registry.assets.materials import actions, queries
from registry.assets.materials.models import Material, MaterialDraw
from registry.assets.materials.schemas import DrawIn, DrawOut, DrawQuery, MaterialIn, MaterialOut, OneMaterialOut
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("materials", __name__, description="Data sheets of reference materials and what is taken of them.")


@blp.route("/assets/<string:tag>/material")
@blp.etag
@blp.response(200, OneMaterialOut)
def material(tag: str) -> Material:
    """The data sheet of a reference material."""
    sheet = queries.sheet(assets.by_tag(signin.person(), tag))
    blp.set_etag(sheet, MaterialOut)
    return sheet


@blp.route("/assets/<string:tag>/material", methods=["PUT"])
@blp.etag
@blp.arguments(MaterialIn)
@blp.response(200, OneMaterialOut)
def describe(data: dict[str, Any], tag: str) -> Material:
    """Put a data sheet in the place of the one before."""
    asset = assets.by_tag(signin.person(), tag, lock=True)
    blp.check_etag(queries.sheet(asset), MaterialOut)
    sheet = actions.describe(asset, **data, by=signin.person())
    db.session.commit()
    blp.set_etag(sheet, MaterialOut)
    return sheet


@blp.route("/assets/<string:tag>/material/draws")
@blp.arguments(DrawQuery, location="query")
@blp.response(200, paged(DrawOut))
def draws(query: dict[str, Any], tag: str) -> Page[MaterialDraw]:
    """What was taken of a reference material, newest first."""
    return queries.draws(assets.by_tag(signin.person(), tag), **query)


@blp.route("/assets/<string:tag>/material/draws", methods=["POST"])
@idempotent
@blp.arguments(DrawIn)
@blp.response(201, DrawOut)
def draw(data: dict[str, Any], tag: str) -> MaterialDraw:
    """Take some of a reference material."""
    asset = assets.by_tag(signin.person(), tag, lock=True)
    made = actions.draw(asset, **data, by=signin.person())
    db.session.commit()
    return made
