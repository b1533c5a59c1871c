"""The API under a schema-driven fuzzer: no failure of ours, no undocumented answer, no bad value accepted."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from registry import demo, demo_people
from registry.accounts import actions as accounts
from registry.accounts.models import Organisation, Person
from registry.assets.models import Asset
from registry.calibration.models import Calibration
from registry.kernel.db import db
from registry.labs.models import Lab
from registry.plan.models import Plan
from tests import stored
from tests.backends import delete_everything
from tests.fuzzing import gates
from tests.fuzzing.running import DOCUMENT, Run
from tests.make import files

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "100"))  # an operation
DRAWN = max(5, EXAMPLES // 40)  # of these, beside those that cover the document; the others are crossed
DATABASES = os.environ.get("FUZZ_DATABASES", "sqlite").split()  # "sqlite postgresql" takes minutes more
PARTS = 6  # of the document, so that several processes share the work
ADMIN = "quantri@example.vn"
UNIT_PHASES, FOLLOWING = ("examples", "coverage", "fuzzing"), ("stateful",)

# A schema cannot say that a tag must exist (404), a code is taken (409), who recorded a draft (403) or which ETag is
# the newest (412, 428), or that a password was guessed too often (429). What may be refused as invalid (422) is
# narrowed field by field in `tests.fuzzing.refusals`.
CHECKS = {
    "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", 403, 404, 409, 410, 412, 422, 428, 429]},
    "missing_required_header": {"expected-statuses": [400, 401, 403, 406, 415, 422, 428]},
}
HALF_THE_TIME = 0.5
KNOWN_IN = {
    "tags": ("path.tag", "body.asset"),
    "codes": ("path.code", "body.owner", "body.organisation", "body.parent", "body.lab", "body.successor"),
    "keys": ("path.key", "path.evidence_id", "path.id"),
}
Fuzz = Callable[..., Run]


def filled() -> tuple[dict[str, list[str | int]], str]:
    """The demonstration's records, so that the fuzzer gets past 404 half the time, and an administrator's token."""
    demo.fill_if_empty()
    db.session.flush()
    codes = [*db.session.scalars(select(Plan.code)), *db.session.scalars(select(Lab.code))]
    bodies = db.session.scalars(select(Organisation.code).order_by(Organisation.id.desc()).limit(5))
    tags = db.session.scalars(select(Asset.tag).order_by(Asset.id).limit(5))
    files.on_each(Asset, Calibration)
    admin = db.session.scalars(select(Person).filter_by(email=ADMIN)).one()
    _row, token = accounts.add_token(admin, name="fuzzer", by=None)
    return {"tags": [*tags], "codes": [*codes, *bodies], "keys": [1, 2, 3]}, token


def settings(known: dict[str, list[str | int]], phases: tuple[str, ...], token: str | None) -> dict[str, Any]:
    bound = {
        place: {"dictionary": name, "probability": HALF_THE_TIME}
        for name, places in KNOWN_IN.items()
        for place in places
    }
    return {
        "seed": 1,
        "headers": {"Authorization": f"Bearer {token}"} if token else {},
        "generation": {"max-examples": DRAWN, "database": "none"},  # which costs more than what it helps
        "phases": {name: {"enabled": name in phases} for name in (*UNIT_PHASES, *FOLLOWING)},
        "checks": CHECKS,
        "dictionaries": {name: {"values": values} for name, values in known.items()},
        "parameters": bound,
    }


@pytest.fixture
def fuzz(app) -> Fuzz:
    """`fuzz(phases, is_asked)` asks the application itself, as an administrator or a stranger."""

    def begin_anew() -> tuple[dict[str, list[str | int]], str]:
        with app.app_context():
            db.session.rollback()
            delete_everything()
            gates.ETAGS.clear()
            return stored.once("fuzzed", filled)

    def fuzz(phases: tuple[str, ...], is_asked: Callable[[str], bool], *, stranger: bool = False) -> Run:
        known, token = begin_anew()
        gates.KNOWN.update(existing(known))
        run = Run(app, settings(known, phases, None if stranger else token), is_asked)
        run.draw()
        if phases != FOLLOWING:
            begin_anew()
            run.cross(EXAMPLES)
        return run

    return fuzz


def existing(known: dict[str, list[str | int]]) -> dict[str, str | int]:
    """What a field of a body can name."""
    return {
        "asset": known["tags"][0],
        "indicator": "II.2.a",
        "lab": demo.LOCAL_LAB,
        "organisation": demo_people.CENTRE,
        "owner": demo_people.CENTRE,
        "parent": demo_people.DEPARTMENT,
        "password": demo_people.PASSWORD,
        "successor": demo_people.CENTRE,
    }


@pytest.mark.parametrize("database", DATABASES, indirect=False)
@pytest.mark.parametrize("part", range(PARTS))
def test_the_api_keeps_its_word(fuzz, app, part):
    paths = sorted(app.test_client().get(DOCUMENT).json["paths"])
    mine = {f"/api/v1{path}".replace("/api/v1/api/v1", "/api/v1") for path in paths[part::PARTS]}
    run = fuzz(UNIT_PHASES, mine.__contains__)
    assert run.asked
    assert not run.found, run.told()


@pytest.mark.parametrize("database", DATABASES, indirect=False)
def test_the_api_keeps_its_word_from_one_request_to_the_next(fuzz):
    run = fuzz(FOLLOWING, lambda _path: True)
    assert not run.found, run.told()


def test_the_public_door_keeps_its_word_to_strangers(fuzz):
    run = fuzz(UNIT_PHASES, lambda path: "/scan/" in path, stranger=True)
    assert not run.found, run.told()
