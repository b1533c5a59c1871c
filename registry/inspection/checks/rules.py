"""What is true of a check whatever is stored: what was seen, what follows from it, and when it was."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple, NotRequired, TypedDict

from registry.assets import tags
from registry.kernel.errors import Messages
from registry.kernel.i18n import _
from registry.kernel.text import fold

MOST_AT_ONCE: Final = 200
MOST_FINDINGS: Final = 8
MOST_REVISIONS: Final = 9999
COMPARED: Final = ("seal", "stamp_valid_until", "in_use", "error_value", "error_limit", "error_unit")
SEEN_ON_IT: Final = ("seal", "stamp_no", "stamp_valid_until", "error_value")  # nobody sees these on what is not there
SAID: Final = (*SEEN_ON_IT, "in_use", "error_limit", "error_unit", "remark")
IDENTITY: Final = ("manufacturer", "model", "serial_no")
CLOCK_TOLERANCE: Final = timedelta(minutes=2)  # as far as a phone's clock and ours may differ without a word
CLOCK_FARTHEST: Final = timedelta(days=65 * 365)  # a clock that lost its power says 1970; the seconds fit a column


class Seal(StrEnum):
    """How the seals and the verification stamp were found."""

    INTACT = "intact"
    BROKEN = "broken"
    ABSENT = "absent"


class Finding(StrEnum):
    """What was wrong with an instrument."""

    NO_VERIFICATION = "no_verification"
    EXPIRED_VERIFICATION = "expired_verification"
    SEAL_BROKEN = "seal_broken"
    OVER_LIMIT = "over_limit"
    ALTERED = "altered"
    WRONG_USE = "wrong_use"
    NO_TYPE_APPROVAL = "no_type_approval"
    OTHER = "other"


class Verdict(StrEnum):
    """What whoever sent a check is told; `already` means that another one counts, and both are kept.

    It is a colleague's that came first, or one's own of a later look or a newer revision.
    """

    RECORDED = "recorded"
    UPDATED = "updated"
    ALREADY = "already"
    REFUSED = "refused"


class Because(StrEnum):
    """Why a check is not recorded."""

    CLOSED = "closed"
    REMOVED = "removed"
    INVALID = "invalid"


class Which(StrEnum):
    """Which checks are listed: the one of each thing that counts, those in violation, or all that were sent."""

    STANDING = "standing"
    VIOLATIONS = "violations"
    EVERY = "every"


class ShownValues(TypedDict):
    """What a phone showed without a connection, and when it was told so."""

    prepared_at: datetime
    validity: NotRequired[str | None]
    fit_for_use: NotRequired[bool | None]
    due_on: NotRequired[date | None]


class CheckValues(TypedDict):
    """One check as a device tells it; `key` is the device's own and the same however often the check is sent.

    One that is changed after it may have arrived is sent under another key as the next `revision` of its `origin`.
    """

    key: str
    origin: NotRequired[str | None]
    revision: NotRequired[int]
    tag: NotRequired[str | None]
    at: NotRequired[datetime | None]
    kind: NotRequired[str | None]
    name: NotRequired[str | None]
    manufacturer: NotRequired[str | None]
    model: NotRequired[str | None]
    serial_no: NotRequired[str | None]
    present: NotRequired[bool]
    seal: NotRequired[Seal | None]
    stamp_no: NotRequired[str | None]
    stamp_valid_until: NotRequired[date | None]
    in_use: NotRequired[bool | None]
    error_value: NotRequired[Decimal | None]
    error_limit: NotRequired[Decimal | None]
    error_unit: NotRequired[str | None]
    findings: NotRequired[Sequence[Finding]]
    violation: NotRequired[bool | None]
    remark: NotRequired[str | None]
    shown: NotRequired[ShownValues | None]


class Moment(NamedTuple):
    """When something was seen, and by how many seconds the phone's clock was ahead (negative: behind), if it was."""

    at: datetime
    ahead: int | None


def plausible(said: datetime, received_at: datetime) -> datetime:
    """What a clock said, as far from ours as any clock is: arithmetic and columns hold it."""
    return min(max(said, received_at - CLOCK_FARTHEST), received_at + CLOCK_FARTHEST)


def moment_of(said: datetime | None, sent_at: datetime | None, *, earliest: datetime, received_at: datetime) -> Moment:
    """When a check was made: what the phone says, put right by what its clock said when it sent, and within reason.

    Nothing is seen after it arrived or before the visit was prepared; the correction is kept beside it.
    """
    if said is None:
        return Moment(received_at, None)
    said = plausible(said, received_at)
    ahead = plausible(sent_at, received_at) - received_at if sent_at is not None else timedelta()
    right = said - ahead if abs(ahead) > CLOCK_TOLERANCE else said
    at = min(max(right, earliest), received_at)
    off = said - at
    return Moment(at, int(off.total_seconds()) if abs(off) > CLOCK_TOLERANCE else None)


def exceeds(value: Decimal | None, limit: Decimal | None) -> bool | None:
    """Whether an error, of either sign, is over its limit; None where one of the two is not known."""
    return None if value is None or limit is None else value.copy_abs() > limit  # abs() would round


def same_stamp(seen: str | None, known: str | None) -> bool | None:
    """Whether a stamp that was seen is the known one, blanks and case aside; None where one is missing."""
    if not seen or not known:
        return None
    return _bare(seen) == _bare(known)


def follows(said: CheckValues, reasons: Collection[tuple[str, str | None]], on: date) -> frozenset[Finding]:
    """What follows from a check without a person's judgement, beside what was said.

    `reasons` are the registry's, as (code, schedule). A verification that was never done, failed or is over counts;
    a calibration does not: the law asks for verification. Nothing follows for a thing that is not there or not in use.
    """
    found = set(said.get("findings") or ())
    if not said.get("present", True) or said.get("in_use") is False:
        return frozenset(found)
    if said.get("seal") is Seal.BROKEN:
        found.add(Finding.SEAL_BROKEN)
    if exceeds(said.get("error_value"), said.get("error_limit")):
        found.add(Finding.OVER_LIMIT)
    for code, schedule in reasons:
        if code == "unverified" or (schedule == "verification" and code in {"never", "failed", "repaired"}):
            found.add(Finding.NO_VERIFICATION)
        elif schedule == "verification" and code == "overdue":
            found.add(Finding.EXPIRED_VERIFICATION)
    until = said.get("stamp_valid_until")
    if until is not None and until < on and Finding.NO_VERIFICATION not in found:
        found.add(Finding.EXPIRED_VERIFICATION)
    return frozenset(found)


def faults(said: CheckValues) -> Messages:
    """What cannot be accepted in a check, by field; a label that was mistyped leads to nothing, and is typed again."""
    found: dict[str, list[str]] = {}
    typed = said.get("tag")
    if typed and tags.is_like_one(typed):
        try:
            tags.parse(typed)
        except tags.MistypedTag as mistake:
            found["tag"] = [str(mistake.detail)]
    if not said.get("tag") and not said.get("name"):
        found["name"] = [_("Give the tag of the label, or say what kind of instrument this is.")]
    limit = said.get("error_limit")
    if limit is not None and limit < 0:
        found["error_limit"] = [_("A limit of error is not negative: write its amount, without a sign.")]
    if (said.get("error_value") is not None or limit is not None) and not said.get("error_unit"):
        found["error_unit"] = [_("An error and its limit need a unit, the same for both.")]
    if Finding.OTHER in (said.get("findings") or ()) and not said.get("remark"):
        found["remark"] = [_("Say in the remark what the other finding is.")]
    if Finding.OVER_LIMIT in (said.get("findings") or ()) and exceeds(said.get("error_value"), limit) is False:
        found["findings"] = [_("The error that is given is within its limit: put the figures right, or the finding.")]
    return found | _unseen(said)


def _unseen(said: CheckValues) -> dict[str, list[str]]:
    """What is said of a thing that is not there, and could be seen only on one that is."""
    if said.get("present", True):
        return {}
    message = _("This was not seen on something that is not there: leave it out, or say that it is there.")
    found = {name: [message] for name in SEEN_ON_IT if said.get(name) not in {None, ""}}
    return found | ({"in_use": [message]} if said.get("in_use") else {})


def thing_of(said: CheckValues, asset_id: int | None, tag: str | None) -> str:
    """What the checks of one thing have in common within a visit; a serial number without its maker says nothing."""
    if asset_id is not None:
        return f"asset:{asset_id}"
    if tag is not None:
        return f"tag:{tag}"
    maker, model = fold(said.get("manufacturer") or ""), fold(said.get("model") or "")
    serial = fold(said.get("serial_no") or "")
    if serial and maker:
        return f"serial:{maker[:100]}|{model[:100]}|{serial}"
    return f"key:{said.get('origin') or said['key']}"


def contradicts(one: Any, other: Any) -> bool:  # noqa: ANN401 — two checks of one thing
    """Whether two people saw a thing differently; what one of them did not say contradicts nothing."""
    if one.present != other.present or one.violation != other.violation or set(one.kinds) != set(other.kinds):
        return True
    if same_stamp(one.stamp_no, other.stamp_no) is False:
        return True
    pairs = [(getattr(one, name), getattr(other, name)) for name in COMPARED]
    return any(first is not None and second is not None and first != second for first, second in pairs)


def resaid(kept: Any, said: CheckValues, tag: str | None) -> bool:  # noqa: ANN401 — a check
    """Whether what is sent under the key of a check is another check; what follows unsaid does not count."""
    names = SAID if kept.asset_id is not None else (*SAID, *IDENTITY)
    pairs: list[tuple[Any, Any]] = [(getattr(kept, name), said.get(name)) for name in names]
    pairs += [(kept.tag, tag), (kept.present, said.get("present", True))]
    if kept.asset_id is None:
        pairs.append((kept.name, said.get("name") or said.get("tag")))
    stated = said.get("violation")
    is_same = all((one or None) == (other or None) for one, other in pairs) and stated in {None, kept.violation}
    return not is_same or not set(said.get("findings") or ()) <= set(kept.kinds)


def differs(shown: Mapping[str, Any] | None, known: Mapping[str, Any] | None) -> bool:
    """Whether a phone showed something else than the registry knew."""
    if shown is None:
        return False
    told = known or {}
    return any(shown.get(name) != told.get(name) for name in ("validity", "fit_for_use", "due_on"))


def _bare(stamp: str) -> str:
    return "".join(letter for letter in fold(stamp) if letter.isalnum())
