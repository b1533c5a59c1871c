"""Firmware and software, version after version: the newest of a kind is current, and nothing is lost."""

from typing import Any

import pytest

from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import Caller

ASSETS = "/api/v1/assets"


@pytest.fixture
def tag(keeper: Caller) -> str:
    found: str = keeper.post(ASSETS, json=make.said()).get_json()["tag"]
    return found


def installed(who: Caller, tag: str, version: str, **changes: Any) -> Any:
    return who.post(f"{ASSETS}/{tag}/software", json={"kind": "firmware", "version": version} | changes)


def test_versions_are_listed_newest_first(keeper, technician, tag):
    assert installed(keeper, tag, "1.0", since_on="2024-02-29").status_code == 201
    second = installed(technician, tag, "2.0", note="Hãng nâng cấp").get_json()
    assert (second["since_on"], second["note"]) == (str(TODAY), "Hãng nâng cấp")
    installed(keeper, tag, "1.5", since_on="2025-01-01")
    installed(keeper, tag, "PC-7", kind="software", since_on="2020-01-01")
    page = keeper.get(f"{ASSETS}/{tag}/software?limit=3").get_json()
    assert [line["version"] for line in page["items"]] == ["2.0", "1.5", "1.0"]
    rest = keeper.get(f"{ASSETS}/{tag}/software", query_string={"cursor": page["next"]}).get_json()
    assert [line["version"] for line in rest["items"]] == ["PC-7"]
    log = keeper.get(f"{ASSETS}/{tag}/history").get_json()["items"][2]
    assert (log["action"], log["changes"]["firmware"]) == ("asset.install", ["1.0", "2.0"])


def test_what_is_recorded_last_of_one_day_is_current(keeper, tag):
    installed(keeper, tag, "1.0")
    installed(keeper, tag, "1.O")
    assert installed(keeper, tag, "1.0").status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"version": "1.0"}, "version"),
        ({"version": "  "}, "version"),
        ({"since_on": "2026-06-16"}, "since_on"),
        ({"kind": "virus"}, "kind"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(keeper, tag, changes, field):
    installed(keeper, tag, "1.0")
    answer = keeper.post(f"{ASSETS}/{tag}/software", json={"kind": "firmware", "version": "2.0"} | changes)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])


WRITERS = {"keeper": 201, "technician": 201, "admin": 201, "inspector": 403, "planner": 403, "stranger": 404}


@pytest.mark.parametrize(("who", "status"), WRITERS.items())
def test_who_may_record_a_version(people, tag, who, status):
    assert installed(getattr(people, who), tag, "1.0").status_code == status


def test_strangers_do_not_learn_that_it_exists(keeper, stranger, client, tag):
    assert keeper.get(f"{ASSETS}/{tag}/software").status_code == 200
    assert stranger.get(f"{ASSETS}/{tag}/software").status_code == 404
    assert client.get(f"{ASSETS}/{tag}/software").status_code == 401


def test_a_version_is_recorded_on_its_page_and_shown_with_the_asset(keeper, tag):
    browser = keeper.pages
    assert browser.get(f"/assets/{tag}/software").status_code == 200
    said = {"kind": "firmware", "version": "1.0.04b", "since_on": "2026-06-01", "note": ""}
    assert browser.post(f"/assets/{tag}/software", data=said).status_code == 302
    assert "1.0.04b" in browser.get(f"/assets/{tag}").text
    refused = browser.post(f"/assets/{tag}/software", data=said)
    assert refused.status_code == 422
    assert 'id="f-version-fault"' in refused.text
