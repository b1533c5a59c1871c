"""API doors of filters with counts, saved views, and changes to many assets."""

from typing import Any

from registry.accounts import signin
from registry.assets.lists import actions, bulk, views
from registry.assets.lists.counts import Counted, counts
from registry.assets.lists.models import SavedView
from registry.assets.lists.schemas import (
    BulkIn,
    BulkOut,
    BulkPreviewIn,
    CountsOut,
    CountsQuery,
    SavedViewEdit,
    SavedViewIn,
    SavedViewOut,
)
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("lists", __name__, description="Counts of filters, saved views, and one change to many assets.")


@blp.route("/asset-counts")
@blp.arguments(CountsQuery, location="query")
@blp.response(200, CountsOut)
def counted(query: dict[str, Any]) -> dict[str, list[Counted]]:
    """How many assets each value of a filter would leave."""
    return counts(signin.person(), today=clock.today(), **query)


@blp.route("/asset-changes/preview", methods=["POST"])
@idempotent
@blp.arguments(BulkPreviewIn)
@blp.response(200, BulkOut)
def preview(data: dict[str, Any]) -> dict[str, Any]:
    """See what a change would do to each of many assets."""
    return bulk.summed_up(bulk.preview(**data, by=signin.person()))


@blp.route("/asset-changes", methods=["POST"])
@idempotent
@blp.arguments(BulkIn)
@blp.response(200, BulkOut)
def apply(data: dict[str, Any]) -> dict[str, Any]:
    """Make one change to many assets, in one go."""
    outcomes = bulk.apply(**data, by=signin.person())
    db.session.commit()
    return bulk.summed_up(outcomes)


@blp.route("/saved-views")
@blp.response(200, paged(SavedViewOut))
def kept() -> Page[SavedView]:
    """One's own views and those that are shared with one."""
    return Page(views.views(signin.person()), None)


@blp.route("/saved-views", methods=["POST"])
@idempotent
@blp.arguments(SavedViewIn)
@blp.response(201, SavedViewOut)
def keep(data: dict[str, Any]) -> SavedView:
    """Keep a view."""
    view = actions.keep_view(**data, by=signin.person())
    db.session.commit()
    return view


@blp.route("/saved-views/<key:id>")
@blp.etag
@blp.response(200, SavedViewOut)
def view(id: int) -> SavedView:
    """One of one's own views."""
    return views.view_by_key(signin.person(), id)


@blp.route("/saved-views/<key:id>", methods=["PATCH"])
@blp.etag
@blp.arguments(SavedViewEdit)
@blp.response(200, SavedViewOut)
def change(data: dict[str, Any], id: int) -> SavedView:
    """Rename a view of one's own, or change what it asks or whom it is shared with."""
    found = views.view_by_key(signin.person(), id)
    blp.check_etag(found, SavedViewOut)
    actions.change_view(found, **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/saved-views/<key:id>", methods=["DELETE"])
@blp.etag
@blp.response(204)
def forget(id: int) -> None:
    """Delete a view of one's own."""
    found = views.view_by_key(signin.person(), id)
    blp.check_etag(found, SavedViewOut)
    actions.delete_view(found, by=signin.person())
    db.session.commit()
