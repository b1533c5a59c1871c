"""How people prove who they are once they are known: one-time secrets, sessions and tokens, and how each ends."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from registry.accounts import actions, attempts, queries, rules, signin
from registry.accounts.models import ApiToken, Invitation, SigninFailure, SigninSession
from registry.accounts.rules import ATTEMPT_WINDOW, INVITATION_LIFE, SESSION_LIFE
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from tests.people import CENTRE

EMAIL, PASSWORD, OTHER = "ky@example.vn", "do lường chính xác", "hiệu chuẩn định kỳ"


@pytest.fixture
def secret(people, arrange):
    """The one-time secret of somebody new."""
    with arrange():
        _person, made = actions.add_person(email=EMAIL, name="Kỹ", role="technician", organisation=CENTRE, by=None)
    return made


def claimed(client, one_time, **changes):
    said = {"email": EMAIL, "secret": one_time, "password": PASSWORD, "password_again": PASSWORD}
    return client.post("/claim", data=said | changes)


def signed_in(app, password=PASSWORD, email=EMAIL, **said):
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": email, "password": password}, **said)
    return client, answer


def is_in(client):
    return client.get("/account").status_code == 200


def cookie_of(answer, name=signin.COOKIE):
    (found,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(f"{name}=")]
    return found


class TestAOneTimeSecret:
    def test_sets_the_password_signs_in_and_works_once(self, app, client, secret):
        answer = claimed(client, secret)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
        assert is_in(client)
        again = claimed(app.test_client(), secret, password=OTHER, password_again=OTHER)
        assert again.status_code == 422
        assert signed_in(app)[1].status_code == 302
        assert signed_in(app, OTHER)[1].status_code == 422

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"email": "technician@example.vn"}, "secret"),
            ({"secret": "wrong"}, "secret"),
            ({"password": "short", "password_again": "short"}, "password"),
            ({"password": EMAIL, "password_again": EMAIL}, "password"),
            ({"password_again": OTHER}, "password_again"),
            ({"email": ""}, "email"),
        ],
    )
    def test_is_not_used_up_by_a_refusal(self, client, secret, changes, field):
        answer = claimed(client, secret, **changes)
        assert answer.status_code == 422
        assert f'href="#f-{field}"' in answer.text
        assert PASSWORD not in answer.text
        assert not is_in(client)
        assert claimed(client, secret).status_code == 302

    def test_expires(self, client, secret, clock):
        start = kernel_clock.now()
        clock(start + INVITATION_LIFE)
        assert claimed(client, secret).status_code == 422
        clock(start + INVITATION_LIFE - timedelta(seconds=1))
        assert claimed(client, secret).status_code == 302

    def test_ends_when_a_new_one_is_given(self, client, secret, arrange):
        with arrange():
            newer = actions.invite(queries.person_by_email(EMAIL), by=None)
        assert claimed(client, secret).status_code == 422
        assert claimed(client, newer).status_code == 302

    def test_of_somebody_who_may_not_sign_in_any_more_does_not_work(self, client, secret, arrange):
        with arrange():
            actions.deactivate(queries.person_by_email(EMAIL), by=None)
        assert claimed(client, secret).status_code == 422

    def test_is_stored_as_a_hash_only(self, secret, arrange):
        with arrange():
            stored = rules.digest(rules.bare(secret))
            (row,) = db.session.scalars(select(Invitation).filter_by(used_at=None, secret_hash=stored))
            assert secret not in str(vars(row))


class TestASession:
    @pytest.fixture(autouse=True)
    def known(self, client, secret):
        claimed(client, secret)

    def test_is_a_cookie_that_scripts_and_other_sites_do_not_get(self, app):
        cookie = cookie_of(signed_in(app)[1])
        attributes = {part.strip().casefold() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/", f"max-age={int(SESSION_LIFE.total_seconds())}"} <= attributes
        assert "secure" not in attributes

    def test_of_a_secure_address_is_never_sent_in_the_clear(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
        assert "Secure" in cookie_of(signed_in(app)[1])

    def test_is_stored_as_a_hash_only_and_is_another_each_time(self, app, arrange):
        tokens = [cookie_of(signed_in(app)[1]).split("=", 1)[1].split(";")[0] for _time in range(2)]
        assert len(set(tokens)) == 2
        with arrange():
            hashes = set(db.session.scalars(select(SigninSession.token_hash)))
        assert hashes >= {rules.digest(token) for token in tokens}
        assert hashes.isdisjoint(tokens)

    def test_ends_after_its_life(self, client, clock):
        start = kernel_clock.now()
        clock(start + SESSION_LIFE - timedelta(seconds=1))
        assert is_in(client)
        clock(start + SESSION_LIFE)
        assert not is_in(client)

    def test_ends_everywhere_when_the_password_changes(self, app, client, arrange):
        other, _answer = signed_in(app)
        assert is_in(other)
        with arrange():
            actions.change_password(queries.person_by_email(EMAIL), password=PASSWORD, new_password=OTHER)
        assert not is_in(client)
        assert not is_in(other)
        assert is_in(signed_in(app, OTHER)[0])

    def test_ends_with_the_persons_access(self, client, arrange):
        with arrange():
            actions.deactivate(queries.person_by_email(EMAIL), by=None)
        assert not is_in(client)

    def test_ends_where_one_signs_out_and_not_elsewhere(self, app, client):
        other, answer = signed_in(app)
        token = cookie_of(answer).split("=", 1)[1].split(";")[0]
        out = other.post("/sign-out")
        assert (out.status_code, out.headers["Location"]) == (302, "/")
        assert "Max-Age=0" in cookie_of(out)
        assert out.headers["Clear-Site-Data"] == '"cache"'
        other.set_cookie(signin.COOKIE, token)
        assert not is_in(other)
        assert is_in(client)

    @pytest.mark.parametrize("token", ["", "x", "x" * 4000, "\xe9"])
    def test_is_not_opened_by_a_made_up_cookie(self, app, token):
        client = app.test_client()
        client.set_cookie(signin.COOKIE, token)
        assert not is_in(client)

    def test_is_not_opened_by_a_token_of_the_api(self, app, technician):
        client = app.test_client()
        client.set_cookie(signin.COOKIE, technician.token)
        assert not is_in(client)
        assert client.get("/account", headers={"Authorization": f"Bearer {technician.token}"}).status_code == 302

    def test_wants_the_present_password_to_set_another(self, client, arrange):
        for said, field in (({"password": OTHER}, "password"), ({"new_password": "short"}, "new_password")):
            with arrange():
                person = queries.person_by_email(EMAIL)
                with pytest.raises(Invalid) as caught:
                    actions.change_password(person, **{"password": PASSWORD, "new_password": OTHER} | said)
            assert list(caught.value.errors or {}) == [field]
        assert is_in(client)


class TestAToken:
    def test_is_shown_once_and_stored_as_a_hash(self, technician, arrange):
        answer = technician.pages.post("/account/tokens", data={"name": "Cân tự động"})
        assert answer.status_code == 200
        token = answer.text.split('<code class="secret">')[1].split("</code>")[0]
        assert token.startswith("rg_")
        assert (
            technician.app.test_client().get("/api/v1/labs", headers={"Authorization": f"Bearer {token}"}).status_code
            == 200
        )
        page = technician.pages.get("/account").text
        assert "Cân tự động" in page
        assert token not in page
        with arrange():
            assert rules.digest(token) in set(db.session.scalars(select(ApiToken.token_hash)))
            assert token not in set(db.session.scalars(select(ApiToken.token_hash)))

    def test_needs_a_name(self, technician):
        answer = technician.pages.post("/account/tokens", data={"name": " "})
        assert answer.status_code == 422
        assert 'id="f-name-fault"' in answer.text

    def test_that_was_revoked_opens_nothing(self, technician, arrange):
        with arrange():
            (row,) = queries.tokens_of(technician.person())
        assert technician.get("/api/v1/labs").status_code == 200
        answer = technician.pages.post(f"/account/tokens/{row.id}/revoke")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account")
        assert technician.get("/api/v1/labs").status_code == 401
        assert technician.pages.post(f"/account/tokens/{row.id}/revoke").status_code == 404

    def test_is_revoked_by_nobody_else(self, technician, stranger, admin, arrange):
        with arrange():
            (row,) = queries.tokens_of(technician.person())
        for other in (stranger, admin):
            assert other.pages.post(f"/account/tokens/{row.id}/revoke").status_code == 404
        assert technician.get("/api/v1/labs").status_code == 200

    def test_ends_with_the_persons_access(self, technician, arrange):
        with arrange():
            actions.deactivate(technician.person(), by=None)
        assert technician.get("/api/v1/labs").status_code == 401


def test_what_nobody_can_use_any_more_is_forgotten(people, secret, arrange, clock):
    with arrange():
        actions.open_session(queries.person_by_email(EMAIL))
        attempts.note(email=EMAIL, address="10.0.0.1")
    start = kernel_clock.now()
    left = {SESSION_LIFE: (1, 0, 0), SESSION_LIFE + timedelta(seconds=1): (0, 0, 0)}
    for later, counts in {ATTEMPT_WINDOW: (1, 1, 1), INVITATION_LIFE: (1, 0, 1)}.items():
        clock(start + later)
        with arrange():
            actions.forget_expired()
        assert stored(arrange) == counts
    for later, counts in left.items():
        clock(start + later)
        with arrange():
            actions.forget_expired()
        assert stored(arrange) == counts


def stored(arrange):
    """How many sessions, failures and invitations of the new person are kept."""
    with arrange():
        person = queries.person_by_email(EMAIL)
        mine = [
            select(func.count()).select_from(model).filter_by(person_id=person.id)
            for model in (SigninSession, Invitation)
        ]
        failures = db.session.scalar(select(func.count()).select_from(SigninFailure))
        sessions, invitations = (db.session.scalar(wanted) for wanted in mine)
    return sessions, failures, invitations
