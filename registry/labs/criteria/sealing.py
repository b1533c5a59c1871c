"""What a sign-off of an assessment binds: everything that was answered, in one digest that the audit log keeps too.

The digest is the SHA-256 of JSON with its keys sorted: the set by its hash, the subject, the days, every answer with
its finding and the hashes of its files, the result, the conclusion, the signer and the instant. What becomes of
findings afterwards is no part of it.
"""

from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import select

from registry.kernel.canonical import digest_of
from registry.kernel.db import db
from registry.kernel.files.models import StoredFile
from registry.kernel.text import digits
from registry.labs.criteria import queries
from registry.labs.criteria.models import Answer, AnswerFile, Assessment

FORM: Final = 1


def digest(assessment: Assessment) -> str:
    """The digest of an assessment that is signed, or is about to be."""
    return digest_of(said(assessment))


def holds(assessment: Assessment) -> bool | None:
    """Whether a sign-off is still that of what is stored; None where nothing was signed."""
    return None if assessment.digest is None else assessment.digest == digest(assessment)


def said(assessment: Assessment) -> dict[str, Any]:
    """Everything that is signed, in plain values."""
    files = _files(assessment)
    return {
        "form": FORM,
        "assessment": assessment.id,
        "set": [assessment.set.code, assessment.set.number, assessment.set.content_hash],
        "organisation": assessment.organisation_id,
        "lab": assessment.lab_id,
        "kind": assessment.kind.value,
        "follows": assessment.follows_id,
        "assessors": list(assessment.assessors),
        "days": [_day(one) for one in (assessment.planned_on, assessment.started_on, assessment.finished_on)],
        "answers": [_answer(one, files.get(one.id, [])) for one in queries.answers_of(assessment)],
        "percent": None if assessment.percent is None else digits(assessment.percent),
        "level": assessment.level,
        "conclusion": assessment.conclusion,
        "signer": [assessment.signed_by_id, assessment.signed_actor],
        "at": _instant(assessment.signed_at),
    }


def _answer(answer: Answer, files: list[str]) -> dict[str, Any]:
    return {
        "criterion": answer.criterion.code,
        "mark": answer.mark.value if answer.mark else None,
        "points": answer.points,
        "words": answer.words,
        "grade": answer.grade.value if answer.grade else None,
        "finding": answer.finding,
        "records": list(answer.records),
        "by": [answer.by_id, answer.actor],
        "at": _instant(answer.at),
        "files": files,
    }


def _files(assessment: Assessment) -> dict[int, list[str]]:
    """The hashes of the files of every answer, sorted, by its key; a signed one gets no more and loses none."""
    wanted = (
        select(AnswerFile.answer_id, StoredFile.sha256)
        .join(AnswerFile.stored)
        .join(Answer, Answer.id == AnswerFile.answer_id)
        .where(Answer.assessment_id == assessment.id, AnswerFile.removed_at.is_(None))
        .order_by(AnswerFile.answer_id, StoredFile.sha256)
    )
    found: dict[int, list[str]] = {}
    for key, sha256 in db.session.execute(wanted):
        found.setdefault(key, []).append(sha256)
    return found


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None
