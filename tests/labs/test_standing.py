"""How an accreditation stood on a day: boundary days of every decision, in Python and in SQL."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from registry.kernel.errors import Invalid
from registry.labs import actions, queries
from registry.labs.decisions import actions as decisions
from registry.labs.models import Accreditation, AccreditationDecision, AccreditationSpan, Lab
from registry.labs.rules import AccreditationStatus
from registry.labs.standing import (
    FOREVER,
    DecisionKind,
    Standing,
    accredited_on,
    check_decision,
    check_history,
    check_overlaps,
    spans,
    standing_on,
    status_on,
)
from tests.make import labs as make
from tests.make.labs import accreditation

GRANTED, LAST = accreditation()["granted_on"], accreditation()["valid_until"]
DAY = timedelta(days=1)
LEAP, TODAY = date(2028, 2, 29), date(2026, 6, 15)
MAY, JUNE = date(2025, 5, 1), date(2025, 6, 30)
WORDS = {
    "-": Standing.NOT_YET,
    "+": Standing.IN_FORCE,
    "s": Standing.SUSPENDED,
    "w": Standing.WITHDRAWN,
    "x": Standing.EXPIRED,
}
BARE = [(GRANTED - DAY, "-"), (GRANTED, "+"), (LAST, "+"), (LAST + DAY, "x")]
# The name of a history; its decisions, in the order they were recorded; what it says of days.
HISTORIES = {
    "nothing was decided": ([], BARE),
    "suspended": (
        [("suspended", MAY)],
        [(MAY - DAY, "+"), (MAY, "s"), (MAY + DAY, "s"), (LAST, "s"), (LAST + DAY, "x")],
    ),
    "suspended from the first day": ([("suspended", GRANTED)], [(GRANTED - DAY, "-"), (GRANTED, "s"), (LAST, "s")]),
    "suspended for a while, the last day included": (
        [("suspended", MAY, {"until_on": JUNE})],
        [(MAY - DAY, "+"), (MAY, "s"), (JUNE, "s"), (JUNE + DAY, "+"), (LAST, "+"), (LAST + DAY, "x")],
    ),
    "suspended for one day": (
        [("suspended", MAY, {"until_on": MAY})],
        [(MAY - DAY, "+"), (MAY, "s"), (MAY + DAY, "+")],
    ),
    "suspended beyond its end": (
        [("suspended", MAY, {"until_on": LAST + 9 * DAY})],
        [(LAST, "s"), (LAST + DAY, "x"), (LAST + 10 * DAY, "x")],
    ),
    "reinstated": (
        [("suspended", MAY), ("reinstated", JUNE)],
        [(MAY, "s"), (JUNE - DAY, "s"), (JUNE, "+"), (JUNE + DAY, "+"), (LAST + DAY, "x")],
    ),
    "reinstated on the day it was suspended": (
        [("suspended", MAY), ("reinstated", MAY)],
        [(MAY - DAY, "+"), (MAY, "+"), (MAY + DAY, "+")],
    ),
    "reinstated before a suspension ends by itself": (
        [("suspended", MAY, {"until_on": JUNE}), ("reinstated", MAY + 9 * DAY)],
        [(MAY + 8 * DAY, "s"), (MAY + 9 * DAY, "+"), (JUNE, "+"), (JUNE + DAY, "+")],
    ),
    "a suspension recorded after a later decision": (
        [("reduced", JUNE), ("suspended", MAY)],
        [(MAY - DAY, "+"), (MAY, "s"), (JUNE, "s")],
    ),
    "suspended twice, the second taken while the first ran": (
        [("suspended", MAY, {"until_on": MAY + 9 * DAY}), ("suspended", MAY + 5 * DAY, {"until_on": JUNE})],
        [(MAY, "s"), (MAY + 10 * DAY, "s"), (JUNE, "s"), (JUNE + DAY, "+")],
    ),
    "withdrawn": (
        [("withdrawn", MAY)],
        [(MAY - DAY, "+"), (MAY, "w"), (LAST, "w"), (LAST + DAY, "w"), (FOREVER, "w")],
    ),
    "withdrawn while suspended": (
        [("suspended", MAY), ("withdrawn", JUNE)],
        [(MAY - DAY, "+"), (JUNE - DAY, "s"), (JUNE, "w")],
    ),
    "extended to a leap day": (
        [("extended", LAST, {"valid_until": LEAP})],
        [(LAST, "+"), (LAST + DAY, "+"), (LEAP - DAY, "+"), (LEAP, "+"), (LEAP + DAY, "x")],
    ),
    "extended after it had lapsed": (
        [("extended", LAST + 9 * DAY, {"valid_until": LEAP})],
        [(LAST, "+"), (LAST + DAY, "x"), (LAST + 8 * DAY, "x"), (LAST + 9 * DAY, "+"), (LEAP + DAY, "x")],
    ),
    "extended while suspended": (
        [("suspended", MAY), ("extended", JUNE, {"valid_until": LEAP}), ("reinstated", LAST + DAY)],
        [(JUNE, "s"), (LAST, "s"), (LAST + DAY, "+"), (LEAP, "+"), (LEAP + DAY, "x")],
    ),
    "its scope alone grew and shrank": ([("extended", MAY), ("reduced", JUNE)], BARE),
    "annulled": ([("withdrawn", MAY, {"annulled_at": datetime(2026, 1, 1, tzinfo=UTC)})], BARE),
}


def decided(kind, day, said=None, *, number="1/QĐ"):
    usual = {
        "kind": DecisionKind(kind),
        "effective_on": day,
        "decided_on": min(day, TODAY),
        "number": number,
        "recorded_at": datetime(2026, 1, 1, tzinfo=UTC),
        "recorded_by_id": None,
        "confirmed_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return AccreditationDecision(**usual | (said or {}))


def held(*decisions, **said):
    found = Accreditation(**accreditation(**said))
    found.granted_until = found.valid_until
    found.decisions[:] = [decided(*decision) for decision in decisions]
    return found


@pytest.mark.parametrize(("decisions", "days"), HISTORIES.values(), ids=HISTORIES)
def test_an_accreditation_stands_on_a_day_as_its_decisions_say(decisions, days):
    found = held(*decisions)
    told = [(day, standing_on(found, day).standing) for day, _sign in days]
    assert told == [(day, WORDS[sign]) for day, sign in days]
    assert [accredited_on([found], day) for day, _sign in days] == [sign == "+" for _day, sign in days]


@pytest.mark.parametrize(("decisions", "days"), HISTORIES.values(), ids=HISTORIES)
def test_its_life_has_no_gap_and_says_of_every_day_what_the_day_says(decisions, days):
    found = held(*decisions)
    life = spans(found)
    assert (life[0].first_day, life[-1].last_day) == (GRANTED, FOREVER)
    assert [span.first_day - DAY for span in life[1:]] == [span.last_day for span in life[:-1]]
    for span in life:
        for day in {span.first_day, span.last_day}:
            assert standing_on(found, day) == (span.standing, span.decision, span.confirmed)


def test_a_day_is_said_by_the_decision_that_turned_it():
    suspended, reinstated = decided("suspended", MAY), decided("reinstated", JUNE)
    found = held()
    found.decisions[:] = [suspended, reinstated]
    says = [standing_on(found, day).decision for day in (MAY - DAY, MAY, JUNE - DAY, JUNE)]
    assert says == [None, suspended, suspended, reinstated]


def test_of_two_decisions_for_one_day_the_one_taken_later_counts():
    later = decided("reinstated", MAY, {"decided_on": JUNE})
    found = held()
    found.decisions[:] = [later, decided("suspended", MAY, {"decided_on": MAY})]
    assert standing_on(found, MAY).decision is later


@pytest.mark.parametrize(
    ("status", "on_grant", "after"),
    [("suspended", Standing.SUSPENDED, Standing.EXPIRED), ("withdrawn", Standing.WITHDRAWN, Standing.WITHDRAWN)],
)
def test_a_status_said_without_a_day_counts_from_the_grant(status, on_grant, after):
    found = held(status=AccreditationStatus(status))
    assert [standing_on(found, day).standing for day in (GRANTED - DAY, GRANTED, LAST, LAST + DAY)] == [
        Standing.NOT_YET,
        on_grant,
        on_grant,
        after,
    ]


def test_the_status_is_told_as_it_was_said_until_decisions_say_it():
    assert status_on(held(status=AccreditationStatus.SUSPENDED), GRANTED) is AccreditationStatus.SUSPENDED
    found = held(("suspended", MAY), ("reinstated", JUNE))
    told = [status_on(found, day) for day in (MAY - DAY, MAY, JUNE, LAST + DAY)]
    active = AccreditationStatus.ACTIVE
    assert told == [active, AccreditationStatus.SUSPENDED, active, active]


OWN = {"confirmed_at": None}
# Decisions, those that only the laboratory states marked; what they say of days.
ITS_OWN_WORD = {
    "it lifts a suspension": ([("suspended", MAY), ("reinstated", JUNE, OWN)], [(JUNE - DAY, "s"), (JUNE, "s")]),
    "it lifts its own": ([("suspended", MAY, OWN), ("reinstated", JUNE, OWN)], [(MAY, "s"), (JUNE, "s")]),
    "it extends itself": ([("extended", LAST, OWN | {"valid_until": LEAP})], [(LAST, "+"), (LAST + DAY, "x")]),
    "it suspends itself": ([("suspended", MAY, OWN | {"until_on": JUNE})], [(MAY, "s"), (JUNE + DAY, "+")]),
    "its short suspension ends no open one": (
        [("suspended", MAY), ("suspended", MAY + DAY, OWN | {"until_on": JUNE})],
        [(MAY, "s"), (JUNE, "s"), (JUNE + DAY, "s")],
    ),
    "it withdraws": ([("withdrawn", MAY, OWN)], [(MAY - DAY, "+"), (MAY, "w")]),
    "confirmed, it counts from its day": ([("suspended", MAY, OWN), ("reinstated", JUNE)], [(MAY, "s"), (JUNE, "+")]),
}


@pytest.mark.parametrize(("decisions", "days"), ITS_OWN_WORD.values(), ids=ITS_OWN_WORD)
def test_the_word_of_a_laboratory_betters_no_standing_and_counts_against_it(decisions, days):
    found = held(*decisions)
    assert [(day, standing_on(found, day).standing) for day, _sign in days] == [
        (day, WORDS[sign]) for day, sign in days
    ]
    for span in spans(found):
        assert standing_on(found, span.first_day).standing is standing_on(found, span.last_day).standing


def test_what_it_stated_against_itself_leaves_a_confirmed_standing_confirmed_once_it_is_over():
    found = held(("suspended", MAY, OWN | {"until_on": JUNE}))
    found.confirmed_at = datetime(2026, 1, 1, tzinfo=UTC)
    assert [standing_on(found, day).confirmed for day in (MAY - DAY, MAY, JUNE + DAY)] == [True, False, True]


def test_a_short_suspension_that_it_states_does_not_end_one_said_without_a_day():
    found = held(("suspended", MAY, OWN | {"until_on": JUNE}), status=AccreditationStatus.SUSPENDED)
    assert [standing_on(found, day).standing for day in (GRANTED, JUNE + DAY)] == [Standing.SUSPENDED] * 2


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        (("suspended", GRANTED - DAY), "effective_on"),
        (("granted", GRANTED + DAY), "effective_on"),
        (("suspended", MAY, {"until_on": MAY - DAY}), "until_on"),
        (("withdrawn", MAY, {"until_on": MAY}), "until_on"),
        (("extended", MAY, {"valid_until": MAY - DAY}), "valid_until"),
        (("reduced", MAY, {"valid_until": LEAP}), "valid_until"),
        (("suspended", MAY, {"decided_on": TODAY + DAY}), "decided_on"),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused_beside_the_field(decision, field):
    with pytest.raises(Invalid) as refusal:
        check_decision(held(), decided(*decision), TODAY)
    assert list(refusal.value.errors or {}) == [field]


@pytest.mark.parametrize(
    "decisions",
    [
        [("reinstated", MAY)],
        [("suspended", MAY), ("reinstated", MAY - DAY)],
        [("suspended", MAY), ("reinstated", JUNE), ("reinstated", JUNE + DAY)],
        [("withdrawn", MAY), ("extended", JUNE)],
        [("suspended", JUNE), ("withdrawn", MAY)],
    ],
)
def test_decisions_that_do_not_follow_from_each_other_are_refused(decisions):
    with pytest.raises(Invalid) as refusal:
        check_history(held(*decisions))
    assert list(refusal.value.errors or {}) == ["effective_on"]


def test_what_was_suspended_without_a_day_can_be_reinstated_from_one():
    found = held(("reinstated", JUNE), status=AccreditationStatus.SUSPENDED)
    check_history(found)
    assert [accredited_on([found], day) for day in (JUNE - DAY, JUNE)] == [False, True]


@pytest.mark.parametrize(
    ("first", "said", "refused"),
    [
        ([], {"granted_on": LAST}, True),
        ([], {"granted_on": LAST + DAY}, False),
        ([], {"granted_on": LAST, "standard": "ISO 15189"}, False),
        ([], {"granted_on": LAST, "body": "AOSC"}, False),
        ([], {"granted_on": LAST, "body": "BOA"}, True),
        ([("withdrawn", MAY)], {"granted_on": MAY}, False),
        ([("withdrawn", MAY)], {"granted_on": MAY - DAY}, True),
        ([("suspended", MAY)], {"granted_on": MAY}, True),
        ([("extended", LAST, {"valid_until": LEAP})], {"granted_on": LEAP}, True),
        ([], {"granted_on": LAST, "status": AccreditationStatus.WITHDRAWN}, False),
    ],
)
def test_accreditations_of_one_body_and_standard_do_not_live_on_the_same_day(first, said, refused):
    later = held(**{"valid_until": LEAP, "number": "VILAS 1000"} | said)
    if not refused:
        check_overlaps([later, held(*first)])
        return
    with pytest.raises(Invalid) as refusal:
        check_overlaps([later, held(*first)])
    assert list(refusal.value.errors or {}) == ["accreditations.0.granted_on"]


@pytest.mark.usefixtures("people")
def test_a_day_says_the_same_in_python_and_in_sql(session):
    """Every history at once, asked about every day at which any of them turns."""
    for place, (told, _days) in enumerate(HISTORIES.values()):
        make.lab(f"L{place}", accreditations=[accreditation()])
        for kind, day, *said in told:
            more = dict(*said)
            annulled = more.pop("annulled_at", None)
            make.decision(f"L{place}", kind, day, annulled=annulled is not None, **more)
    make.lab("SUSPENDED", accreditations=[accreditation(status=AccreditationStatus.SUSPENDED)])
    make.lab("WITHDRAWN", accreditations=[accreditation(status=AccreditationStatus.WITHDRAWN)])
    session.flush()
    labs = queries.page_of(limit=200).items
    days = {day for _told, said in HISTORIES.values() for day, _sign in said if day < FOREVER}
    for day in sorted(days):
        in_python = {lab.code: {standing_on(one, day).standing for one in lab.accreditations} for lab in labs}
        for standing in set(Standing) - {Standing.NOT_YET}:
            asked = select(Lab.code).join(AccreditationSpan, AccreditationSpan.lab_id == Lab.id)
            in_sql = set(session.scalars(asked.where(queries.stood(standing, day))))
            assert in_sql == {code for code, stood in in_python.items() if standing in stood}, (day, standing)
        accredited = set(session.scalars(select(Lab.code).where(queries.is_accredited_on(day))))
        assert accredited == {lab.code for lab in labs if accredited_on(lab.accreditations, day)}


@pytest.mark.usefixtures("people", "session")
def test_what_is_the_same_after_an_edit_keeps_its_decisions():
    lab = make.lab(accreditations=[accreditation()])
    make.decision(lab.code, "suspended", MAY)
    told = accreditation(status=AccreditationStatus.SUSPENDED, standard="ISO/IEC 17025")
    actions.edit(lab, accreditations=[told], by=None)
    assert [decision.kind for decision in lab.accreditations[0].decisions] == [DecisionKind.SUSPENDED]
    assert lab.accreditations[0].standard == "ISO/IEC 17025"
    assert not accredited_on(lab.accreditations, MAY)


@pytest.mark.usefixtures("people", "session")
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ([], "accreditations"),
        ([accreditation(valid_until=LEAP, status=AccreditationStatus.SUSPENDED)], "accreditations.0.status"),
        ([accreditation()], "accreditations.0.valid_until"),
        ([accreditation(valid_until=LEAP, granted_on=GRANTED + DAY)], "accreditations"),
    ],
)
def test_what_decisions_say_is_not_said_otherwise(said, field):
    lab = make.lab(accreditations=[accreditation()], iso17025_status=None)
    make.decision(lab.code, "suspended", MAY)
    make.decision(lab.code, "reinstated", JUNE)
    make.decision(lab.code, "extended", JUNE, valid_until=LEAP)
    with pytest.raises(Invalid) as refusal:
        actions.edit(lab, accreditations=said, by=None)
    assert list(refusal.value.errors or {}) == [field]


@pytest.mark.usefixtures("people", "session")
def test_annulling_an_extension_gives_the_grant_its_last_day_back():
    lab = make.lab(accreditations=[accreditation()])
    extension = make.decision(lab.code, "extended", JUNE, valid_until=LEAP)
    assert lab.accreditations[0].valid_until == LEAP
    decisions.annul(lab, extension, reason="Nhầm", by=None)
    assert lab.accreditations[0].valid_until == LAST
    assert not accredited_on(lab.accreditations, LAST + DAY)
