"""Signing in: the same answer to every wrong pair, a limit that attempts at once cannot pass, and no way elsewhere."""

import re
import threading
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from registry.accounts import actions, attempts, queries
from registry.accounts.models import SigninFailure
from registry.accounts.rules import ATTEMPT_WINDOW, MAX_FAILURES
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from registry.kernel.errors import Busy
from tests.people import CENTRE, IN_EARNEST

EMAIL, PASSWORD, WRONG = "ky@example.vn", "do lường chính xác", "wrong password"
FORM_TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')  # it says when the page was drawn


@pytest.fixture
def ky(people, arrange):
    """Somebody who set a password."""
    with arrange():
        _person, secret = actions.add_person(email=EMAIL, name="Kỹ", role="technician", organisation=CENTRE, by=None)
        db.session.flush()
        actions.claim(email=EMAIL, secret=secret, password=PASSWORD)
    return EMAIL


def tried(client, email=EMAIL, password=WRONG, address="10.0.0.1", **said):
    return client.post(
        "/sign-in", data={"email": email, "password": password} | said, environ_base={"REMOTE_ADDR": address}
    )


def is_in(client):
    return client.get("/account").status_code == 200


def failures(arrange):
    with arrange():
        return db.session.scalar(select(func.count()).select_from(SigninFailure))


@pytest.mark.usefixtures("ky")
class TestAPair:
    @pytest.mark.parametrize("email", [EMAIL, "KY@Example.VN", "  ky@example.vn "])
    def test_that_belongs_together_opens_the_first_page(self, client, email, arrange):
        answer = tried(client, email, PASSWORD)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
        assert is_in(client)
        assert failures(arrange) == 0

    def test_that_does_not_says_the_same_whoever_is_meant(self, client, arrange):
        with arrange():
            actions.add_person(email="unused@example.vn", name="U", role="technician", organisation=CENTRE, by=None)
            gone, secret = actions.add_person(
                email="gone@example.vn", name="G", role="technician", organisation=CENTRE, by=None
            )
            db.session.flush()
            actions.claim(email="gone@example.vn", secret=secret, password=PASSWORD)
            actions.deactivate(gone, by=None)
        pairs = [
            (EMAIL, WRONG),
            (EMAIL, PASSWORD.upper()),
            (EMAIL, PASSWORD + "\0"),
            ("nobody@example.vn", PASSWORD),
            ("unused@example.vn", PASSWORD),
            ("gone@example.vn", PASSWORD),
        ]
        texts = set()
        for number, (email, password) in enumerate(pairs):
            answer = tried(client, email, password, f"10.0.1.{number}")
            assert answer.status_code == 422
            texts.add(FORM_TOKEN.sub("", answer.text.replace(email, "EMAIL")))
            assert password not in answer.text
        assert len(texts) == 1
        assert not is_in(client)
        assert failures(arrange) == len(pairs)

    def test_that_is_not_said_whole_is_refused_beside_its_field(self, client, arrange):
        for said in ({"email": ""}, {"password": ""}, {"password": "x" * 129}, {"email": "x" * 201}, {"more": "x"}):
            assert tried(client, **{"email": EMAIL, "password": PASSWORD} | said).status_code == 422, said
        assert failures(arrange) == 0
        assert not is_in(client)


@pytest.mark.usefixtures("ky")
class TestLimits:
    def test_of_a_pair_end_even_the_right_password_and_waiting_lifts_them(self, client, clock):
        for _time in range(MAX_FAILURES["pair"]):
            assert tried(client).status_code == 422
        answer = tried(client, password=PASSWORD)
        assert answer.status_code == 429
        assert EMAIL in answer.text
        assert tried(client, password=PASSWORD, address="10.0.0.2").status_code == 302
        start = kernel_clock.now()
        clock(start + ATTEMPT_WINDOW - timedelta(seconds=1))
        assert tried(client, password=PASSWORD).status_code == 429
        clock(start + ATTEMPT_WINDOW)
        assert tried(client, password=PASSWORD).status_code == 302

    def test_are_not_stretched_by_asking_again(self, client, arrange):
        for _time in range(MAX_FAILURES["pair"] + 3):
            tried(client)
        assert failures(arrange) == MAX_FAILURES["pair"]

    def test_of_an_address_of_mail_hold_from_anywhere(self, client):
        for number in range(MAX_FAILURES["email"]):
            assert tried(client, EMAIL.upper(), address=f"10.1.{number}.1").status_code == 422
        assert tried(client, password=PASSWORD, address="10.9.9.9").status_code == 429
        assert tried(client, "other@example.vn", address="10.9.9.9").status_code == 422

    def test_of_a_machine_hold_whoever_is_meant(self, app, arrange):
        with arrange():
            for number in range(MAX_FAILURES["address"]):
                attempts.note(email=f"p{number}@example.vn", address="10.0.0.1")
        assert tried(app.test_client(), password=PASSWORD).status_code == 429
        assert tried(app.test_client(), password=PASSWORD, address="10.0.0.2").status_code == 302

    def test_do_not_count_what_succeeded(self, client, arrange):
        for _time in range(MAX_FAILURES["pair"] + 2):
            assert tried(client, password=PASSWORD).status_code == 302
        assert failures(arrange) == 0

    def test_cannot_be_passed_by_attempts_at_once(self, app, arrange):
        together, noted = threading.Barrier(12), []

        def attempt():
            with app.app_context():
                together.wait()
                try:
                    attempts.note(email=EMAIL, address="10.0.0.1")
                    db.session.commit()
                    noted.append(True)
                except Busy:
                    db.session.rollback()
                    noted.append(False)

        threads = [threading.Thread(target=attempt) for _attempt in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(noted) == [False] * (12 - MAX_FAILURES["pair"]) + [True] * MAX_FAILURES["pair"]
        assert failures(arrange) == MAX_FAILURES["pair"]

    def test_hold_for_one_time_secrets_too(self, client):
        said = {"email": EMAIL, "secret": "x", "password": PASSWORD, "password_again": PASSWORD}
        statuses = [client.post("/claim", data=said).status_code for _time in range(MAX_FAILURES["pair"] + 1)]
        assert statuses == [422] * MAX_FAILURES["pair"] + [429]


@pytest.mark.usefixtures("ky")
class TestWhereToGo:
    @pytest.mark.parametrize(
        "next_",
        [
            "//evil.vn",
            "///evil.vn",
            "/\\evil.vn",
            "\\\\evil.vn",
            "https:evil.vn",
            "https://evil.vn",
            "HTTPS:/evil.vn",
            "javascript:alert(1)",
            "/\t/evil.vn",
            "/\n/evil.vn",
            " //evil.vn",
            "evil.vn",
            "@evil.vn",
            "?//evil.vn",
            "",
        ],
    )
    def test_is_never_another_site(self, client, next_):
        answer = tried(client, password=PASSWORD, next=next_)
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/"

    @pytest.mark.parametrize("next_", ["/assets?q=%C4%91&limit=2", "/s/7KQ2M3XA9RB", "/a//b"])
    def test_is_where_one_wanted_to_go(self, client, next_):
        assert tried(client, password=PASSWORD, next=next_).headers["Location"] == next_

    def test_is_remembered_from_the_page_that_was_closed(self, client):
        closed = client.get("/assets?q=a%26b&kind=standard")
        assert closed.status_code == 302
        page = client.get(closed.headers["Location"])
        assert 'name="next" value="/assets?q=a%26b&amp;kind=standard"' in page.text

    def test_may_be_as_long_as_any_address(self, client):
        closed = client.get("/assets?q=" + "x" * 900)
        page = client.get(closed.headers["Location"])
        assert page.status_code == 200
        next_ = "/assets?q=" + "x" * 900
        answer = tried(client, password=PASSWORD, next=next_)
        assert (answer.status_code, answer.headers["Location"]) == (302, next_)

    def test_of_a_form_that_was_sent_is_the_first_page(self, client):
        assert client.post("/labs/new", data={"code": "A"}).headers["Location"] == "/sign-in"


def test_a_stranger_is_led_to_the_sign_in_page_from_every_page_that_is_closed(client, people):
    for path in ("/assets", "/people", "/jobs", "/account", "/plan", "/calibrations/1", "/labs/X/edit"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/sign-in?next={path}"), path


def test_guessing_a_password_takes_the_memory_and_time_that_owasp_asks_for():
    assert (IN_EARNEST.type.name, IN_EARNEST.time_cost, IN_EARNEST.memory_cost) == ("ID", 2, 19 * 1024)


def test_a_hash_of_older_strength_is_made_anew_at_the_next_sign_in(client, ky, arrange, monkeypatch):
    monkeypatch.setattr(actions, "hasher", PasswordHasher(time_cost=3, memory_cost=8, parallelism=1))
    assert tried(client, password=PASSWORD).status_code == 302
    with arrange():
        made = queries.person_by_email(EMAIL).password_hash
    assert made is not None
    assert made.startswith("$argon2id$")
    assert ",t=3," in made
    assert tried(client, password=PASSWORD).status_code == 302
