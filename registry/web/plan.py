"""Where a planner answers for the plan: every number, the records behind it, and what is still to be decided."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.models import Organisation
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.labels import queries as labels
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Messages
from registry.kernel.i18n import _, current_locale
from registry.kernel.idempotency import idempotent
from registry.plan import belonging, queries
from registry.plan.adjustments import queries as adjustments
from registry.plan.adjustments import shipped
from registry.plan.closing import queries as closing
from registry.plan.duties import bodies
from registry.plan.evidence import actions as decisions
from registry.plan.evidence import queries as evidenced
from registry.plan.links import queries as links
from registry.plan.models import Evidence, EvidenceState, Plan, RecordType
from registry.plan.rollups import courses
from registry.plan.rollups import queries as rollups
from registry.plan.schemas import EvidenceIn, IndicatorQuery, RollupQuery
from registry.web import chosen_plan, trajectory_chart
from registry.web.forms import Form, listed
from registry.web.linking import rows_taking
from registry.web.shell import form_key

blp = Blueprint("plan", __name__)
Answer = str | Response | tuple[str, int]


CLAUSES: Final = {
    "Phụ lục": "Annex",
    "dòng không đánh số": "unnumbered row",
    "gạch": "item",
    "đoạn cuối": "last paragraph",
    "dòng": "row",
}


def clause(said: str) -> str:
    """Where a document says something, its Vietnamese words in the language of the page."""
    if current_locale() == "en":
        for vietnamese, english in CLAUSES.items():
            said = said.replace(vietnamese, english)
    return said


@blp.get("/plan")
def list_plans() -> Answer:
    """The plans of the person's province; a single one opens at once."""
    me = signin.person()
    plans = queries.plans(me)
    if len(plans) == 1:
        return redirect(url_for("plan.show", code=plans[0].code))
    return render_template("plan/list.html", plans=plans, may_load=accounts.may(me, Verb.PLAN_WRITE, None))


@blp.get("/plan/<code:code>")
def show(code: str) -> Answer:
    """The whole plan on a day."""
    me = signin.person()
    plan = queries.by_code(code, me)
    query = listed(RollupQuery)
    on, known_at = _seen(query)
    follows = accounts.successor(plan.issuer, on)
    document = queries.document(plan)
    chosen_plan.remember(plan)
    return render_template(
        "plan/plan.html",
        rollup=rollups.rollup(plan, on, known_at),
        proposals=0 if known_at else evidenced.proposals(plan, me, on, count="exact", limit=0).total or 0,
        successor=None if follows.id == plan.issuer_id else follows,
        asked=_said(query),
        closure=closing.closure(plan),
        fallen=evidenced.fallen(plan, me, on),
        orphans=bodies.orphans(document, on),
        lessons=shipped.lessons(plan, document) if accounts.may(me, Verb.PLAN_WRITE, plan.lead_id) else [],
        form_key=form_key(),
        may_record=accounts.may(me, Verb.ORGANISATION_WRITE, None),
        history=audit.history("plan", plan.code),
    )


@blp.get("/plan/<code:code>/<code:indicator>")
def indicator(code: str, indicator: str) -> Answer:
    """One indicator: how it is read, its number, and every record behind it."""
    plan = queries.by_code(code, signin.person())
    now = adjustments.code_now(plan, indicator)
    if now is not None and now != indicator:
        return redirect(url_for("plan.indicator", code=code, indicator=now))
    return _indicator_page(plan, indicator, {}, {}), 200


@blp.post("/plan/<code:code>/<code:indicator>")
@idempotent
def decide(code: str, indicator: str) -> Answer:
    """Count a record, or exclude it with a reason."""
    plan = queries.by_code(code, signin.person())
    form: Form[Evidence] = Form(EvidenceIn)
    evidence = form.attempt(lambda data: _decided(plan, form, data), reading=lambda said: _read(said, indicator))
    if evidence is None:
        return _indicator_page(plan, indicator, form.typed, form.errors), form.status
    flash(_("Counted.") if evidence.state is EvidenceState.COUNTED else _("Excluded."))
    return redirect(url_for("plan.indicator", code=code, indicator=indicator))


@blp.post("/plan/<code:code>")
@idempotent
def link(code: str) -> Answer:
    """Count a record for an indicator, from the record's own page."""
    plan = queries.by_code(code, signin.person())
    form: Form[Evidence] = Form(EvidenceIn)
    evidence = form.attempt(lambda data: _decided(plan, form, data), reading=lambda said: _read(said, None))
    if evidence is None:
        return _link_page(plan, form), form.status
    flash(_("Counted."))
    return redirect(url_for("plan.indicator", code=code, indicator=form.typed["indicator"]))


def _read(said: dict[str, Any], indicator: str | None) -> dict[str, Any]:
    """A record is said as its kind and its key, or both in one where the form offers several."""
    record = {"type": said.pop("record_type", None), "id": said.pop("record_id", None)}
    if one := said.pop("record", None):
        record = dict(zip(("type", "id"), str(one).split("/", 1), strict=False))
    if codes := said.pop("also_counted_in", None):
        said["also_counted_in"] = [code for code in re.split(r"[\s,;]+", str(codes)) if code]
    return said | {"record": record} | ({"indicator": indicator} if indicator else {})


def _decided(plan: Plan, form: Form[Evidence], data: dict[str, Any]) -> Evidence:
    me = signin.person()
    known = evidenced.evidence_of(plan, data["indicator"], data["record"], me)
    if known is None:
        evidence = decisions.count_evidence(plan, **data, by=me)
    else:
        require(me, Verb.EVIDENCE_DECIDE, plan.lead_id)
        if form.version is None:
            message = _("This record stands at this indicator already; change the decision on the indicator's page.")
            raise Conflict(message)
        form.check_version(known.version)
        changed = {name: value for name, value in data.items() if name not in {"indicator", "record"}}
        evidence = decisions.decide(plan, known, **changed, by=me)
    db.session.commit()
    return evidence


def _link_page(plan: Plan, form: Form[Evidence]) -> str:
    """The form of a record's own page again."""
    return render_template(
        "plan/link.html",
        plan=plan,
        rows=rows_taking(queries.current_version(plan), _kind(form.typed)),
        called=_called(form.typed),
        form=form.typed,
        errors=_drawn(form.errors, {"indicator", "counted_on", "quantity", "reason", "also_counted_in"}),
        form_key=form_key(),
    )


def _kind(typed: Mapping[str, Any]) -> list[RecordType]:
    """The kind of record that a form is about; all of them where it says none."""
    said = typed.get("record_type") or str(typed.get("record") or "").split("/", 1)[0]
    return [kind for kind in RecordType if kind == said] or list(RecordType)


def _called(typed: Mapping[str, Any]) -> str:
    """The key of a record as people know it: of an asset, what its label says now."""
    key = str(typed.get("record_id") or typed.get("record") or "")
    return labels.worn({key}).get(key, key) if typed.get("record_type") == RecordType.ASSET else key


def _drawn(errors: Messages, fields: set[str]) -> Messages:
    """Messages beside the fields that a form draws; what is wrong with the others is said above it."""
    found: dict[str, list[str]] = {}
    for field, messages in errors.items():
        found.setdefault(field if field in fields else "_schema", []).extend(messages)
    return found


def _indicator_page(plan: Plan, indicator: str, typed: dict[str, Any], errors: Messages) -> str:
    me, query = signin.person(), listed(IndicatorQuery)
    cursor = query.pop("cursor", None)
    on, known_at = _seen(query)
    detail = evidenced.indicator_detail(plan, indicator, on, me, cursor=cursor, known_at=known_at)
    about = [line.record for line in [*detail.evidence, *detail.proposals]]
    details, document = detail.progress.row.details, queries.document(plan)
    former = adjustments.former_codes(plan, indicator)
    return render_template(
        "plan/indicator.html",
        plan=plan,
        detail=detail,
        on=on,
        known_at=known_at,
        lead_now=_who_took_over(detail.progress.row.lead, on),
        today=clock.today(),
        trajectories=courses.trajectories(plan, detail.progress.row.code, on, known_at),
        chart=trajectory_chart,
        asked=_said(query),
        mode_reason=_words(details["reason"]),
        notes=[_words(note) for note in details["notes"]],
        awaited=_words(details["awaits"]),
        cooperating=details.get("cooperating", {}).get("raw"),
        funding=_funding(details, document),
        ambiguities=_ambiguities(details["ambiguities"], document),
        labs=belonging.labs_of(about),
        may_decide=known_at is None and accounts.may(me, Verb.EVIDENCE_DECIDE, plan.lead_id),
        former=former,
        continued=links.continued(detail.progress.row, me),
        following=links.following(detail.progress.row.indicator_id or 0, on, me),
        open_to={one.id for one in queries.plans(me)},
        history=[line for one in (indicator, *former) for line in evidenced.history(plan, one, me)],
        form=typed,
        errors=_drawn(errors, {"reason"}),
        form_key=form_key(),
    )


def _who_took_over(body: Organisation | None, on: date) -> Organisation | None:
    """Who answers for a body on a day, where that is another one."""
    now = accounts.successor(body, on) if body else None
    return now if body and now and now.id != body.id else None


def _seen(query: Mapping[str, Any]) -> tuple[date, datetime | None]:
    """The day to look at, and the instant up to which things are known."""
    on = rollups.day_of(query.get("on"), query.get("known"))
    return on, rollups.instant_of(query.get("known"), on)


def _said(query: Mapping[str, Any]) -> dict[str, str]:
    """The day and what is known, as an address says them."""
    return {name: said if isinstance(said, str) else said.isoformat() for name, said in query.items()}


def _funding(details: dict[str, Any], document: dict[str, Any]) -> str | None:
    names = {source["code"]: _words(source["name"]) for source in document["funding_sources"]}
    sources = details.get("funding", {}).get("sources") or []
    return "; ".join(str(names[source]) for source in sources) or None


def _ambiguities(codes: list[str], document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"code": one["code"], "question": _words(one["question"]), "treatment": _words(one["treatment"])}
        for one in document["ambiguities"]
        if one["code"] in codes
    ]


def _words(said: dict[str, str] | None) -> str | None:
    return said[current_locale()] if said else None
