"""News of cases for the owners of what they are about: what changed since they were told last, grouped by reader.

What is to be told is never stored apart: it is where an item's mark differs from the one its owner was told of. It is
found, written down as told and put into the outbox in one transaction, so that nothing is told twice or lost.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, literal_column, select, update

from registry.accounts.models import Organisation
from registry.assets.models import Asset
from registry.assets.rules import Doubt
from registry.assets.tags import grouped
from registry.calibration.cases.models import Case, CaseItem, CaseNews
from registry.calibration.cases.parts import part_path
from registry.calibration.cases.rules import CaseState
from registry.calibration.notices import letters, queries, readers, writing
from registry.calibration.notices.letters import Part, Said
from registry.calibration.notices.rules import Subject
from registry.calibration.notices.words import CLEARED, MARKS, counts_text, mark_text
from registry.kernel import audit, tasks
from registry.kernel.db import db
from registry.kernel.i18n import _, said_day, said_number, speaking

TELL: Final = "case.tell"
NAMED: Final = 3  # items of an organisation with the same mark that a letter names
NOTHING: Final[ColumnElement[str]] = literal_column("''")
UNTOLD: Final = func.coalesce(CaseItem.doubt, NOTHING) != func.coalesce(CaseItem.told, NOTHING)


class Concern(NamedTuple):
    """What is new of an organisation's items: how many by mark, and a few of each as they are called."""

    organisation: Organisation
    counts: Mapping[str, int]
    named: Mapping[str, Sequence[str]]


def ask(case: Case) -> None:
    """Let the owners be told of what is new in a case, once that is committed; not while it still gathers."""
    if not _gathers(case) and _untold(case.id):
        tasks.enqueue_once(TELL, case.id)


def ask_for_all() -> int:
    """Let owners be told wherever something is new, as after work that failed; gives of how many cases."""
    found = db.session.scalars(select(Case).where(Case.id.in_(select(CaseItem.case_id).where(UNTOLD)))).all()
    for case in found:
        ask(case)
    return len(found)


def tell(case: Case, *, base_url: str, mailing: bool) -> None:
    """Tell whoever looks after the items of a case what is new of them, each reader once.

    Everybody finds it in the registry; a letter goes to who takes letters, if there is a mail server (`mailing`).
    """
    if _gathers(case) or not _untold(case.id):
        return
    news = CaseNews(case_id=case.id)
    db.session.add(news)
    db.session.flush()
    new = update(CaseItem).where(CaseItem.case_id == case.id, UNTOLD).values(told=CaseItem.doubt, news_id=news.id)
    changed: Any = db.session.execute(new.execution_options(synchronize_session=False))
    concerns = _concerns(news)
    tellings = _tell_people(case, news, concerns, base_url, mailing=mailing)
    tellings += _tell_programs(case, news, concerns, base_url)
    writing.note([one | {"about": Subject.CASE, "case_id": case.id} for one in tellings])
    audit.record("case.tell", ("case", case.id), {"items": [None, int(changed.rowcount)]}, by=None)


def _gathers(case: Case) -> bool:
    return case.state is CaseState.GATHERING and case.problem is None


def _untold(key: int) -> bool:
    return db.session.scalar(select(CaseItem.id).where(CaseItem.case_id == key, UNTOLD).limit(1)) is not None


def _concerns(news: CaseNews) -> dict[int, Concern]:
    """What is new, by the organisation that owns the items now: two statements, however many items there are."""
    mark = CaseItem.told
    of_news = (
        select(Asset.owner_id, mark).join(CaseItem, CaseItem.asset_id == Asset.id).where(CaseItem.news_id == news.id)
    )
    counted = of_news.add_columns(func.count(Asset.id.distinct())).group_by(Asset.owner_id, mark)
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for owner, said, number in db.session.execute(counted):
        counts[owner][_mark(said)] = number
    once = of_news.add_columns(Asset.id, Asset.name, Asset.tag, func.min(CaseItem.rank).label("rank"))
    once_each = once.group_by(Asset.owner_id, mark, Asset.id, Asset.name, Asset.tag).subquery()
    place = func.row_number().over(
        partition_by=(once_each.c.owner_id, once_each.c.told), order_by=(once_each.c.rank, once_each.c.id)
    )
    ranked = select(once_each, place.label("place")).subquery()
    named: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    first = select(ranked).where(ranked.c.place <= NAMED).order_by(ranked.c.owner_id, ranked.c.place)
    for row in db.session.execute(first):
        named[row.owner_id][_mark(row.told)].append(f"{row.name} ({grouped(row.tag)})")
    owners = db.session.scalars(select(Organisation).where(Organisation.id.in_(counts)).order_by(Organisation.name_vi))
    return {owner.id: Concern(owner, counts[owner.id], named[owner.id]) for owner in owners}


def _mark(told: Doubt | None) -> str:
    return CLEARED if told is None else told.value


def _tell_people(
    case: Case, news: CaseNews, concerns: Mapping[int, Concern], base_url: str, *, mailing: bool
) -> list[dict[str, Any]]:
    told = readers.caretakers(concerns)
    known = {person.id for person, _owners in told}
    told += [(person, owners) for person, owners in readers.inspectors(concerns) if person.id not in known]
    preferences = queries.preferences(person for person, _owners in told)
    tellings = []
    for person, owners in told:
        theirs = [concern for key, concern in concerns.items() if key in set(owners)]
        preference = preferences.get(person.id)
        message = None
        if mailing and writing.takes_letters(person, preference):
            locale = writing.locale_of(person, preference)
            with speaking(locale):
                letter = letters.single(person.name, _said(case, theirs, locale), base_url=base_url, locale=locale)
            message = writing.write(person, letter, f"case:{news.id}:{person.id}", locale, base_url)
        tellings += _tellings(theirs, {"person_id": person.id, "message_id": message.id if message else None})
    return tellings


def _tell_programs(case: Case, news: CaseNews, concerns: Mapping[int, Concern], base_url: str) -> list[dict[str, Any]]:
    tellings = []
    for hook, owners in readers.listening(queries.webhooks(), concerns):
        for first in range(0, len(owners), writing.MOST_IN_A_POST):
            theirs = [concerns[key] for key in owners[first : first + writing.MOST_IN_A_POST]]
            message = writing.post(
                hook,
                "case.changed",
                _posted(case, theirs, base_url),
                key=f"case:{news.id}:hook:{hook.id}:{first}",
                base_url=base_url,
            )
            tellings += _tellings(theirs, {"webhook_id": hook.id, "message_id": message.id if message else None})
    return tellings


def _tellings(concerns: Iterable[Concern], reader: dict[str, Any]) -> list[dict[str, Any]]:
    return [reader | {"organisation_id": one.organisation.id, "counts": dict(one.counts)} for one in concerns]


def _said(case: Case, concerns: Sequence[Concern], locale: str) -> Said:
    total: dict[str, int] = defaultdict(int)
    for concern in concerns:
        for mark, number in concern.counts.items():
            total[mark] += number
    what = _("Case %(number)s", number=case.id)
    return Said(
        subject=_("Metrology registry: %(counts)s", counts=f"{what}. {counts_text(total)}"),
        paragraphs=_paragraphs(case, total),
        path=part_path(case.id),
        link=_("What this case says of your items"),
        parts=[
            Part(
                one.organisation.name_en if locale == "en" else one.organisation.name_vi,
                _lines(one),
                part_path(case.id, one.organisation.code),
            )
            for one in concerns
        ],
    )


def _paragraphs(case: Case, total: Mapping[str, int]) -> list[str]:
    since = said_day(case.from_on) if case.from_on else _("since ever")
    until = said_day(case.until_on) if case.until_on else _("until now")
    found = _(
        "A standard that results of these items rest on was found out of tolerance: %(name)s. Days in doubt: %(since)s – %(until)s.",  # noqa: E501 — one message
        name=case.asset.name,
        since=since,
        until=until,
    )
    said = [found]
    if case.state is CaseState.WITHDRAWN:
        said.append(_("The case was withdrawn: what it rested on was corrected."))
    if total.get("recall") or total.get("certificate_withdrawn"):
        said.append(_("What is recalled, or whose certificate was withdrawn, must not be used."))
    return said


def _lines(concern: Concern) -> list[str]:
    """What is told of an organisation's items, with a few of each by name."""
    lines = []
    for mark in MARKS:
        number, names = concern.counts.get(mark), list(concern.named.get(mark, ()))
        if number:
            names += ["…"] * (number > len(names))
            counted = said_number(number)
            lines.append(_("%(what)s: %(num)s (%(names)s)", what=mark_text(mark), num=counted, names="; ".join(names)))
    return lines


def _posted(case: Case, concerns: Sequence[Concern], base_url: str) -> dict[str, Any]:
    return {
        "case": case.id,
        "state": case.state.value,
        "from_on": case.from_on.isoformat() if case.from_on else None,
        "until_on": case.until_on.isoformat() if case.until_on else None,
        "items": [
            {
                "owner": one.organisation.code,
                "counts": dict(one.counts),
                "url": f"{base_url}{part_path(case.id, one.organisation.code)}",
            }
            for one in concerns
        ],
    }
