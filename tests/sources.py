"""The repository's own text, as the tests about the house read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "registry"
MADE_BY_TOOLS = {"__pycache__", "vendor", "node_modules"}


def modules(folder: Path = PACKAGE) -> Iterator[Path]:
    """Every Python file in a folder, to any depth."""
    return files("*.py", folder)


def files(pattern: str, folder: Path = PACKAGE) -> Iterator[Path]:
    """Every file of the sources whose name fits, sorted; what tools make is left out."""
    return (path for path in sorted(folder.rglob(pattern)) if not MADE_BY_TOOLS & set(path.parts) and path.is_file())


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    """A path as people say it: from the repository's root."""
    return path.relative_to(ROOT).as_posix()


def calls_in(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called: `db.session.commit`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node
