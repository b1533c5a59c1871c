"""Every page as each kind of person, in both languages: who is let in, and what no page may get wrong."""

import re
from collections import Counter, defaultdict
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.exceptions import HTTPException

from tests.conftest import TODAY
from tests.people import PEOPLE
from tests.web.pages import ELSEWHERE, PAGES

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
MOST_ALIKE = {"sqlite": 5, "postgresql": 1}  # addresses of a kind that are followed


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Each page is opened on both databases: what it asks must be understood by both."""
    name: str = request.param
    return name


def address(page, shown):
    return re.sub(r"<(\w+)>", lambda found: str(getattr(shown, found[1])), page)


def expected(page, name):
    let_in, else_ = PAGES[page]
    if name in let_in:
        return 200
    if name == "nobody":
        return 302
    return else_[name] if isinstance(else_, dict) else else_


def browsers(people, client, database):
    """Everybody; on the second database one who reads a part and one who reads all."""
    names = PEOPLE if database == "sqlite" else ["inspector", "admin"]
    return {name: getattr(people, name).pages for name in names} | {"nobody": client}


def test_each_page_lets_in_whom_it_should_is_well_formed_and_leads_to_what_there_is(
    shown, people, client, app, database
):
    language = {"sqlite": "vi", "postgresql": "en"}[database]
    wrong, faults, led_to = {}, {}, {}
    for name, browser in browsers(people, client, database).items():
        browser.set_cookie("lang", language)
        for page in PAGES:
            answer = browser.get(address(page, shown))
            if answer.status_code != expected(page, name):
                wrong[page, name] = answer.status_code
            elif (
                answer.mimetype == "text/html"
                and answer.status_code != 302
                and f'<html lang="{language}">' not in answer.text
            ):
                wrong[page, name] = "another language"
            if (answer.mimetype, answer.status_code) != ("text/html", 200):
                continue
            if name in {"admin", "nobody"} and database == "sqlite":  # no database writes a tag
                faults[page, name] = faults_of(answer.text)
            if name == "admin":
                led_to = dict.fromkeys(linked(answer.text), page) | led_to
    assert wrong == {}
    assert not {at: found for at, found in faults.items() if any(found)}
    there = {address(page, shown) for page in PAGES}
    beyond = {href: page for href, page in led_to.items() if href not in there}
    some = alike(app, beyond, MOST_ALIKE[database])
    assert len(some) > 200
    assert broken(people.admin.pages, some) == {}


def linked(html):
    return re.findall(r'<(?:a|link|img|script)\b[^>]*\b(?:href|src)="([^"#]+)', html)


def alike(app, led_to, most):
    """At most so many of the addresses that one door answers by the same parameters, as the rows of a plan are."""
    doors = app.url_map.bind("localhost")
    kinds = defaultdict(list)
    for href in led_to:
        said = urlsplit(href.replace("&amp;", "&"))
        try:
            door, _values = doors.match(said.path, method="GET")
        except HTTPException:
            door = said.path
        kinds[door, frozenset(name for name, _value in parse_qsl(said.query, keep_blank_values=True))].append(href)
    return {href: led_to[href] for hrefs in kinds.values() for href in hrefs[:most]}


def broken(browser, led_to):
    """What is linked and not there, with the page that leads to it."""
    statuses = {href: browser.get(href.replace("&amp;", "&"), buffered=True).status_code for href in led_to}
    return {
        (led_to[href], href): status
        for href, status in statuses.items()
        if status not in {200, 302} and not href.startswith("/static/vendor/")
    }


def test_the_table_knows_every_page(app):
    shape = re.compile(r"<[^>]*>")
    rules = {
        shape.sub("<>", rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and not rule.rule.startswith(("/api/", "/static/"))
    }
    known = {shape.sub("<>", page) for page in PAGES} | ELSEWHERE
    many = {
        "/inspections/<>/checks/<>/photos/<>",
        "/inspections/<>/checks/<>/register",
        "/inspections/<>/minutes/<>",
        "/inspections/<>/minutes/<>.<>",
        "/inspections/<>/answer.json",
        "/assessments/<>/export.<>",
        "/assessments/export.<>",
        "/inspection-plans/export.<>",
        "/inspections/<>/checks/export.<>",
        "/inspections/export.<>",
        "/inspections/statistics.<>",
        "/account/notices/snooze/<>/<>",
        "/assets/<>/custody/<>",
        "/assets/<>/faults/<>/impact",
        "/assets/<>/schedules/<>",
        "/assets/<>/schedules/<>/reviews",
        "/fitness.<>",
        "/gaps.<>",
        "/labs/<>",
        "/labs/<>/decisions/<>/annul",
        "/labs/export.<>",
        "/organisations/<>",
        "/organisations/<>/succession",
        "/plan/<>/versions/<>",
        "/plan/<>/versions/<>/changes",
        "/plan/<>/versions/<>/file",
        "/procedures/<>/versions/<>",
        "/proficiency/follow-ups/export.<>",
        "/proficiency/rounds/<>/export.<>",
        "/proficiency/rounds/<>/measurands/<>",
        "/proficiency/rounds/export.<>",
        "/reports/<>.<>",
        "/reports/units/<>.<>",
        "/reports/units/<>/submissions/<>",
    }
    assert rules - known - many == set()


class Reader(HTMLParser):
    """What a page says of itself: ids, what points at them, links, and tags that are not closed in order."""

    def __init__(self):
        super().__init__()
        self.ids, self.pointers, self.links, self.open, self.faults = Counter(), set(), set(), [], []
        self.silent = 0

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag in {"template", "noscript"}:
            self.silent += 1
        if "id" in said and not self.silent:
            self.ids[said["id"]] += 1
        if not self.silent:
            self.pointers |= {said["for"]} if "for" in said else set()
            for name in ("aria-describedby", "aria-labelledby"):
                self.pointers |= set((said.get(name) or "").split())
        if tag in {"a", "form", "link", "script", "img"}:
            self.links |= {said.get("href") or said.get("action") or said.get("src") or ""} - {""}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in {"template", "noscript"}:
            self.silent -= 1
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.faults.append(f"</{tag}> at {self.getpos()}")


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def faults_of(html):
    """Ids twice, pointers at none, addresses elsewhere, values that are none, and tags that are not closed in order."""
    seen = read(html)
    twice = [one for one, times in seen.ids.items() if times > 1]
    lost = seen.pointers - set(seen.ids)
    outside = [link for link in seen.links if urlsplit(link).netloc]
    undefined = re.findall(r">\s*(?:None|undefined|\[\]|\{\})\s*<|%\(\w+\)s", html)
    return twice, lost, outside, undefined, seen.faults, seen.open


class TestLeadingOn:
    def test_a_typed_tag_opens_the_status_page_however_it_is_typed(self, client, shown):
        typed = f" {shown.tag[:5].lower()} - {shown.tag[5:]} ".replace("0", "o").replace("1", "l")
        answer = client.get("/scan/typed", query_string={"tag": typed})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/s/{shown.tag}")

    @pytest.mark.parametrize("typed", ["", "U", "\0", "x" * 5000, "<script>alert(1)</script>", "' OR 1=1"])
    def test_a_mistyped_tag_is_drawn_again_as_text(self, client, typed):
        answer = client.get("/scan/typed", query_string={"tag": typed})
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert "<script>alert" not in answer.text
        assert len(answer.text) < 20_000

    def test_a_single_plan_opens_at_once(self, shown, keeper, stranger):
        answer = keeper.pages.get("/plan")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/plan/{shown.plan}")
        assert stranger.pages.get("/plan").status_code == 200

    def test_a_plan_of_an_earlier_day_is_shown_as_it_stood(self, shown, keeper):
        assert keeper.pages.get(f"/plan/{shown.plan}?on=2026-01-01").status_code == 200
        assert keeper.pages.get(f"/plan/{shown.plan}?on=yesterday").status_code == 422


class TestAScan:
    def test_tells_a_passer_by_no_owner_place_or_serial_number(self, client, shown, keeper, stranger):
        for browser, told in ((client, False), (stranger.pages, False), (keeper.pages, True)):
            text = browser.get(f"/s/{shown.tag}").text
            assert "data-fit=" in text
            for secret in ("Phòng 7", "SN-0042", "Trung tâm đo lường"):
                assert (secret in text) is told, secret

    def test_says_in_one_glance_whether_it_may_be_used(self, client, shown, clock):
        text = client.get(f"/s/{shown.tag.lower()}").text
        assert 'data-fit="yes"' in text
        assert "Được phép sử dụng" in text
        clock(TODAY + timedelta(days=400))
        assert 'data-fit="no"' in client.get(f"/s/{shown.tag}").text

    def test_is_never_kept_by_anybody(self, client, shown):
        assert client.get(f"/s/{shown.tag}").headers["Cache-Control"] == "no-store"
