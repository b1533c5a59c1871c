"""The API's own description: the OpenAPI document, and the same as a page people can read.

Both are made once by each process, the page's operations in each language; what is around them belongs to who looks.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

from flask import Blueprint, Response, current_app, json, render_template, request
from markupsafe import Markup

from registry.accounts.signin import public
from registry.kernel.addresses import API_PREFIX
from registry.kernel.http import Api
from registry.kernel.i18n import _, current_locale
from registry.kernel.text import fold
from registry.web.api_words import SECTIONS

blp = Blueprint("api_reference", __name__)
METHODS: Final = ("get", "post", "put", "patch", "delete")
LONGEST: Final = 100
KEPT: Final = 4  # an application, in each language


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
    """The OpenAPI 3.1 document, complete, with its hash as an ETag: only another version changes it."""
    text, digest = _written(_api())
    answer = Response(text, content_type="application/json")
    answer.set_etag(digest)
    answer.cache_control.no_cache = True
    answer.make_conditional(request)
    return answer


@blp.get("/api")
@public
def page() -> str:
    """Every operation with its parameters, bodies and errors; `q` leaves those that say all of some words."""
    api, locale, said = _api(), current_locale(), request.args.get("q", "")[:LONGEST]
    words = fold(said).split()
    operations, shown = _drawn(api, locale) if not words else _found(api, locale, said, words)
    spec = api.description()
    return render_template("api/reference.html", spec=spec, operations=operations, q=said.strip(), shown=shown)


@lru_cache(maxsize=KEPT)
def _written(api: Api) -> tuple[str, str]:
    """The document as it is sent, and its hash."""
    text = json.dumps(api.description(), ensure_ascii=False)
    return text, sha256(text.encode()).hexdigest()


@lru_cache(maxsize=KEPT)
def _drawn(api: Api, locale: str) -> tuple[Markup, int]:
    """Every operation in a language, drawn, and how many there are."""
    return _found(api, locale, "", ())


def _found(api: Api, locale: str, said: str, words: Sequence[str]) -> tuple[Markup, int]:
    """The operations that say all of some words, drawn, and how many there are."""
    sections = {
        section: [operation for operation in held if _says(operation, section, words)]
        for section, held in _sections(api, locale).items()
    }
    found = {section: held for section, held in sections.items() if held}
    drawn = render_template("api/_operations.html", spec=api.description(), sections=found, q=said)
    return Markup(drawn), sum(map(len, found.values()))  # noqa: S704 — a template has escaped it


@lru_cache(maxsize=KEPT)
def _sections(api: Api, _locale: str) -> dict[str, list[Operation]]:
    """Every operation by the name of its section, in the language of the request, which is the one named."""
    sections: dict[str, list[Operation]] = {}
    for operation in _operations(api.description()):
        section = str(SECTIONS.get(operation.section, operation.section)) or _("Other")
        sections.setdefault(section, []).append(operation)
    return sections


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


def _api() -> Api:
    found: Api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return found
