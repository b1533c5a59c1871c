"""Pages of refusal: they tell people, in one language, what to do, and hide what went wrong inside."""

import re
from io import BytesIO

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.assets.lists import queries as assets
from registry.kernel.db import db
from tests.backends import build
from tests.make import assets as make_assets
from tests.make import labs as make_labs

ENGLISH = {"Accept-Language": "en"}


def heading(answer):
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>|\s+", " ", found[1]).strip()


@pytest.fixture
def english(keeper):
    """The keeper's browser, in English."""
    keeper.pages.set_cookie("lang", "en")
    return keeper.pages


def prefers_english(arrange, caller):
    with arrange():
        caller.person().locale = "en"


@pytest.mark.parametrize("path", ["/nowhere", "/assets/0000000000/x", "/labs/NONE", "/static/none.css"])
def test_what_is_not_there_is_a_page(english, path):
    answer = english.get(path)
    assert (answer.status_code, answer.content_type) == (404, "text/html; charset=utf-8")
    assert heading(answer) == "Not found"


def test_a_method_that_is_not_there_is_a_page_that_names_those_that_are(keeper):
    answer = keeper.pages.post("/assets")
    assert (answer.status_code, answer.mimetype) == (405, "text/html")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_what_a_person_may_not_see_is_a_page(english):
    answer = english.get("/people")
    assert (answer.status_code, heading(answer)) == (403, "Not allowed")


def test_words_a_list_does_not_know_are_refused_on_a_page(keeper):
    for path in ("/assets?limit=x", "/labs?colour=red", "/organisations?kind=planet", "/assets?cursor=x"):
        answer = keeper.pages.get(path)
        assert (answer.status_code, answer.mimetype) == (422, "text/html"), path


def test_a_form_of_more_than_sixteen_megabytes_is_refused(keeper):
    answer = keeper.pages.post("/labs/new", data={"name": "x" * (17 * 1024 * 1024)})
    assert (answer.status_code, answer.mimetype) == (413, "text/html")


class TestLanguage:
    @pytest.mark.parametrize("path", ["/nowhere", "/labs/NONE", "/s/mistyped", "/people", "/assets?limit=x"])
    def test_a_page_of_refusal_speaks_one_language(self, keeper, arrange, path):
        prefers_english(arrange, keeper)
        text = keeper.pages.get(path).text
        assert '<html lang="en">' in text
        assert not re.search(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", visible(text)), visible(text)

    def test_a_persons_language_goes_before_the_browsers_and_the_one_picked_before_both(self, keeper):
        assert heading(keeper.pages.get("/nowhere", headers=ENGLISH)) == "Không tìm thấy"
        assert heading(keeper.pages.get("/nowhere?lang=en")) == "Not found"
        assert heading(keeper.pages.get("/nowhere")) == "Not found"


def visible(html):
    """What a page says between its header and its end."""
    main = html[html.index("<main") :]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


class TestFailures:
    @pytest.fixture(autouse=True)
    def as_in_production(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "TESTING", False)
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    @staticmethod
    def raising(error):
        def raise_(*_args, **_kwargs):
            raise error

        return raise_

    def test_a_failure_inside_tells_nothing_of_its_cause(self, keeper, english, monkeypatch, caplog):
        monkeypatch.setattr(assets, "asset_page", self.raising(ValueError("the inner secret")))
        page, problem = english.get("/assets"), keeper.get("/api/v1/assets", headers=ENGLISH)
        assert (page.status_code, page.mimetype) == (500, "text/html")
        assert (problem.status_code, problem.content_type) == (500, "application/problem+json")
        assert heading(page) == problem.json["title"] == "Something went wrong on our side"
        assert "secret" not in page.text + problem.text
        assert "the inner secret" in caplog.text

    def test_two_changes_that_collide_are_a_conflict(self, keeper, monkeypatch):
        monkeypatch.setattr(assets, "asset_page", self.raising(IntegrityError("INSERT", {}, ValueError("unique"))))
        assert keeper.pages.get("/assets").status_code == 409
        answer = keeper.get("/api/v1/assets")
        assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
        assert "INSERT" not in answer.text

    def test_a_database_that_stops_answering_is_told_with_when_to_come_back(self, keeper, monkeypatch):
        gone = self.raising(OperationalError("SELECT", {}, ValueError("gone")))
        monkeypatch.setattr(assets, "asset_page", gone)
        monkeypatch.setattr(accounts, "may", gone)
        for answer in (keeper.pages.get("/assets"), keeper.get("/api/v1/assets")):
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert "SELECT" not in answer.text


def test_without_a_database_every_door_says_so(tmp_path):
    app = build("postgresql+psycopg://registry@127.0.0.1:1/none", tmp_path / "home")
    client = app.test_client()
    client.set_cookie(signin.COOKIE, "any")
    page = client.get("/assets")
    assert (page.status_code, page.mimetype, page.headers["Retry-After"]) == (503, "text/html", "5")
    answer = client.get("/api/v1/assets", headers={"Authorization": "Bearer any"})
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert client.get("/api/v1/scan/0000000000").status_code in {404, 503}
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (503, {"database": False, "schema": False, "sweep": False})
    with app.app_context():
        db.engine.dispose()


def test_readiness_wants_a_sweep_of_the_last_day(client, people, arrange, clock):
    with arrange():
        make_assets.asset()
    assert client.get("/healthz").text == "ok\n"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (503, {"database": True, "schema": True, "sweep": False})


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/labs/PTN-1/scope/decisions/7/undo?which=all&lang=en", "/labs/PTN-1/scope?which=all&lang=en"),
        ("/labs/PTN-1/scope/decide/sheet", "/labs/PTN-1/scope/decide"),
        ("/inspections/3/measures/4/done?find=x", "/inspections/3/measures?find=x"),
        ("/plan/K/draft/rows/A.1/move", "/plan/K/draft/rows/A.1"),
    ],
)
def test_who_asks_again_for_a_page_that_answered_a_form_is_led_to_where_the_form_stands(keeper, path, above):
    answer = keeper.pages.get(path)
    assert (answer.status_code, answer.location) == (302, above)


def test_what_was_refused_at_an_address_of_forms_is_asked_for_again_in_another_language(keeper, arrange):
    with arrange():
        make_labs.lab()
    said = keeper.pages.post("/labs/PTN-1/scope/decide/sheet", data={"file": (BytesIO(b""), "a.csv")})
    assert said.status_code == 422
    link = re.search(r'<a class="masthead-link" lang="en"[^>]* href="([^"]+)"', said.text)[1]
    page = keeper.pages.get(link, follow_redirects=True)
    assert (page.status_code, heading(page)) == (200, "Record a decision about the scope")


def test_what_has_no_page_above_it_and_what_programs_ask_is_refused_as_before(keeper):
    assert keeper.pages.get("/sign-out").status_code == 405
    assert keeper.get("/api/v1/inspections/1/checks/batch").status_code == 405
