"""How outsiders say files, whatever they hang on."""

from marshmallow import fields

from registry.kernel.files.rules import FileKind
from registry.kernel.schema import Choice, ListQuery, Schema, Text


class FileIn(Schema):
    """What is said of a file that is sent; a picture is a photo and anything else a document unless said otherwise."""

    kind = Choice(FileKind, load_default=None)
    caption = Text(500, blank=True, load_default="")


class RemoveFileIn(Schema):
    """Why a file is not to be shown any more."""

    reason = Text(500, required=True)


class FileOut(Schema):
    """A file on a record. `size` is in bytes, `width` and `height` of a picture in pixels."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = Choice(FileKind, required=True)
    caption = fields.String(required=True)
    media_type = fields.String(attribute="stored.media_type", required=True)
    size = fields.Integer(attribute="stored.size", required=True)
    sha256 = fields.String(attribute="stored.sha256", required=True)
    width = fields.Integer(attribute="stored.width", required=True, allow_none=True)
    height = fields.Integer(attribute="stored.height", required=True, allow_none=True)
    added_at = fields.AwareDateTime(required=True)
    added_by = fields.Function(
        lambda row: row.added_by.name if row.added_by else None,
        required=True,
        metadata={"type": ["string", "null"]},
    )


class FileQuery(ListQuery):
    """Filters of the files of a record."""

    class Meta(ListQuery.Meta):
        """A record has few files; nothing is searched."""

        exclude = ("q",)

    kind = Choice(FileKind)
