"""The floor of lists and searches: bare Flask and SQLAlchemy Core, with the same answer and without anybody to ask for.

No sign-in, no check of what is asked, no organisations to see or not: three statements that SQLAlchemy has compiled
before, and the JSON of AssetOut written by hand. The search is the trigram index joined to the assets, whose
text is compared with the word, and sorted.
"""

import json
import sys
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import bindparam, column, create_engine, literal_column, select, table
from sqlalchemy.engine import Row

from registry.accounts.models import Organisation
from registry.assets.models import Asset, Characteristic, Schedule
from registry.assets.rules import AT_WORK, SOON_DAYS, Proof
from registry.kernel.db import db
from registry.web.server import Server

app = Flask(__name__)
asset, owner = Asset.__table__, Organisation.__table__
schedule, characteristic = Schedule.__table__, Characteristic.__table__
PAGE = 50
SAID = (
    *("tag", "kind", "name", "manufacturer", "model", "serial_no", "asset_no", "location", "custodian"),
    *("instrument_type", "status", "status_since_on", "restriction", "commissioned_on", "standard_class", "lot_no"),
    *("expires_on", "due_on"),
)
DESCRIBED = [held.name for held in characteristic.c if held.name not in {"id", "asset_id", "position"}]
LINES = select(
    asset.c.id, asset.c.proof, asset.c.name_order, owner.c.code.label("owner"), *(asset.c[name] for name in SAID)
).join_from(asset, owner, owner.c.id == asset.c.owner_id)
FIRST = (
    LINES.where(asset.c.kind == bindparam("kind"), asset.c.status == bindparam("status"))
    .order_by(asset.c.name_order, asset.c.id)
    .limit(PAGE + 1)
)
FTS = table("asset_search", column("rowid"))
BY_LIKE = LINES.where(asset.c.search.like(bindparam("pattern")))
BY_FTS = BY_LIKE.where(asset.c.id == FTS.c.rowid, literal_column("asset_search").op("MATCH")(bindparam("match")))
SCHEDULES = select(schedule).where(schedule.c.asset_id.in_(bindparam("keys", expanding=True)))
CHARACTERISTICS = select(characteristic).where(characteristic.c.asset_id.in_(bindparam("keys", expanding=True)))
ENGINE: Any = None


@app.get("/list")
def listed() -> Response:
    """A page under two filters."""
    filters = {"kind": request.args["kind"], "status": request.args["status"]}
    with ENGINE.connect() as connection:
        return _answer(connection, connection.execute(FIRST, filters).all())


@app.get("/search")
def found() -> Response:
    """The first page of a search for one word."""
    word = request.args["q"]
    order = (asset.c.name_order, asset.c.id)
    with ENGINE.connect() as connection:
        found, values = BY_LIKE, {"pattern": f"%{word}%"}
        if connection.dialect.name == "sqlite":
            trigrams = " ".join(f'"{word[place : place + 3]}"' for place in range(len(word) - 2))
            found, values = BY_FTS, values | {"match": trigrams}
        rows = connection.execute(found.order_by(*order).limit(PAGE + 1), values).all()
        return _answer(connection, rows)


def _answer(connection: Any, rows: list[Row[Any]]) -> Response:
    keys = [row.id for row in rows[:PAGE]]
    scheduled, described = defaultdict(list), defaultdict(list)
    for row in connection.execute(SCHEDULES, {"keys": keys}):
        if row.proof is not Proof.NOT_REQUIRED:
            scheduled[row.asset_id].append(_schedule(row))
    for row in connection.execute(CHARACTERISTICS, {"keys": keys}):
        described[row.asset_id].append({name: _plain(getattr(row, name)) for name in DESCRIBED})
    items = [_asset(row, scheduled[row.id], described[row.id]) for row in rows[:PAGE]]
    following = [rows[PAGE - 1].name_order, rows[PAGE - 1].id] if len(rows) > PAGE else None
    return Response(
        json.dumps({"items": items, "next": following}, ensure_ascii=False), content_type="application/json"
    )


def _asset(row: Row[Any], schedules: list[Any], characteristics: list[Any]) -> dict[str, Any]:
    said = {name: _plain(getattr(row, name)) for name in SAID}
    state = _state(row.proof, row.due_on)
    fit = row.status in AT_WORK and state in {"valid", "due_soon", "not_required"}
    derived = {"owner": row.owner, "parent": None, "validity": state, "fit_for_use": fit}
    return said | derived | {"schedules": schedules, "characteristics": characteristics}


def _schedule(row: Row[Any]) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "interval_months": row.interval,
        "interval": row.interval,
        "interval_unit": row.interval_unit,
        "ends": row.ends,
        "anchor": row.anchor,
        "early_days": row.early_days,
        "late_keeps": row.late_keeps,
        "usage_limit": row.usage_limit,
        "usage_unit": row.usage_unit,
        "first_use_on": _plain(row.first_use_on),
        "planned_on": _plain(row.planned_on),
        "due_on": _plain(row.due_on),
        "last_performed_on": _plain(row.last_performed_on),
        "validity": _state(row.proof, row.due_on),
    }


def _state(proof: Proof, due_on: date | None) -> str:
    today = date.today()  # noqa: DTZ011 — the floor knows no zones
    if proof is Proof.NOT_REQUIRED or proof is Proof.FAILED:
        return proof.value
    if due_on is not None and due_on < today:
        return "overdue"
    if proof is Proof.MISSING:
        return "never"
    return "due_soon" if due_on is not None and due_on <= today + timedelta(days=SOON_DAYS) else "valid"


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)


if __name__ == "__main__":
    ENGINE = create_engine(sys.argv[3])
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    Server(app, bind=f"127.0.0.1:{sys.argv[1]}", workers=int(sys.argv[2]), scheduler=False, on_ready=lambda: None).run()
