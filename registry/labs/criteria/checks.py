"""Whether a file of a criteria set agrees with itself: codes, scales, levels, days, and the sum of its weights."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from registry.kernel.i18n import _, said_day, said_number
from registry.kernel.text import same_code
from registry.labs.criteria.document import SetSaid
from registry.labs.criteria.form import MOST_CRITERIA
from registry.labs.criteria.rules import Scale

Problem = tuple[str, str]
ALL: Final = Decimal(100)


def problems(said: SetSaid) -> list[Problem]:
    """Every contradiction as (place in the file, message), in the order of the file."""
    return [*_days(said), *_scoring(said), *_levels(said), *_criteria(said)]


def _days(said: SetSaid) -> Iterator[Problem]:
    head = said["set"]
    start, end = head["valid_from"], head["valid_to"]
    if start is not None and end is not None and end < start:
        text = _("%(end)s is before the first day, %(start)s.", end=said_day(end), start=said_day(start))
        yield "set.valid_to", text
    for at, basis in enumerate(head.get("legal_bases", ())):
        start, end = basis["valid_from"], basis["valid_to"]
        if end is not None and end < start:
            text = _("%(end)s is before the first day, %(start)s.", end=said_day(end), start=said_day(start))
            yield f"set.legal_bases.{at}.valid_to", text


def _scoring(said: SetSaid) -> Iterator[Problem]:
    scoring = said["scoring"]
    if not 0 < scoring["partly"] < 1:
        yield "scoring.partly", _("What is partly met gives more than nothing and less than all, such as 0.5.")
    weights = sum((one["weight"] for group in said["groups"] for one in group["criteria"]), Decimal())
    if weights != scoring["weights"]:
        text = _(
            "Stated is %(said)s, but the weights of all criteria add up to %(sum)s.",
            said=said_number(scoring["weights"]),
            sum=said_number(weights),
        )
        yield "scoring.weights", text


def _levels(said: SetSaid) -> Iterator[Problem]:
    codes: set[str] = set()
    before: Decimal | None = None
    for at, level in enumerate(said["levels"]):
        if (held := same_code(level["code"], codes)) is not None:
            yield f"levels.{at}.code", _("The code %(code)s stands twice.", code=held)
        if not 0 <= level["at_least"] <= ALL:
            yield f"levels.{at}.at_least", _("A level begins between 0 and 100 percent.")
        if before is not None and level["at_least"] <= before:
            yield f"levels.{at}.at_least", _("Levels stand from the lowest to the highest.")
        codes.add(level["code"])
        before = level["at_least"]


def _criteria(said: SetSaid) -> Iterator[Problem]:
    groups: set[str] = set()
    codes: dict[str, str] = {}
    for at, group in enumerate(said["groups"]):
        if (held := same_code(group["code"], groups)) is not None:
            yield f"groups.{at}.code", _("The code %(code)s stands twice.", code=held)
        groups.add(group["code"])
        for place, one in enumerate(group["criteria"]):
            where = f"groups.{at}.criteria.{place}"
            if (key := one["code"].casefold()) in codes:
                yield f"{where}.code", _("The code %(code)s stands twice.", code=codes[key])
            codes.setdefault(key, one["code"])
            if (one["scale"] is Scale.POINTS) is (one["most"] is None):
                text = _("A criterion that is answered by points says how many it gives at most; no other does.")
                yield f"{where}.most", text
            if len(set(one["evidence"])) < len(one["evidence"]):
                yield f"{where}.evidence", _("A kind of evidence stands twice.")
    if len(codes) > MOST_CRITERIA:
        yield "groups", _("A set has at most %(most)s criteria.", most=MOST_CRITERIA)
