"""Who is asking: a session cookie on pages, a bearer token on the API. Everything is closed unless marked `@public`."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import askers
from registry.accounts.models import Person
from registry.accounts.rules import digest
from registry.accounts.tokens import is_known, reader
from registry.kernel.addresses import API_PREFIX
from registry.kernel.db import SAFE_METHODS
from registry.kernel.errors import Refusal
from registry.kernel.i18n import _

P = ParamSpec("P")
R = TypeVar("R")
FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
COOKIE = "registry_session"


class SignInFirst(Refusal):
    """Nobody is signed in, or the token is not valid."""

    status = 401
    slug = "sign-in-first"


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open a door to strangers."""
    view.is_public = True  # type: ignore[attr-defined]  # the mark the gate looks for
    return view


def is_public(view: Callable[..., object] | None) -> bool:
    """Whether a view was opened to strangers."""
    return getattr(view, "is_public", False)


def for_programs(view: Callable[P, R]) -> Callable[P, R]:
    """Let programs in by their token, as everywhere on the API, at an address outside of it."""
    view.is_for_programs = True  # type: ignore[attr-defined]  # the mark `by_program` looks for
    return view


def by_program() -> bool:
    """Whether what is asked for is for programs, which send a token and are answered with problem documents."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.path.startswith(API_PREFIX) or getattr(view, "is_for_programs", False)


def person_or_none() -> Person | None:
    """Who is asking, looked up once a request; None for a stranger."""
    if "person" not in g:
        forget_person()  # when the database fails us here, the page that says so is drawn for a stranger
        g.person = _by_token() if by_program() else _by_cookie()
        g.person_id = g.person.id if g.person else None
    found: Person | None = g.person
    return found


def forget_person() -> None:
    """Treat whoever asks as a stranger for the rest of this request."""
    g.person = g.person_id = None


def locale() -> str | None:
    """The language of the person who looks at a page; programs say theirs with each request."""
    found = None if by_program() else person_or_none()
    return found.locale if found else None


def person() -> Person:
    """Who is asking; raises SignInFirst for a stranger."""
    found = person_or_none()
    if found is None:
        raise SignInFirst(_("Sign in, or send a valid API token as “Authorization: Bearer …”."))
    return found


def guard(app: Flask) -> None:
    """Put the gate before every door."""
    app.before_request(_gate)


def _gate() -> Response | None:
    _take_in_body()
    endpoint = request.endpoint
    if endpoint is None or is_public(current_app.view_functions.get(endpoint)):
        return None
    if person_or_none() is not None:
        return None
    if by_program():
        person()
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))
    return redirect(url_for("account.sign_in"))


def _take_in_body() -> None:
    """Read the whole body before the database is asked: a transaction must not wait for somebody's slow line."""
    if request.method in SAFE_METHODS:
        return
    if request.mimetype in FORMS:
        _ = request.form
    else:
        request.get_data()


def _by_token() -> Person | None:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not token.strip():
        return None
    token_hash = digest(token.strip())
    if request.method in SAFE_METHODS:
        return reader(token_hash)
    if not is_known(token_hash):  # strangers do not begin to write, which would keep everybody waiting
        return None
    return askers.by_token(token_hash)


def _by_cookie() -> Person | None:
    token = request.cookies.get(COOKIE)
    return askers.by_session(digest(token)) if token else None
