"""What somebody types as a type: one blank more or less is no other type, and what is none is told from its like."""

import pytest
from sqlalchemy import delete

from registry.accounts.queries import organisation_by_code
from registry.assets import actions as assets
from registry.assets.rules import Kind, ScheduleKind
from registry.assets.types import actions, links, queries, rules
from registry.assets.types.models import InstrumentTypeWord
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import types as make
from tests.people import CENTRE, ELSEWHERE


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("Cân ô tô", "canoto"),
        ("  CÂN   Ô-TÔ ", "canoto"),
        ("cân ô\u2011tô", "canoto"),
        ("Cân ôtô 60 t", "canoto60t"),
        ("Quả cân 1-10", "quacan1 10"),
        ("Quả cân 1 \u2013 10", "quacan1 10"),
        ("Quả cân 110", "quacan110"),
        ("Cấp 1,5", "cap1,5"),
        (" - ", ""),
    ],
)
def test_blanks_and_hyphens_part_nothing_but_numbers(text, closed):
    assert rules.closed(text) == closed


def test_a_text_of_nothing_but_hyphens_is_no_name():
    assert rules.words("A", "-; -") == {"a": "A", "-; -": "-; -", ";": "-; -", "-": "-"}
    assert rules.spellings("  ") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Cân ôtoo", "Cân ô tô"),
        ("Cân xe ô tô", "Cân ô tô"),
        ("can oto 60t", "Cân ô tô"),
        ("Taxi-met", "Taximet"),
        ("Huyết áp", "Huyết áp kế"),
        ("Nhiệt kế", None),
        ("Bàn", None),
        ("-", None),
    ],
)
def test_the_name_that_is_most_like_a_text_is_found_and_none_where_nothing_is(text, found):
    names = ("Cân ô tô", "Cân bàn", "Taximet", "Huyết áp kế", "Đồng hồ nước lạnh cơ khí")
    assert rules.nearest(text, {rules.closed(name): name for name in names}) == found


@pytest.mark.parametrize("text", ["Cân ôtô", "cân ô-tô", "CANOTO", "can-o-to", "Road weigh-bridge"])
@pytest.mark.usefixtures("session")
def test_an_asset_is_linked_however_its_type_is_parted(people, text):
    known = make.type_("CAN-O-TO", name_vi="Cân ô tô", name_en="Road weighbridge")
    keeper = people.keeper.person()
    made = assets.register(kind=Kind.INSTRUMENT, name="Cân 60 t", owner=CENTRE, instrument_type=text, by=keeper)
    assert made.instrument_type_id == known.id
    assert [one.kind for one in made.required_schedules] == [ScheduleKind.VERIFICATION]
    assert links.standing(keeper, made, TODAY)[2] is None


@pytest.mark.usefixtures("session")
def test_an_instrument_of_an_unknown_type_is_told_the_like_and_a_standard_is_not(people):
    make.type_("CAN-O-TO", name_vi="Cân ô tô", name_en="Road weighbridge")
    keeper = people.keeper.person()
    for kind, like in ((Kind.INSTRUMENT, "Cân ô tô"), (Kind.STANDARD, None)):
        made = assets.register(kind=kind, name="Cân 60 t", owner=CENTRE, instrument_type="Cân ôtoo", by=keeper)
        assert (made.instrument_type_id, links.standing(keeper, made, TODAY).like) == (None, like)


@pytest.mark.usefixtures("session")
def test_a_type_that_may_not_be_used_is_like_nothing(people):
    make.type_("RIENG", owner=CENTRE, name_vi="Đồng hồ đo lún", name_en="Đồng hồ đo lún")
    centre, elsewhere = (organisation_by_code(code).id for code in (CENTRE, ELSEWHERE))
    assert queries.like(people.keeper.person(), "Đồng hồ đo lúnn", centre) == "Đồng hồ đo lún"
    assert queries.like(people.keeper.person(), "Đồng hồ đo lúnn", elsewhere) is None
    assert queries.like(people.stranger.person(), "Đồng hồ đo lúnn", centre) is None


@pytest.mark.usefixtures("people")
def test_types_of_an_earlier_version_learn_their_spellings_once_and_adopt_what_is_called_so(session):
    known = make.type_("CAN-THU", name_vi="Cân thử tải", name_en="Load scale")
    session.execute(delete(InstrumentTypeWord).where(InstrumentTypeWord.word.in_(("canthutai", "loadscale", "canthu"))))
    waiting = make_assets.asset(kind=Kind.INSTRUMENT, instrument_type="Cân thửtải")
    session.commit()
    session.expire_all()
    for _turn in range(2):
        actions.load_shipped()
        session.commit()
        session.expire_all()
        assert (waiting.instrument_type_id, waiting.unverified) == (known.id, True)
        assert {one.word for one in known.words} >= {"canthutai", "loadscale", "canthu"}
