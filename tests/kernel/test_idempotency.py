"""Idempotency: under one key a thing is done once and answered alike, however often and at once it is asked."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from registry.accounts.models import Organisation
from registry.kernel import audit, idempotency
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from registry.kernel.idempotency import IdempotencyKey
from tests.make import labs as make_labs

ORGANISATIONS = "/api/v1/organisations"
LABS = "/api/v1/labs"
FORM = {"code": "PTN-9", "name": "Phòng", "organisation": "TTDL", "idempotency_key": "form-1"}


def body(code="X1", **changes):
    return {"code": code, "name_vi": "Xã", "name_en": "Commune", "kind": "commune"} | changes


def keyed(key="k"):
    return {"Idempotency-Key": key}


def count(arrange, model, *where):
    with arrange():
        return db.session.scalar(select(func.count()).select_from(model).where(*where))


def at_once(*acts):
    """Run the acts in threads that start together; gives their results."""
    together, results = threading.Barrier(len(acts)), []

    def run(act):
        together.wait()
        results.append(act())

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_repeated_request_gets_the_first_answer_and_does_nothing(admin, arrange):
    first = admin.post(ORGANISATIONS, json=body(), headers=keyed())
    again = admin.post(ORGANISATIONS, json=body(), headers=keyed())
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert count(arrange, Organisation, Organisation.code == "X1") == 1
    with arrange():
        assert len(audit.history("organisation", "X1")) == 1


def test_the_first_answer_stands_even_when_the_thing_changed_since(admin):
    first = admin.post(ORGANISATIONS, json=body(), headers=keyed())
    path = f"{ORGANISATIONS}/X1"
    etag = admin.get(path).headers["ETag"]
    assert admin.patch(path, json={"name_vi": "Phường"}, headers={"If-Match": etag}).status_code == 200
    assert admin.post(ORGANISATIONS, json=body(), headers=keyed()).json == first.json


@pytest.mark.parametrize(
    ("path", "said"),
    [(ORGANISATIONS, body("X2")), (f"{ORGANISATIONS}?lang=en", body()), (LABS, body())],
    ids=["another body", "another query", "another door"],
)
def test_a_key_used_for_another_request_is_a_conflict(admin, arrange, path, said):
    admin.post(ORGANISATIONS, json=body(), headers=keyed())
    answer = admin.post(path, json=said, headers=keyed())
    assert (answer.status_code, answer.json["type"]) == (409, "urn:registry:problem:conflict")
    assert "Idempotency-Key" in answer.json["detail"]
    assert count(arrange, Organisation, Organisation.code == "X2") == 0


@pytest.mark.parametrize("changes", [{"kind": "planet"}, {"parent": "NOBODY"}, {"code": "TN"}])
def test_a_refused_request_does_not_use_up_its_key(admin, arrange, changes):
    refused = admin.post(ORGANISATIONS, json=body(**changes), headers=keyed())
    assert refused.status_code in {409, 422}
    assert count(arrange, IdempotencyKey) == 0
    assert admin.post(ORGANISATIONS, json=body(), headers=keyed()).status_code == 201


def test_a_forbidden_request_does_not_use_up_its_key(keeper, arrange):
    assert keeper.post(ORGANISATIONS, json=body(), headers=keyed()).status_code == 403
    assert count(arrange, IdempotencyKey) == 0


def test_each_person_has_keys_of_their_own(admin, keeper):
    assert admin.post(LABS, json=make_labs.said("A"), headers=keyed()).status_code == 201
    answer = keeper.post(LABS, json=make_labs.said("B"), headers=keyed())
    assert (answer.status_code, answer.json["code"]) == (201, "B")


@pytest.mark.parametrize("key", ["", " ", "a b", "đ", "x" * 101, "a\x7f"])
def test_a_key_that_cannot_be_kept_is_refused(admin, arrange, key):
    answer = admin.post(ORGANISATIONS, json=body(), headers=keyed(key.encode().decode("latin-1")))
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["Idempotency-Key"])
    assert count(arrange, Organisation, Organisation.code == "X1") == 0


def test_a_key_asks_nothing_of_a_stranger(client, people):
    assert client.post(ORGANISATIONS, json=body(), headers=keyed()).status_code == 401


def test_of_many_at_once_one_is_done_and_all_get_its_answer(admin, arrange):
    answers = at_once(*[lambda: admin.post(ORGANISATIONS, json=body(), headers=keyed())] * 4)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert all(answer.json == answers[0].json for answer in answers)
    assert sorted(answer.headers.get("Idempotency-Replayed", "") for answer in answers) == ["", "true", "true", "true"]
    assert count(arrange, Organisation, Organisation.code == "X1") == 1
    assert (
        count(
            arrange,
            audit.AuditEntry,
            audit.AuditEntry.action == "organisation.add",
            audit.AuditEntry.subject_key == "X1",
        )
        == 1
    )


def test_of_two_different_requests_at_once_under_one_key_one_is_done(admin, arrange):
    answers = at_once(
        *(lambda code=code: admin.post(ORGANISATIONS, json=body(code), headers=keyed()) for code in ("X1", "X2"))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert count(arrange, Organisation, Organisation.code.in_(["X1", "X2"])) == 1


def test_an_answer_that_was_lost_is_said_to_be_lost(admin, arrange, monkeypatch):
    """The process died between the change and the note of its answer: the change stands and is not repeated."""
    monkeypatch.setattr(idempotency, "PAUSE", 0)
    admin.post(ORGANISATIONS, json=body(), headers=keyed())
    with arrange():
        row = db.session.scalars(select(IdempotencyKey)).one()
        row.status = row.body = None
    answer = admin.post(ORGANISATIONS, json=body(), headers=keyed())
    assert (answer.status_code, answer.json["type"]) == (409, "urn:registry:problem:conflict")


class TestForms:
    def test_a_double_tap_saves_once_and_both_lead_to_the_same_page(self, keeper, arrange):
        first, again = (keeper.pages.post("/labs/new", data=FORM) for _tap in range(2))
        assert (first.status_code, first.headers["Location"]) == (302, "/labs/PTN-9")
        assert (again.status_code, again.headers["Location"]) == (302, "/labs/PTN-9")
        with arrange():
            assert len(audit.history("lab", "PTN-9")) == 1

    def test_two_taps_at_once_save_once(self, keeper, arrange):
        clients = [keeper.pages, keeper.app.test_client()]
        clients[1].set_cookie("registry_session", keeper.session_token())
        answers = at_once(*(lambda client=client: client.post("/labs/new", data=FORM) for client in clients))
        assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(302, "/labs/PTN-9")] * 2
        with arrange():
            assert len(audit.history("lab", "PTN-9")) == 1

    def test_going_back_and_saving_something_else_is_not_swallowed(self, keeper):
        keeper.pages.post("/labs/new", data=FORM)
        answer = keeper.pages.post("/labs/new", data=FORM | {"code": "PTN-10"})
        assert answer.status_code == 409
        assert keeper.get(f"{LABS}/PTN-10").status_code == 404

    def test_a_refused_form_may_be_corrected_under_its_key(self, keeper):
        assert keeper.pages.post("/labs/new", data=FORM | {"name": ""}).status_code == 422
        assert keeper.pages.post("/labs/new", data=FORM).status_code == 302


def test_keys_are_forgotten_when_nobody_repeats_them_any_more(admin, arrange, clock):
    admin.post(ORGANISATIONS, json=body(), headers=keyed())
    start = kernel_clock.now()
    for later, gone in ((idempotency.KEPT, 0), (idempotency.KEPT + timedelta(seconds=1), 1)):
        clock(start + later)
        with arrange():
            assert idempotency.forget_old() == gone


def test_a_form_that_is_refused_with_a_redirect_leaves_nothing_under_its_key(keeper, arrange):
    form = {"name": "x\x00", "idempotency_key": "view-1"}
    assert keeper.pages.post("/assets/views?sort=name", data=form).status_code == 302
    assert count(arrange, IdempotencyKey) == 0
    assert keeper.pages.post("/assets/views?sort=name", data=form | {"name": "Cân"}).status_code == 302
    assert "Cân" in keeper.pages.get("/assets/views").text
