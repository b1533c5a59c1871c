"""Versions of criteria sets: a file becomes the newest one, unless it is that already. Old assessments keep theirs."""

from typing import NamedTuple

from sqlalchemy import func, select

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _
from registry.kernel.text import same_code
from registry.labs.criteria import files
from registry.labs.criteria.document import SetFile, SetSaid
from registry.labs.criteria.models import CriteriaSet, Criterion


class Loaded(NamedTuple):
    """A version of a set; `changed` is False when its file was loaded before."""

    set: CriteriaSet
    changed: bool


class Preview(NamedTuple):
    """What loading a file would do: `number` is that of the version it is or would be."""

    file: SetFile
    number: int
    changed: bool
    added: list[str]
    removed: list[str]

    @property
    def code(self) -> str:
        """The code of the set."""
        return self.file.said["set"]["code"]


def bring_in(*, document: SetSaid, dry_run: bool = False, by: Person | None) -> Preview:
    """Load a set that was said in a field `document`, or only see what that would change."""
    seen = preview(files.told(document, "document"), by=by)
    if not dry_run:
        load(seen.file, by=by)
    return seen


def load(file: SetFile, *, by: Person | None) -> Loaded:
    """Store a file as the newest version of its set, unless that is what the newest version says already."""
    require(by, Verb.CRITERIA_WRITE)
    one_at_a_time("criteria load")
    head = file.said["set"]
    _refuse_spelt_otherwise(head["code"])
    newest = _newest(head["code"])
    if newest is not None and newest.content_hash == file.content_hash:
        return Loaded(newest, changed=False)
    number = 1 + (db.session.scalar(select(func.max(CriteriaSet.number)).filter_by(code=head["code"])) or 0)
    if newest is not None:
        newest.is_newest = False
    made = CriteriaSet(
        code=head["code"],
        number=number,
        version=head["version"],
        title_vi=head["title"]["vi"],
        title_en=head["title"]["en"],
        document=head["document"],
        issued_on=head["issued_on"],
        valid_from=head["valid_from"],
        valid_to=head["valid_to"],
        total=file.said["scoring"]["total"],
        partly=file.said["scoring"]["partly"],
        outline=_outline(file),
        data=file.data,
        content_hash=file.content_hash,
        loaded_by_id=by.id if by else None,
        criteria=_criteria(file),
    )
    db.session.add(made)
    db.session.flush()
    changes: audit.Changes = {
        "version": [newest.number if newest else None, number],
        "content_hash": [newest.content_hash if newest else None, file.content_hash],
    }
    audit.record("criteria_set.load", ("criteria_set", made.code), changes, by=by)
    return Loaded(made, changed=True)


def preview(file: SetFile, *, by: Person | None) -> Preview:
    """What loading a file would change, by the codes of its criteria; nothing is stored."""
    require(by, Verb.CRITERIA_WRITE)
    _refuse_spelt_otherwise(file.said["set"]["code"])
    newest = _newest(file.said["set"]["code"])
    said = [one["code"] for _group, one in file.criteria]
    if newest is None:
        return Preview(file, 1, changed=True, added=said, removed=[])
    before = list(db.session.scalars(select(Criterion.code).filter_by(set_id=newest.id).order_by(Criterion.position)))
    changed = newest.content_hash != file.content_hash
    added, removed = [one for one in said if one not in before], [one for one in before if one not in said]
    return Preview(file, newest.number + changed, changed=changed, added=added, removed=removed)


def _refuse_spelt_otherwise(code: str) -> None:
    """Raise Conflict for a code that another set has in letters of another case: which one is meant is unknown."""
    held = same_code(code, db.session.scalars(select(CriteriaSet.code).filter_by(is_newest=True)))
    if held is not None and held != code:
        text = _(
            "There is a set “%(held)s” already; spell the code so for its next version, or choose another.", held=held
        )
        raise Conflict(text, errors={"set.code": [text]})


def _newest(code: str) -> CriteriaSet | None:
    return db.session.scalar(select(CriteriaSet).filter_by(code=code, is_newest=True))


def _outline(file: SetFile) -> dict[str, object]:
    """What is shown of a set beside its criteria, as plain values."""
    head = file.data["set"]
    return {
        "about": head["about"],
        "issuer": head["issuer"],
        "source": head["source"],
        "legal_bases": head.get("legal_bases", []),
        "weights": file.data["scoring"]["weights"],
        "levels": file.data["levels"],
        "groups": [{"code": group["code"], "title": group["title"]} for group in file.data["groups"]],
    }


def _criteria(file: SetFile) -> list[Criterion]:
    return [
        Criterion(
            position=place,
            group_code=group,
            code=one["code"],
            clause=one["clause"],
            text_vi=one["text"]["vi"],
            text_en=one["text"]["en"],
            weight=one["weight"],
            mandatory=one["mandatory"],
            scale=one["scale"],
            most=one["most"],
            may_not_apply=one["may_not_apply"],
            evidence=[kind.value for kind in one["evidence"]],
        )
        for place, (group, one) in enumerate(file.criteria)
    ]
