"""Where somebody keeps views of the list of assets and changes many assets at once."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.custody import queries as custody
from registry.assets.labels import queries as labels
from registry.assets.lists import actions, bulk, views
from registry.assets.lists import queries as lists
from registry.assets.lists.models import SavedView
from registry.assets.lists.rules import Column
from registry.assets.lists.schemas import BulkIn, BulkPreviewIn, CountsQuery, SavedViewEdit, SavedViewIn, SeenQuery
from registry.assets.rules import ScheduleKind, StandardClass, Status
from registry.kernel import clock, problems
from registry.kernel.db import db
from registry.kernel.errors import Invalid, Messages
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.web.forms import Form, listed, words_of
from registry.web.held import held_words
from registry.web.shell import form_key, in_address

blp = Blueprint("inventory", __name__)
Answer = str | Response | tuple[str, int]
TEXTS: Final = ("location", "custodian", "instrument_type", "manufacturer", "model")
CHOSEN: Final = ("owner", "status", "status_reason", "restriction", "standard_class")
WHOLE: Final = re.compile(r"[0-9]{1,9}")


@blp.get("/assets/columns")
def choose_columns() -> Response:
    """Show other columns: the ticked ones, in the order in which they are sent."""
    chosen = ",".join(column for column in dict.fromkeys(request.args.getlist("column")) if column in list(Column))
    said = words_of(SeenQuery, request.args, without=frozenset({"column", "lang"}))
    return redirect(_list(said | {"columns": chosen}))


@blp.post("/assets/views")
@idempotent
def keep() -> Answer:
    """Keep what the list shows under a name."""
    asked = listed(SeenQuery)
    form: Form[SavedView] = Form(SavedViewIn)
    view = form.attempt(_kept, reading=lambda said: {"name": said.get("name"), "query": SeenQuery().dump(asked)})
    if view is None:
        flash(_together(form.errors), "error")
        return redirect(_list(SeenQuery().dump(asked)))
    flash(_("Kept. It stands above the list from now on."))
    return redirect(_list(view.query))


@blp.get("/assets/views")
def list_views() -> Answer:
    """One's own views, and those that others share."""
    return _views_page({}, 200)


@blp.post("/assets/views/<key:id>")
@idempotent
def change(id: int) -> Answer:
    """Rename a view or share it."""
    view = views.view_by_key(signin.person(), id)
    form: Form[SavedView] = Form(SavedViewEdit, clears=True)
    if form.attempt(lambda data: _changed(form, view, data)) is None:
        return _views_page(form.errors, form.status)
    flash(_("Saved."))
    return redirect(url_for("inventory.list_views"))


@blp.post("/assets/views/<key:id>/delete")
@idempotent
def delete(id: int) -> Answer:
    """Delete a view."""
    actions.delete_view(views.view_by_key(signin.person(), id), by=signin.person())
    db.session.commit()
    flash(_("Deleted."))
    return redirect(url_for("inventory.list_views"))


@blp.get("/assets/bulk")
def choose() -> Answer:
    """Say what is to change in the assets that were picked, or in everything a list shows."""
    require(signin.person(), Verb.ASSET_WRITE)
    tags, back = request.args.getlist("tag"), _back(request.args.get("back", ""))
    if request.args.get("all"):
        back = _known(SeenQuery, request.args)
        try:
            asked = CountsQuery().load(_known(CountsQuery, request.args))
            tags = lists.tags_of(signin.person(), clock.today(), asked, most=bulk.MOST)
        except Invalid as refusal:
            return render_template(
                "asset/bulk_refused.html", why=_together(refusal.errors or {}), back=_list(back)
            ), 422
    if not tags:
        flash(_("Tick the assets that are to change first."), "warning")
        return redirect(_list(back))
    return _change_page(tags, {"back": in_address(back)}, {}, 200)


@blp.post("/assets/bulk/preview")
def preview() -> Answer:
    """Show what a change would do to each asset; nothing is kept."""
    me = signin.person()
    require(me, Verb.ASSET_WRITE)
    tags = request.form.get("tags", "").split()
    form: Form[list[bulk.Outcome]] = Form(BulkPreviewIn)
    outcomes = form.attempt(
        lambda data: bulk.preview(**data, by=me), reading=lambda _said: {"tags": tags, "change": _change()}
    )
    if outcomes is None:
        return _change_page(tags, request.form, form.errors, form.status)
    problems.rollback()
    return render_template(
        "asset/bulk_preview.html",
        outcomes=outcomes,
        summary=bulk.summed_up(outcomes),
        said={name: value for name, value in request.form.items() if name not in {"csrf_token", "tags"} and value},
        versions=" ".join(f"{outcome.tag}:{outcome.version}" for outcome in outcomes if outcome.changes),
        tags=tags,
        worn=labels.worn({outcome.tag for outcome in outcomes}),
        away=_away(outcomes),
        owners={one.code: one.name for one in accounts.organisation_choices(me, Verb.ASSET_WRITE, clock.today())},
        back=_list(_back(request.form.get("back", ""))),
        form_key=form_key(),
    )


def _away(outcomes: list[bulk.Outcome]) -> dict[str, str]:
    """Who has what would be moved, by tag."""
    moved = [outcome.tag for outcome in outcomes if {"location", "custodian"} & outcome.changes.keys()]
    return {tag: held_words(held) for tag, held in custody.away(moved).items()}


@blp.post("/assets/bulk")
@idempotent
def apply() -> Answer:
    """Make the change that was looked at."""
    form: Form[list[bulk.Outcome]] = Form(BulkIn)
    outcomes = form.attempt(_applied, reading=lambda _said: {"versions": _versions(), "change": _change()})
    if outcomes is None:
        flash(_together(form.errors), "error")
        tags = [pair.partition(":")[0] for pair in request.form.get("versions", "").split()]
        return _change_page(tags, request.form, {}, form.status)
    changed = sum(bool(outcome.changes) for outcome in outcomes)
    flash(_("Assets changed: %(count)s.", count=changed))
    return redirect(_list(_back(request.form.get("back", ""))))


def _together(errors: Messages) -> str:
    """Every message once."""
    return " ".join(dict.fromkeys(message for messages in errors.values() for message in messages))


def _list(words: Mapping[str, Any]) -> str:
    """The list's address with some words: as text, for url_for has argument names of its own."""
    address = url_for("asset.list_assets")
    return f"{address}?{in_address(words)}" if words else address


def _back(said: str) -> dict[str, Any]:
    """The words of the list that somebody came from, without what a list does not know."""
    return _known(SeenQuery, MultiDict(parse_qsl(said)))


def _known(schema: type[Schema], said: MultiDict[str, str]) -> dict[str, Any]:
    """What an address says in words that a schema knows."""
    return {name: value for name, value in words_of(schema, said).items() if name in schema().fields}


def _applied(data: dict[str, Any]) -> list[bulk.Outcome]:
    outcomes = bulk.apply(**data, by=signin.person())
    db.session.commit()
    return outcomes


def _kept(data: dict[str, Any]) -> SavedView:
    view = actions.keep_view(**data, by=signin.person())
    db.session.commit()
    return view


def _changed(form: Form[SavedView], view: SavedView, data: dict[str, Any]) -> SavedView:
    form.check_version(view.version)
    actions.change_view(view, **data, by=signin.person())
    db.session.commit()
    return view


def _views_page(errors: Messages, status: int) -> tuple[str, int]:
    me = signin.person()
    shareable = accounts.organisation_choices(me, Verb.VIEW_SHARE, clock.today())
    kept = views.views(me)
    page = render_template(
        "asset/views.html",
        own=[view for view in kept if view.person_id == me.id],
        others=[view for view in kept if view.person_id != me.id],
        shareable=shareable,
        errors=errors,
        form_key=form_key,
    )
    return page, status


def _change() -> dict[str, Any]:
    """The change that a form says: fields left empty stay, fields ticked to be emptied are emptied."""
    typed = {name: value.strip() for name, value in request.form.items()}
    change: dict[str, Any] = {name: typed[name] for name in (*TEXTS, *CHOSEN, "remove_schedule") if typed.get(name)}
    change |= {name: None for name in TEXTS if typed.get(f"empty_{name}")}
    if typed.get("schedule_kind") or typed.get("schedule_months"):
        months = typed.get("schedule_months", "")
        whole = int(months) if WHOLE.fullmatch(months) else months
        change["add_schedule"] = {"kind": typed.get("schedule_kind"), "interval_months": whole}
    return change


def _versions() -> dict[str, int]:
    pairs = (pair.partition(":") for pair in request.form.get("versions", "").split())
    return {tag: int(version) for tag, _colon, version in pairs if WHOLE.fullmatch(version)}


def _change_page(tags: Sequence[str], typed: Mapping[str, Any], errors: Messages, status: int) -> tuple[str, int]:
    me = signin.person()
    page = render_template(
        "asset/bulk.html",
        tags=tags,
        form=typed,
        back=_list(_back(typed.get("back", ""))),
        errors={field.removeprefix("change."): messages for field, messages in errors.items()},
        owners=accounts.organisation_choices(me, Verb.ASSET_WRITE, clock.today()),
        statuses=[status.value for status in Status],
        schedule_kinds=[kind.value for kind in ScheduleKind],
        standard_classes=[kind.value for kind in StandardClass],
    )
    return page, status
