"""How outsiders say stock-takes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from marshmallow import fields, validate

from registry.assets.rules import Kind, Status
from registry.assets.stocktake.rules import MOST_AT_ONCE, Part, State, Verdict
from registry.kernel.i18n import lazy
from registry.kernel.paging import Page
from registry.kernel.schema import Choice, Code, ListQuery, Schema, Text, WholeText, paged

MOST_DECISIONS: Final = 500
MAX_KEY: Final = 2**31 - 1


def few(most: int, *, least: int = 0) -> validate.Length:
    """A list that is not endless."""
    error = lazy("Give between %(least)s and %(most)s lines.", least=least, most=most)
    return validate.Length(min=least, max=most, error=error)


class StockTakeIn(Schema):
    """A stock-take to open."""

    organisation = Code(required=True, metadata={"description": "Code of the organisation whose assets are counted."})
    location = Text(
        blank=True,
        allow_none=True,
        metadata={"description": "The place; what is registered in it by a longer name counts too. Empty: everywhere."},
    )
    only_kind = Choice(Kind, allow_none=True)
    only_status = Choice(
        Status, allow_none=True, metadata={"description": "Empty: whatever should stand on its shelf."}
    )
    name = Text(blank=True, allow_none=True)


class StockTakeOut(Schema):
    """A stock-take and how far it is."""

    id = fields.Integer(required=True)
    organisation = fields.String(attribute="organisation.code", required=True)
    location = fields.String(required=True, allow_none=True)
    only_kind = Choice(Kind, required=True, allow_none=True)
    only_status = Choice(Status, required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    opened_at = fields.AwareDateTime(required=True)
    opened_by = fields.Pluck("PersonName", "name", required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_by = fields.Pluck("PersonName", "name", required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    expected = fields.Integer(required=True)
    found = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    elsewhere = fields.Integer(required=True)
    unexpected = fields.Integer(required=True)
    unknown_tags = fields.Integer(attribute="unknown", data_key="unknown", required=True)


class PersonName(Schema):
    """Who did it."""

    name = fields.String(required=True)


class PlainQuery(ListQuery):
    """A list that is not searched."""

    class Meta(ListQuery.Meta):
        """See the class."""

        exclude = ("q",)


class StockTakeQuery(PlainQuery):
    """Filters of the list of stock-takes."""

    organisation = Code(metadata={"description": "Code of the organisation that counts."})
    state = Choice(State)


class PartQuery(PlainQuery):
    """Which part of a result, and which page of it."""

    state = Choice(Part, load_default=Part.MISSING)


class NewsQuery(Schema):
    """What a phone has heard of already."""

    after = WholeText(0, MAX_KEY, load_default=0)


class ScanIn(Schema):
    """One scan."""

    key = Code(
        required=True,
        metadata={"description": "Made by the device, the same whenever this scan is sent: it is recorded once."},
    )
    tag = Text(200, required=True, metadata={"description": "What the label says or what was typed."})
    at = fields.AwareDateTime(
        allow_none=True,
        error_messages={
            "invalid": lazy("This is not an instant; write one such as 2026-01-31T08:30:00+07:00."),
            "invalid_awareness": lazy("This instant needs its time zone, such as 2026-01-31T08:30:00+07:00."),
        },
        metadata={"description": "When it was scanned, by the device's clock."},
    )


class ScansIn(Schema):
    """Scans in the order they were made."""

    scans = fields.List(fields.Nested(ScanIn), required=True, validate=few(MOST_AT_ONCE, least=1))


class CountedIn(ScansIn):
    """Scans of the page that counts, and whose page it is: somebody else may have signed in beside it meanwhile."""

    person = fields.Integer(required=True)


class ToldOut(Schema):
    """What a scan meant; place and owner as far as whoever asks may know them."""

    key = fields.String(required=True)
    verdict = Choice(Verdict, required=True)
    tag = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    location = fields.String(required=True, allow_none=True)
    owner = fields.String(attribute="owner.code", dump_default=None, required=True, allow_none=True)
    owner_name = fields.String(attribute="owner.name", dump_default=None, required=True, allow_none=True)
    fit_for_use = fields.Boolean(required=True, allow_none=True)
    label = fields.String(
        required=True, allow_none=True, metadata={"description": "What the label that is on it now says."}
    )
    revoked = fields.Boolean(
        required=True, metadata={"description": "The label that was scanned holds no longer: replace it."}
    )
    component = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The name of what was scanned, where it counts with its set."},
    )
    unseen = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "The names of the components that the set of a scanned one still waits for."},
    )


class ScansOut(Schema):
    """What scans meant, in the order they were sent, and how far the stock-take is after them."""

    verdicts = fields.List(fields.Nested(ToldOut), required=True)
    stock_take = fields.Nested(StockTakeOut, required=True)


class PieceOut(Schema):
    """A component of a set."""

    tag = fields.String(required=True)
    name = fields.String(required=True)


class LineOut(Schema):
    """A thing that is missing or was scanned."""

    state = Choice(Part, attribute="part", required=True)
    tag = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    location = fields.String(
        required=True, allow_none=True, metadata={"description": "Where it was registered at that time."}
    )
    owner = fields.String(attribute="owner.code", dump_default=None, required=True, allow_none=True)
    owner_name = fields.String(attribute="owner.name", dump_default=None, required=True, allow_none=True)
    scanned_at = fields.AwareDateTime(dump_default=None, required=True, allow_none=True)
    scanned_by = fields.Pluck(PersonName, "name", attribute="person", dump_default=None, required=True, allow_none=True)
    note = fields.String(dump_default=None, required=True, allow_none=True)
    moved = fields.Boolean(dump_default=False, required=True)
    unseen = fields.List(
        fields.Nested(PieceOut),
        dump_default=[],
        required=True,
        metadata={"description": "The components nobody has scanned, of a missing set some of whose others were."},
    )


class HereIn(Schema):
    """A thing registered elsewhere that stays where it was found."""

    tag = Text(40, required=True)


class MissingIn(Schema):
    """What is known of a thing nobody found."""

    tag = Text(40, required=True)
    note = Text(500, blank=True, allow_none=True)


class CloseIn(Schema):
    """The decisions with which a stock-take is closed."""

    here_now = fields.List(fields.Nested(HereIn), validate=few(MOST_DECISIONS))
    missing = fields.List(fields.Nested(MissingIn), validate=few(MOST_DECISIONS))
    note = Text(2000, blank=True, allow_none=True)


def lines_answer(page: Page[Any], waiting: Mapping[int, Sequence[Any]]) -> dict[str, Any]:
    """What a page of LineOut writes down of lines, of which some are sets that wait for components, by their keys."""
    answer: dict[str, Any] = paged(LineOut)().dump(page)
    for said, line in zip(answer["items"], page.items, strict=True):
        said["unseen"] = PieceOut(many=True).dump(waiting.get(line.asset_id, ()))
    return answer


def answered(take: Any, told: Any) -> dict[str, Any]:  # noqa: ANN401 — a StockTake and what actions.receive gives
    """What ScansOut writes down."""
    return {"verdicts": told, "stock_take": take}
