"""How a scan's answer is worded."""

from datetime import date

import pytest

from registry.assets.fitness import Reason
from registry.assets.rules import ScheduleKind, Status, Validity
from registry.assets.words import reason_text

DUE = date(2026, 2, 3)
REASONS = [
    *(Reason(status) for status in Status if status is not Status.IN_SERVICE),
    *(Reason(state, kind) for state in (Validity.FAILED, Validity.NEVER) for kind in ScheduleKind),
    *(Reason(state, kind, DUE, 5) for state in (Validity.OVERDUE, Validity.DUE_SOON) for kind in (*ScheduleKind, None)),
]


def worded(app, language: str) -> list[str]:
    with app.test_request_context(f"/?lang={language}"):
        return [reason_text(reason) for reason in REASONS]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("language", "day"), [("en", "3 Feb 2026"), ("vi", "03/02/2026")])
def test_every_reason_has_its_own_sentence_with_the_date_as_people_write_it(app, language, day):
    texts = worded(app, language)
    assert len(set(texts)) == len(REASONS)
    assert sum(day in text for text in texts) == 2 * (len(ScheduleKind) + 1)
    assert not any("%(" in text for text in texts)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_sentence_is_remembered_by_language(app):
    assert worded(app, "en") == worded(app, "en")
    assert not set(worded(app, "en")[-4:]) & set(worded(app, "vi")[-4:])
