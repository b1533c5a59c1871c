"""Where somebody sees which standards and instruments could serve as traceable standards in the years to come."""

from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answered

from registry.accounts import signin
from registry.assets.rules import Kind
from registry.calibration.fitness import actions, queries, rules, words
from registry.calibration.fitness.models import FitnessSetting
from registry.calibration.fitness.schemas import FitnessQuery, FitnessSettingIn, FitnessSettingOut
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.sheets import downloads
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("fitness", __name__)
SHARES: Final = frozenset({"probability", "least_share"})
Answer = str | Answered | tuple[str, int]


@blp.get("/fitness")
def show() -> str:
    """The list with reasons."""
    page = queries.page_of(signin.person(), clock.today(), **listed(FitnessQuery))
    setting = queries.setting()
    return render_template(
        "fitness/list.html",
        lines=page.items,
        next=page.next,
        kinds=[Kind.STANDARD, Kind.INSTRUMENT],
        verdicts=list(rules.Fitness),
        words=words,
        horizon=(setting.assumed if setting else rules.USUAL).horizon_years,
        assumed=words.assumptions(setting),
        setting=setting,
        may_decide=queries.may_decide(signin.person()),
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


@blp.route("/fitness/settings", methods=["GET", "POST"])
@idempotent
def settings() -> Answer:
    """What the verdicts assume, the decisions about it, and another decision."""
    actions.check_may(signin.person())
    now = FitnessSettingOut(only=rules.Assumed._fields).dump(queries.assumed())
    form: Form[FitnessSetting] = Form(FitnessSettingIn, drawn=now, decimals=SHARES)
    if form.attempt(_decided) is None:
        page = queries.settings_page()
        drawn = render_template(
            "fitness/settings.html",
            decided=page.items,
            assumed=words.assumptions,
            names=words.NAMES,
            usual=rules.USUAL,
            form=form.typed,
            errors=form.errors,
            form_key=form_key(),
        )
        return drawn, form.status
    flash(_("Saved. The verdicts assume it from now on."))
    return redirect(url_for("fitness.show"))


def _decided(data: dict[str, Any]) -> FitnessSetting:
    made = actions.decide(**data, by=signin.person())
    db.session.commit()
    return made
