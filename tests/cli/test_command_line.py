"""The command line itself: words, options, exit codes. The pipeline is a fake here."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from celerylint import session
from celerylint.cli import cli
from celerylint.cli.check import COMMANDS
from celerylint.cli.crash import crash_report
from celerylint.cli.show import _KINDS
from celerylint.configuration import Configuration
from celerylint.finding import Confidence, Finding, Place, Severity
from celerylint.model import Project
from celerylint.origin import Span
from celerylint.report import Summary
from celerylint.report.show import KINDS

NOTHING = Project((), (), (), (), (), (), (), (), ())
FINDING = Finding(
    "CLY101",
    "task-missing-acks-late",
    Severity.WARNING,
    Confidence.CERTAIN,
    "it is lost",
    Place(Span("shop/tasks.py", 1, 1, 1, 2)),
)


@dataclass
class Pipeline:
    """Stands for the session: remembers how it was called, gives the findings that it was told to."""

    findings: tuple[Finding, ...] = ()
    failure: BaseException | None = None
    calls: list[tuple[Path, Configuration, tuple[str, ...]]] = field(default_factory=list)

    def check(self, root: Path, configuration: Configuration, paths: tuple[str, ...], **_: object) -> session.Result:
        self.calls.append((root, configuration, paths))
        if self.failure:
            raise self.failure
        summary = Summary(files=1, workers=0, tasks=0, warnings=len(self.findings))
        return session.Result(self.findings, (), NOTHING, summary, lambda path: ["x = 1"])

    def model(
        self, root: Path, configuration: Configuration, deployed: session.Deployed | None = None
    ) -> session.Model:
        self.calls.append((root, configuration, ()))
        return session.Model(NOTHING, lambda path: [])


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Pipeline]:
    fake = Pipeline()
    monkeypatch.setattr(session, "check", fake.check)
    monkeypatch.setattr(session, "model", fake.model)
    monkeypatch.chdir(tmp_path)
    for folder in (".git", "shop", "show", "deploy"):
        (tmp_path / folder).mkdir()
    (tmp_path / "shop" / "tasks.py").write_text("x = 1\n")
    yield fake


def run(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(cli, words, env=environment)


def ran(*words: str) -> Result:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.parametrize("words", [(), (".",), ("check",), ("check", "."), ("--select", "CLY1", "."), ("./show",)])
def test_check_need_not_be_named(pipeline: Pipeline, words: tuple[str, ...]) -> None:
    assert "No findings." in ran(*words).stdout
    assert len(pipeline.calls) == 1


def test_a_directory_called_like_a_command(pipeline: Pipeline, tmp_path: Path) -> None:
    ran("check", "show")
    ran("./show")
    assert [call[0] for call in pipeline.calls] == [tmp_path / "show"] * 2
    assert "workers (0)" in ran("show").stdout


def test_one_directory_is_the_root(pipeline: Pipeline, tmp_path: Path) -> None:
    ran("shop")
    assert pipeline.calls[0][::2] == (tmp_path / "shop", ())


def test_a_file_or_several_paths_are_looked_at_in_the_current_directory(pipeline: Pipeline, tmp_path: Path) -> None:
    ran("shop/tasks.py")
    ran("shop", "./deploy/../deploy", "shop")
    ran("shop", ".")
    assert [call[::2] for call in pipeline.calls] == [
        (tmp_path, ("shop/tasks.py",)),
        (tmp_path, ("shop", "deploy")),
        (tmp_path, ()),
    ]


def test_paths_elsewhere_have_their_nearest_directory_as_root(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path / "deploy")
    ran("../shop/tasks.py", "../show")
    assert pipeline.calls[0][::2] == (tmp_path, ("shop/tasks.py", "show"))
    ran("../shop/tasks.py")
    assert pipeline.calls[1][::2] == (tmp_path / "shop", ("tasks.py",))


def test_findings_are_shown_by_the_path_that_one_can_open(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.findings = (FINDING,)
    assert run("deploy", "--output-format", "concise").stdout.startswith("deploy/shop/tasks.py:1:1: warning CLY101 ")
    monkeypatch.chdir(tmp_path / "shop")
    assert run("../deploy", "--output-format", "concise").stdout.startswith(f"{tmp_path}/deploy/shop/tasks.py:1:1: ")
    found = json.loads(run("../deploy", "--output-format", "json").stdout)["findings"][0]
    assert found["path"] == "shop/tasks.py"


def test_findings_exit_1_unless_told_otherwise(pipeline: Pipeline) -> None:
    pipeline.findings = (FINDING,)
    assert run().exit_code == 1
    assert run("--exit-zero").exit_code == 0
    assert "warning[CLY101] task-missing-acks-late: it is lost" in run().stdout


def test_a_path_that_does_not_exist_is_wrong_usage(pipeline: Pipeline) -> None:
    result = run("nowhere")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == 'Error: "nowhere" does not exist\n'
    assert 'did you mean "rules"?' in run("ruls").stderr
    assert pipeline.calls == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--output-format", "xml"), "'xml' is not one of"),
        (("--min-severity", "bad"), "'bad' is not one of"),
        (("--nope",), "No such option"),
        (("--isolated", "--config", "x.toml"), "leave out --config"),
        (("show", "workers", "shop", "deploy"), "one kind and one path"),
        (("show", "worker"), 'did you mean "workers"?'),
        (("rule",), "Missing argument"),
        (("rule", "CLY31"), 'did you mean "CLY301"?'),
        (("--config", "gone.toml"), "gone.toml: cannot be read"),
    ],
)
def test_wrong_usage_exits_2_and_says_why(pipeline: Pipeline, words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_the_configuration_file_counts_unless_isolated(pipeline: Pipeline, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.celerylint]\nmin-severity = 'info'\nselect = ['CLY1']\n")
    ran("shop")
    ran("--isolated")
    ran("--min-severity", "error", "--select", "CLY2,CLY3", "--select", "x")
    configured, isolated, given = (call[1] for call in pipeline.calls)
    assert (configured.min_severity, configured.select) == ("info", ("CLY1",))
    assert (isolated.min_severity, isolated.select) == ("warning", ())
    assert (given.min_severity, given.select) == ("error", ("CLY2", "CLY3", "x"))


def test_select_replaces_what_the_file_chooses_and_ignore_adds(pipeline: Pipeline, tmp_path: Path) -> None:
    (tmp_path / "celerylint.toml").write_text("select = ['CLY1']\nignore = ['CLY2']\n")
    ran("--select", "CLY2")
    ran("--ignore", "CLY3")
    assert [(call[1].select, call[1].ignore) for call in pipeline.calls] == [
        (("CLY2",), ()),
        (("CLY1",), ("CLY2", "CLY3")),
    ]


def test_a_wrong_configuration_exits_2_with_its_line(pipeline: Pipeline, tmp_path: Path) -> None:
    (tmp_path / "celerylint.toml").write_text("\noutput-format = 'jsn'\n")
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: celerylint.toml:2: `output-format` must be one of" in result.stderr
    assert 'did you mean "json"?' in result.stderr
    (tmp_path / "celerylint.toml").write_text("min-severty = 'info'\n")
    assert 'celerylint.toml:1: unknown key `min-severty`; did you mean "min-severity"?' in run().stderr


def test_a_bug_of_ours_exits_3_with_a_text_for_a_report(pipeline: Pipeline, tmp_path: Path) -> None:
    pipeline.failure = ZeroDivisionError(f"redis://:hunter2@redis at {tmp_path}/x")
    result = run()
    assert (result.exit_code, result.stdout) == (3, "")
    for part in ("celerylint 0.", "Python 3.", "Linux", "Traceback", "ZeroDivisionError", 'File "celerylint/cli/'):
        assert part in result.stderr
    assert "hunter2" not in result.stderr
    assert str(tmp_path) not in result.stderr


def test_a_crash_report_masks_the_command_and_shortens_causes() -> None:
    try:
        try:
            json.loads("{")
        except ValueError as error:
            raise KeyError("x") from error
    except KeyError as error:
        text = crash_report(error, ["/usr/bin/celerylint", "redis://:hunter2@h", "a b"])
    assert "celerylint redis://***@h 'a b'" in text
    assert 'File "/' not in text.replace(str(Path(__file__).parent), "")
    assert "json/decoder.py" in text


def test_an_interrupted_run_exits_130(pipeline: Pipeline) -> None:
    pipeline.failure = KeyboardInterrupt()
    result = run()
    assert result.exit_code == 130
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("words", "environment", "coloured"),
    [
        ((), {}, False),
        (("--color", "always"), {}, True),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "0"}, False),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
        (("--color", "always", "--output-format", "json"), {}, False),
    ],
)
def test_colours(pipeline: Pipeline, words: tuple[str, ...], environment: dict[str, str], coloured: bool) -> None:
    pipeline.findings = (FINDING,)
    result = CliRunner().invoke(cli, words, env={"NO_COLOR": None, "FORCE_COLOR": None, **environment}, color=True)
    assert ("\x1b[" in result.stdout) is coloured


def test_show_prints_kinds_as_tables_and_data(pipeline: Pipeline, tmp_path: Path) -> None:
    assert ran("show", "workers", "shop").stdout == "No workers.\n"
    assert json.loads(ran("show", "tasks", "--output-format", "json").stdout) == {"version": 1, "tasks": []}
    ran("show", "shop")
    assert [call[0] for call in pipeline.calls] == [tmp_path / "shop", tmp_path, tmp_path / "shop"]


def test_kinds_and_commands_are_what_they_are_said_to_be() -> None:
    assert set(_KINDS) == set(KINDS)
    assert set(COMMANDS) == set(cli.commands)


def test_rules_lists_every_rule() -> None:
    document: dict[str, Any] = json.loads(ran("rules", "--isolated", "--output-format", "json").stdout)
    assert document["version"] == 1
    names = [rule["name"] for rule in document["rules"]]
    assert "pod-memory-overcommit" in names
    assert all(set(rule) == {"code", "name", "severity", "scope", "summary", "fixable"} for rule in document["rules"])
    table = ran("rules", "--isolated").stdout.splitlines()
    assert len(table) == len(names) + 1


def test_rule_prints_a_page_by_name_or_code() -> None:
    by_name, by_code = (ran("rule", "--isolated", word).stdout for word in ("pod-memory-overcommit", "cly301"))
    assert by_name == by_code
    assert by_name.startswith("# pod-memory-overcommit\n\nCLY301 · warning · worker · since 0.1.0\n")
    assert "## Bad" in by_name and "## References" in by_name
    assert "\x1b" not in by_name
    painted = ran("rule", "--isolated", "--color", "always", "CLY301").stdout
    assert "\x1b[1m# pod-memory-overcommit\x1b[0m" in painted


def test_help_and_version() -> None:
    assert ran("--version").stdout == "celerylint 0.1.0\n"
    text = ran("--help").stdout
    assert "--show-undecided" in text and "show" in text and "Exit codes" in text
    assert ran("check", "-h").stdout.startswith("Usage: celerylint check")


def test_the_garbage_collector_is_as_it_was(pipeline: Pipeline) -> None:
    ran()
    assert gc.isenabled()
