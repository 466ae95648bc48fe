"""The action on pull requests: what `only-changed` reports, however much of the history was checked out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from actions_runner import Runner, assert_harmless
from git_shops import MENDED, RULE, SHOP, TASKS, commit, git, repository

ONLY = f"--select {RULE}"
BAD = {"shop/tasks.py": TASKS}
HARMLESS = {"shop/celery.py": SHOP["shop/celery.py"] + "# changed\n"}


class PullRequest:
    """A shop on a server, and a branch of it that `feature` shall be merged into."""

    def __init__(self, directory: Path, base: str = "main") -> None:
        self.origin = repository(directory / "origin", {**SHOP, "shop/tasks.py": MENDED})
        self.base = base
        if base != "main":
            git(self.origin, "switch", "--quiet", "--create", base)
        git(self.origin, "switch", "--quiet", "--create", "feature")

    def changing(self, files: dict[str, str], others: dict[str, str], commits: int = 1) -> PullRequest:
        """The branch's change, after so many other commits; meanwhile others change the base."""
        said = "commit refs/heads/feature\ncommitter shop <shop@example.org> 0 +0000\ndata 4\nMore\n"
        stream = f"{said}from refs/heads/feature^0\n\n" + said * (commits - 1)
        git(self.origin, "fast-import", "--quiet", stdin=stream)
        self.head = commit(self.origin, files)
        git(self.origin, "switch", "--quiet", self.base)
        commit(self.origin, others)
        git(self.origin, "switch", "--quiet", "--detach")
        git(self.origin, "merge", "--quiet", "--no-ff", "--message", "Merge", self.head)
        self.merge = git(self.origin, "rev-parse", "HEAD")
        git(self.origin, "update-ref", "refs/pull/1/merge", self.merge)
        return self

    def checked_out(self, workspace: Path, commit: str, depth: int = 1) -> None:
        """What actions/checkout does; depth 0 fetches every branch."""
        workspace.mkdir()
        git(workspace, "init", "--quiet")
        git(workspace, "remote", "add", "origin", self.origin.as_uri())
        if depth:
            git(workspace, "fetch", "--quiet", "--no-tags", f"--depth={depth}", "origin", f"+{commit}:refs/remotes/x")
        else:
            git(workspace, "fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*", commit)
        git(workspace, "checkout", "--quiet", "--detach", commit)

    def event(self, directory: Path, name: str = "pull_request") -> dict[str, str]:
        """The environment and the file of an event."""
        path = directory / "event.json"
        payload = {"number": 1, "pull_request": {"base": {"ref": self.base}, "head": {"sha": self.head}}}
        path.write_text(json.dumps(payload))
        return {"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path), "GITHUB_BASE_REF": self.base}


@pytest.mark.parametrize("commits", [150, 1500])
def test_a_long_branch_is_fetched_as_far_as_needed(runner: Runner, action: Path, tmp_path: Path, commits: int) -> None:
    request = PullRequest(tmp_path).changing(BAD, HARMLESS, commits)
    runner.workspace = tmp_path / "checkout"
    request.checked_out(runner.workspace, request.head)
    runner.environment |= request.event(tmp_path)
    ended = runner.action(action, {"args": ONLY, "only-changed": "true"})
    assert (ended.code, ended.outputs["findings-count"]) == (1, "1"), ended.log


@pytest.mark.parametrize("depth", [1, 2, 0])
@pytest.mark.parametrize("what", ["merge", "head"])
@pytest.mark.parametrize("mistake", ["in the pull request", "of somebody else"])
def test_only_changed_reports_what_the_pull_request_touches(
    runner: Runner, action: Path, tmp_path: Path, what: str, depth: int, mistake: str
) -> None:
    own = mistake == "in the pull request"
    files, others = (BAD, HARMLESS) if own else (HARMLESS, BAD)
    request = PullRequest(tmp_path).changing(files, others)
    runner.workspace = tmp_path / "checkout"
    request.checked_out(runner.workspace, getattr(request, what), depth)
    runner.environment |= request.event(tmp_path)
    ended = runner.action(action, {"args": ONLY, "only-changed": "true"})
    assert (ended.code, ended.outputs["findings-count"]) == ((1, "1") if own else (0, "0")), ended.log


def test_only_changed_finds_the_base_in_the_event_alone(runner: Runner, action: Path, tmp_path: Path) -> None:
    request = PullRequest(tmp_path).changing(BAD, HARMLESS)
    runner.workspace = tmp_path / "checkout"
    request.checked_out(runner.workspace, request.merge)
    runner.environment |= {**request.event(tmp_path, "pull_request_review"), "GITHUB_BASE_REF": ""}
    assert runner.action(action, {"args": ONLY, "only-changed": "true"}).code == 1
    payload = {"merge_group": {"base_ref": f"refs/heads/{request.base}", "base_sha": request.head}}
    Path(runner.environment["GITHUB_EVENT_PATH"]).write_text(json.dumps(payload))
    assert runner.action(action, {"args": ONLY, "only-changed": "true"}).code == 1


@pytest.mark.parametrize(
    "base", ["release/1.x", "$(touch${IFS}stolen)", "a;touch${IFS}stolen", "caf\u00e9", "'quoted\""]
)
def test_the_base_may_be_called_anything(runner: Runner, action: Path, tmp_path: Path, base: str) -> None:
    request = PullRequest(tmp_path, base).changing(BAD, HARMLESS)
    runner.workspace = tmp_path / "checkout"
    request.checked_out(runner.workspace, request.merge)
    runner.environment |= request.event(tmp_path)
    ended = runner.action(action, {"args": ONLY, "only-changed": "true"})
    assert (ended.code, ended.outputs["findings-count"]) == (1, "1"), ended.log
    assert_harmless(runner, ended)


def test_a_shallow_clone_whose_base_cannot_be_fetched_is_told_what_helps(
    runner: Runner, action: Path, tmp_path: Path
) -> None:
    request = PullRequest(tmp_path).changing(BAD, HARMLESS)
    runner.workspace = tmp_path / "checkout"
    request.checked_out(runner.workspace, request.merge)
    runner.environment |= request.event(tmp_path)
    git(runner.workspace, "remote", "set-url", "origin", (tmp_path / "gone").as_uri())
    ended = runner.action(action, {"only-changed": "true"})
    assert (ended.code, ended.outputs["exit-code"]) == (2, "2")
    assert "Give `fetch-depth: 0` to actions/checkout" in ended.said("error")[0].data
    assert "Traceback" not in ended.log


def test_a_workspace_of_another_user_is_trusted_as_in_a_container(runner: Runner, action: Path, tmp_path: Path) -> None:
    request = PullRequest(tmp_path).changing(BAD, HARMLESS)
    runner.workspace = tmp_path / "checkout"
    request.checked_out(runner.workspace, request.merge, depth=0)
    runner.environment |= {**request.event(tmp_path), "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
    ended = runner.action(action, {"args": ONLY, "only-changed": "true"})
    assert (ended.code, ended.outputs["findings-count"]) == (1, "1"), ended.log


def test_only_changed_without_a_repository_is_refused(runner: Runner, action: Path, tmp_path: Path) -> None:
    shutil.rmtree(runner.workspace / ".git")
    runner.environment["GITHUB_BASE_REF"] = "main"
    ended = runner.action(action, {"only-changed": "true"})
    assert (ended.code, ended.outputs["exit-code"]) == (2, "2")
    assert "not a git repository" in ended.log
    assert "Traceback" not in ended.log


def test_only_changed_outside_of_a_pull_request_reports_everything(
    runner: Runner, action: Path, tmp_path: Path
) -> None:
    for event in ('{"ref": "refs/heads/main"}', "[]", "", "{"):
        (tmp_path / "event.json").write_text(event)
        runner.environment |= {"GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(tmp_path / "event.json")}
        ended = runner.action(action, {"args": ONLY, "only-changed": "true"})
        assert (ended.code, ended.outputs["findings-count"]) == (1, "1"), ended.log
        assert "belongs to no pull request" in ended.said("notice")[0].data
