"""API doors of laboratories."""

from typing import Any

from registry.accounts import signin
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.labs import actions, queries
from registry.labs.models import Lab
from registry.labs.schemas import LabEdit, LabIn, LabOut, LabQuery

blp = Blueprint("labs", __name__, description="Laboratories, their accreditations and scope.")


@blp.route("/labs")
@blp.arguments(LabQuery, location="query")
@blp.response(200, paged(LabOut))
def labs(query: dict[str, Any]) -> Page[Lab]:
    """List laboratories."""
    return queries.page_of(**query)


@blp.route("/labs", methods=["POST"])
@idempotent
@blp.arguments(LabIn)
@blp.response(201, LabOut)
def register(data: dict[str, Any]) -> Lab:
    """Register a laboratory."""
    lab = actions.register(**data, by=signin.person())
    db.session.commit()
    return queries.by_code(lab.code)


@blp.route("/labs/<code:code>")
@blp.etag
@blp.response(200, LabOut)
def lab(code: str) -> Lab:
    """One laboratory."""
    return queries.by_code(code)


@blp.route("/labs/<code:code>", methods=["PATCH"])
@blp.etag
@blp.arguments(LabEdit)
@blp.response(200, LabOut)
def edit(data: dict[str, Any], code: str) -> Lab:
    """Change a laboratory."""
    found = queries.by_code(code, lock=True)
    blp.check_etag(found, LabOut)
    actions.edit(found, **data, by=signin.person())
    db.session.commit()
    return queries.by_code(code)
