"""Where a technician writes results down: a new record, a draft once more, an amendment; typed, pasted or copied."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.models import Asset
from registry.calibration import actions, queries
from registry.calibration.models import Calibration
from registry.calibration.rules import (
    CalibrationKind,
    DecisionRule,
    Outcome,
    RecordStatus,
    Stage,
    VerificationKind,
)
from registry.calibration.schemas import CalibrationIn, DraftIn, PointSchema, WorkIn
from registry.kernel import clock, idempotency
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs import queries as labs
from registry.web.forms import Form
from registry.web.shell import form_key

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
    }
)
SETPOINT: Final = ("quantity", "unit", "nominal", "coverage_factor", "lower_limit", "upper_limit")
RESULT: Final = ("reference", "indication", "expanded_uncertainty")
READ: Final = ("low", "high")
MOST_ROWS: Final = 300  # of points that a form holds
BETWEEN_TAGS = re.compile(r"[\s,;]+")


@blp.route("/assets/<string:tag>/calibrations/new", methods=["GET", "POST"])
@idempotent
def record(tag: str) -> Answer:
    """Record a calibration of one asset: the label's tag is enough to know it."""
    require(signin.person(), Verb.CALIBRATION_RECORD)
    asset = _held(tag)
    form = _form(CalibrationIn, _proposed(asset))
    made = form.attempt(_saved(actions.record), reading=lambda said: _read(said) | {"asset": asset.tag})
    if made is None:
        return _form_page(form, asset)
    flash(_outcome(made))
    return redirect(url_for("calibration.show", id=made.id))


@blp.route("/calibrations/<key:id>/edit", methods=["GET", "POST"])
@idempotent
def edit(id: int) -> Answer:
    """Change a draft."""
    draft = queries.by_id(signin.person(), id)
    actions.require_either(signin.person(), Verb.CALIBRATION_RECORD, draft.asset, draft.lab)
    if draft.status is not RecordStatus.DRAFT:
        raise Conflict(_("Only a draft can be changed; an issued record is amended by another one."))
    _check_fits(draft)
    form = _form(DraftIn, _written(draft))
    made = form.attempt(_saved(lambda **said: actions.revise(draft, **said)), reading=_read)
    if made is None:
        return _form_page(form, draft.asset, draft=draft)
    flash(_("The draft is changed."))
    return redirect(url_for("calibration.show", id=id))


@blp.route("/calibrations/<key:id>/amend", methods=["GET", "POST"])
@idempotent
def amend(id: int) -> Answer:
    """Write the record that takes the place of an issued one."""
    old = queries.by_id(signin.person(), id)
    actions.require_either(signin.person(), Verb.CALIBRATION_RECORD, old.asset, old.lab)
    if old.status is not RecordStatus.ISSUED:
        raise Conflict(_("Only an issued record can be amended."))
    _check_fits(old)
    form = _form(CalibrationIn, _written(old))
    fixed = {"asset": old.asset.tag, "amends": old.id}
    made = form.attempt(_saved(actions.record), reading=lambda said: _read(said) | fixed)
    if made is None:
        return _form_page(form, old.asset, amends=old)
    flash(_outcome(made))
    return redirect(url_for("calibration.show", id=made.id))


@blp.get("/forms/<string:key>")
def kept(key: str) -> Response:
    """Whether a form that a browser still keeps was saved; it asks before it forgets what was typed."""
    return jsonify({"saved": idempotency.was_done(key)})


def _form(schema: type[Schema], drawn: Mapping[str, Any]) -> Form[Calibration]:
    """The form, its rows without a result last: they are setpoints that nobody has come to yet."""
    form: Form[Calibration] = Form(schema, drawn=drawn, decimals=DECIMALS)
    for name, wanted in (("points", _is_measured), ("environment", _is_read)):
        rows = form.typed.get(name)
        if form.submitted and rows:
            form.typed[name] = sorted(rows, key=lambda row, wanted=wanted: not wanted(row))  # type: ignore[misc]
    return form


def _is_measured(row: Mapping[str, str]) -> bool:
    return not row.get("proposed") or any(row.get(field, "").strip() for field in RESULT)


def _is_read(row: Mapping[str, str]) -> bool:
    return any(row.get(field, "").strip() for field in READ)


def _read(said: dict[str, Any]) -> dict[str, Any]:
    """What a form says as the API is told: tags as a list, no setpoints without a result, no conditions unread."""
    tags = [tag for tag in BETWEEN_TAGS.split(said.pop("standards", "")) if tag]
    points = [row for row in said.pop("points", []) if _is_measured(row)]
    for row in points:
        row.pop("proposed", None)
    environment = [row for row in said.pop("environment", []) if _is_read(row)]
    rows = {"standards": tags, "points": points, "environment": environment}
    return said | {name: listed for name, listed in rows.items() if listed}


def _saved(act: Callable[..., Calibration]) -> Callable[[dict[str, Any]], Calibration]:
    def saved(data: dict[str, Any]) -> Calibration:
        made = act(**data, by=signin.person())
        db.session.commit()
        return made

    return saved


def _outcome(made: Calibration) -> str:
    if made.status is RecordStatus.DRAFT:
        return _("Kept as a draft: it counts once a manager has approved it under a certificate number.")
    return _("Recorded. The due date has moved.") if made.moved else _("Recorded. The due date has not moved.")


def _held(tag: str) -> Asset:
    try:
        return queries.asset_field(tag, "asset")
    except Invalid as refusal:
        raise NotFound(refusal.detail) from refusal


def _proposed(asset: Asset) -> dict[str, Any]:
    """What a new record starts with: the kind that is scheduled, and the setpoints and conditions of the last time."""
    kinds = [schedule.kind.value for schedule in asset.required_schedules]
    asked = request.args.get("kind", "")
    kind = asked if asked in set(CalibrationKind) else kinds[0] if len(kinds) == 1 else ""
    last = queries.deciding(asset.id, CalibrationKind(kind)) if kind else None
    drawn = {"kind": kind, "performed_on": clock.today().isoformat(), "environment": _conditions(last)}
    if last is not None:
        said = _written(last)
        drawn |= {name: said[name] for name in ("lab", "method", "decision_rule", "guard_factor", "standards")}
        drawn["points"] = [_setpoint(row) for row in said["points"] if row["stage"] == Stage.AS_FOUND][:MOST_ROWS]
    elif asset.characteristics:
        held = asset.characteristics[0]
        drawn["points"] = [{"quantity": held.quantity, "unit": held.unit, "proposed": "yes"}]
    return drawn


def _check_fits(held: Calibration) -> None:
    if len(held.points) > MOST_ROWS:
        count, most = len(held.points), MOST_ROWS
        text = _(
            "This record has %(count)s points and a form holds %(most)s; change it by the API.", count=count, most=most
        )
        raise Conflict(text)


def _setpoint(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in SETPOINT} | {"stage": Stage.AS_FOUND.value, "proposed": "yes"}


def _conditions(last: Calibration | None) -> list[dict[str, str]]:
    if last is not None and last.environment:
        return [{"quantity": line["quantity"], "unit": line["unit"]} for line in last.environment]
    return [{"quantity": _("Temperature"), "unit": "°C"}, {"quantity": _("Relative humidity"), "unit": "%"}]


def _written(held: Calibration) -> dict[str, Any]:
    """A record as its form shows it; limits that were derived are left out, so that they are derived anew."""
    drawn: dict[str, Any] = WorkIn(exclude=("lab", "standards", "points")).dump(held)
    drawn["lab"] = held.lab.code if held.lab else ""
    drawn["standards"] = " ".join(used.asset.tag for used in held.standards)
    tags = {used.id: used.asset.tag for used in held.standards}
    drawn["points"] = []
    for point in held.points:
        row = PointSchema(exclude=("standard",)).dump(point)
        row["standard"] = tags.get(point.standard_id) if point.standard_id is not None else None
        if point.limits_derived:
            row |= {"lower_limit": None, "upper_limit": None}
        drawn["points"].append(row)
    return drawn


def _form_page(
    form: Form[Calibration], asset: Asset, *, draft: Calibration | None = None, amends: Calibration | None = None
) -> tuple[str, int]:
    page = render_template(
        "calibration/form.html",
        asset=asset,
        draft=draft,
        amends=amends,
        form=form.typed,
        errors=form.errors,
        kinds=[kind.value for kind in CalibrationKind],
        verification_kinds=[kind.value for kind in VerificationKind],
        outcomes=[outcome.value for outcome in Outcome],
        decision_rules=[rule.value for rule in DecisionRule],
        stages=[stage.value for stage in Stage],
        labs=labs.choices(),
        limits=[_permissible(held) for held in asset.characteristics],
        person=signin.person().id,
        today=clock.today(),
        form_key=form_key(),
    )
    return page, form.status


def _permissible(held: Any) -> dict[str, str | None]:  # noqa: ANN401 — a characteristic
    """What limits are worked out from while somebody types, as text: no number passes through a binary float."""
    names = ("range_low", "range_high", "mpe", "mpe_percent_of_reading", "mpe_percent_of_range")
    numbers = {name: getattr(held, name) for name in names}
    plain = {name: None if value is None else f"{value:f}" for name, value in numbers.items()}
    return {"quantity": held.quantity, "unit": held.unit} | plain
