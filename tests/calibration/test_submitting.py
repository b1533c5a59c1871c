"""Draft, submitted, approved: nobody approves what was not handed in, and of two who are at it one wins."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import TODAY
from tests.make import assets, labs
from tests.make.calibration import handed_in, point, said
from tests.people import PASSWORD

CALIBRATIONS = "/api/v1/calibrations"
SIGN = {"certificate_no": "GCN-1", "password": PASSWORD}


@pytest.fixture
def draft(technician, arrange):
    """The address of a draft of the technician with a point, and what it says."""
    with arrange():
        labs.lab()
        tag = assets.asset(schedules=[assets.schedule()]).tag
    body = said(tag, TODAY, certificate_no=None, points=[point(indication="100.001", reference="100")])
    return f"{CALIBRATIONS}/{technician.post(CALIBRATIONS, json=body).json['id']}", body


def test_a_draft_is_not_approved_before_it_was_submitted(draft, technician, keeper):
    address, _body = draft
    refused = keeper.post(f"{address}/approve", json=SIGN)
    assert refused.status_code == 409
    assert refused.json["detail"] == (
        "Chỉ duyệt được hồ sơ đã gửi duyệt; hồ sơ này đang ở trạng thái Bản nháp. Hãy gửi duyệt trước."
    )
    assert f"{address.removeprefix('/api/v1')}/approve" not in keeper.pages.get(address.removeprefix("/api/v1")).text
    assert technician.post(f"{address}/submit", json={}).status_code == 200
    issued = keeper.post(f"{address}/approve", json=SIGN)
    assert (issued.status_code, issued.json["status"]) == (200, "issued")


def test_one_that_is_void_or_issued_says_how_it_stands(draft, technician, keeper):
    address, _body = draft
    assert keeper.post(f"{handed_in(keeper, address)}/approve", json=SIGN).status_code == 200
    assert "Keeper đã phê duyệt" in keeper.post(f"{address}/approve", json=SIGN).json["detail"]
    keeper.post(f"{address}/void", json={"reason": "Nhầm", "password": PASSWORD})


def test_of_an_approval_and_a_change_at_once_one_wins_and_what_was_signed_is_what_is_issued(draft, technician, keeper):
    address, body = draft
    shown = technician.get(handed_in(keeper, address))
    changed = {name: body[name] for name in ("kind", "performed_on", "outcome", "lab", "points")} | {"note": "khác"}
    acts = (
        lambda: keeper.post(f"{address}/approve", json=SIGN),
        lambda: technician.put(address, json=changed, headers={"If-Match": shown.headers["ETag"]}),
    )
    with ThreadPoolExecutor(len(acts)) as pool:
        answers = [asked.result() for asked in [pool.submit(act) for act in acts]]
    assert [answers[0].status_code, answers[1].status_code] in ([200, 409], [200, 412]), answers[1].text
    (signature,) = keeper.get(address).json["signatures"]
    assert (signature["holds"], keeper.get(address).json["note"]) == (True, "")
