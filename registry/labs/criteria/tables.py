"""Gaps as a table that spreadsheets open: one row for each corrective action, and one for a finding without any."""

from collections.abc import Iterator, Sequence

from registry.kernel.i18n import _
from registry.labs.criteria.models import Answer, CorrectiveAction
from registry.labs.criteria.words import said
from registry.sheets.downloads import Value, written
from registry.sheets.models import Form


def gaps_as(form: Form, found: Sequence[Answer]) -> bytes:
    """Findings with what is done about them, in the language of the request."""
    headings = [
        _("Clause"),
        _("Criterion"),
        _("Subject"),
        _("Finding"),
        _("What the finding says"),
        _("Found on"),
        _("Finding closed"),
        _("What is done"),
        _("Who sees to it"),
        _("Due on"),
        _("State"),
        _("What was done"),
        _("How it was verified"),
    ]
    return written(form, _("Gaps"), headings, _rows(found))


def _rows(found: Sequence[Answer]) -> Iterator[list[Value]]:
    for one in found:
        told: list[Value] = [
            one.criterion.clause,
            one.criterion.text,
            one.assessment.subject,
            said(one.grade) if one.grade else None,
            one.finding,
            one.at.date(),
            said(one.closing) if one.closing else None,
        ]
        if not one.corrections:
            yield [*told, *[None] * 6]
        for action in one.corrections:
            yield [*told, *_action(action)]


def _action(action: CorrectiveAction) -> list[Value]:
    verified = action.verification or action.returned
    return [action.what, action.owner.name, action.due_on, said(action.state), action.outcome, verified]
