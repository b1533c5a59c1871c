"""New requests out of those the fuzzer made: a part of one in the place of that of another.

Drawing a request from a schema takes longer than answering twenty of them; crossing two that were drawn takes no time.
"""

import json
from collections.abc import Iterator, Sequence
from functools import reduce
from random import Random
from typing import Any, NamedTuple

from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation

from tests.fuzzing.gates import meant_well

DEPTH = 0.8  # how often a part of a part is exchanged instead of the whole
PARENTS = 4  # at most
ATTEMPTS = 10  # for each that is new
PARTS = ("path_parameters", "query", "body")
HALF = "\ud800"  # of a pair of surrogates: JSON can say it, UTF-8 cannot


class Said(NamedTuple):
    """What of a request is exchanged, and in which words its body is written."""

    path_parameters: dict[str, Any]
    query: dict[str, Any]
    body: Any
    media_type: str | None


def parents(cases: Sequence[Any]) -> list[Any]:
    """Those that ask what the operation is there for, in its own language."""
    return [
        case
        for case in cases
        if case.method.upper() == case.operation.method.upper()
        and meant_well(case, ParameterLocation.HEADER)
        and (case.body is NOT_SET or case.operation.get_body_for_media_type(case.media_type) is not None)
    ]


def crossed(cases: Sequence[Any], number: int, random: Random) -> Iterator[tuple[Any, bool]]:
    """At most so many new requests, and whether each of them is made of parts that are as the document wants them.

    One of them says half a character in each of its texts.
    """
    pool = parents(cases)
    texts = next((case for case in pool if halved(case.body) != case.body and "json" in (case.media_type or "")), None)
    if number > 0 and texts is not None:
        yield _case(texts, _said(texts)._replace(body=halved(texts.body))), False
        number -= 1
    known = {_written(said) for said in map(_said, pool)}
    for _attempt in range(number * ATTEMPTS if pool else 0):
        of = random.choices(pool, k=random.randint(2, PARENTS))
        child = reduce(lambda one, other: _child(one, other, random), map(_said, of))
        if (written := _written(child)) not in known:
            known.add(written)
            yield _case(of[0], child), all(parent.meta and parent.meta.generation.mode.is_positive for parent in of)
            if (number := number - 1) == 0:
                return


def mixed(one: Any, other: Any, random: Random) -> Any:
    """A value with a part of another, or that other."""
    if isinstance(one, dict) and isinstance(other, dict) and (one or other) and random.random() < DEPTH:
        name = random.choice(sorted({*one, *other}, key=str))
        rest = {key: value for key, value in one.items() if key != name}
        if name not in other:
            return rest
        return rest | {name: mixed(one[name], other[name], random) if name in one else other[name]}
    if isinstance(one, list) and isinstance(other, list) and one and other and random.random() < DEPTH:
        place = random.randrange(len(one))
        return [*one[:place], mixed(one[place], random.choice(other), random), *one[place + 1 :]]
    return other


def halved(body: Any) -> Any:
    """A body whose every text holds half a character."""
    match body:
        case str():
            return body + HALF
        case dict():
            return {name: halved(value) for name, value in body.items()}
        case list():
            return [halved(value) for value in body]
        case _:
            return body


def _said(case: Any) -> Said:
    return Said(dict(case.path_parameters), dict(case.query), case.body, case.media_type)


def _child(first: Said, second: Said, random: Random) -> Said:
    able = [name for name in PARTS if getattr(first, name) is not NOT_SET]
    able = [name for name in able if getattr(first, name) or getattr(second, name)]
    if second.media_type != first.media_type or second.body is NOT_SET:
        able = [name for name in able if name != "body"]
    if not able:
        return first
    name = random.choice(able)
    part = mixed(getattr(first, name), getattr(second, name), random)
    path = first.path_parameters | part if name == "path_parameters" else part
    return first._replace(**{name: path})


def _case(first: Any, said: Said) -> Any:
    """The request itself, with the headers of its first parent; made last, since most of what is crossed is known."""
    return first.operation.Case(method=first.method, headers=first.headers, **said._asdict())


def _written(said: Said) -> str:
    return json.dumps(said[:3], sort_keys=True, default=repr, skipkeys=True)
