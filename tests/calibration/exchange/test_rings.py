"""What a sheet would close a ring by, and what it is told of records of others."""

from datetime import date

import pytest
from sqlalchemy import func, select

from registry.accounts.queries import person_by_email
from registry.calibration.models import Calibration
from registry.calibration.traceability.models import Reliance
from registry.kernel.db import db
from registry.sheets.models import Mode
from registry.sheets.running import NotAllGood
from tests.make import calibration as by_hand
from tests.make import history as make
from tests.make import labs
from tests.people import ELSEWHERE


def stored(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_nothing_is_imported_that_records_of_its_own_standards_would_rest_on(scale, known):
    other = make.scale(serial_no="S-2")
    by_hand.calibration(other, date(2024, 3, 5), certificate_no="S-2")
    by_hand.calibration(other, date(2024, 3, 20), certificate_no="S-3", standards=[scale.tag])
    db.session.commit()
    rows = (
        make.row(scale.tag, "14/03/2023", certificate_no="A"),
        make.row(scale.tag, "15/03/2024", standards=other.tag, certificate_no="B"),
    )
    for mode in Mode:
        with pytest.raises(NotAllGood, match="Row 3 is wrong, so nothing was imported: A standard of this record"):
            make.imported(make.text(*rows), mode=mode)
        db.session.rollback()
    assert (stored(Calibration), stored(Reliance)) == (2, 1)
    make.imported(make.text(rows[0]))
    assert stored(Calibration) == 3


def test_of_a_record_of_others_nothing_is_told_but_that_its_number_is_taken(scale, known):
    hidden = make.scale(serial_no="S-7", owner=ELSEWHERE)
    labs.lab("XA", organisation=ELSEWHERE)
    theirs = by_hand.calibration(hidden, date(2024, 3, 15), lab="XA", certificate_no="7/2024")
    db.session.commit()
    technician = person_by_email(known.technician.email)
    row = make.row(scale.tag, "15/03/2024", certificate_no="7/2024", lab="XA", kind="Kiểm tra giữa kỳ")
    found = make.checked(make.text(row), by=technician)
    (message,) = make.wrong(found).values()
    assert ("may not see" in message, str(theirs.id) in message) == (True, False)
