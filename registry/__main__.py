"""`registry` and `python -m registry`: the command, loaded without the collector looking at every new module.

What is loaded lives as long as the process; looking through it again and again costs a sixth of the start. The part of
the command that is asked for is loaded in the same way; see registry.cli. The list of the world's time zones, of which
we use none, is not compared with the disk.
"""

import gc
import os

gc.disable()
os.environ.setdefault("PYTZ_SKIPEXISTSCHECK", "1")  # 600 files opened and closed

from registry.cli import main as command  # noqa: E402 — the collector rests while this is loaded


def main() -> None:
    """Run the command."""
    command()


if __name__ == "__main__":
    main()
