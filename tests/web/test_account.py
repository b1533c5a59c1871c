"""Looking after one's own access, and after others'."""

import re

import pytest

from registry.accounts import actions
from registry.accounts.rules import Role
from tests.people import CENTRE

EMAIL, PASSWORD, OTHER = "moi@example.vn", "đo lường chính xác", "hiệu chuẩn định kỳ"


@pytest.fixture
def key(people, arrange):
    """The key of somebody who chose a password."""
    with arrange():
        person, secret = actions.add_person(email=EMAIL, name="Mới", role=Role.TECHNICIAN, organisation=CENTRE, by=None)
        actions.claim(email=EMAIL, secret=secret, password=PASSWORD)
        return person.id


def browser(app, password=PASSWORD):
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": EMAIL, "password": password})
    return client, answer.status_code


def changed(client, **said):
    form = {"password": PASSWORD, "new_password": OTHER, "password_again": OTHER} | said
    return client.post("/account/password", data=form)


@pytest.mark.usefixtures("key")
def test_a_new_password_signs_every_other_browser_out(app):
    (here, _), (there, _) = browser(app), browser(app)
    assert changed(here).status_code == 302
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302
    assert browser(app)[1] == 422
    assert browser(app, OTHER)[1] == 302


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"password": "khác hẳn rồi"}, "password"), ({"password_again": "khác"}, "password_again")],
)
def test_a_password_that_is_not_changed_stays(app, wrong, field):
    client, _ = browser(app)
    answer = changed(client, **wrong)
    assert answer.status_code == 422
    assert f'id="f-{field}-fault"' in answer.text
    assert OTHER not in answer.text
    assert browser(app)[1] == 302


def test_a_new_secret_is_shown_once_and_works(app, admin, key):
    answer = admin.pages.post(f"/people/{key}/secret")
    found = re.search(r'<code class="secret">([^<]+)</code>', answer.text)
    assert found
    said = {"email": EMAIL, "secret": found[1], "password": OTHER, "password_again": OTHER}
    assert app.test_client().post("/claim", data=said).status_code == 302
    assert browser(app, OTHER)[1] == 302
    assert found[1] not in admin.pages.get("/people").text


def test_ended_access_ends_at_once(app, admin, key):
    client, _ = browser(app)
    assert admin.pages.post(f"/people/{key}/deactivate").status_code == 302
    assert client.get("/account").status_code == 302
    assert browser(app)[1] == 422


@pytest.mark.parametrize("what", ["secret", "deactivate"])
def test_only_an_administrator_ends_or_renews_access(keeper, admin, key, what):
    assert keeper.pages.post(f"/people/{key}/{what}").status_code == 403
    assert admin.pages.post(f"/people/99999/{what}").status_code == 404


@pytest.mark.usefixtures("key")
def test_what_was_done_to_my_account_stands_on_its_page(app):
    client, _ = browser(app)
    page = client.get("/account?lang=en").text
    assert "Added" in page
    assert "Password set" in page
    assert "argon2" not in page
