"""What a watching Prometheus reads: how the jobs, the work people asked for and the messages stand.

Every number comes from the database, so that it is the same whichever process of whichever node answers. Who may see
the jobs may see it: Prometheus sends the token of such a person. When the database does not answer, nothing is told,
which Prometheus notes as a failure.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from flask import Blueprint, Response

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.accounts.signin import for_programs
from registry.calibration.notices import queries as outbox
from registry.jobs import queries
from registry.jobs.models import RunStatus
from registry.kernel import migrate

blp = Blueprint("metrics", __name__)
FORMAT: Final = "text/plain; version=0.0.4; charset=utf-8"
ESCAPED: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Sample(NamedTuple):
    """One number with what tells it from its siblings."""

    labels: Mapping[str, str]
    value: float


@blp.get("/metrics")
@for_programs
def metrics() -> Response:
    """The numbers in Prometheus' text format: a few statements, however much is stored."""
    require(signin.person(), Verb.JOB_READ)
    return Response("".join(_lines()), content_type=FORMAT)


def _lines() -> Iterator[str]:
    runs = queries.runs()
    done = [Sample({"job": one.name}, one.latest_at.timestamp()) for one in runs if one.status is RunStatus.DONE]
    yield from metric(
        "registry_schema_current",
        "1 when the database has the schema of this version of the registry.",
        [Sample({}, migrate.is_current())],
    )
    yield from metric(
        "registry_scheduler_leading",
        "1 while a process of any node starts the jobs.",
        [Sample({}, queries.somebody_works())],
    )
    yield from metric(
        "registry_job_runs",
        "Runs of each job that are kept, by how they ended.",
        [Sample({"job": one.name, "status": one.status.value}, one.number) for one in runs],
    )
    yield from metric(
        "registry_job_last_success_timestamp_seconds", "When the latest successful run of each job began.", done
    )
    yield from metric(
        "registry_tasks",
        "Imports, exports, labels and other work that people asked for.",
        [Sample({"state": state.value}, number) for state, number in queries.unfinished().items()],
    )
    yield from metric(
        "registry_outbox_messages",
        "Letters and webhooks by how far they are.",
        [Sample({"state": state.value}, number) for state, number in outbox.outbox_counts().items()],
    )


def metric(name: str, said: str, samples: Iterable[Sample]) -> Iterator[str]:
    """The lines of one metric, all of them gauges: what stands in a database can become less."""
    yield f"# HELP {name} {said}\n# TYPE {name} gauge\n"
    for labels, value in samples:
        pairs = ",".join(f'{label}="{text.translate(ESCAPED)}"' for label, text in labels.items())
        yield f"{name}{{{pairs}}} {float(value)!r}\n" if pairs else f"{name} {float(value)!r}\n"
