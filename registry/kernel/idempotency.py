"""`Idempotency-Key`: a repeated POST is answered again, never done again, also when two arrive at once.

The API sends the key as a header; a page's form carries it as a hidden field, so that a double tap saves once.
"""

import hashlib
import logging
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import Response, current_app, g, json, request
from sqlalchemy import JSON, ForeignKey, Select, String, UniqueConstraint, delete, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from registry.kernel import clock
from registry.kernel.db import Base, Instant, db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.http import idempotent_doc
from registry.kernel.i18n import _

log = logging.getLogger(__name__)
MAX_LENGTH = 100
ACCEPTED = re.compile(f"[!-~]{{1,{MAX_LENGTH}}}")
KEPT = timedelta(days=30)
PATIENCE, PAUSE = 40, 0.05


class IdempotencyKey(Base):
    """A request that was done under a key, and its answer once that is known."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(MAX_LENGTH))
    fingerprint: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Instant, index=True)
    status: Mapped[int | None] = mapped_column(default=None)
    body: Mapped[Any] = mapped_column(JSON, nullable=True, default=None)
    location: Mapped[str | None] = mapped_column(String(400), default=None)


def idempotent(view: Callable[..., Any]) -> Callable[..., Response]:
    """Honour the key around a door: it is written in the door's own transaction, the answer right after."""

    @wraps(view)
    def door(*args: object, **kwargs: object) -> Response:
        key = request.headers.get("Idempotency-Key", request.form.get("idempotency_key") or None)
        if key is None or request.method != "POST" or "only_reads" in g:
            return current_app.make_response(view(*args, **kwargs))
        if not ACCEPTED.fullmatch(key):
            raise Invalid(
                {
                    "Idempotency-Key": [
                        _("Give 1 to %(most)s printable ASCII characters without spaces.", most=MAX_LENGTH)
                    ]
                }
            )
        earlier = _claimed(key, _fingerprint())
        if earlier is not None:
            return earlier
        answer = current_app.make_response(view(*args, **kwargs))
        if answer.status_code < 400:  # noqa: PLR2004 — a refused form was rolled back together with its key
            _remember(key, answer)
        return answer

    return idempotent_doc(door)  # type: ignore[no-any-return]  # the same view, marked


def was_done(key: str) -> bool:
    """Whether a request of whoever asks was done under a key."""
    wanted = select(IdempotencyKey.id).filter_by(person_id=g.person_id, key=key)
    return db.session.scalar(wanted.where(IdempotencyKey.status.is_not(None))) is not None


def shown_once(*fields: str) -> None:
    """Say that fields of this request's answer are secret: they are not remembered, and null when it is repeated."""
    g.shown_once = fields


def forget_old() -> int:
    """Delete the keys and answers of requests nobody repeats any more; gives how many."""
    old = delete(IdempotencyKey).where(IdempotencyKey.made_at < clock.now() - KEPT)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]  # a DELETE gives a CursorResult


def _fingerprint() -> str:
    fields = json.dumps(request.form.to_dict(flat=False))  # reading a form leaves nothing of its body
    said = [request.method.encode(), request.full_path.encode(), request.get_data(), fields.encode()]
    for uploads in request.files.listvalues():
        for upload in uploads:
            upload.seek(0)
            said += [(upload.filename or "").encode(), hashlib.sha256(upload.read()).digest()]
            upload.seek(0)
    return hashlib.sha256(b"\0".join(said)).hexdigest()


def _claimed(key: str, fingerprint: str) -> Response | None:
    """Claim the key inside the open transaction, or give the answer of whoever did."""
    row = IdempotencyKey(person_id=g.person_id, key=key, fingerprint=fingerprint, made_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return _answered(db.session.scalars(_wanted(key)).one(), fingerprint)
    return None


def _answered(row: IdempotencyKey, fingerprint: str) -> Response:
    if row.fingerprint != fingerprint and request.form:
        raise Conflict(_("This form was saved once already, with other values. Open it again and repeat your change."))
    if row.fingerprint != fingerprint:
        raise Conflict(_("This Idempotency-Key was used for a different request; use a new one."))
    for _attempt in range(PATIENCE):
        if row.status is not None:
            break
        db.session.rollback()
        time.sleep(PAUSE)
        db.session.refresh(row)
    else:
        raise Conflict(
            _("The request with this Idempotency-Key was done, but its answer was lost; look its result up.")
        )
    headers = {"Idempotency-Replayed": "true"} | ({"Location": row.location} if row.location else {})
    return Response(json.dumps(row.body), row.status, content_type="application/json", headers=headers)


def _wanted(key: str) -> Select[IdempotencyKey]:
    return select(IdempotencyKey).filter_by(person_id=g.person_id, key=key)


def _remember(key: str, answer: Response) -> None:
    """Keep the answer for whoever repeats the request. It is given also where it cannot be kept: the thing was done."""
    body = answer.get_json(silent=True)
    if isinstance(body, dict):
        body |= dict.fromkeys(g.get("shown_once", ()))
    try:
        row = db.session.scalars(_wanted(key)).one_or_none()
        if row is None:  # refused, and undone together with its key
            return
        row.status, row.body, row.location = answer.status_code, body, answer.headers.get("Location")
        db.session.commit()
    except OperationalError:
        db.session.rollback()
        log.warning("the answer to a request that was done could not be kept", exc_info=True)
