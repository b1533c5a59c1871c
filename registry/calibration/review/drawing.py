"""A review as a plot: shares in tolerance, changes, drift, or the share of a limit that an error took."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from registry.calibration.plots import change_chart, drift_chart, reliability_chart, share_chart
from registry.calibration.review.curves import Model, reliability
from registry.calibration.review.models import IntervalReview
from registry.calibration.review.words import MODELS, steps
from registry.calibration.stability.words import rounded
from registry.kernel.calendar import IntervalUnit
from registry.kernel.canvas import Formats
from registry.kernel.i18n import _, said_day

STEPS: Final = 60
THRESHOLD: Final = Decimal("0.8")  # that of the staircase where its reasons do not say it
DAYS_A_YEAR: Final = 365.2425


def drawn(review: IntervalReview) -> Markup | None:
    """The plot of a review: of shares in tolerance, changes, the drift, or a share of a limit; None without numbers."""
    for name, draw in PICTURES.items():
        if review.numbers.get(name) is not None:
            return draw(review)
    return None


def _changes(review: IntervalReview) -> Markup:
    seen, coefficients = review.numbers["seen"], review.numbers["coefficients"]
    unit, proposed = review.numbers["unit"], float(review.proposal.average_days)
    longest = max(time for time, _change in seen)
    times = [longest * step / STEPS for step in range(STEPS + 1)]
    curve = [(time, sum(b * time ** (place + 1) for place, b in enumerate(coefficients))) for time in times]
    interval = steps(review.proposed, review.proposed_unit)
    labels = change_chart.Labels(
        name=f"review-{review.id}",
        title=_("Changes between calibrations"),
        desc=_(
            "%(count)s changes after up to %(longest)s; after that the curve expects %(change)s %(unit)s, with a scatter of %(scatter)s %(unit)s. Proposed: %(interval)s.",  # noqa: E501 — one message
            count=review.numbers["changes"],
            longest=steps(longest, IntervalUnit.DAYS),
            change=rounded(curve[-1][1]),
            scatter=rounded(review.numbers["s"]),
            unit=unit,
            interval=interval,
        ),
        heading=_("Change, %(unit)s", unit=unit),
        time=_("Days since the last calibration"),
        change=_("observed"),
        curve=_("fitted curve"),
        proposed=_("proposed: %(interval)s", interval=interval),
    )
    marks = [
        change_chart.Seen(time, change, f"{steps(time, IntervalUnit.DAYS)}: {rounded(change)} {unit}")
        for time, change in seen
    ]
    return change_chart.draw(curve, marks, proposed, labels, Formats(number=rounded, percent=_percent, day=said_day))


def _shares(review: IntervalReview) -> Markup:
    bins = review.numbers["bins"]
    best = next((one for one in review.numbers.get("models", ()) if one["model"] == review.numbers.get("best")), None)
    proposed = float(review.proposal.average_days)
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


def _drift(review: IntervalReview) -> Markup:
    chart, unit = review.numbers["chart"], review.numbers["unit"]
    lower, upper = (None if limit is None else Decimal(limit) for limit in chart["limits"])
    interval = steps(review.proposed, review.proposed_unit)
    last = date.fromisoformat(chart["seen"][-1][0])
    labels = drift_chart.Labels(
        name=f"review-{review.id}",
        title=_("Drift"),
        desc=_(
            "%(count)s values up to %(last)s; in a year the line moves by %(slope)s %(unit)s. Proposed: %(interval)s.",
            count=len(chart["seen"]),
            last=said_day(last),
            slope=rounded(review.numbers["slope_per_day"] * DAYS_A_YEAR),
            unit=unit,
            interval=interval,
        ),
        heading=_("Error, %(unit)s", unit=unit),
        value=_("value with U"),
        line=_("drift"),
        band=_("one more value with its U"),
        limits=_("limits of error"),
        forecast=_("proposed: %(interval)s", interval=interval),
    )
    points = [
        drift_chart.Point(date.fromisoformat(on), Decimal(error), None if wide is None else Decimal(wide))
        for on, error, wide in chart["seen"]
    ]
    line = [drift_chart.Expected(date.fromisoformat(on), *ends) for on, *ends in chart["line"]]
    marks = drift_chart.Marks(lower=lower, upper=upper, forecast_on=review.proposal.after(last))
    return drift_chart.draw(points, line, marks, labels, Formats(number=_finely, percent=_percent, day=said_day))


def _share(review: IntervalReview) -> Markup:
    share = Decimal(str(review.numbers["share"]))
    threshold = next((one["values"]["threshold"] for one in review.reasons if "threshold" in one["values"]), THRESHOLD)
    labels = share_chart.Labels(
        name=f"review-{review.id}",
        title=_("Largest as-found error"),
        desc=_("The largest as-found error takes %(share)s of its limit.", share=_percent(share)),
        heading=_("Largest as-found error, as a share of its limit"),
        share=_("observed"),
        threshold=_("up to here longer"),
        limit=_("limit of error"),
    )
    marks = share_chart.Marks(float(share), float(threshold))
    return share_chart.draw(marks, labels, Formats(number=rounded, percent=_percent, day=said_day))


def _finely(value: Decimal) -> str:
    return rounded(value) if value else "0"


PICTURES: Final[Mapping[str, Callable[[IntervalReview], Markup]]] = {
    "bins": _shares,
    "seen": _changes,
    "chart": _drift,
    "share": _share,
}


def _percent(share: Decimal) -> str:
    return _("%(percent)s %%", percent=rounded(share * 100))
