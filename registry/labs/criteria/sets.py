"""How outsiders say criteria sets."""

from marshmallow import fields

from registry.accounts.rules import OrganisationKind
from registry.kernel.schema import Choice, Code, Exact, Flag, ListQuery, Schema, WholeText
from registry.labs.criteria.form import SetPart
from registry.labs.criteria.rules import Scale, Total
from registry.labs.criteria.schemas import MOST_KEY


class WordsOut(Schema):
    """One text in both languages."""

    vi = fields.String(required=True)
    en = fields.String(required=True)


class TitledOut(Schema):
    """A code with its title."""

    code = fields.String(required=True)
    title = fields.Nested(WordsOut, required=True)


class LevelOut(TitledOut):
    """A level of the whole, from a percentage on."""

    at_least = fields.String(required=True)
    mandatory_met = fields.Boolean(required=True)


class SetLine(Schema):
    """A version of a criteria set; `number` counts what was loaded, `version` is what its file calls itself."""

    code = fields.String(required=True)
    number = fields.Integer(required=True)
    version = fields.String(required=True)
    title_vi = fields.String(required=True)
    title_en = fields.String(required=True)
    document = fields.String(required=True)
    issued_on = fields.Date(required=True, allow_none=True)
    valid_from = fields.Date(required=True, allow_none=True)
    valid_to = fields.Date(required=True, allow_none=True)
    content_hash = fields.String(required=True)
    loaded_at = fields.AwareDateTime(required=True)


class CriterionOut(Schema):
    """A criterion; `weight` is its part of the sum."""

    code = fields.String(required=True)
    group = fields.String(attribute="group_code", required=True)
    clause = fields.String(required=True)
    text_vi = fields.String(required=True)
    text_en = fields.String(required=True)
    weight = Exact(required=True)
    mandatory = fields.Boolean(required=True)
    scale = Choice(Scale, required=True)
    most = fields.Integer(required=True, allow_none=True, metadata={"description": "Points it gives at most."})
    may_not_apply = fields.Boolean(required=True)
    evidence = fields.List(fields.String(), required=True)


class LegalBasisOut(Schema):
    """A legal document that a set rests on, and whether it is in force today."""

    document = fields.String(required=True)
    issued_on = fields.Date(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True)
    in_force = fields.Boolean(required=True)


class SetOut(SetLine):
    """A version of a criteria set with its criteria."""

    total = Choice(Total, required=True)
    partly = Exact(required=True, metadata={"description": "The part of its weight that a partly met one gives."})
    about = fields.Nested(WordsOut, attribute="outline.about", required=True)
    issuer = fields.Nested(WordsOut, attribute="outline.issuer", required=True)
    source = fields.Nested(WordsOut, attribute="outline.source", required=True)
    legal_bases = fields.List(fields.Nested(LegalBasisOut), attribute="bases", required=True)
    weights = fields.String(attribute="outline.weights", required=True)
    levels = fields.List(fields.Nested(LevelOut), attribute="outline.levels", required=True)
    groups = fields.List(fields.Nested(TitledOut), attribute="outline.groups", required=True)
    criteria = fields.List(fields.Nested(CriterionOut), required=True)


class SetQuery(ListQuery):
    """Which page of the sets."""

    class Meta(ListQuery.Meta):
        """Sets are few, and not searched."""

        exclude = ("q",)


class VersionQuery(Schema):
    """Which version; the newest when left out."""

    number = WholeText(1, MOST_KEY)


class LoadIn(Schema):
    """A set as its file says it, and whether it is only looked at."""

    document = fields.Nested(SetPart, required=True)
    dry_run = Flag(load_default=False)


class LoadedOut(Schema):
    """What loading a file changed, or would change."""

    code = fields.String(required=True)
    number = fields.Integer(required=True)
    changed = fields.Boolean(required=True)


class StatisticsQuery(VersionQuery):
    """Of which set criteria are counted; of none when left out."""

    code = Code()


class OfSetOut(Schema):
    """Assessments by a version of a set."""

    code = fields.String(required=True)
    number = fields.Integer(required=True)
    assessments = fields.Integer(required=True)
    subjects = fields.Integer(required=True, metadata={"description": "Organisations, each counted once."})


class OfYearOut(Schema):
    """Assessments finished in a year by organisations of a kind."""

    year = fields.Integer(required=True)
    kind = Choice(OrganisationKind, required=True)
    assessments = fields.Integer(required=True)
    subjects = fields.Integer(required=True, metadata={"description": "Organisations, each counted once."})


class OfCriterionOut(Schema):
    """How often a criterion was not wholly met, of how many times it applied."""

    code = fields.String(required=True)
    clause = fields.String(required=True)
    group = fields.String(required=True)
    unmet = fields.Integer(required=True)
    applied = fields.Integer(required=True)
    percent = Exact(required=True)


class AssessmentStatisticsOut(Schema):
    """What signed assessments come to; `by_criterion` of the set that was asked for, the most often unmet first."""

    by_set = fields.List(fields.Nested(OfSetOut), required=True)
    by_year = fields.List(fields.Nested(OfYearOut), required=True)
    by_criterion = fields.List(fields.Nested(OfCriterionOut), required=True)
