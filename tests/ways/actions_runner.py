"""A runner of GitHub Actions, as far as this project's action and workflows need one; anything else fails."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from git_shops import ENVIRONMENT, INSTALLED, RULE

ACTION = (*INSTALLED, ".github/action", "action.yml")  # what the action needs of this checkout
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_COMMAND = re.compile(r"::(?P<name>[a-z-]+)(?: (?P<properties>.*?))?::(?P<data>.*)")
_ESCAPES = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
_BASH = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"]  # what `shell: bash` stands for


@dataclass(frozen=True)
class Command:
    """A workflow command that the runner obeyed."""

    name: str
    properties: dict[str, str]
    data: str


@dataclass(frozen=True)
class Ended:
    """How a step or an action ended, and what it told the runner."""

    code: int
    log: str
    commands: tuple[Command, ...]
    outputs: dict[str, str]
    summary: bytes

    def said(self, level: str) -> list[Command]:
        """The annotations of one level."""
        return [command for command in self.commands if command.name == level]


@dataclass
class Runner:
    """One job: its workspace, its temporary directory, and the event that started it."""

    workspace: Path
    temporary: Path
    environment: dict[str, str] = field(default_factory=dict)
    summarised: bytes = b""  # what stands in a step's summary before it runs
    runs: int = 0

    def action(self, path: Path, inputs: Mapping[str, str]) -> Ended:
        """Runs a composite action with `inputs` over its defaults."""
        action: dict[str, Any] = yaml.safe_load((path / "action.yml").read_text())
        assert action["runs"]["using"] == "composite"
        assert set(inputs) <= set(action["inputs"]), "an input that the action does not have"
        given = {name: inputs.get(name, str(each["default"])) for name, each in action["inputs"].items()}
        context = {f"inputs.{name}": value for name, value in given.items()}
        ended: list[Ended] = []
        for step in action["runs"]["steps"]:
            assert set(step) <= {"name", "id", "shell", "env", "run"}
            ended.append(self.step(step, context, {"GITHUB_ACTION_PATH": str(path)}))
            context.update({f"steps.{step.get('id')}.outputs.{name}": text for name, text in ended[-1].outputs.items()})
            if ended[-1].code:
                break
        outputs = {name: evaluated(each["value"], context) for name, each in action["outputs"].items()}
        return Ended(
            ended[-1].code,
            "".join(each.log for each in ended),
            tuple(command for each in ended for command in each.commands),
            outputs,
            b"".join(each.summary for each in ended),
        )

    def step(self, step: Mapping[str, Any], context: Mapping[str, str], more: Mapping[str, str]) -> Ended:
        """Runs a `run` step in the workspace."""
        self.runs += 1
        folder = self.temporary / "_runner_file_commands" / str(self.runs)
        folder.mkdir(parents=True)
        script, output, summary = (folder / name for name in ("script.sh", "output", "summary"))
        script.write_text(evaluated(step["run"], context))
        output.touch()
        summary.write_bytes(self.summarised)
        environment = {
            **ENVIRONMENT,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temporary),
            **more,
            **self.environment,
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            **{name: evaluated(str(value), context) for name, value in step.get("env", {}).items()},
        }
        done = subprocess.run(
            [*_BASH, str(script)],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        log = done.stdout.decode("utf-8", "backslashreplace")
        outputs = dict(_outputs(output.read_text()))
        return Ended(done.returncode, log, tuple(_commands(log)), outputs, summary.read_bytes())


def evaluated(text: str, context: Mapping[str, str]) -> str:
    """A text with its expressions: plain names of inputs and of steps' outputs, and no others."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        assert re.fullmatch(r"inputs\.[\w-]+|steps\.[\w-]+\.outputs\.[\w-]+", name), f"unknown expression: {name}"
        assert name in context or name.startswith("steps."), f"unknown name: {name}"
        return context.get(name, "")

    return _EXPRESSION.sub(value, text)


def _outputs(text: str) -> Iterator[tuple[str, str]]:
    """`name=value`, or `name<<END`, lines, `END`."""
    lines = iter(text.splitlines())
    for line in lines:
        name, here, delimiter = line.partition("<<")
        if here and "=" not in name:
            yield name, "\n".join(iter(lambda: next(lines), delimiter))
        else:
            name, equals, value = line.partition("=")
            assert equals, f"not an output: {line}"
            yield name, value


def _commands(log: str) -> Iterator[Command]:
    """The commands of a log; between `::stop-commands::TOKEN` and `::TOKEN::` none is obeyed."""
    stopped: str | None = None
    for line in log.splitlines():
        if stopped is not None:
            stopped = None if line.strip() == f"::{stopped}::" else stopped
            continue
        assert not line.lstrip().startswith("##["), f"the old form of a command: {line}"
        match = _COMMAND.fullmatch(line.lstrip())
        if match is None:
            continue
        if match["name"] == "stop-commands":
            stopped = match["data"]
            continue
        pairs = (pair.partition("=") for pair in (match["properties"] or "").split(",") if pair)
        properties = {name.strip(): _unescaped(value) for name, _, value in pairs}
        yield Command(match["name"], properties, _unescaped(match["data"]))
    assert stopped is None, "commands were stopped, and never resumed"


def _unescaped(text: str) -> str:
    return re.sub("|".join(_ESCAPES), lambda match: _ESCAPES[match[0]], text)


def assert_harmless(runner: Runner, ended: Ended) -> None:
    """That nothing hostile came through: no file `stolen`, no output and no annotation but the action's own."""
    assert "Traceback" not in ended.log
    assert not list(runner.workspace.rglob("stolen")) + list(runner.temporary.glob("stolen"))
    assert set(ended.outputs) == {"findings-count", "sarif-file", "exit-code"}
    assert all(command.properties.get("file") != "stolen" for command in ended.commands)
    assert {command.properties["title"] for command in ended.commands} <= {"celerylint", f"CLY403 {RULE}"}
