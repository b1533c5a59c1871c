"""Sending what waits in the outbox: claim, commit, send, write down what became of it."""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Final, Self, cast

from flask import Flask, current_app
from sqlalchemy import Table, bindparam, or_, select
from sqlalchemy.exc import DBAPIError

from registry import config
from registry.accounts.models import Person
from registry.calibration.notices.models import Webhook
from registry.jobs import leases
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.outbox import hooks, mail, marks, sending
from registry.kernel.outbox.marks import Mark
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import OPEN, Channel, NotSent, pause
from registry.kernel.reads import Read

log = logging.getLogger(__name__)
PAUSE: Final = 1.0
LOOK_FOR_THE_DEAD: Final = 15  # pauses between two looks
MOST_ON_A_LINE: Final = 50
LONGEST_SILENCE: Final = 300.0  # seconds an unreachable server is left alone
TRIES_TO_RECORD: Final = 120
message_table = cast("Table", Message.__table__)
DUE: Final = Read(
    select(message_table.c.id)
    .where(
        message_table.c.channel == bindparam("channel"),
        or_(*(message_table.c.state == state for state in OPEN)),
        message_table.c.next_at <= bindparam("now"),
    )
    .limit(1)
)


class ClaimLost(Exception):
    """Somebody else has the message by now; nothing of it was sent here."""


class Round(Enum):
    """What one look at the outbox came to."""

    NOTHING = "nothing"
    DONE = "done"
    UNREACHABLE = "unreachable"


class Sender:
    """One sender of one channel: its claim, its mark on this disk, and the conversation it is in."""

    def __init__(self, channel: Channel, settings: config.Settings, stopping: threading.Event) -> None:
        self.channel, self.settings, self.stopping = channel, settings, stopping
        self.folder = settings.home / "senders"
        self.claim = leases.new_holder()
        self.mark = Mark(self.folder, self.claim)
        self.counts = {"sent": 0, "put_off": 0, "failed": 0}
        self._line = ExitStack()
        self._open: mail.Line | None = None
        self._carried = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.hang_up()
        self.mark.close()

    def one(self) -> Round:
        """Send the message that has waited longest, if one is due."""
        message = self._claimed() if DUE.rows(channel=self.channel, now=clock.now()) else None
        if message is None:
            return Round.NOTHING
        try:
            wanted = _is_wanted(message)
            if wanted:
                self._send(message)
        except ClaimLost:
            log.warning("message %s was taken over by another sender", message.id)
            return Round.DONE
        except NotSent as fault:
            return self._put_back(message, fault)
        except Exception as error:  # whatever went wrong is written down, and the sender lives on
            log.exception("message %s could not be sent", message.id)
            return self._put_back(message, NotSent(f"{type(error).__name__}: {error}"))
        self._record(lambda: (sending.sent if wanted else sending.withdrawn)(message, self.claim))
        self.counts["sent"] += wanted
        return Round.DONE

    def _claimed(self) -> Message | None:
        message = sending.claim(self.channel, self.claim, self.folder)
        db.session.commit()
        if message is not None:
            db.session.expunge(message)  # while it is sent, nothing of it may be asked of the database
            self.mark.clear()
        return message

    def hang_up(self) -> None:
        """End the conversation; the next message begins another."""
        self._line.close()
        self._open = None

    def _send(self, message: Message) -> None:
        match message.channel:
            case Channel.EMAIL:
                self._mail_line().send(message, lambda: self._hand_over(message))
            case Channel.WEBHOOK:
                hook = db.session.get(Webhook, message.webhook_id)
                if hook is None or not hook.is_live:
                    raise NotSent("the webhook was taken away", for_good=True)
                url, secret = hook.url, hook.secret
                db.session.commit()  # nobody waits in a transaction for somebody else's server
                hooks.send(message, url=url, secret=secret, private=self.settings.private_webhooks)

    def _mail_line(self) -> mail.Line:
        server = self.settings.mail_server
        if server is None:
            raise NotSent("no mail server is configured; set REGISTRY_SMTP_URL", unreachable=True)
        if self._open is None or not self._open.is_open or self._carried >= MOST_ON_A_LINE:
            self.hang_up()
            self._open, self._carried = self._line.enter_context(mail.line(server)), 0
        self._carried += 1
        return self._open

    def _hand_over(self, message: Message) -> None:
        """The last thing before the bytes that end a message: the database knows, then this disk."""
        try:
            still_ours = sending.begin(message, self.claim)
            db.session.commit()
        except DBAPIError:
            db.session.rollback()
            raise
        if not still_ours:
            raise ClaimLost
        self.mark.set(sending.attempt_of(message))

    def _put_back(self, message: Message, fault: NotSent) -> Round:
        self._record(lambda: sending.not_sent(message, self.claim, fault))
        self.counts["failed" if fault.for_good else "put_off"] += 1
        log.warning("message %s was not sent: %s", message.id, fault)
        return Round.UNREACHABLE if fault.unreachable else Round.DONE

    def _record(self, write: Callable[[], bool]) -> None:
        """Write down what became of a message; a database that does not answer now is asked until it does."""
        for _try in range(TRIES_TO_RECORD):
            try:
                write()
                db.session.commit()
            except DBAPIError:
                db.session.rollback()
                log.exception("what became of a message could not be written down yet")
                if self.stopping.wait(PAUSE):
                    break
            else:
                return
        raise RuntimeError("what became of a message could not be written down")


def loop(app: Flask, stopping: threading.Event, channel: Channel) -> None:
    """Send what is due on a channel until told to stop; a server that cannot be reached is left alone for a while."""
    settings: config.Settings = app.extensions["registry"]
    looks, unreachable = 0, 0
    with Sender(channel, settings, stopping) as sender:
        while not stopping.wait(_silence(unreachable)):
            try:
                with app.app_context():
                    if looks % LOOK_FOR_THE_DEAD == 0:
                        take_over(sender.folder)
                    looks += 1
                    while not stopping.is_set() and (found := sender.one()) is not Round.NOTHING:
                        db.session.remove()
                        unreachable = unreachable + 1 if found is Round.UNREACHABLE else 0
                        if unreachable:
                            break
                    sender.hang_up()
            except Exception:  # a database that does not answer now may do so in a moment
                log.exception("the outbox could not be looked at")


def _silence(unreachable: int) -> float:
    return min(pause(unreachable, 0.5).total_seconds(), LONGEST_SILENCE) if unreachable else PAUSE


def deliver(_on: date) -> Mapping[str, int]:
    """Send what is due now, for whoever runs no scheduler; a server that cannot be reached ends it."""
    settings: config.Settings = current_app.extensions["registry"]
    total = {"sent": 0, "put_off": 0, "failed": 0}
    for channel in Channel:
        with Sender(channel, settings, threading.Event()) as sender:
            take_over(sender.folder)
            while sender.one() is Round.DONE:
                pass
        total = {what: number + sender.counts[what] for what, number in total.items()}
    return total


def take_over(folder: Path) -> int:
    """Let the messages of senders of this machine that died be sent now, and forget senders that hold none any more."""
    dead = marks.left_behind(folder)
    if not dead:
        return 0
    freed = sending.hurry(dead)
    db.session.commit()
    if not sending.held_by(dead):
        for claim in dead:
            marks.forget(folder, claim)
    db.session.commit()
    return freed


def _is_wanted(message: Message) -> bool:
    """Whether whoever a message is for may still have it."""
    if message.person_id is None:
        return True
    person = db.session.get(Person, message.person_id, populate_existing=True)
    wanted = person is not None and person.active
    db.session.commit()
    return wanted
