"""Types as they are looked for: what is in force means the same in Python and in SQL, and lists cost what they cost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.assets import actions as assets
from registry.assets.rules import Kind
from registry.assets.types import actions, links, queries
from registry.assets.types.models import InstrumentType, InstrumentTypeVersion
from registry.assets.types.rules import ControlGroup, in_force
from registry.kernel.errors import NotFound
from tests.conftest import TODAY
from tests.make import types as make
from tests.make.types import FIRST, SECOND
from tests.people import CENTRE, ELSEWHERE
from tests.statements import sent

DAY = timedelta(days=1)


def codes(person, **said):
    return [found.code for found in queries.type_page(person, **said).items]


@pytest.mark.usefixtures("people")
def test_being_in_force_means_the_same_in_python_and_in_sql(session):
    amended, ended, corrected = (
        make.type_("A", name_vi="A"),
        make.type_("B", name_vi="B", name_en="B", versions=[]),
        None,
    )
    actions.add_version(amended, **make.version(SECOND), by=None)
    actions.add_version(ended, **make.version(valid_to=SECOND - DAY), by=None)
    corrected = make.type_("C", name_vi="C", name_en="C")
    actions.add_version(corrected, **make.version(period_months=6), by=None)
    actions.add_version(corrected, **make.version(TODAY + DAY), by=None)
    session.expire_all()
    for day in (FIRST - DAY, FIRST, SECOND - DAY, SECOND, TODAY, TODAY + DAY):
        wanted = select(InstrumentTypeVersion.id).where(queries.holds_on(day))
        in_sql = sorted(session.scalars(wanted))
        rows = [amended, ended, corrected]
        in_python = sorted(found.id for row in rows if (found := in_force(row.versions, day)))
        assert in_sql == in_python, day
        types = select(InstrumentType.id).where(queries.has_version_on(day))
        assert set(session.scalars(types)) == {row.id for row in rows if in_force(row.versions, day)}


@pytest.mark.usefixtures("session")
def test_own_types_are_seen_by_those_who_read_the_organisation(people):
    make.type_("CHUNG")
    make.type_("RIENG", owner=CENTRE)
    for name, wanted in {
        "keeper": ["RIENG", "CHUNG"],
        "inspector": ["RIENG", "CHUNG"],
        "admin": ["RIENG", "CHUNG"],
        "stranger": ["CHUNG"],
    }.items():
        person = getattr(people, name).person()
        assert codes(person) == wanted
    with pytest.raises(NotFound):
        queries.by_code(people.stranger.person(), "RIENG")
    assert queries.by_code(people.keeper.person(), "RIENG").code == "RIENG"


@pytest.mark.usefixtures("session")
def test_a_list_is_searched_filtered_and_paged(people):
    actions.load_shipped()
    make.type_("RIENG", owner=CENTRE)
    person = people.admin.person()
    assert codes(person, q="dong ho nuoc") == ["DONG-HO-NUOC-LANH-DIEN-TU", "DONG-HO-NUOC-LANH-CO-KHI"]
    assert codes(person, q="weighbridge") == ["CAN-O-TO"]
    assert codes(person, group=ControlGroup.ONE) == codes(person, owner=CENTRE) == ["RIENG"]
    assert codes(person, owner=ELSEWHERE) == codes(person, owner="NONE") == []
    assert "HUYET-AP-KE" in codes(person, in_force_on=SECOND - DAY)
    assert "HUYET-AP-KE" not in codes(person, in_force_on=SECOND)
    found, cursor = [], None
    while True:
        page = queries.type_page(person, limit=4, cursor=cursor, count="exact")
        found += [one.code for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert found == codes(person, limit=200)
    assert len(set(found)) == len(found) == page.total


@pytest.mark.usefixtures("session")
def test_a_list_costs_the_same_however_long_it_is(people):
    actions.load_shipped()
    person = people.keeper.person()
    codes(person)

    def cost(limit):
        with sent() as statements:
            [(one.owner, len(one.versions)) for one in queries.type_page(person, limit=limit).items]
        return len(statements)

    assert cost(2) == cost(20)


@pytest.mark.usefixtures("session")
def test_what_is_for_everybody_goes_before_what_is_somebodys_own(people):
    make.type_("RIENG", name_vi="Cân đặc biệt", owner=CENTRE)
    keeper = people.keeper.person()
    centre = keeper.memberships[0].organisation_id
    assert queries.named(keeper, "can dac biet", centre).code == "RIENG"
    make.type_("CHUNG", name_vi="Cân đặc biệt")
    assert queries.named(keeper, "can dac biet", centre).code == "CHUNG"
    assert queries.named(keeper, "can dac biet", None).code == "CHUNG"
    assert queries.named(keeper, "rieng", None) is None


@pytest.mark.usefixtures("session")
def test_suggestions_are_what_is_in_force_and_may_be_seen(people):
    actions.load_shipped()
    make.type_("RIENG", name_vi="Nhiệt kế riêng", owner=CENTRE)
    seen = queries.suggestions(people.keeper.person(), TODAY)
    assert {"Taximet", "Nhiệt kế riêng"} <= set(seen)
    assert "Đồng hồ nước lạnh cơ khí" not in seen
    assert "Nhiệt kế riêng" not in queries.suggestions(people.stranger.person(), TODAY)


@pytest.mark.usefixtures("session")
def test_an_asset_that_its_type_asks_more_of_says_so_to_those_who_see_the_type(people):
    actions.load_shipped()
    said = {"kind": Kind.INSTRUMENT, "name": "Cân", "owner": CENTRE, "by": None}
    keeper = people.keeper.person()
    asset = assets.register(**said, instrument_type="Cân ô tô")
    assert links.standing(keeper, asset, TODAY).shortfalls == []
    assets.edit(asset, schedules=[], by=None)
    assert links.standing(keeper, asset, TODAY).shortfalls == []  # a verification that the law asks for stays
    asset = assets.register(**said, instrument_type="Cân ô tô", schedules=[])
    short = links.standing(keeper, asset, TODAY)
    assert (short.type.code, [one["interval_months"] for one in short.shortfalls]) == ("CAN-O-TO", [12])
    own = assets.register(**said, instrument_type=make.type_("RIENG", owner=CENTRE).code, schedules=[])
    assert links.standing(people.stranger.person(), own, TODAY)[:2] == (None, [])
    assert links.standing(keeper, assets.register(**said), TODAY)[:2] == (None, [])
