"""Proficiency tests for tests: made in an application context, flushed, and left to the caller to commit."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from registry.kernel.db import db
from registry.labs.proficiency import actions, entering, evaluating
from registry.labs.proficiency.models import PtFollowUp, PtRound, PtScheme
from registry.labs.proficiency.rules import RoundState, SchemeKind
from tests.people import CENTRE, DEPARTMENT

SCHEMES, ROUNDS = "/api/v1/proficiency-schemes", "/api/v1/proficiency-rounds"
OPENS, DUE = date(2026, 6, 1), date(2026, 6, 30)


def scheme(**said: Any) -> PtScheme:
    """A scheme in mass that the department organises itself."""
    usual = {"organisation": DEPARTMENT, "name": "SSLP khối lượng", "kind": SchemeKind.COMPARISON, "is_own": True}
    usual |= {"quantity": "Khối lượng", "unit": "g", "range_low": Decimal(1), "range_high": Decimal(2000)}
    return actions.add_scheme(**usual | said, by=None)


def measurand(**said: Any) -> dict[str, Any]:
    """A measurand with a reference value, judged by E_n, as the API is told."""
    usual = {"name": "Quả cân 1 kg", "unit": "g", "assigned_value": "1000.0010", "assigned_uncertainty": "0.0006"}
    return usual | {"assigned_factor": "2"} | said


def measured(**said: Any) -> Any:
    """The same as an action is told."""
    decimals = {"assigned_value", "assigned_uncertainty", "assigned_factor", "sigma"}
    return {
        name: Decimal(value) if name in decimals and value is not None else value
        for name, value in measurand(**said).items()
    }


def round_of(scheme: PtScheme, *measurands: Any, code: str = "2026-1") -> PtRound:
    """An open round, by default of one weight."""
    row = actions.add_round(
        scheme=scheme.id,
        code=code,
        item="Quả cân F1",
        opens_on=OPENS,
        due_on=DUE,
        measurands=list(measurands) or [measured()],
        by=None,
    )
    row.scheme  # noqa: B018 — read while it is there
    return evaluating.turn(row, to=RoundState.OPEN, by=None)


def results(row: PtRound, said: dict[str, tuple[str, str]], *, measurand: int = 1) -> None:
    """Results of laboratories by their codes: value and U with k = 2, in the unit of the round."""
    for lab, (value, expanded) in said.items():
        actions.invite(row, lab=lab, by=None) if measurand == 1 else None
        numbers = {"value": Decimal(value), "expanded_uncertainty": Decimal(expanded)}
        entering.enter(row, lab=lab, measurand=measurand, **numbers, by=None)


def published() -> tuple[int, int, int]:
    """A published round of the centre in which its laboratory, which there is, did badly.

    Keys of the scheme, the round, and what is followed up.
    """
    row = round_of(scheme(organisation=CENTRE, name="SSLP của trung tâm"))
    results(row, {"PTN-1": ("1000.25", "0.20")})
    evaluating.turn(row, to=RoundState.CLOSED, by=None)
    evaluating.evaluate(row, by=None)
    evaluating.turn(row, to=RoundState.PUBLISHED, by=None)
    return row.scheme_id, row.id, db.session.scalars(select(PtFollowUp.id)).one()


def said_scheme(**changes: Any) -> dict[str, Any]:
    """The body that adds a scheme of the centre through the API."""
    usual = {"organisation": CENTRE, "name": "VMI SSLP khối lượng", "provider": "VMI", "kind": "proficiency_test"}
    return usual | {"quantity": "Khối lượng", "unit": "kg", "range_low": "1", "range_high": "20"} | changes


def said_round(scheme: int, **changes: Any) -> dict[str, Any]:
    """The body that plans a round through the API."""
    usual = {"scheme": scheme, "code": "2026-1", "item": "Quả cân F1", "opens_on": "2026-06-01"}
    return usual | {"due_on": "2026-06-30", "measurands": [measurand()]} | changes


def said_result(**changes: Any) -> dict[str, Any]:
    """The body that gives a result through the API."""
    return {"lab": "PTN-1", "measurand": 1, "value": "1000.0021", "expanded_uncertainty": "0.0010"} | changes


def numbers(said: dict[str, Any]) -> dict[str, Any]:
    """What the API is told of a result as an action is told."""
    decimals = {"value", "expanded_uncertainty", "coverage_factor"}
    return {name: Decimal(value) if name in decimals else value for name, value in said.items()}
