"""Criteria sets and assessments for tests: made in an application context, flushed, left to the caller to commit."""

from typing import Any

from sqlalchemy import select

from registry.kernel import clock
from registry.kernel.db import db
from registry.labs.criteria import actions, correcting, evidence, files, loading, queries
from registry.labs.criteria.form import SetPart
from registry.labs.criteria.models import Answer, Assessment, CriteriaSet
from registry.labs.criteria.rules import Grade, Kind, Mark
from tests.make import files as files_made
from tests.people import CENTRE

SET = "BTC-1"
CODES = ("A.1", "A.2", "B.1", "B.2")


def criterion(code: str, **changes: Any) -> dict[str, Any]:
    """A criterion as a file says it."""
    usual = {"weight": "1", "mandatory": False, "scale": "yes_partly_no", "evidence": ["record"]}
    words = {"vi": f"Tiêu chí {code}", "en": f"Criterion {code}"}
    return {"code": code, "clause": code, "text": words} | usual | changes


def document(**changes: Any) -> dict[str, Any]:
    """A set of four criteria in two groups: weights 3, 2, 4 and 1; A.1 is mandatory, B.1 gives up to five points."""
    both = {"vi": "Bộ tiêu chí thử", "en": "A set to try"}
    head = {"code": SET, "version": "1", "title": both, "about": both, "issuer": both, "document": "QĐ 1"}
    head |= {"issued_on": "2024-05-02", "valid_from": None, "valid_to": None, "source": both}
    levels = [("low", "0", False), ("high", "80", True)]
    return {
        "format": 1,
        "set": head,
        "scoring": {"total": "weighted", "partly": "0.5", "weights": "10"},
        "levels": [{"code": code, "title": both, "at_least": at, "mandatory_met": met} for code, at, met in levels],
        "groups": [
            {
                "code": "A",
                "title": both,
                "criteria": [criterion("A.1", weight="3", mandatory=True), criterion("A.2", weight="2")],
            },
            {
                "code": "B",
                "title": both,
                "criteria": [
                    criterion("B.1", weight="4", scale="points", most=5, may_not_apply=True),
                    criterion("B.2", scale="yes_no", may_not_apply=True),
                ],
            },
        ],
    } | changes


def criteria_set(**changes: Any) -> CriteriaSet:
    """The set of four criteria, loaded."""
    return loading.load(files.told(SetPart().load(document(**changes)), "document"), by=None).set


def assessment(**said: Any) -> Assessment:
    """An assessment of the centre by the set of four criteria, begun."""
    usual = {"criteria_set": SET, "kind": Kind.SELF, "organisation": CENTRE, "planned_on": None}
    made = actions.open_assessment(**usual | {"started_on": clock.today()} | said, by=None)
    return db.session.scalars(select(Assessment).where(Assessment.id == made.id).options(*queries.with_subject())).one()


def answer(found: Assessment, code: str, mark: Mark | None = Mark.YES, **said: Any) -> int:
    """An answer to a criterion; gives its key."""
    return actions.answer(found, queries.line(found, code), mark=mark, **said, by=None).id


def gap(**said: Any) -> tuple[int, int, int, int, int]:
    """An assessment with a finding about which something is done: its key, theirs, and those of their photos."""
    criteria_set()
    found = assessment(**said)
    key = answer(found, "A.1", Mark.NO, grade=Grade.MAJOR, finding="Không có hồ sơ")
    finding = db.session.get_one(Answer, key)
    action = correcting.plan(finding, what="Lập hồ sơ", owner="keeper@example.vn", due_on=clock.today(), by=None)
    proof, _new = evidence.attach(finding, incoming=files_made.taken(files_made.photo(), "a.jpg"), by=None)
    done, _new = evidence.attach_done(action, incoming=files_made.taken(files_made.photo(), "b.jpg"), by=None)
    return found.id, key, action.id, proof.id, done.id


def signed(**said: Any) -> Assessment:
    """An assessment in which everything is met, signed off."""
    found = assessment(**said)
    for code in CODES:
        answer(found, code, **({"mark": None, "points": 5} if code == "B.1" else {}))
    return actions.sign_off(found, conclusion="Đạt", by=None)
