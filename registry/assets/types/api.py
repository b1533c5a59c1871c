"""API doors of instrument types."""

from typing import Any

from registry.accounts import signin
from registry.assets.types import actions, queries
from registry.assets.types.models import InstrumentType
from registry.assets.types.schemas import (
    InstrumentTypeEdit,
    InstrumentTypeIn,
    InstrumentTypeOut,
    InstrumentTypeQuery,
    InstrumentTypeVersionIn,
)
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint(
    "instrument_types", __name__, description="Types of instruments and what is asked of them, by day and document."
)


@blp.route("/instrument-types")
@blp.arguments(InstrumentTypeQuery, location="query")
@blp.response(200, paged(InstrumentTypeOut))
def types(query: dict[str, Any]) -> Page[InstrumentType]:
    """List instrument types."""
    return queries.type_page(signin.person(), **query)


@blp.route("/instrument-types", methods=["POST"])
@idempotent
@blp.arguments(InstrumentTypeIn)
@blp.response(201, InstrumentTypeOut)
def add(data: dict[str, Any]) -> InstrumentType:
    """Add an instrument type."""
    added = actions.add(**data, by=signin.person())
    db.session.commit()
    return queries.by_code(signin.person(), added.code)


@blp.route("/instrument-types/<code:code>")
@blp.etag
@blp.response(200, InstrumentTypeOut)
def one(code: str) -> InstrumentType:
    """One instrument type with its versions."""
    return queries.by_code(signin.person(), code)


@blp.route("/instrument-types/<code:code>", methods=["PATCH"])
@blp.etag
@blp.arguments(InstrumentTypeEdit)
@blp.response(200, InstrumentTypeOut)
def edit(data: dict[str, Any], code: str) -> InstrumentType:
    """Change the names of an instrument type."""
    found = queries.by_code(signin.person(), code, lock=True)
    blp.check_etag(found, InstrumentTypeOut)
    actions.edit(found, **data, by=signin.person())
    db.session.commit()
    return queries.by_code(signin.person(), code)


@blp.route("/instrument-types/<code:code>/versions", methods=["POST"])
@idempotent
@blp.arguments(InstrumentTypeVersionIn)
@blp.response(201, InstrumentTypeOut)
def add_version(data: dict[str, Any], code: str) -> InstrumentType:
    """Record what is asked of an instrument type from a day on."""
    found = queries.by_code(signin.person(), code, lock=True)
    actions.add_version(found, **data, by=signin.person())
    db.session.commit()
    return queries.by_code(signin.person(), code)
