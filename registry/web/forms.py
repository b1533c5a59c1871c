"""HTML forms: the API's schemas; what was refused is drawn again as it was typed, with the message beside it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from flask import g, request
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from registry.kernel import problems
from registry.kernel.errors import Conflict, Invalid, Messages, Refusal, flat_messages
from registry.kernel.i18n import _
from registry.web import decimals, wholes

Result = TypeVar("Result")
Reading = Callable[[dict[str, Any]], dict[str, Any]]
NOT_DATA = frozenset({"csrf_token", "idempotency_key"})
NESTED = re.compile(r"([a-z_0-9]+)-([0-9]{1,3})-([a-z_]+)")


class Form(Generic[Result]):
    """One form on one page: what is drawn, what was wrong, and the status to answer with.

    `clears`: a field left empty empties what is stored (an edit), where otherwise it was simply not said.
    """

    def __init__(
        self,
        schema: type[Schema],
        *,
        drawn: Mapping[str, Any] | None = None,
        decimals: frozenset[str] = frozenset(),  # names of fields
        clears: bool = False,
    ) -> None:
        self.schema, self.decimals, self.clears = schema(), decimals, clears
        self.submitted = request.method == "POST"
        self.typed: dict[str, Any] = self._fitting(nested(request.form)) if self.submitted else written(drawn, decimals)
        drawn_as = self.submitted and "version" not in self.schema.fields  # or it is something people type
        self.version: str | None = self.typed.pop("version", None) if drawn_as else None
        self.errors: Messages = {}
        self.status = 200

    def attempt(self, act: Callable[[dict[str, Any]], Result], *, reading: Reading = dict) -> Result | None:
        """Load what was typed and act on it; None when refused, with `errors` and `status` set and nothing changed.

        `reading` turns what people type into what the schema knows, such as one line of tags into a list.
        """
        if not self.submitted:
            return None
        if "only_reads" in g:
            self.refuse(503, {"_schema": [problems.saving()]})
            return None
        misread = faults(self.typed, self.decimals)
        try:
            said = reading(self._said())
            misread |= wholes.faults(self.schema, said)
            loaded = self.schema.load(as_json(self.schema, said))
            if misread:
                raise Invalid(misread)
            return act(loaded)
        except ValidationError as error:
            self.refuse(422, {**flat_messages(error.messages), **misread})
        except Refusal as refusal:
            if refusal.status not in {403, 409, 422, 429}:
                raise
            self.refuse(refusal.status, refusal.errors or {"_schema": [refusal.detail]})
        return None

    def refuse(self, status: int, errors: Messages) -> None:
        """Undo what was begun and draw the form again."""
        problems.rollback()
        self.status, self.errors = status, errors

    def check_version(self, version: int) -> None:
        """Raise Conflict when the thing was changed after this form was drawn."""
        if self.version != str(version):
            raise Conflict(_("Somebody changed this after you opened the form. Open it again and repeat your change."))

    def _fitting(self, typed: dict[str, Any]) -> dict[str, Any]:
        """Without rows where one value belongs, or the other way round, which no form of ours sends."""
        rows = {name for name, field in self.schema.fields.items() if _holds_rows(field)}
        return {name: said for name, said in typed.items() if isinstance(said, list) is (name in rows)}

    def _said(self) -> dict[str, Any]:
        said = filled(self.typed, self.decimals)
        if self.clears:
            known = self.schema.fields.items()
            empty = {name for name, field in known if field.allow_none and name in self.typed}
            no_rows = {name for name, field in known if _holds_rows(field) and name not in self.typed}
            said |= dict.fromkeys(empty - said.keys()) | {name: [] for name in no_rows}
        return said


def nested(form: Mapping[str, str]) -> dict[str, Any]:
    """Form fields as data: `points-2-unit` becomes points[2].unit; rows keep their order and lose their gaps."""
    plain: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, str]]] = {}
    for name, value in form.items():
        match = NESTED.fullmatch(name)
        if match:
            rows.setdefault(match[1], {}).setdefault(int(match[2]), {})[match[3]] = value
        elif name not in NOT_DATA:
            plain[name] = value
    for name, by_index in rows.items():
        filled_rows = [by_index[index] for index in sorted(by_index)]
        plain[name] = [row for row in filled_rows if any(value.strip() for value in row.values())]
    return plain


def filled(typed: Mapping[str, Any], names: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What was typed without fields left empty; decimals, by their `names`, as the schema knows them."""
    data: dict[str, Any] = {}
    for name, value in typed.items():
        if isinstance(value, list):
            data[name] = [filled(row, names) if isinstance(row, Mapping) else row for row in value]
        elif value.strip():
            data[name] = _plain(value.strip()) if name in names else value
    return data


def faults(typed: Mapping[str, Any], names: frozenset[str], path: str = "") -> dict[str, list[str]]:
    """What is wrong with decimals as they were typed, beside their fields."""
    found: dict[str, list[str]] = {}
    for name, value in typed.items():
        if isinstance(value, list):
            for place, row in enumerate(value):
                if isinstance(row, Mapping):  # or one of several ticks
                    found |= faults(row, names, f"{path}{name}.{place}.")
        elif name in names and value.strip():
            try:
                decimals.plain(value.strip())
            except decimals.Misread as misread:
                found[path + name] = [str(misread)]
    return found


def _plain(typed: str) -> str:
    try:
        return decimals.plain(typed)
    except decimals.Misread:
        return typed


def written(drawn: Mapping[str, Any] | None, names: frozenset[str]) -> dict[str, Any]:
    """What is stored as a form shows it: decimals with the decimal point of the language."""
    return {name: _written(name, value, names) for name, value in (drawn or {}).items()}


def _written(name: str, value: object, names: frozenset[str]) -> object:
    if isinstance(value, list):
        return [written(row, names) if isinstance(row, dict) else row for row in value]
    return decimals.written(value) if isinstance(value, str) and name in names else value


def as_json(schema: Schema, said: Mapping[str, Any]) -> dict[str, Any]:
    """Whole numbers and ticks, which a form sends as text, as JSON says them; the rest is the schema's to judge."""
    return {name: _as_json(schema.fields.get(name), value) for name, value in said.items()}


def _as_json(field: fields.Field[Any] | None, value: object) -> object:
    if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested) and isinstance(value, list):
        return [as_json(field.inner.schema, row) for row in value]
    if isinstance(field, fields.Integer) and isinstance(value, str):
        try:
            whole = wholes.read(field, value)
        except decimals.Misread:
            return value
        return value if whole is None else whole
    if isinstance(field, fields.Boolean):
        return None if value is None else value == "true"
    return value


def _holds_rows(field: fields.Field[Any]) -> bool:
    return isinstance(field, fields.List) and isinstance(field.inner, fields.Nested)


def listed(schema: type[Schema]) -> dict[str, Any]:
    """What the address of a list page asks for; raises Invalid for words or values the list does not know."""
    try:
        return dict(schema().load(words_of(schema, request.args, without=frozenset({"lang"}))))
    except ValidationError as error:
        raise Invalid(flat_messages(error.messages)) from error


def words_of(
    schema: type[Schema], said: MultiDict[str, str], *, without: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """What an address or a form says, as a schema loads it: every value where the schema takes a list, else the first.

    What is blank is not said; words that the schema does not know are left for it to refuse.
    """
    known = schema().fields
    words: dict[str, Any] = {}
    for name, values in said.lists():
        told = [value for value in values if value.strip()]
        if told and name not in without:
            words[name] = told if isinstance(known.get(name), fields.List) else told[0]
    return words
