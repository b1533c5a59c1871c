"""The API under a schema-driven fuzzer: no failure of ours, no undocumented answer, no bad value accepted."""

import json
import logging
import os
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

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
from tests.make import files
from tests.make.demonstration import demonstration

EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "10")
DATABASES = os.environ.get("FUZZ_DATABASES", "sqlite").split()  # "sqlite postgresql" takes minutes more
PROGRAM = Path(sysconfig.get_path("scripts")) / "schemathesis"
ROOT = Path(__file__).parents[1]
HOOKS = ROOT / "tests/fuzzing/refusals.py"
ADMIN = "quantri@example.vn"
DOCUMENT = "/api/v1/openapi.json"

# A schema cannot say that a tag must exist (404), a code is taken (409), who recorded a draft (403) or which ETag is
# the newest (412, 428), or that a password was guessed too often (429). What may be refused as invalid (422) is
# narrowed field by field in HOOKS.
SETTINGS = f"""
hooks = {json.dumps(str(HOOKS))}

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 403, 404, 409, 410, 412, 422, 428, 429]

[checks.missing_required_header]
expected-statuses = [400, 401, 403, 406, 415, 422, 428]
"""
HALF_THE_TIME = 0.5
KNOWN_IN = {
    "tags": ("path.tag", "body.asset"),
    "codes": ("path.code", "body.owner", "body.organisation", "body.parent", "body.lab", "body.successor"),
    "keys": ("path.key", "path.evidence_id", "path.id"),
}


@pytest.fixture
def known(arrange) -> dict[str, list[str | int]]:
    """The demonstration's records, so that the fuzzer gets past 404 half the time."""
    with arrange():
        demonstration()
    with arrange():
        codes = [*db.session.scalars(select(Plan.code)), *db.session.scalars(select(Lab.code))]
        bodies = db.session.scalars(select(Organisation.code).order_by(Organisation.id.desc()).limit(5))
        tags = db.session.scalars(select(Asset.tag).order_by(Asset.id).limit(5))
        files.on_each(Asset, Calibration)
        return {"tags": [*tags], "codes": [*codes, *bodies], "keys": [1, 2, 3]}


@pytest.fixture
def token(arrange, known) -> str:
    with arrange():
        admin = db.session.scalars(select(Person).filter_by(email=ADMIN)).one()
        _row, secret = accounts.add_token(admin, name="fuzzer", by=None)
    return secret


def settings(known: dict[str, list[str | int]]) -> str:
    dictionaries = "".join(f"[dictionaries.{name}]\nvalues = {json.dumps(values)}\n" for name, values in known.items())
    bound = "".join(
        f'"{place}" = {{ dictionary = "{name}", probability = {HALF_THE_TIME} }}\n'
        for name, places in KNOWN_IN.items()
        for place in places
    )
    return f"{SETTINGS}\n{dictionaries}\n[parameters]\n{bound}"


@pytest.fixture
def fuzzed(address, known, tmp_path, caplog) -> Callable[..., str]:
    """`fuzzed("--header", …)` runs the fuzzer against the application served here; what it found, or nothing."""
    caplog.set_level(logging.ERROR, logger="werkzeug")
    (tmp_path / "settings.toml").write_text(settings(known), encoding="utf-8")
    command = [str(PROGRAM), "--no-color", "--config-file", "settings.toml", "run", f"{address}{DOCUMENT}"]
    manner = ["--checks", "all", "--max-examples", EXAMPLES, "--seed", "1", "--warnings", "off"]
    surroundings = {"PYTHONPATH": str(ROOT), "FUZZ_EXISTING": json.dumps(existing(known))}

    def run(*more: str) -> str:
        ran = subprocess.run(
            [*command, *manner, *more],
            cwd=tmp_path,
            env=os.environ | surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
        return "" if ran.returncode == 0 else ran.stdout + ran.stderr

    return run


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
def test_the_api_keeps_its_word(fuzzed, token):
    found = fuzzed("--header", f"Authorization: Bearer {token}")
    assert not found, found


def test_the_public_door_keeps_its_word_to_strangers(fuzzed):
    found = fuzzed("--include-path-regex", "/scan/")
    assert not found, found
