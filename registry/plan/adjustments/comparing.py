"""Two stored versions of a plan compared, or a version with a file; see differences."""

from registry.plan import files
from registry.plan.adjustments.differences import Change, differences
from registry.plan.changes import placed
from registry.plan.document import Document
from registry.plan.models import PlanVersion


def between(old: PlanVersion | None, new: PlanVersion) -> list[Change]:
    """What differs in the second; an indicator is the same one whatever its code. Nothing where there is no first."""
    if old is None or old.id == new.id:
        return []
    known = {row.indicator_id: row.code for row in old.rows if row.indicator_id}
    codes = {row.code: known[row.indicator_id] for row in new.rows if row.indicator_id in known}
    renamed = {code: before for code, before in codes.items() if code != before}
    return differences(files.document_of(old.document), files.document_of(new.document), renamed)


def with_file(old: PlanVersion, new: Document) -> list[Change]:
    """What a file that is not loaded would change."""
    before = files.document_of(old.document)
    codes = {row.code for row in before.counted}
    renamed = {row.code: row.was for _place, row in placed(new) if row.was in codes and row.code not in codes}
    return differences(before, new, {code: was for code, was in renamed.items() if was})
