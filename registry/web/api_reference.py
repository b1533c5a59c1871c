"""The API's own description: the OpenAPI document, and the same as a page people can read."""

from typing import Any

from flask import Blueprint, Response, current_app, json, render_template

from registry.accounts.signin import public
from registry.kernel.addresses import API_PREFIX
from registry.kernel.http import Api

blp = Blueprint("api_reference", __name__)


@blp.get(f"{API_PREFIX}/openapi.json")
@public
def document() -> Response:
    """The OpenAPI 3.1 document, complete."""
    return Response(json.dumps(_spec(), ensure_ascii=False), content_type="application/json")


@blp.get("/api")
@public
def page() -> str:
    """Every operation with its parameters, bodies and errors."""
    return render_template("api/reference.html", spec=_spec())


def _spec() -> dict[str, Any]:
    api: Api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return api.description()
