"""The command line: what it prints, what it refuses in one line, and the status it ends with."""

import csv
import io
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from registry import cli, config
from registry.app import create_app
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.people import CENTRE, People
from tests.sources import ROOT

PLAN = "436-KH-UBND"
MILLION = 1_000_000


@pytest.fixture
def run(environ, clock):
    """Runs `registry WORDS` on a database of its own."""

    def run(*words, **said):
        return CliRunner(env=environ | said).invoke(cli.main, [str(word) for word in words])

    return run


@pytest.fixture
def stored(upgraded, environ):
    """The application on the database the commands use."""
    app = create_app(config.from_environment(environ))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    with app.app_context():
        db.engine.dispose()


def reason(result, status=1):
    """The one line a refused command leaves on standard error, and nothing on standard output."""
    assert (result.exit_code, result.stdout) == (status, ""), result.output
    (line,) = result.stderr.splitlines()
    assert line.startswith("registry: ")
    return line


def test_the_plan_adds_up_to_what_is_printed(run, upgraded):
    assert run("plan", "load", PLAN).exit_code == 0
    result = run("plan", "rollup", PLAN, "--format", "json", "--on", TODAY)
    assert (result.exit_code, result.stderr) == (0, "")
    rollup = json.loads(result.stdout)
    assert Counter(row["kind"] for row in rollup["indicators"]) == {"body": 9, "annex": 14}
    money = rollup["money"]
    assert len(money["rows"]) == 14
    by_period = [sum(row["periods"][number]["planned"] for row in money["rows"]) for number in range(2)]
    assert by_period == [period["planned"] for period in money["periods"]] == [12_940 * MILLION, 8_475 * MILLION]
    assert sum(row["planned"] for row in money["rows"]) == money["planned"] == 21_415 * MILLION


def test_a_rollup_is_a_table_or_comma_separated_too(run, upgraded):
    run("plan", "load", PLAN)
    table, separated = (run("plan", "rollup", PLAN, "--format", form) for form in ("table", "csv"))
    assert (table.exit_code, separated.exit_code) == (0, 0)
    assert "II.2.a" in table.stdout
    assert "known:" in reason(run("plan", "rollup", PLAN, "--known", "2019-07-23"))
    assert "31/12/2199" in run("plan", "rollup", PLAN, "--known", "2199-12-31").stdout
    rows = list(csv.reader(io.StringIO(separated.stdout)))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) > 23


def test_loading_a_plan_twice_changes_nothing(run, upgraded):
    first, again = run("plan", "load", PLAN), run("plan", "load", PLAN)
    assert "loaded as version 1" in first.stdout
    assert "unchanged, still version 1" in again.stdout


def test_a_plan_with_faults_is_told_with_each_fault_in_its_place(run, upgraded, tmp_path):
    file = tmp_path / "plan.json"
    file.write_text('{"code": 1, "colour": "red"}', encoding="utf-8")
    result = run("plan", "check", file)
    assert (result.exit_code, result.stdout) == (1, "")
    *faults, last = result.stderr.splitlines()
    assert len(faults) > 1
    assert any("colour" in fault for fault in faults)
    assert last.startswith("registry: ")
    assert run("plan", "check", PLAN).exit_code == 0
    assert run("plan", "load", file).exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "rollup", "NONE"],
        ["plan", "load", "NONE"],
        ["plan", "load", "/"],
        ["plan", "check", "no-such-file.json"],
        ["token", "add", "nobody@example.vn", "--name", "t"],
        ["user", "add", "a@example.vn", "--name", "A", "--role", "admin", "--organisation", "NONE"],
        ["serve", "--demo", "--host", "0.0.0.0"],
        ["serve", "--demo", "--host", "::"],
    ],
)
def test_what_is_refused_ends_with_one_and_a_line_that_says_why(run, upgraded, words):
    reason(run(*words))


@pytest.mark.parametrize(
    "words",
    [
        ["fly"],
        ["plan", "rollup"],
        ["plan", "rollup", PLAN, "--on", "31/12/2026"],
        ["plan", "rollup", PLAN, "--on", "2026-W01-1"],
        ["plan", "rollup", PLAN, "--format", "xml"],
        ["jobs", "run", "nothing"],
        ["jobs", "run", "flag-overdue", "--on", "2026-02-30"],
        ["user", "add", "a@example.vn", "--name", "A", "--role", "king", "--organisation", CENTRE],
        ["user", "add", "a@example.vn"],
        ["serve", "--port", "0"],
        ["serve", "--port", "http"],
        ["serve", "--workers", "0"],
    ],
)
def test_wrong_words_end_with_two(run, words, environ):
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage:" in result.stderr
    assert not Path(environ["REGISTRY_HOME"]).exists()


@pytest.mark.parametrize(
    "said",
    [
        {"REGISTRY_LOCALE": "fr"},
        {"REGISTRY_TIMEZONE": "Mars"},
        {"REGISTRY_DATABASE_URL": "mysql://x/y"},
        {"REGISTRY_TODAY": "soon"},
        {"REGISTRY_BASE_URL": "http://[x"},
    ],
)
def test_a_wrong_environment_is_refused_by_its_name(run, said):
    assert next(iter(said)) in reason(run("db", "upgrade", **said))


def test_a_database_that_does_not_answer_is_one_line(run):
    line = reason(run("db", "upgrade", REGISTRY_DATABASE_URL="postgresql://registry:geheim@127.0.0.1:1/none"))
    assert "geheim" not in line


def test_on_postgresql_an_outdated_schema_is_not_touched_but_told(environ, backends):
    address = backends.empty_database("postgresql", "registry_cli")

    def ended(*words):
        command = [sys.executable, "-m", "registry", *words]
        said = os.environ | environ | {"REGISTRY_DATABASE_URL": address}
        return subprocess.run(command, cwd=ROOT, env=said, capture_output=True, text=True, check=False)

    refused = ended("jobs", "run", "flag-overdue")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "registry: the database's schema is not current; run: registry db upgrade\n"
    assert [
        ended(*words).returncode for words in (("db", "upgrade"), ("db", "check"), ("jobs", "run", "flag-overdue"))
    ] == [0] * 3


def test_a_schema_is_checked_before_and_after_it_is_made(run):
    assert "registry db upgrade" in reason(run("db", "check"))
    assert run("db", "upgrade").exit_code == 0
    assert "whole" in run("db", "check").stdout


class TestPeople:
    def test_a_new_persons_secret_works(self, run, stored):
        People(stored)
        words = [
            "user",
            "add",
            " Moi@Example.vn ",
            "--name",
            "Người Mới",
            "--role",
            "manager",
            "--organisation",
            CENTRE,
        ]
        result = run(*words)
        assert result.exit_code == 0, result.output
        secret = result.stdout.splitlines()[-1]
        said = {
            "email": "moi@example.vn",
            "secret": secret,
            "password": "x y z x y z x",
            "password_again": "x y z x y z x",
        }
        client = stored.test_client()
        assert client.post("/claim", data=said).headers["Location"] == "/"
        assert "Người Mới" in client.get("/account").text
        assert "moi@example.vn" in reason(run(*words))

    def test_a_new_token_works(self, run, stored):
        People(stored)
        result = run("token", "add", "keeper@example.vn", "--name", "scale")
        assert result.exit_code == 0
        headers = {"Authorization": f"Bearer {result.stdout.strip()}"}
        assert stored.test_client().get("/api/v1/labs", headers=headers).status_code == 200

    @pytest.mark.parametrize(
        "changes", [{"email": "no address"}, {"email": ""}, {"name": ""}, {"name": "a\x1b[31m"}, {"name": "x" * 201}]
    )
    def test_what_the_page_refuses_the_command_refuses(self, run, stored, changes):
        People(stored)
        said = {"email": "a@example.vn", "name": "A"} | changes
        words = [said["email"], "--name", said["name"], "--role", "technician", "--organisation", CENTRE]
        assert next(iter(changes)) in reason(run("user", "add", *words))


class TestJobs:
    def test_the_sweep_flags_once(self, run, stored):
        People(stored)
        with stored.app_context():
            make_assets.asset(due_on=TODAY - timedelta(days=1))
            db.session.commit()
        first, again = (json.loads(run("jobs", "run", "flag-overdue").stdout) for _time in range(2))
        assert (first["status"], first["on"], first["result"]["newly_flagged"]) == ("done", str(TODAY), 1)
        assert again["result"]["newly_flagged"] == 0

    def test_a_sweep_of_an_earlier_day_flags_what_was_overdue_then(self, run, stored):
        People(stored)
        with stored.app_context():
            make_assets.asset(due_on=TODAY - timedelta(days=1))
            db.session.commit()
        assert (
            json.loads(run("jobs", "run", "flag-overdue", "--on", TODAY - timedelta(days=1)).stdout)["result"][
                "newly_flagged"
            ]
            == 0
        )

    def test_the_timetable_needs_no_database(self, run, environ):
        result = run("jobs", "list")
        assert not Path(environ["REGISTRY_HOME"]).exists()
        assert result.exit_code == 0
        assert any(line.startswith("flag-overdue ") for line in result.stdout.splitlines())


def test_served_with_sample_records_it_answers_and_ends_when_asked(environ):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "registry", "serve", "--demo", "--workers", "1", "--port", str(port)]
    with subprocess.Popen(words, cwd=ROOT, env=os.environ | environ, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        told = [served.stdout.readline() for _line in range(3)]
        try:
            assert told[0] == f"registry is ready at http://127.0.0.1:{port}\n"
            assert re.search(r"\S+@\S+", told[2])
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
                assert answer.read() == b"ok\n"
        finally:
            served.send_signal(signal.SIGTERM)
        assert served.wait(timeout=60) == 0


def test_a_copy_is_made_and_put_back(run, stored, tmp_path):
    copy = tmp_path / "copy.db"
    assert run("db", "backup", copy).exit_code == 0
    assert "exists already" in reason(run("db", "backup", copy))
    assert "cannot write" in reason(run("db", "backup", tmp_path / "nowhere" / "copy.db"))
    assert run("db", "restore", copy).exit_code == 0
    assert run("db", "check").exit_code == 0


def test_a_copy_of_a_newer_version_is_refused_before_anything_is_touched(run, stored, tmp_path):
    copy = tmp_path / "copy.db"
    run("db", "backup", copy)
    with closing(sqlite3.connect(copy)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    assert "newer version" in reason(run("db", "restore", copy))
    assert run("db", "check").exit_code == 0


def test_what_is_no_copy_is_refused(run, stored, tmp_path):
    (tmp_path / "text.db").write_text("Đồng hồ nước")
    assert "no copy of a registry" in reason(run("db", "restore", tmp_path / "text.db"))


def test_the_audit_log_is_proved_and_the_first_broken_entry_named(run, stored, environ):
    run("jobs", "run", "seal-audit")
    whole = run("audit", "verify")
    assert whole.output.startswith("the audit log is whole: ")
    head = re.search(r"head (\d+:[0-9a-f]{64}), sealed at", whole.output)[1]
    told = json.loads(run("audit", "verify", "--noted", head, "--format", "json").output)
    assert (told["whole"], told["head"], told["waiting"], told["fault"]) == (True, head, 0, None)
    with closing(sqlite3.connect(Path(environ["REGISTRY_HOME"]) / "registry.db")) as connection:
        (key,) = connection.execute("UPDATE audit_entry SET actor = 'x' WHERE id = 2 RETURNING id").fetchone()
        connection.commit()
    broken = run("audit", "verify")
    assert reason(broken).startswith(f"registry: audit entry {key} was changed after it was sealed (block 1)")
    assert reason(run("audit", "verify", "--noted", "1:ab"))
