"""What Prometheus reads: well-formed, true of the database, and for nobody who may not see the jobs."""

import re
from datetime import timedelta

import pytest

from registry.jobs.models import JobRun, RunStatus
from registry.kernel import clock, tasks
from registry.kernel.db import db
from registry.web import metrics
from tests.conftest import TODAY
from tests.statements import sent

LINE = re.compile(r'(# (HELP|TYPE) registry_\w+ .+|registry_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?\d+\.\d+)')
DAY = timedelta(days=1)


def run(status: RunStatus, days_ago: int = 0) -> None:
    began = clock.now() - days_ago * DAY
    db.session.add(JobRun(name="flag-overdue", for_on=TODAY, started_at=began, holder="a", status=status))


@pytest.fixture
def stored(people, arrange):
    with arrange():
        run(RunStatus.DONE, 2)
        run(RunStatus.DONE, 1)
        run(RunStatus.FAILED)
        tasks.enqueue("export", 1)


@pytest.mark.usefixtures("stored")
def test_every_line_is_well_formed_and_true(people):
    answer = people.planner.get("/metrics")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    lines = answer.text.removesuffix("\n").split("\n")
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    yesterday = (clock.now() - DAY).timestamp()
    assert {
        'registry_job_runs{job="flag-overdue",status="done"} 2.0',
        'registry_job_runs{job="flag-overdue",status="failed"} 1.0',
        f'registry_job_last_success_timestamp_seconds{{job="flag-overdue"}} {yesterday}',
        'registry_tasks{state="open"} 1.0',
        'registry_tasks{state="failed"} 0.0',
        'registry_outbox_messages{state="waiting"} 0.0',
        "registry_schema_current 1.0",
        "registry_scheduler_leading 0.0",
    } <= set(lines)


def test_what_a_label_holds_cannot_end_it():
    told = "".join(metrics.metric("registry_a", "Said.", [metrics.Sample({"job": 'a"\\\nb'}, 1)]))
    assert told.split("\n")[-2] == r'registry_a{job="a\"\\\nb"} 1.0'


@pytest.mark.parametrize(
    ("who", "status"), [("admin", 200), ("planner", 200), ("technician", 403), ("keeper", 403), ("stranger", 403)]
)
def test_a_token_of_who_may_see_the_jobs_is_asked_for(people, who, status):
    assert getattr(people, who).get("/metrics").status_code == status


def test_nobody_else_is_told_anything(people, client):
    for answer in (client.get("/metrics"), people.admin.pages.get("/metrics")):  # a browser sends no token
        assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.usefixtures("stored")
def test_it_takes_a_few_statements_however_much_is_stored(people, arrange):
    people.admin.get("/metrics")
    with sent() as few:
        people.admin.get("/metrics")
    with arrange():
        for days_ago in range(3):
            run(RunStatus.FAILED, days_ago)
            tasks.enqueue("export", days_ago)
    with sent() as many:
        people.admin.get("/metrics")
    assert len(many) == len(few) <= 10
