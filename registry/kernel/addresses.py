"""How addresses are made: where the API stands, and the codes and keys in them."""

from typing import Any

from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, Rule, UnicodeConverter, ValidationError

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


class LateRule(Rule):
    """A rule that learns how to build its address when the first one is built: most are never built by a process."""

    def _compile_builder(self, append_unknown: bool = True) -> Any:  # noqa: ANN401, FBT001, FBT002 — werkzeug's signature
        def learn(rule: LateRule, **values: Any) -> tuple[str, str]:  # noqa: ANN401 — the parts of any address
            build = super()._compile_builder(append_unknown).__get__(rule, None)
            setattr(rule, "_build_unknown" if append_unknown else "_build", build)
            domain, path = build(**values)
            return domain, path

        return learn


def register(app: Flask) -> None:
    """Let addresses hold codes and keys, and cost little until they are built."""
    app.url_rule_class = LateRule
    app.url_map.converters |= {"code": CodeConverter, "key": KeyConverter}
