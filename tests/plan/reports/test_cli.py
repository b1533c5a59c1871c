"""`registry report`: what it writes, what it refuses in one line, and that it finds a changed copy out."""

from datetime import date

import pytest
from click.testing import CliRunner

from registry import cli
from registry.cli import doors
from registry.kernel.db import db
from registry.plan.reports import queries
from tests.make import plan as make
from tests.make import reports as make_reports


@pytest.fixture
def database():
    return "sqlite"


@pytest.fixture
def run(app, arrange, clock, monkeypatch):
    """The command on this test's application, in which the plan is loaded."""
    clock(date(2026, 12, 10))
    with arrange():
        make.plan()
    monkeypatch.setattr(doors, "create_app", lambda: app)
    monkeypatch.setattr(doors, "fetch", lambda _app: None)
    monkeypatch.setattr(doors, "ensure_schema", lambda _app: None)
    monkeypatch.setattr(doors, "load_catalogue", lambda: None)
    return lambda *said: CliRunner().invoke(cli.main, ["report", *map(str, said)])


@pytest.mark.parametrize(("form", "begins"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_a_draft_is_written_where_nothing_is_frozen(run, tmp_path, form, begins):
    out = tmp_path / f"bao-cao.{form}"
    done = run("annual", make.CODE, "--year", 2026, "--out", out)
    assert (done.exit_code, "draft" in done.output) == (0, True)
    assert out.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (("--year", 2018, "--out", "a.docx"), "2018"),
        (("--year", 2026, "--out", "a.odt"), ".docx, .xlsx or .pdf"),
        (("--year", 2026, "--unit", "NOBODY", "--out", "a.docx"), "NOBODY"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line(run, said, named):
    done = run("annual", make.CODE, *said)
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert named in done.stderr


def test_a_body_that_ended_reports_as_its_successor(run, tmp_path):
    out = tmp_path / "unit.docx"
    assert run("annual", make.CODE, "--year", 2026, "--unit", "SKHCN", "--out", out).exit_code == 0


def test_a_frozen_report_and_its_copies_are_proved(people, run, arrange, app, tmp_path):
    assert run("verify", make.CODE, "--year", 2026).exit_code == 1
    with arrange():
        make_reports.frozen(make_reports.campaign())
    out = tmp_path / "bao-cao.docx"
    assert "as frozen" in run("annual", make.CODE, "--year", 2026, "--out", out).output
    assert "is whole" in run("verify", make.CODE, "--year", 2026, out).output
    out.write_bytes(out.read_bytes() + b"x")
    assert run("verify", make.CODE, "--year", 2026, out).exit_code == 1
    with app.app_context():
        found = queries.frozen(make_reports.plans.by_code(make.CODE, None), 2026)
        found.content = {**found.content, "title": "Khác"}
        db.session.commit()
    assert "not what was frozen" in run("verify", make.CODE, "--year", 2026).stderr
