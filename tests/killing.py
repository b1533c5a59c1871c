"""A process that records, approves and sends, is killed at random moments, and what is left of its work afterwards.

Run as a module it is the process: it makes the application once and forks a life for each kill, which the operating
system ends with SIGKILL wherever it happens to be. Each life goes on where the one before was killed, as a client does
whose connection broke: it repeats the request that it has heard no answer to, under the same Idempotency-Key.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from math import inf
from pathlib import Path
from typing import Any, Final, NamedTuple

from flask import Flask
from sqlalchemy import delete, func, select

from registry import config
from registry.accounts import actions as accounts
from registry.accounts.models import Person, SigninFailure
from registry.app import create_app
from registry.calibration.models import Calibration
from registry.calibration.notices import writing
from registry.calibration.notices.letters import Said
from registry.calibration.telling import Told
from registry.jobs import delivery, sealing
from registry.kernel import idempotency, migrate, proof, seals
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import OPEN, Channel, MessageState
from tests.make import assets as make_assets
from tests.make import labs as make_labs
from tests.make.calibration import point, said
from tests.people import PASSWORD, People
from tests.smtp import MailServer

LONGEST_LIFE: Final = 0.6  # seconds of work, so that a busy machine does not kill everybody at the beginning
TICK: Final = 1 / os.sysconf("SC_CLK_TCK")
ASSETS: Final = 5
POINTS: Final = 3
TOO_MANY: Final = 429
BASE_URL: Final = "http://127.0.0.1"
PERFORMED: Final = "2026-06-01"
CALIBRATIONS: Final = "/api/v1/calibrations"


class Seen(NamedTuple):
    """What the kills left: `lost`, `doubled` and `half` are 0 where nothing is wrong, `fault` is None.

    `unheard` are notices whose sender died after it began to send the bytes that end them, so that it never heard the
    answer: they are shown to an administrator. `unheard_missing` are those of them that the server has not got.
    """

    kills: int
    records: int
    notices: int
    entries: int
    lost: int
    doubled: int
    unheard: int
    unheard_missing: int
    half: int
    fault: str | None
    died_while: dict[str, int]


def kill(database_url: str, home: Path, kills: int, *, seed: int = 200) -> Seen:
    """Kill a process so many times at work on an empty database, and look at what is left."""
    server = MailServer()
    server.behaviour.on_verb = lambda verb: time.sleep(0.002 if verb == "END" else 0)
    environment = {"REGISTRY_DATABASE_URL": database_url, "REGISTRY_HOME": str(home), "REGISTRY_SMTP_URL": server.url}
    app = create_app(config.from_environment(environment))
    try:
        with app.app_context():
            migrate.upgrade()
            plan = _begin(app)
        words = [sys.executable, "-m", "tests.killing", json.dumps(plan), str(kills), str(seed)]
        done = subprocess.run(words, env=os.environ | environment, check=True, stdout=subprocess.PIPE, text=True)
        with app.app_context():
            return _seen(server, kills, json.loads(done.stdout))
    finally:
        with app.app_context():
            db.engine.dispose()
        server.end()


def _begin(app: Flask) -> dict[str, Any]:
    """Whom a life asks as, and about what; passwords cost next to nothing, or most lives would end in hashing them."""
    people = People(app)
    cheap = type(accounts.hasher)(time_cost=1, memory_cost=8, parallelism=1)
    for person in db.session.scalars(select(Person)):
        person.password_hash = cheap.hash(PASSWORD)
    tags = [make_assets.asset(schedules=[make_assets.schedule()]).tag for _number in range(ASSETS)]
    make_labs.lab()
    db.session.commit()
    return {"technician": people.technician.token, "keeper": people.keeper.token, "tags": tags}


def _seen(server: MailServer, kills: int, told: dict[str, Any]) -> Seen:
    messages = {row.message_id: row.state for row in db.session.execute(select(Message.message_id, Message.state))}
    arrived, proved = server.counted, proof.verify()
    unheard = [key for key, state in messages.items() if state is MessageState.UNHEARD]
    sent = {key for key, state in messages.items() if state is MessageState.SENT}
    records = db.session.scalars(select(Calibration)).all()
    half = sum(not _is_whole(record) for record in records) + abs(len(records) - told["done"])
    half += abs(len(messages) - told["done"]) + proved.waiting
    return Seen(
        kills=kills,
        records=len(records),
        notices=len(messages),
        entries=proved.entries,
        lost=len(sent - arrived.keys()) + len(messages) - len(sent) - len(unheard) + len(set(arrived) - set(messages)),
        doubled=sum(count - 1 for count in arrived.values()),
        unheard=len(unheard),
        unheard_missing=len(set(unheard) - arrived.keys()),
        half=half,
        fault=proved.fault,
        died_while=told["died_while"],
    )


def _is_whole(record: Calibration) -> bool:
    """Whether a record is issued with everything that belongs to it, once."""
    told = Told(record)
    log = Counter(
        db.session.scalars(select(AuditEntry.action).filter_by(subject_type="calibration", subject_key=str(record.id)))
    )
    return (
        record.status == "issued"
        and len(record.points) == POINTS
        and bool(told.is_intact)
        and [signature.verifies for signature in told.signatures] == [True]
        and log == {"calibration.record": 1, "calibration.submit": 1, "calibration.approve": 1}
    )


class Life:
    """One life of the process: the outbox's sender and the sealing in threads, and a client at the doors."""

    def __init__(self, app: Flask, plan: dict[str, Any], trace: int) -> None:
        self.app, self.plan, self.trace = app, plan, trace
        self.done = int(os.pread(trace, 10, 0))
        self.stopping = threading.Event()

    def live(self, *, to_the_end: bool) -> None:
        """Work until killed; the last life finishes what was begun and waits until everything is sent and sealed."""
        delivery.PAUSE = sealing.PAUSE = idempotency.PAUSE = 0.02  # type: ignore[misc]  # sooner than in earnest
        idempotency.PATIENCE = 2  # an answer that died with its process does not come
        for target, more in ((delivery.loop, (Channel.EMAIL,)), (sealing.loop, ())):
            threading.Thread(target=target, args=(self.app, self.stopping, *more), daemon=True).start()
        self.work()
        while not to_the_end:
            self.work()
        while self._is_unfinished():
            time.sleep(0.05)
        self.stopping.set()

    def work(self) -> None:
        """Record, approve and tell once more, and remember that it is done."""
        self._one(self.done + 1)
        self.done += 1
        os.pwrite(self.trace, str(self.done).ljust(10).encode(), 0)

    def _one(self, number: int) -> None:
        self._at("record")
        body = said(
            self.plan["tags"][number % ASSETS],
            PERFORMED,
            certificate_no=None,
            note=f"kill {number}",
            points=[point(indication=f"100.00{place}") for place in range(POINTS)],
        )
        self._ask("technician", CALIBRATIONS, body, f"record-{number}")
        self._at("approve")
        with self.app.app_context():
            key = db.session.scalars(select(Calibration.id).filter_by(note=f"kill {number}")).one()
        self._ask("technician", f"{CALIBRATIONS}/{key}/submit", {}, f"submit-{number}")
        signed = {"certificate_no": f"GCN-{number}", "password": PASSWORD}
        self._ask("keeper", f"{CALIBRATIONS}/{key}/approve", signed, f"approve-{number}")
        self._at("tell")
        with self.app.app_context():
            reader = db.session.scalars(select(Person).filter_by(email="technician@example.vn")).all()
            words = Said(f"GCN-{number}", [f"GCN-{number}"], f"/calibrations/{key}", "GCN")
            writing.tell(reader, lambda: words, key=f"issued:{number}", base_url=BASE_URL)
            db.session.commit()

    def _ask(self, who: str, path: str, body: dict[str, Any], key: str) -> None:
        """Ask, again where somebody else was writing; an answer that was lost with its process is one as well."""
        headers = {"Authorization": f"Bearer {self.plan[who]}", "Idempotency-Key": key}
        while (answer := self.app.test_client().post(path, json=body, headers=headers)).status_code in {429, 503}:
            if answer.status_code == TOO_MANY:
                self._wait_out_failures()
            time.sleep(0.01)
        if answer.status_code not in {200, 201, 409}:
            raise AssertionError(answer.text)

    def _wait_out_failures(self) -> None:
        """A password that was being checked when its process died counts as wrong; a quarter of an hour passes."""
        with self.app.app_context():
            db.session.execute(delete(SigninFailure))
            db.session.commit()

    def _at(self, what: str) -> None:
        os.pwrite(self.trace, what.ljust(10).encode(), 10)

    def _is_unfinished(self) -> bool:
        with self.app.app_context():
            waiting = db.session.scalar(select(func.count(Message.id)).where(Message.state.in_(OPEN)))
            return bool(waiting) or seals.is_waiting()


def main() -> None:
    """Live and be killed, so many times; says how far the work came and where death found it."""
    plan, kills, chance = json.loads(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))  # noqa: S311
    app = create_app()
    home = Path(os.environ["REGISTRY_HOME"])
    trace = os.open(home / "trace", os.O_RDWR | os.O_CREAT)
    os.pwrite(trace, b"0".ljust(20), 0)
    died_while: Counter[str] = Counter()
    Life(app, plan, trace).work()  # lives begin with statements compiled; of this one they inherit no connection
    with app.app_context():
        db.engine.dispose()
    for life in range(kills + 1):
        is_last = life == kills
        child = os.fork()
        if child == 0:
            try:
                Life(app, plan, trace).live(to_the_end=is_last)
            except BaseException as error:  # noqa: BLE001 — said where the parent's caller reads it
                sys.stderr.write(f"life {life}: {error!r}"[:2000] + "\n")
                sys.stderr.flush()
                os._exit(1)
            os._exit(0)
        if not is_last:
            span = chance.uniform(0, LONGEST_LIFE)
            while _worked(child) < span:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 2 * TICK))
            os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and (os.WEXITSTATUS(status) or not is_last):
            raise SystemExit("a life ended by itself")
        if not is_last:
            died_while[os.pread(trace, 10, 10).decode().strip() or "start"] += 1
    sys.stdout.write(json.dumps({"done": int(os.pread(trace, 10, 0)), "died_while": died_while}))


def _worked(child: int) -> float:
    """The seconds a life has worked; one that ended by itself works no more and is waited for no longer."""
    words = Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return inf if words[0] == "Z" else (int(words[11]) + int(words[12])) * TICK


if __name__ == "__main__":
    main()
