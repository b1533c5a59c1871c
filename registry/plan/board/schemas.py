"""How the board is asked for."""

from marshmallow import fields

from registry.plan.schemas import RollupQuery


class BoardQuery(RollupQuery):
    """The day to look at, and whether it is read from afar."""

    room = fields.Boolean(load_default=False)
