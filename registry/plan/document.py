"""What a plan file says, as plain values. Money is in the file's own unit (đồng = value x `unit_dong`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from registry.accounts.rules import OrganisationKind, SuccessionKind
from registry.plan.activities.rules import ActivityKind, Aspect, Stage
from registry.plan.duties.rules import Repeat
from registry.plan.rules import Mode


class RowKind(StrEnum):
    """A goal of the plan's body, or a line of its annex."""

    BODY = "body"
    SECTION = "section"
    GROUP = "group"
    LEAF = "leaf"


class GeoScope(StrEnum):
    """Where a record must lie to count."""

    PROVINCE = "province"
    COUNTRY = "country"


class Fact(StrEnum):
    """What a measure reads in the slices below."""

    COMMISSIONED_ASSETS = "commissioned_assets"
    ACCREDITED_LABS = "accredited_labs"
    SCOPE_LINES = "scope_lines"
    ACTIVITIES = "activities"
    ASSESSMENTS = "assessments"


class Owners(StrEnum):
    """Whose assets a measure reads, as to the bodies that inspect for the state."""

    ANY = "any"
    INSPECTION = "inspection"
    NOT_INSPECTION = "not_inspection"


@dataclass(frozen=True, kw_only=True)
class Words:
    """One text in both languages."""

    vi: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A number and its printed text; `raw` is None where nothing is printed, empty where the cell is blank."""

    value: int | None
    raw: str | None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A numbered document."""

    number: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Decision(Paper):
    """The decision that adjusts a plan; it is in force from the day it was signed unless it names a later one."""

    in_force_from: date | None = None


@dataclass(frozen=True, kw_only=True)
class Head:
    """The plan itself; `issuer` and `lead` are codes of bodies."""

    code: str
    number: str
    title: Words
    issuer: str
    lead: str
    issued_on: date
    implements: Paper | None
    decision: Decision | None


@dataclass(frozen=True, kw_only=True)
class ReportRule:
    """When the yearly report is due (`MM-DD`) and from which day its year runs."""

    due: str
    start: str
    carry_over: bool
    clause: str
    successor_reports: str | None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The plan's money as printed: unit, grand total, and the totals by period that its rows give."""

    unit: Words
    unit_dong: int
    total_dong: int
    total: Cell
    period_totals: Mapping[str, int]
    notes: Sequence[Words]


@dataclass(frozen=True, kw_only=True)
class Named:
    """A code with its name."""

    code: str
    name: Words


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A first and last day, both inside."""

    start: date
    end: date


@dataclass(frozen=True, kw_only=True)
class Period:
    """A period of the plan; `alternative` is the other cut that its label allows."""

    code: str
    label: str
    title: Words
    start: date
    end: date
    alternative: Cut | None


@dataclass(frozen=True, kw_only=True)
class Succession:
    """The body that takes over, and since when."""

    code: str
    on: date
    kind: SuccessionKind
    source: str | None


@dataclass(frozen=True, kw_only=True)
class Body:
    """An organisation the plan names, or its successor."""

    code: str
    name: Words
    kind: OrganisationKind
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    succeeded_by: Sequence[Succession]
    notes: Sequence[Words]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How targets are read, why, and which ambiguities that settles."""

    mode: Mode
    reason: Words
    ambiguities: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A document without which an indicator is not judged; `on` is its date once it exists."""

    document: Words
    on: date | None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Which records are proposed as evidence.

    Of activities those of the kinds, with one of the aspects if any is named; where a `stage` is named it must have
    been reached, and its day is the one that counts.
    """

    fact: Fact
    asset_kinds: Sequence[str] = ()
    owners: Owners = Owners.ANY
    activity_kinds: Sequence[ActivityKind] = ()
    aspects: Sequence[Aspect] = ()
    stage: Stage | None = None


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where money comes from: codes (None where the cell is blank) and the cell's text."""

    sources: Sequence[str] | None
    raw: str


@dataclass(frozen=True, kw_only=True)
class Partners:
    """Who cooperates: the bodies that can be named, and the cell's text."""

    bodies: Sequence[str]
    raw: str


@dataclass(frozen=True, kw_only=True)
class TitleTotal:
    """A total that a title promises for all periods together."""

    value: int
    op: str


@dataclass(frozen=True, kw_only=True)
class Ended:
    """That an indicator is given up: the last day it is worked for, and which one goes on with what it counted."""

    on: date
    continues_in: str | None
    reason: Words | None


class Carry(StrEnum):
    """How an indicator goes on from one of an earlier plan: from what was reached there, or from nought."""

    BASE = "base"
    ANEW = "anew"


@dataclass(frozen=True, kw_only=True)
class Counterpart:
    """An indicator of another plan, both by code."""

    plan: str
    indicator: str


@dataclass(frozen=True, kw_only=True)
class Followed(Counterpart):
    """The indicator of an earlier plan that this one continues; what counted there counts on where it is the base."""

    carry: Carry


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What goals of the body and leaf rows of the annex share; `was` is the code that an earlier version gave it.

    It `answers` indicators of other plans, which is read in both directions. Beside what its measures read, a planner
    may count records of the kinds in `by_hand`, which nothing proposes.
    """

    code: str
    title: Words
    clause: str
    unit: Words | None
    op: str
    targets: Mapping[str, Cell]
    reading: Reading
    count_unit: str
    geo_scope: GeoScope
    standing: bool
    not_applicable_until: Awaited | None
    measures: Sequence[Measure]
    notes: Sequence[Words]
    title_total: TitleTotal | None = None
    exclusive: bool = False
    was: str | None = None
    ended: Ended | None = None
    answers: Sequence[Counterpart] = ()
    by_hand: Sequence[str] = ()
    follows: Followed | None = None


@dataclass(frozen=True, kw_only=True)
class Goal(Counted):
    """An indicator of the plan's body; evidence of `annex_rows` and of the goal it `continues` is evidence of it."""

    annex_rows: Sequence[str]
    related: Sequence[str]
    continues: str | None
    kind: RowKind = RowKind.BODY


@dataclass(frozen=True, kw_only=True)
class Leaf(Counted):
    """A row of the annex with targets and money."""

    kind: RowKind
    parent: str
    label: str | None
    budget: Mapping[str, Cell]
    lead: str
    cooperating: Partners
    funding: Sources


@dataclass(frozen=True, kw_only=True)
class Group:
    """A heading of the annex with its printed total."""

    code: str
    kind: RowKind
    parent: str | None
    label: str | None
    title: Words
    clause: str
    total: Cell
    notes: Sequence[Words]


@dataclass(frozen=True, kw_only=True)
class Ambiguity:
    """A question the text leaves open and how it is treated; an empty `applies_to` means the whole plan."""

    code: str
    applies_to: Sequence[str]
    question: Words
    treatment: Words


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Something somebody has to do; `due` is `MM-DD` of every year, or a day, or None for what never ends."""

    code: str
    title: Words
    clause: str
    repeats: Repeat
    due: str | None
    lead: Partners
    cooperating: Partners
    indicators: Sequence[str]
    notes: Sequence[Words]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole plan file."""

    format: int
    plan: Head
    report: ReportRule
    money: Totals
    funding_sources: Sequence[Named]
    periods: Sequence[Period]
    inspection_bodies: Sequence[str]
    bodies: Sequence[Body]
    indicators: Sequence[Goal]
    rows: Sequence[Group | Leaf]
    ambiguities: Sequence[Ambiguity] = field(default=())
    duties: Sequence[Duty] = field(default=())

    @property
    def leaves(self) -> list[Leaf]:
        """The annex rows that carry targets and money, in order."""
        return [row for row in self.rows if isinstance(row, Leaf)]

    @property
    def counted(self) -> list[Goal | Leaf]:
        """Everything that has a value: goals of the body, then annex rows."""
        return [*self.indicators, *self.leaves]

    @property
    def in_force_on(self) -> date:
        """The first day on which the plan is what this file says."""
        decision = self.plan.decision
        return (decision.in_force_from or decision.on) if decision else self.plan.issued_on

    def taken_over(self, code: str) -> list[str]:
        """Codes of indicators that were given up and go on in this one."""
        return [row.code for row in self.counted if row.ended and row.ended.continues_in == code]
