"""Putting messages into the outbox, in the transaction of what causes them."""

import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from registry.kernel import clock
from registry.kernel.db import db, insert_into
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import Channel, MessageState

LONGEST_SUBJECT = 400


class Letter(NamedTuple):
    """What a message says: a subject on one line, plain text, and the same as HTML."""

    subject: str
    text: str
    html: str | None = None


class Addressee(NamedTuple):
    """A person who is written to, in their language."""

    person_id: int
    address: str
    name: str
    locale: str


def plain_line(text: str) -> str:
    """A text on one line: nothing that somebody is called can end a header and begin another."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def to_person(
    letter: Letter, to: Addressee, *, key: str, host: str, headers: Mapping[str, str] | None = None
) -> Message | None:
    """Put an e-mail down; None when one with that key is there already. `host` stands in its Message-ID."""
    said = {"person_id": to.person_id, "address": to.address, "name": plain_line(to.name), "locale": to.locale}
    return _put(letter, Channel.EMAIL, key, host, headers=dict(headers or {}), **said)


def to_webhook(letter: Letter, *, key: str, webhook_id: int, host: str) -> Message | None:
    """Put a POST to a webhook down, its text the JSON body; None when one with that key is there already."""
    return _put(letter, Channel.WEBHOOK, key, host, webhook_id=webhook_id, name="", locale="en", headers={})


def _put(letter: Letter, channel: Channel, key: str, host: str, **said: Any) -> Message | None:  # noqa: ANN401 — columns
    now = clock.now()
    values = {
        "key": key,
        "message_id": f"<{secrets.token_hex(16)}@{host}>",
        "channel": channel,
        "subject": plain_line(letter.subject)[:LONGEST_SUBJECT],
        "text": letter.text,
        "html": letter.html,
        "made_at": now,
        "queued_at": now,
        "next_at": now,
        "state": MessageState.WAITING,
        "attempts": 0,
    }
    insert = insert_into(Message, db.session.get_bind().dialect.name).values(**values, **said)
    made = db.session.scalar(insert.on_conflict_do_nothing(index_elements=["key"]).returning(Message.id))
    return None if made is None else db.session.scalars(select(Message).filter_by(id=made)).one()
