"""What a result led to once it was issued, as the next page says it to whoever recorded or approved it."""

from flask import flash

from registry.accounts import signin
from registry.assets.rules import Proof
from registry.calibration.cases import queries as cases
from registry.calibration.models import Calibration
from registry.calibration.rules import proof_of
from registry.kernel.i18n import _


def tell(made: Calibration, done: str) -> None:
    """Say that a record was issued, `done`, or that it failed instead; and which case it opened, to who may see it."""
    case = cases.opened_by(signin.person(), made.id)
    if proof_of(made.kind, made.outcome) is Proof.FAILED:
        if case is None:
            flash(_("It failed, so it sets no due date."), "warning")
        else:
            text = _("It failed. Case %(number)s was opened: it names what relied on it.", number=case.id)
            flash(text, "warning")
        return
    flash(done)
    if case is not None:
        text = _(
            "It was out of tolerance as found. Case %(number)s was opened: it names what relied on it.", number=case.id
        )
        flash(text, "warning")
