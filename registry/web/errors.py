"""What people see when something is refused or goes wrong: a problem document on the API, a page elsewhere."""

import logging
import re

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, PreconditionFailed
from werkzeug.wrappers import Response as Answer

from registry.accounts import signin
from registry.accounts.rules import ATTEMPT_WINDOW
from registry.assets.labels import queries as labels
from registry.kernel import problems
from registry.kernel.db import SAFE_METHODS, is_busy, only_read, something_saved
from registry.kernel.errors import Busy, Conflict, NotFound, Refusal
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


def _refused(refusal: Refusal) -> Answer:
    problems.rollback()
    if isinstance(refusal, NotFound) and (moved := _under_its_new_label()):
        return moved
    answer = problems.refused(refusal) if signin.by_program() else _page(refusal.status, refusal.detail)
    if isinstance(refusal, Busy):
        answer.headers["Retry-After"] = str(int(ATTEMPT_WINDOW.total_seconds()))
    if refusal.status == 401:  # noqa: PLR2004 — RFC 9110 15.5.2: a 401 says how to sign in
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _under_its_new_label() -> Answer | None:
    """A page's address with the tag of a label that was replaced leads to the one with the label that is on it now."""
    said, person = request.view_args or {}, None if signin.by_program() else signin.person_or_none()
    if person is None or not request.endpoint or "tag" not in said:
        return None
    asset = labels.replaced(person, said["tag"])
    if asset is None or asset.current_tag == said["tag"]:
        return None
    address = url_for(request.endpoint, **(said | {"tag": asset.current_tag}))
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{address}?{query}" if query else address, 307)


def _http_error(error: HTTPException) -> Answer:
    problems.rollback()
    if error.code is not None and error.code < 400:  # noqa: PLR2004 — redirects and 304 are not errors
        return Response(status=error.code, headers=error.get_headers(request.environ))
    if signin.by_program():
        return problems.http_problem(error)
    if isinstance(error, MethodNotAllowed) and request.method in SAFE_METHODS and (page := _page_above()) is not None:
        return page
    detail = problems.detail_of(error) if error.code != BadRequest.code else _unreadable_form()
    return problems.with_headers(_page(error.code or 500, detail), error)


def _page_above() -> Answer | None:
    """What only takes a form may have answered with a page: who asks for that again is led to where the form stands.

    That is the nearest address above. Whatever the page's own links and filters say goes along.
    """
    addresses, path = current_app.create_url_adapter(request), request.path
    while addresses is not None and (path := path.rpartition("/")[0]):
        if addresses.test(path, method="GET"):
            return redirect(f"{path}?{request.query_string.decode('ascii', 'replace')}".rstrip("?"))
    return None


def _collision(error: IntegrityError) -> Answer:
    log.warning("two changes collided", exc_info=error)
    return _refused(Conflict(_("Somebody recorded the same thing at the same moment; look at it and try again.")))


def _database_down(error: OperationalError) -> Response:
    if is_busy(error) or "only_reads" in g:
        return _busy()
    log.error("database not available", exc_info=error)
    problems.rollback()
    signin.forget_person()  # the page must be drawn without asking the database who looks at it
    detail = _("The database does not answer at the moment; nothing was changed. Try again in a few seconds.")
    if something_saved():
        detail = problems.perhaps_saved()
    answer = (
        problems.problem(503, "database-unavailable", problems.title_of(503), detail)
        if signin.by_program()
        else _page(503, detail)
    )
    answer.headers["Retry-After"] = "5"
    return answer


def _busy() -> Response:
    """Somebody else writes at this moment: say so, on a page with the form as it was filled in."""
    problems.rollback()
    saved, program = something_saved(), signin.by_program()
    plainly = "only_reads" in g or saved or program or request.method in SAFE_METHODS
    answer = None if plainly else _form_again()
    if answer is None:
        detail = problems.perhaps_saved() if saved else problems.saving()
        answer = problems.problem(503, "busy", problems.title_of(503), detail) if program else _page(503, detail)
    answer.headers["Retry-After"] = "5"
    return answer


def _form_again() -> Response | None:
    """The page of a form, drawn without changing anything; None where it is no form."""
    only_read()
    g.pop("person", None)
    try:
        answer = current_app.make_response(current_app.preprocess_request() or current_app.dispatch_request())
    except Exception:  # whatever stands in its way, the plain answer is still to be given
        log.warning("a form could not be drawn again", exc_info=True)
        return None
    finally:
        problems.rollback()
    return answer if answer.status_code == 503 else None  # noqa: PLR2004 — what a form says of this


def _unreadable_form() -> str:
    return _("The form was open too long or cannot be read; nothing was changed. Go back, open it again and repeat.")


def _page(status: int, detail: str) -> Response:
    body = render_template("error.html", status=status, title=problems.title_of(status), detail=detail)
    return Response(body, status, content_type="text/html; charset=utf-8")
