"""The application: configuration, database, the doors in front, and the addresses of all the others.

A start waits for the doors in front alone: they answer who scans a label, and who asks whether the service lives. What
is behind the others is fetched when somebody first knocks at one of them; see registry.house.
"""

import gc
from pathlib import Path
from typing import NoReturn

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import URL, make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from registry import config
from registry.accounts import signin
from registry.kernel import addresses, clock, i18n
from registry.kernel.db import db
from registry.web import errors, health, scan, shell

FRONT = (scan, health)
ADDRESSES = Path(__file__).with_name("addresses.txt")
MAX_UPLOAD = 16 * 1024 * 1024
MAX_SHEET = 2 * MAX_UPLOAD  # a hundred thousand rows with all they may say
SHEETS = frozenset(
    {"exchange.imports", "history_import.imports", "api_asset_imports.upload", "api_calibration_imports.upload"}
)
YOUNG = 20_000  # new objects before the collector looks for rings among them; its 700 cost an import a sixth


def create_app(settings: config.Settings | None = None) -> Flask:
    """Build the application; touches no database."""
    gc.set_threshold(YOUNG)
    settings = settings or config.from_environment()
    app = Flask("registry", template_folder="web/templates", static_folder="web/static")
    app.config.update(_flask_configuration(settings))
    app.extensions["registry"] = settings
    clock.configure(settings.timezone, settings.pretended_today)
    i18n.init(app, settings.locale, signin.locale)
    db.init_app(app)
    addresses.register(app)
    errors.register(app)
    shell.register(app)
    app.before_request(_fetch_what_is_knocked_at)
    app.before_request(_give_sheets_room)
    signin.guard(app)
    CSRFProtect(app)
    _hang_doors(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # Flask's documented hook
    return app


def _hang_doors(app: Flask) -> None:
    for page in FRONT:
        app.register_blueprint(page.blp)
    signin.public(app.view_functions["static"])
    in_front = frozenset(app.view_functions)
    for line in ADDRESSES.read_text(encoding="utf-8").splitlines():
        methods, _space, rest = line.partition(" ")
        address, _space, endpoint = rest.rpartition(" ")
        if endpoint not in in_front:
            app.add_url_rule(address, endpoint, _closed, methods=methods.split(","))


def _closed(**_said: object) -> NoReturn:
    raise AssertionError


def _fetch_what_is_knocked_at() -> None:
    if current_app.view_functions.get(request.endpoint or "") is _closed:
        fetch(current_app)


def _give_sheets_room() -> None:
    if request.endpoint in SHEETS:
        request.max_content_length = MAX_SHEET


def fetch(app: Flask) -> None:
    """Fetch what is behind the closed doors; the collector rests, for all of it stays as long as the process.

    No word that is needed meanwhile asks who knocks and what they speak: that is not to be known before all is there.
    """
    gc.disable()
    try:
        with i18n.speaking(app.config["BABEL_DEFAULT_LOCALE"]):
            from registry.house import open_doors  # noqa: PLC0415 — the point of it all

            open_doors(app)
    finally:
        gc.freeze()
        gc.enable()


def _flask_configuration(settings: config.Settings) -> dict[str, object]:
    secure = settings.base_url.startswith("https://")
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(make_url(settings.database_url)),
        "MAX_CONTENT_LENGTH": MAX_UPLOAD,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SESSION_COOKIE_NAME": "registry_form",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "API_TITLE": "registry",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "API_SPEC_OPTIONS": _spec_options(),
    }


def _engine_options(url: URL) -> dict[str, object]:
    if url.get_backend_name() == "sqlite":
        return {}
    return {"pool_size": 5, "max_overflow": 10, "connect_args": {"prepare_threshold": None}}


def _spec_options() -> dict[str, object]:
    bearer = {
        "type": "http",
        "scheme": "bearer",
        "description": "A token made on the account page or with `registry token add`.",
    }
    return {
        "info": {
            "description": "Measurement standards, instruments, laboratories and the plan indicators they fulfil."
        },
        "components": {"securitySchemes": {"token": bearer}},
        "security": [{"token": []}],
    }
