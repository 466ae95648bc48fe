"""supervisord's programs, as supervisord itself reads them."""

from __future__ import annotations

import io
import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from process_files import at, environment, told, words
from supervisor.options import ServerOptions  # type: ignore[import-untyped]

from celerylint.facts.manifests import WorkloadFact
from celerylint.facts.processes import supervisor_facts
from celerylint.facts.processes.supervisor import included
from celerylint.origin import Unknown
from celerylint.sources.text import Text

SHOP = """\
; programs of the shop
[supervisord]
nodaemon=true
environment=PYTHONPATH="/app",LEVEL=info

[program:mail]
command = celery -A shop worker  ; started first
    --hostname=mail@%%h
    # the queues
    -Q mail,letters -l %(ENV_LEVEL)s
stopwaitsecs=600
stopasgroup=yes
environment=QUEUE="a,b", HOST=%(program_name)s
directory=/app
autorestart=unexpected

[program:count]
Command: celery -A shop worker -n count%(process_num)02d@%%h
numprocs=3
process_name=%(program_name)s_%(process_num)s
"""


def programs(source: str, known: dict[str, str] | None = None) -> tuple[WorkloadFact, ...]:
    def variable(name: str) -> str | Unknown:
        return (known or {}).get(name, Unknown(f"{name} is not known"))

    return supervisor_facts([(source, Text("supervisord.conf", source).span)], variable).workloads


def problems(source: str) -> list[tuple[str, str]]:
    found = supervisor_facts([(source, Text("supervisord.conf", source).span)]).problems
    return [(at(source, problem.span), problem.message) for problem in found]


def really(source: str) -> dict[str, Any]:
    """What supervisord makes of a configuration: its processes by name."""
    options = ServerOptions()
    options.configfile = io.StringIO(source)
    options.here = "/etc"
    read = options.read_config(options.configfile)
    return {process.name: process for group in read.process_group_configs for process in group.process_configs}


def test_a_program_is_read_with_its_places() -> None:
    mail, _ = programs(SHOP)
    container = mail.containers[0]
    assert (mail.platform, mail.kind, mail.name, at(SHOP, mail.span)) == (
        "supervisord",
        "program",
        "mail",
        "program:mail",
    )
    assert words(mail) == ["celery", "-A", "shop", "worker", "--hostname=mail@%h", "-Q", "mail,letters", "-l", "info"]
    assert [at(SHOP, word.span) for word in container.arguments or ()] == [
        *["celery", "-A", "shop", "worker", "--hostname=mail@%%h", "-Q", "mail,letters", "-l"],
        "%(ENV_LEVEL)s",
    ]
    assert (mail.grace_period.get(), at(SHOP, mail.grace_period.origin.span)) == (600.0, "600")
    assert (container.stops_all.get(), at(SHOP, container.stops_all.origin.span)) == (True, "yes")
    assert environment(mail) == {"PYTHONPATH": "/app", "LEVEL": "info", "QUEUE": "a,b", "HOST": "mail"}
    assert (container.working_directory, container.restart, told(mail.replicas)) == ("/app", "unexpected", 1)
    assert "supervisord limits no memory itself" in container.memory_limit.reason
    assert container.environment_open


def test_it_is_what_supervisord_reads() -> None:
    real = really(SHOP)
    mail, count = programs(SHOP)
    assert shlex.split(real["mail"].command) == words(mail)
    assert real["mail"].environment == environment(mail)
    assert real["mail"].stopwaitsecs == mail.grace_period.get()
    assert real["mail"].stopasgroup == mail.containers[0].stops_all.get()
    assert sum(name.startswith("count_") for name in real) == count.replicas.get() == 3
    assert real["count_0"].stopwaitsecs == count.grace_period.get() == 10
    assert real["count_0"].stopasgroup is count.containers[0].stops_all.get() is False


def test_processes_that_differ_by_more_than_their_name_are_told_apart() -> None:
    source = (
        "[supervisord]\n[program:x]\ncommand=celery worker -Q part%(process_num)d\nnumprocs=2\nnumprocs_start=1\n"
        "process_name=%(program_name)s-%(process_num)d\n"
    )
    assert {each.name: words(each) for each in programs(source)} == {
        name: process.command.split() for name, process in really(source).items()
    }
    assert [each.replicas.get() for each in programs(source)] == [1, 1]


def test_what_the_machine_decides_is_unknown() -> None:
    source = "[program:x]\ncommand=celery worker -c %(ENV_COUNT)s -l info %(ENV_MORE)s --workdir=%(here)s\n"
    found = (programs(source)[0].containers[0].arguments) or ()
    assert [(word.text, word.unresolved) for word in found if word.unresolved] == [
        ("%(ENV_COUNT)s", "COUNT is not known"),
        ("%(ENV_MORE)s", "MORE is not known"),
        ("--workdir=%(here)s", "%(here)s depends on the machine"),
    ]
    assert words(programs(source, {"COUNT": "4", "MORE": "-E -B"})[0])[2:8] == ["-c", "4", "-l", "info", "-E", "-B"]


def test_a_variable_that_the_machine_gives_is_no_mistake_in_an_environment() -> None:
    source = "[program:x]\ncommand=celery worker\nenvironment= A=%(ENV_HOME)s/a, B=/b,C='%(ENV_HOME)s %(ENV_HOME)s'\n"

    def shown(variables: dict[str, str] | None = None) -> dict[str, str]:
        facts = programs(source, variables)[0].containers[0].environment
        return {each.name: told(each.value) for each in facts if each.name in "ABC"}

    assert problems(source) == []
    assert shown() == {"A": "HOME is not known", "B": "/b", "C": "HOME is not known"}
    assert shown({"HOME": "/root"}) == {"A": "/root/a", "B": "/b", "C": "/root /root"}


def test_a_program_that_supervisord_does_not_start_has_no_known_number() -> None:
    (off,) = programs("[program:x]\ncommand=celery worker\nautostart=false\n")
    (maybe,) = programs("[program:x]\ncommand=celery worker\nautostart=%(ENV_ON)s\n")
    assert told(off.replicas) == "supervisord does not start x by itself"
    assert told(maybe.replicas) == "ON is not known"


@pytest.mark.parametrize(
    ("lines", "place", "message"),
    [
        ("command=celery worker -n a@%h", "%", "% is nothing that supervisord can fill in; write %% for %"),
        (
            "command=celery %(nobody)s",
            "%(nobody)s",
            "%(nobody)s is nothing that supervisord can fill in; write %% for %",
        ),
        ("command=celery\nstopwaitsecs=10s", "10s", "stopwaitsecs must be a whole number"),
        ("command=celery\nstopasgroup=maybe", "maybe", "stopasgroup must be true or false"),
        ("command=celery\nenvironment=A", "A", 'environment must be a list such as KEY="value",OTHER="value"'),
        ("directory=/", "program:x", "[program:x] has no command, and supervisord refuses the file"),
        ("command=celery\nnonsense", "nonsense", "this line is neither a section nor an option"),
    ],
)
def test_what_supervisord_refuses_is_a_problem(lines: str, place: str, message: str) -> None:
    source = f"[supervisord]\n[program:x]\n{lines}\n"
    assert (place, message) in problems(source)
    with pytest.raises(Exception):  # noqa: B017 - supervisor raises several kinds
        really(source)


def test_files_that_are_included_are_named() -> None:
    source = "[include]\nfiles = conf.d/*.conf %(here)s/more.ini\n /etc/x.conf\n"
    found = included(source, Text("supervisord.conf", source).span)
    assert found == ("conf.d/*.conf", "./more.ini", "/etc/x.conf")


VALUES = st.sampled_from(
    ["celery -A shop worker", "celery worker;x", "a b ;c", "a #b", "a#b", "", "x=y", "'a b' c", '"a;b"', "a : b", "%%d"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(VALUES, st.sampled_from(["", "    ", "\t", "; ", "# "])), min_size=1, max_size=6))
def test_lines_are_joined_and_cut_as_supervisord_does(lines: list[tuple[str, str]]) -> None:
    more = "\n".join(indent + value for value, indent in lines[1:])
    source = f"[supervisord]\n[program:x]\ncommand=run {lines[0][0]}\n{more}\n"
    try:
        expected = really(source)["x"].command
    except Exception:
        assert problems(source) or "command" in more
        return
    (found,) = programs(source)
    assert words(found) == shlex.split(expected)


BAD = """
[
[]
x
[program:x]|command
[program:x]|command='a
[program:]|command=a
=|=|=
[program:x]|command=a|numprocs=99999999999
[program:x]|command=%(process_num)s|numprocs=-3
[program:x]|command=%(a)9999999d%()
[a]| b||\tc
"""


@pytest.mark.parametrize("source", [*BAD.split("\n"), "\0", "\r\r\n[program:x]\rcommand=a\r b"])
def test_bad_files_are_no_crash(source: str) -> None:
    text = Text("supervisord.conf", source.replace("|", "\n"))
    supervisor_facts([(text.text, text.span)])
