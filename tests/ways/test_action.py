"""The action, its steps run as a runner of GitHub runs them, on the shop."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from actions_runner import Runner, assert_harmless
from git_shops import MENDED, ROOT, RULE, SHOP, write

ONLY = f"--select {RULE}"
SEVERITIES = ("error", "warning", "info")
FIXTURE = ROOT / "fixtures" / "shop"


def with_fixture(runner: Runner) -> None:
    """Puts the fixture, which has errors, warnings and infos, into the workspace."""
    shutil.copytree(FIXTURE, runner.workspace / "services" / "big shop")


def test_findings_annotate_their_lines_and_fail_the_step(runner: Runner, action: Path) -> None:
    ended = runner.action(action, {"args": ONLY})
    assert ended.code == 1, ended.log
    (annotation,) = ended.commands
    assert annotation.name in ("error", "warning")
    assert annotation.properties["file"] == "deploy/worker.yaml"
    assert 1 <= int(annotation.properties["line"]) <= len(SHOP["deploy/worker.yaml"].splitlines())
    assert RULE in annotation.properties["title"]
    assert "shop/tasks.py:4" in annotation.data
    assert ended.outputs == {"findings-count": "1", "sarif-file": "", "exit-code": "1"}
    assert RULE in ended.summary.decode()


def test_nothing_found_passes(runner: Runner, action: Path) -> None:
    write(runner.workspace, {"shop/tasks.py": MENDED})
    ended = runner.action(action, {"args": ONLY})
    assert ended.code == 0, ended.log
    assert ended.commands == ()
    assert ended.outputs == {"findings-count": "0", "sarif-file": "", "exit-code": "0"}


def test_annotations_point_into_the_repository_whatever_is_linted(runner: Runner, action: Path) -> None:
    with_fixture(runner)
    places = []
    for inputs in (
        {"paths": "services/big shop"},
        {"working-directory": "services/big shop"},
        {"working-directory": "services", "paths": "./big shop/deploy\nbig shop/orders\n"},
    ):
        ended = runner.action(action, {**inputs, "fail-on": "never"})
        assert ended.code == 0, ended.log
        found = [command for command in ended.commands if "file" in command.properties]
        places.append({(each.properties["file"], each.properties["line"]) for each in found})
        assert all((runner.workspace / file).is_file() for file, _ in places[-1])
    assert places[0] == places[1]
    assert ("services/big shop/deploy/beat.yaml", "7") in places[2] & places[0]


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("fail_on", [*SEVERITIES, "never"])
def test_fail_on_is_the_least_severity_that_fails(runner: Runner, action: Path, fail_on: str, severity: str) -> None:
    write(runner.workspace, {"celerylint.toml": f'[rules.{RULE}]\nseverity = "{severity}"\n'})
    ended = runner.action(action, {"args": ONLY, "fail-on": fail_on, "min-severity": "info"})
    fails = fail_on != "never" and SEVERITIES.index(severity) <= SEVERITIES.index(fail_on)
    assert (ended.code, ended.outputs["exit-code"]) == (int(fails), "1"), ended.log
    assert ended.outputs["findings-count"] == "1"
    assert [command.name for command in ended.commands] == [severity.replace("info", "notice")]


def test_min_severity_is_handed_on(runner: Runner, action: Path) -> None:
    with_fixture(runner)
    counts = []
    for severity in ("error", "warning", "info"):
        inputs = {"paths": "services/big shop", "min-severity": severity, "fail-on": "never", "summary": "false"}
        ended = runner.action(action, inputs)
        counts.append(int(ended.outputs["findings-count"]))
        assert ended.summary == b""
    assert counts[0] < counts[1] < counts[2]


def test_sarif_is_written_also_where_the_step_fails(runner: Runner, action: Path) -> None:
    ended = runner.action(action, {"args": ONLY, "sarif-file": "reports/of celery.sarif"})
    assert ended.code == 1, ended.log
    assert ended.outputs["sarif-file"] == str(runner.workspace / "reports" / "of celery.sarif")
    document: Any = json.loads(Path(ended.outputs["sarif-file"]).read_text())
    assert document["version"] == "2.1.0"
    (result,) = document["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "deploy/worker.yaml"


def test_a_run_without_a_result_leaves_no_old_sarif(runner: Runner, action: Path) -> None:
    write(runner.workspace, {"old.sarif": "{}"})
    ended = runner.action(action, {"args": "--no-such-option", "sarif-file": "old.sarif"})
    assert ended.code == 2
    assert ended.outputs == {"findings-count": "", "sarif-file": "", "exit-code": "2"}
    assert not (runner.workspace / "old.sarif").exists()
    assert "--no-such-option" in ended.log
    assert [command.name for command in ended.commands] == ["error"]


def test_the_summary_stays_below_githubs_limit(runner: Runner, action: Path) -> None:
    runner.summarised = before = b"x" * 999_600 + b"\n"
    with_fixture(runner)
    ended = runner.action(action, {"paths": "services/big shop", "fail-on": "never"})
    assert ended.code == 0, ended.log
    assert ended.summary.startswith(before)
    assert len(before) < len(ended.summary) <= 1_000_000
    assert "The rest is left out" in ended.summary.decode()


def test_a_version_is_installed_by_its_number(
    runner: Runner, action: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = runner.step({"run": f'python3 -m pip wheel -q --no-deps -w "{tmp_path}/wheels" "{action}"'}, {}, {})
    assert wheel.code == 0, wheel.log
    (built,) = (tmp_path / "wheels").glob("celerylint-*.whl")
    places = f"{tmp_path}/wheels {runner.environment.get('PIP_FIND_LINKS', '')}".strip()
    runner.environment["PIP_FIND_LINKS"] = places
    ended = runner.action(action, {"args": ONLY, "version": built.name.split("-")[1]})
    assert (ended.code, ended.outputs["findings-count"]) == (1, "1"), ended.log


def test_a_version_that_does_not_exist_is_said_so(runner: Runner, action: Path) -> None:
    ended = runner.action(action, {"version": "9999.0"})
    assert (ended.code, ended.outputs["exit-code"]) == (2, "2")
    assert "celerylint cannot be installed from celerylint==9999.0" in ended.said("error")[0].data
    assert "Traceback" not in ended.log


def test_an_old_python_is_told_what_to_do(runner: Runner, action: Path, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "python3"
    program.parent.mkdir()
    claim = "import runpy, sys; sys.version_info = (3, 10, 12); runpy.run_path(sys.argv[1], run_name='__main__')"
    program.write_text(f'#!/bin/sh\nexec "$REAL" -I -c "{claim}" "$2"\n')
    program.chmod(0o755)
    runner.environment["REAL"] = shutil.which("python3") or ""
    runner.environment["PATH"] = f"{program.parent}:/usr/bin:/bin"
    ended = runner.action(action, {})
    assert ended.code == 2, ended.log
    assert "python3 is 3.10, and celerylint needs 3.11" in ended.said("error")[0].data


HOSTILE = (
    '"; touch "$GITHUB_WORKSPACE/stolen" #',
    "$(touch $GITHUB_WORKSPACE/stolen)",
    "`touch stolen`",
    "'; touch stolen; '",
    "x\n::error file=stolen::stolen",
    "x\nstolen=yes",
    "--output-file=stolen",
    "${{ github.token }}",
    "*",
    "\u2028%0A::error::stolen",
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["paths", "args", "version", "working-directory", "min-severity", "fail-on"])
def test_an_input_is_never_code(runner: Runner, action: Path, name: str, text: str) -> None:
    ended = runner.action(action, {name: text})
    assert_harmless(runner, ended)
    assert ended.code == 2, ended.log


@pytest.mark.parametrize("text", HOSTILE)
def test_the_name_of_a_file_is_never_code(runner: Runner, action: Path, text: str) -> None:
    ended = runner.action(action, {"args": ONLY, "sarif-file": text})
    assert ended.code == 1, ended.log
    assert ended.outputs["sarif-file"] == str(runner.workspace / text.strip())
    assert Path(ended.outputs["sarif-file"]).is_file()
    assert_harmless(runner, ended)


def test_args_are_split_as_in_a_shell_and_not_expanded(runner: Runner, action: Path) -> None:
    write(runner.workspace, {"my settings.toml": 'select = ["no-time-limit"]\n'})
    ended = runner.action(action, {"args": "--config 'my settings.toml'"})
    assert ended.code == 0, ended.log
    ended = runner.action(action, {"args": '--config "$HOME"'})
    assert ended.code == 2
    assert "$HOME" in ended.log
    ended = runner.action(action, {"args": "--select 'unclosed"})
    assert "args: No closing quotation" in ended.said("error")[0].data


@pytest.mark.parametrize(
    "inputs",
    [{"paths": "/etc"}, {"paths": "shop\n../outside.py"}, {"working-directory": ".."}, {"paths": "link/hosts"}],
)
def test_a_path_outside_of_the_workspace_is_refused(runner: Runner, action: Path, inputs: dict[str, str]) -> None:
    (runner.workspace / "link").symlink_to("/etc")
    (runner.workspace.parent / "outside.py").touch()
    ended = runner.action(action, inputs)
    assert (ended.code, ended.outputs["exit-code"]) == (2, "2")
    assert "is outside of the workspace" in ended.said("error")[0].data


def test_paths_that_do_not_exist_are_refused(runner: Runner, action: Path) -> None:
    ended = runner.action(action, {"paths": "shop\nno such.py"})
    assert ended.code == 2
    assert '"no such.py" does not exist' in ended.log
    ended = runner.action(action, {"working-directory": "nowhere"})
    assert "there is no directory nowhere" in ended.said("error")[0].data


@pytest.mark.parametrize(
    "inputs",
    [
        {"sarif-file": "shop"},
        {"sarif-file": "README.md/x.sarif"},
        {"working-directory": "x" * 5000},
        {"paths": "x" * 5000},
    ],
)
def test_a_name_that_no_file_can_have_is_refused(runner: Runner, action: Path, inputs: dict[str, str]) -> None:
    ended = runner.action(action, inputs)
    assert (ended.code, ended.outputs["exit-code"]) == (2, "2"), ended.log
    assert ended.said("error")
    assert "Traceback" not in ended.log


def test_nothing_of_the_linted_repository_is_executed(runner: Runner, action: Path, temporary: Path) -> None:
    trace = runner.workspace.parent / "trace"
    code = f"open({str(trace)!r}, 'w')\n"
    modules = (
        "venv",
        "pip",
        "json",
        "runpy",
        "subprocess",
        "sitecustomize",
        "usercustomize",
        "click",
        "inputs",
        "base",
    )
    write(runner.workspace, {f"{name}.py": code for name in modules})
    write(
        runner.workspace, {"celerylint/__init__.py": code, "celerylint/__main__.py": code, "action/__main__.py": code}
    )
    write(runner.workspace, {"pip.conf": "[global]\nindex-url = http://127.0.0.1:9/\n", ".env": "PATH=/nowhere\n"})
    runner.environment["PYTHONPATH"] = f"{runner.workspace}:."
    for environment in temporary.glob("celerylint-*"):
        shutil.rmtree(environment)  # so that it is installed from here
    ended = runner.action(action, {"args": ONLY})
    assert (ended.code, ended.outputs["findings-count"]) == (1, "1"), ended.log
    assert not trace.exists()


def test_what_stands_in_the_repository_gives_no_commands(runner: Runner, action: Path) -> None:
    evil = "x\n::error file=stolen::stolen\n##[error]stolen"
    write(runner.workspace, {"celerylint.toml": f"{json.dumps(evil)} = 1\n"})
    assert_harmless(runner, runner.action(action, {}))
    write(runner.workspace, {"celerylint.toml": "", f"{evil}.yaml": SHOP["deploy/worker.yaml"]})
    (runner.workspace / "deploy" / "worker.yaml").unlink()
    ended = runner.action(action, {"args": ONLY})
    assert (ended.code, ended.outputs["findings-count"]) == (1, "1"), ended.log
    assert_harmless(runner, ended)
