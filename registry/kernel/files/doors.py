"""API doors of the files of a kind of record: the list, one more, a content, its small picture, and hiding one."""

from collections.abc import Callable
from typing import Any, Final

from flask import Response

from registry.kernel.db import db
from registry.kernel.files import attachments, serving, uploads
from registry.kernel.files.models import Attachment
from registry.kernel.files.schemas import FileIn, FileOut, FileQuery, RemoveFileIn
from registry.kernel.files.shelf import Shelf
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import Schema, paged

BINARY: Final = {"type": "string", "format": "binary"}


def open_doors(
    blp: Blueprint,
    rule: str,
    shelf: Callable[..., Shelf[Any]],
    *,
    of: str,
    out: type[Schema] = FileOut,
) -> None:
    """Open the doors under `rule`. `shelf(lock=…, **address)` finds a record that who asks may read; raises NotFound.

    `of` is the word for the record in the doors' names and descriptions.
    """

    def files(query: dict[str, Any], **address: object) -> Page[Attachment]:
        return attachments.page(shelf(lock=False, **address).hook, **query)

    def add_file(**address: object) -> tuple[Attachment, int]:
        said, incoming = uploads.said(FileIn), uploads.one()
        file, is_new = shelf(lock=True, **address).attach(incoming=incoming, **said)
        db.session.commit()
        return file, 201 if is_new else 200

    def file(file_id: int, **address: object) -> Response:
        found = attachments.by_id(shelf(lock=False, **address).hook, file_id)
        return serving.file(found, found.stored)

    def thumbnail(file_id: int, **address: object) -> Response:
        return serving.thumbnail(attachments.by_id(shelf(lock=False, **address).hook, file_id).stored)

    def remove_file(data: dict[str, Any], file_id: int, **address: object) -> Attachment:
        found = shelf(lock=True, **address)
        removed: Attachment = found.remove(attachments.by_id(found.hook, file_id), **data)
        db.session.commit()
        return removed

    def may_attach(**address: object) -> None:
        shelf(lock=False, **address).may_attach()

    word = of.replace(" ", "_")
    described = {
        files: (f"{word}_files", f"The files of the {of}, in the order they were added."),
        add_file: (f"add_{word}_file", f"Add a file to the {of}."),
        file: (f"{word}_file", f"The content of a file of the {of}."),
        thumbnail: (f"{word}_thumbnail", f"The small picture of a photo of the {of}."),
        remove_file: (f"remove_{word}_file", f"Hide a file of the {of}, with a reason."),
    }
    for view, (name, words) in described.items():
        view.__name__, view.__doc__ = name, words
    gone = blp.alt_response(410, "GONE")
    same = blp.alt_response(200, schema=out, description="The same content hangs there already.")
    taken_in = uploads.taken_in(may_attach)
    bytes_of_it, picture = (blp.response(200, BINARY, content_type=kind) for kind in ("*/*", serving.WEBP))
    one = f"{rule}/<key:file_id>"
    blp.route(rule)(blp.arguments(FileQuery, location="query")(blp.response(200, paged(out))(files)))
    blp.route(rule, methods=["POST"])(taken_in(idempotent(same(blp.response(201, out)(add_file)))))
    blp.route(one)(gone(bytes_of_it(file)))
    blp.route(f"{one}/thumbnail")(blp.alt_response(409, "CONFLICT")(gone(picture(thumbnail))))
    removing = blp.arguments(RemoveFileIn)(gone(blp.response(200, out)(remove_file)))
    blp.route(f"{one}/remove", methods=["POST"])(idempotent(removing))
