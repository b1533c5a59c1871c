"""Digests of a day, and what they put into the outbox."""

import pytest
from sqlalchemy import select

from registry.calibration.notices import digests
from registry.kernel import clock as kernel_clock
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import Channel

BASE = "https://do-luong.example.vn"


@pytest.fixture
def send(session):
    """`send()` runs today's digests and gives what they came to."""

    def sending(on=None, *, mailing=True):
        result = digests.send_digests(on or kernel_clock.today(), base_url=BASE, mailing=mailing)
        session.commit()
        return result

    return sending


@pytest.fixture
def letters_to(session):
    """`letters_to(caller)` gives the letters to somebody, the oldest first."""

    def found(caller):
        wanted = select(Message).where(Message.person_id == caller.person().id, Message.channel == Channel.EMAIL)
        return session.scalars(wanted.order_by(Message.id)).all()

    return found
