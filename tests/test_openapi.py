"""The API's own description: valid OpenAPI 3.1, and complete about errors, headers and who may come in."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31

from registry import config
from registry.app import create_app

PROBLEM = "application/problem+json"
JSON = "application/json"
MULTIPART = "multipart/form-data"
BODILESS = {  # their address says it all
    ("post", "/api/v1/asset-imports/{id}/undo"),
    ("post", "/api/v1/asset-exports"),
    ("post", "/api/v1/cases/{key}/gather"),
    ("post", "/api/v1/notices/cases/{id}/note"),
    ("post", "/api/v1/notices/feed"),
    ("post", "/api/v1/notices/test"),
    ("post", "/api/v1/outbox/{id}/send-again"),
    ("post", "/api/v1/webhooks/{id}/secret"),
    ("post", "/api/v1/webhooks/{id}/test"),
    ("post", "/api/v1/inspections/{key}/checks/{check}/standing"),
    ("post", "/api/v1/plans/{code}/shipped"),
    ("post", "/api/v1/report-campaigns/{key}/reports"),
    ("post", "/api/v1/unit-reports/{key}/accept"),
    ("post", "/api/v1/unit-reports/{key}/submit"),
}
WRITING = {"post", "put", "patch"}
REGISTER = "/api/v1/register"
PUBLIC = {
    ("get", path)
    for path in (
        "/api/v1/scan/{tag}",
        "/api/v1/inspection-minutes",
        REGISTER,
        f"{REGISTER}/{{code}}",
        f"{REGISTER}/{{code}}/scope",
    )
}
ALWAYS_REFUSED = {
    "get": {"404"},
    "delete": {"404"},
    "post": {"400", "409", "415", "422"},
    "put": {"400", "409", "412", "415", "422", "428"},
    "patch": {"400", "409", "412", "415", "422", "428"},
}


@pytest.fixture(scope="module")
def document(tmp_path_factory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("openapi")
    app = create_app(config.from_environment({"REGISTRY_HOME": str(home)}))
    response = app.test_client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = response.get_json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield method, path, operation


def resolved(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to."""
    while "$ref" in part:
        found: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def schemas(part: Any) -> Iterator[dict[str, Any]]:
    """Every schema of a document: what stands under `schema` or in the components."""
    if isinstance(part, dict):
        for name, inner in part.items():
            if name == "schema":
                yield inner
            elif name == "schemas":
                yield from inner.values()
            yield from schemas(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from schemas(inner)


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def test_the_document_is_valid_openapi_31(document):
    assert document["openapi"].startswith("3.1.")
    jsonschema_rs.validator_for(OPENAPI_31).validate(document)


def test_every_schema_in_it_is_a_valid_schema(document):
    found = list(schemas(document))
    assert len(found) > 100
    for schema in found:
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema)


def test_every_reference_leads_somewhere_and_nothing_lies_about(document):
    used = set(references(document))
    assert all(resolved(document, {"$ref": reference}) for reference in used)
    defined = {f"#/components/{kind}/{name}" for kind, parts in document["components"].items() for name in parts}
    assert defined - used == {"#/components/securitySchemes/token"}


def test_every_operation_says_what_it_does_in_words_of_its_own(document):
    said = [operation["summary"] for _method, _path, operation in operations(document)]
    assert all(said)
    assert len(said) == len(set(said)) == 383


def test_every_operation_says_who_may_come_in(document):
    assert document["security"] == [{"token": []}]
    public = {(method, path) for method, path, operation in operations(document) if "security" in operation}
    assert public == PUBLIC
    for method, path, operation in operations(document):
        closed = (method, path) not in PUBLIC
        assert ("401" in operation["responses"]) is closed, (method, path)
        assert closed or {} in operation["security"]


def test_every_operation_documents_its_errors_and_no_catch_all(document):
    for method, path, operation in operations(document):
        answers = operation["responses"]
        assert ALWAYS_REFUSED[method] <= answers.keys(), (method, path)
        assert "default" not in answers
        for status, answer in answers.items():
            content = resolved(document, answer).get("content", {})
            assert status < "400" or list(content) == [PROBLEM], (method, path, status)


def test_bodies_are_closed_and_their_fields_have_types(document):
    for method, path, operation in operations(document):
        if method in WRITING and (method, path) not in BODILESS:
            ((kind, body),) = operation["requestBody"]["content"].items()
            assert kind in {JSON, MULTIPART}
            schema = resolved(document, body["schema"])
            assert schema["additionalProperties"] is False, (method, path)
            for name, field in schema["properties"].items():
                assert {"type", "enum", "$ref", "anyOf", "allOf"} & field.keys(), (method, path, name)


def test_changes_want_the_etag_and_creations_take_a_key_of_their_own(document):
    for method, path, operation in operations(document):
        headers = {
            parameter["name"]: parameter.get("required", False)
            for parameter in (resolved(document, one) for one in operation.get("parameters", []))
            if parameter["in"] == "header"
        }
        changing, making = {"If-Match": True}, {"Idempotency-Key": False}
        if "412" in operation["responses"]:  # what happens to an asset may name the asset that was seen
            making |= {"If-Match": False}
        expected = {"patch": changing, "put": changing, "post": making}.get(method)
        assert expected is None or headers == expected, (method, path)
