"""The one reader of time. Dates are local dates, instants are UTC."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_zone = ZoneInfo("Asia/Ho_Chi_Minh")
_pretended: date | None = None
_frozen: datetime | None = None


def configure(zone: ZoneInfo, pretended_today: date | None) -> None:
    """Set the zone of local dates and, in development, the date to pretend."""
    global _zone, _pretended
    _zone, _pretended = zone, pretended_today


def now() -> datetime:
    """The present instant, aware, in UTC. A pretended date keeps the real time of day."""
    if _frozen is not None:
        return _frozen
    real = datetime.now(UTC)
    if _pretended is None:
        return real
    local = real.astimezone(_zone)
    return datetime.combine(_pretended, local.timetz()).astimezone(UTC)


def today() -> date:
    """Today's local date."""
    return now().astimezone(_zone).date()


def local(instant: datetime) -> datetime:
    """An instant as local wall-clock time."""
    return instant.astimezone(_zone)


def zone() -> ZoneInfo:
    """The zone of local dates."""
    return _zone


def pretended() -> date | None:
    """The date that is pretended in development, if any."""
    return _pretended


def start_of(day: date) -> datetime:
    """The instant at which a local date begins."""
    return datetime.combine(day, time(), _zone).astimezone(UTC)


@contextmanager
def frozen(at: date | datetime) -> Iterator[None]:
    """Hold the clock still for a test: at an instant, or at local noon of a date."""
    global _frozen  # noqa: PLW0603 — see configure
    instant = at if isinstance(at, datetime) else start_of(at) + timedelta(hours=12)
    before, _frozen = _frozen, instant.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
