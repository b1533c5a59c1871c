"""Where an administrator sees what the clock starts and what became of it."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.jobs import queries, scheduler, timetable
from registry.kernel import clock

blp = Blueprint("jobs", __name__)


@blp.get("/jobs")
def jobs() -> str | Response:
    """The timetable and the latest runs."""
    require(signin.person(), Verb.JOB_READ)
    now = clock.now()
    return render_template(
        "jobs/jobs.html",
        timetable=timetable.JOBS,
        next_at={job.name: scheduler.due_next(job, now) for job in timetable.JOBS},
        done_at={job.name: queries.last_success(job.name) for job in timetable.JOBS},
        runs=queries.last_runs(),
    )
