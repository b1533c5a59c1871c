"""A seal that inspectors found broken ends the verification from that day, and a correction takes that back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle.rules import UpkeepKind
from registry.assets.models import Asset
from registry.inspection.checks.rules import Finding
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make.inspection import INSPECTIONS, check, listed, send

BROKEN, INTACT = {"key": "k0", "seal": "broken"}, {"key": "k1", "origin": "k0", "revision": 1, "seal": "intact"}


def told(visited, who):
    answer = who.get(f"/api/v1/scan/{visited['good']}").get_json()
    return answer["validity"], answer["fit_for_use"], [one["code"] for one in answer["reasons"]]


HOLDS, ENDED = ("valid", True, []), ("never", False, ["repaired"])


def test_it_ends_the_verification_at_once_with_its_reason_and_the_correction_brings_it_back(inspector, visited):
    assert told(visited, inspector) == HOLDS
    send(inspector, visited, check(visited["good"], **BROKEN))
    assert told(visited, inspector) == ENDED
    send(inspector, visited, check(visited["good"], **INTACT))
    assert told(visited, inspector) == HOLDS
    (row,) = listed(inspector, visited)
    assert row["findings"] == []  # what the check itself had ended is no finding of its correction
    log = inspector.get(f"/api/v1/assets/{visited['good']}/history").get_json()["items"]
    assert [one["changes"]["seal_found_on"] for one in log if one["action"] == "asset.seal"] == [
        [str(TODAY), None],
        [None, str(TODAY)],
    ]


def test_both_of_one_sending_end_nothing(inspector, visited):
    send(inspector, visited, check(visited["good"], **BROKEN), check(visited["good"], **INTACT))
    assert told(visited, inspector) == HOLDS


def test_what_a_colleague_saw_first_counts_until_the_leader_decides(inspector, second, visited):
    send(second, visited, check(visited["good"], "first", seal="intact"))
    send(inspector, visited, check(visited["good"], "late", seal="broken"))
    assert told(visited, inspector) == HOLDS
    assert inspector.post(f"{visited['at']}/late/standing").status_code == 200
    assert told(visited, inspector) == ENDED
    assert inspector.post(f"{visited['at']}/first/standing").status_code == 200
    assert told(visited, inspector) == HOLDS


def test_a_cancelled_inspection_found_nothing(inspector, visited):
    send(inspector, visited, check(visited["good"], **BROKEN))
    step = inspector.post(f"{INSPECTIONS}/{visited['id']}/steps", json={"to": "cancelled", "reason": "Nhầm đơn vị"})
    assert step.status_code in {200, 201}, step.text
    assert told(visited, inspector) == HOLDS


def test_a_tag_that_was_put_right_gives_the_first_thing_back(inspector, visited):
    send(inspector, visited, check(visited["good"], **BROKEN))
    send(inspector, visited, check(visited["over"], **INTACT | {"seal": "broken"}))
    assert told(visited, inspector) == HOLDS


@pytest.mark.parametrize("after", [True, False])
def test_what_a_repair_ended_stays_ended(inspector, visited, arrange, after):
    with arrange():
        asset = db.session.scalars(select(Asset).where(Asset.tag == visited["good"])).one()
        on = TODAY if after else TODAY - timedelta(days=60)
        lifecycle.record_upkeep(asset, kind=UpkeepKind.REPAIR, on=on, description="Thay loadcell", by=None)
    send(inspector, visited, check(visited["good"], **BROKEN))
    send(inspector, visited, check(visited["good"], **INTACT))
    assert told(visited, inspector) == (ENDED if after else HOLDS)


def test_one_that_is_not_in_use_has_lost_its_verification_too(inspector, visited):
    send(inspector, visited, check(visited["good"], seal="broken", in_use=False))
    assert told(visited, inspector) == ENDED
    assert Finding.SEAL_BROKEN not in listed(inspector, visited)[0]["findings"]
