"""The API's errors: one shape for each, in the language asked for, and every remedy where a program looks for it."""

import json
from io import BytesIO

import pytest

from registry.accounts import signin
from tests.make import calibration as make_calibrations
from tests.make import labs as make_labs

ORGANISATIONS = "/api/v1/organisations"
NOWHERE = "/api/v1/nowhere"
JSON = {"content_type": "application/json"}
TOO_LARGE = b'{"code": "' + b"x" * (17 * 1024 * 1024) + b'"}'
BODY = {"code": "X1", "name_vi": "Xã", "name_en": "Commune", "kind": "commune"}


def problem(answer, status):
    """The body of an answer, which is a problem document of that status and nothing else."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    body = json.loads(answer.text)
    assert set(body) - {"errors"} == {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert body["type"].startswith("urn:registry:problem:")
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize("raw", [b"{", b" ", b"\xff", b'{"code": "X1",}', b"nul", b"[" * 50_000, b"{'code': 'X1'}"])
def test_a_body_that_cannot_be_read_is_a_bad_request(admin, raw):
    assert "errors" not in problem(admin.post(ORGANISATIONS, data=raw, **JSON), 400)


def test_a_body_nested_too_deep_is_one_also_where_a_password_is_asked_for(technician):
    problem(technician.post("/api/v1/calibrations", data=b"[" * 50_000, **JSON), 400)


@pytest.mark.parametrize(
    "token", [None, "", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "Bearer rg_\xe9", "Bearer rg_" + "x" * 5000]
)
def test_without_a_token_that_works_the_way_to_sign_in_is_told(client, people, token):
    headers = {} if token is None else {"Authorization": token}
    answer = client.get(ORGANISATIONS, headers=headers)
    assert problem(answer, 401)["type"].endswith(":sign-in-first")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_works_whatever_the_case_of_its_scheme(admin, client):
    for scheme in ("bearer", "BEARER"):
        assert client.get(ORGANISATIONS, headers={"Authorization": f"{scheme} {admin.token}"}).status_code == 200


def test_a_session_cookie_opens_no_door_of_the_api(admin):
    assert admin.pages.get("/assets").status_code == 200
    assert problem(admin.pages.get(ORGANISATIONS), 401)


def test_what_a_person_may_not_do_is_forbidden_with_the_roles_that_may(keeper):
    refused = problem(keeper.post(ORGANISATIONS, json=BODY, headers={"Accept-Language": "en"}), 403)
    assert "Administrator" in refused["detail"]


@pytest.mark.parametrize(
    "path", [NOWHERE, f"{ORGANISATIONS}/NONE", f"{ORGANISATIONS}/", "/api/v1/calibrations/2147483648"]
)
def test_what_is_not_there_is_a_problem_on_the_api_and_a_page_elsewhere(admin, path):
    problem(admin.get(path), 404)
    page = admin.pages.get(path.replace("/api/v1", "/elsewhere"))
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "<h1" in page.text


def test_a_method_that_is_not_there_is_told_with_those_that_are(admin):
    answer = admin.delete(ORGANISATIONS)
    problem(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_what_contradicts_the_record_names_the_field(admin):
    body = problem(admin.post(ORGANISATIONS, json=BODY | {"code": "TN"}), 409)
    assert "TN" in body["errors"]["code"][0]


def test_a_change_needs_the_version_it_changes(admin):
    path = f"{ORGANISATIONS}/TTDL"
    problem(admin.patch(path, json={"name_vi": "a"}), 428)
    assert problem(admin.patch(path, json={"name_vi": "a"}, headers={"If-Match": '"old"'}), 412)["detail"]


def test_a_body_of_more_than_sixteen_megabytes_is_refused(admin):
    problem(admin.post(ORGANISATIONS, data=TOO_LARGE, **JSON), 413)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None])
def test_a_body_of_another_kind_is_refused(admin, kind):
    problem(admin.post(ORGANISATIONS, data=b'{"code": "X1"}', content_type=kind), 415)


def test_values_that_are_not_accepted_are_named_to_any_depth(admin, arrange):
    with arrange():
        make_labs.lab()
    points = [make_calibrations.point(), make_calibrations.point(), {"quantity": "m", "unit": " ", "nominal": 1.5}]
    said = make_calibrations.said("0" * 11, "2026-02-30", points=points, size=1)
    body = problem(admin.post("/api/v1/calibrations", json=said), 422)
    assert set(body["errors"]) == {"performed_on", "points.2.unit", "points.2.nominal", "size"}
    assert all(isinstance(text, str) and text for messages in body["errors"].values() for text in messages)


def test_a_body_that_is_empty_lacks_every_field(admin):
    body = problem(admin.post(ORGANISATIONS, data=b"", **JSON), 422)
    assert set(body["errors"]) == set(BODY)


@pytest.mark.parametrize("raw", ["[]", '"x"', "1", "true", "null"])
def test_a_body_that_is_no_object_is_one_fault_of_the_body(admin, raw):
    assert problem(admin.post(ORGANISATIONS, data=raw, **JSON), 422)["errors"].keys() == {"body"}


def test_words_that_a_list_does_not_know_are_named(admin):
    body = problem(admin.get(f"{ORGANISATIONS}?limit=0&colour=red&kind=planet&count=all"), 422)
    assert set(body["errors"]) == {"limit", "colour", "kind", "count"}


def test_every_refusal_undoes_what_was_begun(admin, keeper):
    for _again in range(2):
        problem(admin.post(ORGANISATIONS, json=BODY | {"valid_from": "2026-01-02", "valid_to": "2026-01-01"}), 422)
        problem(admin.get(f"{ORGANISATIONS}/X1"), 404)


class TestLanguages:
    @pytest.mark.parametrize(
        ("headers", "title"),
        [
            ({}, "Không tìm thấy"),
            ({"Accept-Language": "en"}, "Not found"),
            ({"Accept-Language": "en-GB,en;q=0.9"}, "Not found"),
            ({"Accept-Language": "fr,en;q=0.5,vi;q=0.4"}, "Not found"),
            ({"Accept-Language": "vi,en;q=0.9"}, "Không tìm thấy"),
            ({"Accept-Language": "fr"}, "Không tìm thấy"),
            ({"Accept-Language": ";;;q=x,\xff"}, "Không tìm thấy"),
        ],
    )
    def test_titles_are_said_in_the_language_asked_for(self, client, headers, title):
        assert problem(client.get(NOWHERE, headers=headers), 404)["title"] == title

    @pytest.mark.parametrize(("picked", "title"), [("vi", "Không tìm thấy"), ("xx", "Not found"), ("", "Not found")])
    def test_a_language_that_was_picked_goes_before_the_browsers(self, client, picked, title):
        client.set_cookie("lang", picked)
        assert problem(client.get(NOWHERE, headers={"Accept-Language": "en"}), 404)["title"] == title

    def test_so_are_the_messages_beside_fields(self, admin):
        texts = [
            admin.post(ORGANISATIONS, json={}, headers={"Accept-Language": language}).json["errors"]["code"]
            for language in ("vi", "en")
        ]
        assert texts == [["Mục này bắt buộc; hãy điền vào."], ["This is needed; please fill it in."]]

    def test_one_requests_language_is_not_the_nexts(self, client):
        titles = [client.get(NOWHERE, headers={"Accept-Language": word}).json["title"] for word in ("en", "vi", "en")]
        assert titles == ["Not found", "Không tìm thấy", "Not found"]


@pytest.mark.parametrize("method", ["get", "patch"])
@pytest.mark.parametrize("key", [0, 2147483648, 10**30])
def test_a_key_that_no_row_can_have_is_not_found_by_any_method(admin, method, key):
    answer = getattr(admin, method)(f"/api/v1/plans/P/evidence/{key}", headers={"If-Match": '"x"'})
    assert problem(answer, 404)


def test_a_body_is_taken_in_before_the_database_is_asked(keeper, monkeypatch):
    order: list[str] = []

    class Line(BytesIO):
        def read(self, *most):
            order.append("body")
            return super().read(*most)

        def readinto(self, into):
            order.append("body")
            return super().readinto(into)

    ask = signin.person_or_none

    def person():
        order.append("person")
        return ask()

    monkeypatch.setattr(signin, "person_or_none", person)
    body = b'{"code": "A"}'
    environment = {"wsgi.input": Line(body), "CONTENT_LENGTH": str(len(body))}
    answer = keeper.post("/api/v1/organisations", content_type="application/json", environ_overrides=environment)
    assert answer.status_code == 422
    assert order[0] == "body"
    assert "person" in order


def test_a_number_of_thousands_of_digits_is_not_well_formed(keeper):
    answer = keeper.post("/api/v1/organisations", data="1" * 5000, content_type="application/json")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
