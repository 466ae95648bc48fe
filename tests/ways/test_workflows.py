"""The action and the project's own workflows: what they promise, what they may, and what they do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from actions_runner import ACTION as FILES
from actions_runner import Runner
from git_shops import ROOT, copied, repository

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())


def document(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text())
    return loaded


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in document(path)["jobs"].values() for step in job["steps"]]


def test_zizmor_has_nothing_to_say() -> None:
    program = Path(sys.executable).with_name("zizmor")
    words = ["--offline", "--persona=regular", "--strict-collection", "--no-progress", "action.yml", ".github"]
    done = subprocess.run([str(program), *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No findings to report" in done.stdout
    for name in ("action.yml", *(path.name for path in WORKFLOWS)):
        assert f"{name}\n" in done.stderr, f"{name} was not looked at:\n{done.stderr}"


def test_zizmor_would_say_something(tmp_path: Path) -> None:
    """So that silence means something: an input inside of the script is what it looks for."""
    bad = (ROOT / "action.yml").read_text().replace("exec python3", "echo ${{ inputs.paths }}; exec python3")
    (tmp_path / "action.yml").write_text(bad)
    program = Path(sys.executable).with_name("zizmor")
    done = subprocess.run([str(program), "--offline", "action.yml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "template-injection" in done.stdout


def test_inputs_reach_the_script_through_its_environment_alone() -> None:
    handed_on = set()
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert step["run"].startswith("set -euo pipefail\n")
        assert "${{" not in step["run"]
        handed_on |= {name for value in step["env"].values() for name in re.findall(r"inputs\.([\w-]+)", value)}
    assert handed_on == set(ACTION["inputs"])


def test_every_input_and_output_is_described() -> None:
    for each in (*ACTION["inputs"].values(), *ACTION["outputs"].values()):
        assert each["description"].endswith(".")
    assert all(isinstance(each["default"], str) for each in ACTION["inputs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_no_more_than_it_needs(path: Path) -> None:
    assert document(path)["permissions"] == {}
    assert {permission for job in document(path)["jobs"].values() for permission in job["permissions"].items()} == {
        ("contents", "read")
    }
    for step in steps(path):
        uses = step.get("uses", "./")
        if uses != "./":
            assert re.fullmatch(r"actions/checkout@[0-9a-f]{40}", uses)
            assert step["with"] == {"persist-credentials": False}
            assert re.search(rf"{uses} # v\d+\.\d+\.\d+\n", path.read_text())


def test_the_projects_ci_is_the_script_that_everybody_runs() -> None:
    assert "./.ci/run" in [step.get("run") for step in steps(ROOT / ".github" / "workflows" / "ci.yml")]


def test_the_action_on_our_own_fixtures(tmp_path: Path) -> None:
    """Every step of the workflow, in a checkout of what they need."""
    workspace = repository(tmp_path / "celerylint", {})
    copied([*FILES, "fixtures"], workspace)
    runner = Runner(workspace, tmp_path / "temporary")
    context: dict[str, str] = {}
    for step in steps(ROOT / ".github" / "workflows" / "celerylint.yml"):
        if step.get("uses") == "./":
            given = {name: str(value) for name, value in step["with"].items()}
            ended = runner.action(workspace, given)
        elif "run" in step:
            ended = runner.step(step, context, {})
        else:
            continue  # the checkout
        assert ended.code == 0, ended.log
        context |= {f"steps.{step.get('id')}.outputs.{name}": text for name, text in ended.outputs.items()}
    assert int(context["steps.shop.outputs.findings-count"]) > 20
