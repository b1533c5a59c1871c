"""That results are judged otherwise now is told to those who look after the things, once."""

from datetime import timedelta

from registry.jobs import work
from registry.kernel.db import db
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
