"""Checks that were changed on a phone after they may have arrived: the newest revision counts, with every photo."""

from itertools import permutations

import pytest

from tests.make import files as make_files
from tests.make.inspection import check, listed, send

NAMELESS = {"name": "Cân đĩa"}
FIRST, SECOND, THIRD = (
    {"key": f"k{number}", "revision": number, "remark": str(number)} | ({"origin": "k0"} if number else {})
    for number in range(3)
)


@pytest.mark.parametrize("order", list(permutations((FIRST, SECOND, THIRD))))
@pytest.mark.parametrize("thing", ["good", "nameless"])
def test_the_newest_revision_counts_in_whatever_order_they_come(inspector, visited, order, thing):
    what = NAMELESS if thing == "nameless" else {"tag": visited["good"]}
    for said in order:
        send(inspector, visited, check(**said, **what))
    assert [row["remark"] for row in listed(inspector, visited)] == ["2"]
    assert len(listed(inspector, visited, which="every")) == 3


def test_one_whose_first_never_arrived_is_recorded_once(inspector, visited):
    (told,) = send(inspector, visited, check(**THIRD, **NAMELESS))
    assert told["verdict"] == "recorded"
    (again,) = send(inspector, visited, check(**THIRD, **NAMELESS))
    assert again == told


def test_a_serial_number_that_was_put_right_leaves_nothing_behind(inspector, second, visited):
    made = {"name": "Cân", "manufacturer": "A"}
    send(inspector, visited, check(**FIRST, **made, serial_no="71"))
    send(second, visited, check(**made, serial_no="71", key="colleague"))
    send(inspector, visited, check(**SECOND, **made, serial_no="17"))
    assert sorted(row["serial_no"] for row in listed(inspector, visited)) == ["17", "71"]
    assert [row["seen_by"] for row in listed(inspector, visited) if row["serial_no"] == "71"] == ["Second"]


def test_somebody_elses_keys_change_nothing(inspector, second, visited):
    send(inspector, visited, check(**FIRST, **NAMELESS))
    send(second, visited, check(**SECOND, **NAMELESS))
    assert {row["seen_by"]: row["remark"] for row in listed(inspector, visited)}["Inspector"] == "0"


def test_photos_follow_what_took_the_place_of_their_check(inspector, visited):
    photo = f"{visited['at']}/k0/photos"
    send(inspector, visited, check(**FIRST, tag=visited["good"]))
    assert inspector.post(photo, **make_files.sent(make_files.photo(), "a.jpg")).status_code == 201
    send(inspector, visited, check(**SECOND, tag=visited["good"]))
    (row,) = listed(inspector, visited)
    assert [one["name"] for one in row["photos"]] == ["a.jpg"]
    late = make_files.sent(make_files.photo((40, 30)), "b.jpg")  # it was on its way under the first key
    assert inspector.post(photo, **late).status_code == 201
    assert [one["name"] for one in listed(inspector, visited)[0]["photos"]] == ["a.jpg", "b.jpg"]


class TestWhose:
    """What a page sends is refused while somebody else is signed in, also a colleague who may record as well."""

    @pytest.fixture
    def where(self, visited):
        return f"/inspections/{visited['id']}"

    def person(self, who):
        with who.app.app_context():
            return who.person().id

    @pytest.mark.parametrize("name", ["inspector", "keeper", "stranger", "admin"])
    @pytest.mark.parametrize("part", ["checks", "photos", "list", "news"])
    def test_pages_of_somebody_else_get_401(self, people, visited, where, name, part):
        who = getattr(people, name)
        other = self.person(people.technician)
        if part == "checks":
            answer = who.pages.post(f"{where}/checks", json={"person": other, "checks": [check(visited["good"])]})
        elif part == "photos":
            sent = make_files.sent(make_files.photo(), "a.jpg")
            answer = who.pages.post(f"{where}/checks/k0/photos?person={other}", **sent)
        else:
            answer = who.pages.get(f"{where}/{part}.json?person={other}")
        assert answer.status_code == 401
        assert listed(people.inspector, visited, which="every") == []

    def test_their_own_are_taken(self, inspector, visited, where):
        me = self.person(inspector)
        sent = {"person": me, "checks": [check(visited["good"], key="k0")]}
        assert inspector.pages.post(f"{where}/checks", json=sent).status_code == 200
        photo = make_files.sent(make_files.photo(), "a.jpg")
        assert inspector.pages.post(f"{where}/checks/k0/photos?person={me}", **photo).status_code == 200
        assert inspector.pages.get(f"{where}/list.json?person={me}").get_json()["items"]
