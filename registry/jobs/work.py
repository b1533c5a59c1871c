"""Work that people asked for and no request waits for: whoever is free takes it, also after another that died."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy import Table, select
from sqlalchemy.exc import DBAPIError, OperationalError

from registry.assets.exchange import actions as exchange
from registry.assets.exchange.models import AssetExport, AssetImport
from registry.assets.labels import actions as labels
from registry.assets.labels import runs
from registry.assets.labels.models import LabelRun
from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle.models import Fault
from registry.calibration.cases import actions as cases
from registry.calibration.cases import news, windows
from registry.calibration.cases.models import Case
from registry.calibration.competence import actions as competence
from registry.calibration.exchange import actions as history
from registry.calibration.exchange.models import CalibrationImport
from registry.jobs import leases, memory
from registry.kernel import clock
from registry.kernel.db import Base, db, is_busy
from registry.kernel.i18n import _
from registry.kernel.reads import Read
from registry.kernel.tasks import Task, TaskState
from registry.plan.exports import actions as plan_exports
from registry.plan.exports.models import PlanExport
from registry.plan.reports import actions as reports
from registry.plan.reports.models import ConsolidatedReport

log = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Base)
Step = Callable[[], None]
PAUSE: Final = 1.0
LOOK: Final = 0.1  # seconds, after which SQLite looks again at the latest whether it may write
MOST_ATTEMPTS: Final = 3
MOST: Final = 2000
MANY: Final = 50
task = cast("Table", Task.__table__)
OPEN: Final = select(task.c.id).where(task.c.state == TaskState.OPEN).order_by(task.c.id).limit(MANY)


class LeaseLost(Exception):
    """Somebody else took the work over; what was done here is undone."""


class Kind(NamedTuple):
    """How work of a kind is done on a key; `step` commits what is done so far. `gave_up` tells whoever waits for it."""

    act: Callable[[str, Step], None]
    gave_up: Callable[[str, str], None]


def _on(table: type[Row], act: Callable[..., None]) -> Callable[[str, Step], None]:
    """Work on the row with the key; one that is gone by now needs none."""

    def work(key: str, step: Step) -> None:
        row = db.session.get(table, int(key))
        if row is not None:
            act(row, step=step)

    return work


def _tell(table: type[Row], tell: Callable[[Any, str], None]) -> Callable[[str, str], None]:
    def gave_up(key: str, why: str) -> None:
        row = db.session.get(table, int(key))
        if row is not None:
            tell(row, why)

    return gave_up


def _draw_labels(run: LabelRun, *, step: Step) -> None:
    runs.draw(run, base_url=current_app.extensions["registry"].base_url, step=step)


def _look_behind(fault: Fault, *, step: Step) -> None:
    """See whether others relied on what is out of order."""
    step()
    cases.fault_reported(fault)


def _tell_owners(case: Case, *, step: Step) -> None:
    """Tell the owners of the items of a case; what they are told of becomes true in the same commit."""
    step()
    settings = current_app.extensions["registry"]
    news.tell(case, base_url=settings.base_url, mailing=settings.mail_server is not None)


KINDS: Final[Mapping[str, Kind]] = {
    exchange.CHECK: Kind(_on(AssetImport, exchange.check), _tell(AssetImport, exchange.gave_up)),
    exchange.APPLY: Kind(_on(AssetImport, exchange.apply), _tell(AssetImport, exchange.gave_up)),
    exchange.UNDO: Kind(_on(AssetImport, exchange.undo), _tell(AssetImport, exchange.gave_up)),
    exchange.CLEAR: Kind(_on(AssetImport, exchange.clear), _tell(AssetImport, exchange.could_not_clear)),
    exchange.EXPORT: Kind(_on(AssetExport, exchange.export), _tell(AssetExport, exchange.gave_up_export)),
    history.CHECK: Kind(_on(CalibrationImport, history.check), _tell(CalibrationImport, history.gave_up)),
    history.APPLY: Kind(_on(CalibrationImport, history.apply), _tell(CalibrationImport, history.gave_up)),
    history.UNDO: Kind(_on(CalibrationImport, history.undo), _tell(CalibrationImport, history.gave_up)),
    history.CLEAR: Kind(_on(CalibrationImport, history.clear), _tell(CalibrationImport, history.could_not_clear)),
    labels.RUN: Kind(_on(LabelRun, _draw_labels), _tell(LabelRun, runs.gave_up)),
    windows.GATHER: Kind(_on(Case, cases.gather), _tell(Case, cases.gave_up)),
    news.TELL: Kind(_on(Case, _tell_owners), lambda _key, _why: None),
    competence.JUDGE: Kind(competence.judge_all, lambda _key, _why: None),
    competence.AGAIN: Kind(competence.judge_again, lambda _key, _why: None),
    reports.GATHER: Kind(_on(ConsolidatedReport, reports.gather), _tell(ConsolidatedReport, reports.gave_up)),
    plan_exports.WRITE: Kind(_on(PlanExport, plan_exports.write), _tell(PlanExport, plan_exports.gave_up)),
    lifecycle.REPORTED: Kind(_on(Fault, _look_behind), lambda _key, _why: None),
}
LONG: Final = frozenset(
    {exchange.APPLY, exchange.UNDO, exchange.CLEAR, exchange.EXPORT, history.APPLY, history.UNDO, history.CLEAR}
)
WAITING: Final = Read(OPEN)
SHORT_WAITING: Final = Read(OPEN.where(*(task.c.kind != kind for kind in sorted(LONG))))
LANES: Final[Mapping[str, Read]] = {"work": WAITING, "work-short": SHORT_WAITING}  # a short one waits for no long one


def loop(app: Flask, stopping: threading.Event, waiting: Read = WAITING) -> None:
    """Do what is asked for, one after the other, until told to stop."""
    while not stopping.wait(PAUSE):
        try:
            with app.app_context():
                while not stopping.is_set() and one(waiting):
                    db.session.remove()
                    memory.give_back()
        except DBAPIError as error:
            _log_database(error, "the work")
        except Exception:  # a database that does not answer now may do so in a moment
            log.exception("the work could not be looked at")


def one(waiting: Read = WAITING) -> bool:
    """Do the first work nobody else is doing; False when there is none."""
    holder = leases.new_holder()
    return any(_done(key, holder) for (key,) in waiting.rows())


def _done(key: int, holder: str) -> bool:
    lease = f"task:{key}"
    if not leases.take(db.session.connection(), lease, holder):
        db.session.rollback()
        return False
    found = db.session.get(Task, key, populate_existing=True)
    if found is None or found.state is not TaskState.OPEN:
        leases.give_back(db.session.connection(), lease, holder)
        db.session.commit()
        return False
    found.attempts += 1
    db.session.commit()
    with leases.beating(db.engine, lease, holder):
        _work(found, lease, holder)
    return True


def _work(found: Task, lease: str, holder: str) -> None:
    stand_back = _standing_back()

    def step() -> None:
        """What was done so far is kept unless the lease is somebody else's by now."""
        if not leases.take(db.session.connection(), lease, holder):
            raise LeaseLost(lease)
        db.session.commit()
        stand_back()

    try:
        _check_attempts(found)
        KINDS[found.kind].act(found.key, step)
        found.state, found.finished_at = TaskState.DONE, clock.now()
        db.session.flush()
        if not leases.give_back(db.session.connection(), lease, holder):
            raise LeaseLost(lease)  # noqa: TRY301 — undone below like any other failure
        db.session.commit()
    except LeaseLost:
        db.session.rollback()
        log.warning("%s was taken over by another process", lease)
    except DBAPIError as error:
        db.session.rollback()
        _log_database(error, lease)
        leases.give_back(db.session.connection(), lease, holder)
        db.session.commit()
    except Exception as error:  # whatever went wrong is told to whoever waits, and the worker lives on
        db.session.rollback()
        log.exception("%s failed", lease)
        why = str(error) or type(error).__name__
        found.state, found.finished_at, found.error = (
            TaskState.FAILED,
            clock.now(),
            f"{type(error).__name__}: {why}"[:MOST],
        )
        KINDS[found.kind].gave_up(found.key, why)
        leases.give_back(db.session.connection(), lease, holder)
        db.session.commit()


def _standing_back() -> Callable[[], None]:
    """Let others write after what took long: on SQLite who waits looks ten times a second, and would never be next."""
    before = time.monotonic()

    def stand_back() -> None:
        nonlocal before
        if time.monotonic() - before > LOOK and db.engine.dialect.name == "sqlite":
            time.sleep(LOOK)
        before = time.monotonic()

    return stand_back


def _log_database(error: DBAPIError, what: str) -> None:
    """Say why work waits: in a line where somebody else was writing, with everything there is otherwise."""
    if isinstance(error, OperationalError) and is_busy(error):
        log.warning("%s is tried again: somebody else was writing for too long", what)
    else:
        log.error("%s could not be done and is tried again", what, exc_info=error)


def _check_attempts(found: Task) -> None:
    """Work that ends its process each time is not begun for ever."""
    if found.attempts > MOST_ATTEMPTS:
        raise RuntimeError(_("The work broke off several times, and nothing of it was kept. Tell an administrator."))
