"""Labels that are too many to wait for: drawn by whoever is free, noted as printed, kept until they are fetched."""

from typing import Final

from registry.accounts import queries as accounts
from registry.accounts.rules import Verb
from registry.assets.labels import actions, drawing, selection
from registry.assets.labels.models import LabelRun
from registry.assets.labels.rules import Part
from registry.assets.labels.schemas import LabelsQuery
from registry.kernel import clock
from registry.kernel.errors import Refusal
from registry.kernel.i18n import speaking

LONGEST: Final = 2000


def draw(run: LabelRun, *, base_url: str) -> None:
    """Draw the labels of a run; a refusal is kept for whoever asked."""
    with speaking(run.locale):
        query = LabelsQuery().load(run.asked)
        try:
            look = drawing.look(query)
            rows = selection.chosen(run.person, query)
            contents = selection.contents(rows, look.parts, run.locale)
            run.content = drawing.drawn(look, contents, base_url, format=run.format)
        except Refusal as refusal:
            gave_up(run, refusal.detail)
            return
        if accounts.may(run.person, Verb.ASSET_WRITE, None):
            actions.note_printed(rows, shows_due=Part.DUE in look.parts, by=run.person)
    run.labels, run.ready_at = len(rows), clock.now()


def gave_up(run: LabelRun, why: str) -> None:
    """Say why there is no file."""
    run.problem = why[:LONGEST]
