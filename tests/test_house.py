"""The house: where a line may live, what each room may do, and what no file may hold."""

import ast
import os
import re
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.sources import PACKAGE, ROOT, calls_in, files, modules, name_of, tree_of
from tests.things import THINGS

MOST_LINES = 400
SOURCES = ("*.py", "*.html", "*.css", "*.js")
MAY_COMMIT = re.compile(  # the doors
    r"registry/((\w+/)+api|web/\w+|cli(/\w+)?|jobs/(counting|delivery|runner|sealing|work)|kernel/(idempotency|files/doors)|accounts/reauthentication"
    r"|kernel/db"  # ends a transaction that read and could not write
    r"|migrations/env)\.py"
)
READS_TIME = re.compile(
    r"((datetime|date|dt)\.)+(now|utcnow|today|fromtimestamp|utcfromtimestamp)"
    r"|time\.(time|time_ns|localtime|gmtime|ctime|strftime)|func\.(now|current_\w+|localtime\w*|clock_timestamp)"
)
TOP_LEVEL = re.compile(
    r"\..+|README\.md|Makefile|pyproject\.toml|requirements(-\w+)?\.(in|txt)|package(-lock)?\.json|registry|tests"
    r"|instance|node_modules|dist|build"  # made by tools, and ignored
)
LOCKS = [*sorted(ROOT.glob("requirements*.txt")), ROOT / "package-lock.json"]
SLICES = ("accounts", "assets", "calibration", "inspection", "labs", "plan", "sheets")
ROOMS = {"__init__", "rules", "models", "queries", "actions", "schemas", "api"}


def test_the_import_contracts_hold(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("importlinter.cli._configure_logging", lambda _verbose: None)  # it would silence our loggers
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == os.EX_OK


@pytest.mark.parametrize("slice_", THINGS)
def test_every_module_of_a_slice_is_a_room_or_a_named_thing(slice_):
    homes = {path.stem for path in (PACKAGE / slice_).glob("*.py")}
    assert homes - ROOMS == THINGS[slice_]


def test_every_folder_of_a_slice_is_named():
    folders = {path.parent.relative_to(PACKAGE).as_posix() for slice_ in SLICES for path in modules(PACKAGE / slice_)}
    assert folders == THINGS.keys()


def test_only_doors_commit():
    offenders = [
        f"{name_of(path)}:{call.lineno}"
        for path in modules()
        for called, call in calls_in(tree_of(path))
        if called.endswith(".commit") and not MAY_COMMIT.fullmatch(name_of(path))
    ]
    assert offenders == []


def test_only_the_clock_reads_time():
    offenders = [
        f"{name_of(path)}:{call.lineno} {called}"
        for path in modules()
        for called, call in calls_in(tree_of(path))
        if READS_TIME.fullmatch(called) and path != PACKAGE / "kernel/clock.py"
    ]
    assert offenders == []


FETCHED_LATE = {  # what a server that starts does not wait for; see registry.app
    "registry/app.py": {"registry.house"},
    "registry/calibration/populations.py": {"registry.calibration.global_risk"},
    "registry/cli/doors.py": {"registry.assets.types"},
    "registry/cli/serving.py": {"registry"},
    "registry/web/health.py": {"registry.jobs"},
    "registry/web/shell.py": {"registry.labs.scope.words", "registry.web"},
    "registry/web/scan.py": {
        "registry.calibration.cases",
        "registry.calibration.cases.queries",
        "registry.calibration.competence.scanned",
        "registry.calibration.due.queries",
        "registry.inspection.checks.queries",
        "registry.inspection.queries",
    },
}


def test_imports_stand_at_the_top_but_for_those_a_start_does_not_wait_for():
    offenders = [
        f"{name_of(path)}:{inner.lineno}"
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom) and "registry" in ast.unparse(inner)
        if getattr(inner, "module", None) not in FETCHED_LATE.get(name_of(path), ())
    ]
    assert offenders == []


def test_no_file_is_longer_than_a_person_can_hold_in_mind():
    """Migrations are left out: each is one moment of history, and is not edited again."""
    places = [(folder, kind) for folder in (PACKAGE, ROOT / "tests", ROOT / ".build") for kind in SOURCES]
    everything = (path for folder, kind in places for path in files(kind, folder) if path.parent.name != "versions")
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in everything}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_every_module_says_what_its_room_is_for():
    silent = [
        name_of(path) for path in modules() if "versions" not in path.parts and not ast.get_docstring(tree_of(path))
    ]
    assert silent == []


def test_the_top_level_holds_nothing_else():
    assert [path.name for path in ROOT.iterdir() if not TOP_LEVEL.fullmatch(path.name)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_host(lock: Path):
    text = lock.read_text(encoding="utf-8")
    assert re.findall(r".*(?:://|file:|--index-url|--extra-index-url|--find-links|\"resolved\").*", text) == []


@pytest.mark.parametrize("lock", [lock for lock in LOCKS if lock.suffix == ".txt"], ids=lambda path: path.name)
def test_every_locked_package_has_a_hash(lock: Path):
    blocks = re.split(r"\n(?=[a-z0-9])", lock.read_text(encoding="utf-8"))
    pinned = [block for block in blocks if "==" in block]
    assert pinned
    assert [block.split()[0] for block in pinned if "--hash=sha256:" not in block] == []


FORBIDDEN_IN_TEMPLATES = {
    "an address elsewhere": r"""(?:src|href|action|poster|formaction|srcset)\s*=\s*["']?\s*(?:https?:)?//""",
    "a script in the page": r"<script(?![^>]*\bsrc=)(?![^>]*application/json)",
    "a style in the page": r"<style\b|\sstyle\s*=",
    "an event handler in the page": r"\son[a-z]+\s*=\s*[\"']",
    "unescaped text": r"\|\s*safe\b|autoescape\s+false",
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_no_template_holds(what):
    wanted = re.compile(FORBIDDEN_IN_TEMPLATES[what], re.IGNORECASE)
    offenders = [
        f"{name_of(path)}:{number}"
        for path in files("*.html")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if wanted.search(line)
    ]
    assert offenders == []


def test_no_style_sheet_or_script_asks_another_host():
    sources = [*files("*.css"), *files("*.js")]
    assert sources
    pattern = re.compile(r"""(?:url\(|@import|fetch\(|import\s*\(?|from)\s*["']?(?:https?:)?//""")
    assert [name_of(path) for path in sources if pattern.search(path.read_text(encoding="utf-8"))] == []
