"""API doors of organisations."""

from typing import Any

from registry.accounts import actions, queries, signin
from registry.accounts.models import Organisation
from registry.accounts.schemas import OrganisationEdit, OrganisationIn, OrganisationOut, OrganisationQuery, SuccessionIn
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("organisations", __name__, description="Organisations, their parents and successions.")


@blp.route("/organisations")
@blp.arguments(OrganisationQuery, location="query")
@blp.response(200, paged(OrganisationOut))
def organisations(query: dict[str, Any]) -> Page[Organisation]:
    """List organisations by name."""
    return queries.organisation_page(**query)


@blp.route("/organisations", methods=["POST"])
@idempotent
@blp.arguments(OrganisationIn)
@blp.response(201, OrganisationOut)
def add_organisation(data: dict[str, Any]) -> Organisation:
    """Add an organisation."""
    organisation = actions.add_organisation(**data, by=signin.person())
    db.session.commit()
    return organisation


@blp.route("/organisations/<code:code>")
@blp.etag
@blp.response(200, OrganisationOut)
def organisation(code: str) -> Organisation:
    """One organisation."""
    return queries.organisation_by_code(code)


@blp.route("/organisations/<code:code>", methods=["PATCH"])
@blp.etag
@blp.arguments(OrganisationEdit)
@blp.response(200, OrganisationOut)
def edit_organisation(data: dict[str, Any], code: str) -> Organisation:
    """Change an organisation."""
    found = queries.organisation_by_code(code)
    blp.check_etag(found, OrganisationOut)
    actions.edit_organisation(found, **data, by=signin.person())
    db.session.commit()
    return queries.organisation_by_code(code)


@blp.route("/organisations/<code:code>/succession", methods=["POST"])
@idempotent
@blp.arguments(SuccessionIn)
@blp.response(201, OrganisationOut)
def succeed(data: dict[str, Any], code: str) -> Organisation:
    """Record who answers for an organisation from a date on."""
    found = queries.organisation_by_code(code)
    actions.succeed(code=found.code, **data, by=signin.person())
    db.session.commit()
    return queries.organisation_by_code(code)
