"""A phone that was offline until the minutes were signed: what was seen before is kept, and the minutes are amended."""

import json
from datetime import timedelta

import pytest

from registry.kernel import clock
from tests.inspection.checks.test_api import NOON
from tests.make.inspection import INSPECTIONS, check, listed, send

BEFORE, SIGNED, AFTER = (NOON + timedelta(hours=hours) for hours in (1, 2, 3))
SIGNING = {"representatives": [{"name": "Nguyễn Văn An"}]}


@pytest.fixture
def signed(inspector, visited):
    """A visit whose minutes were signed over one check."""
    with clock.frozen(NOON):
        send(inspector, visited, check(visited["good"], key="first"))
    with clock.frozen(SIGNED):
        assert inspector.post(f"{INSPECTIONS}/{visited['id']}/minutes", json=SIGNING).status_code == 201
    return visited


def late(tag, at=BEFORE, **said):
    return check(tag, key="late", at=at.isoformat(), seal="broken", **said)


def amended(who, visited):
    said = SIGNING | {"amendment_reason": "Bổ sung phiếu gửi muộn"}
    return who.post(f"{INSPECTIONS}/{visited['id']}/minutes", json=said)


def test_what_was_seen_before_the_signing_stands_in_amended_minutes(inspector, signed):
    with clock.frozen(AFTER):
        for _again in range(2):
            (told,) = send(inspector, signed, late(signed["over"]))
            assert (told["verdict"], told["late"]) == ("recorded", True)
        (first,) = inspector.get(f"{INSPECTIONS}/{signed['id']}/minutes").get_json()["items"]
        assert (first["is_intact"], "Cân quá hạn" in json.dumps(first, ensure_ascii=False)) == (True, False)
        said = "chưa có trong đó: 1"
        pages = [f"/inspections/{signed['id']}", f"/inspections/{signed['id']}/minutes"]
        assert all(said in inspector.pages.get(page).text for page in pages)
        closing = inspector.post(f"{INSPECTIONS}/{signed['id']}/steps", json={"to": "closed"})
        assert (closing.status_code, closing.get_json()["detail"]) == (
            409,
            "Có phiếu gửi tới sau khi ký biên bản; hãy sửa đổi, bổ sung biên bản trước để biên bản có các phiếu đó.",
        )
    with clock.frozen(AFTER + timedelta(hours=1)):
        second = amended(inspector, signed)
        assert "Cân quá hạn" in json.dumps(second.get_json()["content"], ensure_ascii=False)
        assert not any(said in inspector.pages.get(page).text for page in pages)
        assert inspector.post(f"{INSPECTIONS}/{signed['id']}/steps", json={"to": "closed"}).status_code == 200


def test_it_is_recorded_after_an_amendment_too(inspector, signed):
    with clock.frozen(AFTER):
        assert amended(inspector, signed).status_code == 201
    with clock.frozen(AFTER + timedelta(hours=1)):
        (told,) = send(inspector, signed, late(signed["over"]))
    assert (told["verdict"], told["late"]) == ("recorded", True)


@pytest.mark.parametrize("at", [SIGNED, SIGNED + timedelta(minutes=5), AFTER])
def test_what_was_seen_after_the_signing_is_refused_with_the_reason(inspector, signed, at):
    with clock.frozen(AFTER):
        (told,) = send(inspector, signed, late(signed["over"], at))
    assert (told["verdict"], told["because"], told["late"]) == ("refused", "closed", False)
    assert "trước khi thấy" in told["reason"]
    assert len(listed(inspector, signed)) == 1


def test_a_clock_that_is_behind_does_not_make_it_late(inspector, signed):
    slow = timedelta(hours=2)
    with clock.frozen(AFTER):
        (told,) = send(inspector, signed, late(signed["over"], AFTER - slow), sent_at=AFTER - slow)
    assert told["because"] == "closed"


def test_a_closed_inspection_takes_none_and_says_what_is_left(inspector, signed):
    with clock.frozen(AFTER):
        assert inspector.post(f"{INSPECTIONS}/{signed['id']}/steps", json={"to": "closed"}).status_code == 200
        (told,) = send(inspector, signed, late(signed["over"]))
    assert (told["verdict"], told["because"]) == ("refused", "closed")
    assert "cuộc kiểm tra khác" in told["reason"]


def test_a_first_check_is_not_late(inspector, visited):
    (told,) = send(inspector, visited, check(visited["good"]))
    assert told["late"] is False
