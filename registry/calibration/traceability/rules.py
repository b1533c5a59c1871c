"""What is true of a chain of traceability whatever is stored: each step judged on the day it was relied on.

ISO/IEC 17025:2017, 6.5: an unbroken chain of calibrations, each with its uncertainty, by laboratories that show their
competence, up to a national standard, a laboratory's accreditation, or a certified reference material.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from registry.assets.rules import Kind, Proof, StandardClass
from registry.calibration.rules import TRACEABLE, CalibrationKind, Outcome, RecordStatus, proof_of
from registry.calibration.traceability.comparing import (
    Check,
    Code,
    LabFacts,
    Verdict,
    lab_checks,
    quantity_check,
    step_checks,
    worst,
)
from registry.calibration.traceability.measured import Point, in_force, scope_of
from registry.labs.scope.rules import NOTHING, Thing, Work

CONFIRMING: Final = TRACEABLE | {CalibrationKind.INTERMEDIATE_CHECK}
SI: Final = "si"
MOST_RECORDS: Final = 300  # of one chain; it is walked by recursion, two frames a step


class NodeKind(StrEnum):
    """A result, a standard on which no result is known, what a chain ends in, or the SI itself."""

    RESULT = "result"
    STANDARD = "standard"
    END = "end"
    SI = "si"


class AssetFacts(NamedTuple):
    """An item: `certified` says that a producer's certificate of a reference material is known, until `expires_on`."""

    id: int
    tag: str
    name: str
    kind: Kind
    standard_class: StandardClass | None = None
    certified: bool = False
    expires_on: date | None = None
    values: Sequence[Point] = ()
    thing: Thing = NOTHING


class DoubtFacts(NamedTuple):
    """A case that puts what relied on its standard (`name`) in doubt, and the days of it, both inclusive.

    `is_judged`: it says so of this very record, not of its day alone.
    """

    number: int
    name: str
    since: date | None
    until: date | None
    is_judged: bool = True


class UseFacts(NamedTuple):
    """A standard that a record used: how it stood then, and the record of it that was the newest on that day.

    `is_hidden`: neither the standard nor that record is for who asks.
    """

    standard: AssetFacts
    was_valid: bool
    due_on_then: date | None
    relied_on: int | None
    is_hidden: bool = False
    doubts: Sequence[DoubtFacts] = ()


class RecordFacts(NamedTuple):
    """A record with its laboratory, points and the standards it used; `reason` is why it was issued all the same."""

    id: int
    asset: AssetFacts
    kind: CalibrationKind
    performed_on: date
    certificate_no: str | None
    outcome: Outcome
    status: RecordStatus
    due_on: date | None
    lab: LabFacts | None
    points: Sequence[Point]
    uses: Sequence[UseFacts]
    doubts: Sequence[DoubtFacts] = ()
    on_site: bool | None = None
    reason: str | None = None


class Node(NamedTuple):
    """A place in a chain; `depth` is how many steps it is from the item, on the longest way."""

    key: str
    kind: NodeKind
    verdict: Verdict
    depth: int
    checks: Sequence[Check] = ()
    asset: AssetFacts | None = None
    record: RecordFacts | None = None


class Edge(NamedTuple):
    """A step up: `child` relied on `parent` on a day."""

    child: str
    parent: str
    on: date
    verdict: Verdict
    checks: Sequence[Check] = ()
    use: UseFacts | None = None


class Chain(NamedTuple):
    """A judged chain: nodes by depth from the item up, and the steps between them."""

    verdict: Verdict
    nodes: Sequence[Node]
    edges: Sequence[Edge]
    is_cut: bool = False

    @property
    def broken(self) -> list[Check]:
        """What breaks it, each thing once."""
        return self._found(Verdict.BROKEN)

    @property
    def doubted(self) -> list[Check]:
        """What puts it in doubt, each thing once."""
        return self._found(Verdict.IN_DOUBT)

    def _found(self, verdict: Verdict) -> list[Check]:
        parts: list[Node | Edge] = [*self.nodes, *self.edges]
        found = [check for part in parts for check in part.checks]
        return list(dict.fromkeys(check for check in found if check.verdict is verdict))


def chain(start: int, records: Mapping[int, RecordFacts], *, is_cut: bool = False) -> Chain:
    """Judge everything that a record rests on. A record that is relied on and not in `records` was cut off."""
    drawn = _Drawing(records)
    return _judged(drawn, drawn.result(start, ()), is_cut=is_cut)


def unrecorded(asset: AssetFacts, day: date) -> Chain:
    """The chain of an item on which no result is known, as it stands on a day."""
    drawn = _Drawing({})
    return _judged(drawn, drawn.standard(asset, day), is_cut=False)


def _judged(drawn: "_Drawing", start: str, *, is_cut: bool) -> Chain:
    depths = _depths(start, drawn.edges)
    nodes = [node._replace(depth=depths[node.key]) for node in drawn.nodes.values()]
    nodes.sort(key=lambda node: (node.depth, node.key))
    parts = [*(node.verdict for node in nodes), *(edge.verdict for edge in drawn.edges)]
    cut = is_cut or any(check.code is Code.CUT_OFF for node in nodes for check in node.checks)
    return Chain(verdict=worst(parts), nodes=nodes, edges=drawn.edges, is_cut=cut)


class _Drawing:
    """The graph as it is walked from the item up; what was met before is not walked again."""

    def __init__(self, records: Mapping[int, RecordFacts]) -> None:
        self.records = records
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self.above: dict[str, set[int]] = {}  # the assets over a result that was walked

    def result(self, key: int, path: tuple[int, ...]) -> str:
        """Add a record and all it rests on; `path` are the assets on the way to it."""
        name = f"c{key}"
        record = self.records[key]
        if name in self.nodes:
            return name
        ends = not record.uses
        work = Work(in_force(record.points), record.performed_on, record.on_site, record.asset.thing)
        checks = lab_checks(record.lab, work, stands_alone=ends)
        found = [*checks, *self._supported(record, checks), *_doubts(record.doubts)]
        self._add(name, NodeKind.RESULT, found, asset=record.asset, record=record)
        if ends:
            self._end(name, record, checks)
        elif record.lab is not None and all(use.is_hidden for use in record.uses) and _are_good(checks):
            self._top(name, Code.ACCREDITED_TOP, record.performed_on, record.lab.name)
        self.above[name] = {record.asset.id}
        for use in record.uses:
            self.above[name] |= {use.standard.id} | self._use(name, record, use, (*path, record.asset.id))
        return name

    def _supported(self, record: RecordFacts, checks: Sequence[Check]) -> list[Check]:
        """Whether some standard measures what was measured, where it is known of all of them what they measure."""
        held = {use.standard.id: self._values(use) for use in record.uses}
        if not all(held.values()):
            return []
        all_of_them = [point for points in held.values() for point in points]
        used = (
            (point, all_of_them if point.standard is None else held.get(point.standard, ()))
            for point in in_force(record.points)
        )
        accredited = Code.LAB_ACCREDITED in {check.code for check in checks} and _are_good(checks)
        lacking = Verdict.REMARK if accredited else Verdict.UNKNOWN
        found = quantity_check(used, record.performed_on, lacking) if held else None
        return [found] if found else []

    def _values(self, use: UseFacts) -> Sequence[Point]:
        """What a standard was measured at, as far as it may be told."""
        parent = self.records.get(use.relied_on) if use.relied_on is not None and not use.is_hidden else None
        return parent.points if parent is not None else use.standard.values

    def standard(self, standard: AssetFacts, day: date) -> str:
        """Add a standard on which no result is known, and what it ends in."""
        if standard.standard_class is StandardClass.NATIONAL:
            return self._top(self._standard(standard, []), Code.NATIONAL_STANDARD, day, standard.name)
        if standard.kind is Kind.REFERENCE_MATERIAL:
            return self._material(standard, day)
        return self._standard(standard, [Check(Code.NO_RECORD, Verdict.BROKEN, day, standard.name)])

    def _use(self, name: str, record: RecordFacts, use: UseFacts, path: tuple[int, ...]) -> set[int]:
        """Add the step from a record to a standard it used, and what that rested on; gives the assets above."""
        day, standard, key = record.performed_on, use.standard, use.relied_on
        if use.is_hidden:
            accredited = Code.LAB_ACCREDITED in {check.code for check in self.nodes[name].checks}
            verdict = Verdict.REMARK if accredited else Verdict.UNKNOWN
            above = self._standard(standard, [Check(Code.FOREIGN, verdict, day, standard.name)])
            self._step(name, above, day, _doubts(one for one in use.doubts if one.is_judged), use)
            return set()
        is_national = standard.standard_class is StandardClass.NATIONAL
        checks = [] if is_national and key is None else [_stood(use, day)]  # nobody calibrates what is on top
        checks += _doubts(use.doubts)
        parent = self.records.get(key) if key is not None else None
        if standard.id in path or (key is not None and self.above.get(f"c{key}", set()) & set(path)):
            checks.append(Check(Code.RING, Verdict.BROKEN, day, standard.name))
            above = self._standard(standard, [])
        elif key is None or is_national:
            if standard.values:
                checks += _compared(record, standard, standard.values, day)
            above = self.standard(standard, day)
        elif parent is None:
            check = Check(Code.CUT_OFF, Verdict.UNKNOWN, day, standard.name, str(MOST_RECORDS))
            above = self._add(f"c{key}", NodeKind.END, [check])
        else:
            checks += [_in_force(parent, day), *_compared(record, standard, parent.points, day)]
            above = self.result(parent.id, path)
        self._step(name, above, day, checks, use)
        return self.above.get(above, set())

    def _material(self, material: AssetFacts, day: date) -> str:
        """A reference material stands on its producer's certificate while its shelf life lasts."""
        if not material.certified:
            check = Check(Code.MATERIAL_UNCERTIFIED, Verdict.BROKEN, day, material.name)
        elif material.expires_on is not None and material.expires_on < day:
            check = Check(Code.MATERIAL_EXPIRED, Verdict.BROKEN, material.expires_on, material.name)
        else:
            return self._top(self._standard(material, []), Code.CERTIFIED_MATERIAL, day, material.name)
        return self._standard(material, [check])

    def _end(self, name: str, record: RecordFacts, checks: Sequence[Check]) -> None:
        """A record that names no standard ends the chain: at the SI by way of an accreditation, or broken off."""
        if record.asset.standard_class is StandardClass.NATIONAL:
            self._top(name, Code.NATIONAL_STANDARD, record.performed_on, record.asset.name)
        elif record.lab is not None and worst(check.verdict for check in checks) is not Verdict.BROKEN:
            is_designated = Code.LAB_DESIGNATED in {check.code for check in checks}
            code = Code.DESIGNATED_TOP if is_designated else Code.ACCREDITED_TOP
            self._top(name, code, record.performed_on, record.lab.name)
        else:
            check = Check(Code.NO_STANDARDS, Verdict.BROKEN, record.performed_on, record.asset.name)
            self._step(name, self._add(f"e-{name}", NodeKind.END, [check]), record.performed_on, [])

    def _top(self, name: str, code: Code, day: date, subject: str) -> str:
        """What legitimately ends a chain stands between it and the SI."""
        end = self._add(f"e-{name}", NodeKind.END, [Check(code, Verdict.GOOD, day, subject)])
        self._add(SI, NodeKind.SI, [])
        self._step(name, end, day, [])
        self._step(end, SI, day, [])
        return name

    def _standard(self, standard: AssetFacts, checks: Sequence[Check]) -> str:
        return self._add(f"a{standard.id}", NodeKind.STANDARD, checks, asset=standard)

    def _step(self, child: str, parent: str, on: date, checks: Sequence[Check], use: UseFacts | None = None) -> None:
        if not any((edge.child, edge.parent) == (child, parent) and use is None for edge in self.edges):
            verdict = worst(check.verdict for check in checks)
            self.edges.append(Edge(child=child, parent=parent, on=on, verdict=verdict, checks=checks, use=use))

    def _add(
        self,
        key: str,
        kind: NodeKind,
        checks: Sequence[Check],
        *,
        asset: AssetFacts | None = None,
        record: RecordFacts | None = None,
    ) -> str:
        known = self.nodes.get(key)
        every = [*(known.checks if known else ()), *checks]
        verdict = worst(check.verdict for check in every)
        self.nodes[key] = Node(
            key=key, kind=kind, verdict=verdict, depth=0, checks=list(dict.fromkeys(every)), asset=asset, record=record
        )
        return key


def _are_good(checks: Iterable[Check]) -> bool:
    return worst(check.verdict for check in checks) is Verdict.GOOD


def _doubts(doubts: Iterable[DoubtFacts]) -> list[Check]:
    """What a standard out of tolerance leaves in doubt; the day is the first in doubt, the other the last."""
    return [
        Check(Code.IN_DOUBT, Verdict.IN_DOUBT, one.since, one.name, str(one.number), one.until.isoformat())
        if one.until
        else Check(Code.IN_DOUBT, Verdict.IN_DOUBT, one.since, one.name, str(one.number))
        for one in doubts
    ]


def _stood(use: UseFacts, day: date) -> Check:
    code, verdict = (Code.STANDARD_VALID, Verdict.GOOD) if use.was_valid else (Code.STANDARD_NOT_VALID, Verdict.BROKEN)
    return Check(code, verdict, day, use.standard.name, use.due_on_then.isoformat() if use.due_on_then else "")


def _in_force(parent: RecordFacts, day: date) -> Check:
    """A record that failed shows no value to rely on, and one whose last valid day had passed is no longer in force."""
    if proof_of(parent.kind, parent.outcome) is Proof.FAILED:
        return Check(Code.RECORD_FAILED, Verdict.BROKEN, day, parent.asset.name, parent.certificate_no or "")
    if parent.due_on is not None and parent.due_on < day:
        return Check(Code.RECORD_EXPIRED, Verdict.BROKEN, parent.due_on, parent.asset.name, parent.certificate_no or "")
    return Check(Code.RECORD_IN_FORCE, Verdict.GOOD, day, parent.asset.name, parent.certificate_no or "")


def _compared(record: RecordFacts, standard: AssetFacts, values: Sequence[Point], day: date) -> list[Check]:
    return step_checks(in_force(scope_of(record.points, [standard.id])), in_force(values), day)


def _depths(start: str, edges: Iterable[Edge]) -> dict[str, int]:
    """How far each node is from the item on the longest way, so that every step leads up; a ring is walked once."""
    above: dict[str, list[str]] = {}
    for edge in edges:
        above.setdefault(edge.child, []).append(edge.parent)
    order: list[str] = []
    state: dict[str, bool] = {}

    def visit(key: str) -> None:
        state[key] = False
        for parent in above.get(key, ()):
            if parent not in state:
                visit(parent)
        state[key] = True
        order.append(key)

    visit(start)
    depths = dict.fromkeys(order, 0)
    place = {key: at for at, key in enumerate(reversed(order))}
    for key in reversed(order):
        for parent in above.get(key, ()):
            if place[parent] > place[key]:
                depths[parent] = max(depths[parent], depths[key] + 1)
    return depths
