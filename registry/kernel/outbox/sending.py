"""Who sends which message, and what is written down about it: each step a conditional change, committed by the door.

A message is claimed, the claim is committed, then it is sent. Just before the last byte goes out the claim is affirmed:
whoever lost it sends nothing. A message whose sender died is sent again unless its last byte may have gone out: then
the server has most likely taken it, and twice is worse than a line on the administrator's page.
"""

import random
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import ColumnElement, and_, select, update

from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.outbox import marks
from registry.kernel.outbox.marks import Fate
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import LEASE, OPEN, Channel, MessageState, NotSent, is_too_late, pause


def attempt_of(message: Message) -> str:
    """What a mark calls one attempt at a message."""
    return f"{message.id}.{message.attempts}"


def claim(channel: Channel, claim: str, folder: Path) -> Message | None:
    """Claim the message that has waited longest, for a while; None when none is due.

    On PostgreSQL a row that somebody is just claiming is passed over; on SQLite whoever may write is alone. A message
    of a sender that is gone is judged first, and only claimed when it was certainly not handed over.
    """
    now = clock.now()
    due = select(Message).where(Message.channel == channel, Message.state.in_(OPEN), Message.next_at <= now)
    oldest = due.order_by(Message.next_at, Message.id).limit(1).with_for_update(skip_locked=True)
    while (found := db.session.scalar(oldest.execution_options(populate_existing=True))) is not None:
        if _is_free(found, claim, folder):
            found.state, found.claim, found.begun_at = MessageState.CLAIMED, claim, None
            found.attempts, found.next_at = found.attempts + 1, now + LEASE
            db.session.flush()
            return found
        db.session.flush()
    return None


def _is_free(message: Message, own: str, folder: Path) -> bool:
    """Whether a message that is due may be sent; if not it is put aside."""
    if message.state is MessageState.WAITING:
        return True
    fate = marks.fate(folder, message.claim or "", attempt_of(message)) if message.claim != own else Fate.HANDED_OVER
    if fate is Fate.ALIVE:
        message.next_at = clock.now() + LEASE
        return False
    if message.channel is Channel.WEBHOOK or message.begun_at is None or fate is Fate.NOT_HANDED_OVER:
        return True
    message.state, message.ended_at = MessageState.UNHEARD, clock.now()
    return False


def begin(message: Message, claim: str) -> bool:
    """Affirm a claim right before the last byte of its message is sent; False when somebody else has it by now."""
    return _changed(message, claim, begun_at=clock.now())


def sent(message: Message, claim: str) -> bool:
    """Write down that the other side took a message."""
    return _changed(message, claim, state=MessageState.SENT, ended_at=clock.now(), error=None)


def not_sent(message: Message, claim: str, fault: NotSent) -> bool:
    """Put a message back until its next attempt, or give it up."""
    again_at = clock.now() + pause(message.attempts, random.random())  # noqa: S311 — spreads load, guards nothing
    given_up = fault.for_good or is_too_late(message.queued_at, again_at)
    over = {"state": MessageState.FAILED, "ended_at": clock.now()}
    later = {"state": MessageState.WAITING, "next_at": again_at}
    return _changed(message, claim, **over if given_up else later, begun_at=None, error=str(fault)[:500])


def withdrawn(message: Message, claim: str) -> bool:
    """Write down that nobody wants a message any more."""
    return _changed(message, claim, state=MessageState.WITHDRAWN, ended_at=clock.now())


def hurry(claims: Sequence[str]) -> int:
    """Let the messages of senders that are dead be looked at now; gives how many."""
    now = clock.now()
    theirs = Message.state == MessageState.CLAIMED, Message.claim.in_(claims), Message.next_at > now
    return _count(and_(*theirs), next_at=now)


def send_again(message: Message) -> None:
    """Queue a message anew that was given up or whose fate is unknown; its Message-ID stays."""
    message.state, message.attempts, message.error = MessageState.WAITING, 0, None
    message.claim = message.begun_at = message.ended_at = None
    message.queued_at = message.next_at = clock.now()


def held_by(claims: Sequence[str]) -> bool:
    """Whether some senders still hold messages."""
    held = select(Message.id).where(Message.state == MessageState.CLAIMED, Message.claim.in_(claims))
    return db.session.scalar(held.limit(1)) is not None


def _changed(message: Message, claim: str, **values: object) -> bool:
    mine = and_(Message.id == message.id, Message.state == MessageState.CLAIMED, Message.claim == claim)
    return bool(_count(mine, **values))


def _count(where: ColumnElement[bool], **values: object) -> int:
    change = update(Message).where(where).values(**values)
    return int(db.session.execute(change).rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
