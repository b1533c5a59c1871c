"""A column for what the system says itself, which everybody reads in their own language."""

import json
from typing import Final

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

from registry.kernel.i18n import kept_of, say

MARKS: Final = frozenset("{[")


class Spoken(TypeDecorator[str]):
    """A message as people read it, stored so that each reads it in their language."""

    impl = String
    cache_ok = True

    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.longest = longest

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """What can be said again as JSON, where there is room for it; everything else as it is."""
        if value is None:
            return None
        kept = kept_of(value)
        if isinstance(kept, str) and kept[:1] in MARKS:
            kept = [kept]  # what somebody typed is read as it was typed
        text = value if isinstance(kept, str) else json.dumps(kept, ensure_ascii=False)
        return text if len(text) <= self.longest else value[: self.longest]

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        """The message in the language of the request."""
        if value is None or value[:1] not in MARKS:
            return value
        try:
            return say(json.loads(value))
        except ValueError:
            return value
