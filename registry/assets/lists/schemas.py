"""How outsiders say lists, views of them, and changes to many assets."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, post_dump, post_load, validate, validates_schema

from registry.assets.lists.lines import Line
from registry.assets.lists.models import LONGEST_NAME
from registry.assets.lists.rules import USUAL, Column
from registry.assets.rules import ScheduleKind, StandardClass, Status
from registry.assets.schemas import AssetOut, AssetQuery, ScheduleSchema, optional
from registry.kernel.dumping import compiled
from registry.kernel.i18n import _, lazy
from registry.kernel.paging import Page
from registry.kernel.schema import ByKey, Choice, Code, Flag, Schema, Text, Whole
from registry.kernel.text import shown


class LackedPartOut(Schema):
    """A component that must not be used, which limits its set."""

    tag = fields.String(required=True)
    name = fields.String(required=True)


class ListedAssetOut(AssetOut):
    """An asset in a list."""

    lacks = fields.Nested(
        LackedPartOut,
        required=True,
        allow_none=True,
        metadata={"description": "The first component of a set that must not be used: the set is for limited use."},
    )


LINE_OUT: Final = compiled(ListedAssetOut())
MOST: Final = 500
PAGING: Final = ("limit", "cursor", "count")


def page_answer(page: Page[Line]) -> dict[str, Any]:
    """A page of ListedAssetOut as JSON says it, made without marshmallow: a list is the busiest door after the scan."""
    answer: dict[str, Any] = {"items": [LINE_OUT(line) for line in page.items], "next": page.next}
    return answer if page.total is None else answer | {"total": page.total}


def columns_of(said: str | None) -> tuple[Column, ...]:
    """The columns that a list of words asks for, each once; without one the usual ones."""
    if not said:
        return USUAL
    return tuple(dict.fromkeys(Column(word) for word in said.split(",") if word))


class Columns(Text):
    """Names of columns, with commas between them."""

    pattern_of_columns: Final = f"^(({'|'.join(Column)})(,({'|'.join(Column)}))*)?$"

    def __init__(self) -> None:
        about = "Columns beside name and tag, separated by commas: " + ", ".join(Column)
        super().__init__(400, blank=True, metadata={"description": about, "pattern": self.pattern_of_columns})

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:  # noqa: ANN401 — marshmallow's signature
        said = super()._deserialize(value, attr, data, **kwargs)
        for word in said.split(",") if said else ():
            if word not in list(Column):
                choices = ", ".join(Column)
                text = _("“%(value)s” is not one of: %(choices)s.", value=shown(word), choices=choices)
                raise ValidationError(text)
        return said


class CountsQuery(AssetQuery):
    """Under which filters values are counted."""

    class Meta(AssetQuery.Meta):
        """What has no order has no pages."""

        exclude = (*PAGING, "sort")


class CountOut(Schema):
    """How many assets have a value: at least so many, if `more`. `text` names an owner."""

    value = fields.String(required=True)
    count = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    text = fields.String(required=True, allow_none=True)


class CountsOut(Schema):
    """For each filter the values with what they would leave under the other filters.

    A value that leaves nothing is left out, and in a long list also one of which nothing is known. Owners, places
    and types are only counted in a short list.
    """

    validity = fields.List(fields.Nested(CountOut), required=True)
    kind = fields.List(fields.Nested(CountOut), required=True)
    status = fields.List(fields.Nested(CountOut), required=True)
    standard_class = fields.List(fields.Nested(CountOut), required=True)
    use = fields.List(fields.Nested(CountOut), required=True)
    owner = fields.List(fields.Nested(CountOut))
    location = fields.List(fields.Nested(CountOut))
    instrument_type = fields.List(fields.Nested(CountOut))


class SeenQuery(AssetQuery):
    """What is seen of a list, from its beginning to its end."""

    class Meta(AssetQuery.Meta):
        """A view begins at its beginning."""

        exclude = PAGING

    columns = Columns()

    @post_dump
    def _without_nothing(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value not in (None, "")}


class ViewQuery(SeenQuery):
    """What a saved view asks of the list; it is kept in the words of an address."""

    @post_load
    def _in_words(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        words: dict[str, Any] = self.dump(data)
        return words


class SavedViewEdit(Schema):
    """What may be changed of a saved view; null shares it with nobody any more."""

    name = Text(LONGEST_NAME)
    query = fields.Nested(ViewQuery)
    shared_with = Code(
        allow_none=True, metadata={"description": "Code of an organisation whose people see it; managers may share."}
    )


class SavedViewIn(SavedViewEdit):
    """A view to keep."""

    name = Text(LONGEST_NAME, required=True)
    query = fields.Nested(ViewQuery, required=True)


class SavedViewOut(Schema):
    """A saved view; `mine` is false for one that somebody else shares."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    query = fields.Dict(keys=fields.String(), required=True)
    shared_with = fields.String(attribute="organisation.code", required=True, allow_none=True, dump_default=None)
    by = fields.String(attribute="person.name", required=True)


class BulkChange(Schema):
    """What changes in each asset: a field that is not given stays, null empties one that may be empty."""

    location = optional()
    custodian = optional()
    owner = Code()
    instrument_type = optional()
    manufacturer = optional()
    model = optional()
    standard_class = Choice(StandardClass, allow_none=True)
    status = Choice(Status)
    status_reason = optional(1000)
    restriction = optional()
    add_schedule = fields.Nested(ScheduleSchema, metadata={"description": "Takes the place of one of its kind."})
    remove_schedule = Choice(ScheduleKind)

    @validates_schema
    def _something(self, data: Mapping[str, Any], **_kwargs: object) -> None:
        if not data:
            raise ValidationError(_("Say what is to change."))


class BulkPreviewIn(Schema):
    """Which assets are to change, by tags or as a list finds them, and how."""

    tags = fields.List(
        Text(40), validate=validate.Length(1, MOST, error=lazy("Choose 1 to %(most)s assets.", most=MOST))
    )
    where = fields.Nested(CountsQuery)
    change = fields.Nested(BulkChange, required=True)

    @validates_schema
    def _one_way(self, data: Mapping[str, Any], **_kwargs: object) -> None:
        if ("tags" in data) == ("where" in data):
            raise ValidationError(_("Give either tags or where."), "tags")


class BulkIn(Schema):
    """A change that was looked at: `versions` are those of the preview, by tag.

    Nothing is changed when one of them cannot be, unless `skip_refused`.
    """

    versions = ByKey(
        keys=Text(40),
        values=Whole(0, 2**31 - 1),
        required=True,
        validate=validate.Length(1, MOST, error=lazy("Choose 1 to %(most)s assets.", most=MOST)),
        metadata={"minProperties": 1, "maxProperties": MOST},
    )
    change = fields.Nested(BulkChange, required=True)
    skip_refused = Flag(load_default=False)


class OutcomeOut(Schema):
    """What a change does to one asset: old and new value by field, or why it is refused."""

    tag = fields.String(required=True)
    name = fields.String(required=True)
    version = fields.Integer(required=True)
    changes = fields.Dict(keys=fields.String(), values=fields.List(fields.Raw(allow_none=True)), required=True)
    refusals = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


class BulkOut(Schema):
    """What a change did, or would do, to each asset."""

    items = fields.List(fields.Nested(OutcomeOut), required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    refused = fields.Integer(required=True)
