"""Sets and their components: one owner, no circle, three levels, and one thing to the plan."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from registry.accounts.models import Person
from registry.assets import actions, queries
from registry.assets.models import Asset
from registry.assets.rules import Kind, StandardClass, Status
from registry.kernel import audit
from registry.kernel.errors import Conflict, Forbidden, Invalid
from tests.make import assets as make
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE, People

ASSETS = "/api/v1/assets"


@pytest.fixture
def keeper(people: People, session) -> Person:
    return people.keeper.person()


def registered(by: Person | None, **said: Any) -> Asset:
    return actions.register(**{"kind": Kind.STANDARD, "name": "Quả cân", "owner": CENTRE} | said, by=by)


def refused(field: str, call: Any, *given: Any, **said: Any) -> str:
    with pytest.raises(Invalid) as found:
        call(*given, **said)
    assert list(found.value.errors or {}) == [field]
    return str(found.value)


@pytest.mark.parametrize("maker", [None, "Mettler"])
def test_a_set_and_its_components_may_have_one_serial_number(session, keeper, maker):
    same = {"serial_no": "S-1", "manufacturer": maker, "model": "F1"}
    whole = registered(keeper, name="Bộ quả cân", **same)
    one = registered(keeper, name="Quả cân 1 g", parent=whole.tag, **same)
    other = registered(keeper, name="Quả cân 2 g", parent=whole.tag, **same)
    actions.edit(whole, name="Bộ quả cân F1", by=keeper)
    actions.edit(other, model="F2", by=keeper)
    session.commit()
    assert [one.serial_no, other.serial_no] == ["S-1", "S-1"]
    with pytest.raises(Conflict):
        registered(keeper, name="Quả cân 1 g", parent=whole.tag, **same)
    if maker:
        with pytest.raises(Conflict):
            registered(keeper, name="Quả cân 5 g", **same)


def test_a_component_knows_its_set_and_the_set_its_components(session, keeper):
    whole = registered(keeper, name="Bộ quả cân")
    parts = [registered(keeper, name=f"Quả cân {mass} g", parent=whole.tag) for mass in (200, 100)]
    session.commit()
    assert [part.parent_tag for part in parts] == [whole.tag] * 2
    assert list(queries.components(whole, limit=10)) == [parts[1], parts[0]]
    assert audit.history("asset", parts[0].tag)[0].changes["parent"] == [None, whole.tag]


def test_a_component_is_taken_out_and_put_elsewhere(session, keeper):
    one, other = registered(keeper), registered(keeper)
    part = registered(keeper, parent=one.tag)
    actions.edit(part, parent=other.tag, by=keeper)
    assert part.parent_tag == other.tag
    actions.edit(part, parent=None, by=keeper)
    assert part.parent_tag is None
    assert [entry.changes for entry in audit.history("asset", part.tag)[:2]] == [
        {"parent": [other.tag, None]},
        {"parent": [one.tag, other.tag]},
    ]


@pytest.mark.usefixtures("english")
def test_a_set_stands_in_no_circle(session, keeper):
    top = registered(keeper)
    middle = registered(keeper, parent=top.tag)
    bottom = registered(keeper, parent=middle.tag)
    for inner in (top, middle, bottom):
        assert "itself" in refused("parent", actions.edit, top, parent=inner.tag, by=keeper)
    assert top.parent_id is None


def test_only_three_levels_stand_above_each_other(session, keeper):
    top = registered(keeper)
    middle = registered(keeper, parent=top.tag)
    bottom = registered(keeper, parent=middle.tag)
    refused("parent", registered, keeper, parent=bottom.tag)
    pair = registered(keeper)
    registered(keeper, parent=pair.tag)
    actions.edit(pair, parent=top.tag, by=keeper)
    refused("parent", actions.edit, pair, parent=middle.tag, by=keeper)


@pytest.mark.parametrize("tag", ["7KQ2M3XA9R0", "nonsense"])
def test_a_set_that_is_not_there_is_refused_by_its_field(session, keeper, tag):
    refused("parent", registered, keeper, parent=tag)


def test_a_set_of_another_owner_or_one_that_was_given_up_is_refused(session, keeper):
    foreign, gone = make.asset(owner=ELSEWHERE), make.asset(status=Status.RETIRED)
    refused("parent", registered, keeper, parent=foreign.tag)
    refused("parent", registered, keeper, parent=gone.tag)


@pytest.mark.usefixtures("english")
def test_a_set_goes_to_another_owner_as_a_whole(session, people):
    admin = people.admin.person()
    whole = registered(admin)
    part = registered(admin, parent=whole.tag)
    inner = registered(admin, parent=part.tag)
    session.commit()
    assert "set" in refused("owner", actions.edit, part, owner=DEPARTMENT, by=admin)
    session.rollback()
    actions.edit(whole, owner=DEPARTMENT, name="Bộ", by=admin)
    session.commit()
    assert {one.owner.code for one in (whole, part, inner)} == {DEPARTMENT}
    assert audit.history("asset", inner.tag)[0].changes == {"owner": [CENTRE, DEPARTMENT]}
    assert audit.history("asset", whole.tag)[0].changes == {"owner": [CENTRE, DEPARTMENT], "name": ["Quả cân", "Bộ"]}


def test_a_component_leaves_its_set_and_its_owner_in_one_change(session, people):
    admin = people.admin.person()
    part = registered(admin, parent=registered(admin).tag)
    actions.edit(part, owner=DEPARTMENT, parent=None, by=admin)
    assert (part.owner.code, part.parent_tag) == (DEPARTMENT, None)


def test_who_may_not_write_for_the_new_owner_moves_nothing(session, people):
    keeper = people.keeper.person()
    whole = registered(keeper)
    registered(keeper, parent=whole.tag)
    with pytest.raises(Forbidden):
        actions.edit(whole, owner=ELSEWHERE, by=keeper)


def test_only_a_standard_has_a_class(session, keeper):
    made = registered(keeper, standard_class=StandardClass.WORKING)
    refused("standard_class", registered, keeper, kind=Kind.INSTRUMENT, standard_class=StandardClass.WORKING)
    refused("standard_class", actions.edit, made, kind=Kind.INSTRUMENT, by=keeper)
    session.rollback()
    made = registered(keeper, standard_class=StandardClass.WORKING)
    actions.edit(made, kind=Kind.INSTRUMENT, standard_class=None, by=keeper)
    assert (made.kind, made.standard_class) == (Kind.INSTRUMENT, None)


class TestAtTheDoors:
    def test_the_list_narrows_to_the_components_of_a_set(self, keeper_caller):
        whole = keeper_caller.post(ASSETS, json=make.said(name="Bộ quả cân")).get_json()["tag"]
        part = keeper_caller.post(ASSETS, json=make.said(parent=whole.lower(), lot_no="L-1")).get_json()
        assert (part["parent"], part["lot_no"]) == (whole, "L-1")
        found = keeper_caller.get(f"{ASSETS}?parent={whole}").get_json()["items"]
        assert [item["tag"] for item in found] == [part["tag"]]
        one = keeper_caller.get(f"{ASSETS}/{part['tag']}").get_json()
        assert found[0] | {"warnings": []} == one | {"lacks": None}
        assert keeper_caller.get(f"{ASSETS}?parent=nonsense").status_code == 422

    def test_of_two_who_put_each_others_set_into_their_own_one_is_refused(self, keeper_caller):
        tags = [keeper_caller.post(ASSETS, json=make.said()).get_json()["tag"] for _number in range(2)]
        etags = [keeper_caller.get(f"{ASSETS}/{tag}").headers["ETag"] for tag in tags]

        def put(place: int) -> int:
            said, headers = {"parent": tags[1 - place]}, {"If-Match": etags[place]}
            status: int = keeper_caller.patch(f"{ASSETS}/{tags[place]}", json=said, headers=headers).status_code
            return status

        with ThreadPoolExecutor(2) as pair:
            assert sorted(pair.map(put, range(2))) == [200, 422]

    def test_the_page_of_a_set_leads_to_its_components_and_back(self, keeper_caller):
        whole = keeper_caller.post(ASSETS, json=make.said(name="Bộ quả cân", location="Tủ 3")).get_json()["tag"]
        new = keeper_caller.pages.get(f"/assets/new?parent={whole}")
        assert f'value="{whole}"' in new.text
        assert 'value="Tủ 3"' in new.text
        said = {"kind": "standard", "name": "Quả cân 1 kg", "owner": CENTRE, "parent": whole, "status": "in_service"}
        answer = keeper_caller.pages.post("/assets/new", data=said)
        assert answer.status_code == 302, answer.text
        part = answer.headers["Location"].rsplit("/", 1)[1]
        assert f'href="/assets/{part}"' in keeper_caller.pages.get(f"/assets/{whole}").text
        assert f'href="/assets/{whole}"' in keeper_caller.pages.get(f"/assets/{part}").text

    @pytest.fixture
    def keeper_caller(self, people: People):
        return people.keeper
