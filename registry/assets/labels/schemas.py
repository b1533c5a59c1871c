"""How outsiders say labels."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from registry.assets.labels.media import LONGEST, MEDIA, SHORTEST, USUAL
from registry.assets.labels.rules import MOST_BLANK, Format, Part, Printing, Revocation
from registry.assets.schemas import AssetIn, AssetQuery
from registry.kernel.i18n import lazy
from registry.kernel.schema import Choice, Code, ListQuery, Schema, Text, Whole, WholeText, paged

MOST_TAGS = 200


class Parts(fields.List[Any]):
    """What a label says; an empty word stands for nothing at all."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(Choice(Part), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:  # noqa: ANN401 — marshmallow's signature
        said = [one for one in value if one != ""] if isinstance(value, list) else value
        return super()._deserialize(said, attr, data, **kwargs)


class LookQuery(Schema):
    """The medium of labels and what they say."""

    sheet = fields.String(
        load_default=USUAL,
        validate=validate.OneOf(list(MEDIA), error=lazy("Give one of: {choices}.")),
        metadata={"description": "Name of a medium; GET /label-media describes them."},
    )
    length = WholeText(SHORTEST, LONGEST, metadata={"description": "Length in mm that a tape is cut to."})
    show = Parts(
        load_default=tuple(Part), metadata={"description": "What stands beside the tag; one empty word for nothing."}
    )
    start = WholeText(1, 200, load_default=1, metadata={"description": "First free place on the first sheet."})


class LabelsQuery(LookQuery, AssetQuery):
    """Labels of assets: those with these tags, or those that the filters of the list of assets leave."""

    class Meta(AssetQuery.Meta):
        """All of them at once."""

        exclude = ("limit", "cursor", "count")

    tag = fields.List(
        Text(40), validate=validate.Length(max=MOST_TAGS), metadata={"description": "Tags, in the order to print."}
    )
    which = Choice(
        Printing, metadata={"description": "Only without a printed label, or whose printed due date changed."}
    )


class RunIn(Schema):
    """Labels too many to wait for: the words of GET /labels.pdf as an object."""

    format = Choice(Format, load_default=Format.PDF)
    query = fields.Nested(LabelsQuery, required=True)


class RunOut(Schema):
    """A run of labels: `ready_at` says that its file can be fetched, `problem` why there is none."""

    id = fields.Integer(required=True)
    format = Choice(Format, required=True)
    made_at = fields.AwareDateTime(required=True)
    ready_at = fields.AwareDateTime(required=True, allow_none=True)
    labels = fields.Integer(required=True)
    problem = fields.String(required=True, allow_none=True)


class MediumOut(Schema):
    """Something labels are printed on; lengths in mm."""

    name = fields.String(required=True)
    family = fields.String(required=True)
    width = fields.Float(required=True)
    height = fields.Float(required=True)
    columns = fields.Integer(required=True)
    rows = fields.Integer(required=True)
    dpi = fields.Integer(required=True)


class MediaOut(Schema):
    """Everything labels are printed on."""

    items = fields.List(fields.Nested(MediumOut), required=True)


class BlankIn(Schema):
    """Labels made before anybody knows what they will be on."""

    organisation = Code(required=True, metadata={"description": "Code of the organisation they are for."})
    count = Whole(1, MOST_BLANK, required=True)


class BlankOut(Schema):
    """The name of a batch: `GET /labels?batch=` lists it, `GET /label-batches/<batch>.pdf` draws it."""

    batch = fields.String(required=True)


class BatchQuery(ListQuery):
    """Which page of which labels."""

    class Meta(ListQuery.Meta):
        """Labels are not searched."""

        exclude = ("q",)

    batch = Text(16, pattern="[0-9a-f]{1,16}")


class LabelsOfQuery(ListQuery):
    """Which page of the labels of one asset."""

    class Meta(ListQuery.Meta):
        """Labels are not searched."""

        exclude = ("q",)


class LabelOut(Schema):
    """A label; blank while it has no asset and is not revoked."""

    tag = fields.String(required=True)
    organisation = fields.String(attribute="organisation.code", required=True)
    asset = fields.String(attribute="asset.tag", dump_default=None, required=True, allow_none=True)
    batch = fields.String(required=True, allow_none=True)
    made_at = fields.AwareDateTime(required=True)
    claimed_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_because = Choice(Revocation, required=True, allow_none=True)
    printed_at = fields.AwareDateTime(required=True, allow_none=True)
    printed_due_on = fields.Date(required=True, allow_none=True)


LabelPage = paged(LabelOut)


class RevokeIn(Schema):
    """Why a label is given up."""

    because = Choice(Revocation, required=True)


class ClaimIn(Schema):
    """What a blank label is put on: an asset that is registered, or a new one."""

    asset = Text(40, metadata={"description": "Tag of an asset."})
    new = fields.Nested(AssetIn)

    @validates_schema
    def _one_of_them(self, data: Mapping[str, Any], **_kwargs: object) -> None:
        if ("asset" in data) is ("new" in data):
            raise ValidationError(lazy("Give either the tag of an asset or a new asset."), "asset")


class PrintedIn(Schema):
    """Labels that were printed by other means than ours."""

    tags = fields.List(Text(40), required=True, validate=validate.Length(min=1, max=MOST_TAGS))
    shows_due = fields.Boolean(load_default=True, metadata={"description": "Whether they tell the next due date."})


class PrintedOut(Schema):
    """How many labels were noted."""

    labels = fields.Integer(required=True)
