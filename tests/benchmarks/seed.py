"""A seeded database of any size: one owner, assets with one schedule each, written by bulk inserts."""

import os
import random
from datetime import timedelta

from sqlalchemy import insert

from registry import config
from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.app import create_app
from registry.assets.models import Asset, Schedule
from registry.assets.rules import Kind, Proof, ScheduleKind, Status
from registry.assets.tags import ALPHABET, RANDOM_LENGTH, check_character
from registry.kernel import clock, migrate
from registry.kernel.db import db
from registry.kernel.text import search_text

BATCH = 5000
NAMES = ("Cột đo xăng dầu", "Cân đồng hồ lò xo", "Đồng hồ nước lạnh", "Huyết áp kế", "Cân ô tô", "Quả cân chuẩn F1")
DUE_WITHIN_DAYS = 700


def assets(url: str, home: str, *, count: int) -> list[str]:
    """Make the database at an address, with so many assets; gives their tags."""
    environment = os.environ | {"REGISTRY_DATABASE_URL": url, "REGISTRY_HOME": home}
    app = create_app(config.from_environment(environment))
    with app.app_context():
        migrate.upgrade()
        owner = accounts.add_organisation(
            code="CSH", name_vi="Chủ sở hữu", name_en="Owner", kind=OrganisationKind.PROVINCE, by=None
        )
        db.session.flush()
        tags = _inserted(owner.id, count)
        db.session.commit()
        db.engine.dispose()
    return tags


def _inserted(owner_id: int, count: int) -> list[str]:
    pick = random.Random(436)  # noqa: S311 — a repeatable choice, not a secret
    tags: list[str] = []
    for start in range(1, count + 1, BATCH):
        keys = range(start, min(start + BATCH, count + 1))
        rows = [_asset(key, owner_id, pick) for key in keys]
        db.session.execute(insert(Asset), rows)
        db.session.execute(insert(Schedule), [_schedule(row) for row in rows])
        tags += [str(row["tag"]) for row in rows]
    return tags


def _asset(key: int, owner_id: int, pick: random.Random) -> dict[str, object]:
    body = "".join(pick.choice(ALPHABET) for _place in range(RANDOM_LENGTH))
    tag, name, serial_no = body + check_character(body), f"{pick.choice(NAMES)} {key}", f"SN-{key:07d}"
    return {
        "id": key,
        "tag": tag,
        "kind": Kind.INSTRUMENT,
        "name": name,
        "owner_id": owner_id,
        "status": Status.IN_SERVICE,
        "serial_no": serial_no,
        "location": f"Xã số {key % 92}",
        "proof": Proof.GOOD,
        "due_on": clock.today() + timedelta(days=pick.randrange(-DUE_WITHIN_DAYS // 5, DUE_WITHIN_DAYS)),
        "search": search_text(name, tag, serial_no),
        "created_at": clock.now(),
        "version": 1,
    }


def _schedule(asset: dict[str, object]) -> dict[str, object]:
    return {
        "asset_id": asset["id"],
        "kind": ScheduleKind.VERIFICATION,
        "interval": 12,
        "proof": Proof.GOOD,
        "due_on": asset["due_on"],
    }
