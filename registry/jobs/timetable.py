"""Everything the clock starts, on one screen. Times are local, written as cron does: minute hour day month weekday."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, NamedTuple

from flask import current_app

from registry.accounts import actions as accounts
from registry.assets import law
from registry.assets.exchange import actions as exchange
from registry.assets.labels import actions as labels
from registry.calibration import actions as calibrations
from registry.calibration import settling
from registry.calibration.cases import news
from registry.calibration.exchange import actions as history
from registry.calibration.notices import digests
from registry.inspection.measures import reminders as measures
from registry.jobs import counting, delivery, sealing
from registry.kernel import idempotency
from registry.kernel.files import attachments
from registry.kernel.i18n import lazy
from registry.plan.duties import actions as duties
from registry.plan.duties import reminders
from registry.plan.exports import actions as exports
from registry.plan.reports import calls


class Job(NamedTuple):
    """An action and when it runs; `action` takes the day it stands for and says what it did.

    With `catch_up` it runs at start-up when the latest time it should have run was missed.
    """

    name: str
    at: str
    summary: str
    action: Callable[[date], Mapping[str, int]]
    catch_up: bool = False


TOLD_OF: Final = tuple(
    digests.Source(source.readers, source.news, source.parts, source.told) for source in (reminders, measures)
)


def _send_digests(on: date) -> Mapping[str, int]:
    settings = current_app.extensions["registry"]
    mailing = settings.mail_server is not None
    return digests.send_digests(on, base_url=settings.base_url, mailing=mailing, further=TOLD_OF)


def _remind_units(on: date) -> Mapping[str, int]:
    settings = current_app.extensions["registry"]
    return {"reminded": calls.remind(on, base_url=settings.base_url, mailing=settings.mail_server is not None)}


JOBS: Final = (
    Job(
        name="apply-law",
        at="1 0 * * *",
        summary=lazy("Mark what lacks the verification that the law asks for today."),
        action=lambda _on: {"marked": law.mark_all()},
        catch_up=True,
    ),
    Job(
        name="adopt-records",
        at="2 0 * * *",
        summary=lazy("Let records decide the schedules that were set up after them."),
        action=lambda _on: {"adopted": settling.adopt_records()},
        catch_up=True,
    ),
    Job(
        name="flag-overdue",
        at="5 0 * * *",
        summary=lazy("Record which schedules fell overdue, and clear those that are good again."),
        action=lambda on: calibrations.flag_overdue(on)._asdict(),
        catch_up=True,
    ),
    Job(
        name="open-duties",
        at="10 0 * * *",
        summary=lazy("Put down the duties of plans that a new year brings."),
        action=lambda on: duties.open_all(on)._asdict(),
        catch_up=True,
    ),
    Job(
        name="send-digests",
        at="0 6 * * *",
        summary=lazy("Tell people and programs which due dates have come near or passed."),
        action=_send_digests,
        catch_up=True,
    ),
    Job(
        name="tell-owners",
        at="45 5 * * *",
        summary=lazy("Tell owners what cases say of their items, where that was not done at once."),
        action=lambda _on: {"cases": news.ask_for_all()},
        catch_up=True,
    ),
    Job(
        name="open-reports",
        at="20 0 * * *",
        summary=lazy("Open the campaign for the yearly report of every plan, from 1 November."),
        action=lambda on: calls.open_due(on)._asdict(),
        catch_up=True,
    ),
    Job(
        name="remind-units",
        at="10 6 * * *",
        summary=lazy("Remind units of reports that are due, late or returned."),
        action=_remind_units,
        catch_up=True,
    ),
    Job(
        name="deliver",
        at="15 6 * * *",
        summary=lazy("Send what waits in the outbox; the scheduler does so all the time."),
        action=delivery.deliver,
    ),
    Job(
        name="seal-audit",
        at="55 3 * * *",
        summary=lazy("Seal what was written to the audit log; the scheduler does so all the time."),
        action=sealing.run,
    ),
    Job(
        name="check-counts",
        at="20 3 * * *",
        summary=lazy("Compare the counts that are kept for plans with all evidence, and mend them."),
        action=counting.run,
    ),
    Job(
        name="forget-expired",
        at="30 3 * * *",
        summary=lazy("Delete sessions, invitations and failed sign-ins that no longer count."),
        action=lambda _on: {"forgotten": accounts.forget_expired()},
    ),
    Job(
        name="forget-answers",
        at="40 3 * * *",
        summary=lazy("Delete the remembered answers of old idempotent requests."),
        action=lambda _on: {"forgotten": idempotency.forget_old()},
    ),
    Job(
        name="forget-sheets",
        at="50 3 * * *",
        summary=lazy("Delete exported files after a day, and sheets nobody imported after a month."),
        action=lambda _on: {"forgotten": exchange.forget_old() + exports.forget_old() + history.forget_undecided()},
    ),
    Job(
        name="forget-labels",
        at="45 3 * * *",
        summary=lazy("Delete drawn labels that nobody fetched."),
        action=lambda _on: {"forgotten": labels.forget_runs()},
    ),
    Job(
        name="tidy-files",
        at="50 3 * * *",
        summary=lazy("Delete stored contents that were sent and never became a file of a record."),
        action=lambda _on: {"deleted": attachments.tidy()},
    ),
)
BY_NAME: Final[Mapping[str, Job]] = {job.name: job for job in JOBS}
