"""What a sheet would close a ring by, and what it is told of records of others."""

import re
import sqlite3
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import func, select

from registry.accounts.queries import person_by_email
from registry.calibration.exchange import judging
from registry.calibration.models import Calibration
from registry.calibration.traceability.models import Reliance
from registry.kernel.db import db
from registry.sheets import running
from registry.sheets.models import Mode
from registry.sheets.running import NotAllGood
from tests.make import calibration as by_hand
from tests.make import history as make
from tests.make import labs
from tests.people import ELSEWHERE
from tests.statements import sent


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
        with pytest.raises(
            NotAllGood, match="Row 3 cannot be imported now, so nothing was imported: A standard of this record"
        ):
            make.imported(make.text(*rows), mode=mode)
        db.session.rollback()
    assert (stored(Calibration), stored(Reliance)) == (2, 1)
    make.imported(make.text(rows[0]))
    assert stored(Calibration) == 3


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_a_ring_is_found_in_a_trial_whatever_parts_the_sheet_is_taken_in(scale, known, monkeypatch, size):
    """The item was the standard of one that was the standard of another, and that one is now its own."""
    monkeypatch.setattr(running, "PART", size)
    second, third = (make.scale(serial_no=number) for number in ("S-2", "S-3"))
    by_hand.calibration(second, date(2024, 3, 15), certificate_no="S-2", standards=[scale.tag])
    db.session.commit()
    rows = (
        make.row(scale.tag, "14/03/2024", certificate_no="A"),
        make.row(third.tag, "16/03/2024", standards=second.tag, certificate_no="B"),
        make.row(second.tag, "17/03/2024", standards=third.tag, certificate_no="C"),
        make.row(second.tag, "18/03/2024", standards=scale.tag, certificate_no="D"),
        make.row(scale.tag, "19/03/2024", standards=third.tag, certificate_no="E"),
    )
    tried = make.checked(make.text(*rows))
    done = make.imported(make.text(*rows), mode=Mode.GOOD)
    for found in (tried, done):
        wrong = {one.number: one.errors for one in make.judged(found) if one.errors}
        assert (found.counted, list(wrong)) == ({"new": 3, "error": 2}, [4, 6])


def test_a_trial_writes_nothing_but_its_report_and_keeps_nobody_from_writing(scale, known, monkeypatch, database):
    judge, asked = judging.Judge.judge, []

    def judged(*said, **more):
        if database == "sqlite":
            with closing(sqlite3.connect(db.engine.url.database, timeout=0)) as other:
                other.execute("BEGIN IMMEDIATE")
                other.rollback()
        asked.append(True)
        return judge(*said, **more)

    monkeypatch.setattr(judging.Judge, "judge", judged)
    content = make.text(make.row(scale.tag, "14/03/2024", standards=make.scale(serial_no="S-2").tag))
    db.session.commit()
    with sent() as statements:
        make.checked(content)
    written = [one.split("(")[0].split() for one in statements if re.match("INSERT|UPDATE|DELETE", one)]
    assert asked
    assert {next(word for word in words if word.startswith("calibration")) for words in written} == {
        "calibration_import",
        "calibration_import_reason",
        "calibration_import_row",
    }


def test_of_a_record_of_others_nothing_is_told_but_that_its_number_is_taken(scale, known):
    hidden = make.scale(serial_no="S-7", owner=ELSEWHERE)
    labs.lab("XA", organisation=ELSEWHERE)
    theirs = by_hand.calibration(hidden, date(2024, 3, 15), lab="XA", certificate_no="GCN-KHÁC")
    db.session.commit()
    technician = person_by_email(known.technician.email)
    row = make.row(scale.tag, "15/03/2024", certificate_no="GCN-KHÁC", lab="XA", kind="Kiểm tra giữa kỳ")
    found = make.checked(make.text(row), by=technician)
    (message,) = make.wrong(found).values()
    assert "may not see" in message
    assert str(theirs.id) not in re.findall(r"[0-9]+", message)
