"""What pages share that go on without a connection: whose they are is said with whatever they ask and send."""

from typing import ClassVar

from registry.accounts import signin
from registry.kernel.errors import Refusal
from registry.kernel.i18n import _


class SomebodyElse(Refusal):
    """The page belongs to another person than the one who is signed in by now."""

    status: ClassVar[int] = 401
    slug: ClassVar[str] = "somebody-else"


def check_whose(person: int | None) -> None:
    """Raise SomebodyElse where a page says that it is another person's; what it holds waits for them."""
    if person is not None and person != signin.person().id:
        raise SomebodyElse(_("Somebody else is signed in by now."))
