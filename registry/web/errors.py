"""What people see when something is refused or goes wrong: a problem document on the API, a page elsewhere."""

import logging
import re

from flask import Flask, Response, render_template, request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException, PreconditionFailed

from registry.accounts import signin
from registry.accounts.rules import ATTEMPT_WINDOW
from registry.kernel import http
from registry.kernel.errors import Busy, Conflict, Refusal
from registry.kernel.http import API_PREFIX
from registry.kernel.i18n import _

log = logging.getLogger(__name__)
SECRET_ADDRESS = re.compile(r"(/feeds/)[^/\s\]\"']+")


class WithoutSecrets(logging.Filter):
    """Writes no address that is a secret into a log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every line, with stars where the secret was."""
        said = record.getMessage()
        if "/feeds/" in said:
            record.msg, record.args = SECRET_ADDRESS.sub(r"\1***", said), ()
        return True


def register(app: Flask) -> None:
    """Answer every refusal and every failure."""
    app.logger.addFilter(WithoutSecrets())
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StaleDataError, lambda _error: _http_error(PreconditionFailed()))
    app.register_error_handler(IntegrityError, _collision)
    app.register_error_handler(OperationalError, _database_down)


def _on_api() -> bool:
    return request.path.startswith(API_PREFIX)


def _refused(refusal: Refusal) -> Response:
    http.rollback()
    answer = http.refused(refusal) if _on_api() else _page(refusal.status, refusal.detail)
    if isinstance(refusal, Busy):
        answer.headers["Retry-After"] = str(int(ATTEMPT_WINDOW.total_seconds()))
    if refusal.status == 401:  # noqa: PLR2004 — RFC 9110 15.5.2: a 401 says how to sign in
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _http_error(error: HTTPException) -> Response:
    http.rollback()
    if error.code is not None and error.code < 400:  # noqa: PLR2004 — redirects and 304 are not errors
        return Response(status=error.code, headers=error.get_headers(request.environ))
    if _on_api():
        return http.http_problem(error)
    detail = http.detail_of(error) if error.code != BadRequest.code else _unreadable_form()
    return http.with_headers(_page(error.code or 500, detail), error)


def _collision(error: IntegrityError) -> Response:
    log.warning("two changes collided", exc_info=error)
    return _refused(Conflict(_("Somebody recorded the same thing at the same moment; look at it and try again.")))


def _database_down(error: OperationalError) -> Response:
    log.error("database not available", exc_info=error)
    http.rollback()
    signin.forget_person()  # the page must be drawn without asking the database who looks at it
    detail = _("The database does not answer at the moment; nothing was changed. Try again in a few seconds.")
    answer = http.problem(503, "database-unavailable", http.title_of(503), detail) if _on_api() else _page(503, detail)
    answer.headers["Retry-After"] = "5"
    return answer


def _unreadable_form() -> str:
    return _("The form was open too long or cannot be read; nothing was changed. Go back, open it again and repeat.")


def _page(status: int, detail: str) -> Response:
    body = render_template("error.html", status=status, title=http.title_of(status), detail=detail)
    return Response(body, status, content_type="text/html; charset=utf-8")
