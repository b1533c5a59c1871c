"""Schemes, rounds and results as they are listed and read. Schemes are for everybody who is signed in.

A round is seen by who organises it and by who may read the records of a laboratory that takes part. Other laboratories
have codes there; which one a code stands for is known to the organiser and to who may read that laboratory's records.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, lazyload, selectinload

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import Verb
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.quantities import quantity_key
from registry.kernel.text import like_pattern
from registry.labs.models import Lab
from registry.labs.proficiency.models import (
    PtEvaluation,
    PtMeasurand,
    PtParticipant,
    PtResult,
    PtRound,
    PtScheme,
    PtScore,
)
from registry.labs.proficiency.rules import RoundOrder, RoundState, SchemeKind

_scheme, _round = PtScheme.__table__.c, PtRound.__table__.c
BY_NAME = paging.Order((_scheme.name, _scheme.id))
ROUND_ORDERS: Mapping[RoundOrder, paging.Order] = {
    RoundOrder.DUE_ON: paging.Order((_round.due_on, _round.id)),
    RoundOrder.DUE_ON_DOWN: paging.Order((_round.due_on, _round.id), descending=True),
}
MOST_CHOICES = 500
MOST_IN_A_ROUND = 1000


class Place(NamedTuple):
    """A participant as whoever asks may know it: `lab` is None behind a code."""

    id: int
    code: str
    lab: Lab | None
    results: Sequence[PtResult]
    scores: Sequence[PtScore]


def schemes() -> Select[PtScheme]:
    """Schemes with who keeps them, read afresh."""
    shows = joinedload(PtScheme.organisation, innerjoin=True)
    return select(PtScheme).options(shows).execution_options(populate_existing=True)


def scheme_by_id(key: int, *, lock: bool = False) -> PtScheme:
    """A scheme; raises NotFound."""
    wanted = schemes().where(PtScheme.id == key)
    found = db.session.scalar(wanted.with_for_update(of=PtScheme) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no scheme with the number %(key)s.", key=key))
    return found


def scheme_field(key: int, field: str = "scheme") -> PtScheme:
    """The scheme a field refers to; raises Invalid beside that field."""
    found = db.session.get(PtScheme, key)
    if found is None:
        text = _("There is no scheme with the number %(key)s; choose one from the list of schemes.", key=key)
        raise Invalid({field: [text]})
    return found


def scheme_page(
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    q: str | None = None,
    count: str | None = None,
    kind: SchemeKind | None = None,
    quantity: str | None = None,
    organisation: str | None = None,
) -> paging.Page[PtScheme]:
    """Schemes by name that answer to every filter; a quantity is found under all its names."""
    wanted = schemes()
    if q:
        wanted = wanted.where(PtScheme.search.like(like_pattern(q), escape="\\"))
    if kind is not None:
        wanted = wanted.where(PtScheme.kind == kind)
    if quantity is not None:
        wanted = wanted.where(PtScheme.quantity_key == quantity_key(quantity))
    if organisation is not None:
        of_code = select(Organisation.id).where(Organisation.code == organisation)
        wanted = wanted.where(PtScheme.organisation_id.in_(of_code))
    return paging.page(wanted, BY_NAME, limit=limit, cursor=cursor, count=count)


def scheme_choices(person: Person) -> Sequence[PtScheme]:
    """The schemes whose rounds a person may set up, by name."""
    wanted = select(PtScheme).order_by(PtScheme.name, PtScheme.id).limit(MOST_CHOICES)
    if accounts.reach(person) is not None:
        wanted = wanted.where(PtScheme.organisation_id.in_(accounts.acting(person, Verb.LAB_WRITE)))
    return db.session.scalars(wanted).all()


def visible_to(person: Person | None) -> ColumnElement[bool]:
    """The rounds that a person may see: of those who keep the scheme, and where a laboratory of theirs takes part."""
    reach = None if person is None else accounts.reach(person)
    if reach is None:
        return true()
    takes_part = exists().where(
        PtParticipant.round_id == PtRound.id, PtParticipant.lab_id == Lab.id, Lab.organisation_id.in_(reach)
    )
    return or_(PtRound.scheme.has(PtScheme.organisation_id.in_(reach)), takes_part)


def organises(person: Person | None, found: PtRound) -> bool:
    """Whether a person runs a round, and so knows who is who and what is assigned."""
    return person is None or accounts.may(person, Verb.LAB_WRITE, found.scheme.organisation_id)


def shows_scores(person: Person | None, found: PtRound) -> bool:
    """Whether a person may see what a round was judged by and found: who organises it, all once it is published."""
    return found.state is RoundState.PUBLISHED or organises(person, found)


def round_by_id(person: Person, key: int, *, lock: bool = False) -> PtRound:
    """A round with its measurands; raises NotFound also when the person may not know of it.

    Assigned values are told to who organises it, and to all once it is published.
    """
    wanted = _rounds().where(PtRound.id == key, visible_to(person))
    found = db.session.scalar(wanted.with_for_update(of=PtRound) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no round with the number %(key)s, or you may not see it.", key=key))
    is_told = shows_scores(person, found)
    for measurand in found.measurands:
        measurand.is_told = is_told
    return found


def round_page(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    q: str | None = None,
    count: str | None = None,
    sort: RoundOrder = RoundOrder.DUE_ON_DOWN,
    state: RoundState | None = None,
    scheme: int | None = None,
    lab: str | None = None,
) -> paging.Page[PtRound]:
    """Visible rounds that answer to every filter; `lab` asks for those where a laboratory takes part, if readable."""
    wanted = _rounds(with_measurands=False).where(visible_to(person))
    if q:
        wanted = wanted.where(PtScheme.search.like(like_pattern(q), escape="\\"))
    if state is not None:
        wanted = wanted.where(PtRound.state == state)
    if scheme is not None:
        wanted = wanted.where(PtRound.scheme_id == scheme)
    if lab is not None:
        reach = accounts.reach(person)
        theirs = true() if reach is None else Lab.organisation_id.in_(reach)
        takes_part = exists().where(
            PtParticipant.round_id == PtRound.id, PtParticipant.lab_id == Lab.id, Lab.code == lab, theirs
        )
        wanted = wanted.where(takes_part)
    return paging.page(wanted, ROUND_ORDERS[sort], limit=limit, cursor=cursor, count=count)


def measurand_of(found: PtRound, number: int) -> PtMeasurand:
    """A measurand of a round by its number; raises NotFound."""
    for measurand in found.measurands:
        if measurand.number == number:
            return measurand
    raise NotFound(_("This round has no measurand with the number %(number)s.", number=number))


def measurand_field(found: PtRound, number: int, field: str = "measurand") -> PtMeasurand:
    """The measurand a field refers to by its number; raises Invalid beside that field."""
    try:
        return measurand_of(found, number)
    except NotFound as error:
        raise Invalid({field: [error.detail]}) from error


def participants(found: PtRound) -> Sequence[PtParticipant]:
    """Everybody who takes part, by code, with their results."""
    wanted = (
        select(PtParticipant)
        .where(PtParticipant.round_id == found.id)
        .options(joinedload(PtParticipant.lab).joinedload(Lab.organisation), selectinload(PtParticipant.results))
        .order_by(PtParticipant.code)
        .limit(MOST_IN_A_ROUND)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(wanted).all()


def participant_of(found: PtRound, lab: Lab) -> PtParticipant | None:
    """A laboratory's place in a round."""
    return db.session.scalar(
        select(PtParticipant).where(PtParticipant.round_id == found.id, PtParticipant.lab_id == lab.id)
    )


def result_of(participant: PtParticipant, measurand: PtMeasurand) -> PtResult | None:
    """What a participant has given for a measurand."""
    return db.session.scalar(
        select(PtResult).where(PtResult.participant_id == participant.id, PtResult.measurand_id == measurand.id)
    )


def places(person: Person, found: PtRound, evaluation: PtEvaluation | None = None) -> list[Place]:
    """Who takes part, by code, as a person may know them.

    Who organises sees everything; others the results of their own laboratories, and once the round is published the
    scores of all, under their codes.
    """
    everything = organises(person, found)
    own = {one.lab_id for one in participants_of(person, found)}
    published = found.state is RoundState.PUBLISHED
    judged = evaluation.scores if evaluation is not None and (everything or published) else []
    by_place: dict[int, list[PtScore]] = {}
    for score in judged:
        by_place.setdefault(score.participant_id, []).append(score)
    return [
        Place(
            one.id,
            one.code,
            one.lab if everything or one.lab_id in own else None,
            one.results if everything or one.lab_id in own else [],
            by_place.get(one.id, []),
        )
        for one in participants(found)
        if everything or published or one.lab_id in own
    ]


def participants_of(person: Person, found: PtRound) -> Sequence[PtParticipant]:
    """Those who take part and whose records a person may read, by the name of the laboratory."""
    reach = accounts.reach(person)
    wanted = select(PtParticipant).join(Lab, Lab.id == PtParticipant.lab_id).where(PtParticipant.round_id == found.id)
    if reach is not None:
        wanted = wanted.where(Lab.organisation_id.in_(reach))
    shows = contains_eager(PtParticipant.lab), selectinload(PtParticipant.results)
    return db.session.scalars(wanted.options(*shows).order_by(Lab.name, Lab.id).limit(MOST_IN_A_ROUND)).all()


def evaluations(found: PtRound) -> Sequence[PtEvaluation]:
    """The evaluations of a round, the newest first, without their scores."""
    wanted = select(PtEvaluation).where(PtEvaluation.round_id == found.id).options(lazyload(PtEvaluation.scores))
    return db.session.scalars(wanted.order_by(PtEvaluation.number.desc()).limit(MOST_CHOICES)).all()


def evaluation_of(person: Person, found: PtRound, number: int) -> PtEvaluation:
    """An evaluation of a round with its scores; raises NotFound also while the person may not see it."""
    wanted = select(PtEvaluation).where(PtEvaluation.round_id == found.id, PtEvaluation.number == number)
    shown = shows_scores(person, found)
    evaluation = db.session.scalar(wanted.options(*_scored())) if shown else None
    if evaluation is None:
        raise NotFound(_("This round has no evaluation with the number %(number)s.", number=number))
    return evaluation


def standing(person: Person, found: PtRound) -> PtEvaluation | None:
    """The evaluation that stands, as far as a person may see it."""
    is_shown = found.evaluation and shows_scores(person, found)
    return evaluation_of(person, found, found.evaluation) if is_shown else None


def scores_of(found: PtRound) -> Sequence[PtScore]:
    """What the evaluation that stands says of each result."""
    wanted = select(PtScore).join(PtEvaluation, PtEvaluation.id == PtScore.evaluation_id)
    return db.session.scalars(
        wanted.where(PtEvaluation.round_id == found.id, PtEvaluation.number == found.evaluation).order_by(PtScore.id)
    ).all()


def _scored() -> tuple[Any, ...]:
    scores = selectinload(PtEvaluation.scores)
    return scores.joinedload(PtScore.participant), scores.joinedload(PtScore.measurand)


def _rounds(*, with_measurands: bool = True) -> Select[PtRound]:
    scheme = contains_eager(PtRound.scheme).joinedload(PtScheme.organisation, innerjoin=True)
    lines = selectinload(PtRound.measurands) if with_measurands else lazyload(PtRound.measurands)
    wanted = select(PtRound).join(PtScheme, PtScheme.id == PtRound.scheme_id).options(scheme, lines)
    return wanted.execution_options(populate_existing=True)
