"""Who may lengthen an interval that a review decided: whoever may decide about reviews; to shorten it stays free."""

from collections.abc import Sequence

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb, role_words, roles_allowing
from registry.assets.models import Asset
from registry.assets.schedules import ScheduleValues, interval_of, said_interval
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _


def refuse_longer(asset: Asset, given: Sequence[ScheduleValues], by: Person | None) -> None:
    """Refuse longer intervals than those a review decided to whoever may not approve. Raises Invalid beside them.

    A schedule that was given up keeps its decision, so that nobody gets round it by giving the schedule up first.
    """
    decided = {held.kind: held for held in asset.schedules if held.review_id is not None}
    longer: dict[int, int | None] = {}
    for place, values in enumerate(given):
        held, interval = decided.get(values["kind"]), said_interval(values)
        if held and interval and interval.average_days > interval_of(held).average_days:
            longer[place] = held.review_id
    if not longer or by is None or accounts.may(by, Verb.CALIBRATION_APPROVE, asset.owner_id):
        return
    roles = ", ".join(role_words(role) for role in sorted(roles_allowing(Verb.CALIBRATION_APPROVE)))
    raise Invalid(
        {
            f"schedules.{place}.{'interval_months' if 'interval_months' in given[place] else 'interval'}": [
                _(
                    "Review no. %(review)s decided this interval; only these roles may lengthen it: %(roles)s. "
                    "Propose a longer one in a new review, or keep it or give a shorter one.",
                    review=review,
                    roles=roles,
                )
            ]
            for place, review in longer.items()
        }
    )
