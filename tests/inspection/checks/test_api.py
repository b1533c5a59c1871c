"""Checks at the API: recorded once, beside what the registry knew, whoever sends them and however often."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest

from registry.assets import tags
from registry.assets.rules import Kind
from registry.inspection import actions as inspections
from registry.inspection import queries
from registry.inspection.checks import actions
from registry.inspection.rules import State
from registry.kernel import clock
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import files as make_files
from tests.make import inspection as make
from tests.make.inspection import INSPECTIONS, check, listed, send

NOON = clock.start_of(TODAY) + timedelta(hours=12)


class TestFreezing:
    def test_what_the_registry_knew_stands_beside_what_was_seen(self, inspector, visited, keeper):
        (told,) = send(inspector, visited, check(visited["good"], seal="intact", stamp_no="a0123", in_use=True))
        answer = told["check"]["answer"]
        assert (told["verdict"], answer["validity"], answer["fit_for_use"]) == ("recorded", "valid", True)
        assert answer["verification"]["stamp_no"] == "A 0123"
        assert (answer["owner"]["code"], answer["serial_no"]) == ("TTDL", "SN-1")
        assert (told["check"]["stamp_differs"], told["check"]["violation"]) == (False, False)
        etag = keeper.get(f"/api/v1/assets/{visited['good']}").headers["ETag"]
        keeper.patch(f"/api/v1/assets/{visited['good']}", json={"name": "Khác"}, headers={"If-Match": etag})
        (row,) = listed(inspector, visited)
        assert (row["answer"]["name"], row["name"]) == ("Cân tốt", "Cân tốt")

    def test_another_stamp_is_told_at_once(self, inspector, visited):
        (told,) = send(inspector, visited, check(visited["good"], stamp_no="B 0123"))
        assert told["check"]["stamp_differs"] is True

    def test_an_expired_verification_is_a_finding_by_itself(self, inspector, visited):
        (told,) = send(inspector, visited, check(visited["over"]))
        assert told["check"]["findings"] == ["expired_verification"]
        assert told["check"]["violation"] is True
        assert "thứ" not in told["check"]["answer"]["reasons"][0]["text"]
        assert told["check"]["answer"]["reasons"][0]["code"] == "overdue"

    @pytest.mark.parametrize(
        ("said", "findings"),
        [
            ({"seal": "broken"}, ["seal_broken"]),
            ({"error_value": "-1.21", "error_limit": "1.20", "error_unit": "%"}, ["over_limit"]),
            ({"error_value": "1.20", "error_limit": "1.20", "error_unit": "%"}, []),
            ({"error_value": "1.20", "error_unit": "%"}, []),
            ({"error_value": f"-{10**19}.{1:020}", "error_limit": str(10**19), "error_unit": "g"}, ["over_limit"]),
            ({"stamp_valid_until": str(TODAY - timedelta(days=1))}, ["expired_verification"]),
            ({"stamp_valid_until": str(TODAY)}, []),
            ({"findings": ["altered", "seal_broken"], "seal": "broken"}, ["seal_broken", "altered"]),
        ],
    )
    def test_what_follows_from_what_was_seen(self, inspector, visited, said, findings):
        (told,) = send(inspector, visited, check(visited["good"], **said))
        assert told["check"]["findings"] == findings
        assert told["check"]["violation"] is bool(findings)

    def test_what_is_not_there_is_not_in_violation_for_its_verification(self, inspector, visited):
        (told,) = send(inspector, visited, check(visited["over"], present=False))
        assert (told["check"]["findings"], told["check"]["violation"]) == ([], False)
        assert told["check"]["answer"]["reasons"][0]["code"] == "overdue"

    @pytest.mark.parametrize(
        ("said", "fields"),
        [
            ({"seal": "intact"}, {"seal"}),
            ({"seal": "absent", "stamp_no": "A 0123"}, {"seal", "stamp_no"}),
            ({"stamp_valid_until": str(TODAY)}, {"stamp_valid_until"}),
            ({"error_value": "-0.1", "error_limit": "1", "error_unit": "g"}, {"error_value"}),
            ({"error_value": "0", "error_unit": "g"}, {"error_value"}),
            ({"in_use": True}, {"in_use"}),
            ({"in_use": False, "stamp_no": "", "remark": "mang đi sửa"}, set()),
        ],
    )
    def test_nobody_sees_a_seal_on_what_is_not_there(self, inspector, visited, said, fields):
        one, other = send(inspector, visited, check(visited["over"], present=False, **said), check(visited["good"]))
        assert set(one["errors"] or ()) == fields
        assert (one["verdict"], other["verdict"]) == ("refused" if fields else "recorded", "recorded")
        alone = inspector.post(visited["at"], json=check(visited["over"], present=False, **said))
        assert alone.status_code == (422 if fields else 200)

    @pytest.mark.parametrize(
        ("said", "findings"),
        [
            ({}, []),
            ({"seal": "broken", "error_value": "2", "error_limit": "1", "error_unit": "g"}, []),
            ({"stamp_valid_until": str(TODAY - timedelta(days=1))}, []),
            ({"findings": ["altered"]}, ["altered"]),
        ],
    )
    def test_what_is_not_in_use_is_in_violation_only_by_what_somebody_says(self, inspector, visited, said, findings):
        (told,) = send(inspector, visited, check(visited["over"], in_use=False, **said))
        assert (told["check"]["findings"], told["check"]["violation"]) == (findings, bool(findings))

    @pytest.mark.parametrize(
        ("one", "other", "things"),
        [
            ({"serial_no": "1"}, {"serial_no": "1"}, 2),
            ({"serial_no": "1", "model": "A"}, {"serial_no": "1", "model": "A"}, 2),
            ({"serial_no": "1", "manufacturer": "A"}, {"serial_no": "1", "manufacturer": "a"}, 1),
            ({"serial_no": "1", "manufacturer": "A"}, {"serial_no": "1", "manufacturer": "B"}, 2),
            (
                {"serial_no": "1", "manufacturer": "A" * 200, "model": "M" * 200},
                {"serial_no": "2", "manufacturer": "A" * 200, "model": "M" * 200},
                2,
            ),
        ],
    )
    def test_equal_serial_numbers_are_one_thing_only_of_one_maker(self, inspector, visited, one, other, things):
        send(inspector, visited, check(name="Cân", **one), check(name="Cân", **other))
        assert len(listed(inspector, visited)) == things

    def test_what_the_phone_showed_is_kept_where_it_was_another(self, inspector, visited):
        shown = {"prepared_at": (NOON - timedelta(days=1)).isoformat(), "validity": "due_soon", "fit_for_use": True}
        same = {"validity": "overdue", "fit_for_use": False, "due_on": str(TODAY - timedelta(days=1))}
        one, other = send(
            inspector, visited, check(visited["good"], shown=shown), check(visited["over"], shown=shown | same)
        )
        assert one["check"]["shown"]["validity"] == "due_soon"
        assert other["check"]["shown"] is None

    def test_things_not_in_the_registry_are_entered_on_the_spot(self, inspector, visited, keeper):
        said = {"name": "Cột đo xăng dầu", "manufacturer": "Tatsuno", "model": "S", "serial_no": "77", "kind": "Cột đo"}
        first, again = send(inspector, visited, check(**said), check(**said | {"seal": "broken"}))
        assert (first["verdict"], again["verdict"]) == ("recorded", "updated")
        (row,) = listed(inspector, visited)
        assert (row["tag"], row["instrument_type"], row["seal"]) == (None, "Cột đo", "broken")
        address = f"{visited['at']}/{again['key']}/asset"
        assert inspector.post(address, json={"owner": "TTDL"}).status_code == 403
        assert keeper.post(address, json={"owner": "TTDL"}).status_code == 404

    @pytest.mark.usefixtures("people")
    def test_the_place_of_a_visit_fits_an_asset(self, arrange):
        with arrange():
            visit = make.visit(place="Chợ " * 75)
            (told,) = actions.receive(visit, checks=[check(name="Cân đĩa")], by=None)
            made = actions.register(told.check, visit, owner="TTDL", kind=Kind.INSTRUMENT, by=None)
            assert made.location == ("Chợ " * 75)[:200]

    def test_a_tag_that_leads_to_nothing_is_kept_as_it_was_read(self, inspector, visited):
        unknown = tags.new()
        told, wrong = send(inspector, visited, check(unknown), check("what is this"))
        assert (told["verdict"], told["check"]["tag"], told["check"]["answer"]) == ("recorded", unknown, None)
        assert (wrong["verdict"], wrong["check"]["tag"], wrong["check"]["name"]) == ("recorded", None, "what is this")

    def test_a_mistyped_label_makes_no_instrument_of_its_own(self, inspector, visited):
        first = "0" if visited["good"][0] != "0" else "1"
        wrong = first + visited["good"][1:]
        swapped = next(
            visited["good"][:place] + one + other + visited["good"][place + 2 :]
            for place, (other, one) in enumerate(zip(visited["good"], visited["good"][1:], strict=False))
            if one != other
        )
        for typed in (wrong, swapped, f"{wrong[:4]}-{wrong[4:]}".lower()):
            (told,) = send(inspector, visited, check(typed))
            assert (told["verdict"], told["because"], set(told["errors"])) == ("refused", "invalid", {"tag"})
            assert inspector.post(visited["at"], json=check(typed)).status_code == 422
        assert listed(inspector, visited, which="every") == []


class TestOnce:
    def test_sent_twice_it_is_stored_once_and_told_the_same(self, inspector, visited):
        said = check(visited["good"], seal="broken")
        first, again = send(inspector, visited, said), send(inspector, visited, said)
        assert first == again
        assert len(listed(inspector, visited, which="every")) == 1

    def test_the_same_person_again_updates(self, inspector, visited):
        send(inspector, visited, check(visited["good"]))
        (told,) = send(inspector, visited, check(visited["good"], seal="broken"))
        assert told["verdict"] == "updated"
        (row,) = listed(inspector, visited)
        assert row["seal"] == "broken"
        assert [one["standing"] for one in listed(inspector, visited, which="every")] == [False, True]

    def test_an_older_one_of_a_full_queue_does_not_take_the_place_of_a_newer(self, inspector, visited):
        later, sooner = (NOON + timedelta(minutes=one) for one in (30, 5))
        with clock.frozen(NOON + timedelta(hours=1)):
            send(inspector, visited, check(visited["good"], at=later.isoformat(), remark="later"))
            send(inspector, visited, check(visited["good"], at=sooner.isoformat(), remark="sooner"))
        (row,) = listed(inspector, visited)
        assert row["remark"] == "later"

    def test_a_colleague_is_told_who_was_first_and_both_are_kept(self, inspector, second, visited):
        send(inspector, visited, check(visited["good"]))
        (told,) = send(second, visited, check(visited["good"], seal="broken"))
        assert (told["verdict"], told["first_by"]) == ("already", "Inspector")
        assert [row["seal"] for row in listed(inspector, visited)] == [None]
        assert len(listed(inspector, visited, which="every")) == 2

    def test_two_at_once_find_one_first(self, inspector, second, visited):
        gate, verdicts = Barrier(2), []

        def sends(who):
            gate.wait()
            verdicts.append(send(who, visited, check(visited["good"]))[0]["verdict"])

        threads = [Thread(target=sends, args=(who,)) for who in (inspector, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(verdicts) == ["already", "recorded"]
        assert len(listed(inspector, visited)) == 1

    def test_a_queue_of_two_hundred_arrives_once(self, inspector, visited, arrange):
        with arrange():
            many = [make_assets.asset(name=f"Cân {number}").tag for number in range(200)]
        checks = [check(tag) for tag in many]
        assert {one["verdict"] for one in send(inspector, visited, *checks)} == {"recorded"}
        send(inspector, visited, *checks)
        every = inspector.get(visited["at"], query_string={"limit": 1, "count": "exact", "which": "every"})
        assert every.get_json()["total"] == 200
        assert inspector.post(f"{visited['at']}/batch", json={"checks": [*checks, check("x")]}).status_code == 422


class TestTime:
    @pytest.mark.parametrize(
        "minutes",  # by the phone when it was seen and when it was sent; in truth; what is noted
        [
            (-10, None, -10, None),
            (+120, None, 0, 120),
            (+50, +60, -10, 60),
            (-190, -180, -10, -180),
            (-10, +1, -10, None),
            (-5000, None, -60, -4940),
        ],
    )
    def test_a_wrong_clock_is_put_right_and_noted(self, inspector, visited, minutes):
        said, sent, at, ahead = minutes
        later = NOON + timedelta(hours=1)
        with clock.frozen(later):
            (told,) = send(
                inspector,
                visited,
                check(visited["good"], at=(later + timedelta(minutes=said)).isoformat()),
                sent_at=None if sent is None else later + timedelta(minutes=sent),
            )
        assert datetime.fromisoformat(told["check"]["seen_at"]) == (later + timedelta(minutes=at)).astimezone(UTC)
        assert told["check"]["clock_ahead"] == (None if ahead is None else ahead * 60)
        assert (told["check"]["said_at"] is None) is (ahead is None)

    @pytest.mark.parametrize(
        ("at", "sent_at"),
        [
            ("0001-01-01T00:00:00+14:00", None),
            ("9999-12-31T23:59:59-14:00", None),
            ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
            ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:05Z"),
        ],
    )
    def test_a_clock_that_says_anything_keeps_no_check_back(self, inspector, visited, at, sent_at):
        body = {"checks": [check(visited["good"], at=at)], "sent_at": sent_at}
        answer = inspector.post(f"{visited['at']}/batch", json=body)
        assert answer.status_code == 200, answer.text
        (told,) = answer.get_json()["told"]
        assert abs(told["check"]["clock_ahead"]) < 2**31

    def test_what_changed_between_seeing_and_sending_is_said(self, inspector, visited, keeper):
        with clock.frozen(NOON + timedelta(hours=1)):
            make_assets.patched(keeper, visited["good"], name="Khác")
        with clock.frozen(NOON + timedelta(hours=2)):
            at = (NOON + timedelta(minutes=5)).isoformat()
            one, other = send(inspector, visited, check(visited["good"], at=at), check(visited["over"], at=at))
        assert (one["check"]["answer"]["changed_since"], other["check"]["answer"]["changed_since"]) == (True, False)


class TestRefusals:
    def test_who_may_not_see_a_visit_registers_nothing_of_it(self, inspector, keeper, visited):
        (told,) = send(inspector, visited, check(name="Cân lạ"))
        address = f"{visited['at']}/{told['key']}/asset"
        assert keeper.get(f"{INSPECTIONS}/{visited['id']}").status_code == 404
        assert keeper.post(address, json={"owner": "TTDL", "kind": "instrument"}).status_code == 404
        assert inspector.post(address, json={"owner": "TTDL", "kind": "instrument"}).status_code == 403

    def test_one_that_is_refused_keeps_no_other_back(self, inspector, visited):
        bad = check(visited["good"], error_value="1", error_limit="-1")
        told = send(inspector, visited, bad, check(visited["over"]), check())
        assert [one["verdict"] for one in told] == ["refused", "recorded", "refused"]
        assert set(told[0]["errors"]) == {"error_limit", "error_unit"}
        assert (told[0]["because"], set(told[2]["errors"])) == ("invalid", {"name"})
        assert inspector.post(visited["at"], json=bad).status_code == 422

    def test_a_visit_that_ended_meanwhile_refuses_each_by_itself(self, inspector, visited):
        kept = check(visited["good"])
        send(inspector, visited, kept)
        cancel = {"to": "cancelled", "reason": "Bão"}
        assert inspector.post(f"{INSPECTIONS}/{visited['id']}/steps", json=cancel).status_code == 200
        told = send(inspector, visited, kept, check(visited["over"]))
        assert [one["verdict"] for one in told] == ["recorded", "refused"]
        assert told[1]["because"] == "closed"
        assert inspector.post(visited["at"], json=check(visited["over"])).status_code == 409

    def test_who_was_taken_out_of_the_team_still_sends_what_they_saw_before(self, second, visited, arrange, people):
        with arrange(), clock.frozen(NOON + timedelta(hours=1)):
            visit = queries.by_id(people.inspector.person(), visited["id"])
            inspections.edit(visit, team=[make.member()], by=None)
        with clock.frozen(NOON + timedelta(hours=2)):
            before, after = (
                check(visited[name], at=(NOON + timedelta(minutes=minutes)).isoformat())
                for name, minutes in (("good", 30), ("over", 90))
            )
            told = send(second, visited, before, after)
        assert [(one["verdict"], one["because"]) for one in told] == [("recorded", None), ("refused", "removed")]

    @pytest.mark.parametrize(
        ("name", "status"),
        [("keeper", 404), ("technician", 404), ("planner", 404), ("stranger", 404), ("admin", 403)],
    )
    def test_only_the_team_records(self, people, visited, name, status):
        answer = getattr(people, name).post(visited["at"], json=check(visited["good"]))
        assert answer.status_code == status

    def test_what_was_not_prepared_takes_no_checks(self, inspector, arrange, visited):
        with arrange():
            bare = make.visit(state=State.PLANNED).id
        assert inspector.post(f"{INSPECTIONS}/{bare}/checks", json=check(visited["good"])).status_code == 409


class TestPhotos:
    def test_a_photo_is_drawn_anew_and_hangs_once(self, inspector, visited):
        (told,) = send(inspector, visited, check(visited["good"]))
        address = f"{visited['at']}/{told['key']}/photos"
        first = inspector.post(address, **make_files.sent(make_files.photo(), "a.jpg"))
        again = inspector.post(address, **make_files.sent(make_files.photo(), "a.jpg"))
        assert (first.status_code, again.status_code) == (201, 200)
        (row,) = listed(inspector, visited)
        drawn = inspector.get(f"{address}/{row['photos'][0]['id']}")
        assert drawn.mimetype == "image/jpeg"
        assert b"GPS" not in drawn.data
        assert b"Exif" not in drawn.data

    @pytest.mark.parametrize("content", [make_files.PDF, b"<svg onload=alert(1)>", b"", b"\xff\xd8\xff" + b"x" * 50])
    def test_a_photo_that_is_no_photo_is_refused(self, inspector, visited, content):
        (told,) = send(inspector, visited, check(visited["good"]))
        answer = inspector.post(f"{visited['at']}/{told['key']}/photos", **make_files.sent(content, "a.jpg"))
        assert (answer.status_code, set(answer.get_json()["errors"])) == (422, {"file"})
        assert "PDF" not in answer.text  # nothing but photos is kept there
        assert listed(inspector, visited)[0]["photos"] == []

    def test_it_hangs_on_ones_own_check(self, inspector, second, visited):
        (told,) = send(inspector, visited, check(visited["good"]))
        sent = make_files.sent(make_files.photo(), "a.jpg")
        assert second.post(f"{visited['at']}/{told['key']}/photos", **sent).status_code == 403
        sent = make_files.sent(make_files.photo(), "a.jpg")
        assert inspector.post(f"{visited['at']}/none/photos", **sent).status_code == 404


LOOSE = {"key": "k0", "name": "Cân", "serial_no": "S-1", "error_value": "0.10", "error_limit": "0.5", "error_unit": "g"}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "recorded"),
        ({"error_value": "0.1", "remark": ""}, "recorded"),  # the same in other digits
        ({"serial_no": "S-2"}, "refused"),
        ({"name": "Quả cân"}, "refused"),
        ({"seal": "broken"}, "refused"),
        ({"present": False, "error_value": None, "error_limit": None, "error_unit": None}, "refused"),
        ({"violation": True}, "refused"),
        ({"findings": ["altered"]}, "refused"),
    ],
)
def test_another_check_under_a_known_key_is_refused_and_the_first_stays(inspector, visited, changes, verdict):
    send(inspector, visited, check(**LOOSE))
    (told,) = send(inspector, visited, check(**LOOSE | changes))
    assert told["verdict"] == verdict
    assert set(told["errors"] or ()) == ({"key"} if verdict == "refused" else set())
    (row,) = listed(inspector, visited, which="every")
    assert (row["serial_no"], row["seal"], row["findings"]) == ("S-1", None, [])


def test_the_finding_of_an_error_over_the_limit_is_refused_beside_figures_that_refute_it(inspector, visited):
    said = LOOSE | {"findings": ["over_limit"]}
    (told,) = send(inspector, visited, check(**said))
    assert (told["verdict"], set(told["errors"])) == ("refused", {"findings"})
    bare = {name: value for name, value in said.items() if not name.startswith("error")}
    (told,) = send(inspector, visited, check(**bare))
    assert told["check"]["findings"] == ["over_limit"]


def test_nobody_is_told_that_they_were_before_themselves(inspector, visited):
    noon = NOON + timedelta(hours=1)
    with clock.frozen(noon):
        send(inspector, visited, check(visited["good"], at=noon.isoformat()))
        (told,) = send(inspector, visited, check(visited["good"], at=(noon - timedelta(minutes=9)).isoformat()))
    assert (told["verdict"], told["first_by"]) == ("already", None)
