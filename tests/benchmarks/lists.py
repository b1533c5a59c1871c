"""Fifty of a million assets under two filters, against bare Flask and Core; the last page against the first."""

import itertools
import statistics
from collections.abc import Iterator
from urllib.parse import urlencode

from sqlalchemy import select

from registry.assets.models import Asset
from registry.kernel import paging
from registry.kernel.db import db
from tests.benchmarks import inventory, load, search, serving
from tests.benchmarks.result import Result, at_least, at_most

RUNS = 5
SECONDS = 3.0
WARM_UP = 1.0
PAGE_RUNS = 15
SHORT = 1.0
LEAST = 0.6
MOST_DEEP = 1.15
CONNECTIONS = 2
FILTERS = {"kind": "instrument", "status": "in_service"}


def results() -> Iterator[Result]:
    """Lists and searches on both databases."""
    for name, url, home in inventory.databases():
        with inventory.filled(url, home) as (app, token):
            with app.app_context():
                cursor = _last_page()
            with serving.registry(url, home) as product, serving.bare(url) as bare:
                yield from _compared(name, product.port, bare.port, token, cursor)
                yield from search.compared(name, product.port, bare.port, token)


def _compared(name: str, port: int, floor_port: int, token: str, cursor: str) -> Iterator[Result]:
    """Requests a second as ratios."""
    first, floor = f"/api/v1/assets?{urlencode(FILTERS)}", f"/list?{urlencode(FILTERS)}"
    deep = f"{first}&{urlencode({'cursor': cursor})}"

    def ours(path: str, seconds: float = SECONDS) -> float:
        paths = itertools.repeat(path)
        return load.run(port, paths, seconds=seconds, connections=CONNECTIONS, token=token).per_second

    def floors(seconds: float = SECONDS) -> float:
        return load.run(floor_port, itertools.repeat(floor), seconds=seconds, connections=CONNECTIONS).per_second

    for warm in (lambda: ours(first, WARM_UP), lambda: ours(deep, WARM_UP), lambda: floors(WARM_UP)):
        warm()
    rounds = [(floors(), ours(first)) for _run in range(RUNS)]
    floor_speed, speed = (statistics.median(column) for column in zip(*rounds, strict=True))
    worst = min(our / floor_ for floor_, our in rounds)
    pages = [(ours(first, SHORT), ours(deep, SHORT)) for _run in range(PAGE_RUNS)]
    first_speed, deep_speed = (statistics.median(column) for column in zip(*pages, strict=True))
    note = f"worst ratio {worst:.3f}; ours signs in and sees only its province, the floor asks nobody"
    yield at_least(f"list.{name}.per_second", speed, floor_speed, LEAST, note)
    yield at_most(f"list.{name}.last_page_ms", 1000 / deep_speed, 1000 / first_speed, MOST_DEEP, "against the first")


def _last_page() -> str:
    """The cursor before the last fifty."""
    order = paging.Order((Asset.__table__.c.name_order, Asset.__table__.c.id))
    wanted = select(*order.columns).where(Asset.kind == FILTERS["kind"], Asset.status == FILTERS["status"])
    place = db.session.execute(wanted.order_by(*(column.desc() for column in order.columns)).offset(51).limit(1)).one()
    return paging.cursor_after(list(place), order)
