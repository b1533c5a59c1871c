"""What is said when a door refuses: the one error shape of the API (RFC 9457), its titles and its remedies."""

from flask import Response, json, request
from werkzeug.exceptions import HTTPException

from registry.kernel.db import db
from registry.kernel.errors import Messages, Refusal, flat_messages
from registry.kernel.i18n import _, lazy

PROBLEM = "application/problem+json"
TITLES = {
    400: lazy("The request cannot be read"),
    401: lazy("Sign in first"),
    403: lazy("Not allowed"),
    404: lazy("Not found"),
    405: lazy("This address does not do that"),
    409: lazy("Contradicts what is recorded"),
    410: lazy("Removed"),
    412: lazy("Somebody changed it in the meantime"),
    413: lazy("Too large"),
    415: lazy("Wrong kind of content"),
    422: lazy("Some values were not accepted"),
    428: lazy("Say which version you change"),
    429: lazy("Too many attempts"),
    503: lazy("Not at this moment"),
}
OTHERWISE = lazy("Something went wrong on our side")
REMEDIES = {
    400: lazy("The body is not well-formed JSON; check it and send it again."),
    404: lazy("There is nothing at this address, or you may not see it."),
    405: lazy("Use one of the methods named in the Allow header."),
    412: lazy("Fetch it again, look at what changed, and repeat your change with the new ETag."),
    415: lazy("Send application/json."),
    428: lazy("Send an If-Match header with the ETag you got."),
}
LATER = lazy("It has been logged; try again later.")


def problem(status: int, slug: str, title: str, detail: str, errors: Messages | None = None) -> Response:
    """A problem document as a response."""
    body: dict[str, object] = {
        "type": f"urn:registry:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if errors is not None:
        body["errors"] = {field: [str(message) for message in messages] for field, messages in errors.items()}
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=PROBLEM)


def refused(refusal: Refusal) -> Response:
    """A refusal as a problem document."""
    return problem(refusal.status, refusal.slug, title_of(refusal.status), refusal.detail, refusal.errors)


def http_problem(error: HTTPException) -> Response:
    """Any HTTP error as a problem document, its headers (such as Allow) kept."""
    status = error.code or 500
    data = getattr(error, "data", None) or {}
    messages = data.get("messages")
    if messages is not None and status == 422:  # noqa: PLR2004 — the status webargs gives to values it could not load
        by_field: dict[str, list[str]] = {}
        for location in messages.values():
            by_field |= flat_messages(location)
        answer = problem(status, "invalid", title_of(status), _("Some fields were not accepted; see errors."), by_field)
    else:
        answer = problem(status, error.name.lower().replace(" ", "-"), title_of(status), detail_of(error))
    return with_headers(answer, error)


def with_headers(answer: Response, error: HTTPException) -> Response:
    """An answer with what an HTTP error says in headers, such as Allow."""
    for name, value in error.get_headers(request.environ):
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value
    return answer


def title_of(status: int) -> str:
    """What a status means, in the person's language."""
    return str(TITLES.get(status, OTHERWISE))


def detail_of(error: HTTPException) -> str:
    """What to do about an HTTP error."""
    if error.code == 413:  # noqa: PLR2004 — RFC 9110 15.5.14
        return _too_large((request.max_content_length or 0) >> 20)
    return str(REMEDIES.get(error.code or 500, LATER))


def _too_large(most: int) -> str:
    return _(
        "What was sent is larger than %(most)s MB, and nothing of it was kept. Send a smaller photo (the settings of a "
        "camera offer fewer pixels), fewer files at once, or a sheet or document in parts.",
        most=most,
    )


def rollback() -> None:
    """A refusal undoes what was begun before anything is drawn."""
    db.session.rollback()


def saving() -> str:
    """What is said when somebody else writes for so long that a request does not wait for it."""
    return _(
        "An import or another long piece of work is being saved at this moment, so nothing was changed. "
        "Try again in a moment."
    )


def perhaps_saved() -> str:
    """What is said when something fails after what was asked for was committed."""
    return _(
        "What you sent was saved, at least in part, but its answer could not be drawn. Look before you send it again."
    )
