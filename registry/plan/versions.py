"""Versions of plans: a file becomes one, with the bodies it names. Loading twice is loading once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from registry.accounts import actions as accounts
from registry.accounts.models import Organisation, OrganisationSuccession, Person
from registry.accounts.permissions import require
from registry.accounts.queries import may, organisation_field
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day
from registry.kernel.text import search_text
from registry.plan.adjustments import identities
from registry.plan.adjustments import queries as adjustments
from registry.plan.changes import placed
from registry.plan.document import Body, Document, Goal, Group, Leaf, RowKind
from registry.plan.duties import actions as duties
from registry.plan.files import PlanFile
from registry.plan.form import TOTAL
from registry.plan.links import actions as links
from registry.plan.models import (
    Budget,
    Indicator,
    Period,
    Plan,
    PlanRow,
    PlanVersion,
    Target,
)

SHOWN = ("label", "op", "notes", "measures", "by_hand", "cooperating", "funding", "annex_rows", "related", "continues")


@dataclass(frozen=True)
class Loaded:
    """What loading did: `changed` is false when the plan said all this already; `base` is what it took the place of."""

    plan: Plan
    version: PlanVersion
    changed: bool
    base: PlanVersion | None = None


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the rows of a version refer to, by code; the file's money is in `unit` đồng."""

    unit: int
    indicators: dict[str, Indicator]
    leads: dict[str, int]
    periods: dict[str, Period]


def load(file: PlanFile, *, by: Person | None) -> Loaded:
    """Store a plan file as a version of its plan, in force from the day of its decision.

    Nothing happens when the version it would take the place of says all this already. Bodies the file names are made
    where they do not exist; existing ones are left as they are. Raises Invalid when an indicator with evidence or
    money is missing from what is now the last version, or a counted day would lie outside its periods.
    """
    one_at_a_time("plan load")
    document = file.document
    plan = db.session.scalar(select(Plan).where(Plan.code == document.plan.code))
    require(by, Verb.PLAN_WRITE, plan.lead_id if plan else None)
    base = adjustments.base_of(plan.id, document.in_force_on) if plan else None
    if plan is not None and base is not None and base.content_hash == file.content_hash:
        return Loaded(plan, base, changed=False, base=base)
    _make_bodies(document.bodies, by=by)
    if plan is None:
        plan = _make_plan(document)
        require(by, Verb.PLAN_WRITE, plan.lead_id)
    known = identities.of(plan, document, base)
    is_last = not adjustments.exists_after(plan, document.in_force_on)
    if is_last:
        identities.check_kept(plan, document, known)
        _check_code_changes(document, known)
    renamed = identities.rename(plan, known, by=by) if is_last else []
    version = _make_version(plan, file, known, by=by)
    links.keep(version, document, known, by=by)
    changes: audit.Changes = {
        "version": [base.number if base else None, version.number],
        "decision": [base.decision if base else None, version.decision],
        "in_force_on": [base.in_force_on if base else None, version.in_force_on],
        "content_hash": [base.content_hash if base else None, file.content_hash],
    }
    if renamed:
        changes["renamed"] = [None, renamed]
    audit.record("plan.load", ("plan", plan.code), changes, by=by)
    duties.open_duties(plan, clock.today())
    return Loaded(plan, version, changed=True, base=base)


def _check_code_changes(document: Document, known: identities.Identities) -> None:
    """A code that changes does so at once, so not before the decision is in force."""
    today = clock.today()
    for place, row in placed(document):
        if document.in_force_on > today and known[row.code].code != row.code:
            day = said_day(document.in_force_on)
            message = _("A code changes when the decision is in force; load this file from %(day)s on.", day=day)
            raise Invalid({f"{place}.was": [message]})


def _make_bodies(bodies: Sequence[Body], *, by: Person | None) -> None:
    """Make the bodies that do not exist yet, then record who took over from whom."""
    codes = [body.code for body in bodies]
    known = set(db.session.scalars(select(Organisation.code).where(Organisation.code.in_(codes))))
    for at, body in enumerate(bodies):
        if body.code not in known:
            if by is not None and not may(by, Verb.ORGANISATION_WRITE, None):
                message = _("There is no body with the code %(code)s; an administrator adds it first.", code=body.code)
                raise Invalid({f"bodies.{at}.code": [message]})
            accounts.add_organisation(
                code=body.code,
                name_vi=body.name.vi,
                name_en=body.name.en,
                kind=body.kind,
                parent=body.parent,
                valid_from=body.valid_from,
                valid_to=body.valid_to,
                by=by,
            )
    recorded = {
        (code, successor)
        for code, successor in db.session.execute(
            select(Organisation.code, OrganisationSuccession.to_id)
            .join(OrganisationSuccession, OrganisationSuccession.from_id == Organisation.id)
            .where(Organisation.code.in_(codes))
        )
    }
    for body in bodies:
        for step in body.succeeded_by:
            if (body.code, organisation_field(step.code).id) not in recorded:
                accounts.succeed(
                    code=body.code, successor=step.code, on=step.on, kind=step.kind, source=step.source, by=by
                )


def _make_plan(document: Document) -> Plan:
    head = document.plan
    plan = Plan(
        code=head.code,
        number=head.number,
        title_vi=head.title.vi,
        title_en=head.title.en,
        issuer_id=organisation_field(head.issuer, "plan.issuer").id,
        lead_id=organisation_field(head.lead, "plan.lead").id,
        issued_on=head.issued_on,
        implements=head.implements.number if head.implements else None,
        search=search_text(head.code, head.number, head.title.vi, head.title.en),
    )
    try:
        with db.session.begin_nested():
            db.session.add(plan)
    except IntegrityError as error:
        raise Conflict(_("Somebody else loaded this plan at the same moment; load it again.")) from error
    return plan


def _make_version(plan: Plan, file: PlanFile, known_as: identities.Identities, *, by: Person | None) -> PlanVersion:
    document = file.document
    number = 1 + (db.session.scalar(select(func.max(PlanVersion.number)).filter_by(plan_id=plan.id)) or 0)
    version = PlanVersion(
        plan_id=plan.id,
        number=number,
        content_hash=file.content_hash,
        loaded_at=clock.now(),
        loaded_by_id=by.id if by else None,
        decision=document.plan.decision.number if document.plan.decision else None,
        decided_on=document.plan.decision.on if document.plan.decision else None,
        in_force_on=document.in_force_on,
        inspection_bodies=list(document.inspection_bodies),
        document=file.data,
    )
    version.periods = [
        Period(
            position=position,
            code=period.code,
            label=period.label,
            title_vi=period.title.vi,
            title_en=period.title.en,
            start_on=period.start,
            end_on=period.end,
        )
        for position, period in enumerate(document.periods)
    ]
    known = Known(
        unit=document.money.unit_dong,
        indicators=known_as,
        leads={code: organisation_field(code).id for code in {leaf.lead for leaf in document.leaves}},
        periods={period.code: period for period in version.periods},
    )
    version.rows = [
        _heading(row, position, known.unit) if isinstance(row, Group) else _counted(row, position, known, document)
        for position, row in enumerate([*document.indicators, *document.rows])
    ]
    try:
        with db.session.begin_nested():
            db.session.add(version)
    except IntegrityError as error:
        raise Conflict(_("Somebody else loaded this plan at the same moment; load it again.")) from error
    return version


def _heading(row: Group, position: int, unit: int) -> PlanRow:
    return PlanRow(
        indicator_id=None,
        position=position,
        code=row.code,
        kind=row.kind,
        parent_code=row.parent,
        title_vi=row.title.vi,
        title_en=row.title.en,
        clause=row.clause,
        planned_total=(row.total.value or 0) * unit,
        details={"label": row.label, "printed": row.total.raw, "notes": [asdict(note) for note in row.notes]},
    )


def _counted(row: Goal | Leaf, position: int, known: Known, document: Document) -> PlanRow:
    leaf = row if isinstance(row, Leaf) else None
    awaited = row.not_applicable_until
    made = PlanRow(
        indicator_id=None,
        indicator=known.indicators[row.code],
        position=position,
        code=row.code,
        kind=RowKind.LEAF if leaf else RowKind.BODY,
        parent_code=leaf.parent if leaf else None,
        title_vi=row.title.vi,
        title_en=row.title.en,
        clause=row.clause,
        unit_vi=row.unit.vi if row.unit else None,
        unit_en=row.unit.en if row.unit else None,
        mode=row.reading.mode,
        count_unit=row.count_unit,
        geo_scope=row.geo_scope,
        exclusive=row.exclusive,
        standing=row.standing,
        title_total=row.title_total.value if row.title_total else None,
        awaits_document=awaited is not None,
        document_on=awaited.on if awaited else None,
        lead_id=known.leads[leaf.lead] if leaf else None,
        planned_total=(leaf.budget[TOTAL].value or 0) * known.unit if leaf else None,
        details=_details(row, document),
    )
    made.targets = [
        Target(period=known.periods[code], value=cell.value, raw=cell.raw) for code, cell in row.targets.items()
    ]
    if leaf:
        made.budgets = [
            Budget(
                period=known.periods[code],
                planned=None if cell.value is None else cell.value * known.unit,
                raw=cell.raw,
            )
            for code, cell in leaf.budget.items()
            if code != TOTAL
        ]
    return made


def _details(row: Goal | Leaf, document: Document) -> dict[str, object]:
    """What is shown beside a row, as plain data, with the reasons for how it is read."""
    said = asdict(row)
    found = {name: said[name] for name in SHOWN if name in said}
    if taken_over := document.taken_over(row.code):
        found["annex_rows"] = [*found.get("annex_rows", ()), *taken_over]
    awaited = row.not_applicable_until
    return found | {
        "was": row.was,
        "ended": _ended(row),
        "follows": asdict(row.follows) if row.follows else None,
        "reason": asdict(row.reading.reason),
        "ambiguities": list(row.reading.ambiguities),
        "awaits": asdict(awaited.document) if awaited else None,
    }


def _ended(row: Goal | Leaf) -> dict[str, object] | None:
    if row.ended is None:
        return None
    reason = asdict(row.ended.reason) if row.ended.reason else None
    return {"on": row.ended.on.isoformat(), "continues_in": row.ended.continues_in, "reason": reason}
