"""Files as a request brings them: judged, drawn anew and laid down before a transaction that changes anything begins.

Drawing a photo anew takes up to a second, a slow store several; nobody else should wait for a database meanwhile.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from os import SEEK_END
from typing import Any, ClassVar, Final

from flask import g, request
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import FileStorage

from registry.kernel import problems
from registry.kernel.errors import Invalid, Refusal, flat_messages
from registry.kernel.files import attachments
from registry.kernel.files.intake import Incoming, incoming
from registry.kernel.files.rules import FIELD, MAX_BYTES, MOST_AT_ONCE, FileKind
from registry.kernel.i18n import _
from registry.kernel.schema import MAYBE_BLANK

MULTIPART: Final = "multipart/form-data"
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
                        "description": (
                            f"At most {MAX_BYTES // 1_000_000} MB: JPEG, PNG or WebP (drawn anew without what a camera "
                            "wrote into it), PDF, XLSX, DOCX, ODS, ODT, CSV, TXT, or a digital calibration certificate."
                        ),
                    },
                    "kind": {"type": "string", "enum": [kind.value for kind in FileKind]},
                    "caption": {"type": "string", "maxLength": 500, "pattern": MAYBE_BLANK},
                },
            }
        }
    },
}


class WrongContent(Refusal):
    """A body that is no form with a file."""

    status: ClassVar[int] = 415
    slug: ClassVar[str] = "unsupported-media-type"


def taken_in(
    allowed: Callable[..., object], *, at_least: int = 1, only_photos: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Around a door that takes files: `allowed` is asked first, with the door's address, and raises its refusal.

    With `at_least` 0 the door is another one's, to which files may be added; a door of photos refuses all else as such.
    """

    def around(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def door(**address: object) -> Any:  # noqa: ANN401 — whatever the view gives
            if request.method == "POST":
                allowed(**address)
                problems.rollback()
                g.taken = _take(at_least, only_photos=only_photos)
            return view(**address)

        described: dict[str, Any] = deepcopy(getattr(view, "_apidoc", {}))
        described["manual_doc"] = described.get("manual_doc", {}) | {"requestBody": BODY}
        door._apidoc = described  # type: ignore[attr-defined]  # noqa: SLF001 — smorest's place for it
        return door

    return around


def taken() -> list[Incoming]:
    """What the request brought, in the order of their hashes, so that nobody waits in a circle. Raises Invalid."""
    found: list[Incoming] | Invalid = g.taken
    if isinstance(found, Invalid):
        raise found
    return sorted(found, key=lambda one: one.sha256)


def one() -> Incoming:
    """The one file of the request. Raises Invalid when there are more."""
    found = taken()
    if len(found) > 1:
        raise Invalid({FIELD: [_("Send one file at a time.")]})
    return found[0]


def said(schema: type[Schema]) -> dict[str, Any]:
    """The fields beside the file. Raises Invalid."""
    try:
        return dict(schema().load(request.form.to_dict()))
    except ValidationError as error:
        raise Invalid(flat_messages(error.messages)) from error


def _take(at_least: int, *, only_photos: bool) -> list[Incoming] | Invalid:
    """What a refusal says is kept for the view, which may draw its form again."""
    if request.mimetype != MULTIPART and not at_least:
        return []
    if request.mimetype != MULTIPART:
        raise WrongContent(_("Send multipart/form-data with the file in the field “%(field)s”.", field=FIELD))
    try:
        given = _given(at_least)
        found = [_read(upload, only_photos=only_photos) for upload in given]
    except Invalid as refusal:
        return refusal
    for one_of_them in found:
        attachments.lay_down(one_of_them)
    return found


def _given(at_least: int) -> list[FileStorage]:
    """The files that were chosen; browsers send an empty one when none was."""
    given = [upload for upload in request.files.getlist(FIELD) if upload.filename or upload.seek(0, SEEK_END)]
    messages = {
        name: [_("There is no such field here; check its spelling or leave it out.")]
        for name in request.files
        if name != FIELD
    }
    if len(given) < at_least:
        messages[FIELD] = [_("No file came with this; choose one.")]
    if len(given) > MOST_AT_ONCE:
        messages[FIELD] = [_("Send at most %(most)s files at once.", most=MOST_AT_ONCE)]
    if messages:
        raise Invalid(messages)
    return given


def _read(upload: FileStorage, *, only_photos: bool) -> Incoming:
    upload.seek(0)
    try:
        return incoming(upload.read(MAX_BYTES + 1), upload.filename, only_photos=only_photos)
    except Invalid as refusal:
        if not upload.filename:
            raise
        messages = (refusal.errors or {}).get(FIELD, [])
        raise Invalid({FIELD: [f"{upload.filename[:60]}: {' '.join(messages)}"]}) from refusal
