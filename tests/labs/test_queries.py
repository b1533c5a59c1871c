"""Laboratories as they are looked for."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.kernel.db import db
from registry.labs import queries
from registry.labs.decisions import actions as decisions
from registry.labs.journey import Step, declared_on
from registry.labs.models import Lab
from registry.labs.rules import AccreditationStatus, Iso17025Status, LabOrder
from registry.labs.standing import accredited_on
from tests.conftest import TODAY
from tests.make import labs as make
from tests.make.labs import accreditation
from tests.statements import sent

GRANTED, LAST = accreditation()["granted_on"], accreditation()["valid_until"]
DAY = timedelta(days=1)


@pytest.mark.usefixtures("people")
def test_being_accredited_means_the_same_in_python_and_in_sql(session):
    lists = {
        "none": [],
        "one": [accreditation()],
        "suspended": [accreditation(status=AccreditationStatus.SUSPENDED)],
        "renewed": [accreditation(), accreditation(granted_on=LAST + DAY, valid_until=LAST + 9 * DAY)],
    }
    for code, held in lists.items():
        make.lab(code, accreditations=held)
    for day in (GRANTED - DAY, GRANTED, LAST, LAST + DAY, LAST + 9 * DAY, LAST + 10 * DAY):
        in_sql = {lab.code for lab in session.scalars(select(Lab).where(queries.is_accredited_on(day)))}
        in_python = {lab.code for lab in queries.page_of().items if accredited_on(lab.accreditations, day)}
        assert in_sql == in_python


@pytest.mark.usefixtures("people")
def test_how_far_a_laboratory_is_means_the_same_in_python_and_in_sql(session):
    """Who was accredited and is no longer, or is only from 2030 on, is not told as accredited."""
    later = accreditation(granted_on=date(2030, 1, 1), valid_until=date(2032, 12, 31))
    ways = {
        "bare": ([], []),
        "held": ([accreditation()], [Step.PREPARING]),
        "withdrawn": ([accreditation(status=AccreditationStatus.WITHDRAWN)], []),
        "suspended": ([accreditation(status=AccreditationStatus.SUSPENDED)], [Step.PREPARING, Step.APPLIED]),
        "later": ([later], []),
        "began": ([], [Step.PREPARING]),
        "stopped": ([], [Step.PREPARING, Step.NONE]),
    }
    for code, (granted, steps) in ways.items():
        lab = make.lab(code, accreditations=granted)
        for step in steps:
            decisions.declare_step(lab, step=step, on=date(2023, 1, 1), by=None)
    old = make.lab("old")
    old.iso17025_status = Iso17025Status.PREPARING  # before steps were kept
    session.flush()
    told = {}
    for day in (date(2022, 12, 31), GRANTED, TODAY, LAST + DAY, date(2031, 1, 1)):
        for status in Iso17025Status:
            in_sql = set(session.scalars(select(Lab.code).where(queries.has_declared(status, day))))
            in_python = {
                lab.code
                for lab in queries.page_of(limit=200).items
                if declared_on(lab.accreditations, lab.steps, lab.iso17025_status, day) is status
            }
            assert in_sql == in_python, (day, status)
            told[day, status] = in_sql
    assert told[TODAY, Iso17025Status.ACCREDITED] == {"held"}
    assert told[TODAY, Iso17025Status.APPLIED] == {"suspended"}
    assert told[TODAY, Iso17025Status.NONE] == {"bare", "withdrawn", "later", "stopped"}
    listed = queries.page_of(iso17025_status=Iso17025Status.ACCREDITED).items
    assert [lab.code for lab in listed] == ["held"]


@pytest.mark.usefixtures("people", "session")
def test_pages_follow_each_other_without_a_gap_in_both_directions():
    for number in range(7):
        make.lab(f"L{number}", name="Cùng một tên" if number % 2 else f"Tên {number}")
    for order in LabOrder:
        found, cursor = [], None
        while True:
            page = queries.page_of(limit=2, cursor=cursor, sort=order, count="exact")
            assert page.total == 7
            found += [lab.code for lab in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert sorted(found) == [f"L{number}" for number in range(7)]


@pytest.mark.usefixtures("people", "session")
def test_a_laboratory_is_found_without_accents_and_by_its_accreditation_number():
    make.lab("DO", name="Phòng đo lường Đồng Hỷ", accreditations=[accreditation()])
    make.lab("KHAC", name="Phòng khác 100%")
    assert [lab.code for lab in queries.page_of(q="dong hy").items] == ["DO"]
    assert [lab.code for lab in queries.page_of(q="vilas 999").items] == ["DO"]
    assert [lab.code for lab in queries.page_of(q="100%").items] == ["KHAC"]
    assert queries.page_of(q="%").items[0].code == "KHAC"


@pytest.mark.usefixtures("people", "session")
def test_a_list_costs_the_same_number_of_queries_however_long():
    make.lab("L0", accreditations=[accreditation()])
    db.session.commit()
    with sent() as few:
        queries.page_of()
    for number in range(1, 9):
        make.lab(f"L{number}", accreditations=[accreditation()])
    db.session.commit()
    with sent() as many:
        queries.page_of()
    assert len(many) == len(few)
