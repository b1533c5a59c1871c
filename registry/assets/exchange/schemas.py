"""How outsiders say exports."""

from marshmallow import fields

from registry.assets.lists.schemas import Columns
from registry.assets.schemas import AssetQuery
from registry.kernel.schema import Choice, Schema
from registry.sheets.models import Form


class ExportIn(AssetQuery):
    """Which assets, by the filters of the list, and as what kind of file."""

    form = Choice(Form, load_default=Form.XLSX)
    columns = Columns()

    class Meta(AssetQuery.Meta):
        """An export has no pages."""

        exclude = ("limit", "cursor", "count")


class FormIn(Schema):
    """As what kind of file."""

    form = Choice(Form, load_default=Form.XLSX)


class TakeBackQuery(Schema):
    """That an import is taken back."""

    labels_destroyed = fields.Boolean(
        load_default=False,
        metadata={"description": "The labels printed for it are destroyed: they stand for nothing any more."},
    )


class ExportOut(Schema):
    """A file that was asked for; it can be fetched once it is ready, for a day. What `failed` is asked for again."""

    id = fields.Integer(required=True)
    form = Choice(Form, required=True)
    rows = fields.Integer(required=True, allow_none=True)
    failed = fields.Boolean(required=True)
    made_at = fields.AwareDateTime(required=True)
    ready_at = fields.AwareDateTime(required=True, allow_none=True)
