"""Where a technician writes results down: a new record, a draft once more, an amendment; typed, pasted or copied."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from registry.accounts import reauthentication, signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.models import Asset
from registry.assets.rules import Proof
from registry.calibration import actions, amending, answering, queries
from registry.calibration.issuing import queries as issuing
from registry.calibration.models import Calibration
from registry.calibration.procedures import queries as procedures
from registry.calibration.procedures.models import ProcedureVersion
from registry.calibration.procedures.rules import MOST_ROWS
from registry.calibration.rules import (
    TRACEABLE,
    CalibrationKind,
    DecisionRule,
    Outcome,
    RecordStatus,
    Stage,
    VerificationKind,
    proof_of,
)
from registry.calibration.schemas import CalibrationIn, DraftIn
from registry.calibration.telling import Told
from registry.kernel import clock, idempotency
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs import queries as labs
from registry.web import consequences, meanwhile, proposing, using
from registry.web.forms import Form, written
from registry.web.shell import form_key, label_host

blp = Blueprint("recording", __name__)
Answer = str | Response | tuple[str, int]
DECIMALS: Final = frozenset(
    {
        "nominal",
        "reference",
        "indication",
        "expanded_uncertainty",
        "coverage_factor",
        "degrees_of_freedom",
        "lower_limit",
        "upper_limit",
        "low",
        "high",
        "guard_factor",
        "target_risk",
        "in_tolerance",
    }
)
RESULT: Final = ("reference", "indication", "expanded_uncertainty")
READ: Final = ("low", "high")
SETPOINTS: Final = "setpoints_from"  # the button that takes setpoints over, and from where
MOST_DIGITS: Final = 18


@blp.route("/assets/<string:tag>/calibrations/new", methods=["GET", "POST"])
def record(tag: str) -> Answer:
    """Record a calibration of one asset: the label's tag is enough to know it."""
    return _drawn_anew(_held(tag)) if _takes_over() else _recorded(tag)


@blp.get("/assets/<string:tag>/calibrations/new/standards")
def standards(tag: str) -> str:
    """The standards that are offered for work on a day, as the form's part."""
    require(signin.person(), Verb.CALIBRATION_RECORD)
    typed = {"performed_on": request.args.get("on", ""), "standards": request.args.get("named", "")}
    version = _version(request.args.get("procedure", ""))
    offered = using.offered(signin.person(), _held(tag), typed, version)
    return render_template("calibration/_standards.html", offers=offered.offers, judged_on=offered.day)


@blp.get("/calibrations/<key:id>/another")
def another(id: int) -> Answer:
    """Say which other item the same certificate covers, by its tag."""
    held = queries.by_id(signin.person(), id)
    answering.require_either(signin.person(), Verb.CALIBRATION_RECORD, held.asset, held.lab)
    typed, errors = request.args.get("tag", ""), {}
    if typed.strip():
        try:
            asset = queries.asset_field(typed, "tag")
            return redirect(url_for("recording.record", tag=asset.current_tag, certificate=held.id))
        except Invalid as refusal:
            errors = dict(refusal.errors or {})
    page = render_template(
        "calibration/another.html",
        calibration=held,
        form={"tag": typed},
        errors=errors,
        label_host=label_host(),
    )
    return page, 422 if errors else 200


@blp.route("/calibrations/<key:id>/edit", methods=["GET", "POST"])
@idempotent
def edit(id: int) -> Answer:
    """Change a draft."""
    draft = queries.by_id(signin.person(), id, lock=request.method == "POST")
    answering.require_holder(signin.person(), Verb.CALIBRATION_RECORD, draft)
    if draft.status is not RecordStatus.DRAFT:
        raise Conflict(_("Only a draft can be changed; an issued record is amended by another one."))
    _check_fits(draft)
    form = _form(DraftIn, proposing.written(draft), draft.asset)
    saved = meanwhile.version(draft)
    if form.submitted and form.version != saved:
        form.refuse(409, {"_schema": [_("Somebody saved this draft while you wrote. Nothing of yours is saved yet.")]})
        draft = queries.by_id(signin.person(), id)
        theirs = meanwhile.changed(draft, form.typed, DECIMALS)
        return _form_page(form, draft.asset, draft=draft, version=saved, theirs=theirs)
    made = form.attempt(_saved(lambda **said: actions.revise(draft, **said)), reading=_read)
    if made is None:
        return _form_page(form, draft.asset, draft=draft, version=saved)
    flash(_("The draft is changed."))
    return redirect(url_for("calibration.show", id=id))


@blp.route("/calibrations/<key:id>/amend", methods=["GET", "POST"])
@reauthentication.counted
@idempotent
def amend(id: int) -> Answer:
    """Write the record that takes the place of an issued one."""
    old = queries.by_id(signin.person(), id)
    answering.require_holder(signin.person(), Verb.CALIBRATION_RECORD, old)
    if old.status is not RecordStatus.ISSUED:
        raise Conflict(_("Only an issued record can be amended."))
    at_once = amending.may_at_once(old, signin.person())
    if not amending.may_amend(old, signin.person()):
        raise Forbidden(amending.second(old, old.lab, signin.person()))
    _check_fits(old)
    form = _form(CalibrationIn, proposing.of_amended(old), old.asset)
    fixed = {"asset": old.asset.tag, "amends": old.id}
    made = form.attempt(_saved(actions.record), reading=lambda said: _read(said) | fixed)
    if made is None:
        return _form_page(form, old.asset, amends=old, at_once=at_once)
    _tell(made)
    return redirect(url_for("calibration.show", id=made.id))


@blp.get("/forms/<string:key>")
def kept(key: str) -> Response:
    """Whether a form that a browser still keeps was saved; it asks before it forgets what was typed."""
    return jsonify({"saved": idempotency.was_done(key)})


@idempotent
def _recorded(tag: str) -> Answer:
    require(signin.person(), Verb.CALIBRATION_RECORD)
    asset = _held(tag)
    drawn, left_out = _proposed(asset)
    form = _form(CalibrationIn, drawn, asset)
    made = form.attempt(_saved(actions.record), reading=lambda said: _read(said) | {"asset": asset.tag})
    if made is None:
        return _form_page(form, asset, left_out=left_out)
    _tell(made)
    return redirect(url_for("calibration.show", id=made.id))


def _takes_over() -> bool:
    return request.method == "POST" and SETPOINTS in request.form


def _drawn_anew(asset: Asset) -> Answer:
    """The form as it was typed, with setpoints taken over from the last time or from the procedure that was chosen."""
    require(signin.person(), Verb.CALIBRATION_RECORD)
    form = _form(CalibrationIn, {}, asset)
    typed = form.typed
    typed.pop(SETPOINTS)
    version = _version(typed.get("procedure_version", ""))
    if request.form[SETPOINTS] == "last":
        source = proposing.of_last(_last(asset, typed))
    else:
        source = proposing.of_procedure(version, asset) if version else proposing.of_last(None)
    plain = source._replace(rows=[written(row, DECIMALS) for row in source.rows], said=written(source.said, DECIMALS))
    measured = [row for row in typed.get("points", ()) if _is_measured(row)]
    form.typed = proposing.taken_over(typed, plain, measured)
    return _form_page(form, asset, left_out=source.left_out, taken=len(source.rows))


def _last(asset: Asset, typed: Mapping[str, Any]) -> Calibration | None:
    return proposing.last_known(signin.person(), asset, typed.get("kind", ""))


def _proposed(asset: Asset) -> tuple[dict[str, Any], int]:
    """What the form starts with: the kind that is asked for or scheduled, or what another item's certificate says."""
    held = request.args.get("certificate", "")
    key = int(held) if held.isascii() and held.isdigit() and len(held) < MOST_DIGITS else 0
    other = queries.by_id(signin.person(), key) if key else None
    kinds = [schedule.kind.value for schedule in asset.required_schedules]
    asked = request.args.get("kind", "")
    kind = asked if asked in set(CalibrationKind) else kinds[0] if len(kinds) == 1 else ""
    drawn, left_out = proposing.proposed(signin.person(), asset, other.kind.value if other else kind)
    return drawn | (proposing.of_certificate(other) if other else {}), left_out


def _version(key: str) -> ProcedureVersion | None:
    whole = key.isascii() and key.isdigit() and len(key) < MOST_DIGITS
    return procedures.known(signin.person(), int(key)) if whole else None


def _form(schema: type[Schema], drawn: Mapping[str, Any], asset: Asset) -> Form[Calibration]:
    """The form, its rows without a result last: they are setpoints that nobody has come to yet."""
    form: Form[Calibration] = Form(schema, drawn=drawn, decimals=DECIMALS)
    for name, wanted in (("points", _is_measured), ("environment", _is_read)):
        rows = form.typed.get(name)
        if form.submitted and rows:
            form.typed[name] = sorted(rows, key=lambda row, wanted=wanted: not wanted(row))  # type: ignore[misc]
    if form.submitted and form.typed.get("points"):
        form.typed["points"] = [proposing.placed(row, asset) for row in form.typed["points"]]
    return form


def _is_measured(row: Mapping[str, str]) -> bool:
    return not row.get("proposed") or any(row.get(field, "").strip() for field in RESULT)


def _is_read(row: Mapping[str, str]) -> bool:
    return any(row.get(field, "").strip() for field in READ)


def _read(said: dict[str, Any]) -> dict[str, Any]:
    """What a form says as the API is told: tags as a list, no setpoints without a result, no conditions unread."""
    tags = using.tags(said)
    points = [row for row in said.pop("points", []) if _is_measured(row)]
    for row in points:
        row.pop("proposed", None)
        if row.get("standard"):
            row["standard"] = using.plain(row["standard"])
    environment = [row for row in said.pop("environment", []) if _is_read(row)]
    if not said.get("certificate_no"):
        said.pop("contradiction_reason", None)  # of a draft whoever approves it says why
    rows = {"standards": tags, "points": points, "environment": environment}
    return using.without(said) | {name: listed for name, listed in rows.items() if listed}


def _saved(act: Callable[..., Calibration]) -> Callable[[dict[str, Any]], Calibration]:
    def saved(data: dict[str, Any]) -> Calibration:
        if proof_of(data["kind"], data["outcome"]) is Proof.MISSING:
            raise Invalid({"outcome": [_("A verification says pass or fail; without that it proves nothing.")]})
        made = act(**data, by=signin.person())
        told = Told(made)
        if made.status is RecordStatus.ISSUED and told.departs and not made.contradiction_reason:
            text = _(
                "It is declared good, but its points say that it fails. Choose another result, or say why the "
                "certificate says so."
            )
            if not told.contradicts:
                text = _(
                    "The decision rule makes another result of its points than the one that is declared. Choose that "
                    "result, or say why the certificate says so."
                )
            raise Invalid({"contradiction_reason": [text]})
        db.session.commit()
        return made

    return saved


def _tell(made: Calibration) -> None:
    if made.status is RecordStatus.DRAFT:
        flash(_("Kept as a draft. Next: look it through and submit it; it counts once a manager has approved it."))
    else:
        moved, kept = _("Recorded. The due date has moved."), _("Recorded. The due date has not moved.")
        consequences.tell(made, moved if made.moved else kept)


def _held(tag: str) -> Asset:
    try:
        return queries.asset_field(tag, "asset")
    except Invalid as refusal:
        raise NotFound(refusal.detail) from refusal


def _check_fits(held: Calibration) -> None:
    if len(held.points) > MOST_ROWS:
        count, most = len(held.points), MOST_ROWS
        text = _(
            "This record has %(count)s points and a form holds %(most)s; change it by the API.", count=count, most=most
        )
        raise Conflict(text)


def _offered_procedures(asset: Asset, chosen: ProcedureVersion | None) -> Sequence[ProcedureVersion]:
    fitting = list(procedures.fitting(signin.person(), asset, None))
    return fitting if chosen is None or chosen in fitting else [chosen, *fitting]


def _form_page(form: Form[Calibration], asset: Asset, **about: object) -> tuple[str, int]:
    """The form; `about`: the draft or what it amends, `at_once`, and what became of setpoints, left_out and taken."""
    chosen = _version(str(form.typed.get("procedure_version") or ""))
    is_proposed = not form.submitted and not {"draft", "amends"} & about.keys()
    offered = using.offered(signin.person(), asset, form.typed, chosen, is_proposed=is_proposed)
    versions = _offered_procedures(asset, chosen)
    page = render_template(
        "calibration/form.html",
        asset=asset,
        form=form.typed | {"standards": offered.rest},
        errors=using.beside_tags(form.errors, form.typed),
        offers=offered.offers,
        judged_on=offered.day,
        chosen=chosen,
        procedures=versions,
        rules={one.id: proposing.rule_of(one) for one in versions if one.decision_rule},
        has_last=_last(asset, form.typed) is not None,
        takes_over=not {"draft", "amends"} & about.keys(),
        label_host=label_host(),
        kinds=[kind.value for kind in CalibrationKind],
        need_lab=sorted(kind.value for kind in TRACEABLE),
        verification_kinds=[kind.value for kind in VerificationKind],
        outcomes=[outcome.value for outcome in Outcome],
        decision_rules=[rule.value for rule in DecisionRule],
        stages=[stage.value for stage in Stage],
        labs=labs.choices(),
        own_labs=issuing.own_codes(signin.person()),
        limits=[_permissible(held) for held in asset.characteristics],
        today=clock.today(),
        form_key=form_key(),
        **({"draft": None, "amends": None, "at_once": True, "left_out": 0, "taken": None, "theirs": None} | about),
    )
    return page, form.status


def _permissible(held: Any) -> dict[str, str | None]:  # noqa: ANN401 — a characteristic
    """What limits are worked out from while somebody types, as text: no number passes through a binary float."""
    names = ("range_low", "range_high", "mpe", "mpe_percent_of_reading", "mpe_percent_of_range")
    numbers = {name: getattr(held, name) for name in names}
    plain = {name: None if value is None else f"{value:f}" for name, value in numbers.items()}
    return {"quantity": held.quantity, "unit": held.unit} | plain
