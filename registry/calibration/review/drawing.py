"""A review as a plot: the shares found in tolerance over the time since the last calibration, curve and target."""

from decimal import Decimal
from typing import Final

from markupsafe import Markup

from registry.calibration.plots import reliability_chart
from registry.calibration.plots.canvas import Formats
from registry.calibration.review.curves import Model, reliability
from registry.calibration.review.models import IntervalReview
from registry.calibration.review.rules import days_in
from registry.calibration.review.words import MODELS, steps
from registry.calibration.stability.words import rounded
from registry.kernel.calendar import IntervalUnit
from registry.kernel.i18n import _, said_day

STEPS: Final = 60


def drawn(review: IntervalReview) -> Markup | None:
    """The plot of a review that counts what was in tolerance; None for other methods."""
    bins = review.numbers.get("bins")
    if not bins:
        return None
    best = next((one for one in review.numbers.get("models", ()) if one["model"] == review.numbers.get("best")), None)
    proposed = float(days_in(review.proposal))
    longest = max([proposed, *(one["days"] for one in bins)])
    curve = []
    if best is not None:
        model, theta = Model(best["model"]), tuple(best["theta"])
        curve = [
            (longest * step / STEPS, reliability(model, theta, longest * step / STEPS)) for step in range(STEPS + 1)
        ]
    target = Decimal(review.terms["target"])
    calibrations = sum(one["calibrations"] for one in bins)
    labels = reliability_chart.Labels(
        name=f"review-{review.id}",
        title=_("Found in tolerance"),
        desc=_(
            "%(good)s of %(count)s calibrations were found in tolerance; the target is %(target)s.",
            good=sum(one["in_tolerance"] for one in bins),
            count=calibrations,
            target=_percent(target),
        ),
        heading=_("Share found in tolerance"),
        time=_("Days since the last calibration"),
        observed=_("observed"),
        curve=str(MODELS[Model(best["model"])]) if best else "",
        target=_("target"),
        proposed=_("proposed: %(interval)s", interval=steps(review.proposed, review.proposed_unit)),
    )
    seen = [
        reliability_chart.Observed(
            one["days"],
            one["in_tolerance"] / one["calibrations"],
            one["calibrations"],
            f"{steps(one['days'], IntervalUnit.DAYS)}: {one['in_tolerance']}/{one['calibrations']}",
        )
        for one in bins
    ]
    marks = reliability_chart.Marks(target=target, proposed=proposed)
    formats = Formats(number=rounded, percent=_percent, day=said_day)
    return reliability_chart.draw(curve, seen, marks, labels, formats)


def _percent(share: Decimal) -> str:
    return _("%(percent)s %%", percent=rounded(share * 100))
