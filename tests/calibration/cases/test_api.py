"""Cases through the API: who may, what is answered, what is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.assets.models import Asset
from registry.calibration import actions as calibrations
from registry.calibration.cases import news
from registry.calibration.cases.models import Case
from registry.calibration.cases.texts import Texts
from registry.calibration.notices.models import Telling
from registry.kernel import audit
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import chain as make
from tests.people import PASSWORD
from tests.statements import sent
from tests.stored import remembered

DAY = timedelta(days=1)
CASES = "/api/v1/cases"


class Found:
    """A case about a standard, with its item and the one outside of its range."""

    def __init__(self, tag: str, key: int, item: str, outside: str) -> None:
        self.tag, self.key, self.item, self.outside = tag, key, item, outside


@pytest.fixture
@remembered
def found(people, arrange) -> Found:
    with arrange():
        weight, item, outside = make.standard("F1"), make.standard("Cân"), make.standard("Cân nhỏ")
        good = [make.point("1000", limit="0.1"), make.point("2000", limit="0.1")]
        make.used(weight, TODAY - 100 * DAY, points=good)
        make.used(item, TODAY - 9 * DAY, weight, points=[make.point("2000", u="0.3", limit="1")])
        make.used(outside, TODAY - 8 * DAY, weight, points=[make.point("500", u="0.3", limit="1")])
        make.failed(weight, TODAY, good[0], make.point("2000", "0.7", limit="0.1"))
        key = db.session.scalars(select(Case.id)).one()
    return Found(weight.tag, key, item.tag, outside.tag)


def test_a_case_tells_what_was_wrong_and_how_far_it_is(keeper, found):
    (listed,) = keeper.get(CASES).json["items"]
    case = keeper.get(f"{CASES}/{found.key}")
    assert case.headers["ETag"]
    progress = case.json.pop("progress")
    assert case.json | {"progress": progress} == listed | {"progress": progress}
    assert (listed["asset"], listed["trigger"], listed["state"]) == (found.tag, "result", "open")
    assert (listed["from_on"], listed["until_on"]) == (str(TODAY - 100 * DAY), None)
    bad = {"quantity": make.MASS, "unit": "g", "low": "1000", "high": None, "shift": "0.7"}
    assert listed["ranges"] == [bad]
    assert (progress["found"], progress["in_scope"], progress["outside"], progress["open"]) == (2, 1, 1, 1)
    assert progress["by_significance"] == {"significant": 0, "possible": 1, "unknown": 0, "negligible": 0}


def test_items_come_with_what_the_shift_does_to_them(keeper, found):
    (item,) = keeper.get(f"{CASES}/{found.key}/items").json["items"]
    told = ("asset", "depth", "bearing", "significance", "shift", "unit", "of_uncertainty", "of_limit", "doubt")
    assert [item[name] for name in told] == [
        found.item,
        1,
        "within",
        "possible",
        "0.7",
        "g",
        "2.33",
        "0.7",
        "in_doubt",
    ]
    (outside,) = keeper.get(f"{CASES}/{found.key}/items?bearing=outside").json["items"]
    assert (outside["asset"], outside["significance"], outside["doubt"]) == (found.outside, None, None)
    assert keeper.get(f"{CASES}/{found.key}/items?decided=yes").json["items"] == []


def test_a_case_is_decided_signed_off_and_told(keeper, found):
    (item,) = keeper.get(f"{CASES}/{found.key}/items").json["items"]
    early = keeper.post(f"{CASES}/{found.key}/sign-off", json={"conclusion": "Xong", "password": PASSWORD})
    assert early.status_code == 409
    said = {"items": [item["id"]], "disposition": "recalibrate", "reason": "Gần giới hạn"}
    headers = {"Idempotency-Key": "d-1"}
    for _tap in range(2):
        answer = keeper.post(f"{CASES}/{found.key}/dispositions", json=said, headers=headers)
        assert (answer.status_code, answer.json) == (200, {"decided": 1})
    signed = keeper.post(f"{CASES}/{found.key}/sign-off", json={"conclusion": "Xong", "password": PASSWORD})
    assert (signed.status_code, signed.json["state"], signed.json["closed_by"]) == (200, "closed", "Keeper")
    assert keeper.post(f"{CASES}/{found.key}/dispositions", json=said).status_code == 409
    (item,) = keeper.get(f"{CASES}/{found.key}/items").json["items"]
    assert (item["disposed_by"], item["disposition"], item["doubt"]) == ("Keeper", "recalibrate", "recalibrate")


def test_a_decision_is_taken_back_only_by_who_has_seen_it_and_the_log_tells_both(keeper, found, arrange):
    (item,) = keeper.get(f"{CASES}/{found.key}/items").json["items"]
    address = f"{CASES}/{found.key}/dispositions"
    first = {"items": [item["id"]], "disposition": "recall", "reason": "Quá giới hạn"}
    assert keeper.post(address, json=first).status_code == 200
    (item,) = keeper.get(f"{CASES}/{found.key}/items").json["items"]
    second = {"items": [item["id"]], "disposition": "no_effect", "reason": "Đã tính lại"}
    for unseen in ({}, {"seen": "2001-01-01T00:00:00Z"}):
        refused = keeper.post(address, json=second | unseen)
        assert (refused.status_code, list(refused.json["errors"])) == (409, ["items"])
        assert f"Keeper đã quyết định về mục {item['id']}: Triệu hồi" in refused.json["detail"]
    ahead = keeper.post(address, json=second | {"seen": "2199-01-01T00:00:00Z"})
    assert (ahead.status_code, set(ahead.get_json()["errors"])) == (422, {"seen"})
    assert keeper.post(address, json=second | {"seen": item["disposed_at"]}).status_code == 200
    with arrange():
        entries = [entry.changes for entry in audit.history("case", found.key) if entry.action == "case.dispose"]
    assert [entry["disposition"] for entry in entries] == [["recall", "no_effect"], [None, "recall"]]
    assert entries[0]["reason"] == ["Quá giới hạn", "Đã tính lại"]
    assert entries[0]["disposed_actor"] == ["Keeper", "Keeper"]
    assert entries[0]["items"] == [None, [item["id"]]]


def test_what_rests_on_an_item_in_doubt_is_marked_and_stays_as_valid_as_it_was(client, keeper, found, planner):
    scan = client.get(f"/api/v1/scan/{found.item}").json
    assert [reason["code"] for reason in scan["reasons"]] == ["in_doubt"]
    assert scan["fit_for_use"] is True
    assert keeper.get(f"/api/v1/assets/{found.item}").json["doubt"] == "in_doubt"
    listed = {one["tag"]: one["doubt"] for one in keeper.get("/api/v1/assets").json["items"]}
    assert (listed[found.item], listed[found.outside]) == ("in_doubt", None)
    records = {one["asset"]: one for one in keeper.get("/api/v1/calibrations").json["items"]}
    assert [records[tag]["doubt"] for tag in (found.item, found.outside)] == ["in_doubt", None]
    one = keeper.get(f"/api/v1/calibrations/{records[found.item]['id']}").json
    assert (one["doubt"], one["contradicts"], records[found.item]["contradicts"]) == ("in_doubt", False, False)


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("keeper", [200, 200, 200, 201, 200, 200]),
        ("admin", [200, 200, 200, 201, 200, 200]),
        ("technician", [200, 200, 200, 403, 403, 403]),
        ("inspector", [200, 200, 200, 403, 403, 403]),
        ("planner", [200, 200, 200, 403, 403, 403]),
        ("stranger", [404, 404, 404, 404, 404, 404]),
    ],
)
def test_each_person_may_read_open_decide_and_sign_off(people, found, name, statuses):
    caller = getattr(people, name)
    decision = {"significance": "possible", "disposition": "no_effect", "reason": "…"}
    answers = [
        caller.get(f"{CASES}/{found.key}"),
        caller.get(f"{CASES}/{found.key}/items"),
        caller.get(f"{CASES}/{found.key}/report.pdf"),
        caller.post(f"/api/v1/assets/{found.tag}/cases", json={"reason": "Nghi ngờ"}),
        caller.post(f"{CASES}/{found.key}/dispositions", json=decision),
        caller.post(f"{CASES}/{found.key}/sign-off", json={"conclusion": "…", "password": PASSWORD}),
    ]
    assert [answer.status_code for answer in answers] == statuses
    assert len(caller.get(CASES).json["items"]) == {"stranger": 0, "keeper": 2, "admin": 2}.get(name, 1)


def test_nobody_reads_a_case_without_signing_in(client, found):
    for path in (CASES, f"{CASES}/{found.key}", f"{CASES}/{found.key}/items", f"{CASES}/{found.key}/report.pdf"):
        assert client.get(path).status_code == 401


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "items"),
        ({"items": [], "significance": None}, "items"),
        ({"items": [0]}, "items.0"),
        ({"items": [999999]}, "items.0"),
        ({"items": [1], "significance": "possible"}, "items"),
        ({"significance": "grave"}, "significance"),
        ({"items": [1], "disposition": "burn"}, "disposition"),
        ({"items": [1], "reason": ""}, "reason"),
    ],
)
def test_a_decision_that_makes_no_sense_is_named(keeper, found, said, field):
    body = {"disposition": "recall", "reason": "…"} | said
    answer = keeper.post(f"{CASES}/{found.key}/dispositions", json=body)
    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_a_case_by_hand_takes_ranges_in_any_unit_and_refuses_those_upside_down(keeper, found):
    good = {"quantity": "Khối lượng", "unit": "kg", "low": "1.5", "high": "3", "shift": "0.0007"}
    made = keeper.post(f"/api/v1/assets/{found.tag}/cases", json={"reason": "Nghi ngờ", "ranges": [good]})
    assert (made.status_code, made.json["ranges"], made.json["progress"]["in_scope"]) == (201, [good], 1)
    (item,) = keeper.get(f"{CASES}/{made.json['id']}/items").json["items"]
    assert (item["shift"], item["unit"]) == ("0.7", "g")
    for wrong, field in (({"high": "1.5"}, "ranges.0.high"), ({"shift": "-1"}, "ranges.0.shift")):
        body = {"reason": "…", "ranges": [good | wrong]}
        answer = keeper.post(f"/api/v1/assets/{found.tag}/cases", json=body)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit": "Cel"}, "unit"),
        ({"unit": "bananas"}, "unit"),
        ({"unit": "kgg"}, "unit"),
        ({"quantity": "Khối lượngg"}, "quantity"),
    ],
)
def test_a_range_of_what_the_standard_does_not_measure_is_refused_with_what_it_does(keeper, found, wrong, field):
    good = {"quantity": "khoi luong", "unit": "kg"}
    body = {"reason": "…", "ranges": [good, good | wrong]}
    answer = keeper.post(f"/api/v1/assets/{found.tag}/cases", json=body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [f"ranges.1.{field}"])
    assert "khối lượng (g)" in answer.json["errors"][f"ranges.1.{field}"][0]


def test_what_is_found_already_is_not_asked_for_again(keeper, found):
    assert keeper.post(f"{CASES}/{found.key}/gather").status_code == 409


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_report_is_a_pdf_that_names_the_case(keeper, found, language):
    answer = keeper.get(f"{CASES}/{found.key}/report.pdf", headers={"Accept-Language": language})
    assert answer.data.startswith(b"%PDF-")
    assert len(answer.data) > 5000


@pytest.fixture
def said(monkeypatch) -> list[str]:
    """What reports say."""
    heard: list[str] = []
    for name in ("paragraph", "_cell"):
        drawn = getattr(Texts, name)
        hears = lambda self, text, *rest, drawn=drawn: heard.append(text) or drawn(self, text, *rest)  # noqa: E731
        monkeypatch.setattr(Texts, name, hears)
    return heard


@pytest.fixture
def reported(keeper, found, said):
    """What the report of the case says, each time it is asked."""

    def report() -> str:
        said.clear()
        assert keeper.get(f"{CASES}/{found.key}/report.pdf", headers={"Accept-Language": "en"}).status_code == 200
        return "\n".join(said)

    return report


def test_a_sign_off_that_was_opened_again_and_void_records_stay_in_the_report_and_on_the_page(
    keeper, found, arrange, said
):
    decided = {"significance": "possible", "disposition": "no_effect", "reason": "Nhỏ"}
    keeper.post(f"{CASES}/{found.key}/dispositions", json=decided)
    signed = {"conclusion": "Đã thay quả cân", "password": PASSWORD}
    assert keeper.post(f"{CASES}/{found.key}/sign-off", json=signed).status_code == 200
    with arrange():
        weight = db.session.scalars(select(Asset).where(Asset.tag == found.tag)).one()
        late = make.used(make.standard("Muộn"), TODAY - DAY, weight, points=[make.point("2000", u="0.3", limit="1")])
        calibrations.void(late, reason="Nhầm mẫu", by=None)
    keeper.get(f"{CASES}/{found.key}/report.pdf", headers={"Accept-Language": "en"})
    page = keeper.pages.get(f"/cases/{found.key}?lang=en").text
    for told in (" ".join(said), page):
        parts = ("Earlier sign-offs", "Đã thay quả cân", "Opened again", f"Record {late.id} of")
        assert [part for part in parts if part not in told] == []
    assert any("Void: Nhầm mẫu" in text for text in said)


def test_the_report_lists_who_was_told_when_and_what_became_of_it(people, found, reported, arrange):
    with arrange():
        news.tell(db.session.get_one(Case, found.key), base_url="https://do-luong.example.vn", mailing=True)
        kept, waits = db.session.scalars(select(Telling).order_by(Telling.id))
        kept.message_id = None
        names = [kept.person.name, waits.person.name, kept.organisation.name_en]
    told = reported()
    wanted = [*names, "In doubt: 1", "Waiting", "Only in the registry"]
    assert [part for part in wanted if part not in told] == []
    assert "Nobody was told" not in told


def test_the_report_tells_the_result_its_points_and_limits_and_why_these_days(found, reported):
    told = reported()
    parts = [
        f"GCN-{found.tag[:4]}-{TODAY}",
        "mass, g",
        "−0.1 … 0.1",
        "0.7",
        "Declared: Fail.",
        f"They begin with its last good result, GCN-{found.tag[:4]}-{TODAY - 100 * DAY}",
        "They have not ended yet.",
        "Owners concerned",
        "shift of the standard 0.7 g",
        "its error 0 g",
        "limits −1 … 1 g",
        "its error reaches 0.7 g and keeps the limits. But the shift is more than a third of U.",
        "1 step away",
        "Nobody was told of it yet.",
    ]
    assert [part for part in parts if part not in told] == []


def test_a_page_of_items_takes_as_many_statements_however_many_there_are(keeper, found, app, arrange):
    def asked() -> int:
        with sent() as statements:
            assert keeper.get(f"{CASES}/{found.key}/items").status_code == 200
        return len(statements)

    before = asked()
    with arrange():
        weight = db.session.get(Case, found.key).asset
        for _number in range(10):
            make.used(make.standard(), TODAY - DAY, weight)
    assert asked() == before
