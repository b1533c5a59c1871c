"""Whose a record is that counts: the organisation it belongs to, or that it is about."""

from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from registry.accounts.models import Organisation
from registry.assets.models import Asset
from registry.calibration.models import Calibration
from registry.inspection.models import Inspection
from registry.labs.criteria.models import Assessment
from registry.labs.models import Lab
from registry.plan.activities.models import Activity
from registry.plan.belonging import OWN
from registry.plan.models import Evidence, RecordType
from registry.plan.records import number_of
from registry.plan.rollups.knowledge import Knowledge


def owner(known: Knowledge) -> ColumnElement[Any]:
    """The key of the organisation that a row of evidence belongs to, None where it belongs to none.

    An asset and its calibrations belong to who holds the asset now, an activity to whom it was about or else to who
    held it, an inspection to whom it visited or else to the commune, whatever is said of a laboratory to its body.
    """
    kind, key = Evidence.record_type, Evidence.__table__.c.record_id
    held = select(Asset.owner_id)
    about = func.coalesce(known.subject(Activity), Activity.organiser_id)
    visited = func.coalesce(Inspection.organisation_id, Inspection.area_id)
    numbered: dict[RecordType, Any] = {
        RecordType.CALIBRATION: held.join(Calibration, Calibration.asset_id == Asset.id).where(
            _is(Calibration, RecordType.CALIBRATION)
        ),
        RecordType.ACTIVITY: select(about).where(_is(Activity, RecordType.ACTIVITY)),
        RecordType.INSPECTION: select(visited).where(_is(Inspection, RecordType.INSPECTION)),
        RecordType.ASSESSMENT: select(Assessment.organisation_id).where(_is(Assessment, RecordType.ASSESSMENT)),
    }
    numbered |= {
        type_: select(Lab.organisation_id).join(model, model.lab_id == Lab.id).where(_is(model, type_))
        for type_, model in OWN.items()
        if type_ not in numbered
    }
    return case(
        (kind == RecordType.ASSET, _only(held.where(Asset.tag == key))),
        (kind == RecordType.LAB, _only(select(Lab.organisation_id).where(Lab.code == key))),
        (kind == RecordType.ORGANISATION, _only(select(Organisation.id).where(Organisation.code == key))),
        *((kind == type_, _only(wanted)) for type_, wanted in numbered.items()),
    )


def _only(wanted: Any) -> Any:  # noqa: ANN401 — a select
    """A value looked up for a row of evidence, whatever else the statement reads."""
    return wanted.correlate(Evidence).scalar_subquery()


def _is(model: Any, kind: RecordType) -> ColumnElement[bool]:  # noqa: ANN401 — a table's class
    found: ColumnElement[bool] = model.id == number_of(kind)
    return found
