"""What changes saved views."""

from collections.abc import Mapping
from typing import Any

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.assets.actions import UNSAID, Keep
from registry.assets.lists import views
from registry.assets.lists.models import SavedView
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _


def keep_view(*, name: str, query: Mapping[str, Any], shared_with: str | None = None, by: Person) -> SavedView:
    """Keep a view under a name. Raises Conflict for a name one has already, and beyond a hundred views."""
    _refuse_taken(by, name)
    if views.own(by) >= views.MOST:
        raise Conflict(_("You keep %(most)s views already; delete one first.", most=views.MOST))
    view = SavedView(person_id=by.id, name=name, query=dict(query))
    changes: audit.Changes = {"name": [None, name], "query": [None, view.query]}
    changes |= _share(view, shared_with, by)
    db.session.add(view)
    return _saved(view, "saved_view.keep", changes, by)


def change_view(
    view: SavedView,
    *,
    name: str | Keep = UNSAID,
    query: Mapping[str, Any] | Keep = UNSAID,
    shared_with: str | Keep | None = UNSAID,
    by: Person,
) -> SavedView:
    """Change what is said of a view, which is the person's own."""
    changes: audit.Changes = {}
    if name is not UNSAID and name != view.name:
        _refuse_taken(by, name)
        changes["name"] = [view.name, name]
        view.name = name
    if query is not UNSAID and dict(query) != view.query:
        changes["query"] = [view.query, dict(query)]
        view.query = dict(query)
    if shared_with is not UNSAID:
        changes |= _share(view, shared_with, by)
    return _saved(view, "saved_view.change", changes, by) if changes else view


def delete_view(view: SavedView, *, by: Person) -> None:
    """Forget a view, which is the person's own."""
    audit.record("saved_view.delete", ("saved_view", view.id), {"name": [view.name, None]}, by=by)
    db.session.delete(view)
    db.session.flush()


def _share(view: SavedView, code: str | None, by: Person) -> audit.Changes:
    """Share a view with an organisation, or with nobody any more."""
    keeper = organisation_field(code, "shared_with") if code else None
    before = view.organisation_id
    if (keeper.id if keeper else None) == before:
        return {}
    if keeper is not None:
        require(by, Verb.VIEW_SHARE, keeper.id)
    view.organisation_id = keeper.id if keeper else None
    return {"shared_with": [before, code]}


def _refuse_taken(person: Person, name: str) -> None:
    if views.named(person, name) is not None:
        message = _("You have a view named “%(name)s” already; choose another name, or change that one.", name=name)
        raise Conflict(message, errors={"name": [message]})


def _saved(view: SavedView, action: str, changes: audit.Changes, by: Person) -> SavedView:
    db.session.flush()
    audit.record(action, ("saved_view", view.id), changes, by=by)
    db.session.flush()
    db.session.expire(view, ["organisation", "person"])
    return view
