"""What a configuration file may say, and what is said of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.configuration import UNCONFIGURED, ConfigurationError, TaskHint, find, read, seconds, size
from celerylint.configuration.lines import key_spans
from celerylint.origin import Span


def project(tmp_path: Path, text: str, name: str = "pyproject.toml") -> Path:
    (tmp_path / ".git").mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    return tmp_path


def wrong(tmp_path: Path, text: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        read(project(tmp_path, text, "celerylint.toml"))
    return caught.value


def test_everything_that_may_be_said(tmp_path: Path) -> None:
    root = project(
        tmp_path,
        """\
[project]
name = "shop"

[tool.celerylint]
select = ["CLY2", "pod-memory-overcommit"]
ignore = [
  "CLY201",  # ours are
  "CLY202",
]
exclude = ["legacy/"]
extend-exclude = ["old/"]
min-severity = "info"
output-format = "json"
rule-paths = ["lint/"]
external-queues = ["partner.*"]
memory-per-process = "200MiB"

[tool.celerylint.tasks."reports.*"]
load = "cpu"
duration = "20m"

[tool.celerylint.rules.redis-visibility-timeout-too-short]
severity = "warning"
margin = 1.5

[tool.celerylint.launchers]
"/opt/shopctl  run worker" = "celery -A shop worker"
"invoke celery" = "celery"
""",
    )
    found = read(root)
    assert found.select == ("CLY2", "pod-memory-overcommit")
    assert found.ignore == ("CLY201", "CLY202")
    assert found.exclude == ("legacy/",)
    assert found.extend_exclude == ("old/",)
    assert found.min_severity == "info"
    assert found.output_format == "json"
    assert found.rule_paths == (root / "lint/",)
    assert found.launchers == {
        "/opt/shopctl run worker": ("celery", "-A", "shop", "worker"),
        "invoke celery": ("celery",),
    }
    assert found.external_queues == ("partner.*",)
    assert found.memory_per_process == 200 * 1024**2
    assert found.tasks == {"reports.*": TaskHint("cpu", 1200.0, Span("pyproject.toml", 18, 1, 18, 36))}
    options = found.rules["redis-visibility-timeout-too-short"]
    assert (options.severity, options.parameters) == ("warning", {"margin": 1.5})
    assert found.places["ignore"].line == 6
    assert found.places["memory-per-process"] == Span("pyproject.toml", 16, 1, 16, 30)
    assert found.places["rules.redis-visibility-timeout-too-short.margin"].line == 24


def test_without_a_file_everything_is_by_default(tmp_path: Path) -> None:
    assert read(tmp_path) == UNCONFIGURED
    assert read(project(tmp_path, "[project]\nname = 'shop'\n")) == UNCONFIGURED


def test_the_nearest_file_up_to_the_git_toplevel_counts(tmp_path: Path) -> None:
    (tmp_path / "celerylint.toml").write_text("min-severity = 'info'")
    top = tmp_path / "repository"
    inner = top / "a" / "b"
    inner.mkdir(parents=True)
    (top / ".git").mkdir()
    assert find(inner) is None
    (top / "pyproject.toml").write_text("[tool.celerylint]")
    assert find(inner) == top / "pyproject.toml"
    (top / "a" / "pyproject.toml").write_text("[tool.ruff]\nexclude = ['celerylint']")
    assert find(inner) == top / "pyproject.toml"
    (top / "celerylint.toml").write_text("")
    assert find(inner) == top / "celerylint.toml"


def test_outside_of_git_the_way_ends_at_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = tmp_path / "here" / "src"
    below.mkdir(parents=True)
    (tmp_path / "celerylint.toml").write_text("")
    monkeypatch.chdir(tmp_path / "here")
    assert find(below) is None
    monkeypatch.chdir(tmp_path)
    assert find(below) == tmp_path / "celerylint.toml"


def test_spans_are_relative_to_the_linted_root(tmp_path: Path) -> None:
    root = project(tmp_path, "[tasks.a]\nload = 'io'\n", "celerylint.toml") / "src"
    root.mkdir()
    assert read(root).tasks["a"].span.path == "../celerylint.toml"


def test_a_file_by_its_own_name(tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    own.write_text("min-severity = 'error'")
    assert read(tmp_path, own).min_severity == "error"
    own.write_text("[tool.celerylint]\nmin-severity = 'info'")
    assert read(tmp_path, own).min_severity == "info"
    with pytest.raises(ConfigurationError, match=r"gone\.toml: cannot be read: No such file"):
        read(tmp_path, tmp_path / "gone.toml")


def test_unquoted_task_names_nest_and_mean_the_same(tmp_path: Path) -> None:
    root = project(tmp_path, "[tasks.reports.render]\nload = 'cpu'\n[tasks.reports]\nduration = 5\n", "celerylint.toml")
    assert {name: (hint.load, hint.duration) for name, hint in read(root).tasks.items()} == {
        "reports": (None, 5.0),
        "reports.render": ("cpu", None),
    }


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\nselct = ['CLY2']", 2, 'unknown key `selct`; did you mean "select"?'),
        ("select = 'CLY2'", 1, "`select` must be a list of strings"),
        ("ignore = [1]", 1, "`ignore` must be a list of strings"),
        ("min-severity = 'warn'", 1, 'must be one of error, warning, info; did you mean "warning"?'),
        ("min-severity = ['error']", 1, "must be one of"),
        ("output-format = 3", 1, "`output-format` must be a string"),
        ("memory-per-process = 'lots'", 1, "`memory-per-process` must be an amount of memory"),
        ("memory-per-process = true", 1, "`memory-per-process` must be an amount of memory"),
        ("tasks = 1", 1, "`tasks` must be a table"),
        ("[tasks]\nload = 'cpu'", 2, '`load` must be a table: [tool.celerylint.tasks."load"]'),
        ("[tasks.'a.*']\n\nlaod = 'cpu'", 3, 'unknown key `laod`; did you mean "load"?'),
        ("[tasks.'a.*']\nload = 'gpu'", 2, "`load` must be one of cpu, io, mixed"),
        ("[tasks.'a.*']\nduration = 'soon'", 2, "`duration` must be a duration"),
        ("[tasks.'a.*']", 1, "says neither load nor duration"),
        ("[rules]\nsome-rule = 'off'", 2, "`rules.some-rule` must be a table"),
        ("[rules.some-rule]\nseverity = 'fatal'", 2, "`severity` must be one of error, warning, info"),
        ("launchers = 'shopctl'", 1, "`launchers` must be a table"),
        ("[launchers]\n'shopctl run' = 1", 2, "`shopctl run` must be a string: a command line of Celery's"),
        ("[launchers]\n'shopctl run' = 'worker'", 2, "`shopctl run` must be a command line of Celery's, such as"),
        (
            "[launchers]\nx = 'celery -A shop wroker'",
            2,
            'starts none of worker, beat, flower, multi; did you mean "worker"?',
        ),
        ("[launchers]\nx = 'celery -A \"shop'", 2, "`x` is no command line: no closing quotation"),
        ("[launchers]\n'' = 'celery worker'", 2, "must be the words of a program"),
        ("[launchers]\n'-m x' = 'celery worker'", 2, "must be the words of a program"),
        ("[launchers]\n'celery w' = 'celery worker'", 2, "must not be celery itself"),
        ("[launchers]\nmanage.py = 'celery worker'", 2, "`manage` must be a string"),
        ("min-severity = 'info'\nmin-severity =", 2, "not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    error = wrong(tmp_path, text)
    assert message in error.message
    assert error.line == line
    assert error.path is not None and error.path.endswith("celerylint.toml")


def test_a_file_that_is_no_text_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "celerylint.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="not valid UTF-8"):
        read(tmp_path)


def test_a_broken_pyproject_counts_where_it_names_us(tmp_path: Path) -> None:
    assert read(project(tmp_path, "[project\n")) == UNCONFIGURED
    with pytest.raises(ConfigurationError, match=r"pyproject.toml:2: not valid TOML"):
        read(project(tmp_path, "[tool.celerylint]\nselect = [,"))


def test_lines_of_a_file_with_line_ends_of_windows_and_a_mark(tmp_path: Path) -> None:
    (tmp_path / "celerylint.toml").write_bytes(
        b"\xef\xbb\xbf# ours\r\nignore = [\r\n 'CLY1',\r\n]\r\nmin-severity = 'x'\r\n"
    )
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path)
    assert caught.value.line == 5


def test_where_keys_stand() -> None:
    text = '''\
# about
a.b = {c = 1, "d e" = [
  2,
]}
text = """
[not.a.table]
x = 1
"""
[[many]]
  y = 1
[many.z]
w = 1
'''
    lines = {".".join(keys): span.line for keys, span in key_spans(text, "x").items()}
    assert lines == {
        "a": 2,
        "a.b": 2,
        "a.b.c": 2,
        "a.b.d e": 2,
        "text": 5,
        "many": 9,
        "many.y": 10,
        "many.z": 11,
        "many.z.w": 12,
    }


def test_a_long_list_is_read_in_time() -> None:
    text = "exclude = [\n" + '  "x",\n' * 20000 + "]\nselect = []\n"
    assert key_spans(text, "x")[("select",)].line == 20003


@pytest.mark.parametrize(
    ("written", "expected"),
    [("90s", 90), ("20m", 1200), ("1h30m", 5400), ("2d", 172800), ("1.5h", 5400), (45, 45), (0.5, 0.5), (" 1H ", 3600)],
)
def test_durations(written: object, expected: float) -> None:
    assert seconds(written) == expected


@pytest.mark.parametrize("written", ["", "m", "20", "30m1h", "-5s", 0, -1, True, None, float("inf"), float("nan"), []])
def test_what_is_no_duration(written: object) -> None:
    with pytest.raises(ValueError, match="must be a duration"):
        seconds(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("200MiB", 209715200),
        ("200Mi", 209715200),
        ("1GiB", 1073741824),
        ("1.5 GiB", 1610612736),
        ("200MB", 200000000),
        ("512k", 512000),
        ("1024", 1024),
        ("1024B", 1024),
        (209715200, 209715200),
    ],
)
def test_amounts_of_memory(written: object, expected: int) -> None:
    assert size(written) == expected


@pytest.mark.parametrize("written", ["", "MiB", "1 pound", "-1MiB", 0, -5, 1.5, True, None, "9" * 400, "99999999TiB"])
def test_what_is_no_amount_of_memory(written: object) -> None:
    with pytest.raises(ValueError, match="must be an amount of memory"):
        size(written)
