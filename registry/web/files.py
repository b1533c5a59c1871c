"""Where photos are taken and documents handed in, looked at and put away, whatever they hang on."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from registry.kernel.db import db
from registry.kernel.files import attachments, serving, uploads
from registry.kernel.files.models import Attachment
from registry.kernel.files.rules import MAX_BYTES, MOST_AT_ONCE, FileKind
from registry.kernel.files.schemas import FileIn, RemoveFileIn
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.web.file_holders import HOLDERS, Holder
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("files", __name__)
Answer = str | Response | tuple[str, int]
Added = Sequence[tuple[Attachment, bool]]


def _open(name: str, rule: str, holder: Callable[..., Holder]) -> None:
    """The pages of the files of one kind of record: `holder(**address)` finds the record or raises NotFound."""

    def may_attach(**address: object) -> None:
        holder(**address).shelf.may_attach()

    @uploads.taken_in(may_attach)
    @idempotent
    def new(**address: object) -> Answer:
        found = holder(**address)
        found.shelf.may_attach()
        return _adding(found)

    def content(id: int, **address: object) -> Response:
        file = attachments.by_id(holder(**address).shelf.hook, id)
        return serving.file(file, file.stored)

    def thumbnail(id: int, **address: object) -> Response:
        return serving.thumbnail(attachments.by_id(holder(**address).shelf.hook, id).stored)

    @idempotent
    def remove(id: int, **address: object) -> Answer:
        found = holder(**address)
        found.shelf.may_remove()
        return _removing(found, attachments.by_id(found.shelf.hook, id))

    both = ["GET", "POST"]
    blp.add_url_rule(f"{rule}/files/new", f"{name}_new", new, methods=both)
    blp.add_url_rule(f"{rule}/files/<key:id>", f"{name}_content", content)
    blp.add_url_rule(f"{rule}/files/<key:id>/thumbnail", f"{name}_thumbnail", thumbnail)
    blp.add_url_rule(f"{rule}/files/<key:id>/remove", f"{name}_remove", remove, methods=both)


def _adding(holder: Holder) -> Answer:
    form: Form[Added] = Form(FileIn, drawn={"kind": holder.kind} if holder.kind else None)
    added = form.attempt(lambda data: _attached(holder, data))
    if added is None:
        return _add_page(holder, form), form.status
    flash(_added_words(added))
    return redirect(f"{holder.back}#files")


def _attached(holder: Holder, said: dict[str, Any]) -> Added:
    added = [holder.shelf.attach(incoming=incoming, **said) for incoming in uploads.taken()]
    db.session.commit()
    return added


def _added_words(added: Added) -> str:
    if not any(is_new for _row, is_new in added):
        return _("This file was here already.")
    return _("Added.")


def _add_page(holder: Holder, form: Form[Added]) -> str:
    return render_template(
        "files/form.html",
        steps=holder.steps,
        back=f"{holder.back}#files",
        form=form.typed,
        errors=form.errors,
        kinds=[kind.value for kind in FileKind],
        most_bytes=MAX_BYTES,
        most=MOST_AT_ONCE,
        form_key=form_key(),
    )


def _removing(holder: Holder, file: Attachment) -> Answer:
    form: Form[Attachment] = Form(RemoveFileIn)
    name = file.name
    if form.attempt(lambda data: _removed(holder, file, data)) is None:
        page = render_template(
            "files/remove.html",
            steps=holder.steps,
            back=f"{holder.back}#files",
            name=name,
            form=form.typed,
            errors=form.errors,
            form_key=form_key(),
        )
        return page, form.status
    flash(_("Removed. The history keeps who did it and why."))
    return redirect(f"{holder.back}#files")


def _removed(holder: Holder, file: Attachment, said: dict[str, Any]) -> Attachment:
    removed: Attachment = holder.shelf.remove(file, **said)
    db.session.commit()
    return removed


for name, (rule, holder) in HOLDERS.items():
    _open(name, rule, holder)
