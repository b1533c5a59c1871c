"""A sheet as a request brings it."""

from typing import Final, TypedDict

from flask import request

from registry.assets.exchange.sheets import refused
from registry.kernel.files.uploads import MULTIPART, WrongContent
from registry.kernel.i18n import _

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
                        "description": "An .xlsx or .csv file, at most 16 MB.",
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
