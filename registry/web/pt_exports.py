"""Proficiency tests as tables: rounds, the results of one, and what is followed up, as a person may know them."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Blueprint, Response

from registry.accounts import signin
from registry.kernel import clock
from registry.kernel.i18n import _
from registry.labs.proficiency import following, queries
from registry.labs.proficiency.care import FollowUpQuery
from registry.labs.proficiency.queries import Place
from registry.labs.proficiency.rules import follow_up_state
from registry.labs.proficiency.schemas import RoundQuery
from registry.sheets import downloads
from registry.web.forms import listed
from registry.web.tabling import FORMS, Rows, every, file, words

blp = Blueprint("pt_exports", __name__)


@blp.get(f"/proficiency/rounds/export.<{FORMS}>")
def rounds(form: str) -> Response:
    """The rounds that the list shows with its filters."""
    me, say = signin.person(), words("pt_state")
    found = every(lambda asked: queries.round_page(me, **asked), listed(RoundQuery))
    rows: Rows = [
        [one.scheme.name, one.code, one.item, one.scheme.provider, one.opens_on, one.due_on, say(one.state)]
        for one in found
    ]
    headings = [_("Scheme"), _("Round"), _("Item"), _("Provider"), _("Opens on"), _("Results due"), _("State")]
    return file(form, "proficiency-rounds", _("Rounds"), headings, rows)


@blp.get(f"/proficiency/follow-ups/export.<{FORMS}>")
def follow_ups(form: str) -> Response:
    """What is followed up, as the list shows it with its filters."""
    me, today = signin.person(), clock.today()
    say, judged = words("pt_follow_up"), words("pt_verdict")
    found = every(lambda asked: following.page_of(me, **asked), listed(FollowUpQuery))
    rows: Rows = [
        [
            one.lab.name,
            one.participant.round.title,
            one.measurand.name,
            judged(one.verdict),
            say(follow_up_state(one.due_on, today, is_closed=one.closed_at is not None)),
            one.due_on,
            one.cause,
            one.corrective_action,
            one.owner,
            one.evidence,
            one.conclusion,
        ]
        for one in found
    ]
    headings = [_("Laboratory"), _("Round"), _("Measurand"), _("Verdict"), _("State"), _("Due date"), _("Cause")]
    headings += [_("Corrective action"), _("Who does it"), _("Evidence"), _("Conclusion")]
    return file(form, "proficiency-follow-ups", _("Follow-up"), headings, rows)


@blp.get(f"/proficiency/rounds/<key:id>/export.<{FORMS}>")
def results(id: int, form: str) -> Response:
    """What takes part in a round gave and what was found of it; other participants under their codes alone."""
    me = signin.person()
    row = queries.round_by_id(me, id)
    places = queries.places(me, row, queries.standing(me, row))
    names = {measurand.id: measurand.name for measurand in row.measurands}
    judged = words("pt_verdict")
    rows: Rows = [line for place in places for line in _of(place, names, judged)]
    headings = [_("Code"), _("Laboratory"), _("Measurand"), _("Result"), _("Unit"), "U", "k"]
    headings += ["Eₙ", "z", "z'", "ζ", _("Verdict")]
    return file(form, f"proficiency-round-{row.id}", _("Results"), headings, rows)


def _of(place: Place, names: dict[int, str], judged: Callable[[Any], str]) -> Iterator[list[downloads.Value]]:
    """The scores of a participant; of what was not evaluated the results alone."""
    name = place.lab.name if place.lab is not None else None
    for score in place.scores:
        given = score.value, score.unit, score.expanded_uncertainty, score.coverage_factor
        found = score.en, score.z, score.z_prime, score.zeta, judged(score.verdict)
        yield [place.code, name, names[score.measurand_id], *given, *found]
    for one in () if place.scores else place.results:
        given = one.value, one.unit, one.expanded_uncertainty, one.coverage_factor
        yield [place.code, name, names[one.measurand_id], *given, None, None, None, None, None]
