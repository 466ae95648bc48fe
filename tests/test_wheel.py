"""The wheel that a user installs knows the same rules as the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), ".", cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `celerylint` of an environment that holds the wheel and what it depends on, and nothing else."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=True)
    run(str(environment / "bin" / "pip"), "install", "--quiet", str(wheel), cwd=environment)
    return environment / "bin" / "celerylint"


def rules(text: str) -> Any:
    document = json.loads(text)
    assert document["version"] == 1
    return document["rules"]


def test_the_wheel_has_the_checkouts_rules(installed: Path, tmp_path: Path) -> None:
    ours = rules(run(sys.executable, "-m", "celerylint", "rules", "--output-format", "json", cwd=ROOT))
    assert {rule["name"] for rule in ours} == {path.stem for path in (ROOT / "rules").glob("*/*.md")}
    assert rules(run(str(installed), "rules", "--output-format", "json", cwd=tmp_path)) == ours


def test_the_wheel_finds_what_the_checkout_finds(installed: Path, tmp_path: Path) -> None:
    words = (str(ROOT / "fixtures" / "shop"), "--exit-zero", "--output-format", "json")
    ours = json.loads(run(sys.executable, "-m", "celerylint", *words, cwd=ROOT))
    assert ours["findings"]
    assert json.loads(run(str(installed), *words, cwd=tmp_path)) == ours


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"celerylint"}
    assert "celerylint/py.typed" in names
    assert [name for name in names if "__pycache__" in name] == []
