"""The outbox, sent to a real mail server: once, in the end, whatever the server does and whoever dies."""

import dataclasses
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from registry import config
from registry.accounts import actions as accounts
from registry.jobs import delivery
from registry.jobs.delivery import Round, Sender
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from registry.kernel.outbox import sending
from registry.kernel.outbox.marks import Mark
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import GIVE_UP, LEASE, LONGEST_PAUSE, Channel, MessageState
from tests.make import outbox as make
from tests.smtp import Behaviour, MailServer

KILLS = int(os.environ.get("OUTBOX_KILLS", "20"))
LETTERS_A_KILL = 4


@pytest.fixture
def server():
    made = MailServer()
    yield made
    made.end()


@pytest.fixture
def settings(app, server, tmp_path):
    """The application's settings with a mail server, and a home of this test's own."""
    mailing = config.from_environment({"REGISTRY_HOME": str(tmp_path), "REGISTRY_SMTP_URL": server.url})
    return dataclasses.replace(app.extensions["registry"], mail_server=mailing.mail_server, home=tmp_path)


@pytest.fixture
def sender(app, settings, people):
    with app.app_context(), Sender(Channel.EMAIL, settings, threading.Event()) as made:
        yield made


@pytest.fixture
def desk(app, sender, server, keeper, clock):
    """All that a letter passes on its way."""
    return SimpleNamespace(app=app, sender=sender, server=server, keeper=keeper, clock=clock)


def put_down(app, to, number=1, **said):
    with app.app_context():
        made = [make.letter(to, **said).id for _letter in range(number)]
        db.session.commit()
    return made


def stored(key):
    found = db.session.get(Message, key, populate_existing=True)
    db.session.commit()
    return found


def state(key):
    return stored(key).state


def test_a_letter_is_sent_once_and_written_down(app, sender, server, keeper, clock):
    (key,) = put_down(app, keeper)
    assert [sender.one(), sender.one()] == [Round.DONE, Round.NOTHING]
    (letter,) = server.letters
    kept = stored(key)
    assert (kept.state, kept.ended_at, kept.attempts) == (MessageState.SENT, kernel_clock.now(), 1)
    assert letter["Message-ID"] == kept.message_id
    assert server.envelopes == [("mail FROM:<registry@example.vn>", f"rcpt TO:<{keeper.email}>")]


def test_a_letter_of_a_transaction_that_failed_is_not_sent(app, sender, server, keeper):
    make.letter(keeper)
    db.session.rollback()
    assert (sender.one(), server.letters) == (Round.NOTHING, [])


def test_the_same_cause_puts_one_letter_down(app, keeper):
    put_down(app, keeper, key="digest:1:2026-06-15")
    with app.app_context(), pytest.raises(AssertionError):
        make.letter(keeper, key="digest:1:2026-06-15")


def test_many_letters_go_in_one_conversation(app, sender, server, keeper):
    put_down(app, keeper, 5)
    while sender.one() is Round.DONE:
        pass
    assert (len(server.letters), server.conversations, set(server.counted.values())) == (5, 1, {1})


def test_a_server_that_is_dead_for_a_day_delays_and_loses_nothing(app, sender, server, keeper, clock):
    (key,) = put_down(app, keeper)
    server.end()
    begun, attempts = kernel_clock.now(), 0
    while kernel_clock.now() < begun + timedelta(days=1):
        assert sender.one() is Round.UNREACHABLE
        attempts += 1
        kept = stored(key)
        assert (kept.state, kept.attempts) == (MessageState.WAITING, attempts)
        assert kept.error.startswith("the mail server does not answer")
        clock(kept.next_at)
    assert 20 < attempts < 60
    revived = MailServer(server.port)
    assert [sender.one(), sender.one()] == [Round.DONE, Round.NOTHING]
    assert (len(revived.letters), state(key)) == (1, MessageState.SENT)
    revived.end()


def test_patience_ends_and_says_so(app, sender, server, keeper, clock):
    (key,) = put_down(app, keeper)
    server.end()
    clock(kernel_clock.now() + GIVE_UP)
    sender.one()
    assert (state(key), sender.one()) == (MessageState.FAILED, Round.NOTHING)
    with app.app_context():
        sending.send_again(db.session.get(Message, key))
        db.session.commit()
    assert sender.one() is Round.UNREACHABLE
    assert state(key) is MessageState.WAITING


@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "END"])
def test_a_server_that_accepts_and_hangs_up_gets_the_letter_once_it_behaves(desk, verb):
    (key,) = put_down(desk.app, desk.keeper)
    desk.server.behaviour = Behaviour(drop=verb)
    assert desk.sender.one() is Round.UNREACHABLE
    assert (state(key), desk.server.letters) == (MessageState.WAITING, [])
    desk.server.behaviour = Behaviour()
    assert desk.sender.one() is Round.NOTHING
    desk.clock(stored(key).next_at)
    assert desk.sender.one() is Round.DONE
    assert list(desk.server.counted.values()) == [1]


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize(
    ("answer", "after"), [("451 4.7.1 later", MessageState.WAITING), ("550 5.1.1 nobody", MessageState.FAILED)]
)
def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(desk, verb, answer, after):
    refused, *others = put_down(desk.app, desk.keeper, 2)
    desk.server.behaviour = Behaviour(refuse={verb: answer})
    assert desk.sender.one() is Round.DONE
    assert (state(refused), answer in stored(refused).error) == (after, True)
    desk.server.behaviour = Behaviour()
    assert desk.sender.one() is Round.DONE
    assert [state(key) for key in others] == [MessageState.SENT]
    desk.clock(kernel_clock.now() + LONGEST_PAUSE)
    desk.sender.one()
    assert len(desk.server.letters) == (2 if after is MessageState.WAITING else 1)


@pytest.mark.parametrize("answer", ["421 4.3.2 closing", "554 5.3.2 no mail here", "550 blocked"])
def test_a_server_that_greets_with_a_refusal_is_only_away(app, sender, server, keeper, answer):
    (key,) = put_down(app, keeper)
    server.behaviour = Behaviour(refuse={"GREETING": answer})
    assert sender.one() is Round.UNREACHABLE
    assert (state(key), answer in stored(key).error) == (MessageState.WAITING, True)


def test_a_server_that_hangs_up_between_letters_is_called_again(app, sender, server, keeper, clock):
    put_down(app, keeper, 2)
    sender.one()
    server.behaviour = Behaviour(refuse={"MAIL": "421 4.4.2 idle for too long"})
    assert sender.one() is Round.UNREACHABLE
    server.behaviour = Behaviour()
    clock(kernel_clock.now() + LONGEST_PAUSE)
    assert sender.one() is Round.DONE
    assert (len(server.letters), set(server.counted.values())) == (2, {1})


def test_whose_access_has_ended_is_not_written_to(app, sender, server, technician):
    (key,) = put_down(app, technician)
    with app.app_context():
        accounts.deactivate(technician.person(), by=None)
        db.session.commit()
    assert sender.one() is Round.DONE
    assert (state(key), server.letters) == (MessageState.WITHDRAWN, [])


def test_an_address_no_server_takes_is_given_up_and_holds_nobody_up(app, sender, server, keeper):
    (bad,) = put_down(app, keeper, address="tên@example.vn")
    (good,) = put_down(app, keeper)
    assert [sender.one(), sender.one()] == [Round.DONE, Round.DONE]
    assert (state(bad), state(good), len(server.letters)) == (MessageState.FAILED, MessageState.SENT, 1)


def test_a_password_goes_to_this_machine_or_through_tls_and_into_no_log(app, sender, server, keeper, caplog):
    secret = "rất-bí-mật"
    mail = dataclasses.replace(sender.settings.mail_server, user="registry", password=secret)
    sender.settings = dataclasses.replace(sender.settings, mail_server=mail)
    assert secret not in repr(sender.settings)
    (key,) = put_down(app, keeper)
    server.behaviour = Behaviour(auth=("registry", "khác"))
    assert sender.one() is Round.UNREACHABLE
    assert "535" in stored(key).error
    assert secret not in caplog.text + stored(key).error


def test_senders_that_race_send_each_letter_once(app, settings, server, keeper):
    put_down(app, keeper, 30)
    together = threading.Barrier(4)

    def race():
        with app.app_context(), Sender(Channel.EMAIL, settings, threading.Event()) as sender:
            together.wait()
            while sender.one() is Round.DONE:
                db.session.remove()

    threads = [threading.Thread(target=race) for _racer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(server.letters), set(server.counted.values())) == (30, {1})
    with app.app_context():
        assert set(db.session.scalars(select(Message.state))) == {MessageState.SENT}


def test_who_lost_its_claim_hands_nothing_over(app, sender, server, keeper):
    (key,) = put_down(app, keeper)

    def rob(verb):
        if verb == "DATA":
            with app.app_context():
                db.session.get(Message, key).claim = "somebody else"
                db.session.commit()

    server.behaviour = Behaviour(on_verb=rob)
    assert sender.one() is Round.DONE
    assert (server.letters, state(key), stored(key).claim) == ([], MessageState.CLAIMED, "somebody else")


# What became of a letter whose sender is gone, by how far it had come.


def left_by_the_dead(desk, *, begun, marked, mark="kept"):
    """A letter claimed by a sender that died; gives its key."""
    (key,) = put_down(desk.app, desk.keeper)
    with desk.app.app_context():
        dead = Mark(desk.sender.folder, "the dead")
        message = sending.claim(Channel.EMAIL, "the dead", desk.sender.folder)
        db.session.commit()
        if begun:
            sending.begin(message, "the dead")
            db.session.commit()
        if marked:
            dead.set(sending.attempt_of(message))
        os.close(dead._file)  # noqa: SLF001 — so ends the lock of a process that is killed
        if mark == "lost":
            dead.path.unlink()
    return key


@pytest.mark.parametrize(
    ("begun", "marked", "mark", "sent"),
    [
        (False, False, "kept", 1),
        (False, False, "lost", 1),
        (True, False, "kept", 1),
        (True, True, "kept", 0),
        (True, False, "lost", 0),  # on another machine, nobody knows better
    ],
)
def test_a_letter_is_taken_over_unless_its_last_byte_may_be_out(desk, begun, marked, mark, sent):
    key = left_by_the_dead(desk, begun=begun, marked=marked, mark=mark)
    assert delivery.take_over(desk.sender.folder) == (mark == "kept")
    desk.clock(kernel_clock.now() + (LEASE if mark == "lost" else timedelta()))
    desk.sender.one()
    assert len(desk.server.letters) == sent
    assert state(key) is (MessageState.SENT if sent else MessageState.UNHEARD)
    delivery.take_over(desk.sender.folder)
    assert not (desk.sender.folder / "the dead").exists()


def test_a_letter_of_a_living_sender_is_left_to_it_however_long_it_takes(desk, settings):
    (key,) = put_down(desk.app, desk.keeper)
    with Sender(Channel.EMAIL, settings, threading.Event()) as slow:
        sending.claim(Channel.EMAIL, slow.claim, slow.folder)
        db.session.commit()
        desk.clock(kernel_clock.now() + LEASE)
        assert delivery.take_over(desk.sender.folder) == 0
        assert desk.sender.one() is Round.NOTHING
        assert (state(key), desk.server.letters) == (MessageState.CLAIMED, [])


def test_a_database_that_fails_after_the_letter_was_taken_is_asked_until_it_answers(
    app, sender, server, keeper, monkeypatch
):
    (key,) = put_down(app, keeper)
    write, failures = sending.sent, [OperationalError("x", {}, Exception("gone"))] * 2
    monkeypatch.setattr(delivery, "PAUSE", 0.01)

    def unsteady(*given):
        if failures:
            raise failures.pop()
        return write(*given)

    monkeypatch.setattr(sending, "sent", unsteady)
    assert sender.one() is Round.DONE
    assert (state(key), len(server.letters)) == (MessageState.SENT, 1)


def test_the_job_sends_what_is_due_and_tells_how_many(app, settings, server, keeper, monkeypatch):
    put_down(app, keeper, 3)
    monkeypatch.setitem(app.extensions, "registry", settings)
    with app.app_context():
        assert delivery.deliver(kernel_clock.today()) == {"sent": 3, "put_off": 0, "failed": 0}
        assert delivery.deliver(kernel_clock.today()) == {"sent": 0, "put_off": 0, "failed": 0}


def test_the_loop_sends_what_comes_and_ends_when_it_is_told_to(app, settings, server, keeper, monkeypatch):
    monkeypatch.setattr(delivery, "PAUSE", 0.01)
    monkeypatch.setitem(app.extensions, "registry", settings)
    stopping = threading.Event()
    thread = threading.Thread(target=delivery.loop, args=(app, stopping, Channel.EMAIL))
    thread.start()
    put_down(app, keeper, 2)
    deadline = time.monotonic() + 10
    while len(server.letters) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    stopping.set()
    thread.join(10)
    assert (thread.is_alive(), len(server.letters)) == (False, 2)


LIVES = """
import os, sys, threading
from registry.app import create_app
from registry.jobs import delivery
from registry.kernel.outbox.rules import Channel
delivery.PAUSE = 0.01
app = create_app()
for _life in sys.stdin:
    child = os.fork()
    if not child:
        delivery.loop(app, threading.Event(), Channel.EMAIL)
    print(child, flush=True)
    os.waitpid(child, 0)
"""


def test_letters_of_a_process_that_is_killed_again_and_again_arrive_once_each(app, server, keeper, tmp_path):
    """OUTBOX_KILLS=200 for the whole of it. The server counts; it removes no doubles."""
    chance = random.Random(KILLS)  # noqa: S311 — moments of death, no secrets
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    environment = os.environ | {
        "REGISTRY_DATABASE_URL": url,
        "REGISTRY_HOME": str(tmp_path),
        "REGISTRY_SMTP_URL": server.url,
    }

    total = 0
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen([sys.executable, "-c", LIVES], env=environment, **pipes) as lives:

        def born():
            lives.stdin.write("\n")
            return int(lives.stdout.readline())

        for _kill in range(KILLS):
            life = born()
            put_down(app, keeper, LETTERS_A_KILL)
            total += LETTERS_A_KILL
            time.sleep(chance.uniform(0, 0.15))
            os.kill(life, signal.SIGKILL)
        last = born()
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and waiting(app):
                time.sleep(0.1)
        finally:
            os.kill(last, signal.SIGKILL)
    assert waiting(app) == 0
    assert (len(server.counted), set(server.counted.values())) == (total, {1})


def waiting(app):
    with app.app_context():
        wanted = select(func.count(Message.id)).where(Message.state.in_((MessageState.WAITING, MessageState.CLAIMED)))
        return db.session.scalar(wanted)
