"""What can go wrong, in words people understand; a door turns each into a problem document or a redrawn form."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

Messages = Mapping[str, Sequence[str]]


class Refusal(Exception):
    """A request that is refused. `detail` is shown to people; `slug` names the kind of refusal for programs."""

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "refused"

    def __init__(self, detail: str, *, errors: Messages | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors


class Invalid(Refusal):
    """Fields whose values cannot be accepted: `{field: [messages]}`, nested fields spelt `points.2.unit`."""

    status = 422
    slug = "invalid"

    def __init__(self, errors: Messages) -> None:
        super().__init__(
            "; ".join(f"{field}: {' '.join(messages)}" for field, messages in errors.items()), errors=errors
        )


class Forbidden(Refusal):
    """The person is known and may not do this."""

    status = 403
    slug = "forbidden"


class NotFound(Refusal):
    """There is no such thing, or the person may not know of it."""

    status = 404
    slug = "not-found"


class Gone(Refusal):
    """It was there and was taken away on purpose."""

    status = 410
    slug = "gone"


class Conflict(Refusal):
    """The request contradicts what is already recorded."""

    status = 409
    slug = "conflict"


class Busy(Refusal):
    """Too many attempts; try again later."""

    status = 429
    slug = "too-many-attempts"


def flat_messages(messages: object, path: str = "") -> dict[str, list[str]]:
    """Marshmallow's nested messages as `{"points.2.unit": [messages]}`."""
    if isinstance(messages, Mapping):
        flat: dict[str, list[str]] = {}
        for key, inner in messages.items():
            step = "" if key == "_schema" else str(key)
            flat |= flat_messages(inner, ".".join(part for part in (path, step) if part))
        return flat
    texts = messages if isinstance(messages, list | tuple) else [messages]
    return {path or "body": [str(text) for text in texts]}
