"""Addresses that share what stands between their slashes are read and built as werkzeug does it for each alone."""

import re

from flask import Flask
from werkzeug.routing import Map, Rule

from registry.app import ADDRESSES
from registry.kernel import addresses

SAID = {"key": "7", "code": "A.1", "string": "a b"}


def test_each_address_is_read_and_built_as_werkzeug_does_it() -> None:
    app = Flask("addresses")
    addresses.register(app)
    ours, theirs = app.url_map, Map(converters=app.url_map.converters)
    lines = [line.split(" ", 1)[1].rpartition(" ")[0] for line in ADDRESSES.read_text(encoding="utf-8").splitlines()]
    for address in lines:
        ours.add(app.url_rule_class(address, endpoint=address))
        theirs.add(Rule(address, endpoint=address))
    mine, plain = ours.bind("registry"), theirs.bind("registry")
    for address in lines:
        path = re.sub(r"<(\w+)(?:\((.*?)\))?:\w+>", lambda said: SAID.get(said[1]) or first(said[2]), address)
        endpoint, values = plain.match(path)
        assert mine.match(path) == (endpoint, values), path
        assert mine.build(endpoint, values | {"q": "x"}) == plain.build(endpoint, values | {"q": "x"}), path


def first(choices: str) -> str:
    """The first word an address may have there."""
    return choices.partition(",")[0].strip("'")


def test_no_piece_is_shared_by_two_applications() -> None:
    one, other = Flask("one"), Flask("other")
    for app in (one, other):
        addresses.register(app)
    other.url_map.converters["key"] = other.url_map.converters["string"]
    for app in (one, other):
        app.add_url_rule("/assets/<key:number>", "asset")
    assert one.url_map.bind("registry").match("/assets/7")[1] == {"number": 7}
    assert other.url_map.bind("registry").match("/assets/7")[1] == {"number": "7"}
