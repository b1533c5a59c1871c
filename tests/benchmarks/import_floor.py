"""One import in a process of its own: ours, or the floor, which reads, validates by the same schema and inserts.

The floor writes no history, looks for no duplicates, compares nothing and says nothing of any row.
"""

import argparse
import csv
import json
import os
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import load_workbook
from sqlalchemy import insert, select

from registry import config
from registry.accounts.models import Organisation
from registry.app import create_app
from registry.assets import tags
from registry.assets.exchange import actions
from registry.assets.models import Asset, Characteristic, Schedule
from registry.assets.rules import Proof
from registry.assets.schemas import AssetIn
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.text import search_text
from registry.sheets.models import Mode
from tests.benchmarks.alternating import database_processor

BATCH = 5000
PLAIN = ("name", "kind", "owner", "manufacturer", "model", "serial_no", "location", "custodian", "commissioned_on")
HEADINGS = (
    *PLAIN,
    "schedules.verification",
    *(f"characteristics.0.{name}" for name in ("quantity", "unit", "range_high")),
)


def main() -> None:
    """Print seconds and the most megabytes the process held."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["ours", "dry", "floor"])
    parser.add_argument("file", type=Path)
    asked = parser.parse_args()
    app = create_app(config.from_environment(dict(os.environ)))
    with app.app_context():
        db.session.scalar(select(Organisation.id))
        worked = _worked()
        db.session.rollback()
        begun, before = time.perf_counter(), worked()
        {"ours": _ours, "dry": _dry, "floor": _floor}[asked.what](asked.file)
        took, cpu = time.perf_counter() - begun, worked() - before
    print(json.dumps({"seconds": took, "cpu": cpu, "megabytes": _most()}))


def _most() -> float:
    """The most megabytes this process held; what getrusage says includes those of the process that began it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _worked() -> Callable[[], float]:
    """A clock of the processor: of this process, of those that read workbooks for it, and of the database's server."""
    database = database_processor()

    def here() -> float:
        among = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(used.ru_utime + used.ru_stime for used in among)

    return here if database is time.process_time else lambda: here() + database()


def _ours(file: Path) -> None:
    found = actions.keep(file_name=file.name, content=file.read_bytes(), locale="vi", by=None)
    actions.run(found, mode=Mode.ALL, step=db.session.commit)
    db.session.commit()
    assert found.counted == {"new": found.total}, found.counted


def _dry(file: Path) -> None:
    found = actions.keep(file_name=file.name, content=file.read_bytes(), locale="vi", by=None)
    actions.check(found, step=db.session.commit)
    db.session.commit()
    assert found.counted == {"new": found.total}, found.counted


def _floor(file: Path) -> None:
    schema, owners = AssetIn(), dict(db.session.execute(select(Organisation.code, Organisation.id)).tuples().all())
    rows = _read(file)
    while part := list(islice(rows, BATCH)):
        loaded = [schema.load(_said(row)) for row in part]
        _insert(loaded, owners)
    db.session.commit()


def _read(file: Path) -> Iterator[dict[str, Any]]:
    if file.suffix == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as text:
            yield from csv.DictReader(text)
        return
    rows: Iterable[list[Any]] = load_workbook(file).get_sheet_by_index(0).iter_rows()
    lines = iter(rows)
    headings = next(lines)
    for line in lines:
        yield dict(zip(headings, line, strict=True))


def _said(row: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {name: row[name] for name in PLAIN}
    plain["commissioned_on"] = str(plain["commissioned_on"])
    months = int(row["schedules.verification"])
    characteristic = {name: str(row[f"characteristics.0.{name}"]) for name in ("quantity", "unit", "range_high")}
    return plain | {
        "schedules": [{"kind": "verification", "interval": months}],
        "characteristics": [characteristic],
    }


def _insert(loaded: list[dict[str, Any]], owners: dict[str, int]) -> None:
    rows = [
        {name: one[name] for name in PLAIN if name != "owner"}
        | {
            "tag": (tag := tags.new()),
            "owner_id": owners[one["owner"]],
            "proof": Proof.MISSING,
            "search": search_text(
                one["name"], tag, one["serial_no"], one["manufacturer"], one["model"], one["location"]
            ),
            "created_at": clock.now(),
            "version": 1,
        }
        for one in loaded
    ]
    db.session.execute(insert(Asset), rows)
    tags_ = [row["tag"] for row in rows]
    ids = dict(db.session.execute(select(Asset.tag, Asset.id).where(Asset.tag.in_(tags_))).tuples().all())
    keys = [ids[row["tag"]] for row in rows]
    inner = zip(keys, loaded, strict=True)
    db.session.execute(
        insert(Characteristic), [{"asset_id": k, "position": 0, **one["characteristics"][0]} for k, one in inner]
    )
    inner = zip(keys, loaded, strict=True)
    db.session.execute(
        insert(Schedule), [{"asset_id": k, "proof": Proof.MISSING, **one["schedules"][0]} for k, one in inner]
    )


if __name__ == "__main__":
    main()
