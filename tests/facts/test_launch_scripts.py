"""From a container's command through scripts and the programs that start others, to the line with celery."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from files_of import started

from celerylint.facts.launch import (
    PYTHON_FILE,
    Launch,
    StartedCommand,
    StarterCall,
    Word,
    split,
)
from celerylint.facts.launch.spoken import Spoken
from celerylint.origin import Unknown


def hops(launch: Launch) -> list[str]:
    return [f"{hop.span.path}:{hop.span.line} {hop.note}".rstrip() for hop in launch.via if hop.span]


def place(launch: Launch) -> str:
    return f"{launch.start.path}:{launch.start.line}"


@pytest.mark.parametrize(
    "command",
    [
        "/app/run.sh",
        "./run.sh",
        "run.sh",
        "bash run.sh",
        "sh -e ./run.sh",
        "sh -c ./run.sh",
        "sh -c 'cd /; exec app/run.sh'",
        "tini -- /app/run.sh",
        "dumb-init bash -c 'exec ./run.sh'",
        "gosu app ./run.sh",
        "env X=1 ./run.sh",
        "/app/outer.sh",
    ],
)
def test_a_script_is_opened(command: str) -> None:
    files = {
        "/app/run.sh": "#!/bin/sh\nset -e\nexec celery -A shop worker -c 4\n",
        "/app/outer.sh": "#!/usr/bin/env bash\n./run.sh\n",
    }
    [launch] = started(command, files, environment={"PATH": "/bin:/app"}.get)
    assert (launch.options["concurrency"].value, place(launch)) == ("4", "app/run.sh:3")


def test_the_hops_lead_from_the_command_to_the_line() -> None:
    files = {
        "/entrypoint.sh": '#!/bin/bash\nset -e\n\nexec "$@"\n',
        "/app/start.sh": "#!/bin/sh\n\nmigrate\nsh /app/worker.sh --now\n",
        "/app/worker.sh": "celery -A shop worker\n",
    }
    [launch] = started("/entrypoint.sh ./start.sh", files)
    assert place(launch) == "app/worker.sh:1"
    assert hops(launch) == [
        "run.txt:1 entrypoint.sh",
        "entrypoint.sh:4",
        "app/start.sh:4 worker.sh",
    ]


def test_a_script_without_a_known_file_still_shows_the_celery_behind_it() -> None:
    [launch] = started("/entrypoint.sh celery -A shop worker", {})
    assert place(launch) == "run.txt:1"
    assert hops(launch) == []


def test_a_file_is_run_by_what_its_first_line_names() -> None:
    files = {
        "/app/one": "#!/usr/bin/env -S bash -e\ncelery -A shop worker -n one\n",
        "/app/two": "#!/command/with-contenv sh\nexec celery -A shop worker -n two\n",
        "/app/three": "celery -A shop worker -n three\n",
        "/app/four": "#!/usr/bin/dumb-init /bin/dash\ncelery -A shop worker -n four\n",
    }
    shells = [started(f"./{name}", files)[0].shells[0].shell for name in ("one", "two", "three", "four")]
    assert shells == ["bash", "sh", "sh", "dash"]
    assert started("./four", files)[0].init == "dumb-init"


def test_no_shell_becomes_the_last_command_of_a_file() -> None:
    for shell in ("sh", "bash", "dash", "ash"):
        files = {"/app/run": f"#!/bin/{shell}\ncelery worker\n", "/app/direct": f"#!/bin/{shell}\nexec celery worker\n"}
        assert [launch.shells[0].replaced for launch in started("./run", files)] == [False]
        assert [launch.shells[0].replaced for launch in started("./direct", files)] == [True]


def test_what_a_script_exports_reaches_the_next() -> None:
    files = {
        "/app/a.sh": "export QUEUES=mail,slow\nLOCAL=1 ./b.sh\n",
        "/app/b.sh": 'exec celery worker -Q "$QUEUES" -c ${LOCAL:-7} -n ${OTHER:-n}\n',
    }
    [launch] = started("sh a.sh", files, environment=lambda _: None)
    assert {name: use.value for name, use in launch.options.items()} == {
        "queues": "mail,slow",
        "concurrency": "1",
        "hostname": "n",
    }


@pytest.mark.parametrize("body", ["./a.sh; ./a.sh; ./a.sh\n", "sh a.sh\nsh a.sh\n", ". ./a.sh; bash ./a.sh\n"])
def test_scripts_that_call_themselves_end(body: str) -> None:
    assert len(started("./a.sh", {"/app/a.sh": body + "celery worker\n"})) < 1000


def supervisor(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
    """A supervisord that knows `-c file` and `command=` alone."""
    texts = [word.text for word in call.words]
    if "-c" not in texts:
        return None
    file = call.open(texts[texts.index("-c") + 1])
    if isinstance(file, Unknown):
        return file
    commands = []
    for match in re.finditer("^command=(.*)$", file.text, re.M):
        line = Word(match[1], file.locate(*match.span(1)))
        words = split(line.text, line.locate)
        commands.append(StartedCommand(tuple(words), line.span, "[program:x]", directory="workers"))
    return commands


def test_a_starter_gives_command_lines() -> None:
    files = {
        "/app/s.conf": "[x]\ncommand=celery -A shop worker -c 4\n[y]\ncommand=./run.sh beat\n",
        "/app/workers/run.sh": 'exec celery -A shop "$@"\n',
        "/app/main.sh": "supervisord -n -c s.conf\n",
    }
    worker, beat = started("sh main.sh", files, starters={"supervisord": supervisor})
    assert (place(worker), worker.subcommand, [word.text for word in worker.wrappers]) == (
        "app/s.conf:2",
        "worker",
        ["supervisord"],
    )
    assert hops(worker) == ["run.txt:1 main.sh", "app/main.sh:1 supervisord"]
    assert hops(beat) == [*hops(worker), "app/s.conf:4 [program:x]"]
    assert place(beat) == "app/workers/run.sh:1"
    assert [shell.replaced for shell in beat.shells] == [False, True]


def test_a_starter_may_leave_the_words_to_others() -> None:
    def none(call: StarterCall) -> None:
        return None

    assert len(started("honcho run celery worker", {}, starters={"honcho": none})) == 1
    assert started("honcho start", {}, starters={"honcho": none}) == ()


def test_a_starter_reads_what_python_runs() -> None:
    def python(call: StarterCall) -> list[StartedCommand] | None:
        name, *rest = call.words
        if name.text not in ("start.py", "-m"):
            return None
        return [StartedCommand((*split("celery -A shop", name.locate), *rest[-1:]), name.span)]

    starters = {PYTHON_FILE: python}
    for command in ("python3 -u start.py worker", "python -m shop.start worker", "./start.py worker"):
        found = started(command, {"/app/start.py": "#!/usr/bin/env python3\n"}, starters=starters)
        assert [launch.subcommand for launch in found] == (["worker"] if "./" not in command else [])
    assert len(started("python manage.py celery worker", {}, starters=starters)) == 0


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("echo CELERY worker", True),
        ('usage() {\n  echo """\n  run : CELERY worker\n"""\n}', True),
        ("cat <<EOF\nCELERY worker\nEOF", True),
        ("# CELERY worker", True),
        ("true # CELERY worker", True),
        ("$s docker exec it CELERY worker", True),
        ('"$DOCKER" exec it CELERY worker', False),
        ("run CELERY worker", False),
        ("cat > unit <<EOF\nCELERY worker\nEOF", False),
        ("bash <<EOF\nCELERY worker\nEOF", False),
        ("ssh host <<EOF\nCELERY worker\nEOF", False),
        ("cat <<EOF | bash\nCELERY worker\nEOF", False),
        ("X='CELERY worker'; $X", False),
        ("if [ CELERY", False),
        ("CELERY", False),
    ],
)
def test_what_is_only_spoken_starts_nothing(text: str, spoken: bool) -> None:
    assert Spoken(text).at(text.index("CELERY")) is spoken
