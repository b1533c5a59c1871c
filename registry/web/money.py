"""Where a planner sees what was planned, given and spent, books it, and undoes what was wrong."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _, current_locale
from registry.kernel.idempotency import idempotent
from registry.plan import actions, money, queries
from registry.plan.models import MoneyEntry, MoneyKind, Plan
from registry.plan.progress import MoneyRow, Rollup
from registry.plan.schemas import ExactQuery, MoneyIn, MoneyPageQuery, ReverseIn
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("money", __name__)
Answer = str | Response | tuple[str, int]


@blp.get("/plan/<code:code>/money")
def show(code: str) -> Answer:
    """The money of every row: planned, given, spent, and by how much they differ."""
    plan = queries.by_code(code, signin.person())
    rollup = queries.rollup(plan, clock.today())
    return render_template(
        "money/plan.html", rollup=rollup, exact=listed(ExactQuery)["exact"], sources=_sources(plan), form_key=form_key()
    )


@blp.route("/plan/<code:code>/money/<code:indicator>", methods=["GET", "POST"])
@idempotent
def row(code: str, indicator: str) -> Answer:
    """The money of one row: by year and source, entry by entry, and a form that books more."""
    me = signin.person()
    plan = queries.by_code(code, me)
    form: Form[MoneyEntry] = Form(MoneyIn)
    if form.submitted:
        require(me, Verb.PLAN_WRITE, plan.lead_id)
    entry = form.attempt(lambda data: _booked(plan, data), reading=lambda said: said | {"indicator": indicator})
    if entry is None:
        return _row_page(plan, indicator, form), form.status
    flash(_("Booked."))
    return redirect(url_for("money.row", code=code, indicator=indicator))


@blp.route("/plan/<code:code>/money/<code:indicator>/entries/<key:entry_id>/reverse", methods=["GET", "POST"])
@idempotent
def reverse(code: str, indicator: str, entry_id: int) -> Answer:
    """Undo an entry by its opposite, with a reason."""
    me = signin.person()
    plan = queries.by_code(code, me)
    require(me, Verb.PLAN_WRITE, plan.lead_id)
    entry = queries.money_by_id(plan, entry_id)
    form: Form[MoneyEntry] = Form(ReverseIn)
    if form.attempt(lambda data: _reversed(plan, entry, data)) is None:
        page = render_template(
            "money/reverse.html",
            plan=plan,
            indicator=indicator,
            entry=entry,
            sources=_sources(plan),
            form=form.typed,
            errors=form.errors,
            form_key=form_key(),
        )
        return page, form.status
    flash(_("Undone. Both entries stay."))
    return redirect(url_for("money.row", code=code, indicator=indicator))


def _booked(plan: Plan, data: dict[str, Any]) -> MoneyEntry:
    entry = actions.book_money(plan, **data, by=signin.person())
    db.session.commit()
    return entry


def _reversed(plan: Plan, entry: MoneyEntry, data: dict[str, Any]) -> MoneyEntry:
    undone = actions.reverse_money(plan, entry, **data, by=signin.person())
    db.session.commit()
    return undone


def _row_page(plan: Plan, indicator: str, form: Form[MoneyEntry]) -> str:
    me = signin.person()
    line = _line(queries.rollup(plan, clock.today()), indicator)
    page = queries.money_page(plan, indicator=indicator, cursor=listed(MoneyPageQuery).get("cursor"))
    key = line.row.indicator_id or 0
    return render_template(
        "money/row.html",
        plan=plan,
        line=line,
        given=money.by_year([key]).get(key, ()),
        entries=page.items,
        next=page.next,
        undone=queries.undone_among(page.items),
        sources=_sources(plan),
        kinds=list(MoneyKind),
        may_book=accounts.may(me, Verb.PLAN_WRITE, plan.lead_id),
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )


def _line(rollup: Rollup, indicator: str) -> MoneyRow:
    """The money of a row; raises NotFound for what has none."""
    found = next((line for line in rollup.money if line.row.code == indicator), None)
    if found is None:
        raise NotFound(_("“%(code)s” is no row of the annex with money of its own.", code=indicator))
    return found


def _sources(plan: Plan) -> dict[str, str]:
    return {one["code"]: one["name"][current_locale()] for one in queries.document(plan)["funding_sources"]}
