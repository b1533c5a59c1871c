"""What each record of a sheet would do: be recorded, or nothing, as it is recorded already or is wrong."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import is_admin
from registry.accounts.rules import Verb
from registry.assets import tags
from registry.assets.exchange.holdings import Owners
from registry.assets.models import Asset
from registry.assets.types.models import InstrumentType
from registry.assets.types.rules import in_force
from registry.calibration import entry, queries, questions
from registry.calibration.exchange import comparing, holdings
from registry.calibration.exchange.checking import RECORD, Said, tags_in
from registry.calibration.exchange.columns import vocabulary
from registry.calibration.exchange.holdings import Certificate, Laboratories, Laboratory, Recorded, Serial
from registry.calibration.exchange.measuring import points_of, recomputed, stored
from registry.calibration.issuing.rules import came_in_a_sheet, is_issued_here
from registry.calibration.rules import (
    CalibrationKind,
    Outcome,
    PointValues,
    Work,
    certificate_key,
    check_lab,
    usual_kind,
)
from registry.calibration.verdicts import contradicts
from registry.kernel.errors import Forbidden, Messages, NotFound
from registry.kernel.i18n import _, current_locale
from registry.kernel.text import shown
from registry.sheets.headings import Table
from registry.sheets.models import Outcome as Done

NEEDED: Final = ("kind", "performed_on", "certificate_no")
SAID: Final = frozenset(Work._fields) - {"points"}
Seen = tuple[int, CalibrationKind, date | None, dict[tuple[int, CalibrationKind], int]]


@dataclass(slots=True)
class Judged:
    """A record's outcome, and everything it is written down with.

    `chosen` are the standards, by key, that whoever imports may know of and answers for, as they are of work of their
    own laboratory.
    """

    said: Said
    outcome: Done = Done.NEW
    tag: str | None = None
    owner_id: int | None = None
    asset: Asset | None = None
    lab: Laboratory | None = None
    by_lab: bool = False
    chosen: list[int] = field(default_factory=list)
    work: Work | None = None
    certificate: Certificate | None = None
    used: list[Asset] = field(default_factory=list)
    points: list[PointValues] = field(default_factory=list)
    calibration_id: int | None = None
    notes: list[str] = field(default_factory=list)

    def is_wrong(self) -> bool:
        """Whether something is wrong with it."""
        return self.outcome is Done.ERROR

    def refuse(self, name: str, message: str) -> None:
        """Say what is wrong in a field."""
        self.outcome = Done.ERROR
        self.said.refuse(name, message)

    def refuse_all(self, messages: Messages) -> None:
        """Say what a rule has against it."""
        for name, texts in messages.items():
            for text in texts:
                self.refuse(name, str(text))

    @property
    def item(self) -> Asset:
        """The asset of a record that is good."""
        assert self.asset is not None  # noqa: S101 — what has none is wrong
        return self.asset

    @property
    def done(self) -> Work:
        """The work of a record that is good."""
        assert self.work is not None  # noqa: S101 — what has none is wrong
        return self.work


class Judge:
    """Judges the records of one sheet, part by part; what two say of one certificate is noticed across parts."""

    def __init__(self, table: Table, by: Person | None) -> None:
        self._table, self._by = table, by
        self._is_asked = by is not None and not is_admin(by)  # what exists says nothing to who was at no measurement
        self._owners, self._labs = Owners(by, Verb.CALIBRATION_RECORD), Laboratories()
        seen = [owner.id for owner in self._owners.by_id.values() if owner.may_read]
        self._only_owner = seen[0] if len(seen) == 1 else None  # whose serial number it is goes without saying
        self._types: dict[int, InstrumentType] = {}
        self._seen: dict[tuple[object, ...], Seen] = {}

    def judge(self, part: Sequence[Said], *, lock: bool) -> list[Judged]:
        """Every record of a part with its outcome; `lock` keeps others from recording about the same assets."""
        rows = [self._begun(said) for said in part]
        wanted = {tag for row in rows if row.tag for tag in [row.tag]}
        listed = {row.said.number: _parsed(row) for row in rows}
        used = {tag for found in listed.values() for tag in found.values() if tag}
        by_tag = holdings.assets_by_tags(wanted, lock=lock)
        standards = by_tag | holdings.assets_by_tags(used - by_tag.keys(), lock=False)
        serials = holdings.assets_by_serials({pair for row in rows if (pair := _pair(row))}, lock=lock)
        for row in rows:
            self._find(row, by_tag, serials)
        self._learn_types(rows)
        for row in rows:
            self._use(row, listed[row.said.number], standards)
            self._understand(row)
        assets = {row.asset.id for row in rows if row.asset is not None}
        known = holdings.recorded({row.certificate for row in rows if row.certificate}, assets)
        keys = {one.row.id for found in known.values() for one in found if not one.arrives}
        read = keys if self._by is None or not keys else queries.readable(self._by, (), keys)[1]
        for row in rows:
            if row.certificate is not None:
                self._compare(row, known.get(row.certificate, []), read)
            if row.outcome is Done.NEW and row.points:
                _note_contradiction(row)
        return rows

    def remember(self, import_id: int) -> None:
        """What records of an import that broke off say of their certificates."""
        for one in holdings.numbered(import_id):
            which = _which(one.lab_id, one.certificate_key, one.asset_id)
            first = self._seen.setdefault(which, (one.number, one.kind, one.issued_on, {}))
            first[3].setdefault((one.asset_id, one.kind), one.number)

    def type_of(self, item: Asset) -> InstrumentType | None:
        """The type of an asset of this part."""
        return self._types.get(item.instrument_type_id or 0)

    def _begun(self, said: Said) -> Judged:
        row = Judged(said, Done.ERROR if said.faults else Done.NEW)
        typed, owner = said.plain.get("tag"), said.plain.get("owner")
        if typed is not None:
            try:
                row.tag = tags.parse(typed)
            except NotFound as mistyped:
                row.refuse("tag", mistyped.detail)
        if owner is not None:
            row.owner_id = self._owners.by_code[owner].id
        elif not any(fault.field == "owner" for fault in said.faults):
            row.owner_id = self._only_owner
        if said.plain.get("lab") is not None:
            row.lab = self._labs.by_code[said.plain["lab"]]
        for name in NEEDED:
            if said.plain.get(name) is None and not any(fault.field == name for fault in said.faults):
                row.refuse(name, self._needed(name))
        return row

    def _needed(self, name: str) -> str:
        if self._table.has(name):
            return RECORD.needed(name)
        heading = vocabulary().heading_of(name)
        return _("The sheet has no column “%(heading)s”; add one with this heading and fill it in.", heading=heading)

    def _find(self, row: Judged, by_tag: Mapping[str, Asset], serials: Mapping[Serial, list[Asset]]) -> None:
        """The asset a record is about, and whether the person may record about it."""
        if row.tag is not None:
            row.asset = by_tag.get(row.tag)
            if row.asset is None:
                text = _("No asset has the tag “%(tag)s”; compare it with the label.", tag=shown(row.tag))
                row.refuse("tag", text)
        elif row.said.plain.get("tag") is None:
            self._find_alike(row, serials)
        if row.asset is None:
            return
        row.tag = row.asset.tag
        owner = self._owners.by_id[row.asset.owner_id]
        if row.lab is not None and self._owners.by_id[row.lab.organisation_id].may_write:
            row.by_lab = self._by is not None
            return
        if not owner.may_write:
            try:
                require(self._by, Verb.CALIBRATION_RECORD, owner.id)
            except Forbidden as forbidden:
                row.refuse("tag", forbidden.detail)

    def _find_alike(self, row: Judged, serials: Mapping[Serial, list[Asset]]) -> None:
        pair = _pair(row)
        if pair is None:
            if not any(fault.field in {"owner", "serial_no"} for fault in row.said.faults):
                row.refuse("tag", _("Say which asset it is: by its tag, or by its owner and serial number."))
            return
        readable = self._owners.by_id[pair[0]].may_read
        found = serials.get(pair, []) if readable else []
        if len(found) == 1:
            row.asset = found[0]
        elif found:
            text = _("%(count)s assets of this owner have this serial number; write the tag.", count=len(found))
            row.refuse("serial_no", text)
        else:
            text = _(
                "This owner has no asset with the serial number “%(value)s”; write the tag, or register it first.",
                value=shown(pair[1]),
            )
            row.refuse("serial_no", text)

    def _learn_types(self, rows: Sequence[Judged]) -> None:
        items = (row.asset for row in rows if row.asset is not None)
        keys = {item.instrument_type_id for item in items if item.instrument_type_id is not None}
        self._types |= holdings.types(keys - self._types.keys())

    def _use(self, row: Judged, listed: Mapping[str, str | None], known: Mapping[str, Asset]) -> None:
        """The standards of a record by the tags its cell lists."""
        found: dict[int, Asset] = {}
        for place, (typed, tag) in enumerate(listed.items()):
            if tag is not None and tag in known:
                found[place] = known[tag]
            else:
                text = _("No asset has the tag “%(tag)s”; compare it with the label.", tag=shown(typed))
                row.refuse("standards", text)
        row.used = list(found.values())
        if row.by_lab and self._is_asked:
            row.chosen = [one.id for one in row.used if self._owners.by_id[one.owner_id].may_read]
        if row.asset is not None:
            for text in entry.unfit(found, row.asset).values():
                row.refuse("standards", text)

    def _understand(self, row: Judged) -> None:
        """What a record says of the work, checked as it is when it is typed."""
        if row.asset is None or row.is_wrong():
            return
        plain = row.said.plain
        kind = plain["kind"]
        given: dict[str, Any] = {name: value or None for name, value in plain.items() if name in SAID}
        given |= {"outcome": plain.get("outcome", Outcome.NONE), "note": plain.get("note") or ""}
        type_ = self.type_of(row.asset) if kind is CalibrationKind.VERIFICATION else None
        measures = in_force(type_.versions, plain["performed_on"]) if type_ else None
        given["verification_kind"] = usual_kind(kind, plain.get("verification_kind"), measures)
        row.work = Work(**given)
        row.points = points_of(row.said, row.asset, row.refuse)
        row.refuse_all(check_lab(kind, plain.get("lab")))
        if row.is_wrong():
            return
        row.refuse_all(entry.contradictions(row.work, row.asset, row.points, (), measures))
        if not row.is_wrong():
            row.certificate = row.lab.id if row.lab else None, certificate_key(plain["certificate_no"])
            cycle = measures.period_months if measures else None
            asked = questions.about(row.work, row.asset, row.points, cycle)
            row.notes += [text for texts in asked.values() for text in texts]

    def _compare(self, row: Judged, known: Sequence[Recorded], read: Collection[int]) -> None:
        """A certificate is recorded once for each asset, here and in the registry.

        Of a record that is not among those that may be `read` nothing is told but that the number is taken.
        """
        self._compare_rows(row)
        if row.is_wrong():
            return
        since_on = row.lab.since_on if row.lab is not None and row.by_lab else None
        if row.lab is not None and since_on is not None and is_issued_here(row.done.performed_on, since_on):
            row.refuse("certificate_no", came_in_a_sheet(row.lab.name, since_on))
            return
        number = row.said.plain["certificate_no"]
        same = [one for one in known if (one.row.asset_id, one.row.kind) == (row.item.id, row.done.kind)]
        hidden = next((one for one in same if one.row.id not in read), None)
        if hidden is not None:
            row.refuse("certificate_no", (entry.arrives if hidden.arrives else entry.taken)(number))
            return
        for one in same:
            other = comparing.difference(row.said, row.done, row.used, row.points, one)
            if other is None:
                row.outcome, row.calibration_id = Done.UNCHANGED, one.row.id
                return
        if same:
            row.refuse(*comparing.difference(row.said, row.done, row.used, row.points, same[-1]) or ("", ""))
            return
        for one in known:
            text = entry.another(one.row, row.done.kind, number, row.done)
            if text:
                row.refuse("certificate_no", text if one.row.id in read else entry.taken(number))
                return

    def _compare_rows(self, row: Judged) -> None:
        lab_id, key = row.certificate or (None, "")
        which = _which(lab_id, key, row.item.id)
        kind, issued_on, number = row.done.kind, row.done.issued_on, row.said.number
        first = self._seen.setdefault(which, (number, kind, issued_on, {}))
        before = first[3].setdefault((row.item.id, kind), number)
        if before != number:
            text = _(
                "Row %(row)s is of the same certificate and asset; delete one of them, or put points right under it.",
                row=before,
            )
            row.refuse("certificate_no", text)
        elif kind is not first[1] or len({issued_on, first[2]} - {None}) > 1:
            text = _(
                "Row %(row)s has the same certificate of this laboratory, of another kind or day of issue; one "
                "certificate is of one kind and one day. Compare the numbers.",
                row=first[0],
            )
            row.refuse("certificate_no", text)


def _note_contradiction(row: Judged) -> None:
    """Say that what a record declares good fails by its points: it is recorded as it is, and its asset is in doubt."""
    declared = row.done.outcome
    said = recomputed(row.done, stored(row.points, row.item))
    if contradicts(declared, said):
        words = vocabulary().columns["outcome"]
        text = _(
            "It declares “%(declared)s”, and its points say “%(recomputed)s”. It is recorded as it declares, and the "
            "asset is in doubt until somebody settles this; compare the points and limits with the certificate.",
            declared=words.word(declared, current_locale()),
            recomputed=words.word(str(said), current_locale()),
        )
        row.notes.append(text)


def _which(lab_id: int | None, key: str, asset_id: int) -> tuple[object, ...]:
    """What makes two certificates the same: a laboratory's number, or an owner's own of one asset."""
    return (lab_id, key) if lab_id is not None else (None, key, asset_id)


def _pair(row: Judged) -> Serial | None:
    serial_no = row.said.plain.get("serial_no")
    if row.said.plain.get("tag") is not None or row.owner_id is None or serial_no is None:
        return None
    return row.owner_id, serial_no


def _parsed(row: Judged) -> dict[str, str | None]:
    """The tags that a record lists as standards, as they were typed: each with what it means."""
    found: dict[str, str | None] = {}
    for typed in tags_in(row.said.plain.get("standards") or ""):
        try:
            found[typed] = tags.parse(typed)
        except NotFound:
            found[typed] = None
    return found
