"""`registry assets`: sheets in and out by command, and a process that is killed in the middle."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from click.testing import CliRunner

from registry import cli, config
from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.app import create_app
from registry.kernel.db import db
from tests.make import sheets as make
from tests.people import CENTRE

ROWS = 8_000


@pytest.fixture
def run(environ, upgraded, clock):
    """Runs `registry assets WORDS` on a database of its own that has one organisation."""

    def run(*words):
        return CliRunner(env=environ).invoke(cli.main, ["assets", *map(str, words)])

    app = create_app(config.from_environment(environ))
    with app.app_context():
        accounts.add_organisation(
            code=CENTRE, name_vi="Trung tâm", name_en="Centre", kind=OrganisationKind.PUBLIC_SERVICE, by=None
        )
        db.session.commit()
        db.engine.dispose()
    return run


def sheet(tmp_path, *rows, name="a.csv"):
    path = tmp_path / name
    path.write_bytes(make.workbook(make.HEADINGS, *rows) if name.endswith("xlsx") else make.text(make.HEADINGS, *rows))
    return path


def counted(environ):
    with closing(sqlite3.connect(f"{environ['REGISTRY_HOME']}/registry.db")) as stored:
        return stored.execute("SELECT count(*) FROM asset").fetchone()[0]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_sheet_goes_in_and_out_and_in_again(run, tmp_path, environ, name):
    path = sheet(tmp_path, make.row(1), make.row(2), name=name)
    tried = json.loads(run("import", path, "--dry-run", "--format", "json").stdout)
    assert (tried["rows"], tried["new"], tried["errors"], counted(environ)) == (2, 2, 0, 0)
    done = run("import", path, "--format", "json")
    said = json.loads(done.stdout)
    assert (done.exit_code, said["new"], counted(environ)) == (0, 2, 2)
    assert {"row", "outcome", "tag", "changes", "errors"} <= said["items"][0].keys()
    out = tmp_path / f"out-{name}"
    assert "2 assets" in run("export", out).stdout
    again = json.loads(run("import", out, "--format", "json").stdout)
    assert (again["unchanged"], again["new"], again["changed"]) == (2, 0, 0)


def test_rows_with_errors_stop_everything_unless_the_good_ones_are_asked_for(run, tmp_path, environ):
    path = sheet(tmp_path, make.row(1), make.row(2, kind="xx"))
    refused = run("import", path, "--format", "json")
    assert (refused.exit_code, counted(environ)) == (1, 0)
    assert len(refused.stderr.splitlines()) == 1
    (error,) = json.loads(refused.stdout)["items"][1]["errors"]
    assert (error["cell"], error["field"], error["value"]) == ("B3", "kind", "xx")
    some = run("import", path, "--only-good")
    assert (some.exit_code, counted(environ)) == (1, 1)
    assert "B3" in some.stdout
    assert "     1 rows: kind: “xx”" in some.stdout


def test_a_file_that_cannot_be_read_is_refused_in_one_line(run, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("gì đó\n", encoding="utf-8")
    for file in (path, tmp_path / "none.csv"):
        refused = run("import", file)
        assert (refused.exit_code, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)
    assert run("export", tmp_path / "a.pdf").exit_code == 1


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_a_template_is_written(run, tmp_path, name):
    assert run("template", tmp_path / name).exit_code == 0
    assert (tmp_path / name).stat().st_size > 500


@pytest.mark.parametrize("after", [0.2, 1.0])
def test_a_process_killed_in_the_middle_leaves_nothing_and_the_next_completes(run, tmp_path, environ, after):
    path = sheet(tmp_path, *(make.row(number) for number in range(ROWS)))
    command = [sys.executable, "-m", "registry", "assets", "import", str(path), "--format", "json"]
    with subprocess.Popen(command, env=os.environ | environ, stdout=subprocess.PIPE, start_new_session=True) as process:
        wait_for_writing(environ, process)
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        ended = process.wait() == 0
    assert counted(environ) == (ROWS if ended else 0)
    again = subprocess.run(command, env=os.environ | environ, capture_output=True, check=True, text=True)
    assert json.loads(again.stdout)["unchanged" if ended else "new"] == ROWS
    assert counted(environ) == ROWS


def wait_for_writing(environ, process):
    """Until the sheet has been taken in, which is committed before its rows are read."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with closing(sqlite3.connect(f"{environ['REGISTRY_HOME']}/registry.db")) as stored:
            if stored.execute("SELECT count(*) FROM asset_import").fetchone()[0]:
                return
        time.sleep(0.02)
