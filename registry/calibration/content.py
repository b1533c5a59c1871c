"""What is signed: the content of a record in a canonical form, and its digest.

The form is JSON with its keys sorted and without spaces, decimals and days as text with the digits they arrived with.
The files that hung on it are part of it by their own digests: of a draft those that hang there, later those that did
when it was signed. What became of the record since is none: its status, its due date, files that were added. What was
issued in an older form is compared in that one: the first said nothing of who did the work, up to the second nothing of
why it was issued as good although its points fail, and up to the third nothing of files, of a lack of standards and of
the population of such items.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from registry.calibration.files.queries import digests
from registry.calibration.models import Calibration, CalibrationPoint, CalibrationStandard
from registry.calibration.rules import TRACEABLE
from registry.kernel.canonical import digest_of
from registry.kernel.text import digits

FORM: Final = 4
FILES_SINCE: Final = 4
LATER: Final = {"performed_by": 2, "contradiction_reason": 3, "in_tolerance": 4}  # by the first form that says it
WARNED: Final = 4  # the first form that says what its signer was warned of
SAID: Final = (
    "kind",
    "verification_kind",
    "received_on",
    "began_on",
    "performed_on",
    "issued_on",
    "certificate_no",
    "valid_until",
    "on_site",
    "place",
    "method",
    "environment",
    "condition_in",
    "stamp_no",
    "seal_nos",
    "customer",
    "outcome",
    "decision_rule",
    "guard_factor",
    "target_risk",
    "recomputed",
    "adjusted",
    "note",
    "amends_id",
    "amendment_reason",
)
MEASURED: Final = (
    "quantity",
    "unit",
    "nominal",
    "reference",
    "indication",
    "expanded_uncertainty",
    "coverage_factor",
    "degrees_of_freedom",
    "lower_limit",
    "upper_limit",
    "limits_derived",
    "stage",
)


def content(calibration: Calibration, form: int = FORM, files: Sequence[str] | None = None) -> dict[str, Any]:
    """Everything that a record says, by the names of its fields; `files` are asked for where they are not given."""
    standards = list(calibration.standards)
    tags = {used.id: used.asset.tag for used in standards}
    return {
        "form": form,
        **{name: _plain(getattr(calibration, name)) for name, since in LATER.items() if form >= since},
        **({"lacks_standards": lacks_standards(calibration)} if form >= WARNED else {}),
        "asset": calibration.asset.tag,
        "lab": calibration.lab.code if calibration.lab else None,
        **{name: _plain(getattr(calibration, name)) for name in SAID},
        **_procedure(calibration),
        "standards": [_standard(used) for used in standards],
        "points": [_point(point, tags) for point in calibration.points],
        **({"files": list(digests(calibration) if files is None else files)} if form >= FILES_SINCE else {}),
    }


def digest(calibration: Calibration, form: int = FORM, files: Sequence[str] | None = None) -> str:
    """The SHA-256 of a record's content, in hexadecimal digits."""
    return digest_of(content(calibration, form, files))


def form_of(calibration: Calibration, kept: str) -> int | None:
    """The form in which a record says now what a digest was made of; None when it does not any more."""
    files = digests(calibration)
    said = (since for name, since in LATER.items() if getattr(calibration, name) is not None)
    oldest = max([FILES_SINCE if files else 1, *said])
    return next((form for form in range(FORM, oldest - 1, -1) if digest(calibration, form, files) == kept), None)


def lacks_standards(calibration: Calibration) -> bool:
    """Whether a record names no standard, though its kind of work gives values or its procedure says that it takes one.

    A version of a procedure never changes, and a certificate of elsewhere names its standards itself.
    """
    if calibration.standards:
        return False
    version = calibration.procedure
    takes = version is not None and bool(version.standards_needed or version.standards)
    return calibration.kind in TRACEABLE or takes


def _procedure(calibration: Calibration) -> dict[str, Any]:
    """The version of the procedure; a record made by none says nothing of it, as before there were any."""
    version = calibration.procedure
    if version is None:
        return {}
    return {"procedure": {"code": version.code, "version": version.number, "key": version.id}}


def _standard(used: CalibrationStandard) -> dict[str, Any]:
    return {
        "asset": used.asset.tag,
        "due_on_then": _plain(used.due_on_then),
        "was_valid": used.was_valid,
        "relied_on": used.relied_on_id,
    }


def _point(point: CalibrationPoint, tags: Mapping[int, str]) -> dict[str, Any]:
    said = {name: _plain(getattr(point, name)) for name in MEASURED}
    return said | {"standard": tags[point.standard_id] if point.standard_id is not None else None}


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return digits(value)
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case dict():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case _:
            return value
