"""Where somebody sees which standards and instruments could serve as traceable standards in the years to come."""

from flask import Blueprint, Response, render_template

from registry.accounts import signin
from registry.assets.rules import Kind
from registry.calibration.fitness import queries, rules, words
from registry.calibration.fitness.schemas import FitnessQuery
from registry.kernel import clock
from registry.kernel.i18n import _
from registry.sheets import downloads
from registry.web.forms import listed

blp = Blueprint("fitness", __name__)


@blp.get("/fitness")
def show() -> str:
    """The list with reasons."""
    page = queries.page_of(signin.person(), clock.today(), **listed(FitnessQuery))
    return render_template(
        "fitness/list.html",
        lines=page.items,
        next=page.next,
        kinds=[Kind.STANDARD, Kind.INSTRUMENT],
        verdicts=list(rules.Fitness),
        words=words,
        horizon=rules.HORIZON_YEARS,
        assumed=words.assumptions(),
    )


@blp.get("/fitness.<string:form>")
def sheet(form: str) -> Response:
    """The same list as a file for spreadsheets."""
    wanted = downloads.form_named(form)
    said = {name: value for name, value in listed(FitnessQuery).items() if name not in {"limit", "cursor", "count"}}
    headings = [_("Tag"), _("Name"), _("Owner"), _("Verdict"), _("Until"), _("Reasons")]
    rows: list[list[downloads.Value]] = [
        [
            line.asset.current_tag,
            line.asset.name,
            line.asset.owner.name,
            words.verdict(line.judged),
            line.judged.until,
            " ".join(words.sentence(reason) for reason in line.judged.reasons),
        ]
        for line in queries.everything(signin.person(), clock.today(), **said)
    ]
    return downloads.download(wanted, "fitness", downloads.written(wanted, _("Future standards"), headings, rows))
