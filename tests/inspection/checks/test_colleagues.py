"""Two members of a team who saw a thing differently: both stand in the minutes, or the leader chooses."""

import json

import pytest

from tests.make.inspection import INSPECTIONS, check, listed, send

SIGNING = {"representatives": [{"name": "Nguyễn Văn An"}]}


def minutes(who, visited):
    answer = who.post(f"{INSPECTIONS}/{visited['id']}/minutes", json=SIGNING)
    assert answer.status_code == 201, answer.text
    return json.dumps(answer.get_json()["content"], ensure_ascii=False)


def chosen(who, visited, key, status=200):
    answer = who.post(f"{visited['at']}/{key}/standing")
    assert answer.status_code == status, answer.text


@pytest.fixture
def seen(inspector, second, visited):
    send(inspector, visited, check(visited["good"], key="one", seal="intact"))
    send(second, visited, check(visited["good"], key="other", seal="broken", remark="Chì đứt"))


@pytest.mark.usefixtures("seen")
class TestMinutes:
    def test_undecided_they_show_both(self, inspector, visited):
        told = minutes(inspector, visited)
        assert "khác nhau ở 1 phương tiện đo" in told
        assert (
            "Inspector: Có tại cơ sở; niêm phong còn nguyên\\nSecond: Có tại cơ sở; niêm phong bị phá; Chì đứt" in told
        )
        assert "Inspector: Không phát hiện vi phạm\\nSecond: Niêm phong, kẹp chì bị phá" in told

    @pytest.mark.parametrize(
        ("key", "told_of", "untold"), [("other", "bị phá", "còn nguyên"), ("one", "còn nguyên", "bị phá")]
    )
    def test_decided_they_show_the_one_that_counts(self, inspector, visited, key, told_of, untold):
        chosen(inspector, visited, key)
        assert [row["key"] for row in listed(inspector, visited)] == [key]
        told = minutes(inspector, visited)
        assert told_of in told
        assert untold not in told
        assert len(listed(inspector, visited, which="every")) == 2

    def test_who_looks_again_after_the_decision_opens_it_again(self, inspector, second, visited):
        chosen(inspector, visited, "one")
        send(second, visited, check(visited["good"], seal="absent"))
        assert "khác nhau" in minutes(inspector, visited)

    def test_the_leader_decides_until_it_is_signed(self, inspector, second, keeper, visited):
        chosen(second, visited, "other", 403)
        chosen(keeper, visited, "other", 404)
        chosen(inspector, visited, "nothing", 404)
        minutes(inspector, visited)
        chosen(inspector, visited, "other", 409)

    def test_the_page_asks_the_leader(self, inspector, second, visited):
        here = f"/inspections/{visited['id']}"
        page = inspector.pages.get(here).text
        assert 'id="disputed"' in page
        assert f"{here}/checks/other/standing" in page
        sign = inspector.pages.get(f"{here}/minutes/sign").text
        assert f"{here}#disputed" in sign
        assert f"{here}/checks/other/standing" not in second.pages.get(here).text
        assert inspector.pages.post(f"{here}/checks/other/standing").status_code == 302
        assert 'id="disputed"' not in inspector.pages.get(here).text


@pytest.mark.parametrize(
    ("said", "disputed"),
    [
        (({"seal": "intact"}, {"seal": "intact", "stamp_no": "A 0123"}), False),
        (({}, {"remark": "đã xem"}), False),
        (({"stamp_no": "a0123"}, {"stamp_no": "A 0123"}), False),
        (({"stamp_no": "A 0123"}, {"stamp_no": "B 1"}), True),
        (({"in_use": True}, {"in_use": False}), True),
        (({}, {"present": False}), True),
        (({}, {"violation": True, "remark": "x"}), True),
        (({"findings": ["altered"]}, {"findings": ["wrong_use"]}), True),
        (({"error_value": "1", "error_unit": "g"}, {"error_value": "1.0", "error_unit": "g"}), False),
        (({"error_value": "1", "error_unit": "g"}, {"error_value": "2", "error_unit": "g"}), True),
    ],
)
def test_what_contradicts_is_what_both_said(inspector, second, visited, said, disputed):
    send(inspector, visited, check(visited["good"], **said[0]))
    send(second, visited, check(visited["good"], **said[1]))
    assert ('id="disputed"' in inspector.pages.get(f"/inspections/{visited['id']}").text) is disputed
