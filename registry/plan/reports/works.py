"""What was done and what there is, in a report, as plain values: equipment, laboratories, inspections, activities."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from registry.assets.lifecycle import queries as lifecycle
from registry.assets.models import Asset, Characteristic
from registry.assets.rules import GONE, NOT_YET, Kind
from registry.assets.types.models import InstrumentType
from registry.assets.types.rules import ControlGroup
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, Outcome, RecordStatus, VerificationKind
from registry.calibration.standing import Standing
from registry.calibration.standings import standings
from registry.inspection.checks.models import InspectionCheck
from registry.inspection.models import Inspection
from registry.inspection.rules import State
from registry.kernel.db import db
from registry.labs.models import Accreditation, Lab, ScopeLine
from registry.labs.proficiency.models import PtEvaluation, PtRound, PtScore
from registry.labs.proficiency.rules import RoundState
from registry.labs.queries import is_accredited_on
from registry.labs.standing import accredited_on
from registry.plan.models import Evidence, EvidenceState, Indicator, Plan, RecordType
from registry.plan.reports.rules import Window
from registry.plan.reports.scope import Scope

NAMED: Final = 300  # things of a kind that a report names; all of them are counted
AT_ONCE: Final = 500
SOON: Final = timedelta(days=90)
TOOK_PLACE: Final = (State.IN_PROGRESS, State.SIGNED, State.CLOSED)
Plain = dict[str, Any]


def acquired(plan: Plan, window: Window, scope: Scope) -> Plain:
    """Standards, reference materials and instruments put into service; a set counts as one."""
    inside = (
        Asset.parent_id.is_(None),
        Asset.status.not_in(NOT_YET),
        Asset.commissioned_on.between(window.start, window.as_of),
        scope.inside(Asset.owner_id),
    )
    wanted = select(Asset).where(*inside).order_by(Asset.commissioned_on, Asset.tag).limit(NAMED)
    found = db.session.scalars(wanted).all()
    counts = select(Asset.kind, func.count()).where(*inside).group_by(Asset.kind)
    by_kind = {kind.value: number for kind, number in db.session.execute(counts)}
    measures = _characteristics([asset.id for asset in found])
    rows = _rows_of(plan, [asset.tag for asset in found], window.as_of)
    return {
        "counts": {kind.value: by_kind.get(kind.value, 0) for kind in Kind},
        "items": [
            {
                "tag": asset.tag,
                "kind": asset.kind.value,
                "name": asset.name,
                "maker": " ".join(word for word in (asset.manufacturer, asset.model) if word),
                "serial_no": asset.serial_no,
                "owner": asset.owner.name_vi,
                "commissioned_on": asset.commissioned_on.isoformat() if asset.commissioned_on else None,
                "measures": measures.get(asset.id, []),
                "rows": rows.get(asset.tag, []),
            }
            for asset in found
        ],
    }


def standards(window: Window, scope: Scope) -> Plain:
    """How many standards stood how on the day, by their records and their status then; a set counts as one.

    What failed, or whose verification ended with a repair or a broken seal, is counted with what is overdue.
    `withdrawn` are those that were retired or disposed of by then.
    """
    there = (
        Asset.kind == Kind.STANDARD,
        Asset.parent_id.is_(None),
        func.coalesce(Asset.commissioned_on, window.as_of) <= window.as_of,
        scope.inside(Asset.owner_id),
    )
    counts = {"valid": 0, "due_soon": 0, "overdue": 0, "never": 0, "withdrawn": 0}
    gaps: list[Plain] = []
    last = 0
    while True:
        wanted = select(Asset).where(*there, Asset.id > last).order_by(Asset.id).limit(AT_ONCE)
        some = db.session.scalars(wanted).all()
        if not some:
            break
        last = some[-1].id
        status = lifecycle.statuses_on(some, window.as_of)
        counts["withdrawn"] += sum(status[asset.id] in GONE for asset in some)
        there_then = [asset for asset in some if status[asset.id] not in NOT_YET | GONE]
        stood = standings(there_then, window.as_of)
        for asset in there_then:
            state = _state(stood[asset.id], window.as_of)
            counts["overdue" if state in NO_LONGER else state] += 1
            if state in {*NO_LONGER, "never"} and len(gaps) < NAMED:
                due = stood[asset.id].due_on
                gap = {"tag": asset.tag, "name": asset.name, "serial_no": asset.serial_no, "state": state}
                gaps.append(gap | {"owner": asset.owner.name_vi, "due_on": due.isoformat() if due else None})
    return {"counts": counts, "gaps": gaps}


def laboratories(window: Window, scope: Scope) -> Plain:
    """Laboratories that hold an accreditation on the day, with their scope, and how proficiency tests came out."""
    day, inside = window.as_of, scope.inside(Lab.organisation_id)
    on_scope = and_(
        ScopeLine.lab_id == Lab.id,
        func.coalesce(ScopeLine.valid_from, day) <= day,
        func.coalesce(ScopeLine.valid_to, day) >= day,
    )
    wanted = (
        select(Lab, func.count(ScopeLine.id), func.count(ScopeLine.cmc))
        .outerjoin(ScopeLine, on_scope)
        .where(inside, is_accredited_on(day))
        .group_by(Lab.id)
        .order_by(Lab.code)
        .limit(NAMED)
    )
    found = db.session.execute(wanted).all()
    held = _accreditations([lab.id for lab, *_numbers in found], day)
    latest = and_(PtEvaluation.id == PtScore.evaluation_id, PtEvaluation.number == PtRound.evaluation)
    scores = (
        select(PtScore.verdict, func.count())
        .join(PtEvaluation, PtEvaluation.id == PtScore.evaluation_id)
        .join(PtRound, PtRound.id == PtEvaluation.round_id)
        .join(Lab, Lab.id == PtScore.lab_id)
        .where(latest, PtRound.state == RoundState.PUBLISHED, inside)
        .where(PtRound.due_on.between(window.start, window.as_of))
        .group_by(PtScore.verdict)
        .order_by(PtScore.verdict)
    )
    return {
        "accredited": [
            {"code": lab.code, "name": lab.name, "accreditations": held.get(lab.id, []), "lines": lines, "cmc": best}
            for lab, lines, best in found
        ],
        "proficiency": {verdict.value: number for verdict, number in db.session.execute(scores)},
    }


def verifications(window: Window, scope: Scope) -> list[Plain]:
    """Verifications of instruments of group 2, by type: first, periodic, after repair; and how many failed.

    Only what is of group 2 is verified: instruments for which nobody said a type are a line of their own, the last.
    """
    failed = Calibration.outcome.in_((Outcome.FAIL, Outcome.CONDITIONAL_FAIL))
    untyped = and_(Asset.instrument_type_id.is_(None), Asset.kind == Kind.INSTRUMENT)
    numbers = [func.count(case((Calibration.verification_kind == kind, 1))) for kind in VerificationKind]
    wanted = (
        select(InstrumentType.code, InstrumentType.name_vi, func.count(), func.count(case((failed, 1))), *numbers)
        .select_from(Calibration)
        .join(Asset, Asset.id == Calibration.asset_id)
        .outerjoin(InstrumentType, InstrumentType.id == Asset.instrument_type_id)
        .where(
            Calibration.kind == CalibrationKind.VERIFICATION,
            Calibration.status == RecordStatus.ISSUED,
            Calibration.performed_on.between(window.start, window.as_of),
            or_(InstrumentType.group == ControlGroup.TWO, untyped),
            scope.inside(Asset.owner_id),
        )
        .group_by(InstrumentType.code, InstrumentType.name_vi)
        .order_by(InstrumentType.code.is_(None), InstrumentType.code)
    )
    return [
        {
            "type": code,
            "name": name,
            "total": total,
            "failed": bad,
            **{kind.value: number for kind, number in zip(VerificationKind, numbers, strict=True)},
        }
        for code, name, total, bad, *numbers in db.session.execute(wanted)
    ]


def inspections(window: Window, scope: Scope) -> Plain:
    """Inspections by the state that took place: units, instruments checked, and what was found."""
    theirs: ColumnElement[bool] = scope.inside(Inspection.authority_id)
    wanted = (
        select(
            func.count(Inspection.id.distinct()),
            func.count(func.coalesce(Inspection.organisation_id, -Inspection.id).distinct()),
            func.count(InspectionCheck.id),
            *(func.count(InspectionCheck.id).filter(getattr(InspectionCheck, name)) for name in FOUND),
        )
        .select_from(Inspection)
        .outerjoin(InspectionCheck, and_(InspectionCheck.inspection_id == Inspection.id, InspectionCheck.standing))
        .where(theirs, Inspection.state.in_(TOOK_PLACE))
        .where(Inspection.planned_from.between(window.start, window.as_of))
    )
    visits, units, checked, *found = db.session.execute(wanted).one()
    return {"visits": visits, "units": units, "checked": checked, **dict(zip(FOUND, found, strict=True))}


FOUND: Final = ("unverified", "seal_broken", "over_limit", "violation")


NO_LONGER: Final = ("overdue", "failed", "ended")  # standards that were in order once, or tried


def _state(standing: Standing, day: date) -> str:
    if standing.was_valid:
        return "due_soon" if standing.due_on is not None and standing.due_on <= day + SOON else "valid"
    if standing.failed:
        return "failed"
    if standing.ended_on is not None:
        return "ended"
    return "overdue" if standing.due_on is not None else "never"


def _characteristics(assets: Sequence[int]) -> dict[int, list[Plain]]:
    wanted = select(Characteristic).where(Characteristic.asset_id.in_(assets)).order_by(Characteristic.id)
    found: dict[int, list[Plain]] = {}
    for one in db.session.scalars(wanted):
        said = {
            "quantity": one.quantity,
            "unit": one.unit,
            "low": None if one.range_low is None else str(one.range_low),
            "high": None if one.range_high is None else str(one.range_high),
            "mpe": None if one.mpe is None else str(one.mpe),
            "class": one.accuracy_class,
        }
        found.setdefault(one.asset_id, []).append(said)
    return found


def _rows_of(plan: Plan, tags: Sequence[str], day: date) -> dict[str, list[str]]:
    """The rows of the plan at which assets count up to and on a day."""
    wanted = (
        select(Evidence.record_id, Indicator.code)
        .join(Indicator, Indicator.id == Evidence.indicator_id)
        .where(
            Indicator.plan_id == plan.id,
            Evidence.record_type == RecordType.ASSET,
            Evidence.record_id.in_(tags),
            Evidence.state == EvidenceState.COUNTED,
            Evidence.counted_on <= day,
        )
        .order_by(Indicator.code)
    )
    found: dict[str, list[str]] = {}
    for tag, code in db.session.execute(wanted):
        found.setdefault(tag, []).append(code)
    return found


def _accreditations(labs: Sequence[int], day: date) -> dict[int, list[Plain]]:
    found: dict[int, list[Plain]] = {}
    wanted = select(Accreditation).where(Accreditation.lab_id.in_(labs)).order_by(Accreditation.number)
    for one in db.session.scalars(wanted):
        if accredited_on([one], day):
            said = {"number": one.number, "body": one.body, "standard": one.standard}
            found.setdefault(one.lab_id, []).append(said | {"valid_until": one.valid_until.isoformat()})
    return found
