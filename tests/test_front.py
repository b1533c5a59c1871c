"""A start waits for the doors in front alone, and whoever knocks at another one finds it open."""

import json
import os
import subprocess
import sys

import pytest

from tests.sources import ROOT

PROGRAM = """
import gc, json, sys
from registry import config
from registry.app import create_app
from registry.kernel.db import Base
app = create_app(config.from_environment())
def loaded():
    return [name for name in ("registry.house", "flask_smorest", "marshmallow", "alembic") if name in sys.modules]
client = app.test_client()
said = {"start": loaded()}
said["alive"] = client.get("/healthz").status_code
said["scan"] = client.get("/s/AAAA-AAAA-AAAA-A").status_code
answer = client.get(f"/s/{sys.argv[1]}")
said["known"] = answer.status_code, "Cân" in answer.text
said["front"] = loaded()
said["tables"] = sorted(Base.metadata.tables)
said["beyond"] = sorted(key.target_fullname for table in Base.metadata.tables.values() for key in table.foreign_keys
                        if key.target_fullname.split(".")[0] not in Base.metadata.tables)
said["unknown"] = client.get("/no/such/place").status_code, loaded()
said["form"] = client.post("/sign-in", data={"email": "a@b.vn", "password": "c"}).status_code
said["closed"] = client.get("/api/v1/assets").status_code, client.get("/assets").status_code
said["told"] = client.post("/api/v1/assets", json={}).status_code
said["document"] = len(client.get("/api/v1/openapi.json").get_json()["paths"])
said["young"] = gc.isenabled(), gc.get_threshold()[0]
said["again"] = client.get("/s/AAAA-AAAA-AAAA-A").status_code
print(json.dumps(said))
"""

SIGNED_IN = """
import json, sys
from registry.accounts import signin
from registry.app import create_app
app = create_app()
client = app.test_client()
client.set_cookie(signin.COOKIE, sys.argv[1])
answers = [client.get(path) for path in ("/assets", "/", "/labs", "/api/v1/assets?limit=1", "/assets?lang=en")]
print(json.dumps([[answer.status_code, '<html lang="vi"' in answer.text] for answer in answers]))
"""

STORE = """
from registry import demo
from registry.accounts import actions as accounts
from registry.accounts.queries import person_by_email
from registry.app import create_app, fetch
from registry.assets.models import Asset
from registry.kernel.db import db
app = create_app()
fetch(app)
with app.app_context():
    demo.fill_if_empty()
    db.session.commit()
    print(accounts.open_session(person_by_email("kehoach@example.vn")))
    db.session.commit()
    print(db.session.scalars(db.select(Asset.tag).where(Asset.name.startswith("Cân")).order_by(Asset.id)).first())
"""


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """Where a province's data is, the token of a planner's session, and a tag."""
    environ = os.environ | {"REGISTRY_HOME": str(tmp_path_factory.mktemp("front"))}
    subprocess.run([sys.executable, "-m", "registry", "db", "upgrade"], env=environ, check=True, cwd=ROOT)
    token, tag = run(STORE, environ).split()
    return environ, token, tag


def run(program, environ, *said):
    words = [sys.executable, "-c", program, *said]
    return subprocess.run(words, env=environ, check=True, cwd=ROOT, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def said(stored):
    """What a fresh process answers, door by door, and what it has loaded by then."""
    environ, _token, tag = stored
    return json.loads(run(PROGRAM, environ, tag))


def test_the_first_who_knocks_may_be_signed_in(stored):
    environ, token, _tag = stored
    found = json.loads(run(SIGNED_IN, environ, token))
    assert found == [[200, True], [200, True], [200, True], [401, False], [200, False]]


def test_a_start_loads_what_answers_a_scan_and_nothing_else(said):
    assert (said["start"], said["front"]) == ([], [])
    assert (said["alive"], said["scan"]) == (200, 404)
    assert said["known"] == [200, True]
    assert said["beyond"] == []  # a table in front points at none that only the house knows


def test_an_address_that_is_none_fetches_nothing(said):
    assert said["unknown"] == [404, []]


def test_the_first_who_knocks_finds_every_door_in_its_place(said):
    assert said["form"] == 400  # its token is missing, which pages want and the API does not
    assert said["closed"] == [401, 302]
    assert said["told"] == 401
    assert said["document"] > 100
    assert said["again"] == 404


def test_the_collector_looks_seldom_at_what_thousands_of_rows_are_made_of(said):
    assert said["young"] == [True, 20_000]
