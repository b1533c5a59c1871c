"""What is typed behind a command, read by the schemas that the pages and the API use."""

from datetime import date
from typing import Any

import click
from marshmallow import ValidationError

from registry.kernel import schema
from registry.kernel.errors import Invalid, flat_messages


class Day(click.ParamType[date]):
    """A date argument."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read `YYYY-MM-DD`."""
        try:
            return schema.Day().deserialize(str(value))
        except ValidationError as error:
            self.fail(" ".join(error.messages), param, ctx)


def checked(kind: type[schema.Schema], **said: str) -> dict[str, Any]:
    """What was said, through the schema the pages and the API use; raises Invalid."""
    try:
        return dict(kind().load(said))
    except ValidationError as error:
        raise Invalid(flat_messages(error.messages)) from error
