"""The API's own description: the OpenAPI document, and the same as a page people can read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask import Blueprint, Response, current_app, json, render_template, request

from registry.accounts.signin import public
from registry.kernel.addresses import API_PREFIX
from registry.kernel.http import Api
from registry.kernel.i18n import _
from registry.kernel.text import fold
from registry.web.api_words import SECTIONS

blp = Blueprint("api_reference", __name__)
METHODS: Final = ("get", "post", "put", "patch", "delete")
LONGEST: Final = 100


class Operation(NamedTuple):
    """An operation as the document has it, `said`, with its section's name there and its title for readers."""

    section: str
    method: str
    path: str
    title: str
    said: dict[str, Any]
    shared: list[Any]


@blp.get(f"{API_PREFIX}/openapi.json")
@public
def document() -> Response:
    """The OpenAPI 3.1 document, complete."""
    return Response(json.dumps(_spec(), ensure_ascii=False), content_type="application/json")


@blp.get("/api")
@public
def page() -> str:
    """Every operation with its parameters, bodies and errors; `q` leaves those that say all of some words."""
    spec, said = _spec(), request.args.get("q", "")[:LONGEST]
    sections: dict[str, list[Operation]] = {}
    shown = 0
    for operation in _operations(spec):
        section = str(SECTIONS.get(operation.section, operation.section)) or _("Other")
        held = sections.setdefault(section, [])
        if _says(operation, section, fold(said).split()):
            held.append(operation)
            shown += 1
    found = {section: held for section, held in sections.items() if held}
    return render_template("api/reference.html", spec=spec, sections=found, q=said, shown=shown)


def _operations(spec: Mapping[str, Any]) -> Iterator[Operation]:
    for path, held in spec["paths"].items():
        for method in METHODS:
            if operation := held.get(method):
                tag = next(iter(operation.get("tags", ())), "")
                summary = operation.get("summary", "")
                title = _(summary) if summary else ""
                yield Operation(tag, method, path, title, operation, held.get("parameters", []))


def _says(operation: Operation, section: str, words: Sequence[str]) -> bool:
    text = fold(
        " ".join((section, operation.method, operation.path, operation.title, operation.said.get("summary", "")))
    )
    return all(word in text for word in words)


def _spec() -> dict[str, Any]:
    api: Api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return api.description()
