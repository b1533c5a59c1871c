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
