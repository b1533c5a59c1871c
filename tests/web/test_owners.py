"""What the owners of items in a case find: by their organisation, what to do, since when, and whom to ask."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from registry.calibration.cases import actions, news
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.owners import untold
from registry.calibration.cases.rules import Disposition, Significance
from registry.calibration.cases.sealing import seal_of
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import chain as make
from tests.people import ELSEWHERE, PASSWORD

DAY = timedelta(days=1)
EN = {"query_string": {"lang": "en"}}
UNDECIDED = Significance.UNKNOWN
TOLD = "/account/notices/cases"


@pytest.fixture
def case(people, arrange):
    """A case of the centre about items of another owner, one recalled and one in doubt; nobody worked there then."""
    with arrange():
        person = people.stranger.person()
        person.active = False
        weight = make.standard("Chuẩn F1")
        make.used(weight, TODAY - 100 * DAY)
        for name in ("Cân thu hồi", "Cân nghi ngờ"):
            make.used(make.standard(name, owner=ELSEWHERE), TODAY - 9 * DAY, weight)
        make.failed(weight, TODAY, make.point("2000", "0.7", limit="0.1"))
        made = db.session.scalars(select(Case)).one()
        first = db.session.scalars(select(CaseItem.id).order_by(CaseItem.id)).first()
        actions.dispose(made, disposition=Disposition.RECALL, reason="Quá giới hạn", items=[first], by=None)
        news.tell(made, base_url="https://example.vn", mailing=False)
        person.active = True
        return made.id


def test_who_joins_an_owner_later_finds_its_cases(stranger, technician, case):
    home = stranger.pages.get("/", **EN).text
    section = home[home.index('id="called-back"') : home.index("tally-count")]
    for told in ("Cân thu hồi", "Do not use it.", "15 Jun 2026", "Keeper", f"/cases/{case}/concerned"):
        assert told in section
    assert "Recalled: 1" in section
    assert "Cân nghi ngờ" not in section
    page = stranger.pages.get(TOLD, **EN).text
    assert ("In doubt: 1" in page, "No case concerns you" in page, "/note" in page) == (True, False, False)
    assert "No case concerns you" in technician.pages.get(TOLD, **EN).text
    page = stranger.pages.get(f"/cases/{case}/concerned", **EN).text
    assert page.index("Do not use it.") < page.index("It is not decided yet.") < page.index('id="facts"')
    assert ("Whom to ask" in page, "Trung tâm đo lường" in page or "Centre for measurement" in page) == (True, True)


def test_a_sign_off_warns_of_whom_nobody_could_tell_and_says_what_was_signed(keeper, case, arrange, people):
    with arrange():
        people.stranger.person().active = False
        made = db.session.get_one(Case, case)
        actions.dispose(made, disposition=Disposition.NO_EFFECT, reason="Nhỏ", significance=UNDECIDED, by=None)
    address, nobody = f"/cases/{case}", "Doanh nghiệp nơi khác"
    page = keeper.pages.get(address).text
    warned = page[page.index('id="sign-off"') : page.index("</form>", page.index('id="sign-off"'))]
    assert nobody in warned
    signed = {"conclusion": "Đã xong", "password": PASSWORD}
    assert keeper.pages.post(f"{address}/sign-off", data=signed).status_code == 302
    with arrange():
        people.stranger.person().active = True
        seal = seal_of(db.session.get_one(Case, case))
        assert (seal.actor, seal.untold, seal.holds, len(seal.digest)) == ("Keeper", nobody, True, 64)
    page = keeper.pages.get(address, **EN).text
    for told in (seal.digest, nobody, "Signature verifies", "Everything that relied on the standard was looked at"):
        assert told in page
    assert keeper.pages.get(f"{address}/report.pdf").data.startswith(b"%PDF-")
    with arrange():
        db.session.execute(update(CaseItem).values(disposition_reason="Khác"))
    assert "Changed after it was signed" in keeper.pages.get(address, **EN).text


def test_who_can_be_told_is_not_named_as_one_who_could_not(keeper, case, arrange):
    with arrange():
        assert untold(db.session.get_one(Case, case)) == []
    assert "Doanh nghiệp nơi khác" not in keeper.pages.get("/").text


CALL = {"owner": ELSEWHERE, "way": "telephone", "whom": "Ông Sáu, 0209 000", "said": "Ngừng dùng cân"}


def test_a_case_shows_from_the_beginning_whom_nobody_could_tell(keeper, case, arrange, people):
    with arrange():
        people.stranger.person().active = False
    page = keeper.pages.get(f"/cases/{case}", **EN).text
    told = page[page.index('id="told"') : page.index('id="items"')]
    for said in ("0 of 1 owners", f'value="{ELSEWHERE}"', "2 items", "Not told", "Nobody with an account"):
        assert said in told
    (owner,) = keeper.get(f"/api/v1/cases/{case}/owners").json["items"]
    assert (owner["owner"], owner["items"], owner["told"], owner["reachable"]) == (ELSEWHERE, 2, False, False)


def test_who_is_about_to_be_told_and_who_was_told_is_shown_with_the_way(keeper, case, arrange):
    assert "About to be told" in keeper.pages.get(f"/cases/{case}", **EN).text
    with arrange():
        made = db.session.get_one(Case, case)
        actions.dispose(made, disposition=Disposition.NO_EFFECT, reason="Nhỏ", significance=UNDECIDED, by=None)
        news.tell(made, base_url="https://example.vn", mailing=False)
    page = keeper.pages.get(f"/cases/{case}", **EN).text
    assert ("1 of 1 owners" in page, "Stranger, only in the registry" in page) == (True, True)


def test_a_call_that_is_written_down_counts_as_told(keeper, case, arrange, people):
    with arrange():
        people.stranger.person().active = False
        made = db.session.get_one(Case, case)
        actions.dispose(made, disposition=Disposition.NO_EFFECT, reason="Nhỏ", significance=UNDECIDED, by=None)
    address = f"/cases/{case}"
    assert keeper.pages.post(f"{address}/tellings", data=CALL).status_code == 302
    page = keeper.pages.get(address, **EN).text
    for said in ("1 of 1 owners", "Telephone", CALL["whom"], CALL["said"], "Keeper", "Owner told by hand"):
        assert said in page
    assert "Nobody was told for these owners" not in page
    signed = {"conclusion": "Đã xong", "password": PASSWORD}
    assert keeper.pages.post(f"{address}/sign-off", data=signed).status_code == 302
    with arrange():
        assert seal_of(db.session.get_one(Case, case)).untold == ""
    assert keeper.pages.get(f"{address}/report.pdf").data.startswith(b"%PDF-")


def test_a_call_is_of_a_day_since_the_case_to_an_owner_that_it_concerns(keeper, technician, case):
    address = f"/api/v1/cases/{case}/tellings"
    for change, field in (
        ({"owner": "DO-LUONG"}, "owner"),
        ({"on": (TODAY + DAY).isoformat()}, "on"),
        ({"on": (TODAY - DAY).isoformat()}, "on"),
        ({"said": " "}, "said"),
        ({"whom": None}, "whom"),
    ):
        refused = keeper.post(address, json=CALL | change)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert technician.post(address, json=CALL).status_code == 403
    made = keeper.post(address, json=CALL | {"on": TODAY.isoformat()})
    assert (made.status_code, made.json["by"], made.json["whom"]) == (201, "Keeper", CALL["whom"])
    form = keeper.pages.post(f"/cases/{case}/tellings", data=CALL | {"said": ""})
    assert (form.status_code, CALL["whom"] in form.text) == (422, True)
