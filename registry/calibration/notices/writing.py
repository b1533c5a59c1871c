"""Writing to readers: a letter to a person, a post to a webhook, and that they were told about whose things."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import insert

from registry.accounts.models import Person
from registry.calibration.notices import letters, queries
from registry.calibration.notices.letters import Said
from registry.calibration.notices.models import NoticePreference, Telling, Webhook
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.i18n import speaking
from registry.kernel.outbox import posting
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.posting import Addressee, Letter

MOST_IN_A_POST: Final = 500


def tell(
    people: Iterable[Person], words: Callable[[], Said], *, key: str, base_url: str, all_of_them: bool = False
) -> int:
    """Tell some people one thing, each in their language and once for a `key`; gives how many letters were put down.

    `words` is called while their language is spoken. Who takes no e-mail is left out, unless told by `all_of_them`.
    """
    listed = list(people)
    preferences = queries.preferences(listed)
    count = 0
    for person in listed:
        preference = preferences.get(person.id)
        if not (takes_letters(person, preference) or (all_of_them and person.active)):
            continue
        locale = locale_of(person, preference)
        with speaking(locale):
            letter = letters.single(person.name, words(), base_url=base_url, locale=locale)
        count += write(person, letter, f"{key}:{person.id}", locale, base_url) is not None
    return count


def takes_letters(person: Person, preference: NoticePreference | None) -> bool:
    """Whether a person is written to at all."""
    return person.active and (preference is None or preference.email_on)


def note(tellings: Sequence[dict[str, Any]]) -> None:
    """Write down who was told about whose things; each a row of Telling by its columns."""
    if tellings:
        now = clock.now()
        usual = {"person_id": None, "webhook_id": None, "message_id": None, "case_id": None, "noted_at": None}
        db.session.execute(insert(Telling), [usual | {"made_at": now} | one for one in tellings])


def post(hook: Webhook, event: str, said: dict[str, Any], *, key: str, base_url: str) -> Message | None:
    """Put news to a webhook down; None when that with the key is there already."""
    letter = Letter(event, json.dumps({"type": event, **said}, ensure_ascii=False))
    return posting.to_webhook(letter, key=key, webhook_id=hook.id, host=host_of(base_url))


def ping(hook: Webhook, *, key: str, base_url: str) -> Message | None:
    """A message to a webhook that says nothing, once for a `key`."""
    return post(hook, "ping", {}, key=key, base_url=base_url)


def host_of(base_url: str) -> str:
    """The host that stands in our Message-IDs."""
    return urlsplit(base_url).hostname or "localhost"


def write(person: Person, letter: Letter, key: str, locale: str, base_url: str) -> Message | None:
    """Put a letter to a person down; None when one with that key is there already."""
    return posting.to_person(
        letter,
        Addressee(person.id, person.email, person.name, locale),
        key=key,
        host=host_of(base_url),
        headers=letters.headers(base_url),
    )


def locale_of(person: Person, preference: NoticePreference | None) -> str:
    """The language a person is written to in."""
    return (preference.locale if preference is not None else None) or person.locale
