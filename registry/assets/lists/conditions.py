"""Filters and search words as SQL whose variables are named parameters, so that a statement is compiled once.

A condition goes by a name: the same names make the same statement, whatever values they are asked with.
"""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    and_,
    bindparam,
    column,
    literal_column,
    not_,
    or_,
    select,
    table,
    true,
    union_all,
)

from registry.accounts.models import Organisation
from registry.assets.custody.models import Holding
from registry.assets.exchange.models import AssetImportRow
from registry.assets.lists.rules import SEVERAL, Filters, soon
from registry.assets.models import Asset
from registry.assets.rules import CALLED_BACK, GONE, ON_THE_CLOCK, Doubted, Proof, Status, Validity
from registry.kernel import trigrams
from registry.kernel.reads import among
from registry.sheets.models import Outcome

asset = cast("Table", Asset.__table__)
organisation = cast("Table", Organisation.__table__)
import_row = cast("Table", AssetImportRow.__table__)
holding = cast("Table", Holding.__table__)
own_text = table(trigrams.ASSETS, column("rowid"))

Values = dict[str, Any]
EQUAL: Final = ("kind", "status", "location", "instrument_type", "standard_class", "tag", "doubt")
FOUND_BY: Final = {
    "kind": "ix_asset_kind_name_order_id",
    "status": "ix_asset_status_name_order_id",
    "owner": "ix_asset_owner_id_name_order_id",
    "reach": "ix_asset_owner_id_name_order_id",
    "named": "ix_asset_owner_id_name_order_id",
    "parent": "ix_asset_parent_id",
    "imported": "sqlite_autoindex_asset_1",
    "location": "ix_asset_location",
    "instrument_type": "ix_asset_instrument_type",
    "standard_class": "ix_asset_standard_class",
    "set_status": "ix_asset_set_status",
    "validity": "ix_asset_proof_due_order_id",
    "due_before": "ix_asset_due_order_id",
    "due_within": "ix_asset_due_order_id",
    "beginning": "ix_asset_name_order_id",
    "doubt": "ix_asset_doubt",
    "contradicted": "ix_asset_contradicted",
}


def named(filters: Filters, today: date, reach: list[int] | None) -> tuple[list[str], Values]:
    """The names of the conditions that filters and a person's reach make, without the search, and their values."""
    given = filters.given()
    for elsewhere in ("q", "commune"):  # a search, and a narrower reach
        given.pop(elsewhere, None)
    names: list[str] = []
    values: Values = {"today": today, "soon": soon(today)}
    for name, value in given.items():
        if name == "validity":
            names.append(f"validity.{','.join(value)}")
        elif name == "use":
            names.append(f"use.{value}")
        elif name == "doubt" and Doubted.CONTRADICTED in value:
            marks = [one for one in value if one is not Doubted.CONTRADICTED]
            names.append(f"contradicted.{len(marks)}")
            values |= {f"doubt_{place}": one for place, one in enumerate(marks)}
        elif name not in SEVERAL or len(value) == 1:
            names.append(name)
            values[name] = value[0] if name in SEVERAL else value
        else:
            names.append(f"{name}.{len(value)}")
            values |= {f"{name}_{place}": one for place, one in enumerate(value)}
    if filters.due_within is not None:
        values["due_within"] = today + timedelta(days=filters.due_within)
    if filters.parent is not None:
        values["parent"] = filters.parent
    if reach is not None:
        names.append("reach")
        values["reach"] = reach
    return names, values


def condition(name: str, dialect: str) -> ColumnElement[bool]:
    """What a name stands for, in a form that can be checked of any row."""
    kind, _dot, detail = name.partition(".")
    return MADE[kind](kind, detail, dialect)


def found_apart(name: str, dialect: str) -> Select[Any] | CompoundSelect[Any] | None:
    """The keys of the rows that a condition finds in another way than along one index; None for most conditions.

    What may hold the words of a `text` is in another table on SQLite. What is out in some way or offered is few beside
    what stands in its place. Several validities are several parts of their index; what contradicts itself has an index
    apart from that of the marks, and what must not be used is found along four.
    """
    kind, _dot, detail = name.partition(".")
    if kind == "text" and dialect == "sqlite":
        return _trigram_rows(detail)
    if kind == "custody":
        return _held_rows(detail)
    if kind == "validity" and "," in detail:
        return union_all(*(_rows_in_state(state, dialect) for state in detail.split(",")))
    if kind == "contradicted":
        return union_all(*_doubted_rows(detail, dialect))
    if kind == "use":
        return union_all(*_forbidden_rows(dialect))
    return None


def hinted(wanted: Select[Any], dialect: str, index: str | None) -> Select[Any]:
    """A select of assets that goes by an index, on SQLite."""
    return wanted.with_hint(asset, f"INDEXED BY {index}", "sqlite") if index and dialect == "sqlite" else wanted


def _trigram_rows(detail: str) -> Select[Any]:
    group = detail.partition(":")[0]
    matching = literal_column(trigrams.ASSETS).op("MATCH")(bindparam(f"match_{group}"))
    return select(own_text.c.rowid).where(matching)


def _rows_in_state(state: str, dialect: str) -> Select[Any]:
    wanted = select(asset.c.id).correlate(None).where(condition(f"validity.{state}", dialect))
    return hinted(wanted, dialect, FOUND_BY["validity"])


def _doubted_rows(detail: str, dialect: str) -> list[Select[Any]]:
    said = {"contradicted": _contradicted()} | ({"doubt": _marked(detail)} if detail != "0" else {})
    return [
        hinted(select(asset.c.id).correlate(None).where(holds), dialect, FOUND_BY[name]) for name, holds in said.items()
    ]


def _forbidden_rows(dialect: str) -> list[Select[Any]]:
    return [
        hinted(select(asset.c.id).correlate(None).where(holds), dialect, FOUND_BY[name])
        for name, holds in _forbidden(dialect).items()
    ]


def _forbidden(dialect: str) -> dict[str, ColumnElement[bool]]:
    """The twin of `pressing.held_back`: why something must not be used, by the condition whose index finds it."""
    lapsed = condition("validity.overdue,failed,never", dialect)
    return {
        "doubt": and_(_is_any(asset.c.doubt, CALLED_BACK), not_(_is_any(asset.c.status, GONE))),
        "status": _is_any(asset.c.status, {Status.QUARANTINED}),
        "set_status": _is_any(asset.c.set_status, {Status.QUARANTINED}),
        "validity": and_(lapsed, _is_any(asset.c.status, ON_THE_CLOCK)),
    }


def _is_any(column: ColumnElement[Any], values: Collection[str]) -> ColumnElement[bool]:
    """That a column has one of some values; they stand in the statement, where no parameter can be called alike."""
    return column.in_([literal_column(f"'{value}'") for value in sorted(values)])


def _use(_kind: str, _detail: str, dialect: str) -> ColumnElement[bool]:
    return or_(*_forbidden(dialect).values())


def _contradicted() -> ColumnElement[bool]:
    return asset.c.contradicted == true()


def _marked(count: str) -> ColumnElement[bool]:
    return _one_of(asset.c.doubt, "doubt", count)


def _held_rows(detail: str) -> Select[Any]:
    return select(holding.c.asset_id).where(_one_of(holding.c.kind, "custody", detail))


def _custody(_kind: str, detail: str, _dialect: str) -> ColumnElement[bool]:
    return asset.c.id.in_(_held_rows(detail))


def _day(name: str) -> Any:  # noqa: ANN401 — a typed parameter
    return bindparam(name, type_=asset.c.due_order.type)


def _equal(kind: str, detail: str, _dialect: str) -> ColumnElement[bool]:
    return _one_of(asset.c[kind], kind, detail)


def _one_of(column: ColumnElement[Any], name: str, count: str) -> ColumnElement[bool]:
    """That a column has the value of a parameter, or one of the values of so many."""
    if not count:
        equal: ColumnElement[bool] = column == bindparam(name, type_=column.type)
        return equal
    return column.in_([bindparam(f"{name}_{place}", type_=column.type) for place in range(int(count))])


def _doubted(_kind: str, detail: str, _dialect: str) -> ColumnElement[bool]:
    """What contradicts itself, or has one of so many marks."""
    return _contradicted() if detail == "0" else or_(_contradicted(), _marked(detail))


def _owner(_kind: str, _detail: str, _dialect: str) -> ColumnElement[bool]:
    found = select(organisation.c.id).where(organisation.c.code == bindparam("owner"))
    return asset.c.owner_id == found.scalar_subquery()


def _parent(_kind: str, _detail: str, _dialect: str) -> ColumnElement[bool]:
    whole = asset.alias("whole")
    equal: ColumnElement[bool] = (
        asset.c.parent_id == select(whole.c.id).where(whole.c.tag == bindparam("parent")).scalar_subquery()
    )
    return equal


def _imported(_kind: str, _detail: str, _dialect: str) -> ColumnElement[bool]:
    """What an import made or changed."""
    done = select(import_row.c.tag).where(
        import_row.c.import_id == bindparam("imported"),
        import_row.c.outcome.in_((literal_column(f"'{Outcome.NEW}'"), literal_column(f"'{Outcome.CHANGED}'"))),
    )
    return asset.c.tag.in_(done)


def _reach(_kind: str, _detail: str, dialect: str) -> ColumnElement[bool]:
    return among(asset.c.owner_id, "reach", dialect)


def _state(_kind: str, detail: str, _dialect: str) -> ColumnElement[bool]:
    """The twin of `queries.validity_is` with named parameters."""
    good, missing = asset.c.proof == Proof.GOOD, asset.c.proof == Proof.MISSING
    due, today, soon_ = asset.c.due_order, _day("today"), _day("soon")
    states: dict[str, ColumnElement[bool]] = {
        Validity.NOT_REQUIRED: asset.c.proof == Proof.NOT_REQUIRED,
        Validity.FAILED: asset.c.proof == Proof.FAILED,
        Validity.OVERDUE: and_(or_(missing, good), due < today),
        Validity.NEVER: and_(missing, due >= today),
        Validity.DUE_SOON: and_(good, due >= today, due <= soon_),
        Validity.VALID: and_(good, due > soon_),
    }
    return or_(*(states[state] for state in detail.split(",")))


def _due_before(_kind: str, _detail: str, _dialect: str) -> ColumnElement[bool]:
    earlier: ColumnElement[bool] = asset.c.due_order < _day("due_before")
    return earlier


def _due_within(_kind: str, _detail: str, _dialect: str) -> ColumnElement[bool]:
    return and_(asset.c.due_order >= _day("today"), asset.c.due_order <= _day("due_within"))


def _beginning(_kind: str, _detail: str, _dialect: str) -> ColumnElement[bool]:
    kind = asset.c.name_order.type
    begins: Any = bindparam("beginning", type_=kind)
    return and_(asset.c.name_order >= begins, asset.c.name_order < bindparam("beginning_end", type_=kind))


def _text(_kind: str, detail: str, dialect: str) -> ColumnElement[bool]:
    """Words in an asset's own text; detail is `group:asked/compared`, places of words among those that were typed.

    PostgreSQL would look up the trigrams of whatever its index can; of words that are only compared it must not.
    """
    asked, _slash, compared = detail.partition(":")[2].partition("/")
    indexed: ColumnElement[str] = asset.c.search
    unindexed = indexed.concat("") if dialect == "postgresql" else indexed
    places = [(text, place) for text, said in ((indexed, asked), (unindexed, compared)) for place in said.split(",")]
    return and_(*(text.like(bindparam(f"word_{place}"), escape="\\") for text, place in places if place))


def _unlike(_kind: str, detail: str, dialect: str) -> ColumnElement[bool]:
    """That the first so many words are not all in an asset's own text, nor its name begins as was typed."""
    places = ",".join(str(place) for place in range(int(detail.rstrip("b"))))
    lacking = not_(_text("text", f"0:/{places}", dialect))
    return and_(lacking, not_(_beginning("beginning", "", dialect))) if detail.endswith("b") else lacking


def _named(_kind: str, detail: str, dialect: str) -> ColumnElement[bool]:
    return among(asset.c.owner_id, f"named_{detail}", dialect)


MADE: Final[dict[str, Callable[[str, str, str], ColumnElement[bool]]]] = {
    **dict.fromkeys(EQUAL, _equal),
    "owner": _owner,
    "parent": _parent,
    "imported": _imported,
    "custody": _custody,
    "contradicted": _doubted,
    "reach": _reach,
    "validity": _state,
    "use": _use,
    "due_before": _due_before,
    "due_within": _due_within,
    "beginning": _beginning,
    "text": _text,
    "named": _named,
    "unlike": _unlike,
}
