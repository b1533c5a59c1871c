"""Who can calibrate an item: over its whole range, with U at most a third of its limit, on a day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.assets.models import Characteristic
from registry.kernel.db import db
from registry.labs.scope.rules import Place
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import chain
from tests.make import labs as make_labs
from tests.people import ELSEWHERE
from tests.statements import sent


def balance(**changes):
    """A balance to 10 kg with ±0.3 g: a third of that is 0.1 g."""
    usual = {"range_low": Decimal(0), "range_high": Decimal(10), "mpe": Decimal("0.0003")}
    held = Characteristic(position=0, quantity="Mass", unit="kg", **usual | changes)
    return make.asset(name="Cân", characteristics=[held])


def lab(code, *lines, **said):
    accredited = [make_labs.accreditation(granted_on=date(2020, 1, 1))]
    return make_labs.lab(code, accreditations=accredited, scope=list(lines), **said)


def line(low, high, cmc, **changes):
    return chain.line(range_low=Decimal(low), range_high=Decimal(high), cmc=Decimal(cmc), **changes)


@pytest.fixture
def tag(people, arrange):
    """A balance, and laboratories each of which lacks something or nothing."""
    with arrange():
        lab("FAR", line(0, 10000, "0.1"), organisation=ELSEWHERE, name="Xa")
        lab("NEAR", line(0, 5000, "0.01", price=700_000), line(5000, 20000, "0.1", price=900_000), name="Gần")
        lab("GAP", line(0, 4000, "0.01"), line(5000, 20000, "0.01"), name="Hở")
        lab("COARSE", line(0, 20000, "0.11"), name="Thô")
        lab("SHORT", line(0, 9999, "0.01"), name="Ngắn")
        lab("OTHER", chain.line(quantity="Lực", unit="N"), name="Khác")
        lab("PAUSED", line(0, 20000, "0.01"), name="Nghỉ")
        make_labs.decision("PAUSED", "suspended", TODAY)
        lab("CHEAP", line(0, 20000, "0.05", price=500_000), organisation=ELSEWHERE, name="Rẻ")
        db.session.flush()
        return balance().tag


def codes(answer):
    assert answer.status_code == 200, answer.json
    return [one["lab"] for one in answer.json["capable"]]


def test_the_nearest_or_the_cheapest_that_can_stands_first_and_others_say_why_not(tag, keeper):
    address = f"/api/v1/assets/{tag}/capable-labs"
    answer = keeper.get(address)
    assert codes(answer) == ["NEAR", "CHEAP", "FAR"]
    assert codes(keeper.get(f"{address}?sort=cheapest")) == ["CHEAP", "NEAR", "FAR"]
    why = {one["lab"]: (one["competence"], one["reasons"][0]) for one in answer.json["others"]}
    assert {code: said for code, (said, _text) in why.items()} == {
        "GAP": "outside_scope",
        "COARSE": "outside_scope",
        "SHORT": "outside_scope",
        "PAUSED": "not_in_force",
    }
    assert "0,00011 kg" in why["COARSE"][1]
    assert "1/3" in why["COARSE"][1]
    assert "4,5" in why["GAP"][1]


def test_the_share_of_the_limit_the_day_and_the_place_are_asked_for(tag, keeper, arrange):
    address = f"/api/v1/assets/{tag}/capable-labs"
    assert codes(keeper.get(f"{address}?ratio=6")) == ["CHEAP"]
    assert "COARSE" in codes(keeper.get(f"{address}?ratio=2"))
    assert "PAUSED" in codes(keeper.get(f"{address}?on={TODAY - timedelta(days=1)}"))
    assert codes(keeper.get(f"{address}?on=2019-12-31")) == []
    with arrange():
        lab("ROOM", line(0, 20000, "0.01", place=Place.LABORATORY), name="Trong phòng")
    assert "ROOM" in codes(keeper.get(f"{address}?place=laboratory"))
    assert "ROOM" not in codes(keeper.get(f"{address}?place=on_site"))
    assert set(keeper.get(f"{address}?ratio=0").json["errors"]) == {"ratio"}


def test_a_price_is_that_of_a_line_for_the_place_where_the_work_is_done(people, arrange, keeper):
    with arrange():
        here = line(0, 20000, "0.01", price=300_000, place=Place.LABORATORY)
        there = line(0, 20000, "0.01", price=900_000, place=Place.ON_SITE)
        lab("BOTH", here, there)
        address = f"/api/v1/assets/{balance().tag}/capable-labs"
    prices = {
        place: keeper.get(f"{address}?place={place}").json["capable"][0]["price"] for place in ("laboratory", "on_site")
    }
    assert prices == {"laboratory": 300_000, "on_site": 900_000}


def test_a_long_scope_is_held_against_an_item_line_by_line_and_its_gap_is_found(people, arrange, keeper):
    steps = [line(at * 50, at * 50 + 50, "0.05") for at in range(200)]
    with arrange():
        lab("WHOLE", *steps)
        lab("GAP", *steps[:100], *steps[102:])
        address = f"/api/v1/assets/{balance().tag}/capable-labs"
    with sent() as statements:
        answer = keeper.get(address)
    assert (codes(answer), answer.json["is_cut"]) == (["WHOLE"], False)
    assert [one["lab"] for one in answer.json["others"]] == ["GAP"]
    assert sum(" scope_line" in statement for statement in statements) <= 3


def test_near_is_by_commune_and_province(people, arrange, keeper):
    with arrange():
        for code, kind, parent in (
            ("XA-1", "commune", "TN"),
            ("DN-1", "enterprise", "XA-1"),
            ("DN-2", "enterprise", "XA-1"),
            ("DN-3", "enterprise", "TN"),
        ):
            accounts.add_organisation(
                code=code, name_vi=code, name_en=code, kind=OrganisationKind(kind), parent=parent, by=None
            )
        for organisation in ("DN-1", "DN-2", "DN-3", ELSEWHERE):
            lab(f"L-{organisation}", line(0, 20000, "0.01"), organisation=organisation)
        held = Characteristic(
            position=0, quantity="Mass", unit="kg", range_low=Decimal(0), range_high=Decimal(10), mpe=Decimal("0.0003")
        )
        tag = make.asset(owner="DN-1", characteristics=[held]).tag
    found = people.admin.get(f"/api/v1/assets/{tag}/capable-labs").json["capable"]
    assert [(one["lab"], one["near"]) for one in found] == [
        ("L-DN-1", 0),
        ("L-DN-2", 1),
        ("L-DN-3", 2),
        (f"L-{ELSEWHERE}", 3),
    ]


def test_without_a_limit_ranges_alone_are_compared_and_without_a_range_nothing(people, arrange, keeper, stranger):
    with arrange():
        lab("ANY", line(0, 20000, "5"), name="Bất kỳ")
        unlimited, bare = balance(mpe=None).tag, make.asset(name="Trơn").tag
    answer = keeper.get(f"/api/v1/assets/{unlimited}/capable-labs")
    assert (codes(answer), answer.json["has_limits"]) == (["ANY"], False)
    answer = keeper.get(f"/api/v1/assets/{bare}/capable-labs")
    assert (codes(answer), answer.json["has_characteristics"]) == ([], False)
    assert stranger.get(f"/api/v1/assets/{bare}/capable-labs").status_code == 404
