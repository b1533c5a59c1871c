"""API doors of the public register."""

from typing import Any

from registry.accounts import signin
from registry.kernel import clock
from registry.kernel.http import Blueprint
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.labs import queries as labs
from registry.labs.models import ScopeLine
from registry.labs.register import queries
from registry.labs.register.queries import Listed
from registry.labs.register.schemas import (
    RegisterLine,
    RegisterOut,
    RegisterQuery,
    RegisterScopeLine,
    RegisterScopeQuery,
)

blp = Blueprint("register", __name__, description="The public register of laboratories.")
OPEN: list[dict[str, list[str]]] = [{}, {"token": []}]


@blp.route("/register")
@signin.public
@blp.doc(security=OPEN)
@blp.etag
@blp.arguments(RegisterQuery, location="query")
@blp.response(200, paged(RegisterLine))
def laboratories(query: dict[str, Any]) -> Page[Listed]:
    """Laboratories with their standing of today, for everybody."""
    return queries.page_of(today=clock.today(), **query)


@blp.route("/register/<code:code>")
@signin.public
@blp.doc(security=OPEN)
@blp.etag
@blp.response(200, RegisterOut)
def laboratory(code: str) -> Listed:
    """One laboratory as everybody may know it."""
    return queries.listed(code, clock.today())


@blp.route("/register/<code:code>/scope")
@signin.public
@blp.doc(security=OPEN)
@blp.arguments(RegisterScopeQuery, location="query")
@blp.response(200, paged(RegisterScopeLine))
def scope(query: dict[str, Any], code: str) -> Page[ScopeLine]:
    """What a laboratory is accredited for today; nothing while no accreditation is in force."""
    return queries.scope_page(labs.by_code(code), clock.today(), **query)
