"""How an indicator came to its number, as a picture: what counted, the steady pace, the target and what is likely."""

from typing import Final

from markupsafe import Markup

from registry.calibration.plots.days import day_scale, day_ticks
from registry.kernel import canvas
from registry.kernel.canvas import KeyEntry, Scale, Telling
from registry.kernel.i18n import _, said_day, said_number
from registry.plan.rollups.courses import Trajectory
from registry.plan.rollups.rules import Forecast, Likelihood, Unforeseen

TOP, BOTTOM = 46, 220
BAND: Final = 12  # how wide the band at the end is drawn


def drawn(one: Trajectory) -> Markup:
    """The picture of a period that has begun."""
    label = _("%(period)s: %(value)s of %(target)s", period=one.span.code, value=_last(one), target=_number(one.target))
    telling = Telling(
        name=f"course-{one.span.code}", title=label, desc=f"{told(one)} {foreseen(one)}", heading=_("Counted so far")
    )
    target, forecast = one.target or 0, one.forecast
    highest = 1.08 * max(target, *(point.value for point in one.points), forecast.high if forecast else 0, 1)
    ticks = [tick for tick in canvas.number_ticks(0, highest, _number) if tick.at == int(tick.at)]
    area = canvas.area(ticks, [_number(target)], TOP, BOTTOM)
    first = min(one.span.start, one.points[0].on)
    x, y = day_scale(area, first, one.span.end), Scale(0, highest, area.bottom, area.top)
    line = [(x(point.on.toordinal()), y(point.value)) for point in one.points]
    pace = [(x(one.span.start.toordinal()), y(one.base)), (x(one.span.end.toordinal()), y(target))]
    key, height = canvas.key(_entries(one), area.bottom + canvas.LINE + 4)
    return canvas.paper(
        telling,
        height,
        canvas.value_axis(area, y, ticks, telling.heading),
        canvas.foot_axis(area, x, day_ticks(x, first, one.span.end, lambda day: str(day.year))),
        canvas.path(pace, "axis", fill="none"),
        canvas.horizontal(area, y(target), "target"),
        canvas.words(area.right + 5, y(target) + 4, _number(target), look="value"),
        *_band(forecast, line[-1], pace[-1][0], y),
        canvas.path(line, "line"),
        *(
            canvas.dot(*at, note=f"{said_day(point.on)}: {_number(point.value)}")
            for at, point in zip(line, one.points, strict=True)
        ),
        key,
        clip=area,
    )


def _band(forecast: Forecast | None, last: tuple[float, float], end: float, y: Scale) -> list[Markup]:
    """What is likely at the end, and the way there."""
    if forecast is None:
        return []
    top, bottom = y(forecast.high), y(forecast.low)
    size = {"x": end - BAND, "y": top, "width": BAND, "height": max(bottom - top, 2)}
    way = [last, (end - BAND / 2, y(forecast.expected))]
    return [canvas.element("rect", "band", **size), canvas.path(way, "series")]


def _entries(one: Trajectory) -> list[KeyEntry]:
    entries = [
        KeyEntry(canvas.line_sample("line"), _("counted")),
        KeyEntry(canvas.line_sample("axis"), _("steady pace")),
        KeyEntry(canvas.line_sample("target"), _("target")),
    ]
    if one.forecast is not None:
        sample = canvas.element("rect", "band", x=0, y=-6, width=canvas.SAMPLE, height=10)
        entries.append(KeyEntry(sample, _("nine in ten")))
    return entries


def told(one: Trajectory) -> str:
    """Where it stands, in words."""
    last = one.points[-1]
    return _(
        "On %(day)s %(value)s of %(target)s counted; a steady pace asks for %(due)s by then.",
        day=said_day(last.on),
        value=_last(one),
        target=_number(one.target),
        due=_number(last.due),
    )


def foreseen(one: Trajectory) -> str:
    """What is likely at the end of the period, or why nothing is said of it."""
    if one.forecast is None:
        return _why_not(one.unforeseen)
    likely = {
        Likelihood.REACHED: _("The target is reached."),
        Likelihood.LIKELY: _("It is likely that the target is reached."),
        Likelihood.UNCERTAIN: _("It is uncertain whether the target is reached."),
        Likelihood.UNLIKELY: _("It is unlikely that the target is reached."),
    }[one.forecast.likelihood]
    band = _(
        "At this pace there are %(low)s to %(high)s on %(day)s, nine times in ten.",
        low=_number(one.forecast.low),
        high=_number(one.forecast.high),
        day=said_day(one.span.end),
    )
    return f"{likely} {band}"


def _why_not(why: Unforeseen | None) -> str:
    said = {
        Unforeseen.STATE: _("No forecast: this is a state on a day, which does not add up."),
        Unforeseen.TOO_SHORT: _("No forecast yet: it needs four full quarters."),
        Unforeseen.TOO_FEW: _("No forecast yet: it needs at least five that count."),
        Unforeseen.OVER: _("The period is over."),
    }
    return said[why] if why is not None else ""


def _last(one: Trajectory) -> str:
    return _number(one.points[-1].value)


def _number(value: object) -> str:
    return "–" if value is None else said_number(int(value))  # type: ignore[call-overload]  # a count
