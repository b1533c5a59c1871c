"""What may be refused although the OpenAPI document allows it: only what a document cannot say, field by field."""

import json
import re
from typing import Any

import schemathesis

ORDER = "values of one thing stand in an order"
REFERENCE = "it names something that must exist, be of the right kind and be within reach"
ONCE = "it stands there once"
INTERVAL = "an interval is said in one way, and at most 50 years"
LAW = "the cycle of a verification is not lengthened"
USE = "a limit of use is above zero and has a unit"
GROUP_2 = "only what the State controls has it"
ABOVE = "it is above zero, and a coverage factor from 1 to 20"
FOLLOWED = "a follow-up is closed with cause, action and evidence"
BEYOND_A_SCHEMA: dict[str, str] = {
    "accreditation": REFERENCE,
    "accreditations": "an accreditation with decisions stays in the list",
    "accreditations.*.granted_on": "two accreditations of one body for one standard do not overlap",
    "accreditations.*.number": ONCE,
    "accreditations.*.status": "what decisions say is not said otherwise",
    "accreditations.*.valid_until": ORDER,
    "also_counted_in": REFERENCE,
    "amount": "an entry of nought changes nothing, and no more is taken than is left",
    "amendment_reason": "it goes with the record that is amended",
    "amends": REFERENCE,
    "asset": REFERENCE,
    "after_repair": GROUP_2,
    "began_on": ORDER,
    "calibration_interval_months": "only group 1 has an interval of calibration",
    "certified_values.*.coverage_factor": "it is at least 1 and goes with an uncertainty",
    "change": "a change changes something",
    "characteristics.*.mpe_percent_of_range": "it needs both ends of the range",
    "characteristics.*.range_high": ORDER,
    "file": "its content must be of a kind that is kept",
    "circular": "what the State controls follows a document of law",
    "counted_on": "a record without a day of its own needs one, in a period of the plan",
    "cursor": "only what a list gave is a cursor of it",
    "environment.*.high": ORDER,
    "environment.*.low": "one of the two is given",
    "expected_back_on": "what is handed out comes back today or later",
    "decided_on": "the future was not decided",
    "effective_on": ORDER,
    "until_on": ORDER,
    "due_to": ORDER,
    "found_on": "the future has not happened",
    "happened_on": ORDER,
    "guard_factor": "only a rule with a guard band has it",
    "indicator": REFERENCE,
    "items": "either items or a significance",
    "items.*": REFERENCE,
    "here_now": "a stock-take without a place moves nothing",
    "here_now.*.tag": REFERENCE,
    "initial": GROUP_2,
    "issued_on": "a draft has none yet, and values of one thing stand in an order",
    "iso17025_status": "it must agree with the accreditations",
    "kind": "a reference material whose data sheet is filled in stays one",
    "lab": REFERENCE,
    "items.*.asset": REFERENCE,
    "items.*.planned_on": "work is planned from today on and no later than it is due",
    "interval": LAW,
    "longest": ORDER,
    "last_on": "the future has not happened",
    "line": REFERENCE,
    "note": "what is taken after the shelf life needs one, and what comes back damaged",
    "missing.*.tag": REFERENCE,
    "days": ONCE,
    "offsets": ONCE,
    "url": "a webhook is an https address on the public internet",
    "on": "the plan has periods, and the future has not happened",
    "opened_on": "the future has not happened",
    "only_status": "what is gone is expected nowhere",
    "organisation": REFERENCE,
    "override_reason": "what must not be used is handed out only with one",
    "owner": REFERENCE,
    "parent": REFERENCE,
    "password": "it is that of whoever signs",
    "certificate_no": "what amends a signed record is a draft first, and nobody drafts for another's laboratory",
    "contradiction_reason": "it goes with a record whose points contradict it",
    "performed_by": "whoever did the work does not approve it",
    "performed_on": "the future has not happened",
    "period_months": GROUP_2,
    "periodic": GROUP_2,
    "points.*.coverage_factor": "it is at least 1 and goes with an uncertainty",
    "points.*.degrees_of_freedom": "they are at least 1 and go with an uncertainty",
    "points.*.expanded_uncertainty": "no measurement has none",
    "points.*.standard": REFERENCE,
    "points.*.unit": "it can be turned into the unit of the asset",
    "points.*.upper_limit": ORDER,
    "quantity": "there was at least what was taken",
    "procedure_version": REFERENCE,
    "ranges.*.high": ORDER,
    "ranges.*.quantity": "it is one that the standard measures",
    "ranges.*.unit": "it can be turned into one that the standard measures in",
    "reason": "what is excluded, taken back or taken out of use needs one",
    "restriction": "limited use has one, and nothing else does",
    "received_on": ORDER,
    "record.id": REFERENCE,
    "schedules.*.kind": ONCE,
    "schedules.*.interval": INTERVAL,
    "schedules.*.interval_months": INTERVAL,
    "schedules.*.anchor": LAW,
    "schedules.*.early_days": LAW,
    "schedules.*.ends": LAW,
    "schedules.*.usage_limit": USE,
    "schedules.*.usage_unit": USE,
    "setpoints": "with their repetitions they are a record's points at most",
    "setpoints.*.lower_limit": "limits are stated at every setpoint or follow from the asset",
    "setpoints.*.nominal": "a setpoint is a value or a part of the range",
    "setpoints.*.percent_of_range": "a setpoint is a value or a part of the range",
    "setpoints.*.unit": "a value has a unit",
    "setpoints.*.upper_limit": "limits are stated at every setpoint or follow from the asset, in an order",
    "scope.*.cmc": "it is above zero",
    "scope.*.range_high": ORDER,
    "shared_with": REFERENCE,
    "since": "the future has not happened",
    "since_on": "the future has not happened",
    "length": "only a tape is cut to a length",
    "sheet": "ZPL is for thermal rolls only",
    "source": REFERENCE,
    "start": "a sheet has only so many places",
    "stable_for": "number and unit go together",
    "stable_unit": "number and unit go together",
    "stamp_no": "only a verification that was passed gives a stamp",
    "seen": "nobody has seen a decision of the future",
    "standard_class": "only a standard has one",
    "standards.*": REFERENCE,
    "status": "an asset goes from one state only to some",
    "status_reason": "a change of status that is new here needs one, and nothing else has one",
    "successor": REFERENCE,
    "tag": REFERENCE,
    "tags": REFERENCE,
    "taken_on": "the future has not happened",
    "in_tolerance": "a share of items in tolerance lies between one half and one",
    "target_risk": "only a rule with a guard band has it, and it is below one half",
    "to": REFERENCE,
    "types.*": REFERENCE,
    "type_approval": GROUP_2,
    "value": "a counter runs forwards",
    "unit": "it goes with a quantity, and not every unit can be turned into another",
    "until": "it comes after its beginning; a snooze ends after today and within half a year",
    "valid_to": ORDER,
    "valid_until": ORDER,
    "versions.key": "a tag has letters",
    "verification_kind": "only a verification has one, and only what its type is subject to",
    "assigned_factor": ABOVE,
    "assigned_uncertainty": ABOVE,
    "assigned_value": "value, U and k go together, and a consensus has none",
    "cause": FOLLOWED,
    "corrective_action": FOLLOWED,
    "evidence": FOLLOWED,
    "coverage_factor": "it is from 1 to 20",
    "due_on": ORDER,
    "expanded_uncertainty": "no measurement has none",
    "measurand": REFERENCE,
    "measurands.*.assigned_factor": ABOVE,
    "measurands.*.assigned_uncertainty": ABOVE,
    "measurands.*.assigned_value": "value, U and k go together, and a consensus has none",
    "measurands.*.name": ONCE,
    "measurands.*.sigma": ABOVE,
    "measurands.*.source": "a consensus is judged by z",
    "measurands.*.unit": "it is one of the vocabulary",
    "provider": "a scheme of somebody else has one",
    "range_high": ORDER,
    "results": "it takes results to evaluate them",
    "scheme": REFERENCE,
    "sigma": ABOVE,
    "version": "it differs from the one that is installed",
}
NTH = re.compile(r"\.[0-9]+(?=\.|$)")
VERSION = "versions.*."  # of an instrument type: what is said of the first is said of the others
KEY_OF_A_VERSION = re.compile(r"versions\..*\.key", re.DOTALL)


@schemathesis.check
def refused_for_reasons_beyond_the_schema(_ctx: Any, response: Any, case: Any) -> None:
    if response.status_code != 422 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    found = unsaid(response)
    assert not found, f"the document does not say why this is refused: {found}"


def unsaid(response: Any) -> dict[str, Any]:
    """The fields of a refusal for which the document should have given the reason."""
    errors = json.loads(response.content)["errors"]
    return {name: messages for name, messages in errors.items() if _place(name) not in BEYOND_A_SCHEMA}


def _place(name: str) -> str:
    """A field whichever line of a list or entry of a map it is in."""
    if KEY_OF_A_VERSION.fullmatch(name):
        return "versions.key"
    return NTH.sub(".*", name).removeprefix(VERSION)
