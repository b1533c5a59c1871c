"""Configuration: one frozen record read from the environment, refused early when it makes no sense."""

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

LOCALES = ("vi", "en")
BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9][A-Za-z0-9._-]*)*/?")


class ConfigurationError(Exception):
    """An environment variable has a value the registry cannot run with; the message names it and the remedy."""


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mail is handed over, and the address it comes from; `tls_from_the_start` is `smtps`, otherwise STARTTLS."""

    host: str
    port: int
    sender: str
    tls_from_the_start: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The whole configuration. `home` holds the embedded database, the secret key and, without `files_url`, files."""

    home: Path
    database_url: str
    base_url: str
    timezone: ZoneInfo
    locale: str
    secret_key: str
    scheduler: bool
    mail_server: MailServer | None
    private_webhooks: bool
    pretended_today: date | None
    trusted_proxies: int
    files_url: str | None
    files_endpoint: str | None

    @property
    def embedded(self) -> bool:
        """Whether the database is the embedded SQLite file, which `serve` may create and migrate by itself."""
        return self.database_url.startswith("sqlite")


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be reached from this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the `REGISTRY_*` variables; raises ConfigurationError naming the variable that is wrong."""
    env = os.environ if environ is None else environ
    home = _home(env.get("REGISTRY_HOME", "instance"))
    base_url = env.get("REGISTRY_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    return Settings(
        home=home,
        database_url=_database_url(env.get("REGISTRY_DATABASE_URL"), home),
        base_url=_checked_base_url(base_url),
        timezone=_timezone(env.get("REGISTRY_TIMEZONE", "Asia/Ho_Chi_Minh")),
        locale=_one_of("REGISTRY_LOCALE", env.get("REGISTRY_LOCALE", "vi"), LOCALES),
        secret_key=env.get("REGISTRY_SECRET_KEY") or _secret_of(home),
        scheduler=_one_of("REGISTRY_SCHEDULER", env.get("REGISTRY_SCHEDULER", "on"), ("on", "off")) == "on",
        mail_server=_mail_server(env.get("REGISTRY_SMTP_URL"), base_url),
        private_webhooks=_one_of(
            "REGISTRY_PRIVATE_WEBHOOKS", env.get("REGISTRY_PRIVATE_WEBHOOKS", "off"), ("on", "off")
        )
        == "on",
        pretended_today=_pretended_today(env.get("REGISTRY_TODAY"), base_url),
        trusted_proxies=_count("REGISTRY_TRUSTED_PROXIES", env.get("REGISTRY_TRUSTED_PROXIES", "0")),
        files_url=_bucket(env.get("REGISTRY_FILES_URL")),
        files_endpoint=_endpoint(env.get("REGISTRY_FILES_ENDPOINT")),
    )


def _home(given: str) -> Path:
    home = Path(given).resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"REGISTRY_HOME is {given!r}, which cannot be used as a folder: {error.strerror}"
        raise ConfigurationError(message) from error
    return home


def _database_url(given: str | None, home: Path) -> str:
    if not given:
        return f"sqlite:///{home / 'registry.db'}"
    scheme, separator, rest = given.partition("://")
    if scheme not in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"} or not separator:
        message = "REGISTRY_DATABASE_URL must start with sqlite:// or postgresql://"
        raise ConfigurationError(message)
    try:
        make_url(given)
    except (ArgumentError, ValueError) as error:
        message = "REGISTRY_DATABASE_URL cannot be read; give it as postgresql://person:password@host:5432/database"
        raise ConfigurationError(message) from error
    return given if scheme == "sqlite" else f"postgresql+psycopg://{rest}"


def _checked_base_url(base_url: str) -> str:
    if not _is_address(base_url):
        message = (
            f"REGISTRY_BASE_URL is {base_url!r}; give the address people type, such as https://registry.example.vn"
        )
        raise ConfigurationError(message)
    return base_url


def _bucket(given: str | None) -> str | None:
    """Where files are kept instead of the home folder; the keys come from the AWS_* variables."""
    if given and not BUCKET.fullmatch(given):
        message = f"REGISTRY_FILES_URL is {given!r}; give a bucket such as s3://files/province, or leave it out"
        raise ConfigurationError(message)
    return given.rstrip("/") if given else None


def _endpoint(given: str | None) -> str | None:
    if given and not _is_address(given):
        message = f"REGISTRY_FILES_ENDPOINT is {given!r}; give the address of the store, such as https://s3.example.vn"
        raise ConfigurationError(message)
    return given or None


def _mail_server(given: str | None, base_url: str) -> MailServer | None:
    """The mail server of `smtp[s]://person:password@host:port?from=Name <address>`; a refusal repeats none of it."""
    if not given:
        return None
    try:
        parts = urlsplit(given)
        said = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
        return _mail_server_of(parts, said, urlsplit(base_url).hostname or "localhost")
    except ValueError as error:
        message = "REGISTRY_SMTP_URL cannot be read; give it as smtp://person:password@host:587?from=name@example.vn"
        raise ConfigurationError(message) from error


def _mail_server_of(parts: SplitResult, said: Mapping[str, list[str]], our_host: str) -> MailServer:
    known = parts.scheme in {"smtp", "smtps"} and parts.path in {"", "/"} and not parts.fragment
    if not known or not parts.hostname or parts.port == 0 or said.keys() - {"from"}:
        raise ValueError
    user, password = (unquote(word) if word else None for word in (parts.username, parts.password))
    sender = said["from"][-1] if "from" in said else f"registry@{our_host}"
    if (user is None) is not (password is None) or "@" not in parseaddr(sender)[1] or not sender.isprintable():
        raise ValueError
    usual = 465 if parts.scheme == "smtps" else 587 if user else 25
    return MailServer(
        host=parts.hostname,
        port=parts.port or usual,
        sender=sender,
        tls_from_the_start=parts.scheme == "smtps",
        user=user,
        password=password,
    )


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    plain = port != 0 and not parts.query and not parts.fragment
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain


def _timezone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"REGISTRY_TIMEZONE is {name!r}, which is no time zone; give one such as Asia/Ho_Chi_Minh"
        raise ConfigurationError(message) from error


def _one_of(variable: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        message = f"{variable} is {value!r}; give one of {', '.join(allowed)}"
        raise ConfigurationError(message)
    return value


def _count(variable: str, value: str) -> int:
    if not value.isdecimal():
        message = f"{variable} is {value!r}; give a whole number"
        raise ConfigurationError(message)
    return int(value)


def _pretended_today(text: str | None, base_url: str) -> date | None:
    if not text:
        return None
    if not is_loopback(urlsplit(base_url).hostname or ""):
        message = (
            "REGISTRY_TODAY is for development only: it is refused while REGISTRY_BASE_URL is not a loopback address"
        )
        raise ConfigurationError(message)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"REGISTRY_TODAY is {text!r}; give a date such as 2026-01-31"
        raise ConfigurationError(message) from error


def _secret_of(home: Path) -> str:
    """The secret key kept in the home folder, made on the first start; two first starts agree on one key."""
    path = home / "secret_key"
    if not path.exists():
        draft = home / f".secret_key.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii")
