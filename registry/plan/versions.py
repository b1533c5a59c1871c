"""Versions of plans: a file becomes the newest one, with the bodies it names. Loading twice is loading once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from registry.accounts import actions as accounts
from registry.accounts.models import Organisation, OrganisationSuccession, Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _
from registry.kernel.text import search_text
from registry.plan.document import Body, Document, Goal, Group, Leaf, RowKind
from registry.plan.files import PlanFile
from registry.plan.form import TOTAL
from registry.plan.models import (
    Budget,
    Evidence,
    EvidenceState,
    Indicator,
    MoneyEntry,
    Period,
    Plan,
    PlanRow,
    PlanVersion,
    Target,
)

SHOWN = ("label", "op", "notes", "measures", "cooperating", "funding", "annex_rows", "related", "continues")


@dataclass(frozen=True)
class Loaded:
    """What loading did: `changed` is false when the plan said all this already."""

    plan: Plan
    version: PlanVersion
    changed: bool


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the rows of a version refer to, by code; the file's money is in `unit` đồng."""

    unit: int
    indicators: dict[str, Indicator]
    leads: dict[str, int]
    periods: dict[str, Period]


def load(file: PlanFile, *, by: Person | None) -> Loaded:
    """Store a plan file as the plan's newest version, unless that is what the newest version says already.

    Bodies the file names are made where they do not exist; existing ones are left as they are. Raises Invalid when
    an indicator with evidence or money is missing from the file, or a counted day would lie outside its periods.
    """
    one_at_a_time("plan load")
    document = file.document
    plan = db.session.scalar(select(Plan).where(Plan.code == document.plan.code))
    require(by, Verb.PLAN_WRITE, plan.lead_id if plan else None)
    latest = _latest(plan) if plan else None
    if plan is not None and latest is not None and latest.content_hash == file.content_hash:
        return Loaded(plan, latest, changed=False)
    _make_bodies(document.bodies, by=by)
    if plan is None:
        plan = _make_plan(document)
    else:
        _check_kept(plan, document)
    version = _make_version(plan, latest.number + 1 if latest else 1, file, by=by)
    changes: audit.Changes = {
        "version": [latest.number if latest else None, version.number],
        "content_hash": [latest.content_hash if latest else None, file.content_hash],
    }
    audit.record("plan.load", ("plan", plan.code), changes, by=by)
    return Loaded(plan, version, changed=True)


def _latest(plan: Plan) -> PlanVersion | None:
    return db.session.scalar(
        select(PlanVersion).filter_by(plan_id=plan.id).order_by(PlanVersion.number.desc()).limit(1)
    )


def _make_bodies(bodies: Sequence[Body], *, by: Person | None) -> None:
    """Make the bodies that do not exist yet, then record who took over from whom."""
    codes = [body.code for body in bodies]
    known = set(db.session.scalars(select(Organisation.code).where(Organisation.code.in_(codes))))
    for body in bodies:
        if body.code not in known:
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


def _check_kept(plan: Plan, document: Document) -> None:
    """What was counted and booked must still have its indicator and its period."""
    codes = {row.code for row in document.counted}
    missing = [code for code in _in_use(plan) if code not in codes]
    if missing:
        message = _("%(codes)s has evidence or money and is missing; keep its code.", codes=", ".join(missing))
        raise Invalid({"rows": [message]})
    first = select(Indicator.id).where(Indicator.plan_id == plan.id)
    for day in (Evidence.counted_on, MoneyEntry.on):
        inside = or_(*(day.between(period.start, period.end) for period in document.periods))
        stray = select(func.count()).where(day.class_.indicator_id.in_(first), ~inside)
        if db.session.scalar(stray):
            raise Invalid({"periods": [_("Something that was counted or booked would lie outside every period.")]})


def _in_use(plan: Plan) -> Sequence[str]:
    """Codes of indicators that hold decisions or money."""
    decided = select(Evidence.indicator_id).where(Evidence.state != EvidenceState.PROPOSED)
    used = or_(Indicator.id.in_(decided), Indicator.id.in_(select(MoneyEntry.indicator_id)))
    return db.session.scalars(select(Indicator.code).where(Indicator.plan_id == plan.id, used)).all()


def _make_version(plan: Plan, number: int, file: PlanFile, *, by: Person | None) -> PlanVersion:
    document = file.document
    version = PlanVersion(
        plan_id=plan.id,
        number=number,
        content_hash=file.content_hash,
        loaded_at=clock.now(),
        loaded_by_id=by.id if by else None,
        decision=document.plan.decision.number if document.plan.decision else None,
        decided_on=document.plan.decision.on if document.plan.decision else None,
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
        indicators=_indicators(plan, document),
        leads={code: organisation_field(code).id for code in {leaf.lead for leaf in document.leaves}},
        periods={period.code: period for period in version.periods},
    )
    version.rows = [
        _heading(row, position, known.unit) if isinstance(row, Group) else _counted(row, position, known)
        for position, row in enumerate([*document.indicators, *document.rows])
    ]
    try:
        with db.session.begin_nested():
            db.session.add(version)
    except IntegrityError as error:
        raise Conflict(_("Somebody else loaded this plan at the same moment; load it again.")) from error
    return version


def _indicators(plan: Plan, document: Document) -> dict[str, Indicator]:
    """The lasting identities, made where the plan has none yet."""
    known = {row.code: row for row in db.session.scalars(select(Indicator).filter_by(plan_id=plan.id))}
    for row in document.counted:
        if row.code not in known:
            known[row.code] = Indicator(plan_id=plan.id, code=row.code)
            db.session.add(known[row.code])
    return known


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


def _counted(row: Goal | Leaf, position: int, known: Known) -> PlanRow:
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
        details=_details(row),
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


def _details(row: Goal | Leaf) -> dict[str, object]:
    """What is shown beside a row, as plain data, with the reasons for how it is read."""
    said = asdict(row)
    found = {name: said[name] for name in SHOWN if name in said}
    awaited = row.not_applicable_until
    return found | {
        "reason": asdict(row.reading.reason),
        "ambiguities": list(row.reading.ambiguities),
        "awaits": asdict(awaited.document) if awaited else None,
    }
