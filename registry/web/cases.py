"""Where a manager looks into what a standard out of tolerance did, decides about each result, and signs it off."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from registry.accounts import queries as accounts
from registry.accounts import reauthentication, signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import queries as assets
from registry.calibration import queries as calibrations
from registry.calibration.cases import actions, advising, owners, parts, queries, report, words
from registry.calibration.cases.doubts import GRAVEST
from registry.calibration.cases.explaining import explained
from registry.calibration.cases.models import Case, HandTelling
from registry.calibration.cases.rules import ACTIVE, Bearing, CaseState, Disposition, Significance, Way
from registry.calibration.cases.schemas import (
    CaseIn,
    CaseQuery,
    DispositionIn,
    HandTellingIn,
    ItemQuery,
    PartQuery,
    SignOffIn,
)
from registry.calibration.cases.sealing import seal_of
from registry.calibration.cases.signed import earlier_sign_offs
from registry.calibration.files.queries import certificates
from registry.calibration.notices.words import counts_text, delivery_of, delivery_text
from registry.jobs.queries import somebody_works
from registry.kernel import audit, clock, units
from registry.kernel.db import db
from registry.kernel.errors import Messages
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("cases", __name__)
Answer = str | Answered | tuple[str, int]
OWNERS = 30
DECIMALS = frozenset({"low", "high", "shift"})


@blp.get("/cases")
def list_cases() -> Answer:
    """Which cases there are."""
    page = queries.page_of(signin.person(), **listed(CaseQuery))
    return render_template("cases/list.html", cases=page.items, next=page.next, states=list(CaseState), words=words)


@blp.get("/cases/<key:id>")
def show(id: int) -> Answer:
    """One case: what was bad, what relied on it, what is decided."""
    return _page(queries.by_id(signin.person(), id)), 200


@blp.get("/cases/<key:id>/concerned")
def concerned(id: int) -> Answer:
    """What one case says of the items of whoever looks: what was wrong, which of their results, what is decided."""
    me = signin.person()
    case = parts.case_concerning(me, id)
    asked = listed(PartQuery)
    page = parts.items_of(me, case, **asked)
    counts = parts.counts_in(me, [case]).get(case.id, {})
    return render_template(
        "cases/concerned.html",
        case=case,
        called_back=parts.called_back(me, limit=OWNERS, case=case),
        marks=[mark for mark in GRAVEST if mark.value in counts],
        counts=counts,
        lead=owners.leads_of([case])[case.id],
        todo_text=owners.todo_text,
        items=page.items,
        next=page.next,
        owners=parts.owners_in(me, case, most=OWNERS),
        readable=assets.sees(me, case.asset.owner_id),
        words=words,
    )


@blp.route("/assets/<string:tag>/cases/new", methods=["GET", "POST"])
@idempotent
def open_case(tag: str) -> Answer:
    """Open a case about a standard by hand."""
    asset = assets.by_tag(signin.person(), tag, lock=True)
    require(signin.person(), Verb.IMPACT_CONCLUDE, asset.owner_id)
    form: Form[Case] = Form(CaseIn, decimals=DECIMALS)
    made = form.attempt(lambda data: _opened(actions.open_case(asset, **data, by=signin.person())))
    if made is None:
        again = assets.by_tag(signin.person(), tag)
        page = render_template(
            "cases/open.html",
            asset=again,
            form=form.typed,
            errors=form.errors,
            units=units.suggestions(),
            form_key=form_key(),
        )
        return page, form.status
    flash(_("The case is open."))
    return redirect(url_for("cases.show", id=made.id))


@blp.post("/cases/<key:id>/dispositions")
@idempotent
def dispose(id: int) -> Answer:
    """Decide about the items that were ticked, or all of a significance."""
    case = queries.by_id(signin.person(), id, lock=True)
    ticked = request.form.getlist("item")
    form: Form[int] = Form(DispositionIn)
    decided = form.attempt(
        lambda data: _kept(actions.dispose(case, **data, by=signin.person())),
        reading=lambda said: _with_items(said, ticked),
    )
    if decided is None:
        if not ticked and "items" in form.errors:
            text = _("Tick at least one item in the list, or choose below about which significance you decide.")
            form.errors = {**form.errors, "items": [text]}
        return _page(queries.by_id(signin.person(), id), form.typed, form.errors, ticked), form.status
    flash(_("Decided: %(num)s.", num=decided))
    return redirect(url_for("cases.show", id=id))


@blp.post("/cases/<key:id>/sign-off")
@reauthentication.counted
@idempotent
def sign_off(id: int) -> Answer:
    """Sign a case off."""
    case = queries.by_id(signin.person(), id, lock=True)
    form: Form[Case] = Form(SignOffIn)
    if form.attempt(lambda data: _opened(actions.sign_off(case, **data, by=signin.person()))) is None:
        return _page(queries.by_id(signin.person(), id), form.typed, form.errors), form.status
    flash(_("The case is signed off."))
    return redirect(url_for("cases.show", id=id))


@blp.post("/cases/<key:id>/tellings")
@idempotent
def advise(id: int) -> Answer:
    """Write down a call or letter by which an owner was told."""
    case = queries.by_id(signin.person(), id, lock=True)
    form: Form[HandTelling] = Form(HandTellingIn)
    if form.attempt(lambda data: _written(advising.advise(case, **data, by=signin.person()))) is None:
        typed = form.typed | {"telling": True}
        return _page(queries.by_id(signin.person(), id), typed, form.errors), form.status
    flash(_("Written down: the owner counts as told."))
    return redirect(url_for("cases.show", id=id, _anchor="told"))


@blp.post("/cases/<key:id>/gather")
@idempotent
def gather(id: int) -> Answer:
    """Ask again for what could not be found."""
    actions.gather_again(queries.by_id(signin.person(), id, lock=True), by=signin.person())
    db.session.commit()
    return redirect(url_for("cases.show", id=id))


@blp.get("/cases/<key:id>/report.pdf")
def report_pdf(id: int) -> Response:
    """The report of a case."""
    case = queries.by_id(signin.person(), id)
    said = {"Content-Disposition": f'inline; filename="case-{case.id}.pdf"'}
    return Response(report.document(case), content_type="application/pdf", headers=said)


def _with_items(said: dict[str, Any], ticked: list[str]) -> dict[str, Any]:
    """The ticks of a form as a list of keys; a tick that is no number of ours is left for the schema to refuse."""
    plain = {name: value for name, value in said.items() if name != "item"}
    if plain.get("significance"):
        return plain
    return plain | {"items": [int(key) if key.isdecimal() else key for key in ticked]}


def _opened(case: Case) -> Case:
    db.session.commit()
    return case


def _written(telling: HandTelling) -> HandTelling:
    db.session.commit()
    return telling


def _kept(number: int) -> int:
    db.session.commit()
    return number


def _page(
    case: Case,
    typed: dict[str, Any] | None = None,
    errors: Messages | None = None,
    ticked: list[str] | None = None,
) -> str:
    asked = listed(ItemQuery) if request.method == "GET" else {}
    page = queries.items_of(case, **asked)
    records = {item.calibration_id for item in page.items}
    seen, read = calibrations.readable(signin.person(), {item.asset_id for item in page.items}, records)
    manages = accounts.may(signin.person(), Verb.IMPACT_CONCLUDE, case.asset.owner_id)
    return render_template(
        "cases/case.html",
        case=case,
        progress=queries.progress(case),
        earlier=earlier_sign_offs(case),
        seal=seal_of(case),
        heard=owners.heard(case),
        ways=list(Way),
        may_advise=manages,
        delivery_of=lambda telling: delivery_text(delivery_of(telling.message.state if telling.message else None)),
        counts_text=counts_text,
        today=clock.today(),
        items=page.items,
        next=page.next,
        via=queries.via(case, page.items),
        explained=explained(case, page.items),
        seen=seen,
        read=read,
        certificates=certificates(read),
        may_decide=manages and case.state in ACTIVE,
        nobody_works=case.state is CaseState.GATHERING and not somebody_works(),
        words=words,
        significances=list(Significance),
        dispositions=list(Disposition),
        bearings=list(Bearing),
        form=typed or {},
        errors=errors or {},
        ticked=ticked or [],
        newest=max((item.disposed_at for item in page.items if item.disposed_at is not None), default=None),
        history=audit.history("case", case.id),
        form_key=form_key(),
    )
