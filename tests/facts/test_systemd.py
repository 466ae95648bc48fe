"""systemd's services, by the rules of systemd.service, systemd.exec, systemd.syntax and systemd.time."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from process_files import at, environment, told, words

from celerylint.facts.manifests import WorkloadFact
from celerylint.facts.processes import ProcessFacts, systemd_facts
from celerylint.facts.processes.units import cut, size, time_span
from celerylint.sources.text import Text

MAIL = """\
[Unit]
Description=mail

[Service]
Type=simple
Environment=PROCESSES=4 "LEVEL=in fo" 'UNIT=%n'
Environment=LEVEL=debug
ExecStart=@-/venv/bin/celery name -A shop worker \\
    # not a part of it
    --concurrency=${PROCESSES} $LEVEL \\
    "-Q a b" -n %p@%%h $NOTHING x$LEVEL $$HOME \\x41\\s"\\t"
KillMode=mixed
TimeoutStopSec=5min 20s
MemoryMax=1.5G
CPUQuota=150%
Restart=always
WorkingDirectory=-/srv/shop
"""


def facts(source: str, name: str = "mail.service", **files: str) -> ProcessFacts:
    text = Text(name, source)
    others = {f"/{path}": Text(path, content) for path, content in files.items()}
    return systemd_facts(name, [(source, text.span)], others.get)


def service(lines: str, name: str = "mail.service", **files: str) -> WorkloadFact:
    (workload,) = facts(f"[Service]\n{lines}\n", name, **files).workloads
    return workload


def test_a_service_is_read_with_its_places() -> None:
    (mail,) = facts(MAIL).workloads
    container = mail.containers[0]
    assert (mail.platform, mail.kind, mail.name) == ("systemd", "unit", "mail")
    assert words(mail) == [
        *("/venv/bin/celery", "-A", "shop", "worker", "--concurrency=4", "debug", "-Q a b", "-n", "mail@%h"),
        *("x$LEVEL", "$HOME", "A \t"),
    ]
    assert [at(MAIL, word.span) for word in container.arguments or ()][3:8] == [
        *("worker", "--concurrency=${PROCESSES}", "$LEVEL", "-Q a b", "-n"),
    ]
    assert environment(mail) == {"PROCESSES": "4", "LEVEL": "debug", "UNIT": "mail.service"}
    assert (mail.grace_period.get(), at(MAIL, mail.grace_period.origin.span)) == (320.0, "5min 20s")
    assert (container.memory_limit.get(), container.cpu_limit.get()) == (3 * 2**29, 1.5)
    assert (told(container.stops_all), container.restart, container.working_directory) == (False, "always", "/srv/shop")
    assert container.environment_open == ""


def test_what_is_not_written_is_as_systemd_has_it() -> None:
    plain = service("ExecStart=celery worker")
    container = plain.containers[0]
    assert (told(plain.grace_period), told(container.stops_all), told(plain.replicas)) == (90.0, True, 1)
    assert (told(container.memory_limit), told(container.cpu_limit)) == (None, None)


@pytest.mark.parametrize(
    ("lines", "field", "expected"),
    [
        ("TimeoutSec=7", "grace", 7.0),
        ("TimeoutStopSec=infinity", "grace", "systemd waits for it without an end"),
        ("TimeoutStopSec=0", "grace", "systemd waits for it without an end"),
        ("TimeoutStopSec=soon", "grace", "TimeoutStopSec: `soon` is no time span, such as 90 or 5min 20s"),
        ("MemoryMax=infinity", "memory", None),
        ("MemoryMax=40%", "memory", "MemoryMax is a part of the machine's memory"),
        ("MemoryLimit=300M", "memory", 300 * 2**20),
        ("MemoryMax=1Gi", "memory", "MemoryMax: `1Gi` is no size, such as 512M or 1G"),
        ("KillMode=process", "all", False),
        ("KillMode=none", "all", "KillMode=none tells nobody to stop"),
        ("CPUQuota=half", "cpu", "CPUQuota: `half` is no quota, such as 150%"),
        ("TimeoutStopSec=5\nTimeoutStopSec=\n", "grace", 90.0),
    ],
)
def test_limits_and_times(lines: str, field: str, expected: object) -> None:
    workload = service(f"ExecStart=celery worker\n{lines}")
    container = workload.containers[0]
    fields = {
        "grace": workload.grace_period,
        "memory": container.memory_limit,
        "cpu": container.cpu_limit,
        "all": container.stops_all,
    }
    assert told(fields[field]) == expected


def test_a_file_of_variables_wins_over_the_unit() -> None:
    file = '# A=0\nA=1\nB = \'x y\' \n\nC="a\\"b" \nD=a\\ b\\\nc  \nexport E=1\n; F=1\n G=x #y\n'
    lines = "Environment=A=0 H=2\nEnvironmentFile=-/etc_shop\nExecStart=celery $A $B ${B} $C"
    workload = service(lines, etc_shop=file)
    assert environment(workload) == {"A": "1", "H": "2", "B": "x y", "C": 'a"b', "D": "a bc", "G": "x #y"}
    assert words(workload) == ["celery", "1", "x", "y", "x y", 'a"b']


def test_without_the_file_nothing_of_the_environment_is_known() -> None:
    workload = service("Environment=A=0\nEnvironmentFile=/etc/shop\nExecStart=celery worker -c $A --x=${B} $HOME")
    found = workload.containers[0].arguments or ()
    reason = "EnvironmentFile /etc/shop is not in the repository"
    assert [word.unresolved for word in found if word.expansions] == [
        f"{reason}, and may set it",
        f"$B: {reason}",
        f"$HOME: {reason}",
    ]
    assert environment(workload) == {"A": f"{reason}, and may set it"}
    assert workload.containers[0].environment_open == reason


def test_templates_have_instances_that_nobody_knows() -> None:
    workload = service("ExecStart=celery worker -n %i@%%h -Q q-%i -A %p -E %H", "mail@.service")
    found = workload.containers[0].arguments or ()
    assert words(workload)[2:] == ["-n", "%i@%h", "-Q", "q-%i", "-A", "mail", "-E", "%H"]
    assert [word.unresolved for word in found if word.expansions] == [
        "each instance of mail@ has a name of its own",
        "each instance of mail@ has a name of its own",
        "%H depends on the machine",
    ]
    assert told(workload.replicas) == "there are as many of mail@ as somebody enables"
    assert words(service("ExecStart=celery -Q %i", "mail@slow.service")) == ["celery", "-Q", "slow"]


def test_an_empty_value_forgets_those_before_it_and_drop_ins_come_last() -> None:
    base, more = (
        "[Service]\nExecStart=a\nEnvironment=A=1\n",
        "[Service]\nExecStart=\nExecStart=celery $A\nEnvironment=A=2",
    )
    files = [(text, Text(name, text).span) for name, text in (("x.service", base), ("x.service.d/o.conf", more))]
    (workload,) = systemd_facts("x.service", files, lambda path: None).workloads
    assert words(workload) == ["celery", "2"]
    assert workload.span.path == "x.service.d/o.conf"


def test_a_colon_keeps_variables_as_they_are_written() -> None:
    assert words(service("Environment=A=1\nExecStart=:celery $A ${A} $$")) == ["celery", "$A", "${A}", "$$"]


def test_a_shell_finds_what_systemd_left_to_it() -> None:
    lines = "Environment=N='w1 w2'\nExecStart=/bin/sh -c 'celery multi start $N --pidfile=${N}.pid $$X'"
    assert words(service(lines))[2] == "celery multi start $N --pidfile=w1 w2.pid $X"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd itself is the one to compare with")
@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "20", "1.5", ".5", "007", "", "x", "-1", "1."]),
            st.sampled_from(["", " "]),
            st.sampled_from(["", "s", "min", "m", "h", "hours", "d", "ms", "us", "M", "y", "weeks", "foo", "S"]),
            st.sampled_from(["", " "]),
        ),
        min_size=1,
        max_size=3,
    ).map(lambda parts: "".join("".join(part) for part in parts))
)
def test_time_spans_are_those_of_systemd(text: str) -> None:
    done = subprocess.run(["systemd-analyze", "timespan", "--", text], capture_output=True, text=True)
    found = re.search(r"(?:μs|us): (\d+)", done.stdout)
    if found is None:
        with pytest.raises(ValueError, match="no time span"):
            time_span(text)
    else:
        assert time_span(text) == pytest.approx(int(found[1]) / 10**6)


def test_sizes_are_counted_by_1024() -> None:
    assert [size(text) for text in ("0", "1K", "1.5M", "2G", "1T", "infinity")] == [
        *(0, 1024, 3 * 2**19, 2**31, 2**40),
        None,
    ]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab %$\"'\\{}=\n\tx41é;#[", max_size=30))
def test_any_text_is_read_and_placed(text: str) -> None:
    source = f"[Service]\nEnvironment=A=1\nExecStart={text}"
    for workload in facts(source).workloads:
        for word in workload.containers[0].arguments or ():
            assert (3, 11) <= (word.span.line, word.span.column) <= (word.span.end_line, word.span.end_column)
    assert all(part.end <= len(text) for parts in cut(text) for part in parts)
