"""Where somebody looks at how an asset behaves: control charts, drift, and when a limit is expected to be met."""

from flask import Blueprint, render_template

from registry.accounts import signin
from registry.assets import queries as assets
from registry.calibration.stability import drawing, queries
from registry.calibration.stability.findings import Asked
from registry.calibration.stability.schemas import ChartsQuery
from registry.calibration.stability.words import apart, forecast_sentence, rounded
from registry.kernel import clock
from registry.web.forms import listed

blp = Blueprint("stability", __name__)
SHOWN = 6


@blp.get("/assets/<string:tag>/charts")
def charts(tag: str) -> str:
    """How the results of an asset behave."""
    asset = assets.by_tag(signin.person(), tag)
    query = listed(ChartsQuery) | {"limit": SHOWN}
    asked = Asked(clock.today(), query.pop("probability"), query.pop("horizon_months"))
    found = queries.charts(asset, asked, **query)
    return render_template(
        "stability/charts.html",
        asset=asset,
        found=found,
        chosen=query.get("series"),
        apart=[apart(one) for one in found.gathered.apart],
        forecast_sentence=forecast_sentence,
        control=drawing.control,
        drift=drawing.drift,
        moving_range=drawing.moving_range,
        reviewed={schedule.kind for schedule in asset.required_schedules},
        numbers=lambda series: drawing.formats(series, computed=True).number,
        rounded=rounded,
    )
