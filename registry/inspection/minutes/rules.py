"""What is true of minutes whatever is stored: who signs them, and the hash of what they say."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NotRequired, TypedDict

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

MOST_REPRESENTATIVES: Final = 20
MOST_OF_A_NUMBER: Final = 100


class RepresentativeValues(TypedDict):
    """Somebody who speaks for the inspected organisation."""

    name: str
    title: NotRequired[str | None]


def hash_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of what minutes say, the same however it is stored."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def number_key(number: str | None) -> str | None:
    """A number of minutes as numbers are compared: blanks and case aside; None where there is none."""
    return " ".join((number or "").split()).casefold()[:MOST_OF_A_NUMBER] or None


def check_signing(
    representatives: Sequence[RepresentativeValues], refusal_reason: str | None, *, refused: bool
) -> None:
    """Somebody signs for the inspected organisation, or it is said why nobody does. Raises Invalid."""
    if refused and not refusal_reason:
        raise Invalid({"refusal_reason": [_("Say why they do not sign.")]})
    if not refused and refusal_reason:
        raise Invalid({"refusal_reason": [_("A reason goes with a refusal to sign; tick that as well.")]})
    if not refused and not representatives:
        raise Invalid({"representatives": [_("Say who signs for the inspected organisation, or that they refuse.")]})
