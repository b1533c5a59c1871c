"""API doors of the public register."""

from typing import Any

from registry.accounts import signin
from registry.kernel import clock
from registry.kernel.http import Blueprint
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.labs import queries as labs
from registry.labs.models import Lab
from registry.labs.register import queries
from registry.labs.register.schemas import RegisterLine, RegisterOut, RegisterQuery

blp = Blueprint("register", __name__, description="The public register of laboratories.")
OPEN: list[dict[str, list[str]]] = [{}, {"token": []}]


@blp.route("/register")
@signin.public
@blp.doc(security=OPEN)
@blp.etag
@blp.arguments(RegisterQuery, location="query")
@blp.response(200, paged(RegisterLine))
def laboratories(query: dict[str, Any]) -> Page[Lab]:
    """Laboratories with their standing and scope of today, for everybody."""
    return queries.page_of(today=clock.today(), **query)


@blp.route("/register/<code:code>")
@signin.public
@blp.doc(security=OPEN)
@blp.etag
@blp.response(200, RegisterOut)
def laboratory(code: str) -> Lab:
    """One laboratory as everybody may know it."""
    return labs.by_code(code)
