"""The API's common ground: blueprints, the one error shape (RFC 9457), and parsers that refuse the unknown."""

import threading
from copy import deepcopy
from http import HTTPStatus
from typing import Any

from flask import Flask, Request, Response, json, request
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, PreconditionFailed, UnsupportedMediaType
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

from registry.kernel.db import db
from registry.kernel.errors import Messages, Refusal
from registry.kernel.i18n import _
from registry.kernel.schema import flat_messages

API_PREFIX = "/api/v1"
PROBLEM = "application/problem+json"
MAX_KEY = 2**31 - 1
EVERY_DOOR = (404,)
EVERY_CLOSED_DOOR = (401,)
EVERY_WRITING_DOOR = (400, 403, 409, 413, 415, 422, 503)


class ProblemSchema(MarshmallowSchema):
    """A problem document, RFC 9457; `errors` names fields when a value was not accepted."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


def problem(status: int, slug: str, title: str, detail: str, errors: Messages | None = None) -> Response:
    """A problem document as a response."""
    body: dict[str, object] = {
        "type": f"urn:registry:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if errors is not None:
        body["errors"] = {field: [str(message) for message in messages] for field, messages in errors.items()}
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=PROBLEM)


def refused(refusal: Refusal) -> Response:
    """A refusal as a problem document."""
    return problem(refusal.status, refusal.slug, title_of(refusal.status), refusal.detail, refusal.errors)


def http_problem(error: HTTPException) -> Response:
    """Any HTTP error as a problem document, its headers (such as Allow) kept."""
    status = error.code or 500
    data = getattr(error, "data", None) or {}
    messages = data.get("messages")
    if messages is not None and status == 422:  # noqa: PLR2004 — the status webargs gives to values it could not load
        by_field: dict[str, list[str]] = {}
        for location in messages.values():
            by_field |= flat_messages(location)
        answer = problem(status, "invalid", title_of(status), _("Some fields were not accepted; see errors."), by_field)
    else:
        answer = problem(status, error.name.lower().replace(" ", "-"), title_of(status), detail_of(error))
    return with_headers(answer, error)


def with_headers(answer: Response, error: HTTPException) -> Response:
    """An answer with what an HTTP error says in headers, such as Allow."""
    for name, value in error.get_headers(request.environ):
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value
    return answer


def title_of(status: int) -> str:
    """What a status means, in the person's language."""
    titles = {
        400: _("The request cannot be read"),
        401: _("Sign in first"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("This address does not do that"),
        409: _("Contradicts what is recorded"),
        410: _("Removed"),
        412: _("Somebody changed it in the meantime"),
        413: _("Too large"),
        415: _("Wrong kind of content"),
        422: _("Some values were not accepted"),
        428: _("Say which version you change"),
        429: _("Too many attempts"),
        503: _("Not at this moment"),
    }
    return titles.get(status, _("Something went wrong on our side"))


def detail_of(error: HTTPException) -> str:
    """What to do about an HTTP error."""
    remedies = {
        400: _("The body is not well-formed JSON; check it and send it again."),
        404: _("There is nothing at this address, or you may not see it."),
        405: _("Use one of the methods named in the Allow header."),
        412: _("Fetch it again, look at what changed, and repeat your change with the new ETag."),
        413: _(
            "What was sent is larger than 16 MB, and nothing of it was kept. Send a smaller photo (the settings of a "
            "camera offer fewer pixels), fewer files at once, or a document in parts."
        ),
        415: _("Send application/json."),
        428: _("Send an If-Match header with the ETag you got."),
    }
    return remedies.get(error.code or 500, _("It has been logged; try again later."))


class Parser(FlaskParser):
    """Loads through the schema; unknown query parameters and bodies that are not JSON are refused."""

    DEFAULT_UNKNOWN_BY_LOCATION = {}  # noqa: RUF012 — webargs' way to set it

    def load_json(self, req: Request, schema: MarshmallowSchema) -> Any:  # noqa: ANN401 — webargs' signature
        """Read a JSON body; anything else is 415."""
        if not req.is_json:
            raise UnsupportedMediaType
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError) as error:  # nested too deep, or a number of thousands of digits
            raise BadRequest from error


class Blueprint(SmorestBlueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A slice's API doors. Every operation documents the errors that any door can answer."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, import_name: str, *, description: str) -> None:
        super().__init__(f"api.{name}".replace(".", "_"), import_name, url_prefix=API_PREFIX, description=description)
        self._prepare_doc_cbks.append(self._prepare_common_errors)

    @staticmethod
    def _prepare_common_errors(doc: Any, doc_info: Any, *, spec: Any, method: str, **_kwargs: Any) -> Any:  # noqa: ANN401, ARG004 — smorest's signature
        responses = doc.setdefault("responses", {})
        writing = method.upper() in {"POST", "PUT", "PATCH"}
        closed = {} not in doc_info.get("manual_doc", {}).get("security", ())
        for status in EVERY_DOOR + EVERY_CLOSED_DOOR * closed + EVERY_WRITING_DOOR * writing:
            responses.setdefault(status, HTTPStatus(status).name)
        if doc_info.get("idempotent"):
            doc.setdefault("parameters", []).append(
                {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "description": "A key of your own; a repeated request is answered again, not done again.",
                    "schema": {"type": "string", "maxLength": 100, "pattern": "^[!-~]+$"},
                }
            )
        if doc_info.get("versioned"):
            responses.setdefault(412, HTTPStatus(412).name)
            doc.setdefault("parameters", []).append(
                {
                    "name": "If-Match",
                    "in": "header",
                    "description": "The ETag of what you looked at; refused when it has changed since.",
                    "schema": {"type": "string"},
                }
            )
        return doc

    def check_version(self, thing: object, schema: type[MarshmallowSchema]) -> None:
        """Refuse what happens to a thing that is no longer as the caller saw it, for those who say what they saw.

        `schema` is that of the door which gave the ETag. What is changed itself must be named: see `check_etag`.
        """
        if request.if_match and self._generate_etag(schema().dump(thing)) not in request.if_match:
            raise PreconditionFailed


class Api(SmorestApi):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest with problem documents; error handlers are registered by the application."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None  # every operation names its errors, and no door gives another

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[Blueprint] = []
        self._describing = threading.Lock()
        super().__init__(app)

    def register_blueprint(self, blp: Blueprint) -> None:
        """Open a slice's doors; they are described when somebody asks, not at every start."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp)
        self._undescribed.append(blp)

    def description(self) -> dict[str, Any]:
        """The OpenAPI document, complete."""
        with self._describing:
            while self._undescribed:
                blp = self._undescribed.pop(0)
                blp.register_views_in_doc(self, self._app, self.spec, name=blp.name, parameters=None)
                self.spec.tag({"name": blp.name, "description": blp.description})
            described: dict[str, Any] = self.spec.to_dict()
        return described

    def _register_error_handlers(self) -> None:
        """Leave errors to the application, which also draws pages."""

    def _register_pagination_header(self) -> None:
        """Leave it out: a page says in its body what follows."""

    def _register_responses(self) -> None:
        super()._register_responses()
        for response in self.spec.components.responses_lazy.values():
            content = response.get("content")
            if content:
                response["content"] = {PROBLEM: next(iter(content.values()))}


class KeyConverter(IntegerConverter):
    """A row's key in an address; a number no row can have is 404, not an error of the database."""

    def __init__(self, url_map: Any) -> None:  # noqa: ANN401 — werkzeug's signature
        super().__init__(url_map, min=1, max=MAX_KEY)

    def to_python(self, value: str) -> int:
        """The number; werkzeug itself would answer 405 where a rule of another method precedes."""
        try:
            return int(super().to_python(value))
        except ValidationError as error:
            raise NotFound from error


class CodeConverter(UnicodeConverter):
    """A code in an address."""

    regex = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
    part_isolating = True

    def __init__(self, url_map: Any) -> None:  # noqa: ANN401 — werkzeug's signature
        super().__init__(url_map)
        self.regex = type(self).regex


def idempotent_doc(view: Any) -> Any:  # noqa: ANN401 — any view
    """Mark a view's documentation as honouring `Idempotency-Key`."""
    view._apidoc = deepcopy(getattr(view, "_apidoc", {})) | {"idempotent": True}  # noqa: SLF001 — smorest's place for it
    return view


def versioned(view: Any) -> Any:  # noqa: ANN401 — any view
    """Mark a view's documentation as taking an `If-Match` that may be left out; see Blueprint.check_version."""
    view._apidoc = deepcopy(getattr(view, "_apidoc", {})) | {"versioned": True}  # noqa: SLF001 — smorest's place for it
    return view


def rollback() -> None:
    """A refusal undoes what was begun before anything is drawn."""
    db.session.rollback()
