"""API doors of cases."""

from typing import Any

from flask import Response

from registry.accounts import reauthentication, signin
from registry.assets import queries as assets
from registry.calibration.cases import actions, advising, owners, parts, queries, report
from registry.calibration.cases.models import Case, CaseItem, HandTelling
from registry.calibration.cases.queries import CaseView
from registry.calibration.cases.schemas import (
    CaseIn,
    CaseLine,
    CaseOut,
    CaseQuery,
    DecidedOut,
    DispositionIn,
    HandTellingIn,
    HandTellingOut,
    HeardList,
    ItemOut,
    ItemQuery,
    PartQuery,
    SignOffIn,
)
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("cases", __name__, description="Standards out of tolerance, and what relied on them.")
PDF = "application/pdf"
ItemPage = paged(ItemOut)


@blp.route("/cases")
@blp.arguments(CaseQuery, location="query")
@blp.response(200, paged(CaseLine))
def cases(query: dict[str, Any]) -> Page[Case]:
    """List cases, the newest first."""
    return queries.page_of(signin.person(), **query)


@blp.route("/assets/<string:tag>/cases", methods=["POST"])
@idempotent
@blp.arguments(CaseIn)
@blp.response(201, CaseOut)
def open_case(data: dict[str, Any], tag: str) -> CaseView:
    """Open a case about a standard by hand."""
    made = actions.open_case(assets.by_tag(signin.person(), tag, lock=True), **data, by=signin.person())
    db.session.commit()
    return _view(made.id)


@blp.route("/cases/<key:key>")
@blp.etag
@blp.response(200, CaseOut)
def case(key: int) -> CaseView:
    """One case and how far it is."""
    return _view(key)


@blp.route("/cases/<key:key>/items")
@blp.arguments(ItemQuery, location="query")
@blp.response(200, ItemPage)
def items(query: dict[str, Any], key: int) -> Page[CaseItem]:
    """What relied on the standard of a case, the worst first."""
    return queries.items_of(queries.by_id(signin.person(), key), **query)


@blp.route("/cases/<key:key>/concerned")
@blp.arguments(PartQuery, location="query")
@blp.response(200, ItemPage)
def concerned(query: dict[str, Any], key: int) -> Page[CaseItem]:
    """What a case says of items whose records one may read, also where the case itself is not for one's eyes."""
    return parts.items_of(signin.person(), parts.case_concerning(signin.person(), key), **query)


@blp.route("/cases/<key:key>/owners")
@blp.response(200, HeardList)
def heard(key: int) -> dict[str, Any]:
    """How the owners of the items of a case were told of it."""
    return {"items": owners.heard(queries.by_id(signin.person(), key))}


@blp.route("/cases/<key:key>/tellings", methods=["POST"])
@idempotent
@blp.arguments(HandTellingIn)
@blp.response(201, HandTellingOut)
def advise(data: dict[str, Any], key: int) -> HandTelling:
    """Write down a call or letter by which an owner was told; from then on it counts as told."""
    made = advising.advise(_locked(key), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/cases/<key:key>/dispositions", methods=["POST"])
@idempotent
@blp.arguments(DispositionIn)
@blp.response(200, DecidedOut)
def dispose(data: dict[str, Any], key: int) -> dict[str, int]:
    """Decide about items of a case."""
    decided = actions.dispose(_locked(key), **data, by=signin.person())
    db.session.commit()
    return {"decided": decided}


@blp.route("/cases/<key:key>/sign-off", methods=["POST"])
@reauthentication.counted
@idempotent
@blp.arguments(SignOffIn)
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.response(200, CaseOut)
def sign_off(data: dict[str, Any], key: int) -> CaseView:
    """Sign a case off once everything in it is decided."""
    actions.sign_off(_locked(key), **data, by=signin.person())
    db.session.commit()
    return _view(key)


@blp.route("/cases/<key:key>/gather", methods=["POST"])
@idempotent
@blp.response(200, CaseOut)
def gather(key: int) -> CaseView:
    """Ask again for what could not be found."""
    actions.gather_again(_locked(key), by=signin.person())
    db.session.commit()
    return _view(key)


@blp.route("/cases/<key:key>/report.pdf")
@blp.response(200, {"type": "string", "format": "binary"}, content_type=PDF)
def report_pdf(key: int) -> Response:
    """The report of a case, for the file and for the owners."""
    return Response(report.document(queries.by_id(signin.person(), key)), content_type=PDF)


def _view(key: int) -> CaseView:
    return queries.view(queries.by_id(signin.person(), key))


def _locked(key: int) -> Case:
    return queries.by_id(signin.person(), key, lock=True)
