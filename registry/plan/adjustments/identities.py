"""Which lasting indicator each row of a new version is: its code, the code it had before, or a new one."""

from collections.abc import Iterable

from sqlalchemy import String, cast, or_, select

from registry.accounts.models import Person
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.plan.adjustments import queries
from registry.plan.changes import placed
from registry.plan.document import Document
from registry.plan.models import Evidence, EvidenceState, Indicator, MoneyEntry, Plan, PlanVersion

Identities = dict[str, Indicator]


def of(plan: Plan, document: Document, base: PlanVersion | None) -> Identities:
    """The indicators of a file's rows by code, made where they are new; `base` is the version it takes the place of.

    Raises Invalid where a row names a former code that no version knows, or takes a code that was another's.
    """
    known = {one.id: one for one in db.session.scalars(select(Indicator).filter_by(plan_id=plan.id))}
    before = {row.code: row.indicator_id for row in base.rows if row.indicator_id} if base else {}
    ever = queries.names_of(plan)
    found: dict[str, Indicator] = {}
    taken: dict[int, str] = {}
    new: list[tuple[str, str]] = []
    for place, row in placed(document):
        key = before.get(row.code) or (before.get(row.was) if row.was else None)
        key = key or ever.get(row.code) or (ever.get(row.was) if row.was else None)
        if key is None and row.was is not None:
            message = _("No version of the plan has an indicator with the code %(code)s.", code=row.was)
            raise Invalid({f"{place}.was": [message]})
        if key is None:
            new.append((place, row.code))
        elif key in taken:
            message = _("%(code)s and %(other)s were one indicator before.", code=row.code, other=taken[key])
            raise Invalid({f"{place}.code": [message]})
        else:
            taken[key] = row.code
            found[row.code] = known[key]
    for _place, code in new:
        found[code] = Indicator(plan_id=plan.id, code=code)
        db.session.add(found[code])
    return found


def check_kept(plan: Plan, document: Document, identities: Identities) -> None:
    """What was counted and booked must still have its indicator, and its period; what is given up must go on."""
    used = {one.id for one in identities.values()}
    missing = [code for key, code in _in_use(plan) if key not in used]
    if missing:
        message = _(
            "%(codes)s has evidence or money and is missing; keep it, name it in “was” where its code changes, or say"
            " in “ended” that it is given up.",
            codes=", ".join(missing),
        )
        raise Invalid({"rows": [message]})
    counted = {key for key, _code in _counted(plan)}
    for place, row in placed(document):
        if row.ended and row.ended.continues_in is None and identities[row.code].id in counted:
            message = _("%(code)s has evidence; say which indicator goes on with it.", code=row.code)
            raise Invalid({f"{place}.ended.continues_in": [message]})
    first = select(Indicator.id).where(Indicator.plan_id == plan.id)
    for day in (Evidence.counted_on, MoneyEntry.on):
        inside = or_(*(day.between(period.start, period.end) for period in document.periods))
        stray = select(day).where(day.class_.indicator_id.in_(first), ~inside).limit(1)
        if db.session.scalar(stray) is not None:
            raise Invalid({"periods": [_("Something that was counted or booked would lie outside every period.")]})


def rename(plan: Plan, identities: Identities, *, by: Person | None) -> list[str]:
    """Give indicators the codes of the newest version, in their evidence as well; what changed, in words."""
    moved = {one.code: code for code, one in identities.items() if one.code != code}
    for old, new in moved.items():
        identities[new].code = new
        said: audit.Changes = {"indicator": [old, new]}
        audit.record("indicator.renamed", ("indicator", f"{plan.code}/{new}"), said, by=by)
    if moved:
        db.session.flush()
        _rename_in_evidence(plan, moved)
    return [f"{old} → {new}" for old, new in moved.items()]


def _rename_in_evidence(plan: Plan, moved: dict[str, str]) -> None:
    """Other rows at which a record openly counts too are named by code."""
    told = cast(Evidence.also_counted_in, String)
    named = or_(*(told.contains(f'"{code}"', autoescape=True) for code in moved))
    own = select(Indicator.id).where(Indicator.plan_id == plan.id)
    for row in db.session.scalars(select(Evidence).where(Evidence.indicator_id.in_(own), named)):
        row.also_counted_in = sorted(moved.get(code, code) for code in row.also_counted_in)


def _in_use(plan: Plan) -> Iterable[tuple[int, str]]:
    """Indicators that hold decisions or money."""
    decided = select(Evidence.indicator_id).where(Evidence.state != EvidenceState.PROPOSED)
    used = or_(Indicator.id.in_(decided), Indicator.id.in_(select(MoneyEntry.indicator_id)))
    return _keys(plan, used)


def _counted(plan: Plan) -> Iterable[tuple[int, str]]:
    return _keys(plan, Indicator.id.in_(select(Evidence.indicator_id).where(Evidence.state == EvidenceState.COUNTED)))


def _keys(plan: Plan, which: object) -> list[tuple[int, str]]:
    wanted = select(Indicator.id, Indicator.code).where(Indicator.plan_id == plan.id, which)  # type: ignore[arg-type]  # a condition
    return [(key, code) for key, code in db.session.execute(wanted.order_by(Indicator.code))]
