"""A sheet as a request brings it."""

from typing import Final, TypedDict

from flask import request

from registry.kernel.errors import Invalid
from registry.kernel.files.uploads import MULTIPART, WrongContent
from registry.kernel.i18n import _
from registry.sheets.tables import refused

FIELD: Final = "file"
BODY: Final = {
    "required": True,
    "content": {
        MULTIPART: {
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "required": [FIELD],
                "properties": {
                    FIELD: {
                        "type": "string",
                        "format": "binary",
                        "description": "An .xlsx or .csv file, at most 32 MB.",
                    }
                },
            }
        }
    },
}


class Sheet(TypedDict):
    """The name a file has where it comes from, and its bytes."""

    file_name: str
    content: bytes


def sheet() -> Sheet:
    """The name and the content of the file of a request. Raises Invalid beside `file`."""
    if request.mimetype != MULTIPART:
        raise WrongContent(_("Send multipart/form-data with the file in the field “%(field)s”.", field=FIELD))
    given = request.files.get(FIELD)
    if given is None:
        raise refused(_("No file came with this; choose one."))
    given.seek(0)
    return {"file_name": given.filename or "", "content": given.read()}


def only_a_sheet() -> Sheet:
    """The same of a request that brings nothing else. Raises Invalid beside whatever else came."""
    found = sheet()
    strange = {*request.form, *request.files} - {FIELD}
    if strange:
        raise Invalid(
            {name: [_("There is no such field here; check its spelling or leave it out.")] for name in strange}
        )
    if FIELD in request.form or len(request.files.getlist(FIELD)) > 1:
        raise refused(_("Send one file at a time."))
    return found
