"""API doors of traceability: what an item rests on, and what rests on it."""

from typing import Any

from registry.accounts import signin
from registry.assets import queries as assets
from registry.calibration import queries as calibrations
from registry.calibration.traceability import impact as impacts
from registry.calibration.traceability import queries
from registry.calibration.traceability.impact import Impact
from registry.calibration.traceability.queries import Traced
from registry.calibration.traceability.schemas import ImpactOut, ImpactQuery, TraceabilityOut, traceability_answer
from registry.kernel import clock
from registry.kernel.http import Blueprint

blp = Blueprint("traceability", __name__, description="What an item rests on, and what rests on it.")


@blp.route("/assets/<string:tag>/traceability")
@blp.response(200, TraceabilityOut)
def of_asset(tag: str) -> dict[str, Any]:
    """The chain of an asset upwards, from the record that decides."""
    me = signin.person()
    return _told(queries.of_asset(me, assets.by_tag(me, tag), clock.today()))


@blp.route("/calibrations/<key:key>/traceability")
@blp.response(200, TraceabilityOut)
def of_calibration(key: int) -> dict[str, Any]:
    """The chain of one calibration upwards."""
    me = signin.person()
    return _told(queries.of_record(me, calibrations.by_id(me, key)))


@blp.route("/assets/<string:tag>/impact")
@blp.arguments(ImpactQuery, location="query")
@blp.response(200, ImpactOut)
def impact(query: dict[str, Any], tag: str) -> Impact:
    """Everything that relied on a standard, at any depth."""
    return impacts.of(assets.by_tag(signin.person(), tag), **query)


def _told(traced: Traced) -> dict[str, Any]:
    return traceability_answer(traced.asset.tag, traced.record.id if traced.record else None, traced.chain)
