"""Everything a report says, put together as plain values: the same facts give the same content and the same digest."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation
from registry.accounts.rules import OrganisationKind
from registry.plan import progress, queries
from registry.plan.adjustments import queries as adjustments
from registry.plan.models import Plan, PlanVersion
from registry.plan.reports import doings, falls, results, works
from registry.plan.reports.rules import SCHEMA, CampaignKind, Window
from registry.plan.reports.scope import Scope, of_plan, of_unit

Plain = dict[str, Any]
OF_A_BODY: Final = {
    OrganisationKind.DEPARTMENT,
    OrganisationKind.PUBLIC_SERVICE,
    OrganisationKind.SERVICE_ORGANISATION,
    OrganisationKind.OTHER,
}
Step = Callable[[], None]


def _no_step() -> None:
    """Nothing is kept between the parts."""


def consolidated(  # noqa: PLR0913 — what a report is of
    plan: Plan,
    window: Window,
    *,
    kind: CampaignKind,
    year: int,
    title: str,
    asked_on: date,
    due_on: date,
    carry_over: bool,
    units: Sequence[Plain] = (),
    words: Mapping[str, str] | None = None,
    step: Step = _no_step,
) -> Plain:
    """The content of the consolidated report; `step` is called after each of its PARTS."""
    head = _head(
        plan, window, kind=kind, year=year, title=title, asked_on=asked_on, due_on=due_on, carry_over=carry_over
    )
    return head | {"units": list(units), "words": dict(words or {})} | _facts(plan, window, of_plan(plan), step)


def of_one_unit(  # noqa: PLR0913 — see consolidated
    plan: Plan,
    unit: Organisation,
    window: Window,
    *,
    kind: CampaignKind,
    year: int,
    title: str,
    asked_on: date,
    due_on: date,
    carry_over: bool,
    named: Sequence[str] = (),
    words: Mapping[str, str] | None = None,
) -> Plain:
    """The content of one unit's report: what the registry knows of it, and what only the unit knows."""
    head = _head(
        plan, window, kind=kind, year=year, title=title, asked_on=asked_on, due_on=due_on, carry_over=carry_over
    )
    above = _superior(unit, max(asked_on, window.as_of))
    said = {"code": unit.code, "name": unit.name_vi, "named": list(named), "superior": above}
    head |= {"unit": said, "words": dict(words or {})}
    return head | _facts(plan, window, of_unit(unit), _no_step)


def _facts(plan: Plan, window: Window, scope: Scope, step: Step) -> Plain:
    """The plan's numbers belong together and are one part; the others follow."""
    found = _of_the_plan(plan, window, scope)
    step()
    parts: Mapping[str, Callable[[], Any]] = {
        "acquired": lambda: works.acquired(plan, window, scope),
        "standards": lambda: works.standards(window, scope),
        "laboratories": lambda: works.laboratories(window, scope),
        "controlled": lambda: {
            "verifications": works.verifications(window, scope),
            "inspections": works.inspections(window, scope),
        },
        "done": lambda: {
            "activities": doings.activities(window, scope),
            "training": doings.training(window, scope),
            "enterprises": doings.enterprises(window, scope),
        },
    }
    for name, part in parts.items():
        found[name] = part()
        step()
    return found


def _of_the_plan(plan: Plan, window: Window, scope: Scope) -> Plain:
    rollup = queries.rollup(plan, window.as_of)
    document = rollup.version.document
    return {
        "plan_says": results.promises(rollup, document),
        "indicators": results.reached(rollup, window),
        "evidence": results.evidence(plan, window, scope),
        "fallen": falls.fallen(plan, rollup.version, window, scope),
        "money": results.money(rollup, window, document),
    }


def _head(  # noqa: PLR0913 — see consolidated
    plan: Plan,
    window: Window,
    *,
    kind: CampaignKind,
    year: int,
    title: str,
    asked_on: date,
    due_on: date,
    carry_over: bool,
) -> Plain:
    """What every report says of itself; bodies are those that answer on the day it is asked for or its numbers end."""
    version = adjustments.version_on(plan, window.as_of)
    on = max(asked_on, window.as_of)
    lead, issuer = accounts.successor(plan.lead, on), accounts.successor(plan.issuer, on)
    return {
        "schema": SCHEMA,
        "kind": kind.value,
        "title": title,
        "plan": {
            "code": plan.code,
            "number": plan.number,
            "title": plan.title_vi,
            "issued_on": plan.issued_on.isoformat(),
            "implements": plan.implements,
            "issuer": plan.issuer.name_vi,
            "issuer_now": issuer.name_vi,
            "lead": plan.lead.name_vi,
            "lead_now": lead.name_vi,
            "place": _place(issuer),
            **_version(version),
        },
        "periods": [
            {"code": span.code, "title": period.title_vi, "label": period.label, "start": span.start.isoformat()}
            | {"end": span.end.isoformat()}
            for span, period in zip(progress.spans_of(version), version.periods, strict=True)
        ],
        "window": {
            "year": year,
            "start": window.start.isoformat(),
            "end": window.end.isoformat(),
            "as_of": window.as_of.isoformat(),
            "due_on": due_on.isoformat(),
            "carry_over": carry_over,
        },
    }


def _superior(unit: Organisation, on: date) -> str:
    """The body a unit is of, as the heading of its documents names it; people's committees and companies name none."""
    if unit.parent is None or unit.kind not in OF_A_BODY:
        return ""
    return accounts.successor(unit.parent, on).name_vi


def _version(version: PlanVersion) -> Plain:
    return {
        "version": version.number,
        "version_hash": version.content_hash,
        "decision": version.decision,
        "decided_on": version.decided_on.isoformat() if version.decided_on else None,
    }


def _place(issuer: Organisation) -> str:
    """The name of the province in the name of its committee, as the place of a document."""
    _committee, found, province = issuer.name_vi.partition(" tỉnh ")
    if not found:
        _committee, found, province = issuer.name_vi.partition(" thành phố ")
    return province if found else issuer.name_vi
