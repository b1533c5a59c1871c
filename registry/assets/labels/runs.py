"""Labels that are too many to wait for: drawn by whoever is free, noted as printed, kept until they are fetched."""

from collections.abc import Callable
from typing import Final

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.assets.labels import actions, drawing, selection
from registry.assets.labels.models import LabelRun
from registry.assets.labels.rules import Part
from registry.assets.labels.schemas import LabelsQuery
from registry.kernel import clock
from registry.kernel.db import db, looking
from registry.kernel.errors import Refusal
from registry.kernel.i18n import speaking

LONGEST: Final = 2000
Step = Callable[[], None]


def draw(run: LabelRun, *, base_url: str, step: Step) -> None:
    """Draw the labels of a run while everybody else writes; a refusal is kept for whoever asked."""
    step()
    person_id, locale, format = run.person_id, run.locale, run.format
    with speaking(locale):
        query = LabelsQuery().load(run.asked)
        try:
            look = drawing.look(query)
            with looking():
                rows = selection.chosen(db.session.get_one(Person, person_id), query)
            content = drawing.drawn(look, selection.contents(rows, look.parts, locale), base_url, format=format)
        except Refusal as refusal:
            gave_up(run, refusal.detail)
            return
        if accounts.may(run.person, Verb.ASSET_WRITE, None):
            actions.note_printed(rows, shows_due=Part.DUE in look.parts, by=run.person)
    run.content, run.labels, run.ready_at = content, len(rows), clock.now()


def gave_up(run: LabelRun, why: str) -> None:
    """Say why there is no file."""
    run.problem = why[:LONGEST]
