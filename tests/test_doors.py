"""Doors: every address is known, the public ones are chosen, and a body reaches its action whole."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from registry import house
from registry.accounts.signin import is_public
from tests.backends import Backends
from tests.sources import PACKAGE, calls_in, modules, name_of, tree_of

LISTS = Path(__file__).parent


@pytest.fixture(scope="module")
def built(backends: Backends) -> Flask:
    return backends.app("sqlite")


def routes(app: Flask, *, public: bool) -> list[str]:
    return sorted(
        f"{','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.rule} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and (not public or is_public(app.view_functions[rule.endpoint]))
    )


def test_the_doors_are_those_whose_addresses_the_application_knows_before_they_are_open(built):
    everything = house.build(built)
    listed = (PACKAGE / "addresses.txt").read_text(encoding="utf-8").splitlines()
    assert listed == routes(everything, public=False) == routes(built, public=False)
    assert not [rule for rule in everything.url_map.iter_rules() if rule.defaults or rule.host or rule.subdomain]


def test_the_public_routes_are_those_of_the_list(built):
    listed = (LISTS / "public_routes.txt").read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(" ")[0] for line in routes(built, public=True)] == listed


@dataclass
class Door:
    """An API door with a body: its schema, and the call that hands the body to an action."""

    place: str
    module: str
    schema: str
    action: str
    given: set[str]


def doors() -> Iterator[Door]:
    for path in (path for path in modules() if path.name == "api.py"):
        for view in tree_of(path).body:
            if isinstance(view, ast.FunctionDef) and (schema := body_schema(view)):
                yield door_of(path, view, schema)


def body_schema(view: ast.FunctionDef) -> str | None:
    for decorator in view.decorator_list:
        for called, call in calls_in(decorator):
            if called == "blp.arguments" and not any(word.arg == "location" for word in call.keywords):
                return ast.unparse(call.args[0])
    return None


def door_of(path: Path, view: ast.FunctionDef, schema: str) -> Door:
    place = f"{name_of(path)}:{view.lineno} {view.name}"
    whole = [
        (called, {word.arg for word in call.keywords if word.arg is not None})
        for called, call in calls_in(view)
        if any(word.arg is None and ast.unparse(word.value) == "data" for word in call.keywords)
    ]
    assert len(whole) == 1, f"{place} does not hand its body to one action by **data"
    action, given = whole[0]
    return Door(place, ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts), schema, action, given)


def test_an_actions_parameters_are_its_schemas_fields():
    found = list(doors())
    assert found
    differing = {}
    for door in found:
        module = importlib.import_module(door.module)
        fields = {field.attribute or name for name, field in getattr(module, door.schema)().load_fields.items()}
        holder, _dot, verb = door.action.rpartition(".")
        action = getattr(getattr(module, holder), verb)
        wanted = [word for word in inspect.signature(action).parameters.values() if word.kind is word.KEYWORD_ONLY]
        assert wanted[-1].name == "by", f"{door.action} does not end with by="
        parameters = {word.name for word in wanted} - door.given
        if parameters != fields:
            differing[door.place] = parameters ^ fields
    assert differing == {}


def test_every_action_of_an_http_door_is_told_who_acts():
    silent = [
        f"{name_of(path)}:{call.lineno} {called}"
        for path in modules()
        if path.name == "api.py"
        for called, call in calls_in(tree_of(path))
        if called.startswith("actions.") and "by" not in {word.arg for word in call.keywords}
    ]
    assert silent == []
