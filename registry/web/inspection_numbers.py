"""Where inspections are counted, and measures that are late are seen at a glance."""

from typing import Final

from flask import Blueprint, Response, render_template

from registry.accounts import signin
from registry.inspection.measures import queries as measures
from registry.inspection.measures.rules import WORDS, MeasureState
from registry.inspection.measures.schemas import MeasureQuery
from registry.inspection.statistics import queries
from registry.inspection.statistics.rules import By
from registry.inspection.statistics.schemas import InspectionStatisticsQuery
from registry.kernel import clock
from registry.kernel.i18n import _
from registry.sheets import downloads
from registry.web.forms import listed

blp = Blueprint("inspection_numbers", __name__)
COLUMNS: Final = ("label", "visits", "checked", "unverified", "seal_broken", "over_limit", "violations")


@blp.get("/inspections/statistics")
def statistics() -> str:
    """What was inspected and found, by type, area or year."""
    asked, me = listed(InspectionStatisticsQuery), signin.person()
    counted = queries.counted(me, **asked)
    return render_template(
        "inspection/statistics.html",
        lines=counted.items,
        has_more=counted.has_more,
        by=asked["by"].value,
        year=asked.get("year"),
        ways=[by.value for by in By],
        years=queries.years(me),
    )


@blp.get("/inspections/statistics.<string:form>")
def sheet(form: str) -> Response:
    """The same numbers as a table for a spreadsheet."""
    kind, asked = downloads.form_named(form), listed(InspectionStatisticsQuery)
    counted = queries.counted(signin.person(), **asked)
    rows: list[list[downloads.Value]] = [[line.label or _("not said"), *line[2:]] for line in counted.items]
    if counted.has_more:
        rows.append([_("There are more lines than these; choose a year.")])
    content = downloads.written(kind, _("Inspections"), headings(asked["by"]), rows)
    return downloads.download(kind, "inspections", content)


@blp.get("/inspections/measures")
def late() -> str:
    """Measures of all inspections, such as those that are overdue."""
    page = measures.page_of(signin.person(), clock.today(), **listed(MeasureQuery))
    return render_template(
        "inspection/late.html",
        measures=page.items,
        next=page.next,
        words=WORDS,
        states=[state.value for state in MeasureState],
    )


def headings(by: By) -> list[str]:
    """What stands above the columns."""
    first = {By.TYPE: _("Instrument type"), By.AREA: _("Area"), By.YEAR: _("Year")}[by]
    return [
        first,
        _("Visits"),
        _("Instruments checked"),
        _("Without valid verification"),
        _("Seal broken"),
        _("Error over the limit"),
        _("Violations"),
    ]
