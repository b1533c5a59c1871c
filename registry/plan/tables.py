"""A plan on a day as text, for the command line: a table for reading, CSV for spreadsheets."""

import csv
import io
from collections.abc import Sequence

from registry.kernel import clock
from registry.kernel.i18n import MINUS, _, current_locale, said_day
from registry.plan.models import PlanRow
from registry.plan.progress import Rollup

MILLION = 1_000_000
WIDEST = 60
FIELDS = ("code", "title", "unit", "period", "target", "mode", "value", "percent", "verdict")


def rollup_table(rollup: Rollup) -> str:
    """Indicators by period, then money in triệu đồng, in columns."""
    head, *rows = indicator_lines(rollup)
    money_head, *money_rows = money_lines(rollup)
    title = f"{rollup.plan.number} · {_('version')} {rollup.version.number} · {said_day(rollup.on)}"
    if rollup.known_at is not None:
        title += " · " + _("as known on %(day)s", day=said_day(clock.local(rollup.known_at).date()))
    return "\n".join([title, "", *_columns([head, *rows]), "", *_columns([money_head, *money_rows]), ""])


def rollup_csv(rollup: Rollup) -> str:
    """Indicators by period with their money in đồng, one line each, named by the fields of the API."""
    planned = {(row.row.code, part.code): part for row in rollup.money for part in row.periods}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*FIELDS, "planned", "allocated", "disbursed"))
    for one in rollup.indicators:
        for period in one.periods:
            official, money = period.official, planned.get((one.row.code, period.span.code))
            sums = (money.planned, money.allocated, money.disbursed) if money else ("", "", "")
            percent = "" if official.percent is None else official.percent
            target = "" if official.target is None else official.target
            said = (one.row.code, _title(one.row), _unit(one.row), period.span.code, target)
            writer.writerow((*said, official.mode.value, official.value, percent, official.verdict.value, *sums))
    return out.getvalue()


def indicator_lines(rollup: Rollup) -> list[list[str]]:
    """A heading and a line for each indicator and each period in which it has a target."""
    lines = [[_("Code"), _("Indicator"), _("Period"), _("Value"), _("Target"), "%", _("Verdict")]]
    for one in rollup.indicators:
        for period in one.periods:
            official = period.official
            if official.target is not None:
                shown = [str(official.value), str(official.target), str(official.percent), official.verdict.value]
                lines.append([one.row.code, _cut(_title(one.row)), period.span.code, *shown])
    return lines


def money_lines(rollup: Rollup) -> list[list[str]]:
    """A heading, a line for each row's money in triệu đồng, and the total."""
    codes = [period.code for period in rollup.money_periods]
    planned = [f"{_('Planned')} {code}" for code in codes]
    lines = [[_("Code"), _("Million đồng"), *planned, _("Planned"), _("Allocated"), _("Disbursed")]]
    sums = [(row.row.code, _cut(_title(row.row)), row.periods, row.total) for row in rollup.money]
    for code, title, periods, total in [*sums, ("", _("Total"), rollup.money_periods, rollup.money_total)]:
        amounts = [part.planned for part in periods] + [total.planned, total.allocated, total.disbursed]
        lines.append([code, title, *(millions(amount) for amount in amounts)])
    return lines


def _columns(lines: Sequence[Sequence[str]]) -> list[str]:
    """Text in columns: the first three to the left, numbers to the right."""
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    left = [not any(_is_number(line[at]) for line in lines[1:]) for at in range(len(widths))]
    return [
        "  ".join(
            text.ljust(width) if to_left else text.rjust(width)
            for text, width, to_left in zip(line, widths, left, strict=True)
        ).rstrip()
        for line in lines
    ]


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace(",", "").isdigit()


def millions(dong: int) -> str:
    """An amount in triệu đồng the Vietnamese way: 21.415, and 0,5 for half a million."""
    whole, rest = divmod(abs(dong), MILLION)
    text = f"{whole:,}".replace(",", ".")
    if rest:
        text += "," + f"{rest:06d}".rstrip("0")
    return f"{MINUS}{text}" if dong < 0 else text


def _title(row: PlanRow) -> str:
    return row.title_vi if current_locale() == "vi" else row.title_en


def _unit(row: PlanRow) -> str:
    return (row.unit_vi if current_locale() == "vi" else row.unit_en) or ""


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
