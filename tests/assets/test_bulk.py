"""One change to many assets: shown first, made in one go, refused by name; and views of the list that are kept."""

from typing import Any

import pytest

from registry.assets.lists import bulk
from tests.make import assets as make
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE

ASSETS = "/api/v1/assets"
CHANGES = "/api/v1/asset-changes"
VIEWS = "/api/v1/saved-views"
CHANGE = {"location": "Kho số 9"}


@pytest.fixture
def three(arrange, people):
    """Tags of two assets of the centre and one of an enterprise elsewhere."""
    with arrange():
        return [
            make.asset(name=name, owner=owner).tag for name, owner in (("A", CENTRE), ("B", CENTRE), ("C", ELSEWHERE))
        ]


def previewed(who: Any, change: dict[str, Any], **said: Any) -> Any:
    return who.post(f"{CHANGES}/preview", json={"change": change, **said})


def applied(who: Any, change: dict[str, Any], versions: dict[str, int], **said: Any) -> Any:
    return who.post(CHANGES, json={"change": change, "versions": versions, **said})


def versions(preview: Any) -> dict[str, int]:
    return {item["tag"]: item["version"] for item in preview.json["items"]}


class TestAChangeOfMany:
    def test_is_shown_and_not_made_then_made_and_written_down(self, keeper, three):
        shown = previewed(keeper, CHANGE, tags=three[:2])
        assert shown.status_code == 200, shown.text
        assert [item["changes"] for item in shown.json["items"]] == [{"location": [None, "Kho số 9"]}] * 2
        key = {"Idempotency-Key": "look"}
        keeper.post(f"{CHANGES}/preview", json={"change": CHANGE, "tags": three[:2]}, headers=key)
        assert keeper.get(f"{ASSETS}/{three[0]}").json["location"] is None
        done = applied(keeper, CHANGE, versions(shown))
        assert (done.status_code, done.json["changed"], done.json["refused"]) == (200, 2, 0)
        for tag in three[:2]:
            assert keeper.get(f"{ASSETS}/{tag}").json["location"] == "Kho số 9"
            assert keeper.get(f"{ASSETS}/{tag}/history").json["items"][0]["changes"]["location"] == [None, "Kho số 9"]

    def test_knows_an_asset_by_the_label_it_has_now_and_once(self, keeper, three):
        new = keeper.post(f"{ASSETS}/{three[0]}/label/revoke", json={"because": "lost"}).json["tag"]
        shown = previewed(keeper, CHANGE, tags=[new, three[0], three[1]])
        assert [(item["tag"], item["changes"]) for item in shown.json["items"]] == [
            (tag, {"location": [None, "Kho số 9"]}) for tag in (new, three[1])
        ]
        assert applied(keeper, CHANGE, versions(shown)).json["changed"] == 2

    def test_finds_its_assets_as_a_list_does(self, keeper, three):
        shown = previewed(keeper, CHANGE, where={"q": "a", "kind": "standard"})
        assert [item["tag"] for item in shown.json["items"]] == three[:1]

    @pytest.mark.parametrize("kinds", ["standard", ["standard"], ["standard", "instrument"]])
    def test_finds_them_by_one_value_or_several(self, keeper, three, kinds):
        shown = previewed(keeper, CHANGE, where={"kind": kinds, "status": ["in_service", "quarantined"]})
        assert [item["tag"] for item in shown.json["items"]] == three[:2]
        assert previewed(keeper, CHANGE, where={"kind": ["standard", "thing"]}).status_code == 422

    def test_is_refused_where_it_cannot_be_and_nothing_else_is_made(self, keeper, three):
        shown = previewed(keeper, CHANGE, tags=three)
        assert [bool(item["refusals"]) for item in shown.json["items"]] == [False, False, True]
        refused = applied(keeper, CHANGE, versions(shown))
        assert (refused.status_code, list(refused.json["errors"])) == (409, [f"items.{three[2]}"])
        assert keeper.get(f"{ASSETS}/{three[0]}").json["location"] is None
        done = applied(keeper, CHANGE, versions(shown), skip_refused=True)
        assert (done.json["changed"], done.json["refused"]) == (2, 1)

    def test_is_refused_for_what_was_changed_meanwhile(self, keeper, three):
        shown = previewed(keeper, CHANGE, tags=three[:2])
        assert applied(keeper, {"custodian": "An"}, {three[0]: versions(shown)[three[0]]}).json["changed"] == 1
        late = applied(keeper, CHANGE, versions(shown))
        assert (late.status_code, list(late.json["errors"])) == (409, [f"items.{three[0]}"])

    def test_sent_twice_is_made_once(self, keeper, three):
        said = versions(previewed(keeper, CHANGE, tags=three[:1]))
        key = {"Idempotency-Key": "bulk-1"}
        body = {"change": CHANGE, "versions": said}
        first, again = (keeper.post(CHANGES, json=body, headers=key) for _time in range(2))
        assert first.json == again.json
        assert again.headers["Idempotency-Replayed"] == "true"

    def test_adds_and_gives_up_schedules(self, keeper, three):
        added = {"add_schedule": {"kind": "verification", "interval_months": 12}}
        applied(keeper, added, versions(previewed(keeper, added, tags=three[:1])))
        assert [one["kind"] for one in keeper.get(f"{ASSETS}/{three[0]}").json["schedules"]] == ["verification"]
        given_up = {"remove_schedule": "verification"}
        applied(keeper, given_up, versions(previewed(keeper, given_up, tags=three[:1])))
        assert keeper.get(f"{ASSETS}/{three[0]}").json["schedules"] == []

    def test_of_status_needs_its_reason(self, keeper, three):
        bare = previewed(keeper, {"status": "out_of_service"}, tags=three[:1]).json["items"][0]
        assert list(bare["refusals"]) != []
        change = {"status": "out_of_service", "status_reason": "Kiểm kê"}
        whole = previewed(keeper, change, tags=three[:1]).json["items"][0]
        assert whole["changes"]["status"] == ["in_service", "out_of_service"]

    @pytest.mark.parametrize(
        "body",
        [
            {"change": CHANGE},
            {"change": CHANGE, "tags": []},
            {"change": {}, "tags": ["x"]},
            {"change": {"price": 1}, "tags": ["x"]},
            {"change": CHANGE, "tags": ["x"] * (bulk.MOST + 1)},
            {"change": CHANGE, "tags": ["x"], "where": {}},
        ],
    )
    def test_that_is_not_understood_is_refused(self, keeper, body):
        assert keeper.post(f"{CHANGES}/preview", json=body).status_code == 422

    @pytest.mark.parametrize("version", ["x", None, -1, 1.5])
    def test_a_version_that_is_none_is_told_in_whole_sentences(self, keeper, three, version):
        refused = keeper.post(CHANGES, json={"change": CHANGE, "versions": {three[0]: version}})
        (said,) = refused.json["errors"][f"versions.{three[0]}"]
        assert (refused.status_code, len(said) > 10) == (422, True)

    def test_is_not_for_those_who_only_read(self, inspector, stranger, three):
        (only_read,) = previewed(inspector, CHANGE, tags=three[:1]).json["items"]
        assert list(only_read["refusals"]) == ["asset"]
        (unseen,) = previewed(stranger, CHANGE, tags=three[:1]).json["items"]
        assert (list(unseen["refusals"]), unseen["name"]) == (["tag"], "")


QUERY = {"kind": "standard", "due_before": "2026-12-31", "columns": "owner,location"}


class TestSavedViews:
    def kept(self, who: Any, name: str = "Sắp hết hạn", **said: Any) -> Any:
        return who.post(VIEWS, json={"name": name, "query": QUERY, **said})

    def test_are_kept_changed_and_deleted(self, technician):
        made = self.kept(technician)
        assert made.status_code == 201, made.text
        assert made.json["query"] == QUERY
        one = f"{VIEWS}/{made.json['id']}"
        etag = {"If-Match": technician.get(one).headers["ETag"]}
        renamed = technician.patch(one, json={"name": "Khác"}, headers=etag)
        assert renamed.json["name"] == "Khác"
        assert [item["name"] for item in technician.get(VIEWS).json["items"]] == ["Khác"]
        assert technician.delete(one, headers={"If-Match": renamed.headers["ETag"]}).status_code == 204
        assert technician.get(VIEWS).json["items"] == []

    @pytest.mark.parametrize(
        ("asked", "kept"),
        [
            ("retired", "retired"),
            (["retired"], "retired"),
            (["retired", "quarantined", "retired"], ["quarantined", "retired"]),
        ],
    )
    def test_keep_one_value_of_a_filter_as_it_is_and_several_in_a_list(self, technician, asked, kept):
        made = technician.post(VIEWS, json={"name": "Ngừng dùng", "query": {"status": asked}})
        assert made.json["query"] == {"status": kept}

    def test_have_a_name_once(self, technician):
        assert [self.kept(technician).status_code for _time in range(2)] == [201, 409]

    @pytest.mark.parametrize("query", [{"colour": "red"}, {"columns": "price"}, {"limit": 3}, {"kind": "x"}])
    def test_of_nothing_a_list_knows_are_refused(self, technician, query):
        assert technician.post(VIEWS, json={"name": "x", "query": query}).status_code == 422

    def test_are_shared_by_managers_with_those_beneath(self, keeper, technician, inspector, stranger):
        assert self.kept(technician, shared_with=CENTRE).status_code == 403
        assert self.kept(keeper, shared_with=DEPARTMENT).status_code == 403
        assert self.kept(keeper, shared_with=CENTRE).status_code == 201
        (shared,) = technician.get(VIEWS).json["items"]
        assert (shared["by"], shared["shared_with"]) == ("Keeper", CENTRE)
        assert inspector.get(VIEWS).json["items"] == stranger.get(VIEWS).json["items"] == []
        for change in (
            lambda: technician.patch(f"{VIEWS}/{shared['id']}", json={}, headers={"If-Match": "x"}),
            lambda: stranger.get(f"{VIEWS}/1"),
        ):
            assert change().status_code == 404


def test_counts_are_a_door_of_the_api(keeper, three):
    found = keeper.get("/api/v1/asset-counts?q=a").json
    assert found["kind"] == [{"value": "standard", "count": 1, "more": False, "text": None}]
    assert keeper.get("/api/v1/asset-counts?sort=name").status_code == 422
