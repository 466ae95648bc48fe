"""Which files changed, and the findings that touch them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from git_shops import ENVIRONMENT, MENDED, ROOT, RULE, TASKS, commit, git, repository, write

from celerylint.session.changed import ChangedError, since, staged, uncommitted


@pytest.fixture(autouse=True)
def _nobodys_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def check(directory: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`celerylint check` for the one rule that the shop breaks, in two files."""
    return subprocess.run(
        [sys.executable, "-m", "celerylint", "check", "--select", RULE, "--output-format", "concise", *words],
        cwd=directory,
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )


def test_what_is_staged_is_what_the_next_commit_changes(shop: Path) -> None:
    write(shop, {"shop/tasks.py": "a = 1\n", "shop/celery.py": "a = 1\n", "shop/new.py": ""})
    git(shop, "add", "shop/tasks.py")
    assert staged(shop) == {"shop/tasks.py"}
    git(shop, "add", "shop/new.py")
    git(shop, "rm", "--quiet", "deploy/worker.yaml")
    assert staged(shop) == {"shop/tasks.py", "shop/new.py"}


def test_without_a_commit_everything_in_the_index_is_staged(tmp_path: Path) -> None:
    shop = repository(tmp_path, {})
    write(shop, {"a.py": "", "b.py": ""})
    git(shop, "add", "a.py")
    assert staged(shop) == {"a.py"}
    assert uncommitted(shop) == {"a.py", "b.py"}
    with pytest.raises(ChangedError, match="git knows no commit"):
        since(shop, "HEAD")


def test_uncommitted_files_are_staged_edited_or_new_but_not_ignored_or_deleted(shop: Path) -> None:
    commit(shop, {".gitignore": "*.log\n"})
    assert uncommitted(shop) == frozenset()
    write(shop, {"shop/tasks.py": "a = 1\n", "shop/celery.py": "a = 1\n", "new.py": "", "run.log": ""})
    git(shop, "add", "shop/celery.py")
    (shop / "deploy" / "worker.yaml").unlink()
    assert uncommitted(shop) == {"shop/tasks.py", "shop/celery.py", "new.py"}


def test_a_branch_changed_what_it_changed_since_it_left(shop: Path) -> None:
    git(shop, "switch", "--quiet", "--create", "feature")
    commit(shop, {"shop/committed.py": "a = 1\n"})
    git(shop, "mv", "shop/tasks.py", "shop/jobs.py")
    git(shop, "rm", "--quiet", "README.md")
    commit(shop, {})
    git(shop, "switch", "--quiet", "main")
    commit(shop, {"deploy/worker.yaml": "# of somebody else\n"})
    git(shop, "switch", "--quiet", "feature")
    write(shop, {"shop/celery.py": "# edited\n", "untracked.py": ""})
    assert since(shop, "main") == {"shop/committed.py", "shop/jobs.py", "shop/celery.py", "untracked.py"}


def test_names_are_relative_to_the_linted_directory_and_below_it(shop: Path) -> None:
    base = git(shop, "rev-parse", "HEAD")
    commit(shop, {"shop/tasks.py": "a = 1\n", "deploy/worker.yaml": "a: 1\n"})
    write(shop, {"shop/celery.py": "a = 1\n", "shop/new.py": "", "README.md": "", "new.yaml": ""})
    git(shop, "add", "shop/celery.py", "README.md")
    assert staged(shop / "shop") == {"celery.py"}
    assert uncommitted(shop / "shop") == {"celery.py", "new.py"}
    assert since(shop / "shop", base) == {"celery.py", "tasks.py", "new.py"}


def test_any_name_that_a_file_can_have_survives(shop: Path) -> None:
    names = {
        "a b.py",
        "new\nline.py",
        'quo"te.py',
        "'.py",
        "-x.py",
        "caf\u00e9.py",
        os.fsdecode(b"latin\xe9.py"),
        "\t.py",
    }
    write(shop, dict.fromkeys(names, "a = 1\n"))
    assert uncommitted(shop) == names
    git(shop, "add", "--all")
    assert staged(shop) == names
    git(shop, "commit", "--quiet", "--message", "Names")
    assert since(shop, "HEAD~1") == names


def test_a_submodule_that_moved_is_no_file_of_ours(shop: Path, tmp_path: Path) -> None:
    library = repository(tmp_path / "library", {"tasks.py": ""})
    git(shop, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library), "library")
    commit(shop, {})
    commit(shop / "library", {"tasks.py": "a = 1\n"})
    write(shop, {"shop/tasks.py": "a = 1\n"})
    assert uncommitted(shop) == {"shop/tasks.py"}


def test_git_starts_no_program_that_the_repository_names(shop: Path, tmp_path: Path) -> None:
    program, trace = tmp_path / "program", tmp_path / "trace"
    program.write_text(f"#!/bin/sh\necho ran >>{trace}\n")
    program.chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "diff.py.textconv", "diff.py.command"):
        git(shop, "config", key, str(program))
    for hook in ("post-index-change", "fsmonitor-watchman"):
        (shop / ".git" / "hooks").mkdir(exist_ok=True)
        (shop / ".git" / "hooks" / hook).symlink_to(program)
    write(shop, {".gitattributes": "*.py diff=py\n", "shop/tasks.py": "a = 1\n"})
    (shop / "shop" / "celery.py").touch()
    assert uncommitted(shop) == {".gitattributes", "shop/tasks.py"}
    assert since(shop, "main") == {".gitattributes", "shop/tasks.py"}
    assert staged(shop) == frozenset()
    assert not trace.exists()


def test_a_finding_is_told_where_any_of_its_places_changed(shop: Path) -> None:
    assert "deploy/worker.yaml" in check(shop).stdout
    write(shop, {"README.md": "# Changed\n"})
    result = check(shop, "--changed")
    assert (result.returncode, result.stderr) == (0, "")
    write(shop, {"shop/tasks.py": f"{TASKS}\n"})  # its place is a related one; the primary one is in the manifest
    for words in (("--changed",), ("--diff-base", "main"), ("--diff-base=HEAD",)):
        result = check(shop, *words)
        assert (result.returncode, result.stderr) == (1, ""), words
        assert "deploy/worker.yaml" in result.stdout
    assert check(shop, "--staged").returncode == 0
    git(shop, "add", "shop/tasks.py")
    assert check(shop, "--staged").returncode == 1
    assert check(shop, "--staged", "README.md").returncode == 0  # both have to hold
    assert check(shop, "--staged", "deploy/worker.yaml", "README.md").returncode == 1


def test_a_deleted_file_is_no_error(shop: Path) -> None:
    (shop / "README.md").unlink()
    (shop / "shop" / "tasks.py").unlink()
    for words in (("--changed",), ("--diff-base", "main")):
        result = check(shop, *words)
        assert (result.returncode, result.stderr) == (0, "")


def test_excluded_files_stay_so_where_a_hook_names_them(shop: Path) -> None:
    write(shop, {"pyproject.toml": '[tool.celerylint]\nextend-exclude = ["deploy/"]\n'})
    assert check(shop, "deploy/worker.yaml").returncode == 1
    assert check(shop, "--force-exclude", "deploy/worker.yaml").returncode == 0
    (shop / "pyproject.toml").unlink()
    assert check(shop, "--force-exclude", "deploy/worker.yaml").returncode == 1


@pytest.mark.parametrize("only", [(), ("shop/tasks.py",)])
def test_in_gits_own_hook_the_commit_is_what_counts(shop: Path, only: tuple[str, ...]) -> None:
    """For `git commit FILE` git makes an index of its own, and tells hooks of it."""
    hook = shop / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    command = f"{sys.executable} -m celerylint check --staged --select {RULE} --output-format concise"
    hook.write_text(f"#!/bin/sh\nPYTHONPATH={ROOT} {command} && cd shop && PYTHONPATH={ROOT} {command}\n")
    hook.chmod(0o755)
    write(shop, {"README.md": "# Changed\n"})
    git(shop, "commit", "--quiet", "--message", "Harmless", "README.md")
    write(shop, {"shop/tasks.py": f"{TASKS}\n"})
    if not only:
        git(shop, "add", "--all")
    words = ["git", "commit", "--message", "Bad", *only]
    done = subprocess.run(words, cwd=shop, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 1
    assert RULE in done.stdout + done.stderr
    write(shop, {"shop/tasks.py": MENDED})
    git(shop, "commit", "--quiet", "--all", "--message", "Mended")


def refused(directory: Path, *words: str, **environment: str) -> str:
    """What is said where nobody can tell what changed."""
    result = check(directory, *words, **environment)
    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr


def test_outside_of_a_repository_it_is_said_so(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": ""})
    for words in (("--staged",), ("--changed",), ("--diff-base", "main")):
        assert "is in no git repository" in refused(tmp_path, *words)


def test_a_path_outside_of_the_repository_is_refused(shop: Path, tmp_path: Path) -> None:
    write(tmp_path, {"elsewhere.py": ""})
    assert "is in no git repository" in refused(shop, "--changed", "shop/tasks.py", "../elsewhere.py")


def test_gits_own_directory_is_no_work_tree(shop: Path) -> None:
    assert "is in no work tree of git" in refused(shop, "--changed", ".git/refs")


def test_an_unknown_ref_is_refused_with_the_next_step(shop: Path) -> None:
    text = refused(shop, "--diff-base", "trunk")
    assert 'git knows no commit "trunk" here' in text
    assert "`git fetch origin trunk:refs/remotes/origin/trunk`" in text
    assert "fetch-depth: 0" in text
    git(shop, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    assert 'did you mean "origin/trunk"?' in refused(shop, "--diff-base", "trunk")


@pytest.mark.parametrize("ref", ["--help", "--output=stolen", "", "a b", "main\nmain", "main:README.md", "*"])
def test_a_ref_is_never_an_option(shop: Path, ref: str) -> None:
    assert "git knows no commit" in refused(shop, f"--diff-base={ref}")
    assert not (shop / "stolen").exists()


def test_a_shallow_clone_without_the_base_is_refused_with_what_to_fetch(shop: Path, tmp_path: Path) -> None:
    git(shop, "switch", "--quiet", "--create", "feature")
    commit(shop, {"shop/tasks.py": f"{TASKS}\n"})
    git(shop, "switch", "--quiet", "main")
    commit(shop, {"README.md": "# Newer\n"})
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=feature", shop.as_uri(), str(clone))
    text = refused(clone, "--diff-base", "main")
    assert "`git fetch --depth=100 origin main:refs/remotes/origin/main`" in text
    git(clone, "fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main")
    assert "does not reach back to where HEAD left" in refused(clone, "--diff-base", "origin/main")
    git(clone, "fetch", "--quiet", "--unshallow")
    assert check(clone, "--diff-base", "origin/main").returncode == 1


def test_histories_without_a_common_commit_are_refused(shop: Path) -> None:
    git(shop, "switch", "--quiet", "--orphan", "other")
    commit(shop, {"a.py": ""})
    assert 'HEAD and "main" have no commit in common' in refused(shop, "--diff-base", "main")


def test_without_git_it_is_said_so(shop: Path, tmp_path: Path) -> None:
    assert "git is needed" in refused(shop, "--changed", PATH=str(tmp_path / "nothing"))
    assert check(shop, PATH=str(tmp_path / "nothing")).returncode == 1  # only the options need git


def test_gits_own_refusal_is_passed_on(shop: Path) -> None:
    text = refused(shop, "--changed", GIT_TEST_ASSUME_DIFFERENT_OWNER="1")
    assert "dubious ownership" in text
    assert "safe.directory" in text


def test_only_one_of_the_options_is_given(shop: Path) -> None:
    assert "give one of --staged, --changed, --diff-base" in refused(shop, "--changed", "--staged")
    assert "give one of" in refused(shop, "--staged", "--diff-base", "main")
