"""The hooks, as the real pre-commit installs and runs them on a small shop."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from git_shops import ENVIRONMENT, INSTALLED, MENDED, ROOT, RULE, SHOP, TASKS, copied, git, repository, write

PRE_COMMIT = [sys.executable, "-m", "pre_commit"]


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with what is needed of this checkout, as pre-commit would clone it."""
    directory = tmp_path_factory.mktemp("hooks")
    copied([*INSTALLED, ".pre-commit-hooks.yaml"], directory)
    return repository(directory, {".gitignore": "__pycache__/\n"})


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One home for all of the module, so that the hooks are installed once."""
    home = tmp_path_factory.mktemp("home")
    return {**ENVIRONMENT, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never", "PYTHONPATH": ""}


def pre_commit(shop: Path, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PRE_COMMIT, *words], cwd=shop, env=environment, capture_output=True, text=True)


def committed(shop: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`git commit` of what is staged, with the hooks that are installed."""
    words = ["git", "commit", "--message", "A change"]
    return subprocess.run(words, cwd=shop, env=environment, capture_output=True, text=True)


def told(result: subprocess.CompletedProcess[str]) -> str:
    return result.stdout + result.stderr


@pytest.fixture
def shop(hooks: Path, environment: dict[str, str], tmp_path: Path) -> Path:
    """A shop without the mistake, with the hook in place."""
    shop = repository(tmp_path / "shop", {**SHOP, "shop/tasks.py": MENDED, **configured(hooks, "celerylint")})
    result = pre_commit(shop, environment, "install")
    assert result.returncode == 0, told(result)
    return shop


def configured(hooks: Path, hook: str) -> dict[str, str]:
    """The configuration of a user, who wants to hear of one rule, so that no other one disturbs."""
    wanted = {"id": hook, "args": ["--select", RULE]}
    repo = {"repo": str(hooks), "rev": git(hooks, "rev-parse", "HEAD"), "hooks": [wanted]}
    return {".pre-commit-config.yaml": yaml.safe_dump({"repos": [repo]})}


def stage(shop: Path, files: dict[str, str]) -> None:
    write(shop, files)
    git(shop, "add", "--all")


def test_pre_commit_takes_the_manifest(environment: dict[str, str], tmp_path: Path) -> None:
    manifest = ROOT / ".pre-commit-hooks.yaml"
    result = pre_commit(repository(tmp_path), environment, "validate-manifest", str(manifest))
    assert (result.returncode, told(result)) == (0, "")
    assert [hook["id"] for hook in yaml.safe_load(manifest.read_text())] == ["celerylint", "celerylint-all"]


def test_try_repo_refuses_a_bad_commit(hooks: Path, environment: dict[str, str], tmp_path: Path) -> None:
    shop = repository(tmp_path, {**SHOP, "shop/tasks.py": MENDED})
    stage(shop, {"shop/tasks.py": TASKS})
    result = pre_commit(shop, environment, "try-repo", str(hooks), "celerylint")
    assert result.returncode == 1
    assert re.search(r"^celerylint\.{3,}Failed$", result.stdout, re.MULTILINE), told(result)
    assert RULE in result.stdout
    assert "deploy/worker.yaml:" in result.stdout


def test_a_bad_commit_is_refused_and_the_mended_one_passes(shop: Path, environment: dict[str, str]) -> None:
    before = git(shop, "rev-parse", "HEAD")
    stage(shop, {"shop/tasks.py": TASKS})
    result = committed(shop, environment)
    assert result.returncode == 1
    assert RULE in told(result)
    assert "exit code: 1" in told(result)
    assert git(shop, "rev-parse", "HEAD") == before

    stage(shop, {"shop/tasks.py": MENDED + "\n"})
    result = committed(shop, environment)
    assert result.returncode == 0, told(result)
    assert "Passed" in told(result)
    assert git(shop, "rev-parse", "HEAD") != before


def test_the_hook_is_not_started_where_nothing_that_matters_changed(shop: Path, environment: dict[str, str]) -> None:
    stage(shop, {"README.md": "# Changed\n", "static/shop.css": "a {}\n"})
    result = committed(shop, environment)
    assert result.returncode == 0, told(result)
    assert "(no files to check)Skipped" in told(result)


def test_what_was_wrong_before_does_not_stop_a_commit_elsewhere(shop: Path, environment: dict[str, str]) -> None:
    git(shop, "commit", "--quiet", "--no-verify", "--allow-empty", "--message", "Before")
    write(shop, {"shop/tasks.py": TASKS})
    git(shop, "commit", "--quiet", "--no-verify", "--all", "--message", "Bad")
    stage(shop, {"shop/prices.py": "prices = {}\n"})
    result = committed(shop, environment)
    assert result.returncode == 0, told(result)
    assert "Passed" in told(result)


def test_what_is_not_staged_does_not_count(shop: Path, environment: dict[str, str]) -> None:
    stage(shop, {"shop/tasks.py": MENDED + "\n"})
    write(shop, {"shop/tasks.py": TASKS})
    result = committed(shop, environment)
    assert result.returncode == 0, told(result)
    assert (shop / "shop" / "tasks.py").read_text() == TASKS


def test_all_files_and_ranges_mean_what_they_say(shop: Path, environment: dict[str, str]) -> None:
    """A CI runs pre-commit where nothing is staged."""
    write(shop, {"shop/tasks.py": TASKS})
    git(shop, "commit", "--quiet", "--no-verify", "--all", "--message", "Bad")
    for words in (("--all-files",), ("--from-ref", "HEAD~1", "--to-ref", "HEAD"), ("--files", "deploy/worker.yaml")):
        result = pre_commit(shop, environment, "run", *words)
        assert (result.returncode, RULE in result.stdout) == (1, True), told(result)
    result = pre_commit(shop, environment, "run", "--files", "shop/celery.py")
    assert result.returncode == 0, told(result)


def test_file_names_are_a_filter_and_never_options(shop: Path, environment: dict[str, str]) -> None:
    names = ["a b.py", "quo'te\".py", "caf\u00e9.py", "shop/-x.py", "$(touch stolen).py", "; touch stolen; .py"]
    stage(shop, dict.fromkeys(names, "a = 1\n"))
    result = committed(shop, environment)
    assert result.returncode == 0, told(result)
    assert "Passed" in told(result)
    assert not (shop / "stolen").exists()


def test_the_whole_project_hook_reports_what_other_files_have(
    hooks: Path, environment: dict[str, str], shop: Path
) -> None:
    write(shop, {"shop/tasks.py": TASKS, **configured(hooks, "celerylint-all")})
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--no-verify", "--message", "Bad")
    stage(shop, {"README.md": "# Changed\n"})
    assert committed(shop, environment).returncode == 0
    stage(shop, {"shop/prices.py": "prices = {}\n"})
    result = committed(shop, environment)
    assert result.returncode == 1, told(result)
    assert RULE in told(result)


def test_a_wrong_configuration_stops_the_commit_with_its_place(shop: Path, environment: dict[str, str]) -> None:
    stage(shop, {"pyproject.toml": "[tool.celerylint]\nignores = []\n"})
    result = committed(shop, environment)
    assert result.returncode == 1
    assert "exit code: 2" in told(result)
    assert "ignores" in told(result)
    assert "Traceback" not in told(result)


@pytest.mark.parametrize(
    ("name", "matters"),
    [
        ("shop/tasks.py", True),
        ("deploy/worker.yaml", True),
        ("compose.yml", True),
        ("task-definition.json", True),
        ("pyproject.toml", True),
        ("celerylint.toml", True),
        ("production.env", True),
        (".env", True),
        ("deploy/.env.production", True),
        ("Dockerfile", True),
        ("docker/Dockerfile.worker", True),
        ("worker.Dockerfile", True),
        ("Containerfile", True),
        ("Procfile", True),
        ("entrypoint.sh", True),
        ("README.md", False),
        ("shop.css", False),
        ("docs/python", False),
        ("a.pyc", False),
    ],
)
def test_files_that_matter(name: str, matters: bool) -> None:
    hooks: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    for hook in hooks:
        assert bool(re.search(hook["files"], name)) is matters
