"""One run of the fuzzer in this process: neither a server nor a second interpreter stands between it and the doors."""

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import schemathesis
from flask import Flask
from schemathesis import engine
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core import NOT_SET
from schemathesis.core.failures import FailureGroup
from schemathesis.core.jsonschema import make_validator
from schemathesis.engine import Status, events
from schemathesis.specs.openapi import checks
from schemathesis.transport.wsgi import WSGI_TRANSPORT

from tests.fuzzing import crossing, refusals

DOCUMENT = "/api/v1/openapi.json"
PROMISES = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
BEYOND_ITS_BODY = {403, 404, 409, 410, 412, 422, 428, 429}
OF_SOCKETS = ("max_redirects", "verify", "cert", "proxies")


def _in_process(send: Callable[..., Any]) -> Callable[..., Any]:
    """The transport without what concerns sockets, which the checks that ask again pass on to it."""

    def sent(case: Any, **said: Any) -> Any:
        return send(case, **{name: value for name, value in said.items() if name not in OF_SOCKETS})

    return sent


WSGI_TRANSPORT.send = _in_process(WSGI_TRANSPORT.send)  # type: ignore[method-assign]


class Run:
    """Asks what schemathesis draws from the document, then what comes of crossing that; `found` are the faults."""

    def __init__(self, app: Flask, settings: dict[str, Any], is_asked: Callable[[str], bool]) -> None:
        self.schema = schemathesis.openapi.from_wsgi(DOCUMENT, app, config=SchemathesisConfig.from_dict(settings))
        self.schema = self.schema.include(lambda context: is_asked(context.operation.path))
        self.found: list[str] = []
        self.asked: dict[str, list[Any]] = defaultdict(list)
        self.crossed: dict[str, int] = defaultdict(int)

    def draw(self) -> None:
        """Every phase of schemathesis that the settings name."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the fuzzer about itself
            for event in engine.from_schema(self.schema).execute():
                if isinstance(event, events.ScenarioFinished):
                    self.asked[event.recorder.label] += [node.value for node in event.recorder.cases.values()]
                    self.found += _failed(event.recorder)
                elif isinstance(event, events.NonFatalError):
                    self.found.append(f"{event.label}: {event.value!r}")
                elif isinstance(event, events.FatalError):
                    raise event.exception

    def cross(self, number: int) -> None:
        """More requests, until each operation was asked so often."""
        for label, cases in sorted(self.asked.items()):
            for case, is_well_meant in crossing.crossed(cases, number - len(cases), Random(label)):  # noqa: S311 — the same every time
                self.crossed[label] += 1
                if fault := self._fault(case, is_well_meant=is_well_meant):
                    self.found.append(f"{label}: {fault}")

    def told(self) -> str:
        """What was found, each once for its operation."""
        return "\n\n".join(dict.fromkeys(self.found))

    def _fault(self, case: Any, *, is_well_meant: bool) -> str | None:
        try:
            response = case.call(headers=dict(self.schema.config.headers or {}))
        except Exception as error:  # noqa: BLE001 — whatever the application raises is what is looked for
            return f"failed: {error!r}\n{_curl(case)}"
        try:
            case.validate_response(response, checks=PROMISES)
        except FailureGroup as failures:
            return str(failures)
        fits = _fits(case)
        if is_well_meant and fits:
            kept = response.status_code < 400 or response.status_code in BEYOND_ITS_BODY
            unsaid = refusals.unsaid(response) if response.status_code == 422 else {}
            if not kept or unsaid:
                return f"refused although the document allows it: {response.status_code} {unsaid}\n{_curl(case)}"
        if fits is False and response.status_code < 300:
            return f"accepted although the document forbids it\n{_curl(case)}"
        return None


def _fits(case: Any) -> bool | None:
    """Whether the document allows the body; None for bytes, of which it says nothing."""
    if case.body is NOT_SET:
        return True
    try:
        return bool(_judge(case.operation, case.media_type).is_valid(case.body))
    except ValueError:
        return None


_judges: dict[tuple[int, str], Any] = {}


def _judge(operation: Any, media_type: str) -> Any:
    """Who knows whether a body is as the document wants it; made once, since making one takes longer than asking it."""
    key = id(operation), media_type
    if key not in _judges:
        wanted = operation.get_body_for_media_type(media_type).optimized_schema
        _judges[key] = operation, make_validator(wanted, operation.schema.adapter.jsonschema_validator_cls)
    return _judges[key][1]


def _curl(case: Any) -> str:
    return str(case.as_curl_command())


def _failed(recorder: Any) -> Iterator[str]:
    for nodes in recorder.checks.values():
        for node in nodes:
            if node.status is Status.FAILURE:
                failure = node.failure_info.failure
                yield f"{recorder.label}: {failure.title}\n{failure.message}\n{node.failure_info.code_sample}"
