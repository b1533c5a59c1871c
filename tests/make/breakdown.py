"""Something of everything that numbers of a plan are made of, in two periods and under several bodies."""

from datetime import date

from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.plan.activities.models import Activity
from registry.plan.activities.rules import ActivityKind, Aspect
from registry.plan.models import RecordType
from tests.make import activities, assets, labs
from tests.make import plan as make

COMMUNE, STATION, NOWHERE = "XA-CHORA", "TRAM-CAN", "VIEN"


def body(code: str, name: str, kind: OrganisationKind, parent: str | None) -> None:
    """An organisation, of the same name in both languages."""
    accounts.add_organisation(code=code, name_vi=name, name_en=name, kind=kind, parent=parent, by=None)


def count(indicator: str, made: Activity, **said: object) -> None:
    """Count an activity."""
    make.evidence(indicator, str(made.id), kind=RecordType.ACTIVITY, **said)


def told() -> None:
    """Things, laboratories, people in two courses, programmes; a weighing station in a commune, a body in no place."""
    make.plan()
    body(COMMUNE, "Xã Chợ Rã", OrganisationKind.COMMUNE, "UBND-BABE")
    body(STATION, "=Trạm cân Chợ Rã", OrganisationKind.ENTERPRISE, COMMUNE)
    body(NOWHERE, "Viện đo lường", OrganisationKind.OTHER, None)
    for owner, day in (
        ("SKHCN", date(2024, 2, 29)),
        ("STC", date(2025, 12, 31)),
        (STATION, date(2026, 1, 1)),
        (STATION, date(2019, 7, 23)),
        (NOWHERE, date(2025, 6, 30)),
    ):
        make.evidence("II.2.a", assets.asset(owner=owner, commissioned_on=day).tag)
    labs.lab("PTN-A", organisation="STC", accreditations=[labs.accreditation(number="VILAS 999")])
    make.evidence("II.2.d", "PTN-A", kind=RecordType.LAB)
    labs.lab("PTN-B", organisation=STATION, accreditations=[labs.accreditation(number="VILAS 12")])
    labs.scope_lines("PTN-B", 12)
    make.evidence("B30.1", "PTN-B", kind=RecordType.LAB, counted_on=date(2026, 2, 2))
    for organiser, day, names in (
        ("SKHCN", date(2024, 5, 20), "An Bình Chi"),
        (STATION, date(2025, 12, 31), "Bình Dũng"),
        ("SKHCN", date(2026, 1, 2), "An Em"),
    ):
        count("II.2.c", activities.course(day, *names.split(), organiser=organiser))
    for subject, day in ((STATION, date(2024, 4, 4)), (STATION, date(2026, 4, 4)), ("STC", date(2026, 4, 5))):
        count("II.2.b", activities.activity(ActivityKind.SUPPORT, day, subject=subject, aspect=Aspect.ISO_17025))
    for number, (indicator, day) in enumerate((("B25.3", date(2025, 3, 3)), ("B30.4", date(2026, 3, 3)))):
        count(indicator, activities.adoption(activities.enterprise(f"DN-{number}"), day))
    spoken = activities.activity(ActivityKind.COMMUNICATION, date(2019, 7, 23), aspect=Aspect.RADIO, quantity=3)
    count("I.1", spoken)
