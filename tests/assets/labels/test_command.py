"""`registry assets labels` writes a file to print and remembers that it did."""

from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from registry import cli, config
from registry.app import create_app
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import CENTRE, People


@pytest.fixture
def run(environ, clock, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*words):
        return CliRunner(env=environ).invoke(cli.main, ["assets", "labels", *[str(word) for word in words]])

    return run


@pytest.fixture
def stored(environ, upgraded, clock) -> list[str]:
    """The tags of thirty assets in the database that the command uses."""
    app = create_app(config.from_environment(environ))
    People(app)
    with app.app_context():
        made = [make.asset(owner=CENTRE, name=f"Cân {number}", due_on=TODAY).tag for number in range(30)]
        db.session.commit()
        db.engine.dispose()
    return made


def test_labels_of_every_asset_are_written(run, stored, tmp_path):
    out = tmp_path / "labels.pdf"
    assert run("--out", out).stdout == f"30 labels written to {out}\n"
    assert len(pypdfium2.PdfDocument(out)) == 2


def test_labels_of_some_assets_on_a_chosen_medium(run, stored, tmp_path):
    out = tmp_path / "labels.zpl"
    words = ("--tag", stored[0], "--tag", stored[3].lower(), "--sheet", "thermal-40x20-203", "--template", "name")
    assert run("--out", out, *words).exit_code == 0
    assert out.read_bytes().count(b"^XA") == 2


def test_what_was_written_counts_as_printed(run, stored, tmp_path):
    run("--out", tmp_path / "a.pdf", "--tag", stored[0])
    assert run("--out", tmp_path / "b.pdf", "--only", "unprinted").stdout.startswith("29 ")
    again = run("--out", tmp_path / "c.pdf", "--only", "outdated")
    assert (again.exit_code, (tmp_path / "c.pdf").exists()) == (1, False)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--out", "labels.doc"), 1, "must end with .pdf or .zpl"),
        (("--out", "labels.pdf", "--sheet", "a5"), 1, "a4-3x8"),
        (("--out", "labels.zpl"), 1, "ZPL"),
        (("--out", "labels.pdf", "--template", "colour"), 1, "name"),
        (("--out", "labels.pdf", "--tag", "7KQ2M3XA9R"), 1, "7KQ2M3XA9R"),
        (("--out", "labels.pdf", "--start", "99"), 1, "24"),
        ((), 2, "--out"),
        (("--out", "labels.pdf", "--length", "1"), 2, "length"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(run, stored, words, status, said):
    refused = run(*words)
    assert refused.exit_code == status
    assert said in refused.stderr
    assert not list(Path().glob("labels.*"))
