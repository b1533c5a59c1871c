"""How outsiders say up to when things are known."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from marshmallow import ValidationError, fields

from registry.kernel.i18n import _
from registry.kernel.schema import DAY, OF_OUR_TIME, Day
from registry.kernel.text import shown

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
