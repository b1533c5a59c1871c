"""Runs one job: under its lease, in one transaction, with a line in the log and a row that says what became of it."""

import json
import logging
from collections.abc import Mapping
from datetime import date

from registry.jobs import leases
from registry.jobs.models import JobRun, RunStatus
from registry.jobs.timetable import BY_NAME
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, NotFound
from registry.kernel.i18n import _, said_day

log = logging.getLogger(__name__)
MOST = 2000


class LeaseLost(Exception):
    """Somebody else took the lease over while the work was going on; the work was undone."""


def run(name: str, on: date) -> JobRun:
    """Run a job for today or a day before and give the run, done or failed.

    Raises Invalid for a day to come and Conflict while another process is running the job. The work
    and the return of the lease are one commit: work whose lease was lost is undone.
    """
    job = BY_NAME.get(name)
    if job is None:
        raise NotFound(_("There is no job “%(name)s”; the timetable lists them.", name=name))
    if on > clock.today():
        text = _("%(day)s is in the future; run a job for today or for a day that has been.", day=said_day(on))
        raise Invalid({"on": [text]})
    holder = leases.new_holder()
    if not leases.take(db.session.connection(), name, holder):
        db.session.rollback()
        raise Conflict(_("“%(name)s” is being run by another process; wait until it is done.", name=name))
    begun = JobRun(name=name, for_on=on, started_at=clock.now(), holder=holder)
    db.session.add(begun)
    db.session.commit()
    with leases.beating(db.engine, name, holder):
        try:
            result = job.action(on)
            _end(begun, RunStatus.DONE, result=result)
            if not leases.give_back(db.session.connection(), name, holder):
                raise LeaseLost(name)  # noqa: TRY301 — undone below like any other failure
            db.session.commit()
        except Exception as error:  # whatever went wrong is recorded, and the scheduler lives on
            db.session.rollback()
            log.exception("job %s failed", name)
            _end(begun, RunStatus.FAILED, error=f"{type(error).__name__}: {error}"[:MOST])
            leases.give_back(db.session.connection(), name, holder)
            db.session.commit()
    log.info("%s", json.dumps(_line(begun), ensure_ascii=False))
    return begun


def _end(run: JobRun, status: RunStatus, *, result: Mapping[str, int] | None = None, error: str | None = None) -> None:
    run.status, run.finished_at, run.result, run.error = status, clock.now(), result, error
    db.session.flush()


def _line(run: JobRun) -> dict[str, object]:
    return {
        "event": "job",
        "name": run.name,
        "for_on": run.for_on.isoformat(),
        "status": run.status.value,
        "result": run.result,
        "error": run.error,
    }
