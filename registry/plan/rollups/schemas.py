"""How outsiders say up to when things are known, and how an indicator came to its number."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from marshmallow import ValidationError, fields

from registry.kernel.i18n import _
from registry.kernel.schema import DAY, OF_OUR_TIME, Choice, Day, Schema
from registry.kernel.text import shown
from registry.plan.rollups.rules import Likelihood, Unforeseen
from registry.plan.rules import Mode

THEN: Final = "then"
TIME: Final = "[0-2][0-9]:[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
KNOWN: Final = f"{OF_OUR_TIME[:-1]}(T{TIME})?$|^then$"


class Known(fields.String):
    """Up to when things are known: `then` (up to the day that is looked at), a day, or an instant with its zone."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(metadata={"pattern": KNOWN, "description": self.__doc__}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        if text == THEN:
            return text
        if DAY.fullmatch(text):
            return Day().deserialize(text)
        try:
            instant = datetime.fromisoformat(text) if re.fullmatch(KNOWN, text) else None
        except ValueError:
            instant = None
        if instant is None:
            message = _(
                "“%(value)s”: write then, a day, or an instant such as 2025-12-10T17:00:00Z.", value=shown(text)
            )
            raise ValidationError(message)
        return instant


class TrajectoryQuery(Schema):
    """The day to look at, today when left out; and as it was known when, as it is known now when left out."""

    on = Day()
    known = Known()


class QuarterPointOut(Schema):
    """What counted at the end of a day, and what a steady pace asks for by then."""

    on = fields.Date(required=True)
    value = fields.Integer(required=True)
    due = fields.Integer(required=True)


class OutlookOut(Schema):
    """What is expected at the end of the period, the band that holds it nine times in ten, and the target's chance."""

    expected = fields.Decimal(required=True, as_string=True, places=1)
    low = fields.Integer(required=True)
    high = fields.Integer(required=True)
    chance = fields.Decimal(required=True, as_string=True, places=2, metadata={"description": "From 0 to 1."})
    likelihood = Choice(Likelihood, required=True)
    dispersion = fields.Decimal(
        required=True,
        as_string=True,
        places=2,
        metadata={"description": "How uneven quarters are; 1 is as even as chance."},
    )


class TrajectoryOut(Schema):
    """A period of an indicator under its official reading; without a forecast, why there is none."""

    code = fields.String(attribute="span.code", required=True)
    start = fields.Date(attribute="span.start", required=True)
    end = fields.Date(attribute="span.end", required=True)
    mode = Choice(Mode, required=True)
    target = fields.Integer(required=True)
    points = fields.List(fields.Nested(QuarterPointOut), required=True)
    forecast = fields.Nested(OutlookOut, required=True, allow_none=True)
    unforeseen = Choice(Unforeseen, required=True, allow_none=True)


class TrajectoriesOut(Schema):
    """How an indicator came to its number, in every period that has begun and has a target."""

    indicator = fields.String(required=True)
    on = fields.Date(required=True)
    periods = fields.List(fields.Nested(TrajectoryOut), required=True)
