"""The draft of a plan and what is wrong with it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registry.kernel import audit
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.errors import Messages, NotFound
from registry.kernel.i18n import _
from registry.plan import files
from registry.plan.adjustments import comparing, queries
from registry.plan.adjustments.differences import Change
from registry.plan.drafts.models import PlanDraft
from registry.plan.models import Plan

ROW: Final = "row "  # before the code of a changed row in the log


class Turn(NamedTuple):
    """Something done in a draft: which rows it changed, by code, and which other parts of the file."""

    entry: AuditEntry
    rows: Sequence[str]
    parts: Sequence[str]


def find(plan: Plan, *, lock: bool = False) -> PlanDraft | None:
    """The draft of a plan, if there is one; `lock` holds it until the commit."""
    wanted = select(PlanDraft).filter_by(plan_id=plan.id)
    if lock:
        wanted = wanted.with_for_update(of=PlanDraft).execution_options(populate_existing=True)
    return db.session.scalar(wanted.options(joinedload(PlanDraft.changed_by)))


def draft_of(plan: Plan, *, lock: bool = False) -> PlanDraft:
    """The draft of a plan; raises NotFound."""
    found = find(plan, lock=lock)
    if found is None:
        raise NotFound(_("This plan has no draft; begin one first."))
    return found


def faults(draft: PlanDraft) -> Messages:
    """Where the draft contradicts itself, by place of its file."""
    return files.faults(draft.document)


def history(plan: Plan) -> list[Turn]:
    """What was done in drafts of a plan, the newest first; those that were given up or published as well."""
    return [
        Turn(
            entry,
            [name.removeprefix(ROW) for name in entry.changes if name.startswith(ROW)],
            [name for name in entry.changes if not name.startswith(ROW)],
        )
        for entry in audit.history("plan_draft", plan.code)
    ]


def changes(draft: PlanDraft) -> list[Change]:
    """What the draft would change in the version it began from."""
    return comparing.with_file(queries.by_key(draft.based_on_id), files.document_of(draft.document))
