"""What every change has to keep: format, types, layers, sizes, names, and a quick start."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "celerylint"
SCRIPTS = Path(sysconfig.get_path("scripts"))
FOLDERS = ("celerylint", "tests")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60  # lines
NAMELESS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b")

CHECKS = {
    "ruff check": [sys.executable, "-m", "ruff", "check", *FOLDERS],
    "ruff format": [sys.executable, "-m", "ruff", "format", "--check", *FOLDERS],
    "mypy": [sys.executable, "-m", "mypy"],
    "lint-imports": [str(SCRIPTS / "lint-imports")],
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("check", CHECKS)
def test_the_checks_have_nothing_to_say(check: str) -> None:
    done = subprocess.run(CHECKS[check], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_stay_short() -> None:
    lengths = {shown(path): len(path.read_text().splitlines()) for path in modules()}
    assert lengths
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function with its lines, decorators included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield f"{shown(path)}:{first} {node.name}", (node.end_lineno or first) - first + 1


def test_functions_stay_short() -> None:
    lengths = dict(found for path in modules() for found in functions(path))
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("folder", ["celerylint", "tests"])
def test_names_say_something(folder: str) -> None:
    parts = {
        shown(path): {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path for path, names in parts.items() if names & NAMELESS} == set()


def test_nothing_is_left_for_later() -> None:
    assert [shown(path) for path in modules() if UNFINISHED.search(path.read_text())] == []


def test_rules_are_pages_and_the_code_knows_none_of_them() -> None:
    names = sorted(path.stem for path in (ROOT / "rules").glob("*/*.md"))
    assert names
    named = re.compile(rf"\bCLY\d{{3}}\b|(?<![\w-])(?:{'|'.join(names)})(?![\w-])")
    found = {shown(path): named.findall(path.read_text()) for path in modules()}
    assert {path: words for path, words in found.items() if words} == {}


def test_the_version_is_told_without_the_parsers() -> None:
    program = (
        "import sys\n"
        "sys.argv = ['celerylint', '--version']\n"
        "from celerylint.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as leaving:\n    assert not leaving.code, leaving.code\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    version, imported = done.stdout.splitlines()
    assert re.fullmatch(r"celerylint \d+\.\d+\.\d+", version)
    assert {"celerylint", "click"} <= set(imported.split())
    assert set(imported.split()) & {"libcst", "yaml", "_yaml", "pathspec", "tomli"} == set()
