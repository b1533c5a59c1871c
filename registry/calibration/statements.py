"""What the API says of decisions on points, their risks, and signatures."""

from typing import Any

from marshmallow import fields

from registry.calibration.rules import DecisionRule, Meaning, Outcome
from registry.kernel.schema import Choice, Exact, Schema

DERIVED = r"^-?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?$"


class Derived(Exact):
    """A decimal that follows from others, with as many digits as that takes."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        metadata = {"pattern": DERIVED} | kwargs.pop("metadata", {})
        super().__init__(metadata=metadata, dump_only=True, **kwargs)


class VerdictOut(Schema):
    """A decision on a point, with what a statement of conformity says with it (ISO/IEC 17025, 7.8.6)."""

    outcome = Choice(Outcome, required=True)
    rule = Choice(DecisionRule, required=True)
    value = Derived(attribute="measured.value", required=True, metadata={"description": "The error that was judged."})
    lower_limit = Derived(attribute="tolerance.lower", required=True, allow_none=True)
    upper_limit = Derived(attribute="tolerance.upper", required=True, allow_none=True)
    acceptance_lower = Derived(attribute="acceptance.lower", required=True, allow_none=True)
    acceptance_upper = Derived(attribute="acceptance.upper", required=True, allow_none=True)
    guard_factor = Derived(attribute="multiplier", required=True)
    guard_band = Derived(required=True, metadata={"description": "w = r·U."})
    conformance_probability = fields.Float(
        attribute="conformance",
        required=True,
        allow_none=True,
        metadata={"description": "That the true error is within the limits; null without U."},
    )
    false_accept = fields.Float(
        required=True, allow_none=True, metadata={"description": "The risk that an accepted point does not conform."}
    )
    false_reject = fields.Float(
        required=True, allow_none=True, metadata={"description": "The risk that a rejected point conforms."}
    )


class GlobalRiskOut(Schema):
    """How often decisions with these limits, guard band and uncertainty are wrong in the population of such items."""

    false_accept = fields.Float(required=True, metadata={"description": "Out of tolerance and accepted: PFA."})
    false_reject = fields.Float(required=True, metadata={"description": "In tolerance and rejected: PFR."})
    false_among_accepted = fields.Float(
        required=True, allow_none=True, metadata={"description": "The share of accepted items out of tolerance."}
    )


class SignatureOut(Schema):
    """A signature, and whether the record still says what was signed."""

    signer = fields.String(attribute="actor", required=True)
    meaning = Choice(Meaning, required=True)
    at = fields.AwareDateTime(required=True)
    content_hash = fields.String(required=True, metadata={"description": "SHA-256 of the content that was signed."})
    holds = fields.Boolean(required=True, metadata={"description": "The record still says what was signed."})
    form = fields.Integer(
        required=True, metadata={"description": "1 covers the content; 2 also who, what for, when; 4 files."}
    )
    digest = fields.String(
        required=True, allow_none=True, metadata={"description": "SHA-256 of content, signer, meaning and instant."}
    )
    verifies = fields.Boolean(
        required=True, metadata={"description": "Computed on reading: content, signer, meaning and instant are intact."}
    )
