"""An organisation by what somebody typed of it: its code, or a part of a name that only one has."""

from typing import Final

from sqlalchemy import Select

from registry.accounts import queries
from registry.accounts.models import Organisation
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.text import fold

MOST_MEANT: Final = 10
LONGEST: Final = 200


def code_meant(typed: str, field: str, among: Select[Organisation], *, unknown: str) -> str:
    """The code of the one among some organisations that was meant; `unknown` says that there is none.

    Raises Invalid beside the field where none is called so, or several.
    """
    found = queries.meant(typed, among, limit=MOST_MEANT + 1) if len(typed) <= LONGEST else []
    exact = [one for one in found if fold(typed) in {fold(one.code), fold(one.name_vi), fold(one.name_en)}]
    if len(exact or found) == 1:
        return (exact or found)[0].code
    if not found:
        raise Invalid({field: [unknown]})
    meant = "; ".join(f"{one.name} ({one.code})" for one in found[:MOST_MEANT])
    raise Invalid({field: [_("Several are called so; write the code of one: %(meant)s.", meant=meant)]})
