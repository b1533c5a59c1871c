"""The status page as a place to act from, and what a typed text leads to."""

import re
from datetime import timedelta

import pytest

from registry.assets import queries, tags
from registry.assets.custody import actions as custody
from registry.assets.rules import Doubt, Proof, ScheduleKind, Status
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import labs as make_labs
from tests.make.calibration import calibration
from tests.people import ELSEWHERE


def acts(page: str, tag: str) -> list[str]:
    """The verbs that a status page offers, in their order."""
    paths = {
        f"/assets/{tag}/custody/check-in": "check in",
        f"/assets/{tag}/custody/receive-back": "receive back",
        f"/assets/{tag}/custody/check-out": "check out",
        f"/assets/{tag}/calibrations/new": "record",
        f"/assets/{tag}/fault": "fault",
        f"/assets/{tag}": "record page",
    }
    found = [(page.find(f'button-big" href="{path}"'), verb) for path, verb in paths.items()]
    return [verb for at, verb in sorted(found) if at >= 0]


@pytest.fixture
def tag(arrange, people) -> str:
    with arrange():
        return make.asset(kind="instrument").tag


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("technician", ["check out", "record", "fault", "record page"]),
        ("keeper", ["check out", "record", "fault", "record page"]),
        ("inspector", ["record page"]),
        ("planner", ["record page"]),
    ],
)
def test_offers_in_large_buttons_what_the_person_may_do(people, tag, who, offered):
    assert acts(getattr(people, who).pages.get(f"/s/{tag}").text, tag) == offered


def test_offers_the_calibration_first_of_what_must_not_be_used(technician, arrange):
    with arrange():
        overdue = make.asset(due_on=TODAY - timedelta(days=1)).tag
    page = technician.pages.get(f"/s/{overdue}").text
    assert acts(page, overdue) == ["record", "check out", "fault", "record page"]
    assert re.findall(r'button-main button-big" href="([^"]+)"', page) == [f"/assets/{overdue}/calibrations/new"]


@pytest.mark.usefixtures("people")
def test_says_what_is_in_force_and_no_day_that_permits_nothing(client, arrange):
    """A day to come under a refusal or a doubt is small and says that it permits nothing."""
    due_on, good = TODAY + timedelta(days=300), {"proof": Proof.GOOD}
    with arrange():
        fit = make.asset(**good, due_on=due_on).tag
        idle = make.asset(**good, due_on=due_on, status=Status.QUARANTINED).tag
        late = make.asset(due_on=TODAY - timedelta(days=1)).tag
        standard = make.asset(**good, due_on=due_on)
        standard.doubt, doubted = Doubt.IN_DOUBT, standard.tag
    pages = {tag: client.get(f"/s/{tag}?lang=en").text for tag in (fit, idle, late, doubted)}
    assert "Calibration: in force up to and including 11 Apr 2027." in pages[fit]
    assert [tag for tag, page in pages.items() if 'class="due-date"' in page] == [fit, late]
    assert "Due (but not to be used now)" in pages[idle]
    assert "Due (result in doubt)" in pages[doubted]
    assert [tag for tag, page in pages.items() if "Its use is not forbidden at present." in page] == [doubted]


def test_offers_nothing_to_strangers(client, stranger, tag):
    assert acts(client.get(f"/s/{tag}").text, tag) == []
    assert "fault" not in acts(stranger.pages.get(f"/s/{tag}").text, tag)


def test_offers_the_way_back_of_what_is_out(technician, tag):
    out = {"holder": "Nông Văn Kỹ", "expected_back_on": "2026-06-20"}
    assert technician.pages.post(f"/assets/{tag}/custody/check-out", data=out).status_code == 302
    assert acts(technician.pages.get(f"/s/{tag}").text, tag) == ["check in", "record", "fault", "record page"]


def test_offers_no_use_of_what_is_gone(technician, arrange):
    with arrange():
        gone = make.asset(status=Status.DISPOSED).tag
    assert not {"check out", "fault"} & set(acts(technician.pages.get(f"/s/{gone}").text, gone))


def test_words_that_are_no_tag_are_looked_for_among_assets(technician, client):
    answer = technician.pages.get("/scan/typed", query_string={"tag": " Cân đồng hồ "})
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/assets")
    assert "C%C3%A2n" in answer.headers["Location"]
    assert 'data-why="mistyped"' in client.get("/scan/typed", query_string={"tag": "Cân đồng hồ"}).text


def test_a_mistyped_tag_is_said_to_be_one(technician):
    tag = tags.new()
    mistyped = tag[:-1] + ("0" if tag[-1] != "0" else "1")
    assert 'data-why="mistyped"' in technician.pages.get("/scan/typed", query_string={"tag": mistyped}).text


def test_a_tag_out_of_reach_is_searched_for_and_leads_to_its_status_page(technician, arrange):
    with arrange():
        foreign = make.asset(owner=ELSEWHERE).tag
    page = technician.pages.get("/assets", query_string={"q": tags.grouped(foreign).lower()})
    assert (page.status_code, f'href="/s/{foreign}"' in page.text) == (200, True)
    assert 'href="/s/' not in technician.pages.get("/assets?q=nothing").text


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_says_who_has_it_and_until_when_to_those_who_may_know(people, client, arrange, tag, locale):
    out, back = {"vi": ("Đã giao mượn", "dự kiến nhận lại"), "en": ("Checked out", "expected back")}[locale]
    with arrange():
        asset = queries.by_tag(people.keeper.person(), tag)
        custody.check_out(asset, holder="Nông Văn Kỹ", expected_back_on=TODAY, by=people.keeper.person())
    for who in ("technician", "inspector"):
        page = getattr(people, who).pages.get(f"/s/{tag}?lang={locale}").text
        line = re.search(r'<p class="out">(.*?)</p>', page, re.DOTALL)[1]
        assert all(word in line for word in (out, "Nông Văn Kỹ", back, f'datetime="{TODAY}"'))
        assert "tone-brand" in line
    for page in (client.get(f"/s/{tag}").text, people.stranger.pages.get(f"/s/{tag}").text):
        assert ('class="out"' in page, "Nông Văn Kỹ" in page) == (False, False)


def test_says_what_is_late_back_and_nothing_of_what_is_in_its_place(technician, people, arrange, tag, clock):
    assert 'class="out"' not in technician.pages.get(f"/s/{tag}").text
    with arrange():
        asset = queries.by_tag(people.keeper.person(), tag)
        custody.ship(asset, lab="Vinacontrol", expected_back_on=TODAY, by=people.keeper.person())
    clock(TODAY + timedelta(days=1))
    line = re.search(r'<p class="out">(.*?)</p>', technician.pages.get(f"/s/{tag}").text, re.DOTALL)[1]
    assert ("tone-bad" in line, "Vinacontrol" in line) == (True, True)


def test_shows_those_who_sign_in_what_is_on_the_certificate_the_stamp_and_the_seals(inspector, client, arrange):
    numbers = {"certificate_no": "KD-77/26", "stamp_no": "TEM 0012345", "seal_nos": "CHI 001; CHI 002"}
    with arrange():
        schedules = [make.schedule(ScheduleKind.VERIFICATION), make.schedule(ScheduleKind.INTERMEDIATE_CHECK)]
        pump = make.asset(name="Cột đo xăng dầu", schedules=schedules)
        lab = make_labs.lab().name
        said = {"kind": ScheduleKind.VERIFICATION, "lab": make_labs.LAB} | numbers
        calibration(pump, TODAY - timedelta(days=9), **said)
        tag = pump.tag
    page = inspector.pages.get(f"/s/{tag}?lang=en").text
    below = page[page.index('class="verdict ') : page.index('class="acts')]
    assert [one in below for one in (*numbers.values(), lab)] == [True] * 4
    assert below.count("Certificate of") == 1
    public = client.get(f"/s/{tag}?lang=en").text
    assert [one in public for one in (*numbers.values(), "Stamp number")] == [False] * 4


def test_says_that_no_stamp_or_seal_was_recorded(inspector, arrange):
    with arrange():
        pump = make.asset(schedules=[make.schedule(ScheduleKind.VERIFICATION)])
        calibration(pump, TODAY - timedelta(days=9), kind=ScheduleKind.VERIFICATION, certificate_no="KD-1")
        tag = pump.tag
    page = inspector.pages.get(f"/s/{tag}?lang=en").text
    assert page[: page.index('class="acts')].count("not recorded") == 2


@pytest.mark.parametrize("where", ["itself", "its set"])
def test_limited_use_does_not_look_like_a_permission_and_says_first_what_it_is_limited_to(
    client, keeper, arrange, where
):
    limited = {"status": Status.LIMITED_USE, "restriction": "chỉ dùng các quả 1 kg đến 10 kg"}
    with arrange():
        whole = make.asset(due_on=TODAY + timedelta(days=20), **limited)
        tag = whole.tag if where == "itself" else make.asset(name="Quả cân 1 kg", parent_id=whole.id).tag
    page = client.get(f"/s/{tag}").text
    verdict = page[page.index('class="verdict ') : page.index("</section>")]
    assert ("verdict-limited" in verdict, "Được dùng hạn chế" in verdict, "verdict-yes" in verdict) == (
        True,
        True,
        False,
    )
    assert verdict.index("<li") < verdict.index("chỉ dùng các quả") < verdict.index("</li>")


def test_a_set_that_lacks_a_component_is_for_limited_use_and_names_it(client, keeper, arrange):
    with arrange():
        box = make.asset(name="Bộ quả cân", due_on=TODAY + timedelta(days=300))
        make.asset(name="Quả cân 10 kg", parent_id=box.id, status=Status.QUARANTINED)
        tag = box.tag
    page = client.get(f"/s/{tag}?lang=en").text
    verdict = page[page.index('class="verdict ') : page.index("</section>")]
    assert ("verdict-limited" in verdict, "Limited use only" in verdict, "Quả cân 10 kg" in verdict) == (
        True,
        True,
        True,
    )
    answer = client.get(f"/api/v1/scan/{tag}").json
    assert (answer["fit_for_use"], [one["code"] for one in answer["reasons"]]) == (True, ["incomplete"])
    assert "Quả cân 10 kg" in keeper.pages.get(f"/assets/{tag}").text
    assert 'name="override_reason"' in keeper.pages.get(f"/assets/{tag}/custody/check-out").text
