"""New requests out of those the fuzzer made: a part of one in the place of that of another.

Drawing a request from a schema takes longer than answering twenty of them; crossing two that were drawn takes no time.
"""

import json
from collections.abc import Iterator, Sequence
from functools import reduce
from random import Random
from typing import Any

from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation

from tests.fuzzing.gates import meant_well

DEPTH = 0.8  # how often a part of a part is exchanged instead of the whole
PARENTS = 4  # at most
ATTEMPTS = 10  # for each that is new


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
    """At most so many new requests, and whether each of them is made of parts that are as the document wants them."""
    pool = parents(cases)
    known = {_written(case) for case in pool}
    for _attempt in range(number * ATTEMPTS if pool else 0):
        of = random.choices(pool, k=random.randint(2, PARENTS))
        child = reduce(lambda one, other: _child(one, other, random), of)
        if (written := _written(child)) not in known:
            known.add(written)
            yield child, all(parent.meta and parent.meta.generation.mode.is_positive for parent in of)
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


def _child(first: Any, second: Any, random: Random) -> Any:
    parts = {"path_parameters": dict(first.path_parameters), "query": dict(first.query), "body": first.body}
    able = [name for name in parts if parts[name] is not NOT_SET and (parts[name] or getattr(second, name))]
    if second.media_type != first.media_type or second.body is NOT_SET:
        able = [name for name in able if name != "body"]
    if able:
        name = random.choice(able)
        whole = getattr(second, name)
        parts[name] = mixed(parts[name], dict(whole) if name != "body" else whole, random)
    path = dict(first.path_parameters) | parts.pop("path_parameters")
    return first.operation.Case(
        method=first.method, path_parameters=path, headers=first.headers, media_type=first.media_type, **parts
    )


def _written(case: Any) -> str:
    said = [dict(case.path_parameters), dict(case.query), case.body]
    return json.dumps(said, sort_keys=True, default=repr, skipkeys=True)
