"""A check of the fuzzer: what the document allows is refused only for what a document cannot say.

Loaded by schemathesis in its own process; see tests/test_api_fuzz.py.
"""

import json
from typing import Any

import schemathesis

ORDER = "two values of one thing stand in an order"
REFERENCE = "it names something, which must exist, be of the right kind and be within reach"
BEYOND_A_SCHEMA = {
    "accreditations": ORDER,
    "also_counted_in": REFERENCE,
    "asset": REFERENCE,
    "characteristics": ORDER,
    "cursor": "only what a list gave is a cursor of it",
    "indicator": REFERENCE,
    "iso17025_status": "it must agree with the accreditations",
    "lab": REFERENCE,
    "organisation": REFERENCE,
    "owner": REFERENCE,
    "parent": REFERENCE,
    "record": REFERENCE,
    "source": REFERENCE,
    "standards": REFERENCE,
    "successor": REFERENCE,
    "valid_to": ORDER,
}


def field_of(name: str) -> str:
    """`standards.0` is of the field `standards`."""
    return name.split(".")[0]


@schemathesis.check
def refused_for_reasons_beyond_the_schema(_ctx: Any, response: Any, case: Any) -> None:
    if response.status_code != 422 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    errors = json.loads(response.content).get("errors", {})
    unsaid = {name: messages for name, messages in errors.items() if field_of(name) not in BEYOND_A_SCHEMA}
    assert not unsaid, f"the document does not say why this is refused: {unsaid}"
