"""Where a round of a proficiency test is led, results are given, and scores are read."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, NotFound
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs import queries as labs
from registry.labs.proficiency import actions, drawing, entering, evaluating, queries, words
from registry.labs.proficiency.models import PtEvaluation, PtMeasurand, PtParticipant, PtRound
from registry.labs.proficiency.rules import JUDGED, TURNS, Judged, RoundState, Source
from registry.labs.proficiency.schemas import (
    AssignIn,
    EvaluateIn,
    GivenOut,
    MeasurandOut,
    ParticipantIn,
    ResultsIn,
    TurnIn,
)
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("pt_round", __name__)
Answer = str | Response | tuple[str, int]
RESULT: Final = frozenset({"value", "expanded_uncertainty", "coverage_factor"})
ASSIGNED: Final = frozenset({"assigned_value", "assigned_uncertainty", "assigned_factor", "sigma"})
TRANSLATED: Final = {"score_text": words.score_text, "number_text": words.number_text, "why": words.why}


@blp.get("/proficiency/rounds/<key:id>")
def show(id: int) -> Answer:
    """A round: where it stands, who takes part, and what was found, as far as a person may know it."""
    return _round_page(queries.round_by_id(signin.person(), id), Form(TurnIn))


@blp.get("/proficiency/rounds/<key:id>/report")
def report(id: int) -> Answer:
    """An evaluation on paper, by default the one that stands."""
    me = signin.person()
    row = queries.round_by_id(me, id)
    evaluation = queries.evaluation_of(me, row, _number(request.args.get("version", ""), row.evaluation))
    places = queries.places(me, row, evaluation)
    return render_template("proficiency/report.html", row=row, places=places, now=clock.now(), **_told(evaluation))


@blp.route("/proficiency/rounds/<key:id>/result", methods=["GET", "POST"])
@idempotent
def enter(id: int) -> Answer:
    """Give the results of a laboratory, or correct them with a reason."""
    me = signin.person()
    row = queries.round_by_id(me, id, lock=request.method == "POST")
    offered = _offered(row)
    chosen = request.values.get("lab", "") or (offered[0].lab.code if len(offered) == 1 else "")
    mine = next((one for one in offered if one.lab.code == chosen), None)
    form: Form[bool] = Form(ResultsIn, drawn=_drawn(row, mine), decimals=RESULT)
    if form.attempt(lambda data: _entered(row, data), reading=_read):
        flash(_("Saved."))
        return redirect(url_for("pt_round.show", id=id))
    others = [] if row.scheme.is_own else _own_labs()
    if not offered and not others:
        raise Conflict(_("None of your laboratories takes part in this round; its organiser has to invite it."))
    page = render_template(
        "proficiency/result.html",
        row=row,
        offered=offered,
        others=others,
        mine=mine,
        given=bool(mine and mine.results),
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status


@blp.post("/proficiency/rounds/<key:id>/participants")
@idempotent
def invite(id: int) -> Answer:
    """Let a laboratory take part."""
    return _led(id, Form(ParticipantIn), lambda row, data: actions.invite(row, **data, by=signin.person()))


@blp.post("/proficiency/rounds/<key:id>/turn")
@idempotent
def turn(id: int) -> Answer:
    """Open, close, open again or publish a round."""
    return _led(id, Form(TurnIn), lambda row, data: evaluating.turn(row, **data, by=signin.person()))


@blp.post("/proficiency/rounds/<key:id>/evaluate")
@idempotent
def evaluate(id: int) -> Answer:
    """Judge all results, or judge them again with a reason."""
    return _led(id, Form(EvaluateIn), lambda row, data: evaluating.evaluate(row, **data, by=signin.person()))


@blp.route("/proficiency/rounds/<key:id>/measurands/<key:number>", methods=["GET", "POST"])
@idempotent
def assign(id: int, number: int) -> Answer:
    """Say what a measurand is judged by."""
    row = queries.round_by_id(signin.person(), id, lock=request.method == "POST")
    require(signin.person(), Verb.LAB_WRITE, row.scheme.organisation_id)
    measurand = queries.measurand_of(row, number)
    form: Form[PtMeasurand] = Form(AssignIn, drawn=MeasurandOut().dump(measurand), decimals=ASSIGNED)
    if form.attempt(lambda data: _assigned(row, number, data)) is None:
        page = render_template(
            "proficiency/assign.html",
            row=row,
            measurand=measurand,
            is_judged=row.state in JUDGED,
            judged=[by.value for by in Judged],
            sources=[source.value for source in Source],
            form=form.typed,
            errors=form.errors,
            form_key=form_key(),
        )
        return page, form.status
    flash(_("Saved."))
    return redirect(url_for("pt_round.show", id=id))


def _round_page(row: PtRound, form: Form[Any]) -> tuple[str, int]:
    me = signin.person()
    evaluation = _evaluation(row)
    organises = queries.organises(me, row)
    page = render_template(
        "proficiency/round.html",
        row=row,
        places=queries.places(me, row, evaluation),
        versions=queries.evaluations(row) if evaluation else [],
        organises=organises,
        may_enter=_takes(row) and bool(_offered(row) or not row.scheme.is_own),
        turns=[to.value for to in RoundState if to in TURNS[row.state]] if organises else [],
        is_judged=row.state in JUDGED,
        labs=labs.choices() if organises and row.state not in JUDGED else [],
        history=audit.history("pt_round", row.id) if organises else [],
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
        **_told(evaluation),
    )
    return page, form.status


def _told(evaluation: PtEvaluation | None) -> dict[str, Any]:
    """What a page needs to draw an evaluation: each measurand with its scores, sentences and pictures."""
    lines = []
    for line in evaluation.measurands if evaluation else []:
        scores = (
            [score for score in evaluation.scores if score.measurand.number == line["number"]] if evaluation else []
        )
        lines.append(
            {
                "basis": line,
                "scores": sorted(scores, key=lambda score: score.participant.code),
                "made_from": words.made_from(line, scores),
                "results": drawing.results(line, scores),
                "order": drawing.scores(line, scores),
            }
        )
    return {"evaluation": evaluation, "lines": lines, **TRANSLATED}


def _evaluation(row: PtRound) -> PtEvaluation | None:
    """The evaluation that is asked for, else the one that stands; raises NotFound for one there is not."""
    me, asked = signin.person(), request.args.get("version", "")
    return queries.evaluation_of(me, row, _number(asked, 0)) if asked else queries.standing(me, row)


def _number(asked: str, otherwise: int) -> int:
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) <= 6):  # noqa: PLR2004 — no round has a million
        raise NotFound(_("This round has no evaluation with the number %(number)s.", number=asked[:20]))
    return int(asked) if asked else otherwise


def _led(id: int, form: Form[Any], act: Any) -> Answer:  # noqa: ANN401 — an action of a round and its data
    """Do something to a round from its own page."""
    row = queries.round_by_id(signin.person(), id, lock=True)
    done = form.attempt(lambda data: act(row, data))
    if done is None:
        return _round_page(queries.round_by_id(signin.person(), id), form)
    db.session.commit()
    flash(_("Saved."))
    return redirect(url_for("pt_round.show", id=id))


def _takes(row: PtRound) -> bool:
    return entering.takes_results(row, clock.today(), as_organiser=queries.organises(signin.person(), row))


def _offered(row: PtRound) -> list[PtParticipant]:
    """The participants whose results a person gives: all for who organises, else those of their own laboratories."""
    me = signin.person()
    if queries.organises(me, row):
        return list(queries.participants(row))
    own = queries.participants_of(me, row)
    allowed = accounts.acts_for(me, Verb.CALIBRATION_RECORD, {one.lab.organisation_id for one in own})
    return [one for one in own if one.lab.organisation_id in allowed]


def _own_labs() -> list[Any]:
    """The laboratories a person manages: they take part in another provider's round by giving a result."""
    me = signin.person()
    found = labs.choices()
    allowed = accounts.acts_for(me, Verb.LAB_WRITE, {lab.organisation_id for lab in found})
    return [lab for lab in found if lab.organisation_id in allowed]


def _drawn(row: PtRound, mine: PtParticipant | None) -> dict[str, Any]:
    """A line for each measurand, with what was given before."""
    given = {one["measurand"]: one for one in GivenOut(many=True).dump(mine.results if mine else [])}
    usual = [{"measurand": str(one.number), "unit": one.unit, "coverage_factor": "2"} for one in row.measurands]
    lines = [line | given.get(int(line["measurand"]), {}) | {"measurand": line["measurand"]} for line in usual]
    return {"lab": mine.lab.code if mine else "", "results": lines}


def _read(said: dict[str, Any]) -> dict[str, Any]:
    """Lines of measurands for which nothing was given are left out."""
    lines = [line for line in said.get("results", []) if line.keys() & {"value", "expanded_uncertainty"}]
    return said | {"results": lines}


def _entered(row: PtRound, data: dict[str, Any]) -> bool:
    entering.enter_all(row, **data, by=signin.person())
    db.session.commit()
    return True


def _assigned(row: PtRound, number: int, data: dict[str, Any]) -> PtMeasurand:
    measurand = actions.assign(row, number, **data, by=signin.person())
    db.session.commit()
    return measurand
