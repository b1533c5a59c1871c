"""Why a record cannot be evidence of a row, in words that say what would: kind, sort, or a stage to be reached."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.plan import fitting
from registry.plan.activities.models import Activity, ActivityStep
from registry.plan.activities.rules import ActivityKind, Aspect, Stage
from registry.plan.activities.words import ASPECTS, KINDS, STAGES
from registry.plan.document import Fact
from registry.plan.models import PlanRow, PlanVersion, RecordType
from registry.plan.records import Record

Measured = Mapping[str, Any]


def why_not(version: PlanVersion, row: PlanRow, record: Record) -> str:
    """What is told of a record that does not fit."""
    if record.type not in fitting.kinds(version)[row.code]:
        return _(
            "%(row)s does not count records of this kind; its page says which records are its evidence.",
            row=row.code,
        )
    if record.type is RecordType.LAB and row.standing:
        return _(
            "%(row)s counts laboratories that hold an accreditation to ISO/IEC 17025; this one never did, or lies "
            "outside the province. Record its accreditation first.",
            row=row.code,
        )
    measures = [one for one in fitting.measures_of(version, row) if one["fact"] == Fact.ACTIVITIES]
    activity = db.session.get(Activity, int(record.id)) if record.type is RecordType.ACTIVITY else None
    if activity is not None and measures:
        return _why_no_activity(row, activity, measures)
    return _(
        "%(row)s counts records of this kind, but none of this sort, owner or place; "
        "its page says which ones it counts.",
        row=row.code,
    )


def _why_no_activity(row: PlanRow, activity: Activity, measures: list[Measured]) -> str:
    alike = [one for one in measures if _is_of(activity, one)]
    stages = [Stage(one["stage"]) for one in alike if one.get("stage")]
    wanted = select(ActivityStep.stage).where(ActivityStep.activity_id == activity.id)
    missing = [stage for stage in stages if stage not in set(db.session.scalars(wanted))]
    if missing:
        return _(
            "%(row)s counts it once it has reached the stage “%(stage)s”; record that stage first.",
            row=row.code,
            stage=STAGES[missing[0]],
        )
    if alike:
        return _("%(row)s counts activities of bodies of its own province only.", row=row.code)
    sorts = ", ".join(_sort(one) for one in measures)
    return _("%(row)s counts activities of these sorts only: %(sorts)s.", row=row.code, sorts=sorts)


def _is_of(activity: Activity, measure: Measured) -> bool:
    aspects = measure.get("aspects")
    return activity.kind in measure["activity_kinds"] and (not aspects or activity.aspect in aspects)


def _sort(measure: Measured) -> str:
    kinds = ", ".join(str(KINDS[ActivityKind(kind)]) for kind in measure["activity_kinds"])
    aspects = ", ".join(str(ASPECTS[Aspect(aspect)]) for aspect in measure.get("aspects") or ())
    return f"{kinds} ({aspects})" if aspects else kinds
