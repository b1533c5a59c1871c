"""What people write on certificates and leave out where it goes without saying is understood in a sheet."""

import pytest

from registry.calibration.rules import Outcome
from registry.kernel.db import db
from tests.make import history as make
from tests.people import CENTRE


@pytest.mark.parametrize(
    ("written", "outcome"),
    [("Đạt yêu cầu", Outcome.PASS), ("không đạt yêu cầu", Outcome.FAIL), ("KHÔNG ĐẠT", Outcome.FAIL)],
)
def test_the_words_of_vietnamese_certificates_are_results(scale, known, written, outcome):
    (told,) = make.judged(make.checked(make.text(make.row(scale.tag, "15/03/2024", outcome=written))))
    assert (told.outcome, told.changes["outcome"]) == ("new", outcome)


def test_another_word_is_none(scale, known):
    found = make.checked(make.text(make.row(scale.tag, "15/03/2024", outcome="đạt yêu cầu một phần")))
    assert make.wrong(found).keys() == {"outcome F2"}


@pytest.mark.parametrize(("who", "is_found"), [("technician", True), ("admin", False)])
def test_a_serial_number_needs_no_owner_where_only_one_can_be_meant(known, who, is_found):
    scale = make.scale(serial_no="S-77")
    db.session.commit()
    person = getattr(known, who).person()
    row = make.row("", "15/03/2024", number="S-77")
    (told,) = make.judged(make.checked(make.text(row, number="Số chế tạo"), by=person))
    assert (told.tag, told.outcome) == ((scale.tag, "new") if is_found else (None, "error"))
    both = row | {"owner": CENTRE}
    (told,) = make.judged(make.checked(make.text(both, number="Số chế tạo", owner="Chủ sở hữu"), by=person))
    assert (told.tag, told.outcome) == (scale.tag, "new")
