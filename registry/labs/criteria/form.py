"""The form of a file of a criteria set: field by field, unknown names refused. What they mean is in `checks`."""

from functools import cache
from typing import Any, Final, cast

from marshmallow import fields, validate

from registry.kernel.i18n import lazy
from registry.kernel.schema import Choice, Code, Day, Exact, Flag, Schema, Text, Whole
from registry.labs.criteria.rules import MOST_POINTS, EvidenceKind, Scale, Total

FORMAT: Final = 1
MOST_GROUPS: Final = 50
MOST_CRITERIA: Final = 500
MOST_LEVELS: Final = 20
MOST_BASES: Final = 20
NO_LIST: Final[dict[str, Any]] = {"invalid": lazy("This must be a list.")}


def many(inner: type[Schema] | fields.Field[Any], most: int, least: int = 1) -> fields.List[Any]:
    """A required list of things."""
    item = fields.Nested(inner) if isinstance(inner, type) else inner
    error = lazy("Give %(least)s to %(most)s of these.", least=least, most=most)
    return fields.List(item, required=True, validate=validate.Length(least, most, error=error), error_messages=NO_LIST)


@cache
def both(most: int) -> type[Schema]:
    """The schema of a text in both languages, one for each length."""
    said: dict[str, fields.Field[Any]] = {"vi": Text(most, required=True), "en": Text(most, required=True)}
    return cast("type[Schema]", Schema.from_dict(said, name=f"Words{most}"))


def words(most: int) -> fields.Nested:
    """A required text in both languages."""
    return fields.Nested(both(most), required=True)


class BasisPart(Schema):
    """See document.LegalBasis."""

    document = Text(200, required=True)
    issued_on = Day(required=True)
    valid_from = Day(required=True)
    valid_to = Day(load_default=None, allow_none=True)


class HeadPart(Schema):
    """See document.Head."""

    code = Code(required=True)
    version = Text(40, required=True)
    title = words(200)
    about = words(1000)
    issuer = words(200)
    document = Text(100, required=True)
    issued_on = Day(required=True, allow_none=True)
    valid_from = Day(required=True, allow_none=True)
    valid_to = Day(required=True, allow_none=True)
    source = words(500)
    legal_bases = fields.List(
        fields.Nested(BasisPart),
        validate=validate.Length(max=MOST_BASES, error=lazy("Give at most %(most)s lines.", most=MOST_BASES)),
        error_messages=NO_LIST,
    )


class ScoringPart(Schema):
    """See document.Scoring."""

    total = Choice(Total, required=True)
    partly = Exact(required=True)
    weights = Exact(required=True, positive=True)


class LevelPart(Schema):
    """See document.LevelSaid."""

    code = Code(required=True)
    title = words(100)
    at_least = Exact(required=True)
    mandatory_met = Flag(required=True)


class CriterionPart(Schema):
    """See document.CriterionSaid."""

    code = Code(required=True)
    clause = Text(60, required=True)
    text = words(1000)
    weight = Exact(required=True, positive=True)
    mandatory = Flag(required=True)
    scale = Choice(Scale, required=True)
    most = Whole(1, MOST_POINTS, load_default=None, allow_none=True)
    may_not_apply = Flag(load_default=False)
    evidence = many(Choice(EvidenceKind), len(EvidenceKind))


class GroupPart(Schema):
    """See document.GroupSaid."""

    code = Code(required=True)
    title = words(200)
    criteria = many(CriterionPart, MOST_CRITERIA)


class SetPart(Schema):
    """See document.SetSaid."""

    format = Whole(FORMAT, FORMAT, required=True)
    set = fields.Nested(HeadPart, required=True)
    scoring = fields.Nested(ScoringPart, required=True)
    levels = many(LevelPart, MOST_LEVELS, least=0)
    groups = many(GroupPart, MOST_GROUPS)
