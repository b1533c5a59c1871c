"""What changes how people are told, what is put off, calendars and webhooks."""

import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb, digest
from registry.assets.actions import UNSAID, Keep
from registry.calibration.notices import queries, told, writing
from registry.calibration.notices.letters import SETTINGS, Said
from registry.calibration.notices.models import CalendarFeed, NoticePreference, NoticeSnooze, Telling, Webhook
from registry.calibration.notices.rules import OFFSETS, DueKind, check_days, check_offsets, check_snooze
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, Messages
from registry.kernel.i18n import _
from registry.kernel.outbox import sending
from registry.kernel.outbox.addresses import check_url
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import STUCK

SECRET_BYTES = 32


def change_preference(
    preference: NoticePreference,
    *,
    email_on: bool | Keep = UNSAID,
    days: Sequence[str] | Keep = UNSAID,
    offsets: Sequence[int] | Keep = UNSAID,
    escalation_days: int | Keep | None = UNSAID,
    locale: str | Keep | None = UNSAID,
    by: Person,
) -> NoticePreference:
    """Change how a person wants to be told, which is theirs alone to say."""
    if days is not UNSAID:
        _refuse(check_days(days))
        preference.days = [str(day) for day in days]
    if offsets is not UNSAID:
        _refuse(check_offsets(offsets))
        preference.offsets = sorted(offsets, reverse=True)
    if email_on is not UNSAID:
        preference.email_on = email_on
    if escalation_days is not UNSAID:
        preference.escalation_days = escalation_days
    if locale is not UNSAID:
        preference.locale = locale
    changes = audit.changes_of(preference)
    db.session.add(preference)
    db.session.flush()
    audit.record("notices.change", ("person", by.email), changes, by=by)
    return preference


def snooze(*, asset: str, kind: DueKind, until: date, reason: str, by: Person) -> NoticeSnooze:
    """Put off being told of a due date until a day, with a reason; what one put off before is put off anew."""
    found, schedule, due_on = queries.due_field(by, asset, kind)
    require(by, Verb.CALIBRATION_RECORD, found.owner_id)
    _refuse(check_snooze(until, reason, clock.today()))
    made = NoticeSnooze(
        person_id=by.id,
        schedule_id=schedule.id if schedule is not None else None,
        asset_id=found.id,
        due_on=due_on,
        until=until,
        reason=reason,
    )
    for earlier in queries.snoozes(by):
        if earlier.key == made.key:
            earlier.ended_on = clock.today()
    db.session.flush()
    db.session.add(made)
    changes: audit.Changes = {"kind": [None, kind], "snoozed_until": [None, until], "reason": [None, reason]}
    audit.record("notices.snooze", ("asset", found.tag), changes, by=by)
    db.session.flush()
    return queries.snooze_by_key(by, made.id)


def lift(snooze: NoticeSnooze, *, by: Person) -> NoticeSnooze:
    """End one's own snooze before its day."""
    snooze.ended_on = clock.today()
    changes: audit.Changes = {"kind": [snooze.due_kind, None], "snoozed_until": [snooze.until, None]}
    audit.record("notices.lift", ("asset", snooze.asset.tag), changes, by=by)
    db.session.flush()
    return snooze


def renew_feed(*, by: Person) -> str:
    """Give a person a calendar address of their own; gives its token, shown once. An earlier one stops working."""
    token = secrets.token_urlsafe(SECRET_BYTES)
    found = queries.feed_of(by)
    if found is None:
        db.session.add(CalendarFeed(person_id=by.id, token_hash=digest(token)))
    else:
        found.token_hash, found.made_at = digest(token), clock.now()
    audit.record("feed.renew", ("person", by.email), {"token_hash": ["***", "***"]}, by=by)
    db.session.flush()
    return token


def revoke_feed(*, by: Person) -> None:
    """Take a person's calendar address away."""
    if queries.feed_of(by) is not None:
        db.session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == by.id))
        audit.record("feed.revoke", ("person", by.email), {"token_hash": ["***", None]}, by=by)


def send_test(*, base_url: str, mailing: bool, by: Person) -> int:
    """Send a person one letter to see whether letters arrive, at most one a minute."""
    if not mailing:
        raise Conflict(_("This registry has no mail server; its administrator sets REGISTRY_SMTP_URL."))
    key = f"test:{clock.now():%Y%m%d%H%M}"
    made = writing.tell([by], _test_words, key=key, base_url=base_url, all_of_them=True)
    if not made:
        raise Conflict(_("A test letter was sent within this minute already; look into your mailbox first."))
    return made


def _test_words() -> Said:
    return Said(
        subject=_("Metrology registry: a test letter"),
        paragraphs=[_("Letters of the registry reach you. There is nothing to do.")],
        path=SETTINGS,
        link=_("What you are told of"),
    )


def note(telling: Telling, *, by: Person) -> Telling:
    """Write down that a person noted what they were told of a case, this and earlier news; the first time counts."""
    if telling.noted_at is not None:
        return telling
    noted = told.unnoted_before(telling)
    for one in noted:
        one.noted_at = clock.now()
    said: list[tuple[tuple[str, int | None], audit.Changes]] = [
        (("case", one.case_id), {"organisation": [None, one.organisation.code]}) for one in noted
    ]
    audit.record_all("case.note", said, by=by)
    db.session.flush()
    return telling


def add_webhook(
    *,
    organisation: str,
    name: str,
    url: str,
    offsets: Sequence[int] = OFFSETS,
    private: bool,
    by: Person,
) -> Webhook:
    """Tell a program of an organisation's due dates; its secret is made here and shown once."""
    where = organisation_field(organisation, "organisation")
    require(by, Verb.WEBHOOK_WRITE, where.id)
    _refuse({**check_url(url, private=private), **check_offsets(offsets)})
    made = Webhook(
        organisation_id=where.id, name=name, url=url, secret=_secret(), offsets=sorted(offsets, reverse=True)
    )
    changes = audit.changes_of(made) | {"organisation": [None, where.code]}
    db.session.add(made)
    db.session.flush()
    audit.record("webhook.add", ("webhook", made.id), changes, by=by)
    return queries.webhook_by_key(by, made.id)


def edit_webhook(
    hook: Webhook,
    *,
    name: str | Keep = UNSAID,
    url: str | Keep = UNSAID,
    offsets: Sequence[int] | Keep = UNSAID,
    active: bool | Keep = UNSAID,
    private: bool,
    by: Person,
) -> Webhook:
    """Change what is said of a webhook; its secret stays."""
    require(by, Verb.WEBHOOK_WRITE, hook.organisation_id)
    if name is not UNSAID:
        hook.name = name
    if url is not UNSAID:
        _refuse(check_url(url, private=private))
        hook.url = url
    if offsets is not UNSAID:
        _refuse(check_offsets(offsets))
        hook.offsets = sorted(offsets, reverse=True)
    if active is not UNSAID:
        hook.active = active
    audit.record("webhook.edit", ("webhook", hook.id), audit.changes_of(hook), by=by)
    db.session.flush()
    return hook


def renew_secret(hook: Webhook, *, by: Person) -> Webhook:
    """Give a webhook a new secret, shown once; what is sent from now on is signed with it."""
    require(by, Verb.WEBHOOK_WRITE, hook.organisation_id)
    hook.secret = _secret()
    audit.record("webhook.renew_secret", ("webhook", hook.id), audit.changes_of(hook), by=by)
    db.session.flush()
    return hook


def remove_webhook(hook: Webhook, *, by: Person) -> None:
    """Take a webhook away; what was sent to it stays in the log."""
    require(by, Verb.WEBHOOK_WRITE, hook.organisation_id)
    hook.removed_at, hook.active = clock.now(), False
    audit.record("webhook.remove", ("webhook", hook.id), {"url": [hook.url, None]}, by=by)
    db.session.flush()


def try_webhook(hook: Webhook, *, base_url: str, by: Person) -> Message:
    """Send a webhook one message to see whether it is understood, at most one a minute."""
    require(by, Verb.WEBHOOK_WRITE, hook.organisation_id)
    made = writing.ping(hook, key=f"ping:{hook.id}:{clock.now():%Y%m%d%H%M}", base_url=base_url)
    if made is None:
        raise Conflict(_("A test message was sent within this minute already; look at what became of it first."))
    return made


def send_again(message: Message, *, by: Person) -> Message:
    """Send a message again that was given up, or of which nobody knows whether it arrived."""
    require(by, Verb.JOB_RUN)
    if message.state not in STUCK:
        raise Conflict(
            _(
                "Only what was given up or stayed unheard is sent again; this message is %(state)s.",
                state=message.state.value,
            )
        )
    sending.send_again(message)
    audit.record("outbox.send_again", ("message", message.id), audit.changes_of(message), by=by)
    db.session.flush()
    return message


def _secret() -> str:
    return f"whsec_{secrets.token_urlsafe(SECRET_BYTES)}"


def _refuse(messages: Messages) -> None:
    if messages:
        raise Invalid(messages)
