"""Handing files out: under their own name, and so that a browser runs nothing that may be in them."""

from typing import Final

from flask import Response, request

from registry.kernel.files import attachments
from registry.kernel.files.models import Attachment, StoredFile
from registry.kernel.files.rules import disposition

POLICY: Final = "sandbox; default-src 'none'"
PICTURE_POLICY: Final = f"{POLICY}; style-src 'unsafe-inline'"  # with which a browser centres a picture on its own page
KEPT: Final = f"private, max-age={365 * 24 * 3600}, immutable"  # the bytes behind an address never change
WEBP: Final = "image/webp"


def file(row: Attachment, stored: StoredFile) -> Response:
    """The content of a file: pictures are drawn in the browser, everything else is saved."""
    manner = "inline" if stored.is_picture else "attachment"
    answer = _unchanged(stored.sha256) or Response(attachments.content(stored), content_type=stored.media_type)
    answer.headers["Content-Disposition"] = disposition(manner, row.name)
    return _guarded(answer, stored.sha256, PICTURE_POLICY if stored.is_picture else POLICY)


def thumbnail(stored: StoredFile) -> Response:
    """The small picture of a picture."""
    etag = f"{stored.sha256}.thumb"
    answer = _unchanged(etag) or Response(attachments.thumbnail(stored), content_type=WEBP)
    answer.headers["Content-Disposition"] = "inline"
    return _guarded(answer, etag)


def _unchanged(etag: str) -> Response | None:
    """Whoever has the content already is not sent it again, and the store is not asked."""
    return Response(status=304) if request.if_none_match.contains(etag) else None


def _guarded(answer: Response, etag: str, policy: str = POLICY) -> Response:
    answer.set_etag(etag)
    answer.headers["Cache-Control"] = KEPT
    answer.headers["Content-Security-Policy"] = policy
    return answer
