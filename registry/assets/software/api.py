"""API doors of installed software."""

from typing import Any

from registry.accounts import signin
from registry.assets import queries as assets
from registry.assets.software import actions, queries
from registry.assets.software.models import InstalledSoftware
from registry.assets.software.schemas import SoftwareIn, SoftwareOut, SoftwareQuery
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("software", __name__, description="Firmware and software of assets, version after version.")


@blp.route("/assets/<string:tag>/software")
@blp.arguments(SoftwareQuery, location="query")
@blp.response(200, paged(SoftwareOut))
def versions(query: dict[str, Any], tag: str) -> Page[InstalledSoftware]:
    """What is and was installed on an asset, newest first."""
    return queries.versions(assets.by_tag(signin.person(), tag), **query)


@blp.route("/assets/<string:tag>/software", methods=["POST"])
@idempotent
@blp.arguments(SoftwareIn)
@blp.response(201, SoftwareOut)
def install(data: dict[str, Any], tag: str) -> InstalledSoftware:
    """Record a version that is installed on an asset."""
    asset = assets.by_tag(signin.person(), tag, lock=True)
    made = actions.install(asset, **data, by=signin.person())
    db.session.commit()
    return made
