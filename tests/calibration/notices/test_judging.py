"""That results are judged otherwise now is told to those who look after the things, once."""

from datetime import timedelta

import pytest

from registry.calibration.notices.judging import Turned, parts
from registry.calibration.rules import CalibrationKind
from registry.jobs import work
from registry.kernel.db import db
from registry.labs.scope.rules import Competence
from registry.labs.standing import Standing
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import chain
from tests.make import labs as make_labs
from tests.make.calibration import calibration

DAY = timedelta(days=1)
GOOD = chain.point("100", u="0.001")


def test_a_suspension_dated_back_is_told_once_with_how_many_results_it_bears_on(people, send, letters_to, clock):
    chain.accredited("LAB")
    for number in ("A", "B"):
        calibration(make.asset(), TODAY - 30 * DAY, lab="LAB", points=[GOOD], certificate_no=number)
    send()
    make_labs.decision("LAB", "suspended", TODAY - 60 * DAY, number="9/QĐ-VPCNCL")
    db.session.commit()
    while work.one():
        pass
    clock(TODAY + DAY)
    send()
    letter = letters_to(people.keeper)[-1]
    assert "9/QĐ-VPCNCL" in letter.text
    assert "- 2 " in letter.text
    assert "2 kết quả được đánh giá lại" in letter.subject
    assert not [one for one in letters_to(people.stranger) if "9/QĐ-VPCNCL" in one.text]
    clock(TODAY + 2 * DAY)
    send()
    assert [one.id for one in letters_to(people.keeper) if "9/QĐ-VPCNCL" in one.text] == [letter.id]


def test_what_was_told_of_verdicts_stands_in_the_log_of_the_owner(people, send, clock):
    chain.accredited("LAB")
    calibration(make.asset(), TODAY - 30 * DAY, lab="LAB", points=[GOOD])
    send()
    make_labs.decision("LAB", "suspended", TODAY - 60 * DAY)
    db.session.commit()
    while work.one():
        pass
    clock(TODAY + DAY)
    send()
    told = people.keeper.get("/api/v1/notices?about=verdict").json["items"]
    assert {(one["about"], one["counts"]["verdict"]) for one in told} == {("verdict", 1)}


@pytest.mark.usefixtures("session")
def test_what_rests_on_the_word_of_a_laboratory_is_told_so_and_results_are_counted_not_lines():
    force = Standing.IN_FORCE
    turns = (CalibrationKind.CALIBRATION, Competence.OUTSIDE_SCOPE, force, Competence.IN_SCOPE, force)
    (part,) = parts([Turned("Phòng", *turns, confirmed, "7/QĐ", 1, 4) for confirmed in (True, False)])
    assert (part.number, len(part.lines)) == (8, 2)
    assert ["phòng tự khai báo" in line for line in part.lines] == [False, True]
