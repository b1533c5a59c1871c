"""Where a person says how they want to be told of due dates, puts some off, and sees what was sent; their calendar."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final
from zlib import crc32

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.models import Person
from registry.accounts.rules import Role, Verb, digest
from registry.accounts.signin import public
from registry.assets.models import Asset
from registry.calibration.notices import actions, lapse_snoozes, lapsing, queries, readers
from registry.calibration.notices.icalendar import Event, calendar
from registry.calibration.notices.letters import kind_words
from registry.calibration.notices.models import LapseSnooze, NoticePreference, NoticeSnooze
from registry.calibration.notices.rules import LONGEST_SNOOZE, OFFSETS, WEEKDAYS, DueKind
from registry.calibration.notices.schemas import (
    MOST_ESCALATION_DAYS,
    LapseSnoozeIn,
    PlainQuery,
    PreferenceEdit,
    SnoozeIn,
)
from registry.config import Settings
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import MINUS, _, said_number, speaking
from registry.kernel.idempotency import idempotent
from registry.labs.lapses.rules import Lapse, LapseKind
from registry.labs.lapses.rules import kind_text as lapse_text
from registry.web.forms import Form, Result, listed
from registry.web.shell import form_key

blp = Blueprint("notices", __name__)
Answer = str | Response | tuple[str, int]
SHOWN: Final = 30
LETTERS: Final = 10
KNOWN_SINCE: Final = date(2020, 1, 1)
WORLD: Final = "metrology-registry"  # tags are random: no address, which may change, has to make events unique
KEPT_FOR: Final = 3600  # seconds a calendar program may do without asking again


@blp.route("/account/notices", methods=["GET", "POST"])
def notices() -> Answer:
    """How I am told, what I put off, my calendar, and what was sent to me."""
    me = signin.person()
    preference = queries.preference_of(me)
    form: Form[NoticePreference] = Form(PreferenceEdit, drawn=_drawn(preference), clears=True)
    if form.attempt(lambda data: _changed(form, preference, data), reading=_read):
        flash(_("Saved. Your next digest goes by this."))
        return redirect(url_for("notices.notices"))
    return _page(me, preference, form)


@blp.route("/account/notices/snooze/<code:tag>/<code:kind>", methods=["GET", "POST"])
@idempotent
def snooze(tag: str, kind: str) -> Answer:
    """Put one due date off."""
    me, today = signin.person(), clock.today()
    asset, due_kind, due_on = _due(me, tag, kind)
    named = {"asset": asset.tag, "kind": due_kind.value}
    form: Form[NoticeSnooze] = Form(SnoozeIn, drawn=_in_two_weeks(today))
    return _put_off(form, _snoozed, named, "notices/snooze.html", asset=asset, kind=due_kind, due_on=due_on)


@blp.post("/account/notices/snoozes/<key:id>/lift")
def lift(id: int) -> Answer:
    """End a snooze before its day."""
    actions.lift(queries.snooze_by_key(signin.person(), id), by=signin.person())
    db.session.commit()
    flash(_("No longer put off."))
    return redirect(url_for("notices.notices"))


@blp.route("/account/notices/snooze-lapse", methods=["GET", "POST"])
@idempotent
def snooze_lapse() -> Answer:
    """Put off being told that something of a laboratory lapses; the address names it."""
    me, today = signin.person(), clock.today()
    asked = request.args
    try:
        day = date.fromisoformat(asked.get("lapses_on", ""))
        kind, code, what = LapseKind(asked.get("kind", "")), asked.get("lab", ""), asked.get("what", "")
        lapse = lapse_snoozes.lapse_field(me, lab=code, kind=kind, what=what, lapses_on=day)
    except (Invalid, ValueError) as error:
        raise NotFound(_("There is nothing of your laboratories that lapses at this address.")) from error
    said = {"lab": lapse.code, "kind": lapse.kind, "what": lapse.what, "lapses_on": day.isoformat()}
    form: Form[LapseSnooze] = Form(LapseSnoozeIn, drawn=_in_two_weeks(today))
    return _put_off(form, _lapse_snoozed, said, "notices/snooze_lapse.html", lapse=lapse, kind=lapse_text(lapse.kind))


@blp.post("/account/notices/lapse-snoozes/<key:id>/lift")
def lift_lapse(id: int) -> Answer:
    """End what was put off of a laboratory before its day."""
    lapse_snoozes.lift(lapse_snoozes.by_key(signin.person(), id), by=signin.person())
    db.session.commit()
    flash(_("No longer put off."))
    return redirect(url_for("notices.notices"))


@blp.post("/account/notices/feed")
def renew_feed() -> Answer:
    """Get a calendar address, shown once."""
    me = signin.person()
    token = actions.renew_feed(by=me)
    db.session.commit()
    preference = queries.preference_of(me)
    form: Form[NoticePreference] = Form(PreferenceEdit)
    form.typed = _drawn(preference)
    return _page(me, preference, form, feed_url=f"{_settings().base_url}/feeds/{token}.ics")


@blp.post("/account/notices/feed/revoke")
def revoke_feed() -> Answer:
    """Take my calendar address away."""
    actions.revoke_feed(by=signin.person())
    db.session.commit()
    flash(_("The calendar address no longer works."))
    return redirect(url_for("notices.notices"))


@blp.post("/account/notices/test")
def write_test() -> Answer:
    """Write me a test letter."""
    settings = _settings()
    actions.send_test(base_url=settings.base_url, mailing=settings.mail_server is not None, by=signin.person())
    db.session.commit()
    flash(_("The letter is on its way; it should arrive within a minute."))
    return redirect(url_for("notices.notices"))


@blp.get("/account/notices/log")
def log() -> Answer:
    """Everything that was sent to me."""
    page = queries.log_page(signin.person(), **listed(PlainQuery))
    return render_template("notices/log.html", letters=page.items, next=page.next)


@blp.get("/account/notices/log/<key:id>")
def letter(id: int) -> Answer:
    """One letter to me."""
    return render_template("notices/letter.html", letter=queries.letter_by_key(signin.person(), id))


@blp.get("/feeds/<string:token>.ics")
@public
def feed(token: str) -> Answer:
    """A person's calendar, for whoever holds its address."""
    person = queries.feed_person(digest(token))
    preference = queries.preference_of(person)
    with speaking(preference.locale or person.locale):
        content = _calendar(person, preference)
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_FOR}"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Content-Disposition"] = 'inline; filename="registry.ics"'
    answer.add_etag()
    return answer.make_conditional(request)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["registry"]
    return settings


def _page(
    me: Person, preference: NoticePreference, form: Form[NoticePreference], *, feed_url: str | None = None
) -> tuple[str, int]:
    today = clock.today()
    snoozes = queries.snoozes(me)
    held = {snooze.key: snooze for snooze in snoozes if snooze.until > today}
    upcoming = readers.upcoming_lines(me, preference.offsets or OFFSETS, today, limit=SHOWN + 1)
    page = render_template(
        "notices/notices.html",
        watches=accounts.may(me, readers.WATCHES, None),
        inspects=accounts.inspects(me),
        manages=any(membership.role is Role.MANAGER for membership in me.memberships),
        may_hook=accounts.may(me, Verb.WEBHOOK_WRITE, None),
        mailing=_settings().mail_server is not None,
        days=[day.value for day in WEEKDAYS],
        version=preference.version or 0,
        most_days=MOST_ESCALATION_DAYS,
        upcoming=[(line, held.get(line.key)) for line in upcoming[:SHOWN]],
        has_more=len(upcoming) > SHOWN,
        lapses=_lapses(me, preference.offsets or OFFSETS, today),
        snoozes=snoozes,
        letters=queries.log_page(me, limit=LETTERS).items,
        feed=queries.feed_of(me),
        feed_url=feed_url,
        form=form.typed,
        errors=form.errors,
    )
    return page, form.status


def _lapses(me: Person, offsets: Sequence[int], today: date) -> list[tuple[Lapse, LapseSnooze | None]]:
    """What lapses of one's laboratories as far ahead as one wants to be told, each with what one put off."""
    held = {lapse_snoozes.key_of(one): one for one in lapse_snoozes.held(me) if one.until > today}
    found = lapsing.calendar(me, today - timedelta(days=SHOWN), today + timedelta(days=max(0, *offsets)))
    return [(lapse, held.get(lapse_snoozes.key_of(lapse))) for lapse in found[:SHOWN]]


def _drawn(preference: NoticePreference) -> dict[str, Any]:
    """A person's preferences as the form shows them."""
    ticked = {f"day_{day}": "true" for day in preference.days}
    return ticked | {
        "email_on": "true" if preference.email_on else "",
        "offsets": ", ".join(map(said_number, preference.offsets)),
        "escalation_days": "" if preference.escalation_days is None else str(preference.escalation_days),
        "locale": preference.locale or "",
    }


def _read(said: dict[str, Any]) -> dict[str, Any]:
    """The form's ticks and its line of numbers as the schema knows them."""
    offsets = said.get("offsets") or ""
    return {
        "email_on": said.get("email_on", ""),
        "days": [day.value for day in WEEKDAYS if said.get(f"day_{day.value}") == "true"],
        "offsets": [_number(word) for word in offsets.replace(";", ",").split(",") if word.strip()],
        "escalation_days": said.get("escalation_days"),
        "locale": said.get("locale"),
    }


def _number(word: str) -> int:
    try:
        return int(word.strip().replace(MINUS, "-"))
    except ValueError as error:
        example = ", ".join(map(said_number, (90, 30, 7, 0, -7)))
        typed = word.strip()[:20]
        message = _("“%(word)s” is not a whole number; write days such as %(days)s.", word=typed, days=example)
        raise Invalid({"offsets": [message]}) from error


def _changed(form: Form[NoticePreference], preference: NoticePreference, data: dict[str, Any]) -> NoticePreference:
    form.check_version(preference.version or 0)
    changed = actions.change_preference(preference, **data, by=signin.person())
    db.session.commit()
    return changed


def _due(me: Person, tag: str, kind: str) -> tuple[Asset, DueKind, date]:
    try:
        asset, _schedule, due_on = queries.due_field(me, tag, DueKind(kind))
    except (Invalid, ValueError) as error:
        raise NotFound(_("There is no due date of yours at this address.")) from error
    return asset, DueKind(kind), due_on


def _in_two_weeks(today: date) -> dict[str, str]:
    return {"until": (today + timedelta(days=14)).isoformat()}


def _put_off(
    form: Form[Result],
    make: Callable[[dict[str, Any]], Result],
    named: dict[str, str],
    template: str,
    **about: object,
) -> Answer:
    """Put off what is `named`, or draw the form with what it is about."""
    if form.attempt(make, reading=lambda said: said | named):
        flash(_("Put off. You are told again on that day."))
        return redirect(url_for("notices.notices"))
    today = clock.today()
    days = {"first": today + timedelta(days=1), "last": today + LONGEST_SNOOZE}
    said = {"form": form.typed, "errors": form.errors, "form_key": form_key()}
    return render_template(template, **about, **days, **said), form.status


def _lapse_snoozed(data: dict[str, Any]) -> LapseSnooze:
    made = lapse_snoozes.snooze(**data, by=signin.person())
    db.session.commit()
    return made


def _snoozed(data: dict[str, Any]) -> NoticeSnooze:
    made = actions.snooze(**data, by=signin.person())
    db.session.commit()
    return made


def _calendar(person: Person, preference: NoticePreference) -> bytes:
    base_url, locale = _settings().base_url, preference.locale or person.locale
    alarm = _alarm(preference.offsets)
    events = [
        Event(
            uid=f"{row.tag}-{row.kind}@{WORLD}",
            on=row.due_on,
            summary=f"{kind_words(row.kind)}: {row.name}",
            description=_described(row, locale),
            url=f"{base_url}/assets/{row.tag}",
            changed_at=max(row.created_at, row.revised_at or row.created_at),
            alarm_days=alarm,
        )
        for row in queries.calendar(person, clock.today())
    ]
    first, last = clock.today() - queries.BACK, clock.today() + queries.AHEAD
    events += [
        Event(
            uid=f"lapse-{crc32(repr((lapse.code, lapse.kind, lapse.what, lapse.lapses_on)).encode())}@{WORLD}",
            on=lapse.lapses_on,
            summary=f"{lapse.words}: {lapse.lab}",
            description=_("%(what)s, %(name)s: due on this day.", what=lapse.words, name=lapse.lab)
            if lapse.is_to_be_done
            else _("%(what)s, %(name)s: this is the last valid day.", what=lapse.words, name=lapse.lab),
            url=f"{base_url}{lapse.path}",
            changed_at=clock.start_of(KNOWN_SINCE),  # one that moves to another day is another event
            alarm_days=alarm,
        )
        for lapse in lapsing.calendar(person, first, last)
    ]
    return calendar(_("Due dates of the metrology registry"), events)


def _described(row: Any, locale: str) -> str:  # noqa: ANN401 — a row of the calendar
    said = _(
        "%(kind)s of %(name)s, %(owner)s: this is the last valid day.",
        kind=kind_words(row.kind),
        name=row.name,
        owner=row.name_en if locale == "en" else row.name_vi,
    )
    if row.unverified:
        return _("%(line)s Whatever that day, it must not be used: the law's verification is lacking.", line=said)
    return said


def _alarm(offsets: Sequence[int]) -> int | None:
    """How many days before a due date a calendar rings: the nearest of the person's offsets before the day itself."""
    return min((offset for offset in offsets if offset > 0), default=None)
