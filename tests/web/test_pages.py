"""Every page as each kind of person, in both languages: who is let in, and what no page may get wrong."""

import re
from collections import Counter
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from tests.conftest import TODAY
from tests.people import PEOPLE
from tests.web.pages import ELSEWHERE, PAGES

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

# Who is let in, and what a signed-in person who is not gets; somebody who is not signed in is led to do so.
PAGES = {
    "/": (EVERYBODY, None),
    "/scan": (EVERYBODY, None),
    "/sign-in": (EVERYBODY, None),
    "/claim": (EVERYBODY, None),
    "/api": (EVERYBODY, None),
    "/s/<tag>": (EVERYBODY, None),
    "/S/<tag>": (EVERYBODY, None),
    "/healthz": (EVERYBODY, None),
    "/account": (SIGNED_IN, None),
    "/account/notices": (SIGNED_IN, None),
    "/account/notices/log": (SIGNED_IN, None),
    "/account/notices/log/<letter>": ({"keeper"}, 404),
    "/account/notices/cases": (SIGNED_IN, None),
    "/notices": (MANAGERS | {"inspector", "planner"}, 403),
    "/notices?about=case&delivery=kept&reader=a@b.vn": (MANAGERS | {"inspector", "planner"}, 403),
    "/approvals": (MANAGERS, 403),
    "/approvals/extensions": (MANAGERS, 403),
    "/approvals/intervals": (MANAGERS, 403),
    "/account/notices/snooze/<tag>/calibration": (WRITERS, 404),
    "/account/webhooks": (MANAGERS, 403),
    "/assets": (SIGNED_IN, None),
    "/assets/views": (SIGNED_IN, None),
    "/assets/bulk?tag=<tag>": (WRITERS | {"stranger"}, 403),
    "/assets/new": (WRITERS | {"stranger"}, 403),
    "/assets/import": (WRITERS | {"stranger"}, 403),
    "/imports/<sheet>": ({"keeper", "admin"}, 404),
    "/calibrations/import": (WRITERS | {"stranger"}, 403),
    "/calibration-imports/<history>": ({"keeper", "admin"}, 404),
    "/exports/<export>": ({"keeper"}, 404),
    "/assets/<tag>": (THEIRS, 404),
    "/assets/<tag>/edit": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/custody/check-out": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/custody/check-in": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/custody/move": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/custody/ship": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/custody/offer": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/status": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/status?to=limited_use": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/check": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/fault": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/upkeep": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/maintenance": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/faults/1/impact": (
        set(),
        {"technician": 403, "inspector": 403, "planner": 403, "stranger": 404, "keeper": 404, "admin": 404},
    ),
    "/custody": (SIGNED_IN, None),
    "/transfers": (SIGNED_IN, None),
    "/assets/<tag>/software": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<material>": (THEIRS, 404),
    "/assets/<material>/material": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<material>/material/draws": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/files/new": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/files/<photo>": (THEIRS, 404),
    "/assets/<tag>/files/<photo>/thumbnail": (THEIRS, 404),
    "/assets/<tag>/files/<photo>/remove": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/calibrations/<calibration>/files/new": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/calibrations/<calibration>/files/<scan>": (THEIRS, 404),
    "/calibrations/<calibration>/files/<scan>/thumbnail": (THEIRS, 404),
    "/calibrations/<calibration>/files/<scan>/remove": (
        MANAGERS,
        {"stranger": 404, "technician": 403, "inspector": 403, "planner": 403},
    ),
    "/assets/<tag>/label": (THEIRS, 404),
    "/assets/<tag>/label.svg": (THEIRS, 404),
    "/assets/<tag>/label.png": (THEIRS, 404),
    "/assets/<tag>/calibrations/new": (WRITERS | {"stranger"}, 403),
    "/calibrations/<calibration>/another": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/procedures": (SIGNED_IN, None),
    "/procedures/new": (MANAGERS, 403),
    "/procedures/<procedure>": (THEIRS, 404),
    "/procedures/<procedure>/versions/1": (THEIRS, 404),
    "/procedures/<procedure>/versions/2": (set(), 404),
    "/procedures/<procedure>/edit": (
        MANAGERS,
        {"stranger": 404} | dict.fromkeys(("technician", "inspector", "planner"), 403),
    ),
    "/calibrations/<calibration>": (THEIRS, 404),
    "/calibrations/<draft>": (THEIRS, 404),
    "/calibrations/<draft>/edit": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/calibrations/<calibration>/amend": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assets/<tag>/schedules/calibration": (THEIRS, 404),
    "/assets/<tag>/schedules/testing": (set(), 404),
    "/assets/<tag>/schedules/calibration/reviews": (THEIRS, 404),
    "/assets/<tag>/charts": (THEIRS, 404),
    "/interval-reviews": (SIGNED_IN, None),
    "/replanning": (WRITERS | {"planner", "stranger"}, 403),
    "/replanning?due_from=2027-05-01&due_to=2027-07-31&capacity=1": (WRITERS | {"planner", "stranger"}, 403),
    "/assets/<tag>/traceability": (THEIRS, 404),
    "/calibrations/<calibration>/traceability": (THEIRS, 404),
    "/assets/<tag>/impact": (THEIRS, 404),
    "/assets/<tag>/cases/new": (
        MANAGERS,
        {"stranger": 404} | dict.fromkeys(("technician", "inspector", "planner"), 403),
    ),
    "/cases": (SIGNED_IN, None),
    "/cases/<case>": (THEIRS, 404),
    "/cases/<case>/concerned": (THEIRS, 404),
    "/cases/<case>/report.pdf": (THEIRS, 404),
    "/inspections": (SIGNED_IN, None),
    "/inspections?state=closed": (SIGNED_IN, None),
    "/inspections/new": (INSPECTORS, 403),
    "/inspections/worker.js": (SIGNED_IN, None),
    "/inspections/<visit>": (INSPECTORS, 404),
    "/inspections/<visit>?which=every": (INSPECTORS, 404),
    "/inspections/<visit>/edit": (INSPECTORS, 404),
    "/inspections/<visit>/record": ({"inspector"}, dict.fromkeys(PEOPLE, 404) | {"admin": 403}),
    "/inspections/<visit>/list.json": ({"inspector"}, dict.fromkeys(PEOPLE, 404) | {"admin": 403}),
    "/inspections/<visit>/news.json": ({"inspector"}, dict.fromkeys(PEOPLE, 404) | {"admin": 403}),
    "/inspections/<visit>/checks/none/photos/1": (set(), 404),
    "/inspections/<visit>/minutes": (INSPECTORS, 404),
    "/inspections/<visit>/minutes/1": (set(), 404),
    "/inspections/<visit>/minutes/1.docx": (set(), 404),
    "/inspections/<visit>/minutes/sign": (set(), dict.fromkeys(PEOPLE, 404) | {"inspector": 409, "admin": 403}),
    "/inspections/<visit>/measures": (INSPECTORS, 404),
    "/inspections/measures": (SIGNED_IN, None),
    "/inspections/measures?state=overdue": (SIGNED_IN, None),
    "/inspections/statistics": (INSPECTORS | {"planner"}, 403),
    "/inspections/statistics?by=area": (INSPECTORS | {"planner"}, 403),
    "/inspections/statistics.csv?by=year": (INSPECTORS | {"planner"}, 403),
    "/inspection-plans": (SIGNED_IN, None),
    "/inspection-plans/new": (INSPECTORS, 403),
    "/inspection-plans/<year>": (INSPECTORS, 404),
    "/inspection-plans/<year>/edit": (INSPECTORS, 404),
    "/stocktakes": (SIGNED_IN, None),
    "/stocktakes/new": (WRITERS | {"stranger"}, 403),
    "/stocktakes/worker.js": (SIGNED_IN, None),
    "/stocktakes/<take>": (THEIRS, 404),
    "/stocktakes/<take>?state=found": (THEIRS, 404),
    "/stocktakes/<take>/sheet": (THEIRS, 404),
    "/stocktakes/<take>/count": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/stocktakes/<take>/list.json": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/stocktakes/<take>/news.json": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/stocktakes/<take>/close": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/s/<blank>": (EVERYBODY, None),
    "/labels": (SIGNED_IN, None),
    "/labels?chosen=1&show=name": (SIGNED_IN, None),
    "/labels/preview.png": (SIGNED_IN, None),
    "/labels/blank": (WRITERS | {"stranger"}, 403),
    "/labels/<blank>/claim": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/labels/batches/<batch>": (THEIRS, 404),
    "/labels/batches/<batch>/preview.png": (THEIRS, 404),
    "/labels/runs/<run>": ({"keeper"}, 404),
    "/labs": (SIGNED_IN, None),
    "/labs/new": (MANAGERS, 403),
    "/labs/<lab>": (SIGNED_IN, None),
    "/labs/<lab>/edit": (MANAGERS, 403),
    "/assets/<tag>/laboratories": (THEIRS, 404),
    "/labs/<lab>/scope": (SIGNED_IN, None),
    "/labs/<lab>/scope?which=all": (SIGNED_IN, None),
    "/labs/<lab>/scope/decide": (MANAGERS, 403),
    "/labs/<lab>/scope/<line>/correct": (MANAGERS, 403),
    "/labs/NONE": (set(), 404),
    "/labs/<lab>/proficiency": (THEIRS, 404),
    "/proficiency": (SIGNED_IN, None),
    "/proficiency/follow-ups": (SIGNED_IN, None),
    "/proficiency/follow-ups/<follow_up>": (THEIRS, 404),
    "/proficiency/rounds": (SIGNED_IN, None),
    "/proficiency/rounds/new": (MANAGERS, 403),
    "/proficiency/rounds/<round>": (THEIRS, 404),
    "/proficiency/rounds/<round>/report": (THEIRS, 404),
    "/proficiency/rounds/<round>/edit": (MANAGERS, {"stranger": 404} | dict.fromkeys(THEIRS, 403)),
    "/proficiency/rounds/<round>/result": (WRITERS, {"stranger": 404} | dict.fromkeys(THEIRS, 409)),
    "/proficiency/rounds/<round>/measurands/1": (MANAGERS, {"stranger": 404} | dict.fromkeys(THEIRS, 403)),
    "/proficiency/schemes": (SIGNED_IN, None),
    "/proficiency/schemes/new": (MANAGERS, 403),
    "/proficiency/schemes/<scheme>": (SIGNED_IN, None),
    "/proficiency/schemes/<scheme>/edit": (MANAGERS, 403),
    "/criteria": (SIGNED_IN, None),
    "/criteria/load": ({"admin"}, 403),
    "/criteria/<criteria>": (SIGNED_IN, None),
    "/criteria/<criteria>?number=2": (set(), 404),
    "/criteria/<criteria>/file": (SIGNED_IN, None),
    "/assessments": (SIGNED_IN, None),
    "/assessments/new": (SIGNED_IN, None),
    "/assessments/statistics": (SIGNED_IN, None),
    "/assessments/statistics?code=<criteria>": (SIGNED_IN, None),
    "/assessments/<assessment>": (THEIRS, 404),
    "/assessments/<assessment>/edit": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/assessments/<assessment>/criteria/<criterion>": (THEIRS, 404),
    "/assessments/<assessment>/criteria/B.1": (THEIRS, 404),
    "/assessments/<assessment>/criteria/Z.1": (set(), 404),
    "/gaps": (SIGNED_IN, None),
    "/gaps?state=all&lab=PTN-1": (SIGNED_IN, None),
    "/gaps.csv": (SIGNED_IN, None),
    "/gaps.xlsx": (SIGNED_IN, None),
    "/gaps.pdf": (set(), 404),
    "/findings/<finding>": (THEIRS, 404),
    "/answers/<finding>/files/new": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/answers/<finding>/files/<proof>": (THEIRS, 404),
    "/answers/<finding>/files/<proof>/thumbnail": (THEIRS, 404),
    "/answers/<finding>/files/<proof>/remove": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/corrective-actions": (SIGNED_IN, None),
    "/corrective-actions?owner=everybody": (SIGNED_IN, None),
    "/corrective-actions/<action>": (THEIRS, 404),
    "/corrective-actions/<action>/files/new": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/corrective-actions/<action>/files/<done>": (THEIRS, 404),
    "/corrective-actions/<action>/files/<done>/thumbnail": (THEIRS, 404),
    "/corrective-actions/<action>/files/<done>/remove": (WRITERS, {"stranger": 404, "inspector": 403, "planner": 403}),
    "/types": (SIGNED_IN, None),
    "/types/new": (MANAGERS, 403),
    "/types/<type>": (THEIRS, 404),
    "/types/<type>/edit": (MANAGERS, {"stranger": 404} | dict.fromkeys(("technician", "inspector", "planner"), 403)),
    "/types/<type>/versions/new": (
        MANAGERS,
        {"stranger": 404} | dict.fromkeys(("technician", "inspector", "planner"), 403),
    ),
    "/plan/<plan>": (THEIRS, 404),
    "/plan/<plan>/<indicator>": (THEIRS, 404),
    "/plan/<plan>/NONE": (set(), 404),
    "/activities": (SIGNED_IN, None),
    "/activities/new": (WRITERS | {"planner", "stranger"}, 403),
    "/activities/new?kind=training": (WRITERS | {"planner", "stranger"}, 403),
    "/activities/new?kind=adoption": (WRITERS | {"planner", "stranger"}, 403),
    "/activities/export.xlsx": (SIGNED_IN, None),
    "/activities/<activity>": (THEIRS, 404),
    "/activities/<activity>/edit": (WRITERS | {"planner"}, {"stranger": 404, "inspector": 403}),
    "/activities/<activity>/void": (WRITERS | {"planner"}, {"stranger": 404, "inspector": 403}),
    "/activities/<activity>/people": (WRITERS | {"planner"}, {"stranger": 404, "inspector": 403}),
    "/activities/<activity>/files/new": (WRITERS | {"planner"}, {"stranger": 404, "inspector": 403}),
    "/activities/<activity>/files/<report>": (THEIRS, 404),
    "/activities/<activity>/files/<report>/thumbnail": (THEIRS, 404),
    "/activities/<activity>/files/<report>/remove": (WRITERS | {"planner"}, {"stranger": 404, "inspector": 403}),
    "/enterprises": (SIGNED_IN, None),
    "/enterprises/new": ({"planner", "admin"}, 403),
    "/enterprises/DN1/edit": (
        {"planner", "admin"},
        {"stranger": 404, "keeper": 404, "technician": 404, "inspector": 403},
    ),
    "/people": ({"admin"}, 403),
    "/people/new": ({"admin"}, 403),
    "/organisations": (SIGNED_IN, None),
    "/organisations/new": ({"admin"}, 403),
    "/organisations/TTDL": (SIGNED_IN, None),
    "/organisations/NONE": (set(), 404),
    "/jobs": ({"planner", "admin"}, 403),
}
ELSEWHERE = {  # they lead on, or tell machines; each has its own test
    "/assets/bulk",
    "/assets/columns",
    "/assets/import/template.<>",
    "/assets/<>/calibrations/new/laboratory",
    "/assets/<>/calibrations/new/standards",
    "/assets/new/proposal",
    "/calibrations/import/template.<>",
    "/exports/<>/content",
    "/labs/<>/scope/lines.<>",
    "/labs/<>/scope/template.<>",
    "/feeds/<>.ics",
    "/forms/<>",
    "/labels/runs/<>/file",
    "/plan",
    "/readyz",
    "/scan/typed",
}


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
    """Everybody; on the second database one of those whose pages ask it the same."""
    names = PEOPLE if database == "sqlite" else [name for name in PEOPLE if name not in {"technician", "planner"}]
    return {name: getattr(people, name).pages for name in names} | {"nobody": client}


def test_each_page_lets_in_whom_it_should(shown, people, client, database):
    language = {"sqlite": "vi", "postgresql": "en"}[database]
    wrong = {}
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
    assert wrong == {}


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
        "/inspections/<>/minutes/<>",
        "/inspections/<>/minutes/<>.<>",
        "/inspections/statistics.<>",
        "/account/notices/snooze/<>/<>",
        "/assets/<>/custody/<>",
        "/assets/<>/faults/<>/impact",
        "/assets/<>/schedules/<>",
        "/assets/<>/schedules/<>/reviews",
        "/gaps.<>",
        "/labs/<>",
        "/organisations/<>",
        "/procedures/<>/versions/<>",
        "/proficiency/rounds/<>/measurands/<>",
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


@pytest.mark.parametrize("database", ["sqlite"])  # no database writes a tag
def test_every_page_is_well_formed_and_leads_nowhere_else(shown, admin, client):
    faults = {}
    for browser, name in ((admin.pages, "admin"), (client, "nobody")):
        for page in PAGES:
            answer = browser.get(address(page, shown))
            if answer.mimetype != "text/html" or answer.status_code != 200:
                continue
            seen = read(answer.text)
            twice = [one for one, times in seen.ids.items() if times > 1]
            lost = seen.pointers - set(seen.ids)
            outside = [link for link in seen.links if urlsplit(link).netloc]
            undefined = re.findall(r">\s*(?:None|undefined|\[\]|\{\})\s*<|%\(\w+\)s", answer.text)
            if twice or lost or outside or undefined or seen.faults or seen.open:
                faults[page, name] = (twice, lost, outside, undefined, seen.faults, seen.open)
    assert faults == {}


def test_no_link_of_a_page_leads_to_nothing(shown, admin):
    broken, seen = {}, set()
    for page in PAGES:
        answer = admin.pages.get(address(page, shown))
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        for href in set(re.findall(r'<(?:a|link|img|script)\b[^>]*\b(?:href|src)="([^"#]+)', answer.text)) - seen:
            seen.add(href)
            found = admin.pages.get(href.replace("&amp;", "&"), buffered=True)
            if found.status_code not in {200, 302} and not href.startswith("/static/vendor/"):
                broken[page, href] = found.status_code
    assert len(seen) > 50
    assert broken == {}


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
