"""Messages for tests: put down in an application context, and left to the caller to commit."""

from itertools import count

from registry.kernel.outbox import posting
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.posting import Addressee, Letter
from tests.people import Caller

NUMBERS = count(1)


def letter(to: Caller, *, subject: str = "Đến hạn hiệu chuẩn", text: str = "Quả cân F1\n", **said: str) -> Message:
    """An e-mail to somebody."""
    person = to.person()
    addressee = Addressee(
        person.id, said.pop("address", person.email), said.pop("name", person.name), said.pop("locale", "vi")
    )
    key = said.pop("key", f"test:{next(NUMBERS)}")
    made = posting.to_person(Letter(subject, text, said.get("html")), addressee, key=key, host="example.vn")
    assert made is not None
    return made
