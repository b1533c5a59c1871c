"""Asking who is signed in for their password again, at the doors where a signature is given."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import Response, current_app, request

from registry.accounts import actions, attempts, signin
from registry.kernel.db import db, nothing_saved


def counted(view: Callable[..., Any]) -> Callable[..., Response]:
    """Count a wrong password at a door like a failed sign-in, so that it cannot be guessed there either.

    It is counted, and committed, before the door begins: requests that arrive together are all counted. The door's
    action refuses the wrong password itself. Raises Busy beyond the limits of sign-in.
    """

    @wraps(view)
    def door(*args: object, **kwargs: object) -> Response:
        person, password = signin.person(), _typed()
        if password is not None:
            attempt = attempts.note(email=person.email, address=request.remote_addr or "", is_signed_in=True)
            db.session.commit()
            settle = attempts.forgive if actions.proves(person, password) else attempts.fail
            settle(attempt)
            db.session.commit()
            nothing_saved()
        return current_app.make_response(view(*args, **kwargs))

    return door


def _typed() -> str | None:
    said: object = request.form
    if request.is_json:
        try:
            said = request.get_json(silent=True)
        except RecursionError:  # the door itself says what is wrong with it
            return None
    password = said.get("password") if isinstance(said, Mapping) else None
    return password if isinstance(password, str) and password else None
