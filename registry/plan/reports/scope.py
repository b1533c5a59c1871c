"""Whose records a report is about: those of the plan's province, or those of one unit."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation
from registry.assets.models import Asset
from registry.calibration.models import Calibration
from registry.labs.models import Lab
from registry.plan import records
from registry.plan.activities.models import Activity
from registry.plan.models import Evidence, Plan, RecordType

Inside = Callable[[Any], ColumnElement[bool]]


class Scope(NamedTuple):
    """`inside` says of a column of organisations' keys that they belong to it; of a `whole` plan all evidence is."""

    inside: Inside
    whole: bool


def of_plan(plan: Plan) -> Scope:
    """The plan's province, with what took its bodies over: whatever is not of another province."""
    others = accounts.elsewhere({plan.issuer_id, plan.lead_id})
    return Scope(lambda column: column.not_in(others), whole=True)


def of_unit(organisation: Organisation) -> Scope:
    """A unit, what is under it and what they took over."""
    own = accounts.below(organisation.id)
    return Scope(lambda column: column.in_(own), whole=False)


def evidence_of(scope: Scope) -> ColumnElement[bool]:
    """That a row of evidence is about a record of the scope."""
    return or_(*(_is_of(kind, wanted) for kind, wanted in _records(scope).items()))


def _is_of(kind: RecordType, wanted: Select[Any]) -> ColumnElement[bool]:
    key = records.number_of(kind) if kind in records.NUMBERED else Evidence.__table__.c.record_id
    return (Evidence.record_type == kind) & key.in_(wanted)


def _records(scope: Scope) -> dict[RecordType, Select[Any]]:
    inside = scope.inside
    done = or_(inside(Activity.organiser_id), inside(Activity.subject_id))
    return {
        RecordType.ASSET: select(Asset.tag).where(inside(Asset.owner_id)),
        RecordType.LAB: select(Lab.code).where(inside(Lab.organisation_id)),
        RecordType.CALIBRATION: select(Calibration.id).join(Asset).where(inside(Asset.owner_id)),
        RecordType.ORGANISATION: select(Organisation.code).where(inside(Organisation.id)),
        RecordType.ACTIVITY: select(Activity.id).where(done),
    }
