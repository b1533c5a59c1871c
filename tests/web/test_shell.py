"""What surrounds every page: forms of our own only, headers that keep others out, and the language one picked."""

import re
from zoneinfo import ZoneInfo

import pytest

from registry.kernel import audit
from registry.kernel import clock as kernel_clock
from tests.conftest import TODAY
from tests.sources import PACKAGE, files

POLICY_NEEDS = (
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "base-uri 'none'",
)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LAB = {"code": "PTN-2", "name": "Phòng", "organisation": "TTDL"}


@pytest.fixture
def guarded(app, monkeypatch):
    """Forms are guarded as in production."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


def token_in(answer):
    return re.findall(r'name="csrf_token" value="([^"]+)"', answer.text)[0]


@pytest.mark.usefixtures("guarded")
class TestAFormOfAnotherSite:
    @pytest.mark.parametrize("said", [{}, {"csrf_token": ""}, {"csrf_token": "made up"}, {"csrf_token": "x" * 9000}])
    def test_changes_nothing_and_says_what_to_do(self, keeper, arrange, said):
        keeper.pages.set_cookie("lang", "en")
        answer = keeper.pages.post("/labs/new", data=LAB | said)
        assert (answer.status_code, answer.mimetype) == (400, "text/html")
        assert "open it again" in answer.text
        assert "JSON" not in answer.text
        with arrange():
            assert audit.history("lab", "PTN-2") == []

    def test_cannot_do_anything_at_all(self, shown, people):
        paths = {
            "keeper": [
                f"/labs/{shown.lab}/edit",
                f"/calibrations/{shown.draft}/approve",
                f"/calibrations/{shown.draft}/void",
            ],
            "technician": ["/assets/new", f"/assets/{shown.tag}/edit", f"/assets/{shown.tag}/calibrations/new"],
            "planner": [f"/plan/{shown.plan}", f"/plan/{shown.plan}/{shown.indicator}"],
            "admin": ["/people/new", "/organisations/new", "/account/tokens", "/account/tokens/1/revoke", "/sign-out"],
        }
        statuses = {
            path: getattr(people, name).pages.post(path).status_code for name, many in paths.items() for path in many
        }
        assert set(statuses.values()) == {400}, statuses

    def test_cannot_sign_anybody_in(self, client):
        for path in ("/sign-in", "/claim", "/scan/photo"):
            assert client.post(path, data={"email": "a@example.vn", "password": "x"}).status_code == 400, path

    def test_is_told_from_ours_by_a_token_of_the_page(self, keeper, stranger):
        page = keeper.pages.get("/labs/new")
        assert stranger.pages.post("/labs/new", data=LAB | {"csrf_token": token_in(page)}).status_code == 400
        assert keeper.pages.post("/labs/new", data=LAB | {"csrf_token": token_in(page)}).status_code == 302

    def test_does_not_concern_programs(self, keeper):
        assert keeper.post("/api/v1/labs", json=LAB).status_code == 201

    def test_token_is_in_every_form_that_changes_something(self, shown, admin):
        for path in (
            "/labs/new",
            "/assets/new",
            "/people/new",
            "/organisations/new",
            "/account",
            "/scan",
            f"/assets/{shown.tag}",
        ):
            for form in re.findall(r"<form\b.*?</form>", admin.pages.get(path).text, re.DOTALL):
                assert ('method="post"' not in form) or ('name="csrf_token"' in form), path


class TestHeaders:
    def test_of_a_page_keep_other_sites_and_caches_out(self, shown, keeper, client):
        for answer in (
            client.get("/"),
            client.get("/nowhere"),
            client.get(f"/s/{shown.tag}"),
            keeper.pages.get("/assets"),
        ):
            policy = answer.headers["Content-Security-Policy"]
            assert all(need in policy for need in POLICY_NEEDS)
            assert "unsafe-inline" not in policy
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert "camera=(self)" in answer.headers["Permissions-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Server" not in answer.headers

    def test_of_the_api_forbid_guessing_and_keeping(self, keeper, client):
        for answer in (keeper.get("/api/v1/labs"), client.get("/api/v1/labs")):
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in answer.headers
            assert "Access-Control-Allow-Origin" not in answer.headers

    def test_of_a_file_let_it_be_kept_for_ever_only_under_the_fingerprint_of_what_it_holds(self, client, app):
        with app.test_request_context():
            address = app.url_for("static", filename="css/base.css")
        assert re.fullmatch(r"/static/css/base\.css\?v=[0-9a-f]{12}", address)
        kept = {
            address: True,
            "/static/css/base.css": False,
            "/static/css/base.css?v=": False,
            "/static/css/base.css?v=000000000000": False,
            "/static/css/none.css?v=000000000000": False,
            "/static/css/none.css?v=": False,
        }
        found = {path: "immutable" in client.get(path, buffered=True).headers["Cache-Control"] for path in kept}
        assert found == kept

    def test_of_a_file_say_what_it_is_and_when_it_changed(self, client):
        kinds = {"css/base.css": "text/css", "js/page.js": "text/javascript", "favicon.svg": "image/svg+xml"}
        for name, kind in kinds.items():
            answer = client.get(f"/static/{name}", buffered=True)
            assert (answer.status_code, answer.mimetype) == (200, kind)
            again = client.get(f"/static/{name}", headers={"If-None-Match": answer.headers["ETag"]}, buffered=True)
            assert again.status_code == 304

    @pytest.mark.parametrize(
        "path", ["../config.py", "..%2fconfig.py", "%2e%2e/config.py", "/etc/passwd", "css/../../cli.py", "css\\..\\x"]
    )
    def test_no_file_outside_the_folder_is_given(self, client, path):
        assert client.get(f"/static/{path}", follow_redirects=True).status_code == 404


class TestLanguage:
    def language(self, answer):
        return re.findall(r'<html lang="(\w+)">', answer.text)[0]

    def test_is_vietnamese_unless_the_browser_says_otherwise(self, client):
        asked = {None: "vi", "en-US,en;q=0.9": "en", "fr": "vi", "vi,en": "vi"}
        found = {
            said: self.language(client.get("/", headers={"Accept-Language": said} if said else {})) for said in asked
        }
        assert found == asked

    def test_that_is_picked_is_kept_in_a_cookie(self, client):
        answer = client.get("/?lang=en")
        assert self.language(answer) == "en"
        (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("lang=")]
        assert "lang=en;" in cookie
        assert "SameSite=Lax" in cookie
        assert self.language(client.get("/scan")) == "en"
        assert self.language(client.get("/scan?lang=vi")) == "vi"
        assert self.language(client.get("/scan")) == "vi"

    def test_that_nobody_speaks_here_is_not_kept(self, client):
        answer = client.get("/?lang=%22%3E%3Cscript%3E")
        assert self.language(answer) == "vi"
        assert not [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("lang=")]

    def test_is_switched_by_a_link_that_keeps_the_rest_of_the_address(self, keeper):
        text = keeper.pages.get("/assets?q=c%C3%A2n&kind=standard").text
        (link,) = re.findall(r'class="masthead-link" lang="en" hreflang="en" href="([^"]+)"', text)
        answer = keeper.pages.get(link.replace("&amp;", "&"))
        assert (answer.status_code, self.language(answer)) == (200, "en")
        assert 'value="cân"' in answer.text
        assert keeper.pages.get("/assets?q=a%26b%3Dc&lang=vi").status_code == 200

    def test_writes_dates_and_numbers_its_own_way(self, shown, planner):
        for language, day, money in (("vi", "15/06/2026", "21.415"), ("en", "15 Jun 2026", "21,415")):
            text = planner.pages.get(f"/plan/{shown.plan}?lang={language}").text
            assert day in text
            assert money in text


def test_a_pretended_day_is_told_on_every_page(client, people):
    kernel_clock.configure(HANOI, TODAY)
    try:
        assert 'class="pretend"' in client.get("/").text
        assert "15/06/2026" in client.get("/nowhere").text
    finally:
        kernel_clock.configure(HANOI, None)
    assert 'class="pretend"' not in client.get("/").text


def test_every_drawing_that_a_template_names_is_drawn():
    templates = {path: path.read_text(encoding="utf-8") for path in files("*.html", PACKAGE / "web/templates")}
    drawn = set(re.findall(r'name == "([a-z_]+)"', templates[PACKAGE / "web/templates/macros/icons.html"]))
    named = {name for text in templates.values() for name in re.findall(r'\bicon\("([a-z_]+)"', text)}
    assert len(named) > 20
    assert named - drawn == set()
