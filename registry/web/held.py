"""Who has a thing that is not in its place, in a sentence."""

from registry.assets.custody.models import Holding
from registry.kernel import clock
from registry.kernel.i18n import _
from registry.web.shell import day


def held_words(held: Holding) -> str:
    """Who has it, and since which day."""
    return _("%(holder)s has had it since %(day)s.", holder=held.holder, day=day(clock.local(held.since_at).date()))
