"""What is true of a scope of accreditation whatever is stored: its lines, and where and when each holds."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from registry.kernel.amounts import MOST_DIGITS, difference_in, minus, plus, reading_in, times
from registry.kernel.quantities import is_same
from registry.labs.scope.measurands import belongs
from registry.labs.standing import Standing

CMC_FACTOR: Final = Decimal(2)  # a CMC is an expanded uncertainty with k = 2, about 95 % (ILAC-P14)


class Place(StrEnum):
    """Where a line holds."""

    LABORATORY = "laboratory"
    ON_SITE = "on_site"
    BOTH = "both"


class RelativeUnit(StrEnum):
    """How the part of a CMC that grows with the reading is written."""

    PERCENT = "percent"
    PPM = "ppm"
    RATIO = "ratio"


class Combined(StrEnum):
    """How the two parts of a CMC go together: a + b·x, or Q[a, b·x], the root of the sum of their squares."""

    SUM = "sum"
    ROOT_SUM_SQUARES = "root_sum_squares"


class ScopeChange(StrEnum):
    """What a decision does to a scope: all lines make way for those it lists, or some are added, or some end."""

    REPLACE = "replace"
    ADD = "add"
    END = "end"


class Which(StrEnum):
    """Which lines of a scope: those that hold on a day, or all there ever were."""

    CURRENT = "current"
    ALL = "all"


class Competence(StrEnum):
    """Whether a laboratory was accredited for a result on the day of its work."""

    IN_SCOPE = "in_scope"
    OUTSIDE_SCOPE = "outside_scope"
    NOT_IN_FORCE = "not_in_force"
    NOT_ACCREDITED = "not_accredited"
    UNKNOWN = "unknown"


class Coverage(StrEnum):
    """What a scope alone says of a result, whether or not it was in force."""

    IN = "in"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a scope holds a result or does not; the first ones are looked at first."""

    WITHIN = "within"
    QUANTITY = "quantity"
    INSTRUMENT = "instrument"
    NOT_THEN = "not_then"
    PAPER = "paper"
    RANGE = "range"
    PLACE = "place"
    CMC = "cmc"
    OTHER_NAME = "other_name"
    OTHER_ITEM = "other_item"
    NO_PAPER = "no_paper"
    NO_PLACE = "no_place"
    NO_CMC = "no_cmc"
    NO_UNCERTAINTY = "no_uncertainty"
    NO_POINTS = "no_points"
    NO_SCOPE = "no_scope"
    TOO_LONG = "too_long"
    NO_DESIGNATION = "no_designation"
    DESIGNATED = "designated"
    DESIGNATED_LATER = "designated_later"
    DESIGNATION_EXPIRED = "designation_expired"
    DESIGNATION_ENDED = "designation_ended"
    BODY_UNKNOWN = "body_unknown"
    BODY_OUTSIDE = "body_outside"
    CEASED = "ceased"


class Bearing(StrEnum):
    """What lets a laboratory do its work: an accreditation to calibrate, a designation by the state to verify."""

    ACCREDITATION = "accreditation"
    DESIGNATION = "designation"


RATIOS: Final = {
    RelativeUnit.PERCENT: Decimal("0.01"),
    RelativeUnit.PPM: Decimal("0.000001"),
    RelativeUnit.RATIO: Decimal(1),
}
ELSEWHERE: Final = {True: Place.LABORATORY, False: Place.ON_SITE}  # where a line holds that does not hold here
LAPSED: Final = frozenset({Standing.SUSPENDED, Standing.WITHDRAWN, Standing.EXPIRED})
BY_STANDING: Final = {
    **dict.fromkeys(LAPSED, Competence.NOT_IN_FORCE),
    Standing.NOT_YET: Competence.NOT_ACCREDITED,
}
BY_COVERAGE: Final = {
    Coverage.IN: Competence.IN_SCOPE,
    Coverage.OUTSIDE: Competence.OUTSIDE_SCOPE,
    Coverage.UNKNOWN: Competence.UNKNOWN,
}


class Line(Protocol):
    """What is read of a line of a scope: the range is in `unit`, the constant part of the CMC in `cmc_unit` or it.

    Both days are inclusive; without them a line holds as long as the accreditation does.
    """

    @property
    def quantity(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def range_low(self) -> Decimal | None: ...
    @property
    def range_high(self) -> Decimal | None: ...
    @property
    def cmc(self) -> Decimal | None: ...
    @property
    def cmc_unit(self) -> str | None: ...
    @property
    def cmc_relative(self) -> Decimal | None: ...
    @property
    def cmc_relative_unit(self) -> RelativeUnit | None: ...
    @property
    def cmc_combined(self) -> Combined | None: ...
    @property
    def instrument_type_id(self) -> int | None: ...
    @property
    def measurand(self) -> str | None: ...
    @property
    def place(self) -> Place | None: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def accreditation(self) -> str | None: ...
    @property
    def confirmed(self) -> bool: ...


class Measured(Protocol):
    """What is read of a measured point: value and expanded uncertainty in `unit`, with its coverage factor."""

    @property
    def quantity(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def uncertainty(self) -> Decimal | None: ...
    @property
    def factor(self) -> Decimal | None: ...


class Thing(NamedTuple):
    """What was worked on: the key of its instrument type, and what it and its type are called."""

    type_id: int | None = None
    names: Sequence[str] = ()


NOTHING: Final = Thing()


class Papers(NamedTuple):
    """Of several accreditations of a laboratory: the numbers, in small letters, of those not in force on a day.

    Lines that name none `may_lapse`: an accreditation they might belong to was suspended or withdrawn.
    """

    lapsed: Collection[str] = ()
    may_lapse: bool = False


IN_FORCE: Final = Papers()


class Work(NamedTuple):
    """What is held against a scope: the points of a result, when and where it was done, and on what.

    `on_site` is None where nobody wrote that down; work that is only planned may be done `anywhere`. `papers` are how
    the accreditations of the laboratory stood.
    """

    points: Sequence[Measured]
    day: date
    on_site: bool | None = None
    thing: Thing = NOTHING
    anywhere: bool = False
    papers: Papers = IN_FORCE


class Finding(NamedTuple):
    """One thing that was found of one point: where, and what was stated against what at best, all in `unit`.

    Of a designation: its number, the field it `covers` in its own words, and the ISO `day` it began or ended on. Of a
    line that may be for other things, what it `covers`; of a body or a laboratory its name as the number.
    """

    reason: Reason
    quantity: str = ""
    value: str = ""
    unit: str = ""
    stated: str = ""
    least: str = ""
    number: str = ""
    covers: str = ""
    day: str = ""


def findings_of(rows: Sequence[Sequence[str]]) -> list[Finding]:
    """Findings as they were kept, one row each; those kept earlier have fewer fields."""
    return [Finding(Reason(row[0]), *row[1:]) for row in rows]


class Judged(NamedTuple):
    """What a scope says of a result, with what was found: one finding of each reason.

    It is not `confirmed` where a point is held by lines alone that the laboratory states and nobody confirmed.
    """

    coverage: Coverage
    findings: Sequence[Finding]
    confirmed: bool = True


def competence(standing: Standing | None, coverage: Coverage) -> Competence:
    """Both together; `standing` is the best one of the accreditations held on the day, None when there were none."""
    if standing is Standing.IN_FORCE:
        return BY_COVERAGE[coverage]
    return Competence.NOT_ACCREDITED if standing is None else BY_STANDING[standing]


def is_confirmed(standing: Standing | None, *, paper: bool, scope: bool) -> bool:
    """Whether all that a verdict rests on is confirmed: lines of a scope bear on it only while a paper is in force."""
    return paper and (scope or standing is not Standing.IN_FORCE)


def designated(standing: Standing | None) -> Competence:
    """Of a verification: a designation in force says nothing of this instrument, as its field is prose for people."""
    return Competence.UNKNOWN if standing in {None, Standing.IN_FORCE} else Competence.NOT_IN_FORCE


def holds_on(line: Line, day: date) -> bool:
    """Whether a line was part of the scope on a day; both its days count."""
    return (line.valid_from is None or line.valid_from <= day) and (line.valid_to is None or day <= line.valid_to)


def suits(line: Line, work: Work) -> bool:
    """Whether a line is, or may be, for the thing, and holds on the day and, as far as is known, at the place."""
    told = is_here(line, work), is_for(line, work.thing), stands(line, work.papers)
    return False not in told and holds_on(line, work.day)


def stands(line: Line, papers: Papers) -> bool | None:
    """Whether the accreditation of a line was in force, where another was; None where it may be one that was not."""
    if line.accreditation is None:
        return None if papers.may_lapse else True
    return line.accreditation.casefold() not in papers.lapsed


def is_here(line: Line, work: Work) -> bool | None:
    """Whether a line holds where the work is done; None where that is not known of a line for one place."""
    if line.place in {None, Place.BOTH} or work.anywhere:
        return True
    return None if work.on_site is None else line.place is not ELSEWHERE[work.on_site]


def is_for(line: Line, thing: Thing) -> bool | None:
    """Whether a line is for a thing, by its type or else by what both are called; None where it cannot be told."""
    if line.instrument_type_id is not None:
        return None if thing.type_id is None else line.instrument_type_id == thing.type_id
    if line.measurand is None or is_same(line.measurand, line.quantity):
        return True
    return belongs(line.measurand, thing.names)


def in_range(line: Line, point: Measured) -> bool:
    """Whether a point lies in the range of a line, both ends included; what has no value lies everywhere."""
    if point.value is None:
        return True
    at = reading_in(point.value, point.unit, line.unit)
    return (line.range_low is None or line.range_low <= at) and (line.range_high is None or at <= line.range_high)


def has_cmc(line: Line) -> bool:
    """Whether a line says how small an uncertainty may be."""
    return line.cmc is not None or line.cmc_relative is not None


def reaches(line: Line, point: Measured) -> bool | None:
    """Whether an uncertainty is not below the CMC, exactly; None where the CMC depends on a value that is not known."""
    if point.uncertainty is None or not has_cmc(line):
        return True
    if point.value is None and line.cmc_relative is not None:
        return None
    stated = times(difference_in(point.uncertainty, point.unit, line.unit), CMC_FACTOR)
    constant, growing = parts_of(line, point)
    factor = point.factor or CMC_FACTOR
    if line.cmc_combined is Combined.ROOT_SUM_SQUARES:
        squares = plus(times(constant, constant), times(growing, growing))
        return minus(times(stated, stated), times(times(factor, factor), squares)) >= 0
    return minus(stated, times(plus(constant, growing), factor)) >= 0


def parts_of(line: Line, point: Measured) -> tuple[Decimal, Decimal]:
    """The constant part of a CMC and the one that grows with the reading, both in the line's unit."""
    constant, growing = Decimal(0), Decimal(0)
    if line.cmc is not None:
        constant = difference_in(line.cmc, line.cmc_unit or line.unit, line.unit)
    if line.cmc_relative is not None and point.value is not None:
        reading = abs(reading_in(point.value, point.unit, line.unit))
        growing = times(times(line.cmc_relative, RATIOS[line.cmc_relative_unit or RelativeUnit.RATIO]), reading)
    return constant, growing


def cmc_of(line: Line, point: Measured) -> Decimal:
    """The best expanded uncertainty (k = 2) of a line at a point, in the point's unit."""
    constant, growing = parts_of(line, point)
    if line.cmc_combined is Combined.ROOT_SUM_SQUARES:
        with localcontext(prec=MOST_DIGITS // 4):
            best = (constant * constant + growing * growing).sqrt()
    else:
        best = plus(constant, growing)
    return difference_in(best, line.unit, point.unit)
