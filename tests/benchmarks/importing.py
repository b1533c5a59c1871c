"""An import with validation and history, against reading, validating and inserting alone.

The ratios of 20,000 rows take minutes; `BENCH_IMPORT=100000` is what the memory is measured with. Notes tell the
ratios of processor time, the database's included, which others on the machine disturb less.
"""

import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import xlsxwriter

from registry import config
from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.app import create_app
from registry.kernel import migrate
from registry.kernel.db import db
from tests import postgres
from tests.benchmarks import bulk
from tests.benchmarks.import_floor import HEADINGS
from tests.benchmarks.result import Result, at_least, at_most
from tests.benchmarks.seed import NAMES

ROWS = int(os.environ.get("BENCH_IMPORT", "20000"))
RUNS = 3
OWNERS = 20
GOALS = {"csv": 0.5, "xlsx": 1.5, "dry": 1.2, "megabytes": 300}


def results() -> Iterator[Result]:
    """Rows a second for .csv, seconds for .xlsx, the dry run against the real one, and the most memory."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "assets.csv", Path(folder) / "assets.xlsx"]
        _write(files)
        for name in bulk.DATABASES:
            yield from _compared(name, Path(folder), files)


def _compared(backend: str, folder: Path, files: list[Path]) -> Iterator[Result]:
    found: dict[tuple[str, str], list[dict[str, float]]] = {}
    for _run in range(RUNS):
        for file in files:
            for what in ("floor", "ours", "dry"):
                found.setdefault((what, file.suffix), []).append(_measured(backend, what, file, folder))
    wall, worked = (
        {key: statistics.median(one[what] for one in ones) for key, ones in found.items()}
        for what in ("seconds", "cpu")
    )

    def note(what: str, of: str, suffix: str) -> str:
        return f"{worked[what, suffix] / worked[of, suffix]:.2f} times its processor time"

    ours, floor = ROWS / wall["ours", ".csv"], ROWS / wall["floor", ".csv"]
    said = note("ours", "floor", ".csv")
    yield at_least(f"import.{backend}.csv_rows_per_second", ours, floor, GOALS["csv"], said)
    said = note("ours", "floor", ".xlsx")
    yield at_most(f"import.{backend}.xlsx_seconds", wall["ours", ".xlsx"], wall["floor", ".xlsx"], GOALS["xlsx"], said)
    for suffix in (".csv", ".xlsx"):
        said = note("dry", "ours", suffix)
        yield at_most(
            f"import.{backend}.dry_run{suffix}_seconds", wall["dry", suffix], wall["ours", suffix], GOALS["dry"], said
        )
    most = max(one["megabytes"] for (what, _suffix), ones in found.items() if what != "floor" for one in ones)
    yield at_most(f"import.{backend}.megabytes", most, None, GOALS["megabytes"])


def _measured(backend: str, what: str, file: Path, folder: Path) -> dict[str, float]:
    """One run in a process of its own on a database of its own."""
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(dir=folder))
        url = f"sqlite:///{home}/registry.db"
        if backend == "postgresql":
            url = stack.enter_context(postgres.fresh_database(stack.enter_context(postgres.server()), "bench"))
        environment = os.environ | {"REGISTRY_DATABASE_URL": url, "REGISTRY_HOME": home}
        _prepare(environment)
        command = [sys.executable, "-m", "tests.benchmarks.import_floor", what, str(file)]
        answer = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
        said: dict[str, float] = json.loads(answer.stdout)
        return said


def _prepare(environment: dict[str, str]) -> None:
    app = create_app(config.from_environment(environment))
    with app.app_context():
        migrate.upgrade()
        for number in range(OWNERS):
            name = f"Chủ sở hữu {number}"
            accounts.add_organisation(
                code=f"CSH-{number}", name_vi=name, name_en=f"Owner {number}", kind=OrganisationKind.COMMUNE, by=None
            )
        db.session.commit()
        db.engine.dispose()


def _write(files: list[Path]) -> None:
    """The same rows as both kinds of file, numbers and dates as a spreadsheet keeps them."""
    pick = random.Random(436)  # noqa: S311 — a repeatable choice, not a secret
    rows = [_row(number, pick) for number in range(ROWS)]
    with files[0].open("w", encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(HEADINGS)
        writer.writerows(rows)
    with xlsxwriter.Workbook(str(files[1]), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADINGS, *rows]):
            sheet.write_row(number, 0, row)


def _row(number: int, pick: random.Random) -> list[Any]:
    day = f"20{pick.randrange(10, 26)}-{pick.randrange(1, 13):02}-{pick.randrange(1, 29):02}"
    return [
        f"{pick.choice(NAMES)} {number}",
        "instrument",
        f"CSH-{pick.randrange(OWNERS)}",
        f"Hãng {pick.randrange(60)}",
        f"Kiểu {pick.randrange(300)}",
        f"SN-{number:07d}",
        f"Xã số {pick.randrange(92)}",
        f"Nguyễn Văn {pick.randrange(500)}",
        day,
        12,
        "khối lượng",
        "kg",
        pick.randrange(1, 5000) / 10,
    ]
