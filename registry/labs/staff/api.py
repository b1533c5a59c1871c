"""API doors of the people of laboratories."""

from typing import Any

from registry.accounts import signin
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.labs import queries as labs
from registry.labs.models import Lab
from registry.labs.staff import actions, queries
from registry.labs.staff.schemas import StaffList, StaffListOut

blp = Blueprint("lab_staff", __name__, description="Contacts, managers, signatories and verifiers of laboratories.")


@blp.route("/labs/<code:code>/staff")
@blp.etag
@blp.response(200, StaffListOut)
def staff(code: str) -> dict[str, Any]:
    """The people of a laboratory, for those who keep or inspect it."""
    return {"staff": queries.staff(_seen(code))}


@blp.route("/labs/<code:code>/staff", methods=["PUT"])
@blp.etag
@blp.arguments(StaffList)
@blp.response(200, StaffListOut)
def replace(data: dict[str, Any], code: str) -> dict[str, Any]:
    """Replace the people of a laboratory."""
    lab = _seen(code, lock=True)
    blp.check_etag({"staff": queries.staff(lab)}, StaffListOut)
    listed = actions.replace(lab, **data, by=signin.person())
    db.session.commit()
    return {"staff": listed}


def _seen(code: str, *, lock: bool = False) -> Lab:
    lab = labs.by_code(code, lock=lock)
    queries.check_may_see(signin.person(), lab)
    return lab
