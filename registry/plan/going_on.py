"""Which earlier goal a row goes on from, as far as counting is concerned.

What a goal about the whole country counted may lie anywhere; a goal about the province that comes after it counts in
its own right: nothing of the earlier one is evidence of it, and its pace does not start from what was promised there.
"""

from collections.abc import Mapping

from registry.plan.document import GeoScope
from registry.plan.models import PlanRow


def goes_on_from(row: PlanRow, rows: Mapping[str, PlanRow]) -> PlanRow | None:
    """The goal whose evidence and promise run on in a row; `rows` are by code."""
    earlier = rows.get(row.details.get("continues") or "")
    if earlier is None or (earlier.geo_scope is GeoScope.COUNTRY and row.geo_scope is not GeoScope.COUNTRY):
        return None
    return earlier
