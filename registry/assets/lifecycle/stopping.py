"""What state inspections hold against the use of an asset, as it is kept with it."""

from datetime import date

from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.kernel import audit


def keep_stops(asset: Asset, *, stopped_on: date | None, error_found_on: date | None, by: Person | None) -> bool:
    """Write down from which day minutes stop the use of an asset, and when its error was last found over the limit.

    None takes either back. Gives whether anything changed; whoever calls has the mark of doubt written anew then. The
    asset is fetched and locked.
    """
    said = {"stopped_on": stopped_on, "error_found_on": error_found_on}
    changes: audit.Changes = {
        name: [getattr(asset, name), on] for name, on in said.items() if getattr(asset, name) != on
    }
    if changes:
        asset.stopped_on, asset.error_found_on = stopped_on, error_found_on
        audit.record("asset.stop", ("asset", asset.tag), changes, by=by)
    return bool(changes)
