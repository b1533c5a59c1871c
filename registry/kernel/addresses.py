"""How addresses are made: where the API stands, and the codes and keys in them."""

from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, IntegerConverter, Rule, UnicodeConverter, ValidationError
from werkzeug.routing.rules import RulePart

API_PREFIX = "/api/v1"
MAX_KEY = 2**31 - 1


class KeyConverter(IntegerConverter):
    """A row's key in an address; a number no row can have is 404, not an error of the database."""

    def __init__(self, url_map: Any) -> None:  # noqa: ANN401 — werkzeug's signature
        super().__init__(url_map, min=1, max=MAX_KEY)

    def to_python(self, value: str) -> int:
        """The number; werkzeug itself would answer 405 where a rule of another method precedes."""
        try:
            return int(super().to_python(value))
        except ValidationError as error:
            raise NotFound from error


class CodeConverter(UnicodeConverter):
    """A code in an address."""

    regex = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
    part_isolating = True

    def __init__(self, url_map: Any) -> None:  # noqa: ANN401 — werkzeug's signature
        super().__init__(url_map)
        self.regex = type(self).regex


class Piece(NamedTuple):
    """What stands between two slashes of an address, read once."""

    part: RulePart
    trace: list[tuple[bool, str]]
    converters: dict[str, BaseConverter]


class LateRule(Rule):
    """A rule that shares what stands between its slashes with others, and learns to build its address when first asked.

    Hundreds of addresses consist of the same few pieces, and most are never built by a process. No piece holds a slash.
    """

    pieces: ClassVar[dict[str, Piece]]

    def _parse_rule(self, rule: str) -> Iterable[RulePart]:
        for place, text in enumerate(rule.split("/")):
            if place:
                self._trace.append((False, "/"))
            piece = self.pieces.get(text)
            if piece is None:
                piece = self.pieces[text] = self._read(text)
            self._trace += piece.trace
            self._converters |= piece.converters
            self.arguments |= piece.converters.keys()
            yield piece.part

    def _read(self, text: str) -> Piece:
        before, self._trace, self._converters = (self._trace, self._converters), [], {}
        try:
            (part,) = super()._parse_rule(text)
            return Piece(part, self._trace, self._converters)
        finally:
            self._trace, self._converters = before

    def _compile_builder(self, append_unknown: bool = True) -> Any:  # noqa: ANN401, FBT001, FBT002 — werkzeug's signature
        def learn(rule: LateRule, **values: Any) -> tuple[str, str]:  # noqa: ANN401 — the parts of any address
            build = super()._compile_builder(append_unknown).__get__(rule, None)
            setattr(rule, "_build_unknown" if append_unknown else "_build", build)
            domain, path = build(**values)
            return domain, path

        return learn


def register(app: Flask) -> None:
    """Let addresses hold codes and keys, and cost little until they are built."""

    class OurRule(LateRule):
        pieces: ClassVar[dict[str, Piece]] = {}  # converters belong to one application

    app.url_rule_class = OurRule
    app.url_map.converters |= {"code": CodeConverter, "key": KeyConverter}
