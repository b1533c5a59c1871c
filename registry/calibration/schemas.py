"""How outsiders say calibrations."""

from typing import Any

from marshmallow import fields, pre_dump, validate

from registry.accounts.schemas import own_password
from registry.assets.rules import Doubt
from registry.calibration.models import Calibration
from registry.calibration.rules import (
    CalibrationKind,
    CalibrationOrder,
    DecisionRule,
    Outcome,
    RecordStatus,
    Stage,
    VerificationKind,
)
from registry.calibration.second_look import is_unapproved_copy
from registry.calibration.statements import Derived, GlobalRiskOut, SignatureOut, VerdictOut
from registry.calibration.telling import Told
from registry.calibration.verdicts import contradicts
from registry.kernel.addresses import MAX_KEY
from registry.kernel.i18n import lazy
from registry.kernel.schema import Choice, Code, Day, Exact, Flag, ListQuery, Schema, Text, Whole, unsigned

MOST_POINTS = 10_000
MOST_CONDITIONS = 20
MOST_STANDARDS = 100
MAYBE_TEXT = {"type": ["string", "null"]}


def at_most(most: int) -> validate.Length:
    """A list that is not endless."""
    return validate.Length(max=most, error=lazy("Give at most %(most)s lines.", most=most))


class PointNumbers(Schema):
    """A measured point; all its numbers are in `unit`, and the limits are those of its error."""

    quantity = Text(120, required=True)
    unit = Text(40, required=True)
    nominal = Exact(load_default=None, allow_none=True)
    reference = Exact(load_default=None, allow_none=True, metadata={"description": "The standard's value."})
    indication = Exact(load_default=None, allow_none=True)
    expanded_uncertainty = Exact(load_default=None, allow_none=True, metadata=unsigned("U, without its ±."))
    coverage_factor = Exact(load_default=None, allow_none=True, metadata={"description": "At least 1."})
    lower_limit = Exact(load_default=None, allow_none=True, metadata={"description": "Of the error, such as -0.20."})
    upper_limit = Exact(
        load_default=None,
        allow_none=True,
        metadata={"description": "Of the error; without limits they follow from the asset's permissible error."},
    )
    stage = Choice(Stage, load_default=Stage.AS_FOUND)
    degrees_of_freedom = Exact(
        load_default=None, allow_none=True, metadata={"description": "Effective, of U; left out when they are many."}
    )


class PointSchema(PointNumbers):
    """A measured point, and the standard it was measured with."""

    standard = Text(
        60,
        load_default=None,
        allow_none=True,
        metadata={"description": "Tag of the standard it was measured with, one of the record's; left out: all."},
    )


class ConditionSchema(Schema):
    """An ambient condition while the work was done."""

    quantity = Text(120, required=True)
    unit = Text(40, required=True)
    low = Exact(load_default=None, allow_none=True)
    high = Exact(load_default=None, allow_none=True)


class WorkIn(Schema):
    """What is said of work on an asset."""

    kind = Choice(CalibrationKind, required=True)
    verification_kind = Choice(
        VerificationKind, allow_none=True, metadata={"description": "Of a verification; `periodic` when left out."}
    )
    received_on = Day(allow_none=True)
    began_on = Day(allow_none=True, metadata={"description": "First day of the work, where it took several."})
    performed_on = Day(required=True, metadata={"description": "Last day of the work; it decides."})
    issued_on = Day(
        allow_none=True,
        metadata={"description": "Of an existing certificate; a draft is issued on the day it is approved."},
    )
    lab = Code(
        allow_none=True,
        metadata={"description": "Code of the laboratory that did it; left out when its owner checked or tested it."},
    )
    on_site = Flag(allow_none=True, metadata={"description": "Whether it was done where the asset is used."})
    place = Text(200, allow_none=True, metadata={"description": "Where, if not at the laboratory's address."})
    method = Text(200, allow_none=True, metadata={"description": "The procedure, such as ĐLVN 13:2019."})
    environment = fields.List(fields.Nested(ConditionSchema), validate=at_most(MOST_CONDITIONS))
    condition_in = Text(500, allow_none=True, metadata={"description": "The condition in which it arrived."})
    performed_by = Text(
        200, allow_none=True, metadata={"description": "Who did the work, by name or address; does not approve it."}
    )
    stamp_no = Text(100, allow_none=True, metadata={"description": "Of the verification stamp."})
    seal_nos = Text(500, allow_none=True, metadata={"description": "Of the seals that were put on."})
    customer = Text(200, allow_none=True, metadata={"description": "Whom it was done for, if not the owner."})
    outcome = Choice(Outcome, required=True)
    valid_until = Day(
        allow_none=True, metadata={"description": "The last valid day, inclusive, when the certificate prints one."}
    )
    decision_rule = Choice(DecisionRule, allow_none=True)
    guard_factor = Exact(
        allow_none=True, metadata={"description": "r of the guard band w = r·U; 1 when neither it nor a risk is given."}
    )
    target_risk = Exact(
        allow_none=True,
        metadata={"description": "The probability of false accept that the guard band is laid out for, below 0.5."},
    )
    in_tolerance = Exact(
        allow_none=True,
        metadata={"description": "The share of such items known to come in in tolerance, between 0.5 and 1."},
    )
    adjusted = Flag(allow_none=True, metadata={"description": "Whether it was adjusted on this occasion."})
    note = Text(2000, blank=True)
    procedure_version = Whole(
        1, MAX_KEY, allow_none=True, metadata={"description": "Key of the version of the procedure it was made by."}
    )
    standards = fields.List(
        Text(60), validate=at_most(MOST_STANDARDS), metadata={"description": "Tags of the standards used."}
    )
    points = fields.List(fields.Nested(PointSchema), validate=at_most(MOST_POINTS))


class CalibrationIn(WorkIn):
    """Work on an asset: an existing certificate, issued at once, or without `certificate_no` a draft to be approved.

    A draft is of one's own laboratory, or of the owner's without one. What takes the place of another record is a draft
    too, unless that was signed by nobody: then who may approve gives its number and their password.
    """

    asset = Text(60, required=True, metadata={"description": "Tag of the asset."})
    certificate_no = Text(100, allow_none=True)
    amends = Whole(
        1, MAX_KEY, allow_none=True, metadata={"description": "Key of the issued record whose place this one takes."}
    )
    amendment_reason = Text(500, allow_none=True, metadata={"description": "What was changed and why."})
    contradiction_reason = Text(
        500,
        allow_none=True,
        metadata={
            "description": "Why it is so although it is rarely so, where a refusal names this field. Of a certificate "
            "that is declared good although its points fail: why, if known."
        },
    )
    password = own_password(required=False)


class DraftIn(WorkIn):
    """Everything a draft says, anew; what is left out is empty."""


class ProcedureUsed(Schema):
    """The version of a procedure that a record was made by."""

    id = fields.Integer(attribute="procedure_id", required=True)
    code = fields.String(required=True)
    version = fields.Integer(attribute="number", required=True)
    version_id = fields.Integer(attribute="id", required=True)
    title_vi = fields.String(required=True)
    title_en = fields.String(required=True)


class StandardOut(Schema):
    """A standard that was used, and how it stood on that day: null for who may not read its records."""

    asset = fields.String(attribute="asset.tag", required=True)
    due_on_then = fields.Date(required=True, allow_none=True)
    was_valid = fields.Boolean(required=True, allow_none=True)
    relied_on = fields.Integer(
        attribute="relied_on_id",
        required=True,
        allow_none=True,
        metadata={"description": "Key of the record of the standard that was in force."},
    )

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        """Of a standard whose records are not for who asks, its tag alone."""
        return None if obj.is_hidden and attr != "asset.tag" else super().get_attribute(obj, attr, default)


class PointOut(PointNumbers):
    """A measured point with its error and correction, and what is decided of it."""

    standard = fields.String(attribute="standard_tag", required=True, allow_none=True)
    lower_limit = Derived(required=True, allow_none=True)
    upper_limit = Derived(required=True, allow_none=True)
    limits_derived = fields.Boolean(
        required=True, metadata={"description": "The limits follow from the asset's permissible error."}
    )
    error = Derived(required=True, allow_none=True, metadata={"description": "Indication minus reference value."})
    correction = Derived(required=True, allow_none=True, metadata={"description": "The error with its sign changed."})
    verdict = fields.Nested(VerdictOut, required=True, allow_none=True)
    global_risk = fields.Nested(
        GlobalRiskOut,
        required=True,
        allow_none=True,
        metadata={"description": "With `in_tolerance`, for records of at most 500 points."},
    )


class CalibrationLine(Schema):
    """A calibration in a list, without its points."""

    id = fields.Integer(required=True)
    asset = fields.String(attribute="asset.tag", required=True)
    kind = Choice(CalibrationKind, required=True)
    verification_kind = Choice(VerificationKind, required=True, allow_none=True)
    received_on = fields.Date(required=True, allow_none=True)
    began_on = fields.Date(required=True, allow_none=True)
    performed_on = fields.Date(required=True)
    issued_on = fields.Date(required=True, allow_none=True)
    lab = fields.Function(lambda row: row.lab.code if row.lab else None, required=True, metadata=MAYBE_TEXT)
    certificate_no = fields.String(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)
    outcome = Choice(Outcome, required=True)
    recomputed = Choice(
        Outcome,
        required=True,
        allow_none=True,
        metadata={"description": "What the points said under the decision rule when it was issued; null: nothing."},
    )
    decision_rule = Choice(DecisionRule, required=True, allow_none=True)
    guard_factor = Exact(required=True, allow_none=True)
    target_risk = Exact(required=True, allow_none=True)
    in_tolerance = Exact(required=True, allow_none=True)
    status = Choice(RecordStatus, required=True)
    stamp_no = fields.String(required=True, allow_none=True)
    seal_nos = fields.String(required=True, allow_none=True)
    amends = fields.Integer(attribute="amends_id", required=True, allow_none=True)
    amendment_reason = fields.String(required=True, allow_none=True)
    adjusted = fields.Boolean(required=True, allow_none=True)
    note = fields.String(required=True)
    due_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "Until when it counts, the last valid day."}
    )
    moved = fields.Boolean(
        required=True, metadata={"description": "Whether it moved the asset's due date when it was issued."}
    )
    standards = fields.Function(
        lambda row: [used.asset.tag for used in row.standards],
        required=True,
        metadata={"type": "array", "items": {"type": "string"}, "description": "Tags of the standards used."},
    )
    void_reason = fields.String(required=True, allow_none=True)
    doubt = Choice(
        Doubt,
        required=True,
        allow_none=True,
        metadata={"description": "What cases about standards say of this result, the gravest word; null: nothing."},
    )
    contradicts = fields.Function(
        lambda row: contradicts(row.outcome, row.recomputed),
        required=True,
        metadata={
            "type": "boolean",
            "description": "Whether it is declared good and its points fail, which is a doubt.",
        },
    )
    origin = fields.Function(
        lambda row: "entry" if row.import_id is None else "import",
        required=True,
        metadata={
            "type": "string",
            "enum": ["entry", "import"],
            "description": "Whether it was recorded by itself, or came with a sheet and was signed by nobody here.",
        },
    )
    import_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Key of the sheet it came with."}
    )


class CalibrationOut(CalibrationLine):
    """A calibration with its points, how its standards stood on that day, and its signatures."""

    on_site = fields.Boolean(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    method = fields.String(required=True, allow_none=True)
    environment = fields.List(fields.Nested(ConditionSchema), required=True)
    condition_in = fields.String(required=True, allow_none=True)
    performed_by = fields.String(required=True, allow_none=True)
    customer = fields.String(required=True, allow_none=True)
    procedure = fields.Nested(ProcedureUsed, required=True, allow_none=True)
    standards_then = fields.List(fields.Nested(StandardOut), attribute="standards", required=True)
    points = fields.List(
        fields.Nested(PointOut),
        required=True,
        metadata={"description": "All of them, at most 10 000; a resource of their own gives them page by page."},
    )
    recomputed_now = Choice(
        Outcome,
        required=True,
        allow_none=True,
        metadata={"description": "What the points say under the decision rule, of a draft too."},
    )
    disagrees = fields.Boolean(
        required=True, metadata={"description": "Whether the points contradict the declared outcome."}
    )
    contradicts = fields.Function(
        lambda row: row.contradicts,
        required=True,
        metadata={"type": "boolean", "description": "As in a list, of a draft too."},
    )
    lacks_standards = fields.Boolean(required=True, metadata={"description": "Made here, and no standard is named."})
    contradiction_reason = fields.String(
        required=True, allow_none=True, metadata={"description": "Why it was issued all the same."}
    )
    amended_by = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "Key of the record that took its place; null of an amended one: that is void, none in force."
        },
    )
    submitted_at = fields.AwareDateTime(required=True, allow_none=True)
    return_reason = fields.String(required=True, allow_none=True)
    vouched_by = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Who answers for the copy of a certificate that was signed elsewhere; else null."},
    )
    is_unapproved_copy = fields.Function(
        is_unapproved_copy,
        required=True,
        metadata={
            "type": "boolean",
            "description": "Whether the laboratory's own people recorded it from paper, and nobody approved it here.",
        },
    )
    seen_by = fields.Function(
        lambda row: row.seen_by.name if row.seen_by else None,
        required=True,
        metadata=MAYBE_TEXT | {"description": "Who confirmed such a copy after a second look."},
    )
    seen_at = fields.AwareDateTime(required=True, allow_none=True)
    recorded_by = fields.Function(
        lambda row: row.recorded_by.name if row.recorded_by else None, required=True, metadata=MAYBE_TEXT
    )
    recorded_at = fields.AwareDateTime(required=True)
    content_hash = fields.String(required=True, allow_none=True)
    is_intact = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "Whether it still says what it said when it was issued; null where that is not kept."},
    )
    signatures = fields.List(fields.Nested(SignatureOut), required=True)

    @pre_dump
    def _told(self, record: Calibration, **_kwargs: object) -> Told:
        """With what follows from a record's numbers and signatures."""
        return Told(record)


class CalibrationQuery(ListQuery):
    """Filters of the list of calibrations; both ends of the days are inclusive."""

    sort = Choice(CalibrationOrder, load_default=CalibrationOrder.PERFORMED_ON_DOWN)
    asset = Text(60, metadata={"description": "Tag of the asset."})
    lab = Code(metadata={"description": "Code of the laboratory."})
    kind = Choice(CalibrationKind)
    outcome = Choice(Outcome)
    status = Choice(RecordStatus)
    performed_from = Day()
    performed_to = Day()


class PointsQuery(ListQuery):
    """Which page of the points of a calibration."""

    class Meta(ListQuery.Meta):
        """Points are neither searched nor counted."""

        exclude = ("q", "count")
