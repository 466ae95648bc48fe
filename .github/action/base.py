"""Where the branch of a pull request began, fetched where the clone does not reach back so far."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inputs import ActionError

_DEPTHS = (100, 1000)  # commits of each branch, before everything is fetched
_SECONDS = 600  # for one fetch
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false")
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules")


def base_branch(environment: Mapping[str, str]) -> str | None:
    """The branch that the run's changes shall be merged into; None where the run belongs to no pull request."""
    event = _event(environment)
    request, group = event.get("pull_request"), event.get("merge_group")
    if environment.get("GITHUB_BASE_REF"):
        return environment["GITHUB_BASE_REF"]
    if isinstance(request, dict):
        return str(request["base"]["ref"])
    if isinstance(group, dict):
        return str(group["base_ref"])[len("refs/heads/") :]
    return None


def trusted(environment: Mapping[str, str]) -> dict[str, str]:
    """Settings for git: in a container the workspace belongs to another user, and git would not look into it."""
    count = int(environment.get("GIT_CONFIG_COUNT") or 0)
    setting = {f"GIT_CONFIG_KEY_{count}": "safe.directory", f"GIT_CONFIG_VALUE_{count}": "*"}
    return {**setting, "GIT_CONFIG_COUNT": str(count + 1), "GIT_TERMINAL_PROMPT": "0"}


def fetched(directory: Path, branch: str) -> str:
    """A ref of the branch that has a commit in common with HEAD. Raises ActionError where nobody gives it to us."""
    ref = f"refs/remotes/origin/{branch}"
    if _run(directory, "check-ref-format", ref).returncode:
        raise ActionError(f"only-changed: {branch!r} is no name of a branch")
    head = _run(directory, "rev-parse", "HEAD").stdout.strip()
    for deepening in _deepenings(directory):
        if not _run(directory, "merge-base", ref, "HEAD").returncode:
            return ref
        wanted = (f"+refs/heads/{branch}:{ref}", *([head] if deepening else []))
        done = _run(
            directory, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", *deepening, "origin", *wanted
        )
        if done.returncode:
            raise ActionError(_unfetched(branch, done.stderr.strip()))
    if _run(directory, "merge-base", ref, "HEAD").returncode:
        raise ActionError(_unfetched(branch, "it has no commit in common with what is checked out"))
    return ref


def _deepenings(directory: Path) -> Iterator[tuple[str, ...]]:
    """How to fetch, one try after the other; a whole clone only lacks the branch."""
    if _run(directory, "rev-parse", "--is-shallow-repository").stdout.strip() != "true":
        yield ()
        return
    have = int(_run(directory, "rev-list", "--count", "HEAD").stdout or 0)
    yield from ((f"--depth={depth}",) for depth in _DEPTHS if depth > have)
    yield ("--unshallow",)


def _unfetched(branch: str, reason: str) -> str:
    return (
        f"only-changed: the history up to where {branch!r} was left is not here, and cannot be fetched: {reason}\n"
        "Give `fetch-depth: 0` to actions/checkout"
    )


def _event(environment: Mapping[str, str]) -> Mapping[str, Any]:
    path = environment.get("GITHUB_EVENT_PATH")
    try:
        event = json.loads(Path(path).read_text("utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def _run(directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [*_GIT, *words],
            cwd=directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="backslashreplace",
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ActionError(f"only-changed asks git, which fails: {error}") from None
