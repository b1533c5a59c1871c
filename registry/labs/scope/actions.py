"""What changes a scope: decisions from a day on, and corrections of what was registered wrongly."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid
from registry.kernel.i18n import _, said_day
from registry.kernel.text import same_code
from registry.labs import followers
from registry.labs.confirming.actions import stated
from registry.labs.confirming.queries import may_confirm
from registry.labs.followers import Change, What, corrected_on
from registry.labs.models import Lab, ScopeDecision, ScopeLine
from registry.labs.scope.fitting import fitted
from registry.labs.scope.lines import FIELDS, LineValues, check_lines, is_wider, line_faults, plain, told
from registry.labs.scope.replacing import DAY, end, ending
from registry.labs.scope.rules import ScopeChange

REPLACED: Final = "–"  # of a line that made way for a list; nobody said why


def set_lines(lab: Lab, lines: Sequence[LineValues], *, since: date | None = None, by: Person | None = None) -> None:
    """Put a list in the place of the current lines.

    From a day on (`since`) what is new begins with it unless it says when, and what is left out ends the day before, so
    that no result of an earlier day is judged otherwise; to put right what was wrong is `correct`. Without a day what
    is left out was registered wrongly. Only who confirms lines leaves confirmed ones out; what a laboratory that has a
    scope adds to it itself waits until it is confirmed. Raises Invalid.
    """
    check_lines(lines)
    types = fitted(lab, lines, "scope")
    wanted, now, today = [plain(line) for line in lines], clock.now(), clock.today()
    current = [line for line in lab.lines if _stands(line) and (line.valid_to is None or line.valid_to >= today)]
    had, confirms = bool(lab.lines), may_confirm(by, lab.organisation_id)
    kept: list[ScopeLine] = []
    new: list[ScopeLine] = []
    for position, values in enumerate(wanted):
        same = next((line for line in current if line not in kept and _is_as_said(line, values, since)), None)
        if same is None:
            same = _made(lab, values | {"valid_from": values["valid_from"] or since}, types, position=position)
            new.append(same)
        same.position = position
        kept.append(same)
    left_out = [line for line in current if line not in kept]
    if any(line.confirmed for line in left_out) and not confirms:
        message = _("Lines that the supervising body confirmed stay; record the decision that ends or replaces them.")
        raise Invalid({"scope": [message]})
    counted = [told(line) for line in left_out if not line.awaits_confirmation]
    for line in new:
        line.betters = had and not confirms and all(is_wider(told(line), before) for before in counted)
    for line in left_out:
        if since is None or (line.valid_from is not None and line.valid_from >= since):
            line.corrected_at, line.correction_reason = now, REPLACED
        else:
            line.valid_to = since - DAY
    stated(new, by, lab.organisation_id)
    changed = bool(left_out or new)
    if changed and lab.id is not None:
        told_by = corrected_on(today)
        if since is None:
            _tell(lab, [*left_out, *new], told_by)
        else:
            first = min([since, *(line.valid_from for line in new if line.valid_from is not None)])
            followers.tell(Change(lab.id, What.SCOPE, first, None, told_by))


def _is_as_said(line: ScopeLine, values: Mapping[str, Any], since: date | None) -> bool:
    """Whether a line is what is said; of one that is changed from a day on its first day need not be said again."""
    kept = told(line)
    unsaid = since is not None and values["valid_from"] is None
    return (kept | {"valid_from": None} if unsaid else kept) == values


def decide(
    lab: Lab,
    *,
    number: str,
    effective_on: date,
    kind: ScopeChange,
    lines: Sequence[LineValues] = (),
    ends: Sequence[int] = (),
    note: str = "",
    by: Person | None,
) -> ScopeDecision:
    """Let a decision change the scope from a day on; what it ends stays readable with its days.

    `lines` are those it replaces all others by, or adds; `ends` the keys of those it ends. What a laboratory that has a
    scope decides of it itself waits until it is confirmed, and nothing that it replaces ends before. Raises Invalid and
    Conflict.
    """
    require(by, Verb.LAB_WRITE, lab.organisation_id)
    _check_decision(kind, lines, ends)
    check_lines(lines, "lines")
    _check_ends(lines, effective_on)
    types = fitted(lab, lines, "lines")
    standing = [line for line in lab.lines if _stands(line)]
    that_day = select(ScopeDecision.number).filter_by(lab_id=lab.id, effective_on=effective_on, undone_at=None)
    if held := same_code(number, db.session.scalars(that_day)):
        message = _("Decision “%(number)s” of that day is recorded already; correct its lines instead.", number=held)
        raise Conflict(message, errors={"number": [message]})
    ends_now = ending(standing, kind, ends, effective_on)
    waits = bool(lab.lines) and bool(lines) and not may_confirm(by, lab.organisation_id)
    made = ScopeDecision(
        lab_id=lab.id,
        number=number,
        effective_on=effective_on,
        kind=kind,
        note=note,
        made_by_id=by.id if by else None,
        waits=waits,
    )
    db.session.add(made)
    db.session.flush()
    if not waits:
        end(ends_now, made)
    first = max((line.position for line in standing), default=-1) + 1
    new = []
    for place, said in enumerate(lines):
        values = plain(said)
        values["valid_from"] = max(values["valid_from"] or effective_on, effective_on)
        new.append(_made(lab, values, types, position=first + place, decision_id=made.id, betters=waits))
    stated(new, by, lab.organisation_id)
    changes: audit.Changes = {
        "number": [None, number],
        "effective_on": [None, effective_on],
        "kind": [None, kind],
        "added": [None, len(lines)],
        "ended": [None, 0 if waits else len(ends_now)],
    }
    audit.record("lab.decide_scope", ("lab", lab.code), changes, by=by)
    db.session.flush()
    followers.tell(Change(lab.id, What.SCOPE, effective_on, None, number))
    return made


def correct(
    lab: Lab, line: ScopeLine, *, reason: str, corrected: LineValues | None = None, by: Person | None
) -> ScopeLine | None:
    """Put right what was registered wrongly, from the line's first day on; without a line it should never have been.

    What stood there stays, with when and why it was corrected. A laboratory corrects only what nobody confirmed; where
    that betters the line it counts once it is confirmed. Raises Invalid, Conflict and Forbidden.
    """
    require(by, Verb.LAB_WRITE, lab.organisation_id)
    if not _stands(line):
        raise Conflict(_("This line was corrected already; correct the one that took its place."))
    confirms = may_confirm(by, lab.organisation_id)
    if line.confirmed and not confirms:
        text = _("The supervising body confirmed this line; ask that body to correct it, or record a decision.")
        raise Forbidden(text)
    faults = line_faults(corrected) if corrected is not None else {}
    if faults:
        raise Invalid({f"corrected.{field}": messages for field, messages in faults.items()})
    before = told(line)
    made = None
    if corrected is not None:
        types, values = fitted(lab, [corrected], "corrected"), plain(corrected)
        if values == before:
            raise Invalid({"corrected": [_("This is what stands there already; change what is wrong.")]})
        made = _made(
            lab,
            values,
            types,
            position=line.position,
            decision_id=line.decision_id,
            ended_by_id=line.ended_by_id,
            corrects_id=line.id,
            betters=not confirms and (line.betters or is_wider(values, before)),
        )
        stated([made], by, lab.organisation_id)
    line.corrected_at, line.correction_reason = clock.now(), reason
    after = told(made) if made is not None else dict.fromkeys(FIELDS)
    changes: audit.Changes = {name: [before[name], after[name]] for name in FIELDS if before[name] != after[name]}
    audit.record("lab.correct_scope", ("lab", lab.code), changes | {"reason": [None, reason]}, by=by)
    db.session.flush()
    _tell(lab, [line, *([made] if made is not None else [])], corrected_on(clock.today()))
    return made


def _stands(line: ScopeLine) -> bool:
    return line.corrected_at is None


def _check_decision(kind: ScopeChange, lines: Sequence[LineValues], ends: Sequence[int]) -> None:
    if kind is ScopeChange.END and not ends:
        raise Invalid({"ends": [_("Say which lines end by this decision.")]})
    if kind is not ScopeChange.END and not lines:
        raise Invalid({"lines": [_("Give at least one line; a decision that only ends lines is of the kind “end”.")]})
    if kind is ScopeChange.END and lines:
        raise Invalid({"lines": [_("A decision that ends lines adds none; choose “replace” or “add”.")]})
    if kind is not ScopeChange.END and ends:
        raise Invalid({"ends": [_("Only a decision of the kind “end” names the lines that end.")]})


def _check_ends(lines: Sequence[LineValues], effective_on: date) -> None:
    """A line does not end before the decision that it begins with. Raises Invalid."""
    errors = {
        f"lines.{place}.valid_to": [
            _("%(end)s is before the line's first day, %(start)s.", end=said_day(end), start=said_day(effective_on))
        ]
        for place, line in enumerate(lines)
        if (end := line.get("valid_to")) is not None and end < effective_on
    }
    if errors:
        raise Invalid(errors)


def _made(lab: Lab, values: dict[str, Any], types: Mapping[str, int], **about: Any) -> ScopeLine:  # noqa: ANN401 — columns
    """A new line of a scope."""
    said = {name: value for name, value in values.items() if name != "instrument_type"}
    code = values["instrument_type"]
    line = ScopeLine(instrument_type_id=types[code] if code is not None else None, **said, **about)
    set_committed_value(line, "instrument_type", code)
    lab.lines.append(line)
    return line


def _tell(lab: Lab, lines: Sequence[Any], by: str) -> None:
    starts, ends = [line.valid_from for line in lines], [line.valid_to for line in lines]
    since = None if None in starts else min(starts)
    until = None if None in ends else max(ends)
    followers.tell(Change(lab.id, What.SCOPE, since, until, by))
