"""The API's blueprints and parsers, which refuse the unknown, and its description."""

import threading
from copy import deepcopy
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Flask, Request, request
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, PreconditionFailed, UnsupportedMediaType

from registry.kernel.addresses import API_PREFIX
from registry.kernel.problems import PROBLEM

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


class Parser(FlaskParser):
    """Loads through the schema; unknown query parameters and bodies that are not JSON are refused."""

    DEFAULT_UNKNOWN_BY_LOCATION = {}  # noqa: RUF012 — webargs' way to set it

    def parse(self, argmap: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 — webargs' signature
        """Load through the one schema of a class; making another costs more than most of what is loaded."""
        return super().parse(_made(argmap) if isinstance(argmap, type) else argmap, *args, **kwargs)

    def load_json(self, req: Request, schema: MarshmallowSchema) -> Any:  # noqa: ANN401 — webargs' signature
        """Read a JSON body; anything else is 415."""
        if not req.is_json:
            raise UnsupportedMediaType
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError) as error:  # nested too deep, or a number of thousands of digits
            raise BadRequest from error


@cache
def _made(kind: type[MarshmallowSchema]) -> MarshmallowSchema:
    return kind()


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
        self._described: dict[str, Any] | None = None
        super().__init__(app)

    def register_blueprint(self, blp: Blueprint) -> None:
        """Open a slice's doors; they are described when somebody asks, not at every start."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp)
        self._undescribed.append(blp)

    def description(self) -> dict[str, Any]:
        """The OpenAPI document, complete, to be read: it is made once, when somebody first asks."""
        with self._describing:
            if self._described is None:
                for blp in self._undescribed:
                    blp.register_views_in_doc(self, self._app, self.spec, name=blp.name, parameters=None)
                    self.spec.tag({"name": blp.name, "description": blp.description})
                self._described = self.spec.to_dict()
        return self._described

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


def idempotent_doc(view: Any) -> Any:  # noqa: ANN401 — any view
    """Mark a view's documentation as honouring `Idempotency-Key`."""
    view._apidoc = deepcopy(getattr(view, "_apidoc", {})) | {"idempotent": True}  # noqa: SLF001 — smorest's place for it
    return view


def versioned(view: Any) -> Any:  # noqa: ANN401 — any view
    """Mark a view's documentation as taking an `If-Match` that may be left out; see Blueprint.check_version."""
    view._apidoc = deepcopy(getattr(view, "_apidoc", {})) | {"versioned": True}  # noqa: SLF001 — smorest's place for it
    return view
