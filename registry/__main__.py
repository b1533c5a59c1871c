"""`registry` and `python -m registry`: the command, loaded without the collector looking at every new module.

What is loaded lives as long as the process; looking through it again and again costs a sixth of the start.
"""

import gc

gc.disable()

from registry.cli import main as command  # noqa: E402 — the collector rests while this is loaded


def main() -> None:
    """Run the command, the collector at work on what it makes from here on."""
    gc.freeze()
    gc.enable()
    command()


if __name__ == "__main__":
    main()
