"""A measurand of a round as two pictures: results with U against the assigned value, and the scores in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from markupsafe import Markup

from registry.kernel import canvas
from registry.kernel.canvas import Area, KeyEntry, Scale, Telling, Tick
from registry.kernel.i18n import _, ngettext, said_value
from registry.labs.proficiency.models import PtScore
from registry.labs.proficiency.scores import Kind, Verdict
from registry.labs.proficiency.words import NAMES, number_text, score_text

TOP: Final = 30
BOTTOM: Final = 220
FOOT: Final = 34
MOST_NAMED: Final = 12  # codes that fit beneath each other's neighbour
BAR: Final = 14
MOST_SHOWN: Final = 3.5  # how far beyond its bounds a score is drawn


@dataclass(frozen=True, kw_only=True)
class Labels(Telling):
    """A plot's title and description."""


def results(line: Mapping[str, Any], scores: Sequence[PtScore]) -> Markup | None:
    """Each result with U, by size, against the assigned value and its U; None where nobody has any."""
    if not scores:
        return None
    ordered = sorted(scores, key=lambda score: (score.found_value, score.id))
    centre, expanded = float(line["assigned_value"]), float(line["assigned_uncertainty"])
    ends = [end for score in ordered for end in _ends(score)]
    low, high = canvas.spread([centre - expanded, centre + expanded, *ends])
    ticks = canvas.number_ticks(low, high, said_value)
    area = canvas.area(ticks, [], TOP, BOTTOM)
    y = Scale(low, high, area.bottom, area.top)
    places = _places(area, len(ordered))
    drawn: list[Markup] = []
    for at, score in zip(places, ordered, strict=True):
        below, above = _ends(score)
        drawn.append(canvas.element("line", "bar", x1=at, x2=at, y1=y(below), y2=y(above)))
        mark = canvas.dot if score.verdict is Verdict.SATISFACTORY else canvas.diamond
        drawn.append(mark(at, y(float(score.found_value)), note=_note(score)))
    band = {"x": area.left, "width": area.right - area.left, "y": y(centre + expanded)}
    entries = [
        KeyEntry(canvas.dot(canvas.SAMPLE / 2, 0), _("result with U")),
        KeyEntry(canvas.line_sample("centre"), _("assigned value")),
        KeyEntry(canvas.element("rect", "band", x=0, y=-5, width=canvas.SAMPLE, height=10), _("its U")),
    ]
    bad = sum(score.verdict is not Verdict.SATISFACTORY for score in ordered)
    if bad:
        entries.insert(1, KeyEntry(canvas.diamond(canvas.SAMPLE / 2, 0), _("not satisfactory")))
    key, height = canvas.key(entries, area.bottom + FOOT)
    count = len(ordered)
    said = ngettext("%(num)s result", "%(num)s results", count)
    told = _(
        "%(results)s against %(value)s %(unit)s; %(bad)s not satisfactory. The table says each.",
        results=said,
        value=number_text(line["assigned_value"]),
        unit=line["unit"],
        bad=bad,
    )
    labels = Labels(
        name=f"results-{line['number']}", title=_("Results"), desc=told, heading=f"{line['name']}, {line['unit']}"
    )
    return canvas.paper(
        labels,
        height,
        canvas.value_axis(area, y, ticks, labels.heading),
        _codes(area, places, ordered),
        canvas.element("rect", "band", height=y(centre - expanded) - y(centre + expanded), **band),
        canvas.horizontal(area, y(centre), "centre"),
        *drawn,
        key,
        clip=area,
    )


def scores(line: Mapping[str, Any], judged: Sequence[PtScore]) -> Markup | None:
    """The scores that decide, from the lowest to the highest, with their bounds; None where there are none."""
    if not judged:
        return None
    ordered = sorted(judged, key=lambda score: (score.score, score.id))
    kind = ordered[0].decides
    bounds = [Decimal(1)] if kind is Kind.EN else [Decimal(2), Decimal(3)]
    reach = float(bounds[-1]) * MOST_SHOWN
    values = [min(max(float(score.score), -reach), reach) for score in ordered]
    low, high = canvas.spread([-float(bounds[-1]), float(bounds[-1]), *values])
    ticks = canvas.number_ticks(low, high, said_value)
    area = canvas.area(ticks, [], TOP, BOTTOM)
    y = Scale(low, high, area.bottom, area.top)
    places = _places(area, len(ordered))
    wide = min(BAR, (area.right - area.left) / len(ordered) * 0.7)
    drawn: list[Markup] = []
    for at, value, score in zip(places, values, ordered, strict=True):
        top, foot = min(y(value), y(0)), max(y(value), y(0))
        size = {"x": at - wide / 2, "y": top, "width": wide, "height": max(foot - top, 1)}
        drawn.append(canvas.element("rect", "count", canvas.element("title", None, _note(score)), **size))
        if score.verdict is not Verdict.SATISFACTORY:
            drawn.append(canvas.diamond(at, y(value), note=_note(score)))
    lines = [canvas.horizontal(area, y(0), "centre")]
    for bound in bounds:
        look = "limit" if bound == bounds[-1] else "moment"
        lines += [canvas.horizontal(area, y(float(sign * bound)), look) for sign in (1, -1)]
    entries = [KeyEntry(canvas.line_sample("limit"), f"±{bounds[-1]}")]
    if len(bounds) > 1:
        entries.insert(0, KeyEntry(canvas.line_sample("moment"), f"±{bounds[0]}"))
    key, height = canvas.key(entries, area.bottom + FOOT)
    told = "; ".join(_note(score) for score in ordered[:MOST_NAMED])
    labels = Labels(
        name=f"scores-{line['number']}",
        title=_("Scores in their order"),
        desc=told if len(ordered) <= MOST_NAMED else _("%(scores)s …; the table says the others.", scores=told),
        heading=NAMES[kind],
    )
    return canvas.paper(
        labels,
        height,
        canvas.value_axis(area, y, ticks, labels.heading),
        _codes(area, places, ordered),
        *lines,
        *drawn,
        key,
        clip=area,
    )


def _ends(score: PtScore) -> tuple[float, float]:
    return float(score.found_value - score.found_uncertainty), float(score.found_value + score.found_uncertainty)


def _places(area: Area, count: int) -> list[float]:
    """The middles of as many equal fields."""
    wide = (area.right - area.left) / count
    return [area.left + wide * (place + 0.5) for place in range(count)]


def _codes(area: Area, places: Sequence[float], ordered: Sequence[PtScore]) -> Markup:
    """The codes at the foot; of many only some, for the table has them all."""
    step = -(-len(ordered) // MOST_NAMED)
    named = [
        Tick(at, score.participant.code)
        for place, (at, score) in enumerate(zip(places, ordered, strict=True))
        if place % step == 0
    ]
    return canvas.foot_axis(area, Scale(0, 1, 0, 1), named)


def _note(score: PtScore) -> str:
    """What a pointer resting on it is told."""
    said = f"{number_text(score.found_value)} ± {number_text(score.found_uncertainty)}"
    return f"{score.participant.code}: {said}, {NAMES[score.decides]} = {score_text(score.decides, score.score)}"
