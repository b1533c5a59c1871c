"""The application: configuration, database, and every door in one tuple."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from marshmallow.fields import Decimal
from sqlalchemy import URL, make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from registry import config
from registry.accounts import signin
from registry.accounts.api import blp as organisations_api
from registry.assets.api import blp as assets_api
from registry.assets.custody.api import blp as custody_api
from registry.assets.exchange.api import blp as exchange_api
from registry.assets.files.api import blp as asset_files_api
from registry.assets.labels.api import blp as labels_of_assets_api
from registry.assets.lifecycle.api import blp as lifecycle_api
from registry.assets.lists.api import blp as lists_api
from registry.assets.materials.api import blp as materials_api
from registry.assets.software.api import blp as software_api
from registry.assets.stocktake.api import blp as stocktake_api
from registry.assets.types.api import blp as types_api
from registry.calibration.api import blp as calibrations_api
from registry.calibration.cases.api import blp as cases_api
from registry.calibration.due.api import blp as due_api
from registry.calibration.files.api import blp as calibration_files_api
from registry.calibration.notices.api import blp as notices_api
from registry.calibration.procedures.api import blp as procedures_api
from registry.calibration.replanning.api import blp as replanning_api
from registry.calibration.review.api import blp as interval_reviews_api
from registry.calibration.stability.api import blp as stability_api
from registry.calibration.traceability.api import blp as traceability_api
from registry.kernel import clock, i18n
from registry.kernel.db import db
from registry.kernel.http import Api, CodeConverter, KeyConverter
from registry.labs.api import blp as labs_api
from registry.plan.api import blp as plans_api
from registry.web import (
    account,
    api_reference,
    asset,
    calibration,
    cases,
    custody,
    due,
    errors,
    exchange,
    files,
    health,
    home,
    intervals,
    inventory,
    jobs,
    lab,
    label,
    lifecycle,
    notices,
    plan,
    procedures,
    record,
    recording,
    replanning,
    scan,
    shell,
    stability,
    stocktake,
    traceability,
    types,
    webhooks,
)

API_DOORS = (
    organisations_api,
    labs_api,
    assets_api,
    lists_api,
    labels_of_assets_api,
    lifecycle_api,
    custody_api,
    exchange_api,
    asset_files_api,
    materials_api,
    software_api,
    types_api,
    stocktake_api,
    calibrations_api,
    calibration_files_api,
    procedures_api,
    notices_api,
    traceability_api,
    stability_api,
    cases_api,
    due_api,
    interval_reviews_api,
    replanning_api,
    plans_api,
)
PAGES = (
    home,
    scan,
    inventory,
    stocktake,
    exchange,
    asset,
    custody,
    lifecycle,
    record,
    types,
    calibration,
    recording,
    procedures,
    traceability,
    stability,
    cases,
    due,
    intervals,
    replanning,
    files,
    lab,
    label,
    plan,
    account,
    notices,
    webhooks,
    jobs,
    api_reference,
    health,
)
MAX_UPLOAD = 16 * 1024 * 1024


def create_app(settings: config.Settings | None = None) -> Flask:
    """Build the application; touches no database."""
    settings = settings or config.from_environment()
    app = Flask("registry", template_folder="web/templates", static_folder="web/static")
    app.config.update(_flask_configuration(settings))
    app.extensions["registry"] = settings
    clock.configure(settings.timezone, settings.pretended_today)
    i18n.init(app, settings.locale, signin.locale)
    db.init_app(app)
    app.url_map.converters |= {"code": CodeConverter, "key": KeyConverter}
    errors.register(app)
    shell.register(app)
    signin.guard(app)
    _register_doors(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # Flask's documented hook
    return app


def _register_doors(app: Flask) -> None:
    csrf = CSRFProtect(app)
    api = Api(app)
    api.register_field(Decimal, "string", None)
    api.register_converter(CodeConverter, lambda _converter: {"type": "string", "pattern": f"^{CodeConverter.regex}$"})
    for door in API_DOORS:
        api.register_blueprint(door)
        csrf.exempt(door)
    for page in PAGES:
        app.register_blueprint(page.blp)
    signin.public(app.view_functions["static"])


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
