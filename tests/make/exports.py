"""Files of plans, as people get them: asked for, made in the background, fetched."""

from typing import Any

from flask import Flask

from registry.jobs import work


def asked(who: Any, what: str, /, *, form: str = "csv", **query: str) -> Any:
    """The answer to the button that asks for one."""
    return who.pages.post(f"/plan-exports/{what}.{form}", query_string=query)


def file(app: Flask, who: Any, what: str, /, **query: str) -> str:
    """What it holds, as text, once it is made."""
    address = asked(who, what, **query).location
    with app.app_context():
        while work.one():
            pass
    found: str = who.pages.get(f"{address}/content").get_data(as_text=True).removeprefix("\ufeff")
    return found
