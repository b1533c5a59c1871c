"""Where an administrator sees what the clock starts and what became of it."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.calibration.notices import actions as notices
from registry.calibration.notices import queries as outbox
from registry.jobs import queries, scheduler, timetable
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.web.job_words import COUNTED, NAMES

blp = Blueprint("jobs", __name__)


@blp.get("/jobs")
def jobs() -> str | Response:
    """The timetable, the latest runs, and what waits in the outbox or was given up."""
    me = signin.person()
    require(me, Verb.JOB_READ)
    now = clock.now()
    return render_template(
        "jobs/jobs.html",
        timetable=timetable.JOBS,
        names=NAMES,
        counted=COUNTED,
        next_at={job.name: scheduler.due_next(job, now) for job in timetable.JOBS},
        done_at={job.name: queries.last_success(job.name) for job in timetable.JOBS},
        runs=queries.last_runs(),
        outbox=outbox.outbox_counts(),
        unsent=outbox.unsent(),
        mailing=current_app.extensions["registry"].mail_server is not None,
        may_send=accounts.may(me, Verb.JOB_RUN, None),
    )


@blp.post("/jobs/outbox/<key:id>/send-again")
def send_again(id: int) -> Response:
    """Send a message again that was given up, or of which nobody knows whether it arrived."""
    require(signin.person(), Verb.JOB_RUN)
    notices.send_again(outbox.outbox_message(id), by=signin.person())
    db.session.commit()
    flash(_("It is sent again."))
    return redirect(url_for("jobs.jobs"))
