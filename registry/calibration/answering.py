"""In whose name a record stands, and who may therefore draft, approve, amend or void it.

What a laboratory's own people recorded or signed is theirs alone: the owner of an instrument does not overturn the
result that it was given. The owner's people answer for work without a laboratory, and, beside the laboratory's, for
what they copied from a certificate that they hold.
"""

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import may
from registry.accounts.rules import Verb, role_words, roles_allowing
from registry.assets.models import Asset
from registry.calibration import queries
from registry.calibration.models import Calibration
from registry.calibration.rules import RecordStatus
from registry.calibration.words import status_text
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Forbidden, Invalid
from registry.kernel.i18n import _, said_day
from registry.labs.models import Lab


def lock(calibration: Calibration) -> tuple[Asset, Lab | None]:
    """Keep others from changing a record until the commit: who changes one locks its asset first, then reads it."""
    item = queries.asset_field(calibration.asset.tag, "asset", lock=True)
    db.session.refresh(calibration)
    return item, calibration.lab


def require_either(by: Person | None, verb: Verb, asset: Asset, lab: Lab | None) -> None:
    """Raise Forbidden unless somebody is of the owner's people or of the laboratory's."""
    if not is_of(by, verb, lab):
        require(by, verb, asset.owner_id)


def is_of(by: Person | None, verb: Verb, lab: Lab | None) -> bool:
    """Whether somebody may do this for a laboratory; the registry itself is nobody's."""
    return by is not None and lab is not None and may(by, verb, lab.organisation_id)


def is_the_labs(calibration: Calibration) -> bool:
    """Whether the laboratory's people recorded or signed a record, so that nobody else speaks for it."""
    return calibration.lab_id is not None and (calibration.recorded_by_lab or calibration.approved_at is not None)


def holds(by: Person, verb: Verb, calibration: Calibration) -> bool:
    """Whether a record is somebody's to change."""
    if is_of(by, verb, calibration.lab):
        return True
    return not is_the_labs(calibration) and may(by, verb, calibration.asset.owner_id)


def require_holder(by: Person | None, verb: Verb, calibration: Calibration) -> None:
    """Raise Forbidden, with who may, unless a record is somebody's to change."""
    if by is None or holds(by, verb, calibration):
        return
    if calibration.lab is not None and is_the_labs(calibration):
        text = _(
            "The people of %(lab)s recorded or signed this result, so only they change or withdraw it. It takes one of "
            "these roles there: %(roles)s. Ask them, or an administrator.",
            lab=calibration.lab.name,
            roles=_roles(verb),
        )
        raise Forbidden(text)
    require(by, verb, calibration.asset.owner_id)


def approves(by: Person, calibration: Calibration) -> bool:
    """Whether somebody may sign in the name a record is drafted in."""
    if calibration.lab is not None:
        return is_of(by, Verb.CALIBRATION_APPROVE, calibration.lab)
    return may(by, Verb.CALIBRATION_APPROVE, calibration.asset.owner_id)


def require_approver(by: Person | None, item: Asset, lab: Lab | None) -> None:
    """Raise Forbidden unless somebody may sign in the name of the laboratory, or without one of the owner."""
    if lab is None:
        require(by, Verb.CALIBRATION_APPROVE, item.owner_id)
    elif by is not None and not is_of(by, Verb.CALIBRATION_APPROVE, lab):
        text = _(
            "This result is signed in the name of %(lab)s, so it takes one of these roles there: %(roles)s. Whoever "
            "holds its certificate records it with the certificate's number instead.",
            lab=lab.name,
            roles=_roles(Verb.CALIBRATION_APPROVE),
        )
        raise Forbidden(text)


def require_drafter(by: Person | None, lab: Lab | None, *, field: str) -> None:
    """Raise Invalid, beside a field, for who drafts a result in the name of a laboratory that is not theirs."""
    if by is not None and lab is not None and not is_of(by, Verb.CALIBRATION_RECORD, lab):
        text = _(
            "Only the people of %(lab)s draft results in its name. If you hold its certificate, give the certificate's "
            "number; your own check or test has no laboratory.",
            lab=lab.name,
        )
        raise Invalid({field: [text]})


def not_submitted(calibration: Calibration) -> str:
    """What is said to who approves what waits for nobody: who approved it, and when, or else how it stands."""
    who, at = calibration.approved_by, calibration.approved_at
    if who is not None and at is not None:
        local = clock.local(at)
        return _(
            "%(name)s approved this record on %(day)s at %(time)s.",
            name=who.name,
            day=said_day(local.date()),
            time=f"{local:%H:%M}",
        )
    said = status_text(calibration.status)
    if calibration.status is RecordStatus.DRAFT:
        return _("Only a submitted record can be approved; this record is %(status)s. Submit it first.", status=said)
    return _("Only a submitted record can be approved; this record is %(status)s.", status=said)


def _roles(verb: Verb) -> str:
    return ", ".join(role_words(role) for role in sorted(roles_allowing(verb)))
