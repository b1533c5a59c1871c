"""API doors of the verdicts on laboratories."""

from typing import Any

from registry.accounts import signin
from registry.assets import queries as assets
from registry.calibration import queries as calibrations
from registry.calibration.competence import queries, remarking
from registry.calibration.competence.capable import capable
from registry.calibration.competence.foreseen import Foreseen, Planned, foreseen
from registry.calibration.competence.models import CompetenceCheck
from registry.calibration.competence.schemas import (
    CapableOut,
    CapableQuery,
    ChangedLine,
    ChangedQuery,
    CompetenceOut,
    ForeseenOut,
    ForeseenQuery,
)
from registry.calibration.competence.telling import Told, asked, candidate_told, told
from registry.kernel import clock
from registry.kernel.errors import NotFound
from registry.kernel.http import Blueprint
from registry.kernel.i18n import _
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.labs import queries as labs

blp = Blueprint("competence", __name__, description="Whether laboratories were accredited for results on their day.")


@blp.route("/calibrations/<key:key>/competence")
@blp.response(200, CompetenceOut)
def of_calibration(key: int) -> Told:
    """Whether its laboratory was accredited for a result, or designated to verify, on the day of the work."""
    record = calibrations.by_id(signin.person(), key)
    found = queries.of_record(record)
    if found is None:
        raise NotFound(
            _("No accreditation or designation bears on this: it is no calibration or verification by a laboratory.")
        )
    return told(found, remarking.of_record(record, found))


@blp.route("/labs/<code:code>/changed-results")
@blp.arguments(ChangedQuery, location="query")
@blp.response(200, paged(ChangedLine))
def changed(query: dict[str, Any], code: str) -> Page[CompetenceCheck]:
    """Results of a laboratory of which something else is known now than was found, the newest records first."""
    return queries.changed(signin.person(), lab=labs.by_code(code), **query)


@blp.route("/assets/<string:tag>/capable-labs")
@blp.arguments(CapableQuery, location="query")
@blp.response(200, CapableOut)
def capable_labs(query: dict[str, Any], tag: str) -> dict[str, Any]:
    """Who can calibrate an item with an uncertainty that is small beside its limit, and why others cannot."""
    asset = assets.by_tag(signin.person(), tag)
    found = capable(asset, **asked(query, clock.today()))
    return {
        "capable": [candidate_told(one, query["ratio"]) for one in found.capable],
        "others": [candidate_told(one, query["ratio"]) for one in found.others],
        "has_limits": found.has_limits,
        "has_characteristics": found.has_characteristics,
        "is_cut": found.is_cut,
    }


@blp.route("/assets/<string:tag>/foreseen-lab")
@blp.arguments(ForeseenQuery, location="query")
@blp.response(200, ForeseenOut)
def foreseen_lab(query: dict[str, Any], tag: str) -> Foreseen:
    """Whether a laboratory is accredited, or designated, for the next work on an item: on its day, and today."""
    asset, today = assets.by_tag(signin.person(), tag), clock.today()
    due = [one.planned_on or one.due_on for one in asset.schedules if one.kind is query["kind"]]
    day = query.get("on") or max(due[0] if due and due[0] else today, today)
    lab = labs.lab_field(query["lab"]).id if query.get("lab") else None
    found = foreseen([Planned(asset.id, query["kind"], day, lab)], today, ratio=query["ratio"])[0]
    if found is None:
        raise NotFound(_("No laboratory is known for this work: name one, of a calibration or a verification."))
    return found
