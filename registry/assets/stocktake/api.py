"""API doors of stock-takes."""

from typing import Any

from flask import Response, jsonify

from registry.accounts import signin
from registry.assets.stocktake import actions, queries
from registry.assets.stocktake.models import StockTake
from registry.assets.stocktake.pieces import waiting
from registry.assets.stocktake.rules import Part
from registry.assets.stocktake.schemas import (
    CloseIn,
    LineOut,
    PartQuery,
    ScansIn,
    ScansOut,
    StockTakeIn,
    StockTakeOut,
    StockTakeQuery,
    answered,
    lines_answer,
)
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("stock_takes", __name__, description="Counts of what is at a place, scan by scan.")


@blp.route("/stock-takes")
@blp.arguments(StockTakeQuery, location="query")
@blp.response(200, paged(StockTakeOut))
def stock_takes(query: dict[str, Any]) -> Page[StockTake]:
    """List stock-takes, the newest first."""
    return queries.page_of(signin.person(), **query)


@blp.route("/stock-takes", methods=["POST"])
@idempotent
@blp.arguments(StockTakeIn)
@blp.response(201, StockTakeOut)
def begin(data: dict[str, Any]) -> StockTake:
    """Open a stock-take: what is registered at the place now is what it expects."""
    take = actions.begin(**data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), take.id)


@blp.route("/stock-takes/<key:key>")
@blp.etag
@blp.response(200, StockTakeOut)
def stock_take(key: int) -> StockTake:
    """One stock-take."""
    return queries.by_id(signin.person(), key)


@blp.route("/stock-takes/<key:key>/items")
@blp.arguments(PartQuery, location="query")
@blp.response(200, paged(LineOut))
def items(query: dict[str, Any], key: int) -> Response:
    """What is missing, was found, or turned up from elsewhere."""
    take = queries.by_id(signin.person(), key)
    page = queries.part_of(take, **query)
    keys = [line.asset_id for line in page.items if line.asset_id is not None]
    return jsonify(lines_answer(page, waiting(take, keys) if query["state"] is Part.MISSING else {}))


@blp.route("/stock-takes/<key:key>/scans", methods=["POST"])
@idempotent
@blp.arguments(ScansIn)
@blp.response(200, ScansOut)
def scans(data: dict[str, Any], key: int) -> dict[str, Any]:
    """Record scans; those that were sent before are answered again and not recorded again."""
    take = queries.by_id(signin.person(), key)
    told = actions.receive(take, **data, by=signin.person())
    db.session.commit()
    return answered(take, told)


@blp.route("/stock-takes/<key:key>/close", methods=["POST"])
@idempotent
@blp.arguments(CloseIn)
@blp.response(200, StockTakeOut)
def close(data: dict[str, Any], key: int) -> StockTake:
    """Close a stock-take for good, with what was decided about strays and missing things."""
    actions.close(queries.by_id(signin.person(), key), **data, by=signin.person())
    db.session.commit()
    return queries.by_id(signin.person(), key)
