"""Where somebody asks what a result rests on, and what rests on a standard."""

from flask import Blueprint, render_template

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.rules import Verb
from registry.assets import queries as assets
from registry.calibration import queries as calibrations
from registry.calibration.cases import queries as cases
from registry.calibration.cases import words
from registry.calibration.traceability import impact as impacts
from registry.calibration.traceability import queries
from registry.calibration.traceability.drawing import NARROW, WIDE, drawn
from registry.calibration.traceability.queries import Traced
from registry.calibration.traceability.schemas import ImpactQuery
from registry.calibration.traceability.words import check_text, verdict_text
from registry.kernel import clock
from registry.web.forms import listed

blp = Blueprint("traceability", __name__)


@blp.get("/assets/<string:tag>/traceability")
def of_asset(tag: str) -> str:
    """What an asset rests on, from the record that decides."""
    me = signin.person()
    return _page(queries.of_asset(me, assets.by_tag(me, tag), clock.today()))


@blp.get("/calibrations/<key:id>/traceability")
def of_calibration(id: int) -> str:
    """What one record rests on."""
    me = signin.person()
    return _page(queries.of_record(me, calibrations.by_id(me, id)))


@blp.get("/assets/<string:tag>/impact")
def impact(tag: str) -> str:
    """What relied on an asset since a day."""
    me = signin.person()
    asset = assets.by_tag(me, tag)
    asked = listed(ImpactQuery)
    found = impacts.of(asset, **asked | {"count": "exact"})
    hits = found.page.items
    seen, read = calibrations.readable(me, {hit.asset_id for hit in hits}, {hit.id for hit in hits})
    return render_template(
        "traceability/impact.html",
        asset=asset,
        found=found,
        seen=seen,
        read=read,
        case_pages=cases.readable(me, {hit.case for hit in hits if hit.case is not None}),
        case_words=words,
        asked=asked,
        cases=cases.cases_of(asset),
        may_open=accounts.may(me, Verb.IMPACT_CONCLUDE, asset.owner_id),
    )


def _page(traced: Traced) -> str:
    chain = traced.chain
    return render_template(
        "traceability/chain.html",
        asset=traced.asset,
        record=traced.record,
        chain=chain,
        nodes={node.key: node for node in chain.nodes},
        readable=traced.readable,
        drawings=[drawn(chain, look) for look in (NARROW, WIDE)],
        check_text=check_text,
        verdict_text=verdict_text,
    )
