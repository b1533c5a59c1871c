"""Rows as the API's own schemas read them: cell by cell, what was loaded once is not loaded again."""

from typing import Any, Final

from marshmallow import Schema
from marshmallow.fields import Field

MOST_REMEMBERED: Final = 50_000


class Loader:
    """A schema's fields, one value at a time."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._remembered: dict[tuple[str, object], Any] = {}

    def value(self, name: str, said: object) -> Any:  # noqa: ANN401 — whatever the field loads
        """A field's value as the schema loads it. Raises ValidationError."""
        key = (name, said)
        found = self._remembered.get(key, self)
        if found is self:
            one: Field[Any] = self._schema.fields[name]
            found = one.deserialize(said, name, {name: said})
            if len(self._remembered) < MOST_REMEMBERED:
                self._remembered[key] = found
        return found

    def needed(self, name: str) -> str:
        """What the schema says when a field is missing."""
        return str(self._schema.fields[name].error_messages["required"])

    @property
    def required(self) -> list[str]:
        """The fields it cannot do without."""
        return [name for name, one in self._schema.fields.items() if one.required]

    def knows(self, name: str) -> bool:
        """Whether the schema has such a field."""
        return name in self._schema.fields

    def clears(self, name: str) -> bool:
        """Whether a field may be emptied."""
        return bool(self._schema.fields[name].allow_none)
