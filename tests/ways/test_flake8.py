"""celerylint inside of real flake8, over the shop: what a terminal and CI see of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flake8.main.cli import main

SHOP = Path(__file__).resolve().parents[2] / "fixtures" / "shop"
PLAIN = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "PYTHONPATH")}
LINE = re.compile(r"\./(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<code>CLY\d{3}) .* \[(?P<name>[a-z0-9-]+)\]")


def flake8(*words: str, cwd: Path, status: int | None = None, stdin: str = "") -> str:
    """What flake8 prints; never a traceback. `status` is the exit code that it must have."""
    command = [sys.executable, "-m", "flake8", *words]
    done = subprocess.run(command, cwd=cwd, env=PLAIN, capture_output=True, input=stdin, encoding="utf-8")
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr == ""
    assert status is None or done.returncode == status, done.stdout
    return done.stdout


def ours(*words: str, cwd: Path, status: int | None = None, stdin: str = "") -> list[str]:
    """Our lines, without flake8's other checks and without a configuration of the machine."""
    return flake8("--isolated", "--select=CLY", *words, cwd=cwd, status=status, stdin=stdin).splitlines()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the shop, to be changed."""
    return shutil.copytree(SHOP, tmp_path / "shop")


def replaced(file: Path, old: str, new: str) -> str:
    """The file's text with a change that nobody has saved."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old} stands {text.count(old)} times in {file}"
    return text.replace(old, new)


def change(file: Path, old: str, new: str) -> None:
    file.write_text(replaced(file, old, new), encoding="utf-8")


def test_a_finding_stands_at_its_line_and_names_the_others() -> None:
    rules = "--celerylint-select=soft-limit-not-below-hard,cpu-bound-on-green-pool"
    assert ours(rules, cwd=SHOP, status=1) == [
        "./catalog/images.py:19:46: CLY402 the soft limit of 5 min is not below the hard limit of 5 min: the task is "
        "killed before it can clean up (here: time_limit = 5 min) [soft-limit-not-below-hard]",
        "./orders/tasks.py:36:5: CLY204 orders.tasks.render_invoice computes, and shop-worker-mail runs it on gevent: "
        "nothing else moves in that worker meanwhile (line 41: load = cpu; deploy/worker-mail.yaml:19: pool = gevent) "
        "[cpu-bound-on-green-pool]",
    ]


def test_a_finding_of_a_manifest_stands_at_the_python_line_that_proves_it() -> None:
    assert ours("--celerylint-select=grace-period-shorter-than-task", cwd=SHOP, status=1) == [
        "./catalog/tasks.py:12:25: CLY403 catalog.tasks.reindex_search may run 15 min, and shop-worker is killed 1 min "
        "after it was asked to stop (at deploy/worker.yaml:14; here: longest_run = 15 min) "
        "[grace-period-shorter-than-task]",
        "./reports/tasks.py:22:41: CLY403 reports.tasks.rebuild_forecast may run 2 h, and shop-worker-reports is "
        "killed 30 s after it was asked to stop (at deploy/worker-reports.yaml:19; here: longest_run = 2 h) "
        "[grace-period-shorter-than-task]",
    ]


def test_both_sides_are_reported_where_both_are_python() -> None:
    lines = ours("--celerylint-select=redis-visibility-timeout-too-short", cwd=SHOP, status=1)
    assert [line.partition(": ")[0] for line in lines] == [
        "./reports/tasks.py:22:41",
        "./shop/settings/production.py:22:58",
    ]
    assert "(at shop/settings/production.py:22; here: longest_run = 2 h; here: acks_late = yes)" in lines[0]
    assert "(reports/tasks.py:22: longest_run = 2 h; reports/tasks.py:22: acks_late = yes)" in lines[1]


def in_python_files() -> Iterator[tuple[str, int, int, str, str]]:
    """What has to be reported, from celerylint's own JSON: each finding at its first place in each Python file."""
    command = [sys.executable, "-m", "celerylint", str(SHOP), "--output-format", "json", "--exit-zero"]
    done = subprocess.run(command, cwd=SHOP, env=PLAIN, capture_output=True, encoding="utf-8", check=True)
    for finding in json.loads(done.stdout)["findings"]:
        first: dict[str, Any] = {}
        for place in (finding, *finding["related"]):
            first.setdefault(place["path"], place)
        for path, place in first.items():
            if path.endswith(".py"):
                yield path, place["line"], place["column"], finding["code"], finding["name"]


def test_every_finding_with_a_place_in_python_is_reported_once_in_each_file() -> None:
    matches = [LINE.fullmatch(line) for line in ours(cwd=SHOP, status=1)]
    found = [
        (match["path"], int(match["line"]), int(match["column"]), match["code"], match["name"])
        for match in matches
        if match
    ]
    assert len(found) == len(matches) > 20
    assert Counter(found) == Counter(in_python_files())


def test_two_jobs_say_what_one_says() -> None:
    assert ours("--jobs=2", cwd=SHOP, status=1) == ours("--jobs=1", cwd=SHOP, status=1)


def test_a_part_of_the_project_is_judged_with_the_whole(shop: Path) -> None:
    all_lines = ours(cwd=shop)
    assert ours("reports", cwd=shop) == [line.removeprefix("./") for line in all_lines if "./reports/" in line]
    (line, *_) = ours("--celerylint-select=grace-period-shorter-than-task", "tasks.py", cwd=shop / "reports")
    assert line.startswith("tasks.py:22:41: ")
    assert "(at ../deploy/worker-reports.yaml:19; " in line


def test_columns_count_characters(shop: Path) -> None:
    file = shop / "catalog" / "images.py"
    change(file, "@shared_task(time_limit=300", "@shared_task(name='bögen😀', time_limit=300")
    (line,) = ours("--celerylint-select=soft-limit-not-below-hard", cwd=shop)
    column = file.read_text().splitlines()[18].index("soft_time_limit=300") + len("soft_time_limit=") + 1
    assert line.startswith(f"./catalog/images.py:19:{column}: ")


@pytest.mark.parametrize(
    ("comment", "left"), [("", 1), ("  # noqa: CLY402", 0), ("  # noqa: E501", 1), ("  # noqa", 0)]
)
def test_noqa_is_flake8s_own(shop: Path, comment: str, left: int) -> None:
    line = (shop / "catalog" / "images.py").read_text().splitlines()[18]
    change(shop / "catalog" / "images.py", line, line + comment)
    assert len(ours("--celerylint-select=soft-limit-not-below-hard", "catalog", cwd=shop)) == left


def test_noqa_can_be_disabled_and_celerylints_own_ignores_cannot(shop: Path) -> None:
    lines = (shop / "catalog" / "images.py").read_text().splitlines()
    change(shop / "catalog" / "images.py", lines[18], f"{lines[18]}  # noqa: CLY402")
    change(shop / "catalog" / "images.py", lines[19], f"{lines[19]}  # celerylint: ignore[CLY101] may be lost")
    found = ours("--disable-noqa", "catalog/images.py", cwd=shop)
    assert [line for line in found if ":19:46: CLY402" in line]
    assert not [line for line in found if "images.py:20:" in line]


def test_an_ignore_in_a_manifest_holds_at_the_task(shop: Path) -> None:
    rule = "--celerylint-select=grace-period-shorter-than-task"
    assert len(ours(rule, "catalog", cwd=shop)) == 1
    worker = shop / "deploy" / "worker.yaml"
    line = worker.read_text().splitlines()[13]
    change(worker, line, f"{line}  # celerylint: ignore[grace-period-shorter-than-task] it is stopped by hand")
    assert ours(rule, "catalog", cwd=shop) == []


def test_flake8_chooses_by_code() -> None:
    lines = ours("--extend-ignore=CLY1,CLY2,CLY5", cwd=SHOP)
    assert {"CLY402", "CLY403"} <= {line.split(": ")[1][:6] for line in lines}
    assert not [line for line in lines if re.search(": CLY[125]", line)]
    assert flake8("--isolated", "--select=E9", cwd=SHOP, status=0) == ""
    assert "CLY" not in flake8("--isolated", "--extend-ignore=CLY", cwd=SHOP)
    assert "CLY402" in flake8("--isolated", cwd=SHOP, status=1)


def test_options_stand_in_flake8s_configuration(shop: Path) -> None:
    (shop / ".flake8").write_text(
        "[flake8]\nselect = CLY\ncelerylint-min-severity = error\n"
        "celerylint-ignore = grace-period-shorter-than-task,\n  cpu-bound-on-green-pool\n"
    )
    names = {line.rpartition("[")[2] for line in flake8(cwd=shop, status=1).splitlines()}
    assert "soft-limit-not-below-hard]" in names
    assert names.isdisjoint({"grace-period-shorter-than-task]", "cpu-bound-on-green-pool]", "task-missing-acks-late]"})


def test_celerylints_own_configuration_holds(shop: Path) -> None:
    (shop / "celerylint.toml").write_text('select = ["CLY402"]\n')
    assert len(ours(cwd=shop)) == 1
    assert len(ours("--celerylint-select=task-missing-acks-late", cwd=shop)) > 1


def test_the_root_can_be_given_and_counts_from_flake8s_configuration(shop: Path) -> None:
    (shop / "pyproject.toml").unlink()
    (shop / ".git").mkdir()
    assert ours("tasks.py", cwd=shop / "catalog", status=0) == []  # an empty `.git` is no repository
    (shop / ".flake8").write_text("[flake8]\nselect = CLY\ncelerylint-root = ./\n")
    assert "CLY403" in flake8("tasks.py", cwd=shop / "catalog", status=1)
    assert "CLY403" in "".join(ours("--celerylint-root=..", "tasks.py", cwd=shop / "catalog", status=1))


def test_a_git_repository_is_a_project(shop: Path) -> None:
    (shop / "pyproject.toml").unlink()
    subprocess.run(["git", "init", "-q"], cwd=shop, check=True)
    assert "CLY403" in "".join(ours("tasks.py", cwd=shop / "catalog", status=1))


@pytest.mark.parametrize(
    ("words", "file", "message"),
    [
        (["--celerylint-root=nowhere"], "", "celerylint: celerylint-root: there is no directory nowhere"),
        (["--celerylint-min-severity=eror"], "", 'must be one of error, warning, info; did you mean "error"?'),
        (["--celerylint-select=beat-replicas"], "", 'no rule is called "beat-replicas"'),
        ([], 'selct = ["CLY1"]\n', "celerylint.toml:1: unknown key `selct`"),
        ([], "select = [\n", "celerylint.toml:2: not valid TOML"),
        ([], 'ignore = ["CLY1", "no-such-rule"]\n', 'celerylint.toml:1: ignore: no rule is called "no-such-rule"'),
    ],
)
@pytest.mark.parametrize("buffer", [False, True])
def test_a_wrong_configuration_ends_flake8_with_a_message(
    shop: Path, words: list[str], file: str, message: str, buffer: bool
) -> None:
    if file:
        (shop / "celerylint.toml").write_text(file)
    given = ["-", "--stdin-display-name=catalog/tasks.py"] if buffer else []
    said = ours(*words, *given, cwd=shop, status=1, stdin="x = 1\n")
    assert said[0] == "There was a critical error during execution of Flake8:"
    assert message in said[1]
    assert len(said) == 2


def test_a_file_that_celerylint_leaves_out_has_no_findings(shop: Path) -> None:
    assert ours("catalog/images.py", cwd=shop)
    change(shop / "pyproject.toml", "[tool.celerylint]", '[tool.celerylint]\nextend-exclude = ["catalog/images.py"]')
    assert ours("catalog/images.py", cwd=shop, status=0) == []
    text = (shop / "catalog" / "images.py").read_text()
    assert ours("-", "--stdin-display-name=catalog/images.py", cwd=shop, status=0, stdin=text) == []
    assert ours("-", "--stdin-display-name=.venv/new.py", cwd=shop, status=0, stdin=text) == []


def test_a_path_outside_of_the_root_has_no_findings(shop: Path) -> None:
    outside = shutil.copy(shop / "catalog" / "images.py", shop.parent / "images.py")
    assert ours("--celerylint-root=.", "../images.py", cwd=shop, status=0) == []
    text = Path(outside).read_text()
    assert ours("--celerylint-root=.", "-", "--stdin-display-name=../images.py", cwd=shop, status=0, stdin=text) == []
    assert len(ours("--celerylint-root=.", "../images.py", "catalog/images.py", cwd=shop, status=1)) > 1


def test_a_loose_file_is_no_project(tmp_path: Path, shop: Path) -> None:
    shutil.copy(shop / "catalog" / "images.py", tmp_path / "loose.py")
    assert ours("loose.py", cwd=tmp_path, status=0) == []
    assert "CLY402" in "".join(ours(cwd=tmp_path, status=1))  # a directory is asked for, and read


def test_yaml_has_no_findings_here(shop: Path) -> None:
    said = flake8("--isolated", "deploy/beat.yaml", cwd=shop, status=1)
    assert re.fullmatch(r"deploy/beat.yaml:\d+:\d+: E999 .*\n", said)
    (shop / "deploy" / "short.yaml").write_text("replicas: 2\n")  # this is Python as well
    assert ours("deploy/short.yaml", cwd=shop, status=0) == []
    assert ours("--filename=*.py,*.yml", "docker-compose.yml", cwd=shop, status=0) == []


def test_a_syntax_error_elsewhere_leaves_the_rest(shop: Path) -> None:
    (shop / "orders" / "broken.py").write_text("prices = (\n")
    said = flake8("--isolated", "--select=CLY,E9", cwd=shop, status=1)
    assert "./orders/broken.py:1:" in said
    assert "CLY402" in said


def test_a_link_shows_what_its_file_shows(shop: Path) -> None:
    (shop / "link.py").symlink_to("catalog/images.py")
    lines = ours("--celerylint-select=soft-limit-not-below-hard", cwd=shop)
    assert [line.partition(": ")[0] for line in lines] == ["./catalog/images.py:19:46", "./link.py:19:46"]
    text = replaced(shop / "link.py", "soft_time_limit=300", "soft_time_limit=30")
    words = ("--celerylint-select=soft-limit-not-below-hard", "-", "--stdin-display-name=link.py")
    assert ours(*words, cwd=shop, stdin=text) == []


def test_a_bug_of_ours_ends_flake8_with_a_message(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TypeError("oh dear")

    monkeypatch.setattr("celerylint.session.check", broken)
    monkeypatch.chdir(shop)
    assert main(["--isolated", "--jobs=1", "catalog"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("There was a critical error during execution of Flake8:\ncelerylint ")
    assert "this is a bug of celerylint: TypeError: oh dear" in said


def test_the_command_line_knows_nothing_of_flake8() -> None:
    code = "import sys, celerylint.cli, celerylint.session\nassert 'flake8' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env=PLAIN)
