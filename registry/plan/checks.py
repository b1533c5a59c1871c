"""Whether a plan file agrees with itself: codes, references, periods, cells and their text, printed sums."""

import re
from collections.abc import Iterable, Iterator

from registry.kernel.i18n import _, said_day, said_number
from registry.plan import changes
from registry.plan.activities.rules import ASPECTS, STAGES
from registry.plan.document import Cell, Counted, Document, Fact, Group, Leaf
from registry.plan.duties.rules import Repeat, is_due
from registry.plan.form import TOTAL
from registry.plan.links import rules as others
from registry.plan.rules import Mode, Span, apart, overlapping

Problem = tuple[str, str]
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]{3})*")


def problems(document: Document) -> list[Problem]:
    """Every contradiction as (place in the file, message), in the order of the file."""
    return [
        *_repeated(document),
        *_body_references(document),
        *_periods(document),
        *_row_references(document),
        *_measures(document),
        *_cells(document),
        *_sums(document),
        *changes.problems(document),
        *_duties(document),
        *others.problems(document),
    ]


def _repeated(document: Document) -> Iterator[Problem]:
    """Codes that stand twice."""
    lists = {
        "periods": [period.code for period in document.periods],
        "bodies": [body.code for body in document.bodies],
        "funding_sources": [source.code for source in document.funding_sources],
        "ambiguities": [ambiguity.code for ambiguity in document.ambiguities],
        "duties": [duty.code for duty in document.duties],
    }
    for name, codes in lists.items():
        yield from _twice((f"{name}.{at}.code", code) for at, code in enumerate(codes))
    counted = [(f"indicators.{at}.code", goal.code) for at, goal in enumerate(document.indicators)]
    yield from _twice([*counted, *((f"rows.{at}.code", row.code) for at, row in enumerate(document.rows))])


def _twice(codes: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for place, code in codes:
        if code in seen:
            yield place, _("The code %(code)s already stands at %(place)s.", code=code, place=seen[code])
        seen.setdefault(code, place)


def _body_references(document: Document) -> Iterator[Problem]:
    codes = {body.code for body in document.bodies}
    named = [("plan.issuer", document.plan.issuer), ("plan.lead", document.plan.lead)]
    named += [("report.successor_reports", code) for code in [document.report.successor_reports] if code]
    named += [(f"inspection_bodies.{at}", code) for at, code in enumerate(document.inspection_bodies)]
    above: set[str] = set()
    for at, body in enumerate(document.bodies):
        named += [(f"bodies.{at}.succeeded_by.{n}.code", step.code) for n, step in enumerate(body.succeeded_by)]
        if body.parent is not None and body.parent not in above:
            yield f"bodies.{at}.parent", _("%(code)s must stand earlier in the list of bodies.", code=body.parent)
        if body.valid_from and body.valid_to and body.valid_to < body.valid_from:
            yield f"bodies.{at}.valid_to", _("The last day lies before the first.")
        above.add(body.code)
    yield from _unknown(named, codes, _("bodies"))


def _periods(document: Document) -> Iterator[Problem]:
    if not document.periods:
        yield "periods", _("A plan needs at least one period.")
    place = {period.code: f"periods.{at}" for at, period in enumerate(document.periods)}
    spans = [Span(period.code, period.start, period.end) for period in document.periods]
    for period in document.periods:
        if period.end < period.start:
            yield f"{place[period.code]}.end", _("The last day lies before the first.")
    for one, two in overlapping(spans):
        message = _(
            "The period %(two)s begins on %(start)s, inside %(one)s, which ends on %(end)s.",
            two=two.code,
            start=said_day(two.start),
            one=one.code,
            end=said_day(one.end),
        )
        yield f"{place[two.code]}.start", message
    for day, two in apart(spans):
        message = _(
            "Nothing would count from %(first)s up to %(start)s; let %(code)s begin on %(first)s.",
            first=said_day(day),
            start=said_day(two.start),
            code=two.code,
        )
        yield f"{place[two.code]}.start", message
    last = max((period.end for period in document.periods), default=None)
    if last is not None and document.in_force_on > last:
        message = _(
            "It would be in force from %(day)s, after the plan's last day, %(last)s.",
            day=said_day(document.in_force_on),
            last=said_day(last),
        )
        yield "plan.decision.in_force_from" if document.plan.decision else "plan.issued_on", message
    if spans != sorted(spans, key=lambda span: span.start):
        yield "periods", _("Periods stand in the order of their first days.")


def _row_references(document: Document) -> Iterator[Problem]:
    leaves = {leaf.code for leaf in document.leaves}
    ambiguities = {ambiguity.code for ambiguity in document.ambiguities}
    goals: set[str] = set()
    for at, goal in enumerate(document.indicators):
        place = f"indicators.{at}"
        yield from _unknown(_listed(f"{place}.annex_rows", goal.annex_rows), leaves, _("annex rows"))
        yield from _unknown(_listed(f"{place}.related", goal.related), leaves, _("annex rows"))
        yield from _unknown(
            _listed(f"{place}.reading.ambiguities", goal.reading.ambiguities), ambiguities, _("ambiguities")
        )
        if goal.continues is not None and goal.continues not in goals:
            yield f"{place}.continues", _("%(code)s must be an earlier indicator of the body.", code=goal.continues)
        if goal.reading.mode is Mode.TOTAL_MIN:
            yield (
                f"{place}.reading.mode",
                _("Only an annex row whose title promises a total can be read by that total."),
            )
        goals.add(goal.code)
    headings: set[str] = set()
    for at, row in enumerate(document.rows):
        if row.parent is not None and row.parent not in headings:
            yield f"rows.{at}.parent", _("%(code)s must be a section or group that stands earlier.", code=row.parent)
        if isinstance(row, Group):
            headings.add(row.code)
        else:
            yield from _leaf_references(f"rows.{at}", row, document, ambiguities)
    for at, ambiguity in enumerate(document.ambiguities):
        yield from _unknown(
            _listed(f"ambiguities.{at}.applies_to", ambiguity.applies_to), leaves | goals, _("indicators")
        )


def _leaf_references(place: str, leaf: Leaf, document: Document, ambiguities: set[str]) -> Iterator[Problem]:
    bodies = {body.code for body in document.bodies}
    sources = {source.code for source in document.funding_sources}
    yield from _unknown(
        [(f"{place}.lead", leaf.lead), *_listed(f"{place}.cooperating.bodies", leaf.cooperating.bodies)],
        bodies,
        _("bodies"),
    )
    yield from _unknown(_listed(f"{place}.funding.sources", leaf.funding.sources or ()), sources, _("funding sources"))
    yield from _unknown(
        _listed(f"{place}.reading.ambiguities", leaf.reading.ambiguities), ambiguities, _("ambiguities")
    )
    if leaf.reading.mode is Mode.TOTAL_MIN and leaf.title_total is None:
        yield f"{place}.title_total", _("A row that is read by its total needs that total.")


def _measures(document: Document) -> Iterator[Problem]:
    """A measure of activities names their kinds, and a stage that these reach."""
    counted: list[tuple[str, Counted]] = [(f"indicators.{at}", row) for at, row in enumerate(document.indicators)]
    counted += [(f"rows.{at}", row) for at, row in enumerate(document.rows) if isinstance(row, Leaf)]
    for place, row in counted:
        for at, measure in enumerate(row.measures):
            where, kinds = f"{place}.measures.{at}", measure.activity_kinds
            if (measure.fact is Fact.ACTIVITIES) is not bool(kinds):
                yield f"{where}.activity_kinds", _("Name kinds of activities where the fact is activities.")
            if measure.stage and any(measure.stage not in STAGES.get(kind, ()) for kind in kinds):
                yield f"{where}.stage", _("Activities of these kinds do not reach this stage.")
            if measure.aspects and any(not set(measure.aspects) <= set(ASPECTS.get(kind, ())) for kind in kinds):
                yield f"{where}.aspects", _("Activities of these kinds do not have all of these aspects.")


def _cells(document: Document) -> Iterator[Problem]:
    """Period codes of targets and money, and cells whose number is not the one in their text."""
    periods = {period.code for period in document.periods}
    counted = [(f"indicators.{at}", goal) for at, goal in enumerate(document.indicators)]
    for place, goal in counted:
        yield from _unknown(((f"{place}.targets.{code}", code) for code in goal.targets), periods, _("periods"))
        for code, cell in goal.targets.items():
            yield from _misread(f"{place}.targets.{code}", cell)
    for at, row in enumerate(document.rows):
        if isinstance(row, Group):
            yield from _misread(f"rows.{at}.total", row.total)
            continue
        for name, cells, wanted in (("targets", row.targets, periods), ("budget", row.budget, periods | {TOTAL})):
            if set(cells) != wanted:
                yield f"rows.{at}.{name}", _("Give exactly these: %(codes)s.", codes=", ".join(sorted(wanted)))
            for code, cell in cells.items():
                yield from _misread(f"rows.{at}.{name}.{code}", cell)
    yield from _misread("money.total", document.money.total)
    if set(document.money.period_totals) != periods:
        yield "money.period_totals", _("Give exactly these: %(codes)s.", codes=", ".join(sorted(periods)))


def _misread(place: str, cell: Cell) -> Iterator[Problem]:
    """A cell's text must hold its number, dots between thousands; a cell without a number must not hold one."""
    if cell.raw is None:
        return
    found = NUMBER.search(cell.raw)
    number = int(found.group().replace(".", "")) if found else None
    if number != cell.value:
        yield (
            place,
            _(
                "The number is %(value)s, but the text of the cell reads “%(raw)s”.",
                value=_said(cell.value),
                raw=cell.raw,
            ),
        )


def _sums(document: Document) -> Iterator[Problem]:
    children: dict[str | None, list[Group | Leaf]] = {}
    for row in document.rows:
        children.setdefault(row.parent, []).append(row)
    for at, row in enumerate(document.rows):
        if isinstance(row, Group):
            yield from _differs(
                f"rows.{at}.total", row.total.value, sum(_money(child) for child in children.get(row.code, []))
            )
        elif TOTAL in row.budget:
            parts = sum(cell.value or 0 for code, cell in row.budget.items() if code != TOTAL)
            yield from _differs(f"rows.{at}.budget.{TOTAL}", row.budget[TOTAL].value, parts)
    leaves = document.leaves
    yield from _differs("money.total", document.money.total.value, sum(_money(leaf) for leaf in leaves))
    for code, printed in document.money.period_totals.items():
        parts = sum(leaf.budget[code].value or 0 for leaf in leaves if code in leaf.budget)
        yield from _differs(f"money.period_totals.{code}", printed, parts)
    dong = (document.money.total.value or 0) * document.money.unit_dong
    yield from _differs("money.total_dong", document.money.total_dong, dong)


def _money(row: Group | Leaf) -> int:
    cell = row.total if isinstance(row, Group) else row.budget.get(TOTAL)
    return (cell.value if cell else None) or 0


def _differs(place: str, printed: int | None, parts: int) -> Iterator[Problem]:
    if printed != parts:
        yield (
            place,
            _("Printed is %(printed)s, but the parts add up to %(parts)s.", printed=_said(printed), parts=parts),
        )


def _listed(place: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(f"{place}.{at}", code) for at, code in enumerate(codes)]


def _unknown(named: Iterable[tuple[str, str]], known: set[str], what: str) -> Iterator[Problem]:
    for place, code in named:
        if code not in known:
            yield place, _("%(code)s is not among the %(what)s of this file.", code=code, what=what)


def _said(value: int | None) -> str:
    return _("empty") if value is None else said_number(value)


def _duties(document: Document) -> Iterator[Problem]:
    bodies, counted = {body.code for body in document.bodies}, {row.code for row in document.counted}
    for at, duty in enumerate(document.duties):
        place = f"duties.{at}"
        for name, codes in (("lead", duty.lead.bodies), ("cooperating", duty.cooperating.bodies)):
            yield from _unknown(_listed(f"{place}.{name}.bodies", codes), bodies, _("bodies"))
        yield from _unknown(_listed(f"{place}.indicators", duty.indicators), counted, _("indicators"))
        if not duty.lead.bodies:
            yield f"{place}.lead.bodies", _("Somebody has to do it: name at least one body.")
        if not is_due(duty.repeats, duty.due):
            said = {
                Repeat.ONCE: _("What is done once is due on a day, such as 2025-12-31."),
                Repeat.YEARLY: _("What is done every year is due on a day of the year, such as 12-10."),
                Repeat.CONTINUING: _("What never ends is not due on a day; leave it null."),
            }
            yield f"{place}.due", said[duty.repeats]
