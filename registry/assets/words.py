"""What stands against the use of an asset, as sentences."""

from datetime import date
from functools import lru_cache
from typing import Protocol

from registry.assets import tags
from registry.assets.fitness import Contradiction, Gap, Incomplete, Lack, Reason, Stop, stop_of
from registry.assets.rules import Doubt, Kind, ScheduleKind, Status, Validity
from registry.kernel.i18n import _, current_locale, said_day


def reason_text(reason: Reason) -> str:
    """A reason as a sentence in the language of the request."""
    return _sentence(reason, current_locale())


@lru_cache(maxsize=4096)
def _sentence(reason: Reason, _locale: str) -> str:
    """Scans ask for the same sentences again and again; looking one up costs a fifth of an answer."""
    if reason.whole is not None:
        why = _plain_sentence(reason, _("Calibration or verification"))
        return _("The set it belongs to, %(tag)s: %(why)s", tag=tags.grouped(reason.whole), why=why)
    return _plain_sentence(reason, _schedule_text(reason.schedule))


def _plain_sentence(reason: Reason, what: str) -> str:
    if isinstance(reason.code, Gap):
        return _ended_text(reason.code, reason.since) or _gap_text(reason.code)
    if isinstance(reason.code, Incomplete) and reason.part is not None:
        return lack_text(reason.part)
    if isinstance(reason.code, Contradiction):
        return contradiction_text()
    if isinstance(reason.code, Doubt):
        return doubt_text(reason.code, reason.schedule) if reason.stop is None else stop_text(reason.stop)
    if isinstance(reason.code, Status):
        limited = _("Limited use: %(restriction)s", restriction=reason.restriction)
        return limited if reason.restriction else _status_text(reason.code)
    return _validity_text(reason, what)


def _validity_text(reason: Reason, what: str) -> str:
    due = said_day(reason.due_on) if reason.due_on else ""
    if reason.code is Validity.FAILED:
        return _("%(what)s: the newest result is a failure.", what=what)
    if reason.code is Validity.NEVER:
        return _("%(what)s: no valid record.", what=what)
    return (
        _overdue_text(what, due, reason.days) if reason.code is Validity.OVERDUE else _due_text(what, due, reason.days)
    )


def _overdue_text(what: str, due: str, days: int | None) -> str:
    if days == 1:
        return _("%(what)s: valid until yesterday, %(due)s.", what=what, due=due)
    return _("%(what)s: valid until %(due)s, overdue by %(days)s days.", what=what, due=due, days=days)


def _due_text(what: str, due: str, days: int | None) -> str:
    if not days:
        return _("%(what)s: today, %(due)s, is the last valid day.", what=what, due=due)
    if days == 1:
        return _("%(what)s: tomorrow, %(due)s, is the last valid day.", what=what, due=due)
    return _("%(what)s: valid until %(due)s, %(days)s days left.", what=what, due=due, days=days)


def _gap_text(gap: Gap) -> str:
    if gap is Gap.UNVERIFIED:
        return _("The law has instruments of this type verified, and no verification is recorded.")
    if gap is Gap.UNCLASSIFIED:
        return _(
            "It is not known whether the law has it verified: its type is not one of the recorded types. Ask whoever "
            "keeps it, or the authority for measurement."
        )
    return unstated_text(Kind.REFERENCE_MATERIAL if gap is Gap.UNCERTIFIED else Kind.STANDARD)


def unstated_text(kind: Kind) -> str:
    """What it means that nothing shows what a standard or a reference material is worth, as a sentence."""
    if kind is Kind.REFERENCE_MATERIAL:
        return _(
            "Nothing on file shows what this reference material is worth. Enter its certificate number, and its expiry "
            "if it has one, in its data sheet."
        )
    return _(
        "No calibration of it is on file, and nobody stated how often it has to be calibrated: it is not fit to be "
        "relied on. Record its calibration or its certificate."
    )


def _ended_text(gap: Gap, since: date | None) -> str | None:
    if gap is Gap.ALTERED:
        return _(
            "Its calibration holds no longer: work of %(day)s touched what it measures. It must not be used until a "
            "new calibration is recorded, or, where it has them, a good intermediate check.",
            day=said_day(since) if since else "…",
        )
    if gap is not Gap.REPAIRED:
        return None
    return _(
        "Its verification holds no longer: it was repaired or modified, or its seal was broken, on %(day)s. It must "
        "not be used until a verification after repair is recorded.",
        day=said_day(since) if since else "…",
    )


def _status_text(status: Status) -> str:
    return {
        Status.PLANNED: _("It is planned and not in service yet."),
        Status.PROCURED: _("It was bought and is not accepted yet."),
        Status.ACCEPTED: _("It was accepted and is not in service yet."),
        Status.IN_SERVICE: _("It is in service."),
        Status.LIMITED_USE: _("It is for limited use only."),
        Status.OUT_FOR_CALIBRATION: _("It is out for calibration."),
        Status.OUT_OF_SERVICE: _("It is out of service."),
        Status.QUARANTINED: _("It is quarantined: it is not to be used until that is settled."),
        Status.RETIRED: _("It was withdrawn from use."),
        Status.DISPOSED: _("It was disposed of."),
    }[status]


def doubt_text(doubt: Doubt, kind: str | None = None) -> str:
    """What a mark of doubt means, as a sentence; `kind` is the work that is done anew, where it is known."""
    return {
        Doubt.IN_DOUBT: _("Its result is in doubt: a standard it relied on was found out of tolerance."),
        Doubt.RECALIBRATE: _redo_text(kind),
        Doubt.RECALL: _("It is recalled: a standard it relied on was out of tolerance."),
        Doubt.CERTIFICATE_WITHDRAWN: _("Its certificate was withdrawn: a standard it relied on was out of tolerance."),
        Doubt.STOPPED: _("A state inspection stopped its use."),
    }[doubt]


class Stopped(Protocol):
    """What a state inspection said of a thing that it stopped."""

    @property
    def stopped_on(self) -> date | None: ...
    @property
    def error_found_on(self) -> date | None: ...


def stopped_text(one: Stopped) -> str:
    """Why a thing that is marked as stopped is, as a sentence."""
    stop = stop_of(one.stopped_on, one.error_found_on)
    return doubt_text(Doubt.STOPPED) if stop is None else stop_text(stop)


def stop_text(stop: Stop) -> str:
    """What a state inspection holds against a thing, and from which day, as a sentence."""
    if stop.is_asked:
        return _(
            "The state inspection authority has required its use to be stopped from %(day)s.", day=said_day(stop.on)
        )
    return _(
        "A state inspection found its error over the limit on %(day)s. It must not be used until a good verification "
        "or calibration after that day is recorded.",
        day=said_day(stop.on),
    )


def _redo_text(kind: str | None) -> str:
    if kind == ScheduleKind.VERIFICATION:
        return _("It is to be verified again: a standard it relied on was out of tolerance.")
    if kind is not None:
        return _("It is to be calibrated again: a standard it relied on was out of tolerance.")
    return _("It is to be calibrated or verified again: a standard it relied on was out of tolerance.")


def lack_text(part: Lack) -> str:
    """What a set lacks, as a sentence."""
    if part.is_gone:
        return _(
            "Its component %(name)s (%(tag)s) is missing: it was withdrawn or disposed of. Take it out of the set, or "
            "limit the use of the set to what is left.",
            name=part.name,
            tag=tags.grouped(part.tag),
        )
    return _(
        "Its component %(name)s (%(tag)s) must not be used: the set is usable only without it.",
        name=part.name,
        tag=tags.grouped(part.tag),
    )


def contradiction_text() -> str:
    """What it means that a record contradicts itself, as a sentence."""
    return _("Its result is in doubt: it is declared good, but its measured points say that it fails.")


def _schedule_text(kind: ScheduleKind | None) -> str:
    match kind:
        case ScheduleKind.CALIBRATION:
            return _("Calibration")
        case ScheduleKind.VERIFICATION:
            return _("Verification")
        case ScheduleKind.INTERMEDIATE_CHECK:
            return _("Intermediate check")
        case ScheduleKind.TESTING:
            return _("Testing")
        case None:
            return _("Shelf life")
