"""How outsiders say things: the base schema and the field types whose messages name the value and the remedy."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Self

from marshmallow import RAISE, ValidationError, fields, post_dump, validate
from marshmallow import Schema as MarshmallowSchema
from marshmallow.fields import Field

from registry.kernel.i18n import _, lazy
from registry.kernel.text import INVISIBLE, digits, is_printable, is_whole, shown, visible

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
DECIMAL = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
OF_OUR_TIME = "^(19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}$"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # fromisoformat reads weeks too: 2026-W05-6
PRINTABLE = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
MAYBE_BLANK = f"^{PRINTABLE}*$"
NOT_BLANK = rf"^{PRINTABLE}*[^\s\x00-\x1f\x7f-\x9f{INVISIBLE}]{PRINTABLE}*$"
CURSOR = "[A-Za-z0-9_-]+"
ONE_LINE = 200
WIDTHS = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")  # blanks that look like another
BREAKS = re.compile(r"[^\S\r\n\x85\u2028\u2029]*[\r\n\x85\u2028\u2029]\s*")
SHARE = re.compile(r"0\.[0-9]{0,5}[1-9]0{0,3}")

Field.default_error_messages |= {
    "required": lazy("This is needed; please fill it in."),
    "null": lazy("This is needed; it cannot be empty."),
    "validator_failed": lazy("This value is not accepted."),
}
fields.List.default_error_messages |= {"invalid": lazy("This must be a list.")}
fields.String.default_error_messages |= {"invalid": lazy("This must be text.")}
fields.Number.default_error_messages |= {"invalid": lazy("This must be a number.")}
fields.Integer.default_error_messages |= {"invalid": lazy("This must be a whole number.")}
fields.DateTime.default_error_messages |= {"invalid": lazy("Give a moment such as 2026-11-29T08:30:00+07:00.")}
fields.AwareDateTime.default_error_messages |= {
    "invalid": lazy("Give a moment such as 2026-11-29T08:30:00+07:00."),
    "invalid_awareness": lazy("Give the time zone of the moment too, such as +07:00."),
}
fields.Boolean.default_error_messages |= {"invalid": lazy("This must be true or false.")}
fields.Mapping.default_error_messages |= {"invalid": lazy("This must be an object with named fields.")}
validate.Length.message_min = lazy("Give at least {min}.")
validate.Length.message_max = lazy("Give at most {max}.")
validate.Length.message_all = lazy("Give between {min} and {max}.")
validate.OneOf.default_message = lazy("Give one of: {choices}.")


class Schema(MarshmallowSchema):
    """Base of every schema: unknown fields are refused, fields come out in the order they are declared."""

    error_messages = {  # noqa: RUF012 — marshmallow's way to name messages
        "unknown": lazy("There is no such field here; check its spelling or leave it out."),
        "type": lazy("This must be an object with named fields."),
    }

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    def load(self, data: Any, **kwargs: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        """Read what was said; half characters are refused wherever they stand, whatever a field makes of its text."""
        if halves := _halves(data):
            raise ValidationError(halves)
        return super().load(data, **kwargs)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        """What a thing says by a name, without trying first whether it is indexed by names unless it is."""
        if "." in attr or isinstance(obj, Mapping):
            return super().get_attribute(obj, attr, default)
        return getattr(obj, attr, default)

    def __deepcopy__(self, _memo: object) -> Self:
        """A schema is not changed after it is made, so that every door and its description share it."""
        return self


def _halves(data: object) -> dict[str, list[str]]:
    """A message for each text or name that cannot be stored, by where it stands."""
    found: dict[str, list[str]] = {}
    waiting = [("", data)]
    while waiting:  # not one call within the other: JSON may be nested deeper than calls
        path, one = waiting.pop()
        if isinstance(one, str):
            if not is_whole(one):
                found[path or "_schema"] = [_("This holds half a character, which cannot be stored; type it again.")]
        elif isinstance(one, Mapping | list):
            for name, value in one.items() if isinstance(one, Mapping) else enumerate(one):
                step = shown(name)
                inner = f"{path}.{step}" if path else step
                waiting += [(inner, value), (inner, name)]
    return found


class Text(fields.String):
    """Visible text, trimmed, in Unicode's composed form; at most `most` characters, at least one unless `blank`.

    What is as short as a name is one line: breaks become blanks, as a form's own fields have it.
    """

    default_error_messages = {"invalid": lazy("This must be text.")}  # noqa: RUF012 — marshmallow's way to name messages

    def __init__(self, most: int = 200, *, blank: bool = False, pattern: str | None = None, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        self.most, self.blank, self.pattern = most, blank, pattern
        rules: list[validate.Validator] = [validate.Length(min=None if blank else 1, max=most, error=self._length())]
        if pattern:
            rules.append(validate.Regexp(f"^{pattern}$", error=self._form()))
        else:
            kwargs["metadata"] = {"pattern": MAYBE_BLANK if blank else NOT_BLANK} | kwargs.get("metadata", {})
        super().__init__(validate=rules, **kwargs)

    def _length(self) -> str:
        return lazy("Give between 1 and %(most)s characters.", most=self.most)

    def _form(self) -> str:
        return lazy("“{input}” does not have the form that is needed here: letters without accents, digits, dot, dash.")

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:  # noqa: ANN401 — marshmallow's signature
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_printable(text):
            raise ValidationError(_("This holds control characters that cannot be stored; type it again."))
        text = WIDTHS.sub(" ", unicodedata.normalize("NFC", visible(text))).strip()
        return " ".join(BREAKS.split(text)) if self.most <= ONE_LINE else text


class Code(Text):
    """A short code that may stand in an address: letters, digits, dot, dash and underscore."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(64, pattern="[A-Za-z0-9][A-Za-z0-9._-]*", **kwargs)


class Email(Text):
    """An e-mail address, as every person's and every contact's is said."""

    def __init__(self, most: int = 200, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(most, **kwargs)
        self.validators.append(validate.Email(error=lazy("Give an e-mail address such as ten@example.vn.")))


class Exact(fields.Decimal):
    """A decimal said as text with a dot, kept with its digits: "0.10" is not 0.1."""

    def __init__(self, *, positive: bool = False, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        self.positive = positive
        metadata = {"pattern": f"^{DECIMAL.pattern}$"} | kwargs.pop("metadata", {})
        super().__init__(as_string=True, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:  # noqa: ANN401, ARG002 — marshmallow's signature
        if not isinstance(value, str) or not DECIMAL.fullmatch(value.strip()):
            raise ValidationError(
                _(
                    "“%(value)s” is not a decimal number; write one such as 12.50.",
                    value=shown(value),
                )
            )
        number = Decimal(value.strip())
        if self.positive and number <= 0:
            raise ValidationError(_("“%(value)s” must be greater than zero.", value=shown(value)))
        return number

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ANN401, ARG002 — marshmallow's signature
        return None if value is None else digits(value)


class Share(Exact):
    """A share or a probability strictly between none and all, said with at most six decimals: 0.95."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(metadata={"pattern": f"^{SHARE.pattern}$"} | kwargs.pop("metadata", {}), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:  # noqa: ANN401 — marshmallow's signature
        if not isinstance(value, str) or not SHARE.fullmatch(value.strip()):
            text = _("Give a share between 0 and 1, as 0.95 for 95 %%, not %(value)s.", value=shown(value))
            raise ValidationError(text)
        return super()._deserialize(value, attr, data, **kwargs)


def unsigned(description: str) -> dict[str, str]:
    """The documentation of a decimal that its rules keep from being negative."""
    return {"description": description, "pattern": f"^{DECIMAL.pattern.replace('-', '', 1)}$"}


class Day(fields.Date):
    """A local date, `YYYY-MM-DD`, between 1900 and 2199."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(metadata={"pattern": OF_OUR_TIME} | kwargs.pop("metadata", {}), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:  # noqa: ANN401, ARG002 — marshmallow's signature
        try:
            day = date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None:
            raise ValidationError(
                _("“%(value)s” is not a date; write year-month-day, such as 2026-01-31.", value=shown(value))
            )
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(_("“%(value)s” is outside 1900 to 2199.", value=shown(value)))
        return day


class Choice(fields.Enum[StrEnum]):
    """One of an enumeration's values."""

    def __init__(self, kind: type[StrEnum], **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(kind, by_value=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:  # noqa: ANN401, ARG002 — marshmallow's signature
        try:
            return self.enum(value)
        except ValueError:
            choices = ", ".join(str(member.value) for member in self.enum)
            if not isinstance(value, str):
                raise ValidationError(_("This must be text, one of: %(choices)s.", choices=choices)) from None
            raise ValidationError(
                _("“%(value)s” is not one of: %(choices)s.", value=shown(value), choices=choices)
            ) from None


class Several(fields.List[Any]):
    """Values of an enumeration, of which any will do: in an address an argument that is repeated, else a list.

    One alone may be said as it is, and is said so; each counts once, in the order of the enumeration.
    """

    def __init__(self, kind: type[StrEnum], **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        about = " ".join((kwargs.pop("about", ""), "Several: any of them will do.")).strip()
        super().__init__(Choice(kind), metadata={"description": about}, **kwargs)
        self.kind = kind

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:  # noqa: ANN401 — marshmallow's signature
        said = value if isinstance(value, list) else [value]
        chosen = {self.inner.deserialize(one, attr, data, **kwargs) for one in said}
        return [one for one in self.kind if one in chosen]

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        said = super()._serialize(value, attr, obj, **kwargs)
        return said[0] if said and len(said) == 1 else said


class Whole(fields.Integer):
    """A whole number in a range; JSON knows one kind of number, so 2.0 is 2."""

    grouped: ClassVar[bool] = True

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        error = lazy("Give a whole number from %(low)s to %(high)s.", low=self._told(low), high=self._told(high))
        super().__init__(
            strict=True,
            validate=validate.Range(min=low, max=high, error=error),
            error_messages={"invalid": error},
            **kwargs,
        )

    def _told(self, bound: int) -> int | str:
        return bound if self.grouped else str(bound)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:  # noqa: ANN401 — marshmallow's signature
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        return super()._deserialize(whole, attr, data, **kwargs)


class Dong(Whole):
    """Money in whole đồng, or in the unit of a plan's table."""


class Year(Whole):
    """A year, whose thousands nobody groups."""

    grouped = False

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(1900, 2199, **kwargs)


class WholeText(Whole):
    """A whole number in a query string, where every value is text."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:  # noqa: ANN401 — marshmallow's signature
        if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,18}", value.strip()):
            value = int(value)
        return super()._deserialize(value, attr, data, **kwargs)


class Flag(fields.Boolean):
    """True or false, as JSON spells them."""

    default_error_messages = {"invalid": lazy("This value is not accepted.")}  # noqa: RUF012 — see Text
    truthy = {True}  # noqa: RUF012 — marshmallow's way to set it
    falsy = {False}  # noqa: RUF012 — see above

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:  # noqa: ANN401 — marshmallow's signature
        if not isinstance(value, bool):  # 1 equals True
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class ByKey(fields.Dict):
    """Values by keys of one kind; what is wrong with either is said of the key itself: `versions.TAG`."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        try:
            return super()._deserialize(value, *args, **kwargs)  # type: ignore[no-untyped-call]  # as it has it
        except ValidationError as error:
            if not isinstance(error.messages, Mapping):
                raise
            raise ValidationError(
                {key: [text for texts in said.values() for text in _all(texts)] for key, said in error.messages.items()}
            ) from error


def _all(texts: object) -> Sequence[object]:
    """Messages as a list: marshmallow leaves one that is not translated yet as it is."""
    return texts if isinstance(texts, list | tuple) else [texts]


class ListQuery(Schema):
    """What every list understands: page size, cursor, search text and exact count."""

    limit = WholeText(1, 200, load_default=50, metadata={"description": "How many items at most."})
    cursor = Text(1200, pattern=CURSOR, metadata={"description": "The `next` of the page before."})
    q = Text(100, blank=True, metadata={"description": "Search text; accents do not matter."})
    count = fields.String(
        validate=validate.OneOf(["exact"], error=lazy("Give one of: {choices}.")),
        metadata={"description": "`exact` adds `total`."},
    )


class PageOut(Schema):
    """What every page says; the total only when it was asked for."""

    next = fields.String(required=True, allow_none=True)
    total = fields.Integer()

    @post_dump
    def _without_uncounted_total(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        return {key: value for key, value in data.items() if key != "total" or value is not None}


@cache
def paged(item: type[Schema]) -> type[Schema]:
    """The schema of a page of items: the same one however often it is asked for."""
    name = item.__name__.removesuffix("Out") + "Page"
    items = fields.List(fields.Nested(item), required=True)
    return type(name, (PageOut,), {"items": items, "__doc__": f"A page of {item.__name__}."})
