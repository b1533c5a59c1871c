"""What cases of standards out of tolerance say of the results of a chain, and of the standards they relied on."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import and_, case, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from registry.assets.models import Asset
from registry.assets.rules import Doubt
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import ACTIVE, IN_SCOPE, Bearing, CaseState, Disposition
from registry.calibration.models import Calibration, CalibrationStandard
from registry.calibration.traceability.rules import DoubtFacts
from registry.kernel.db import db


class Doubted(NamedTuple):
    """The cases that leave a mark on each record, and on each standard as a record (the first key) relied on it."""

    records: Mapping[int, Sequence[DoubtFacts]]
    uses: Mapping[tuple[int, int], Sequence[DoubtFacts]]


def doubted(keys: Sequence[int]) -> Doubted:
    """What is in doubt of some records: one statement.

    A record is while its item in a case has a mark: undecided, or decided against it. One that a case has not judged
    yet, a draft for instance, is on the days in doubt of a case that is not signed off.
    """
    use, record, held, bad = CalibrationStandard, Calibration, aliased(Asset), aliased(Asset)
    told = (Case.id.label("number"), Case.from_on, Case.until_on, bad.name)
    in_family = or_(bad.id == use.asset_id, bad.id == held.parent_id, bad.parent_id == use.asset_id)
    in_days = and_(
        or_(Case.from_on.is_(None), Case.from_on <= record.performed_on),
        or_(Case.until_on.is_(None), Case.until_on >= record.performed_on),
    )
    unjudged = or_(CaseItem.id.is_(None), CaseItem.bearing == Bearing.PENDING)
    steps = (
        select(record.id, use.asset_id, case((CaseItem.doubt.is_(None), 1), else_=0).label("foreseen"), *told)
        .join(record, record.id == use.calibration_id)
        .join(held, held.id == use.asset_id)
        .join(bad, in_family)
        .join(Case, Case.asset_id == bad.id)
        .outerjoin(CaseItem, and_(CaseItem.case_id == Case.id, CaseItem.calibration_id == record.id))
        .where(
            use.calibration_id.in_(keys),
            Case.state != CaseState.WITHDRAWN,
            or_(CaseItem.doubt.is_not(None), and_(Case.state.in_(ACTIVE), in_days, unjudged)),
        )
    )
    results = (
        select(CaseItem.calibration_id, literal(0), literal(0), *told)
        .join(Case, Case.id == CaseItem.case_id)
        .join(bad, bad.id == Case.asset_id)
        .where(CaseItem.calibration_id.in_(keys), CaseItem.doubt.is_not(None), Case.state != CaseState.WITHDRAWN)
    )
    records: dict[int, list[DoubtFacts]] = {}
    uses: dict[tuple[int, int], list[DoubtFacts]] = {}
    rows = db.session.execute(union_all(steps, results).order_by("number"))
    for record, standard, foreseen, number, since, until, name in rows:
        fact = DoubtFacts(number, name, since, until, is_judged=not foreseen)
        if standard:
            uses.setdefault((record, standard), []).append(fact)
        else:
            records.setdefault(record, []).append(fact)
    return Doubted(records, uses)


class Finding(NamedTuple):
    """What the newest case about a standard says of a record that relied on it: `doubt` is the mark it leaves now."""

    case: int
    state: CaseState
    doubt: Doubt | None
    disposition: Disposition | None


def findings(standards: Sequence[int], keys: Sequence[int]) -> dict[int, Finding]:
    """What cases about any of some standards say of records, by their keys: one statement."""
    if not keys:
        return {}
    wanted = (
        select(CaseItem.calibration_id, Case.id, Case.state, CaseItem.doubt, CaseItem.disposition)
        .join(Case, Case.id == CaseItem.case_id)
        .where(
            CaseItem.calibration_id.in_(keys),
            CaseItem.bearing.in_(IN_SCOPE),
            Case.asset_id.in_(standards),
            Case.state != CaseState.WITHDRAWN,
        )
        .order_by(Case.id)
    )
    return {row[0]: Finding(*row[1:]) for row in db.session.execute(wanted)}
