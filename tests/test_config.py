"""Configuration: what cannot work is refused at once by the name of its variable, and the secret key is made once."""

import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from registry import config
from registry.app import create_app


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def settings(home, **said):
    """The settings of an environment; a variable is named without its prefix."""
    environ = {f"REGISTRY_{name}": value for name, value in said.items()}
    return config.from_environment({"REGISTRY_HOME": str(home)} | environ)


def test_an_empty_environment_is_enough(home):
    made = settings(home)
    assert (made.database_url, made.embedded) == (f"sqlite:///{home}/registry.db", True)
    assert (made.base_url, made.locale, made.scheduler) == ("http://127.0.0.1:8000", "vi", True)
    assert (made.timezone, made.pretended_today, made.trusted_proxies) == (ZoneInfo("Asia/Ho_Chi_Minh"), None, 0)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://host/db"),
        ("DATABASE_URL", "registry.db"),
        ("DATABASE_URL", "postgresql+asyncpg://host/db"),
        ("DATABASE_URL", "postgresql://host:port/db"),
        ("BASE_URL", "registry.example.vn"),
        ("BASE_URL", "ftp://registry.example.vn"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://registry.example.vn/?a=1"),
        ("BASE_URL", "https://registry.example.vn/#top"),
        ("BASE_URL", "http://[registry"),
        ("BASE_URL", "http://host:port"),
        ("BASE_URL", ""),
        ("TIMEZONE", "Asia/Nowhere"),
        ("TIMEZONE", "Asia"),
        ("TIMEZONE", "../etc/passwd"),
        ("TIMEZONE", ""),
        ("LOCALE", "fr"),
        ("LOCALE", "VI"),
        ("SCHEDULER", "yes"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "one"),
        ("TODAY", "tomorrow"),
        ("TODAY", "2026-02-30"),
        ("FILES_URL", "https://bucket.example.vn"),
        ("PRIVATE_WEBHOOKS", "yes"),
        ("SMTP_URL", "mail.example.vn"),
        ("SMTP_URL", "http://mail.example.vn"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://user@mail.example.vn"),
        ("SMTP_URL", "smtp://mail.example.vn:port"),
        ("SMTP_URL", "smtp://mail.example.vn/path"),
        ("SMTP_URL", "smtp://mail.example.vn?from=nobody"),
        ("SMTP_URL", "smtp://mail.example.vn?to=a@example.vn"),
        ("FILES_URL", "s3://"),
        ("FILES_URL", "s3://Bucket"),
        ("FILES_URL", "s3://files/../other"),
        ("FILES_URL", "/srv/files"),
        ("FILES_ENDPOINT", "s3.example.vn"),
    ],
)
def test_a_value_that_cannot_work_is_refused_by_its_name(home, variable, value):
    with pytest.raises(config.ConfigurationError, match=f"^REGISTRY_{variable} "):
        settings(home, **{variable: value})


@pytest.mark.parametrize(
    "base_url", ["https://registry.example.vn", "http://10.0.0.7:8000", "http://127.0.0.1.evil.vn"]
)
def test_no_date_is_pretended_where_others_can_reach_it(home, base_url):
    with pytest.raises(config.ConfigurationError, match="REGISTRY_TODAY"):
        settings(home, TODAY="2026-01-31", BASE_URL=base_url)


@pytest.mark.parametrize("base_url", ["http://localhost:8000", "http://127.0.0.9", "http://[::1]:8000"])
def test_a_date_is_pretended_on_ones_own_machine(home, base_url):
    assert settings(home, TODAY="2026-01-31", BASE_URL=base_url).pretended_today == date(2026, 1, 31)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "127.evil.vn", "localhost.evil.vn", ""])
def test_what_others_can_reach_is_no_loopback(host):
    assert not config.is_loopback(host)


@pytest.mark.parametrize("given", ["postgres://h/d", "postgresql://h/d", "postgresql+psycopg://h/d"])
def test_every_spelling_of_postgresql_means_our_driver(home, given):
    made = settings(home, DATABASE_URL=given)
    assert (made.database_url, made.embedded) == ("postgresql+psycopg://h/d", False)


def test_a_home_that_cannot_be_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(config.ConfigurationError, match=r"^REGISTRY_HOME "):
        settings(tmp_path / "file/home")


class TestTheSecretKey:
    def test_is_made_once_for_its_owner_only(self, home):
        first, again = settings(home), settings(home)
        assert first.secret_key == again.secret_key
        assert len(bytes.fromhex(first.secret_key)) == 32
        assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600
        assert [path.name for path in home.iterdir()] == ["secret_key"]

    def test_differs_between_homes(self, tmp_path):
        assert settings(tmp_path / "a").secret_key != settings(tmp_path / "b").secret_key

    def test_of_the_environment_leaves_no_file(self, home):
        assert settings(home, SECRET_KEY="said").secret_key == "said"
        assert list(home.iterdir()) == []

    def test_that_is_empty_is_not_used(self, home):
        assert len(settings(home, SECRET_KEY="").secret_key) == 64

    def test_is_one_for_processes_that_start_together(self, home):
        program = "from registry import config; print(config.from_environment().secret_key)"
        words = [sys.executable, "-c", program]
        started = [
            subprocess.Popen(
                words,
                env={"REGISTRY_HOME": str(home)},
                cwd=Path(config.__file__).parent.parent,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _process in range(4)
        ]
        keys = {process.communicate(timeout=60)[0] for process in started}
        assert [process.returncode for process in started] == [0] * 4
        assert len(keys) == 1
        assert [path.name for path in home.iterdir()] == ["secret_key"]


def test_cookies_of_a_secure_address_are_secure(home):
    for base_url, secure in (("https://registry.example.vn", True), ("http://127.0.0.1:8000", False)):
        app = create_app(settings(home, BASE_URL=base_url))
        answer = app.test_client().get("/scan", base_url=base_url)
        (cookie,) = answer.headers.getlist("Set-Cookie")
        assert ("Secure" in cookie) is secure
        assert ("Strict-Transport-Security" in answer.headers) is secure


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("smtp://mail.example.vn", (25, False, None, None)),
        ("smtp://a%40b.vn:m%E1%BA%ADt%3F@mail.example.vn", (587, False, "a@b.vn", "mật?")),
        ("smtps://a:b@mail.example.vn", (465, True, "a", "b")),
        ("smtp://mail.example.vn:2525/", (2525, False, None, None)),
    ],
)
def test_a_mail_server_is_read_from_its_address(home, url, said):
    found = settings(home, SMTP_URL=url, BASE_URL="https://do-luong.example.vn").mail_server
    assert (found.port, found.tls_from_the_start, found.user, found.password) == said
    assert found.host == "mail.example.vn"
    assert found.sender == "registry@do-luong.example.vn"


def test_a_mail_servers_password_is_in_no_message(home):
    secret = "tuyệt-mật"
    assert secret not in repr(settings(home, SMTP_URL=f"smtp://a:{secret}@mail.example.vn"))
    with pytest.raises(config.ConfigurationError) as refusal:
        settings(home, SMTP_URL=f"smtp://a:{secret}@mail.example.vn?x=1")
    assert secret not in str(refusal.value)
