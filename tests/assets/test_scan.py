"""The public door of a scan: what a stranger is told, what people of the owner are, and what is forgiven in a tag."""

from typing import Any

import pytest

from registry.assets import tags
from registry.assets.rules import Proof, Status
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import CENTRE


@pytest.mark.usefixtures("people")
class TestAScan:
    @staticmethod
    def stored(arrange, **said: Any) -> str:
        with arrange():
            tag: str = make.asset(**said).tag
        return tag

    def test_tells_a_stranger_what_matters_and_no_more(self, arrange, client):
        tag = self.stored(arrange, due_on=TODAY, name="Đồng hồ", location="Phòng 1", serial_no="S1")
        answer = client.get(f"/api/v1/scan/{tag}?lang=en")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.get_json() == {
            "tag": tag,
            "kind": "standard",
            "name": "Đồng hồ",
            "validity": "due_soon",
            "fit_for_use": True,
            "due_on": "2026-06-15",
            "reasons": [{"code": "due_soon", "text": "Calibration: today, 15 Jun 2026, is the last valid day."}],
            "checked_at": "2026-06-15T05:00:00+00:00",
        }

    def test_says_overdue_the_day_after(self, arrange, client, clock):
        tag = self.stored(arrange, due_on=TODAY, status=Status.QUARANTINED)
        clock(TODAY.replace(day=16))
        answer = client.get(f"/api/v1/scan/{tag}?lang=en").get_json()
        assert (answer["validity"], answer["fit_for_use"]) == ("overdue", False)
        assert [reason["code"] for reason in answer["reasons"]] == ["quarantined", "overdue"]
        assert answer["reasons"][1]["text"] == "Calibration: valid until yesterday, 15 Jun 2026."

    def test_tells_people_of_the_owner_where_it_is(self, people, arrange):
        tag = self.stored(arrange, proof=Proof.MISSING, location="Phòng 1", serial_no="S1")
        for who in (people.technician, people.inspector):
            answer = who.get(f"/api/v1/scan/{tag}").get_json()
            assert (answer["owner"], answer["location"], answer["serial_no"]) == (CENTRE, "Phòng 1", "S1")
            assert who.get(answer["history"]).status_code == 200
        assert "owner" not in people.stranger.get(f"/api/v1/scan/{tag}").get_json()

    def test_forgives_what_people_type(self, arrange, client):
        tag = self.stored(arrange)
        typed = tags.grouped(tag).lower().replace("0", "o").replace("1", "l")
        assert client.get(f"/api/v1/scan/{typed}").get_json()["tag"] == tag

    @pytest.mark.parametrize("typed", ["7KQ2M3XA9R0", "U", "%00", "%ed%a0%80", "9" * 500, "Đ", "'; DROP TABLE asset"])
    def test_of_a_mistyped_tag_says_what_to_look_at(self, client, typed):
        answer = client.get(f"/api/v1/scan/{typed}")
        body = answer.get_json()
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
        assert body["type"].endswith("mistyped-tag")
        assert body["detail"]

    def test_of_an_unknown_tag_is_not_found(self, client):
        answer = client.get(f"/api/v1/scan/{tags.new()}")
        assert answer.status_code == 404
        assert answer.get_json()["type"].endswith("not-found")
