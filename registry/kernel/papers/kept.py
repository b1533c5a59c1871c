"""A document as it is kept: plain values from which it is made again, byte for byte; `canonical` makes their digest.

Pictures are kept by the digest of their bytes, which lie in the store of files; who makes the document again hands
them in. A number keeps the digits it was given (`0.10`). What is kept is read for years: a field of a paper may be
added with a value for when it is missing, and none is ever renamed or taken away.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from registry.kernel.papers import paper as said
from registry.kernel.papers.paper import Align, Language, Paper, Picture

KINDS: Final = {
    kind.__name__: kind
    for kind in (
        said.Span,
        said.Paragraph,
        said.Items,
        said.Facts,
        said.Column,
        said.Table,
        said.Picture,
        said.Section,
        said.Head,
        said.Signature,
        said.Annex,
        said.Paper,
    )
}
REFUSED: Final = "this is no document that was kept"
ENUMS: Final = {Align.__name__: Align, Language.__name__: Language}


def kept(paper: Paper) -> dict[str, Any]:
    """What JSON keeps of a document."""
    found: dict[str, Any] = _kept(paper)
    return found


def again(held: Mapping[str, Any], picture: Callable[[str], bytes]) -> Paper:
    """The document that was kept; `picture` finds the bytes of a picture by their SHA-256. Raises ValueError."""
    try:
        found = _again(held, picture)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise ValueError(REFUSED) from error
    if not isinstance(found, Paper):
        raise ValueError(REFUSED)  # noqa: TRY004 — it is what was kept that is wrong, not the program
    return found


def pictures(paper: Paper) -> dict[str, bytes]:
    """The bytes of all pictures of a document by their SHA-256."""
    return {sha256(one.content).hexdigest(): one.content for one in _pictures(paper)}


def _pictures(value: object) -> Iterator[Picture]:
    if isinstance(value, Picture):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _pictures(one)


def _kept(value: object) -> Any:  # noqa: ANN401, PLR0911 — one for each kind of value
    match value:
        case None | bool() | int() | float():
            return value
        case Align() | Language():
            return {"enum": type(value).__name__, "value": value.value}
        case str():
            return value
        case Decimal():
            return {"number": str(value)}
        case date():
            return {"day": value.isoformat()}
        case bytes():
            return {"sha256": sha256(value).hexdigest()}
        case frozenset():
            return {"places": sorted(value)}
        case tuple() if hasattr(value, "_asdict"):
            fields = {name: _kept(one) for name, one in value._asdict().items()}
            return {"kind": type(value).__name__, "of": fields}
        case _:
            return [_kept(one) for one in value]  # type: ignore[attr-defined] # a sequence, as in all kinds above


def _again(held: Any, picture: Callable[[str], bytes]) -> Any:  # noqa: ANN401, PLR0911 — see _kept
    match held:
        case {"kind": kind, "of": fields}:
            return KINDS[kind](**{name: _again(one, picture) for name, one in fields.items()})
        case {"enum": kind, "value": value}:
            return ENUMS[kind](value)
        case {"number": number}:
            return Decimal(number)
        case {"day": day}:
            return date.fromisoformat(day)
        case {"sha256": key}:
            return picture(key)
        case {"places": places}:
            return frozenset(places)
        case dict():
            raise ValueError(REFUSED)
        case list():
            return tuple(_again(one, picture) for one in held)
        case _:
            return held
