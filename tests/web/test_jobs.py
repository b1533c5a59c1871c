"""The page of the timetable: jobs and what they counted in words of the reader's language."""

from datetime import date

import pytest

from registry.jobs import timetable
from registry.jobs.models import JobRun, RunStatus
from registry.kernel import clock
from registry.kernel.db import db
from registry.web.job_words import COUNTED, NAMES


def test_every_job_has_a_name():
    assert set(NAMES) == {job.name for job in timetable.JOBS}


@pytest.mark.parametrize(
    ("language", "name", "count"), [("vi", "Gửi thông báo", "đã gửi: 3"), ("en", "Send messages", "sent: 3")]
)
def test_runs_are_told_in_words(admin, arrange, language, name, count):
    with arrange():
        run = JobRun(name="deliver", for_on=date(2026, 6, 14), started_at=clock.now(), holder="here")
        run.status, run.finished_at, run.result = RunStatus.DONE, clock.now(), dict.fromkeys(COUNTED, 0) | {"sent": 3}
        db.session.add(run)
    page = admin.pages.get(f"/jobs?lang={language}").text
    rows = page[page.index("<tbody") :]
    assert name in rows
    assert count in rows
    assert not [word for word in ("deliver", "newly_flagged", "put_off") if word in rows]
