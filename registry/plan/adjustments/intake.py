"""A plan file as a request brings it: one file, its size limited, nothing beside it but what a door knows."""

from contextlib import closing
from typing import Any, Final

from flask import request
from werkzeug.datastructures import FileStorage

from registry.kernel import datafiles
from registry.kernel.errors import Invalid
from registry.kernel.files.uploads import MULTIPART, WrongContent
from registry.kernel.i18n import _

FIELD: Final = "file"
FLAG: Final = "dry_run"


def body(*fields: str) -> dict[str, Any]:
    """What a door that takes a plan file says of its body."""
    known: dict[str, dict[str, object]] = {
        FIELD: {"type": "string", "format": "binary", "description": "A plan file in JSON, at most 5 MB."},
        FLAG: {"type": "string", "enum": ["true", "false"], "description": "Whether it is only looked at."},
    }
    properties = {name: known[name] for name in (FIELD, *fields)}
    schema = {"type": "object", "additionalProperties": False, "required": [FIELD], "properties": properties}
    return {"required": True, "content": {MULTIPART: {"schema": schema}}}


def text(*beside: str) -> str:
    """The text of the file of a request that brings nothing else but the fields `beside`. Raises Invalid."""
    if request.mimetype != MULTIPART:
        raise WrongContent(_("Send multipart/form-data with the file in the field “%(field)s”.", field=FIELD))
    strange = ({*request.form} - {*beside}) | ({*request.files} - {FIELD})
    if strange:
        message = _("There is no such field here; check its spelling or leave it out.")
        raise Invalid({name: [message] for name in sorted(strange)})
    sent = request.files.getlist(FIELD)
    if len(sent) > 1:
        raise Invalid({FIELD: [_("Send one file at a time.")]})
    if not sent or not sent[0].filename:
        raise Invalid({FIELD: [_("No file came with this; choose one.")]})
    return content(sent[0])


def content(sent: FileStorage) -> str:
    """The text of a file that was sent. Raises Invalid."""
    with closing(sent):
        return datafiles.decoded(sent.read(datafiles.MOST_BYTES + 1), sent.filename or "")


def only_looked_at() -> bool:
    """Whether the request asks to change nothing. Raises Invalid."""
    said = request.form.get(FLAG, "false")
    if said not in {"true", "false"}:
        raise Invalid({FLAG: [_("This must be true or false.")]})
    return said == "true"
