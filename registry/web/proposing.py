"""What the form of a result starts with: the last time, a procedure, another item of the same certificate."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.calibration import queries
from registry.calibration.models import Calibration
from registry.calibration.procedures import queries as procedures
from registry.calibration.procedures.models import ProcedureVersion
from registry.calibration.procedures.rules import MOST_ROWS, LimitsSource
from registry.calibration.procedures.setpoints import laid_out
from registry.calibration.rules import CalibrationKind, Stage
from registry.calibration.schemas import PointSchema, WorkIn
from registry.kernel import clock
from registry.kernel.i18n import _
from registry.kernel.text import digits, fold
from registry.web import decimals

SETPOINT: Final = ("quantity", "unit", "nominal", "lower_limit", "upper_limit")
PLACE: Final = ("quantity", "unit")
OF_THE_LAST_TIME: Final = ("lab", "method", "decision_rule", "guard_factor", "target_risk", "in_tolerance", "standards")
OF_THE_CERTIFICATE: Final = (
    *("kind", "verification_kind", "received_on", "began_on", "performed_on", "issued_on", "lab", "on_site", "place"),
    *("method", "customer", "certificate_no", "valid_until", "decision_rule", "guard_factor", "target_risk"),
    *("in_tolerance", "standards", "environment"),
)


class Source(NamedTuple):
    """Where setpoints come from: rows of a form, what else follows, and how many lie outside the item's range."""

    rows: Sequence[dict[str, Any]]
    said: Mapping[str, Any]
    left_out: int = 0


def proposed(person: Person, asset: Asset, kind: str) -> tuple[dict[str, Any], int]:
    """A new record of a kind, or of none yet: by the procedure of the last time, as the last time, or by what fits.

    Gives also how many setpoints of the procedure lie outside the range of the asset.
    """
    drawn: dict[str, Any] = {"kind": kind, "performed_on": clock.today().isoformat()}
    last = last_known(person, asset, kind)
    if last is not None:
        said = written(last)
        drawn |= {name: said[name] for name in OF_THE_LAST_TIME}
    fitting = procedures.fitting(person, asset, CalibrationKind(kind)) if kind else ()
    by = last.procedure.procedure_id if last is not None and last.procedure is not None else None
    version = next((one for one in fitting if one.procedure_id == by), fitting[0] if fitting and last is None else None)
    source = of_procedure(version, asset) if version else of_last(last) if last else Source([], {})
    drawn |= {name: value for name, value in source.said.items() if value and not drawn.get(name)}
    drawn["points"] = list(source.rows)[:MOST_ROWS]
    if not drawn["points"] and last is None and asset.characteristics:
        held = asset.characteristics[0]
        drawn["points"] = [{"quantity": held.quantity, "unit": held.unit, "proposed": "yes"}]
    conditions = _merged(list(drawn.get("environment") or ()), of_last(last).said["environment"])
    drawn["environment"] = conditions or _usual_conditions()
    return drawn, source.left_out


def last_known(person: Person, asset: Asset, kind: str) -> Calibration | None:
    """The record of a kind that decides about an asset, if there is one and the person may read it."""
    found = queries.deciding(asset.id, CalibrationKind(kind)) if kind in set(CalibrationKind) else None
    return queries.known(found.id, person) if found is not None else None


def of_last(last: Calibration | None) -> Source:
    """The setpoints as found, and the conditions, of an earlier record."""
    if last is None:
        return Source([], {"environment": []})
    rows = [_setpoint(row) for row in written(last)["points"] if row["stage"] == Stage.AS_FOUND]
    conditions = [{"quantity": line["quantity"], "unit": line["unit"]} for line in last.environment]
    return Source(rows[:MOST_ROWS], {"environment": conditions})


def of_procedure(version: ProcedureVersion, asset: Asset) -> Source:
    """What a procedure lays down for an asset."""
    laid = laid_out(version.setpoints, asset.characteristics)
    stated = version.limits is LimitsSource.STATED
    rows = [
        {
            "quantity": one.point["quantity"],
            "unit": one.unit,
            "nominal": _text(one.nominal),
            "lower_limit": _text(one.point["lower_limit"]) if stated else None,
            "upper_limit": _text(one.point["upper_limit"]) if stated else None,
            "stage": str(one.point["stage"]),
            "proposed": "yes",
        }
        for one in laid.points
    ]
    said = {
        "procedure_version": str(version.id),
        "kind": version.procedure.kind.value,
        "method": version.method or "",
        "decision_rule": version.decision_rule.value if version.decision_rule else "",
        "guard_factor": _text(version.guard_factor),
        "target_risk": _text(version.target_risk),
        "environment": [{"quantity": line["quantity"], "unit": line["unit"]} for line in version.environment],
    }
    return Source(rows[:MOST_ROWS], said, laid.left_out)


def rule_of(version: ProcedureVersion) -> list[str]:
    """The decision rule of a procedure with its factor and its risk, as a form writes them; empty without one."""
    numbers = [_text(version.guard_factor), _text(version.target_risk)]
    rule = version.decision_rule.value if version.decision_rule else ""
    return [rule, *("" if number is None else decimals.written(number) for number in numbers)]


def taken_over(typed: Mapping[str, Any], source: Source, measured: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """What was typed, with the setpoints of a source in place of those that nobody has come to yet.

    A setpoint that was measured already is not asked for once more. Only fields that are empty are filled.
    """
    done = Counter(_place(row) for row in measured)
    left = []
    for row in source.rows:
        if done[_place(row)]:
            done[_place(row)] -= 1
        else:
            left.append(row)
    filled = {name: value for name, value in source.said.items() if value and not typed.get(name)}
    if source.said.get("procedure_version"):
        filled["procedure_version"] = source.said["procedure_version"]
    environment = _merged(list(typed.get("environment") or ()), source.said.get("environment") or ())
    return {**typed, **filled, "points": [*measured, *left][:MOST_ROWS], "environment": environment}


def placed(row: Mapping[str, str], asset: Asset) -> dict[str, str]:
    """A row of a form with the quantity, and its unit, that it does not say: those of an asset that has only one."""
    if len(asset.characteristics) != 1:
        return dict(row)
    (only,) = asset.characteristics
    quantity, unit = row.get("quantity", "").strip(), row.get("unit", "").strip()
    if quantity and fold(quantity) != fold(only.quantity):
        return dict(row)
    return {**row, "quantity": quantity or only.quantity, "unit": unit or only.unit}


def of_certificate(held: Calibration) -> dict[str, Any]:
    """What another item of the same certificate has in common with this one."""
    said = written(held) | {"certificate_no": held.certificate_no or ""}
    return {name: said[name] for name in OF_THE_CERTIFICATE if said.get(name)}


def of_amended(held: Calibration) -> dict[str, Any]:
    """What an amendment starts with: what the record says, without its number and the day it was issued under it."""
    said = written(held)
    return said | {"issued_on": None, "environment": said["environment"] or _usual_conditions()}


def written(held: Calibration) -> dict[str, Any]:
    """A record as its form shows it; limits that were derived are left out, so that they are derived anew."""
    drawn: dict[str, Any] = WorkIn(exclude=("lab", "standards", "points")).dump(held)
    drawn["lab"] = held.lab.code if held.lab else ""
    drawn["procedure_version"] = str(held.procedure_version_id or "")
    drawn["standards"] = " ".join(used.asset.current_tag for used in held.standards)
    tags = {used.id: used.asset.current_tag for used in held.standards}
    drawn["points"] = []
    for point in held.points:
        row = PointSchema(exclude=("standard",)).dump(point)
        row["standard"] = tags.get(point.standard_id) if point.standard_id is not None else None
        if point.limits_derived:
            row |= {"lower_limit": None, "upper_limit": None}
        drawn["points"].append(row)
    return drawn


def _usual_conditions() -> list[dict[str, str]]:
    return [{"quantity": _("Temperature"), "unit": "°C"}, {"quantity": _("Relative humidity"), "unit": "%"}]


def _merged(rows: list[Any], others: Sequence[Mapping[str, str]]) -> list[Any]:
    """Rows of conditions, with those of other quantities after them."""
    known = {fold(row.get("quantity") or "") for row in rows}
    return [*rows, *(row for row in others if fold(row["quantity"]) not in known)]


def _place(row: Mapping[str, Any]) -> tuple[object, ...]:
    """Where a row is measured, whatever digits its number is typed with: 50,0 and 50 are one place."""
    said = [*(fold(str(row.get(name) or "")) for name in PLACE), row.get("stage") or Stage.AS_FOUND.value]
    try:
        return (*said, Decimal(decimals.plain(str(row.get("nominal") or ""))).normalize())
    except (decimals.Misread, InvalidOperation):
        return (*said, row.get("nominal"))


def _setpoint(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in SETPOINT} | {"stage": Stage.AS_FOUND.value, "proposed": "yes"}


def _text(value: Any) -> str | None:  # noqa: ANN401 — a decimal or none
    return None if value is None else digits(value)
