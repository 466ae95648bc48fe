"""Pages from files, and what is said of wrong ones."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from celerylint.finding import Severity
from celerylint.page import PageError, builtin_rules, check, load
from celerylint.page.source import split
from page.page_texts import page, page_text, write_page


def refusal(**changes: Any) -> str:
    with pytest.raises(PageError) as caught:
        check(page(**changes))
    return str(caught.value)


def test_a_page_is_read() -> None:
    read = page(
        parameters="{most: 8, names: [a, b], strict: true}",
        because="[worker.processes, worker.pool]",
        references="[https://docs.celeryq.dev]",
        error_when="worker.processes > 100",
        when=">\n  worker.processes > most\n  and worker.pool == 'prefork'",
        fix="{set: worker_concurrency}",
    )
    assert (read.code, read.name, read.severity) == ("ACM101", "too-many-processes", Severity.WARNING)
    assert read.when == "worker.processes > most and worker.pool == 'prefork'"
    assert read.at == ("worker.processes",)
    assert read.because == ("worker.processes", "worker.pool")
    assert read.parameters == {"most": 8, "names": ["a", "b"], "strict": True}
    assert read.fix == {"set": "worker_concurrency"}
    check(read)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"severty": "error"},
            'lint/page.md:11:1: a page has no key `severty`; did you mean "severity"?\nseverty: error\n^^^^^^^',
        ),
        ({"since": None, "at": None}, "lint/page.md:1:1: the front matter lacks `since` and `at`\n---\n^^^"),
        (
            {"scope": "wroker"},
            "lint/page.md:5:8: no scope `wroker` (there are `project`, `app`, `task`, `task on worker`, `worker`, "
            "`probe on worker`, `queue`, `beat`, `probe on beat`, `workload`, `schedule entry`, "
            '`route`, `unused chart value`, `setting`, `dispatch`, `problem`); did you mean "worker"?\n'
            "scope: wroker\n       ^^^^^^",
        ),
        (
            {"severity": "warn"},
            'lint/page.md:6:11: no severity `warn` (there are `error`, `warning`, `info`); did you mean "warning"?\n'
            "severity: warn\n          ^^^^",
        ),
        (
            {"code": "CLY-104"},
            "lint/page.md:2:7: `code` must be three capitals and three digits\ncode: CLY-104\n      ^^^^^^^",
        ),
        (
            {"since": "0.1"},
            "lint/page.md:7:8: `since` must be a text, in quotes where YAML reads something else\n"
            "since: 0.1\n       ^^^",
        ),
        (
            {"summary": "[1, 2"},
            "lint/page.md:5:6: the front matter is no YAML: did not find expected ',' or ']'\nscope: worker\n     ^",
        ),
        (
            {"parameters": "{most: {a: 1}}"},
            "lint/page.md:11:20: a parameter is a number, a text, true or false, or a list of texts\n"
            "parameters: {most: {a: 1}}\n                   ^^^^^^",
        ),
        (
            {"parameters": "{worker: 1}"},
            "lint/page.md:11:22: the name `worker` is taken by the scope\n"
            "parameters: {worker: 1}\n                     ^",
        ),
        (
            {"when": "worker.proceses > 8"},
            'lint/page.md:8:14: Worker has no field `proceses`; did you mean "processes"?\n'
            "when: worker.proceses > 8\n             ^^^^^^^^",
        ),
        (
            {"when": ">\n  worker.processes > 8\n  and worker.pol == 'prefork'"},
            'lint/page.md:10:14: Worker has no field `pol`; did you mean "pool"?\n'
            "and worker.pol == 'prefork'\n           ^^^",
        ),
        (
            {"when": '"worker.pol == 3"'},
            'lint/page.md:8:15: Worker has no field `pol`; did you mean "pool"?\n'
            'when: "worker.pol == 3"\n              ^^^',
        ),
        (
            {"message": "it has {worker.proceses} processes"},
            'lint/page.md:9:25: Worker has no field `proceses`; did you mean "processes"?\n'
            "message: it has {worker.proceses} processes\n                        ^^^^^^^^",
        ),
        (
            {"because": "[worker.pool, worker.pol]"},
            'lint/page.md:11:31: Worker has no field `pol`; did you mean "pool"?\n'
            "because: [worker.pool, worker.pol]\n                              ^^^",
        ),
        (
            {"error_when": "worker.processes"},
            "lint/page.md:11:13: a condition needs something true or false, and this is int\n"
            "error-when: worker.processes\n            ^^^^^^^^^^^^^^^^",
        ),
        (
            {"when": " and ".join(["worker.processes > 8"] * 5)},
            "lint/page.md:8:1: `when` has 5 clauses, and 4 are the most: the model may lack a word\n"
            + f"when: {' and '.join(['worker.processes > 8'] * 5)}\n^^^^",
        ),
    ],
)
def test_mistakes_are_shown_where_they_stand(changes: dict[str, Any], expected: str) -> None:
    assert refusal(**changes) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# no front matter",
        "---\ncode: ACM101\n",
        "---\n- a\n---\n",
        "---\n\x00\n---\n",
        "---\n" + "[" * 30000 + "\n---\n",
    ],
)
def test_what_is_no_page_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.md").write_text(text, encoding="utf-8")
    with pytest.raises(PageError):
        load([tmp_path])


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_bytes(b"---\n\xff\n---\n")
    with pytest.raises(PageError, match="cannot be read"):
        load([tmp_path])


def test_a_key_that_is_said_twice_is_refused() -> None:
    text = page_text().replace("at: worker.processes", "at: worker.processes\nwhen: worker.processes > 9")
    with pytest.raises(PageError, match="`when` is said twice") as caught:
        from celerylint.page.read import parse_page

        parse_page(split("p.md", text), "too-many-processes")
    assert (caught.value.line, caught.value.column) == (11, 1)


def test_line_ends_of_windows_are_line_ends(tmp_path: Path) -> None:
    path = write_page(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert [read.code for read in load([tmp_path])] == ["ACM101"]


def test_pages_come_by_code(tmp_path: Path) -> None:
    write_page(tmp_path / "a", name="first", code="ACM200")
    write_page(tmp_path / "b" / "c", name="second", code="ACM100")
    (tmp_path / "README.md").write_text("not a page", encoding="utf-8")
    assert [(read.code, read.topic, read.url) for read in load([tmp_path])] == [
        ("ACM100", "b/c", ""),
        ("ACM200", "a", ""),
    ]


def test_a_page_is_called_as_its_file(tmp_path: Path) -> None:
    write_page(tmp_path).rename(tmp_path / "other.md")
    with pytest.raises(PageError, match="the name is not the file's, `other`"):
        load([tmp_path])


def test_no_two_pages_have_one_code_or_name(tmp_path: Path) -> None:
    first = write_page(tmp_path / "a", name="first")
    write_page(tmp_path / "b", name="second")
    with pytest.raises(PageError, match=f"the code `ACM101` is taken by {first.as_posix()}"):
        load([tmp_path])
    write_page(tmp_path / "c", name="first", code="ACM300")
    with pytest.raises(PageError, match="the name `first` is taken"):
        load([tmp_path / "a", tmp_path / "c"])


def test_a_topic_has_one_hundred(tmp_path: Path) -> None:
    write_page(tmp_path / "delivery", name="first", code="CLY101")
    write_page(tmp_path / "delivery", name="second", code="CLY201")
    with pytest.raises(PageError, match="a page in `delivery/` has a code CLY1xx, as `first` has"):
        load([tmp_path])


def test_a_directory_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="no such directory"):
        load([tmp_path / "nowhere"])


def test_users_pages_are_checked_in_full_when_they_are_loaded(tmp_path: Path) -> None:
    write_page(tmp_path, message="'{worker.nam}'")
    with pytest.raises(PageError, match="Worker has no field `nam`"):
        load([tmp_path])


def test_our_own_pages_tell_where_they_are_documented() -> None:
    for read in load([builtin_rules()]):
        assert read.url.endswith(f"/rules/{read.topic}/{read.name}.md")


def test_a_hundred_pages_load_quickly(tmp_path: Path) -> None:
    for number in range(100):
        write_page(tmp_path, name=f"page-{number}", code=f"ACM{number:03}")
    best = min(_seconds(tmp_path) for _ in range(3))
    assert best < 0.5  # about 0.05 on a quiet machine; the bound leaves room for a busy one


def _seconds(directory: Path) -> float:
    start = time.perf_counter()
    load([directory])
    return time.perf_counter() - start
