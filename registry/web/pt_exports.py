"""Proficiency tests as tables: rounds, the results of one, and what is followed up, as a person may know them."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from flask import Blueprint, Response, get_template_attribute

from registry.accounts import signin
from registry.kernel import clock
from registry.kernel.i18n import _
from registry.kernel.paging import MAX_LIMIT, Page
from registry.labs.proficiency import following, queries
from registry.labs.proficiency.care import FollowUpQuery
from registry.labs.proficiency.queries import Place
from registry.labs.proficiency.rules import follow_up_state
from registry.labs.proficiency.schemas import RoundQuery
from registry.sheets import downloads
from registry.web.forms import listed

blp = Blueprint("pt_exports", __name__)
FORMS: Final = "any(csv, xlsx):form"
MOST_EXPORTED: Final = 10_000
Rows = list[list[downloads.Value]]


@blp.get(f"/proficiency/rounds/export.<{FORMS}>")
def rounds(form: str) -> Response:
    """The rounds that the list shows with its filters."""
    me, say = signin.person(), _words("pt_state")
    found = _all(lambda asked: queries.round_page(me, **asked), listed(RoundQuery))
    rows: Rows = [
        [one.scheme.name, one.code, one.item, one.scheme.provider, one.opens_on, one.due_on, say(one.state)]
        for one in found
    ]
    headings = [_("Scheme"), _("Round"), _("Item"), _("Provider"), _("Opens on"), _("Results due"), _("State")]
    return _file(form, "proficiency-rounds", _("Rounds"), headings, rows)


@blp.get(f"/proficiency/follow-ups/export.<{FORMS}>")
def follow_ups(form: str) -> Response:
    """What is followed up, as the list shows it with its filters."""
    me, today = signin.person(), clock.today()
    say, judged = _words("pt_follow_up"), _words("pt_verdict")
    found = _all(lambda asked: following.page_of(me, **asked), listed(FollowUpQuery))
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
    return _file(form, "proficiency-follow-ups", _("Follow-up"), headings, rows)


@blp.get(f"/proficiency/rounds/<key:id>/export.<{FORMS}>")
def results(id: int, form: str) -> Response:
    """What takes part in a round gave and what was found of it; other participants under their codes alone."""
    me = signin.person()
    row = queries.round_by_id(me, id)
    places = queries.places(me, row, queries.standing(me, row))
    names = {measurand.id: measurand.name for measurand in row.measurands}
    judged = _words("pt_verdict")
    rows: Rows = [line for place in places for line in _of(place, names, judged)]
    headings = [_("Code"), _("Laboratory"), _("Measurand"), _("Result"), _("Unit"), "U", "k"]
    headings += ["Eₙ", "z", "z'", "ζ", _("Verdict")]
    return _file(form, f"proficiency-round-{row.id}", _("Results"), headings, rows)


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


def _words(macro: str) -> Callable[[Any], str]:
    """An enumeration in words, as the pages say it."""
    said = get_template_attribute("macros/words.html", macro)
    return lambda value: str(said(value)).strip()


def _all(page_of: Callable[[dict[str, Any]], Page[Any]], asked: dict[str, Any]) -> list[Any]:
    asked |= {"limit": MAX_LIMIT, "cursor": None}
    rows: list[Any] = []
    while len(rows) < MOST_EXPORTED:
        page = page_of(asked)
        rows += page.items
        if page.next is None:
            break
        asked["cursor"] = page.next
    return rows


def _file(form: str, name: str, title: str, headings: list[str], rows: Rows) -> Response:
    made = downloads.form_named(form)
    content = downloads.written(made, title, headings, rows)
    return downloads.download(made, f"{name}-{clock.today().isoformat()}", content)
