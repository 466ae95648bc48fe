"""Ignores in a project, as the command line and the session tell of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from celerylint import session
from celerylint.cli import cli
from celerylint.configuration import Configuration

HEAD = "from celery import Celery\n\napp = Celery('shop', broker='redis://redis', backend='redis://redis')\n"
PICKLE = "app.conf.accept_content = ['json', 'pickle']"
WORKER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-worker}
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 30
      containers:
        - name: worker
          image: shop
          command: [sh, -c]
          args:
            - >-
              exec celery -A shop worker --concurrency=2
              --max-memory-per-child=200
"""
TASK = """\
app.conf.task_acks_late = True


@app.task(
    time_limit=600,
)
def report():
    ...
"""


def project(root: Path, **files: str) -> Path:
    """`shop` is shop.py, `worker` is deploy/worker.yaml."""
    names = {"shop": "shop.py", "worker": "deploy/worker.yaml", "other": "other.py"}
    for key, content in files.items():
        path = root / names[key]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
    return root


def lint(root: Path, **options: Any) -> list[str]:
    """`path:line name` of every finding."""
    found = session.check(root, Configuration(min_severity="info", **options)).findings
    return [f"{each.place.span.path}:{each.place.span.line} {each.name}" for each in found]


def celerylint(*words: str, status: int) -> str:
    """What the command line prints."""
    done = CliRunner().invoke(cli, words, env={"NO_COLOR": "1", "FORCE_COLOR": None})
    assert done.exit_code == status, done.output
    return done.stdout


def about_ignores(root: Path, **options: Any) -> list[str]:
    return [each for each in lint(root, **options) if each.endswith("-ignore")]


def messages(root: Path) -> list[str]:
    found = session.check(root, Configuration(min_severity="info")).findings
    return [each.message for each in found if each.name.endswith("-ignore")]


@pytest.mark.parametrize(
    "lines",
    [
        f"{PICKLE}  # celerylint: ignore[pickle-accepted] ours",
        f"{PICKLE}  # celerylint: ignore[CLY701]",
        f"{PICKLE}  # celerylint: ignore[cly7]",
        f"{PICKLE}  # celerylint: ignore[pickle-accepted]",
        f"# celerylint: ignore[pickle-accepted]\n# We own the broker.\n{PICKLE}",
        f"{PICKLE}  # noqa: CLY701",
        f"{PICKLE}  # noqa: E501,CLY7",
        f"{PICKLE}  # noqa",
    ],
)
def test_one_line_silences_what_stands_on_it(tmp_path: Path, lines: str) -> None:
    assert "shop.py:4 pickle-accepted" in lint(project(tmp_path, shop=f"{HEAD}{PICKLE}\n"))
    for end in ("\n", "", "\r\n"):
        assert lint(project(tmp_path, shop=(HEAD + lines).replace("\n", end or "\n") + end)) == []


def test_other_rules_and_other_lines_go_on(tmp_path: Path) -> None:
    source = f"{HEAD}# celerylint: ignore[mega-pod]\n\n{PICKLE}  # celerylint: ignore[no-time-limit]\n"
    assert lint(project(tmp_path, shop=source)) == [
        "shop.py:4 unused-ignore",
        "shop.py:6 pickle-accepted",
        "shop.py:6 unused-ignore",
    ]


def test_a_whole_file(tmp_path: Path) -> None:
    top = "#!/usr/bin/env python\n# Ours.\n\n# celerylint: ignore-file[pickle-accepted] ours\n"
    assert lint(project(tmp_path, shop=f"{top}{HEAD}{PICKLE}\n")) == []
    assert lint(project(tmp_path, shop=f"{HEAD}# celerylint: ignore-file[pickle-accepted]\n{PICKLE}\n")) == [
        "shop.py:4 unknown-ignore",
        "shop.py:5 pickle-accepted",
    ]


GRACE = "grace-period-shorter-than-task"


@pytest.mark.parametrize("place", ["worker", "task", "limit", "top of the manifest"])
def test_an_ignore_counts_at_every_place_of_a_finding(tmp_path: Path, place: str) -> None:
    task, worker = TASK, WORKER
    comment = f"# celerylint: ignore[{GRACE}] tasks are safe to repeat"
    before = lint(project(tmp_path, shop=HEAD + task, worker=worker))
    assert f"deploy/worker.yaml:7 {GRACE}" in before
    if place == "worker":
        worker = worker.replace("Seconds: 30", f"Seconds: 30  {comment}")
    elif place == "task":
        task = task.replace("@app.task", f"{comment}\n@app.task")
    elif place == "limit":
        task = task.replace("600,", f"600,  {comment}")
    else:
        worker = f"# celerylint: ignore-file[{GRACE}]\n---\n{worker}"
    after = lint(project(tmp_path, shop=HEAD + task, worker=worker))
    assert not [each for each in after if GRACE in each or "ignore" in each]
    assert len(after) == len(before) - 1


def test_a_bare_noqa_counts_only_where_the_finding_begins(tmp_path: Path) -> None:
    task = TASK.replace("600,", "600,  # noqa")
    assert f"deploy/worker.yaml:7 {GRACE}" in lint(project(tmp_path, shop=HEAD + task, worker=WORKER))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- >-", "- >-  # celerylint: ignore[max-memory-unit-suspicious]"),
        ("            - >", "            # celerylint: ignore[max-memory-unit-suspicious]\n            - >"),
    ],
)
def test_a_command_of_several_lines_is_silenced_where_it_begins(tmp_path: Path, old: str, new: str) -> None:
    assert "deploy/worker.yaml:15 max-memory-unit-suspicious" in lint(project(tmp_path, shop=HEAD, worker=WORKER))
    after = lint(project(tmp_path, shop=HEAD, worker=WORKER.replace(old, new)))
    assert not [each for each in after if "max-memory-unit" in each or "ignore" in each]


def test_files_with_syntax_errors(tmp_path: Path) -> None:
    root = project(tmp_path, shop=f"{HEAD}x = )\n", worker="# Celery\na: [1\nb: 2\n")
    assert [each.split()[1] for each in lint(root)] == ["invalid-yaml", "invalid-python"]
    lines = {each.split()[1]: int(each.split()[0].rpartition(":")[2]) for each in lint(root)}
    assert lines["invalid-python"] == 4
    yaml = ["# Celery", "a: [1", "b: 2", ""]
    yaml[lines["invalid-yaml"] - 1] += "  # celerylint: ignore[invalid-yaml] a draft"
    project(tmp_path, shop=f"{HEAD}x = )  # celerylint: ignore[invalid-python]\n", worker="\n".join(yaml))
    assert lint(root) == []


def test_an_unused_ignore_in_a_file_without_findings(tmp_path: Path) -> None:
    root = project(tmp_path, shop=HEAD, other="x = 1  # celerylint: ignore[mega-pod]\ny = '# celerylint: ignore[z]'\n")
    assert about_ignores(root) == ["other.py:1 unused-ignore"]
    assert messages(root) == ['this ignore silences nothing: "mega-pod" finds nothing on line 1']
    project(tmp_path, other="# celery\nx = 1  # noqa: E501,CLY301\n")
    assert about_ignores(root) == ["other.py:2 unused-ignore"]


def test_where_an_unused_ignore_was_looked_for(tmp_path: Path) -> None:
    source = (
        f"# celerylint: ignore-file[CLY1]\n{HEAD}# celerylint: ignore\n\n# celerylint: ignore[CLY2]\n@f\ndef g(): ...\n"
    )
    assert messages(project(tmp_path, shop=source)) == [
        'this ignore silences nothing: "CLY1" finds nothing in this file',
        "this ignore silences nothing: no line stands right below it",
        'this ignore silences nothing: "CLY2" finds nothing on lines 8 to 9',
    ]


def test_rules_that_were_not_asked_leave_no_ignore_unused(tmp_path: Path) -> None:
    root = project(tmp_path, shop=f"{HEAD}x = 1  # celerylint: ignore[mega-pod, CLY7]\ny = 1  # celerylint: ignore\n")
    assert about_ignores(root) == ["shop.py:4 unused-ignore", "shop.py:4 unused-ignore", "shop.py:5 unused-ignore"]
    assert about_ignores(root, ignore=("mega-pod",)) == ["shop.py:4 unused-ignore", "shop.py:5 blanket-ignore"]
    assert about_ignores(root, ignore=("pickle-accepted",))[0] == "shop.py:4 unused-ignore"
    assert about_ignores(root, select=("mega-pod",)) == []
    assert about_ignores(root, select=("mega-pod", "unused-ignore")) == ["shop.py:4 unused-ignore"]


def test_what_is_undecided_leaves_no_ignore_unused(tmp_path: Path) -> None:
    source = f"{HEAD}from elsewhere import accepted\napp.conf.accept_content = accepted()"
    root = project(tmp_path, shop=source)
    assert "pickle-accepted" in {each.name for each in session.check(root).undecided}
    project(tmp_path, shop=f"{source}  # celerylint: ignore[pickle-accepted] not by us\n")
    assert about_ignores(root) == []


def test_a_less_severe_finding_needs_its_ignore_too(tmp_path: Path) -> None:
    root = project(tmp_path, shop=f"{HEAD}{PICKLE}  # celerylint: ignore[pickle-accepted]\n")
    (found,) = session.check(root).suppressed
    silent = session.check(root, Configuration(min_severity="error"))
    assert (silent.findings, silent.suppressed) == ((), () if found.finding.severity != "error" else (found,))


def test_blanket_ignores_work_and_are_told_with_their_names(tmp_path: Path) -> None:
    root = project(tmp_path, shop=f"{HEAD}{PICKLE}  # celerylint: ignore\n")
    assert lint(root) == ["shop.py:4 blanket-ignore"]
    assert messages(root) == ["this comment silences every rule: write ignore[pickle-accepted]"]


def test_unknown_names_with_what_was_meant(tmp_path: Path) -> None:
    source = f"{HEAD}x = 1  # celerylint: ignore[mega-pd, CLY9999, ALL]\ny = 1  # noqa: CLY999, E501, D, clyde\n"
    said = messages(project(tmp_path, shop=source))
    assert said[0] == 'no rule is called "mega-pd"; did you mean "mega-pod"?'
    assert [each.partition(";")[0] for each in said[1:]] == [
        f'no rule is called "{word}"' for word in ("CLY9999", "ALL", "CLY999")
    ]


def test_the_rules_about_ignores_can_be_ignored_and_none_by_itself(tmp_path: Path) -> None:
    for comment in (
        "# celerylint: ignore[mega-pod, unused-ignore] next week",
        "# celerylint: ignore[mega-pd, unknown-ignore]",
        "# celerylint: ignore[mega-pod] # noqa: CLY006",
    ):
        assert lint(project(tmp_path, shop=f"{HEAD}x = 1  {comment}\n")) == [], comment
    root = project(tmp_path, shop=f"{HEAD}x = 1  # celerylint: ignore[unused-ignore]\n")
    assert lint(root) == ["shop.py:4 unused-ignore"]
    project(tmp_path, shop=f"# celerylint: ignore-file[unused-ignore]\n{HEAD}x = 1  # celerylint: ignore[mega-pod]\n")
    assert lint(root) == []
    project(tmp_path, shop=f"# celerylint: ignore-file\n{HEAD}x = 1  # celerylint: ignore[mega-pod]\n")
    assert lint(root) == ["shop.py:1 blanket-ignore"]


def test_their_severity_can_be_changed(tmp_path: Path) -> None:
    root = project(tmp_path, shop=f"{HEAD}x = 1  # celerylint: ignore[mega-pod]\n")
    (root / "celerylint.toml").write_text("[rules.unused-ignore]\nseverity = 'error'\n")
    assert "error[CLY006]" in celerylint("check", str(root), status=1)


def test_suppressed_findings_are_kept_with_comment_and_reason(tmp_path: Path) -> None:
    comment = "# celerylint: ignore[pickle-accepted] the broker is ours"
    (each,) = session.check(project(tmp_path, shop=f"{HEAD}{PICKLE}  {comment}\n")).suppressed
    assert (each.finding.name, each.reason) == ("pickle-accepted", "the broker is ours")
    assert str(each.comment) == f"shop.py:4:{len(PICKLE) + 3}"


def test_only_suppressed_findings_in_the_paths_are_counted(tmp_path: Path) -> None:
    root = project(
        tmp_path, shop=f"{HEAD}{PICKLE}  # celerylint: ignore[CLY7]\n", other="x = 1  # celerylint: ignore[CLY7]\n"
    )
    for path, findings, suppressed in (("shop.py", 0, 1), ("other.py", 1, 0)):
        result = session.check(root, paths=(path,))
        assert (len(result.findings), result.summary.suppressed) == (findings, suppressed)


def test_the_command_line_counts_what_is_ignored(tmp_path: Path) -> None:
    root = project(tmp_path, shop=f"{HEAD}{PICKLE}  # celerylint: ignore[pickle-accepted] ours\n")
    said = celerylint("check", str(root), status=0)
    assert "No findings." in said
    assert "1 ignored by comments" in said
    assert "pickle-accepted" not in said
    document = json.loads(celerylint("check", str(root), "--output-format", "json", status=0))
    assert document["summary"]["suppressed"] == 1
    assert document["findings"] == []


def test_the_command_line_shows_the_word_that_is_wrong(tmp_path: Path) -> None:
    root = project(tmp_path, shop=f"{HEAD}x = 1  # celerylint: ignor[mega-pod]\n")
    said = celerylint("check", str(root), status=1)
    assert 'warning[CLY007] unknown-ignore: celerylint does not know the word "ignor"; did you mean "ignore"?' in said
    assert f"4 | x = 1  # celerylint: ignor[mega-pod]\n  | {' ' * 21}^^^^^\n" in said
