"""Who the sample people are, and whether somebody can still sign in as one of them with the printed password."""

from registry.accounts import actions as accounts
from registry.accounts.rules import Role

DEPARTMENT, CENTRE = "SKHCN-THAINGUYEN", "TTKT-MAU"
PASSWORD = "do-luong-chinh-xac"  # noqa: S105 — printed on start; the demonstration serves this machine only
PEOPLE = (
    ("kythuat@example.vn", "Nông Văn Kỹ", Role.TECHNICIAN, CENTRE),
    ("quanly@example.vn", "Hà Thị Quản", Role.MANAGER, CENTRE),
    ("thanhtra@example.vn", "Đinh Văn Thanh", Role.INSPECTOR, DEPARTMENT),
    ("kehoach@example.vn", "Lý Thị Kế", Role.PLANNER, DEPARTMENT),
    ("quantri@example.vn", "Quản trị hệ thống", Role.ADMIN, DEPARTMENT),
)
SIGN_INS = "\n".join(
    (
        f"Sample sign-ins, all with the password {PASSWORD}:",
        *(f"  {email:<22} {role.value}" for email, _name, role, _where in PEOPLE),
    )
)


def has_known_passwords() -> bool:
    """Whether any of the sample people still signs in with the printed password."""
    return any(accounts.knows(email, PASSWORD) for email, _name, _role, _where in PEOPLE)
