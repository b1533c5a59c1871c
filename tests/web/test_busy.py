"""While an import or other long work is being saved: whoever writes is soon told to wait, and nobody else waits."""

import time
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from registry.kernel import db as kernel
from registry.kernel.db import db
from tests.make import assets as make_assets
from tests.people import CENTRE
from tests.statements import sent

ENGLISH = {"Accept-Language": "en"}
ASSET = {"kind": "instrument", "name": "Cân chờ lưu", "owner": CENTRE}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Each database has its own way to be busy."""
    name: str = request.param
    return name


@pytest.fixture(autouse=True)
def as_in_production(app, monkeypatch):
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(kernel, "REQUEST_WAITS", 200)


@pytest.fixture
def saving(app):
    """Somebody else writes for a long time meanwhile."""

    @contextmanager
    def writing():
        with app.app_context(), db.engine.connect() as connection:  # outside a request: it begins to write
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE asset IN SHARE ROW EXCLUSIVE MODE"))
            else:
                connection.execute(text("SELECT 1"))
            yield
            connection.rollback()

    return writing


def test_a_program_is_told_to_come_back(keeper, saving):
    with saving():
        begun = time.monotonic()
        answer = keeper.post("/api/v1/assets", json=ASSET, headers=ENGLISH)
        assert time.monotonic() - begun < 3
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.json["type"] == "urn:registry:problem:busy"
        assert "is being saved" in answer.json["detail"]
    assert keeper.post("/api/v1/assets", json=ASSET).status_code == 201


def test_what_was_typed_is_drawn_again_and_can_be_saved_afterwards(keeper, saving):
    form = ASSET | {"idempotency_key": "one", "location": "Phòng <số> 5"}
    keeper.pages.set_cookie("lang", "en")
    with saving():
        answer = keeper.pages.post("/assets/new", data=form)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "is being saved" in answer.text
        assert "Cân chờ lưu" in answer.text
        assert "Phòng &lt;số&gt; 5" in answer.text
        assert "Cân chờ lưu" not in keeper.pages.get("/assets").text
    assert keeper.pages.post("/assets/new", data=form).status_code == 302
    assert "Cân chờ lưu" in keeper.pages.get("/assets").text


def test_a_page_that_is_no_form_says_so_too(keeper, saving, database):
    if database == "postgresql":
        pytest.skip("signing out waits for nobody there")
    keeper.pages.get("/assets")
    with saving():
        answer = keeper.pages.post("/sign-out")
        assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert keeper.pages.get("/assets").status_code == 200


def test_readers_do_not_wait(keeper, client, arrange, saving):
    with arrange():
        tag = make_assets.asset().tag
    keeper.pages.get("/assets")
    with saving():
        assert client.get(f"/api/v1/scan/{tag}").status_code == 200
        assert keeper.pages.get("/assets").status_code == 200


def test_commands_and_work_have_time(app, saving, monkeypatch):
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA busy_timeout")).scalar() == kernel.OTHERS_WAIT >= 60_000
        else:
            assert connection.execute(text("SHOW lock_timeout")).scalar() == "0"


@pytest.fixture
def saving_next(app):
    """Somebody else begins to write for a long time the moment something was committed."""

    @contextmanager
    def writing():
        with app.app_context():
            engine = db.engine
        others = []

        def begin(session):
            if not others and not session.in_nested_transaction():
                others.append(engine.raw_connection())
                if engine.dialect.name == "postgresql":
                    others[0].cursor().execute("LOCK TABLE asset, idempotency_key IN SHARE ROW EXCLUSIVE MODE")
                else:
                    others[0].cursor().execute("BEGIN IMMEDIATE")

        event.listen(Session, "after_commit", begin)
        try:
            yield others
        finally:
            event.remove(Session, "after_commit", begin)
            for other in others:
                other.rollback()
                other.close()

    return writing


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "one"}], ids=["without a key", "with a key"])
def test_what_was_saved_is_not_said_to_be_unchanged(keeper, saving_next, headers):
    with saving_next() as others:
        answer = keeper.post("/api/v1/assets", json=ASSET, headers=headers)
        assert len(others) == 1
        assert (answer.status_code, answer.json["name"]) == (201, ASSET["name"])
    found = keeper.get("/api/v1/assets", query_string={"q": "can cho luu"}).json["items"]
    assert [one["tag"] for one in found] == [answer.json["tag"]]


def test_where_more_was_to_follow_what_was_saved_nobody_is_told_to_send_it_again(keeper, saving_next, app, monkeypatch):
    def twice():
        db.session.execute(text("UPDATE organisation SET name_en = 'once'"))
        db.session.commit()
        db.session.execute(text("UPDATE asset SET name = 'twice'"))
        db.session.commit()
        return "", 204

    monkeypatch.setitem(app.view_functions, "api_assets.register", twice)
    with saving_next():
        answer = keeper.post("/api/v1/assets", headers=ENGLISH)
        assert answer.status_code == 503
        assert "was saved, at least in part" in answer.json["detail"]


@pytest.mark.parametrize(("token", "told"), [("wrong", ["a prepared read"]), ("", [])])
@pytest.mark.usefixtures("people")
def test_a_stranger_who_would_write_is_refused_at_once_and_keeps_nobody_waiting(client, saving, token, told):
    with saving(), sent() as statements:
        answer = client.post("/api/v1/assets", json=ASSET, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, statements) == (401, told)
