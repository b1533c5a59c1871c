"""How outsiders are told of traceability and impact."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields

from registry.assets.rules import Doubt, Kind, StandardClass
from registry.calibration.cases.rules import Disposition
from registry.calibration.rules import CalibrationKind, Outcome, RecordStatus
from registry.calibration.traceability.comparing import Check, Code, Verdict
from registry.calibration.traceability.rules import Chain, Node, NodeKind
from registry.calibration.traceability.words import check_text, verdict_text
from registry.kernel.schema import Choice, Day, ListQuery, Schema


class StepCheckOut(Schema):
    """One thing that was looked at, in a word for programs and a sentence for people."""

    code = Choice(Code, required=True)
    verdict = Choice(Verdict, required=True)
    text = fields.String(required=True)


class NodeOut(Schema):
    """A result, a standard without one, what a chain ends in, or the SI; `depth` counts steps up from the item."""

    id = fields.String(required=True)
    kind = Choice(NodeKind, required=True)
    depth = fields.Integer(required=True)
    verdict = Choice(Verdict, required=True)
    was_valid = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "Whether it was valid on each day it was relied on."}
    )
    asset = fields.String(required=True, allow_none=True, metadata={"description": "Tag of the item."})
    name = fields.String(required=True, allow_none=True)
    asset_kind = Choice(Kind, required=True, allow_none=True)
    standard_class = Choice(StandardClass, required=True, allow_none=True)
    calibration = fields.Integer(required=True, allow_none=True, metadata={"description": "Key of the record."})
    calibration_kind = Choice(CalibrationKind, required=True, allow_none=True)
    certificate_no = fields.String(required=True, allow_none=True)
    performed_on = fields.Date(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    lab = fields.String(required=True, allow_none=True, metadata={"description": "Code of the laboratory."})
    outcome = Choice(Outcome, required=True, allow_none=True)
    status = Choice(RecordStatus, required=True, allow_none=True)
    checks = fields.List(fields.Nested(StepCheckOut), required=True)


class EdgeOut(Schema):
    """A step up: `child` relied on `parent` on a day; `was_valid` is how the standard stood then."""

    child = fields.String(required=True)
    parent = fields.String(required=True)
    relied_on_on = fields.Date(required=True)
    was_valid = fields.Boolean(required=True, allow_none=True)
    due_on_then = fields.Date(required=True, allow_none=True)
    verdict = Choice(Verdict, required=True)
    checks = fields.List(fields.Nested(StepCheckOut), required=True)


class TraceabilityOut(Schema):
    """The chain of an item upwards, each step judged on the day it was relied on."""

    asset = fields.String(required=True)
    calibration = fields.Integer(required=True, allow_none=True)
    verdict = Choice(Verdict, required=True)
    text = fields.String(required=True)
    broken = fields.List(fields.Nested(StepCheckOut), required=True, metadata={"description": "What breaks the chain."})
    is_cut = fields.Boolean(required=True, metadata={"description": "Whether it was too long or wide to be shown."})
    nodes = fields.List(fields.Nested(NodeOut), required=True)
    edges = fields.List(fields.Nested(EdgeOut), required=True)


class ImpactQuery(ListQuery):
    """Since when, and which page."""

    class Meta(ListQuery.Meta):
        """What is found is not searched."""

        exclude = ("q",)

    since = Day(metadata={"description": "The first day; that of its last good record when left out."})


class HitOut(Schema):
    """A record that rests on a standard, `depth` steps away."""

    id = fields.Integer(required=True, metadata={"description": "Key of the record."})
    depth = fields.Integer(required=True)
    asset = fields.String(required=True, metadata={"description": "Tag of the item."})
    name = fields.String(required=True)
    owner = fields.String(required=True, metadata={"description": "Code of the owner."})
    kind = Choice(CalibrationKind, required=True)
    performed_on = fields.Date(required=True)
    certificate_no = fields.String(required=True, allow_none=True)
    lab = fields.String(required=True, allow_none=True)
    outcome = Choice(Outcome, required=True)
    status = Choice(RecordStatus, required=True)
    owner_name = fields.String(required=True)
    case = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Number of the newest case about the standard that has this record in its scope."},
    )
    doubt = Choice(
        Doubt, required=True, allow_none=True, metadata={"description": "The mark which that case leaves on it."}
    )
    disposition = Choice(
        Disposition, required=True, allow_none=True, metadata={"description": "What was decided in that case."}
    )


class ImpactOut(Schema):
    """Everything that relied on a standard since a day, at any depth, the nearest first."""

    asset = fields.String(attribute="asset.tag", required=True)
    since = fields.Date(required=True, allow_none=True, metadata={"description": "The first day; null since ever."})
    last_good = fields.Function(
        lambda found: found.last_good.id if found.last_good else None,
        required=True,
        metadata={"type": ["integer", "null"], "description": "Key of its newest good record."},
    )
    items = fields.List(fields.Nested(HitOut), attribute="page.items", required=True)
    next = fields.String(attribute="page.next", required=True, allow_none=True)
    total = fields.Integer(attribute="page.total", required=True, allow_none=True)
    cut_at = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "On the last page, the steps at which the search ended though more relied on it."},
    )


def traceability_answer(tag: str, record_id: int | None, chain: Chain) -> dict[str, Any]:
    """TraceabilityOut's fields, unformatted."""
    relied: dict[str, list[bool]] = {}
    for edge in chain.edges:
        if edge.use is not None and not edge.use.is_hidden:
            relied.setdefault(edge.parent, []).append(edge.use.was_valid)
    return {
        "asset": tag,
        "calibration": record_id,
        "verdict": chain.verdict,
        "text": verdict_text(chain.verdict),
        "broken": _checks(chain.broken),
        "is_cut": chain.is_cut,
        "nodes": [_node(node, relied.get(node.key)) for node in chain.nodes],
        "edges": [
            {
                "child": edge.child,
                "parent": edge.parent,
                "relied_on_on": edge.on,
                "was_valid": edge.use.was_valid if edge.use and not edge.use.is_hidden else None,
                "due_on_then": edge.use.due_on_then if edge.use and not edge.use.is_hidden else None,
                "verdict": edge.verdict,
                "checks": _checks(edge.checks),
            }
            for edge in chain.edges
        ],
    }


def _node(node: Node, relied: list[bool] | None) -> dict[str, Any]:
    asset, record = node.asset, node.record
    lab = record.lab if record else None
    return {
        "id": node.key,
        "kind": node.kind,
        "depth": node.depth,
        "verdict": node.verdict,
        "was_valid": all(relied) if relied else None,
        "asset": asset.tag if asset else None,
        "name": asset.name if asset else None,
        "asset_kind": asset.kind if asset else None,
        "standard_class": asset.standard_class if asset and not _is_foreign(node) else None,
        "calibration": record.id if record else None,
        "calibration_kind": record.kind if record else None,
        "certificate_no": record.certificate_no if record else None,
        "performed_on": record.performed_on if record else None,
        "due_on": record.due_on if record else None,
        "lab": lab.code if lab else None,
        "outcome": record.outcome if record else None,
        "status": record.status if record else None,
        "checks": _checks(node.checks),
    }


def _is_foreign(node: Node) -> bool:
    return any(check.code is Code.FOREIGN for check in node.checks)


def _checks(checks: Sequence[Check]) -> list[dict[str, Any]]:
    return [{"code": check.code, "verdict": check.verdict, "text": check_text(check)} for check in checks]
