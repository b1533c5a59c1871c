"""How the board is asked for."""

from marshmallow import fields

from registry.kernel.schema import Choice, Code
from registry.plan.rules import Verdict
from registry.plan.schemas import RollupQuery


class BoardQuery(RollupQuery):
    """The day to look at, whether it is read from afar, and which verdict of which period is looked at alone."""

    room = fields.Boolean(load_default=False)
    period = Code()
    verdict = Choice(Verdict)
