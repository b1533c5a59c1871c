"""What lets the fuzzer's requests past the gates, so that what they say is tried.

Hooks of schemathesis: days of our time, the newest ETag, a key of its own for each request, mostly no cursor, and names
of things that exist.
"""

from itertools import count
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase
from schemathesis.transport.prepare import prepare_path

from registry.kernel.db import SAFE_METHODS
from registry.kernel.schema import FIRST_DAY, LAST_DAY

KNOWN: dict[str, str | int] = {}  # what a field of a body can name
KEYS = count(1)
CURSORS = count(1)
ETAGS: dict[str, str] = {}  # by address, until something is written
ONE_CURSOR_IN = 5
FORM = "multipart/form-data"

schemathesis.openapi.format("date", st.dates(FIRST_DAY, LAST_DAY).map(str))


@schemathesis.hook
def before_call(_context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    if not meant_well(case, ParameterLocation.HEADER):
        return
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"{case.headers['Idempotency-Key'][:90]}{next(KEYS)}"
    if "If-Match" in case.headers and case.method == case.operation.method.upper():
        case.headers["If-Match"] = newest_etag(case)
    if case.meta and case.meta.phase.name is TestPhase.COVERAGE and case.meta.generation.mode.is_positive:
        body = refer(case.body)
        if body != case.body:  # what is put in is judged anew, and the bytes of a file are no text to the judge
            case.body = body
    if meant_well(case, ParameterLocation.QUERY) and "cursor" in case.query and next(CURSORS) % ONE_CURSOR_IN:
        del case.query["cursor"]


@schemathesis.hook
def after_call(_context: Any, case: Any, response: Any) -> None:
    if response.status_code < 400 and case.method.upper() not in SAFE_METHODS:
        ETAGS.clear()


@schemathesis.hook
def filter_case(_context: Any, case: Any) -> bool:
    """Whether a form can say what was drawn: each of its parts arrives as text, so what was none breaks nothing."""
    if case.media_type != FORM or not isinstance(case.body, dict):
        return True
    return all(isinstance(part, str | bytes) for part in case.body.values())


def newest_etag(case: Any) -> str:
    """That of the thing a request changes: read at its own address, or at the nearest above it that can be read."""
    schema, path = case.operation.schema, case.path
    while "get" not in schema.raw_schema["paths"].get(path, ()):
        path = path.rpartition("/")[0]
    address = schema.get_full_path(prepare_path(path, case.path_parameters))
    if address not in ETAGS:
        shown = schema.app.test_client().get(address, headers=schema.config.headers)
        ETAGS[address] = shown.headers.get("ETag", '"unknown"')
    return ETAGS[address]


def refer(body: Any) -> Any:
    """A body that names what exists, so that its other fields are tried as well."""
    if not isinstance(body, dict):
        return body
    return body | {name: known for name, known in KNOWN.items() if name in body}


def meant_well(case: Any, location: ParameterLocation) -> bool:
    """Whether the fuzzer did not set out to break this part of the request."""
    component = case.meta and case.meta.components.get(location)
    return component is None or component.mode.is_positive
