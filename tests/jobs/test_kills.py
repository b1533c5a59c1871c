"""Whatever moment a process is killed in: no half record, no notice lost or doubled, and a log that verifies."""

import os
from pathlib import Path

from flask import Flask

from registry.kernel.db import db
from tests import killing

KILLS = int(os.environ.get("REGISTRY_KILLS", "5"))


def test_a_process_killed_at_work_leaves_nothing_half_done(app: Flask, tmp_path: Path):
    """REGISTRY_KILLS=200 for more; `make bench BENCH=kill` does 200 on each database and says what it saw."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    seen = killing.kill(url, tmp_path, KILLS)
    assert seen.fault is None
    assert (seen.lost, seen.doubled, seen.half) == (0, 0, 0), seen
    assert seen.records == seen.notices > 0
