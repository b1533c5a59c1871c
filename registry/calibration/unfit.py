"""What work that nobody had asked for shows to be out of order is taken out of use (ISO/IEC 17025, 6.4.9).

Where a schedule asks for that kind of work, the failure is its proof and says the same.
"""

from registry.accounts.models import Person
from registry.assets.lifecycle import actions as lifecycle
from registry.assets.models import Asset
from registry.calibration import queries
from registry.calibration.models import Calibration
from registry.calibration.standing import refutes
from registry.kernel.i18n import _, said_day


def take_out_of_use(record: Calibration, asset: Asset, by: Person | None) -> None:
    """Quarantine an asset that an issued record, the newest of its kind, found to fail, unless newer work was good."""
    if queries.schedule_of(asset, record.kind) is not None:
        return
    newest = queries.newest(asset)
    if newest.get(record.kind) is record and refutes(record.kind, newest):
        why = _("Record %(key)s of %(day)s found that it fails.", key=record.id, day=said_day(record.performed_on))
        lifecycle.take_out_of_use(asset, reason=why, by=by)
