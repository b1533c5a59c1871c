"""What the system says is kept so that everybody reads it in their own language; what people type stays as it is."""

from datetime import date

import pytest
from sqlalchemy.dialects import sqlite

from registry.kernel.i18n import _, said_day, speaking
from registry.kernel.spoken import Spoken

DIALECT = sqlite.dialect()


def again(value: str, longest: int = 1000, locale: str = "en") -> str | None:
    column = Spoken(longest)
    kept = column.process_bind_param(value, DIALECT)
    assert kept is not None and len(kept) <= longest  # noqa: PT018 — one thing: it fits
    with speaking(locale):
        return column.process_result_value(kept, DIALECT)


@pytest.mark.usefixtures("session")
def test_a_message_is_read_in_the_language_of_the_reader():
    with speaking("vi"):
        said = _("The check of %(day)s failed: %(requirement)s", day=said_day(date(2026, 5, 4)), requirement="Về 0")
    assert said == "Kiểm tra ngày 04/05/2026 không đạt: Về 0"
    assert again(said) == "The check of 4 May 2026 failed: Về 0"
    assert again(said, locale="vi") == said
    assert again(said, longest=20) == said[:20]


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("typed", ["Rơi", "[kho 2] hỏng", '["a", "b"]', '{"message": "Valid"}', "{}", "[1]", ""])
def test_what_people_type_stays_as_it_is(typed):
    assert again(typed) == typed
