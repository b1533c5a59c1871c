"""What each row of a sheet would do: make an asset, change one, leave it, or nothing because something is wrong."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.assets import tags
from registry.assets.characteristics import unknown_units
from registry.assets.exchange import belongings
from registry.assets.exchange.checking import CHARACTERISTIC, NEW, TAG, Said
from registry.assets.exchange.classing import Types
from registry.assets.exchange.columns import heading_of
from registry.assets.exchange.holdings import (
    Held,
    Owner,
    Owners,
    blank,
    by_serials,
    by_tags,
    folded,
    is_same,
)
from registry.assets.exchange.judged import Judged
from registry.assets.exchange.matching import (
    IDENTITY,
    NO_MATCH,
    Key,
    Pair,
    beside,
    doubtful,
    given,
    make_key,
    match,
    pairs,
    renamed,
    unknown,
)
from registry.assets.exchange.pairing import Pairs
from registry.assets.exchange.repeats import Repeats, note
from registry.assets.lifecycle.rules import check_commissioned, check_reason, check_restriction
from registry.assets.rules import (
    CharacteristicValues,
    Kind,
    ScheduleKind,
    Status,
    check_characteristics,
    check_standard_class,
)
from registry.assets.schedules import ScheduleValues, every
from registry.kernel import clock
from registry.kernel.calendar import Interval
from registry.kernel.errors import Forbidden, Invalid
from registry.kernel.i18n import _, together
from registry.kernel.text import says_none
from registry.kernel.unit_names import spelt
from registry.sheets.headings import Table
from registry.sheets.models import Outcome
from registry.sheets.reading import CLEARED

NUMBERS: Final = ("serial_no", "asset_no", "lot_no")
NOT_COMPARED: Final = frozenset({TAG, "status_reason"})
Done = tuple[Outcome, str | None]  # what became of a row, and the tag of its asset


class Judge:
    """Judges the rows of one sheet, part by part; what two rows say of one asset is noticed across parts."""

    def __init__(self, table: Table, owners: Owners, by: Person | None) -> None:
        self._table, self._owners, self._by, self._today = table, owners, by, clock.today()
        self._seen: dict[Key, int] = {}
        self.repeats = Repeats()
        self.pairs = Pairs()
        self._types = Types(by, self._today)
        self._belongings: dict[int, dict[str, Any]] = {}
        self._units: dict[str, list[str]] = {}
        self._blank: set[str] = set()
        self._refusals: dict[str, tuple[Owner | None, str]] = {}

    def found(self, part: Sequence[Said], *, lock: bool) -> list[Judged]:
        """Every row of a part with the asset it is about; `lock` keeps others from changing these until the commit."""
        rows = [self._begun(said) for said in part]
        tagged = by_tags({row.tag for row in rows if row.tag}, self._owners, lock=lock)
        self._blank = blank({row.tag for row in rows if row.tag and row.tag not in tagged})
        serials = by_serials((pair for row in rows for pair in _pairs(row)), lock=lock)
        for row in rows:
            if row.tag:
                row.held = tagged.get(row.tag)
            else:
                _find_alike(row, serials)
        return rows

    def again(self, part: Sequence[Said], done: Mapping[int, Done]) -> list[Judged]:
        """Rows that were imported before the work broke off, as far as those that follow ask for them."""
        rows = [self._begun(said) for said in part]
        for row in rows:
            row.outcome, row.tag = done[row.said.number]
        held = by_tags({row.tag for row in rows if row.tag}, self._owners, lock=False)
        for row in rows:
            row.held = held.get(row.tag or "")
            if row.held is not None:
                self._seen.setdefault(row.held.id, row.said.number)
            if row.outcome is Outcome.NEW and row.owner is not None:
                if given(row.said.plain, "serial_no") is not None:
                    self._seen.setdefault(make_key(row.said.plain, row.owner), row.said.number)
                list(self.repeats.notes(row.said.number, row.said.plain, row.owner.id))
        self.pairs.made(rows)
        return rows

    def judge(self, rows: Sequence[Judged], *, lock: bool) -> None:
        """Give every row that was found, and placed in its set, its outcome; `lock` as above."""
        self.pairs.pair(rows, self._owners, lock=lock)
        about = [row.held.id for row in rows if row.held and row.said.belongings]
        self._belongings = belongings.recorded(about) if about else {}
        for row in rows:
            misread = bool(row.said.faults)
            if row.says_wrongly(TAG):
                pass  # nobody knows which asset it is about
            elif row.says_wrongly("owner") and not row.tag:
                row.held, row.match = None, NO_MATCH  # of others' assets nothing is told
                self._judge_new(row)
            elif row.tag and row.held is None:
                row.refuse(Invalid({TAG: [unknown(row.tag, is_blank=row.tag in self._blank)]}))
            elif row.match.doubt is not None:
                row.refuse(Invalid({"serial_no": [doubtful(row.match.doubt)]}))
            elif row.held is None:
                self._judge_new(row)
            else:
                self._judge_held(row, row.held)
            if misread:
                row.outcome = Outcome.ERROR

    def _begun(self, said: Said) -> Judged:
        """A row with its owner and tag understood, as far as they can be."""
        row = Judged(said, Outcome.NEW, name=said.plain.get("name"))
        typed = said.plain.get(TAG)
        if typed is not None and typed is not CLEARED:
            try:
                row.tag = tags.parse(typed)
            except tags.MistypedTag as mistyped:
                said.faults.append((TAG, mistyped.detail))
        code = said.plain.get("owner")
        if code is not None:
            row.owner, message = self._owner(code)
            if message and not row.tag:
                said.faults.append(("owner", message))
        return row

    def _owner(self, code: str) -> tuple[Owner | None, str]:
        """The organisation with a code, and what stands against writing for it."""
        if code not in self._refusals:
            owner = self._owners.by_code.get(code)
            message = ""
            try:
                if owner is None:
                    organisation_field(code)
                elif not owner.may_write:
                    require(self._by, Verb.ASSET_WRITE, owner.id)
            except Invalid as invalid:
                message = together((invalid.errors or {}).get("owner", ()))
            except Forbidden as forbidden:
                message = forbidden.detail
            self._refusals[code] = owner, message
        return self._refusals[code]

    def _judge_held(self, row: Judged, held: Held) -> None:
        """Compare what is said with what is recorded; a field that is not said stays."""
        owner = self._owners.by_id[held.plain["owner_id"]]
        row.tag, row.version = held.plain["tag"], held.version
        row.name = row.name or held.plain["name"]
        message = self._owner(owner.code)[1]
        if message or (not row.said.faults and self._is_repeated(row, held.id)):
            if message:
                row.refuse(Invalid({TAG: [message]}))
            return
        recorded = held.plain | {"owner": owner.code}
        recorded |= {name: None for name in NUMBERS if says_none(recorded[name] or "")}  # as it was once taken for one
        for name, said in row.said.plain.items():
            new = None if said is CLEARED else said
            if name not in NOT_COMPARED and not is_same(recorded[name], new):
                row.values[name], row.changes[name] = new, [recorded[name], new]
        if "status" in row.values:
            if given(row.said.plain, "status_reason"):
                row.values["status_reason"] = row.said.plain["status_reason"]
            _check(row, partial(_check_reason, row, row.values["status"]))
        self._compare_characteristics(row, held)
        self._compare_schedules(row, held)
        self._compare_belongings(row, held)
        if row.outcome is not Outcome.ERROR:
            self._note_units(row)
            self._note_type(row, row.values.get("kind", held.plain["kind"]), owner.id)
            _note_identity(row, recorded)
            row.outcome = Outcome.CHANGED if row.values or row.belongings else Outcome.UNCHANGED

    def _compare_characteristics(self, row: Judged, held: Held) -> None:
        after: list[dict[str, Any]] = []
        places: list[int] = []
        for place in range(max(len(held.characteristics), max(row.said.characteristics, default=-1) + 1)):
            said = row.said.characteristics.get(place, {})
            before = held.characteristics[place] if place < len(held.characteristics) else {}
            if said.get("quantity") is CLEARED or not (said or before):
                continue
            new = {name: None if value is CLEARED else value for name, value in said.items()}
            kept = {name: value for name, value in before.items() if is_same(value, new.get(name, value))}
            if before and new.get("unit") == spelt(before["unit"]):
                kept["unit"] = before["unit"]
            after.append(before | new | kept)
            places.append(place)
        if after != held.characteristics:
            self._check_needed(row, after, places)
            row.values["characteristics"], row.changes["characteristics"] = after, [held.characteristics, after]

    @staticmethod
    def _compare_schedules(row: Judged, held: Held) -> None:
        after = held.schedules | row.said.schedules
        after = {kind: interval for kind, interval in after.items() if interval is not CLEARED}
        kept = {kind: interval for kind, interval in held.schedules.items() if _is_as_often(interval, after.get(kind))}
        after |= kept
        if after != held.schedules:
            row.values["schedules"] = _scheduled(after)
            row.changes["schedules"] = [_scheduled(held.schedules), _scheduled(after)]

    def _compare_belongings(self, row: Judged, held: Held) -> None:
        before = self._belongings.get(held.id, {})
        for key, new in row.said.belongings.items():
            if not is_same(before.get(key), new):
                row.belongings[key], row.changes[key] = new, [before.get(key), new]
        self._check_belongings(row, row.values.get("kind", held.plain["kind"]))
        if "commissioned_on" in row.values:
            after = held.plain | row.values
            _check(row, partial(check_commissioned, after["commissioned_on"], after["status"], self._today))

    @staticmethod
    def _check_belongings(row: Judged, kind: Kind) -> None:
        _check(row, partial(belongings.refuse_other_kinds, kind, row.belongings))

    def _judge_new(self, row: Judged) -> None:
        """Whatever is wrong is said at once, as far as it can be told without what was misread or is missing."""
        plain, misread = row.said.plain, bool(row.said.faults)
        for name in NEW.required:
            if given(plain, name) is None and not row.says_wrongly(name):
                row.refuse(Invalid({name: [self._needed(name, NEW.needed(name))]}))
        values: dict[str, Any] = {
            name: None if value is CLEARED else value for name, value in plain.items() if name not in NOT_COMPARED
        }
        places = sorted(row.said.characteristics)
        groups = [row.said.characteristics[place] for place in places]
        described = [{name: None if value is CLEARED else value for name, value in one.items()} for one in groups]
        self._check_numbers(row, described, places)
        self._check_needed(row, described, places)
        row.belongings = {key: value for key, value in row.said.belongings.items() if value is not None}
        self._check_plain(row, values)
        if row.outcome is Outcome.ERROR or misread:
            for one in described:
                if unit := one.get("unit"):
                    self._note_unit(row, unit)
        if given(plain, "serial_no") is not None and row.owner is not None and "name" in values and not misread:
            self._is_repeated(row, make_key(plain, row.owner))
        if row.outcome is Outcome.ERROR or misread or row.owner is None:
            return
        row.type_id, proposal = self._types.proposal(values.get("instrument_type"), row.owner.id)
        said = {kind: interval for kind, interval in row.said.schedules.items() if interval is not CLEARED}
        self._check_law(row, values, row.owner.id, said)
        row.values = values | {
            "characteristics": described,
            "schedules": _scheduled(said) if row.said.schedules else proposal,
        }
        self._note_units(row)
        self._note_type(row, values["kind"], row.owner.id)
        row.note_unstated()
        if row.match.other is not None:
            row.notes.append(beside(row.match.other))
        row.notes += self.repeats.notes(row.said.number, plain, row.owner.id)
        row.notes += [note(plain, row.alike)] if row.alike else []

    def _check_law(
        self, row: Judged, values: dict[str, Any], owner_id: int, said: Mapping[ScheduleKind, Interval]
    ) -> None:
        """Refuse a type that is not for the kind, and what the law does not let its verification be."""
        wrong = {f"schedules.{kind}": self._types.refusal(row.type_id, kind, often) for kind, often in said.items()}
        wrong["instrument_type"] = self._types.unfitting(values["kind"], values.get("instrument_type"), owner_id)
        if messages := {field: [text] for field, text in wrong.items() if text}:
            row.refuse(Invalid(messages))

    def _check_plain(self, row: Judged, values: dict[str, Any]) -> None:
        """Refuse what the fields of a new asset say against each other, one by one."""
        kind, status = values.get("kind"), values.get("status", Status.IN_SERVICE)
        if kind is not None:
            _check(row, partial(check_standard_class, kind, values.get("standard_class")))
            self._check_belongings(row, kind)
        if not row.says_wrongly("status"):
            if not row.says_wrongly("restriction"):
                _check(row, partial(check_restriction, status, values.get("restriction")))
            _check(row, partial(check_commissioned, values.get("commissioned_on"), status, self._today))
            if status is Status.QUARANTINED and given(row.said.plain, "status_reason") is None:
                row.notes.append(_("It is new in quarantine and the sheet does not say why; fill in the reason."))

    @staticmethod
    def _check_numbers(row: Judged, described: Sequence[dict[str, Any]], places: Sequence[int]) -> None:
        """Refuse numbers of a characteristic that do not agree, where all of them were understood."""
        clear = [at for at, place in enumerate(places) if not row.says_wrongly(f"characteristics.{place}")]
        read = _described([described[at] for at in clear])
        _check(row, partial(check_characteristics, read), [places[at] for at in clear])

    def _check_needed(self, row: Judged, characteristics: Iterable[dict[str, Any]], places: Sequence[int]) -> None:
        for place, values in zip(places, characteristics, strict=True):
            for name in CHARACTERISTIC.required:
                key = f"characteristics.{place}.{name}"
                if values.get(name) is None and not row.says_wrongly(key):
                    row.refuse(Invalid({key: [self._needed(key, CHARACTERISTIC.needed(name))]}))

    def _needed(self, key: str, message: str) -> str:
        """That something has to be filled in, or that there is no column to fill it in."""
        if self._table.has(key):
            return message
        heading = heading_of(key)
        return _("The sheet has no column “%(heading)s”; add one with this heading and fill it in.", heading=heading)

    def _note_units(self, row: Judged) -> None:
        """Say which units of what a row changes are not known."""
        for one in row.values.get("characteristics", ()):
            self._note_unit(row, one["unit"])
        for key, unit in row.belongings.items():
            if unit is not None and key.endswith(".unit"):
                self._note_unit(row, unit)

    def _note_unit(self, row: Judged, unit: str) -> None:
        if unit not in self._units:
            self._units[unit] = unknown_units([unit])
        row.notes += [note for note in self._units[unit] if note not in row.notes]

    def _note_type(self, row: Judged, kind: Kind, owner_id: int) -> None:
        """Say that the type which a row gives an instrument is none that is recorded."""
        text = row.values.get("instrument_type")
        note = self._types.note(text, owner_id) if text and kind is Kind.INSTRUMENT else None
        row.notes += [note] if note else []

    def _is_repeated(self, row: Judged, key: Key) -> bool:
        """Whether an earlier row is about the same asset; the later one is refused."""
        first = self._seen.setdefault(key, row.said.number)
        if first == row.said.number:
            return False
        name = "serial_no" if self._table.has("serial_no") and not row.said.plain.get(TAG) else TAG
        text = _("Row %(row)s is about the same asset; keep one of them.", row=first)
        row.refuse(Invalid({name: [text]}))
        return True


def _scheduled(intervals: dict[ScheduleKind, Interval]) -> list[ScheduleValues]:
    return [every(kind, interval) for kind, interval in intervals.items()]


def _is_as_often(held: Interval, said: Interval | None) -> bool:
    """Whether an interval is the one that is recorded: 24 months are 2 years, 14 days are 2 weeks."""
    return said is not None and (held.months, held.days) == (said.months, said.days)


def _pairs(row: Judged) -> list[Pair]:
    return [] if row.tag or row.owner is None else pairs(row.said.plain, row.owner.id)


def _find_alike(row: Judged, serials: dict[Pair, list[Held]]) -> None:
    """Look for the asset of a row without a tag; a number that lost its zeros is taken as it is registered."""
    plain = row.said.plain
    row.match = match(plain, _pairs(row), serials)
    row.held = row.match.held
    if row.held is not None and row.match.serial_no != plain["serial_no"]:
        del plain["serial_no"]


def _note_identity(row: Judged, recorded: dict[str, Any]) -> None:
    """Say where a number lost its zeros, and where something else is called by what the row says."""
    if row.match.serial_no and "serial_no" not in row.said.plain:
        dropped = _(
            "The serial number is taken as “%(serial)s”: a spreadsheet drops zeros.", serial=row.match.serial_no
        )
        row.notes.append(dropped)
    told = [name for name in IDENTITY if name in row.values]
    if any(recorded[name] and folded(recorded[name]) != folded(row.values.get(name) or "") for name in told):
        row.notes.append(renamed())


def _described(groups: list[dict[str, Any]]) -> list[CharacteristicValues]:
    return [CharacteristicValues(**values) for values in groups]  # type: ignore[typeddict-item]  # checked for what is needed


def _check_reason(row: Judged, status: Status) -> None:
    if not row.says_wrongly("status_reason"):
        check_reason(status, given(row.said.plain, "status_reason"), "status_reason")


def _check(row: Judged, rule: Callable[[], None], places: Sequence[int] = ()) -> None:
    """Let a rule look at a row; what it refuses is said of the row."""
    try:
        rule()
    except Invalid as invalid:
        row.refuse(invalid, places)
