"""Breakdowns as tables for spreadsheets: every part of every number that is seen."""

from collections.abc import Iterator, Sequence

from registry.kernel.i18n import _
from registry.plan.breakdown.queries import Breakdown
from registry.plan.breakdown.words import BYS, called
from registry.sheets.downloads import Value


def headings(found: Breakdown) -> list[str]:
    """What stands in each column."""
    return [
        *(_("Code"), _("Indicator"), _("Unit"), _("Period"), _("As of"), str(BYS[found.by]), _("Code of the body")),
        *(_("Province"), _("Formerly"), _("Existed until"), _("Value"), _("Also counted in other parts")),
        *(_("The number"), _("Counted in several parts")),
    ]


def rows(found: Breakdown) -> Iterator[Sequence[Value]]:
    """A row for every part; what is told of the whole number stands in each."""
    for line in found.lines:
        for part in line.parts:
            yield [
                *(line.row.code, line.title, line.unit, found.span.code, found.on),
                *(called(part, found.by), part.code, part.within, "; ".join(part.formerly), part.until),
                *(part.value, part.shared, line.value, line.overlap),
            ]
