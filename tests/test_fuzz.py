"""The API under a schema-driven fuzzer: no failure of ours, no undocumented answer, no bad value accepted."""

import os
import subprocess
import sysconfig
from pathlib import Path

EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "15")
PROGRAM = Path(sysconfig.get_path("scripts")) / "schemathesis"


def test_the_api_keeps_its_word(address, admin, tmp_path):
    command = [PROGRAM, "run", f"{address}/api/v1/openapi.json", "--checks", "all", "--max-examples", EXAMPLES]
    settings = ["--seed", "1", "--generation-database", "none", "--no-color", "--continue-on-failure"]
    ran = subprocess.run(
        [*command, *settings, "--header", f"Authorization: Bearer {admin.token}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr
