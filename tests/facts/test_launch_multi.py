"""`celery multi`: one worker per node, each with its own options, as Celery's own parser tells them apart."""

from __future__ import annotations

import shlex

import pytest
from celery.apps.multi import MultiParser, NamespacedOptionParser, Node  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from celerylint.facts.launch import Launch, Word, read_launches, split
from celerylint.facts.launch.multi import nodes
from celerylint.origin import Span


def place(start: int, end: int) -> Span:
    return Span("run.sh", 1, start + 1, 1, end + 1)


def launches(line: str) -> list[Launch]:
    return read_launches(split(line, place))


def options(launch: Launch) -> dict[str, object]:
    return {dest: use.value for dest, use in launch.options.items()}


def test_nodes_have_the_options_of_all_and_their_own() -> None:
    line = "celery -A shop multi start w1 w2 -c 3 -Q:w1 a,b -Q:2 c -l INFO --pidfile=/run/%n.pid -- worker.x=1"
    # What stands in front of `multi` is put behind everything, and so behind `--`.
    first, second = launches(line.replace(" -- worker.x=1", ""))
    assert (first.subcommand, first.node, second.node) == ("worker", "w1", "w2")
    assert (first.span, second.span) == (place(27, 29), place(30, 32))
    assert options(first) == {"concurrency": "3", "queues": "a,b", "loglevel": "INFO", "pidfile": "/run/w1.pid"}
    assert options(second) == {"concurrency": "3", "queues": "c", "loglevel": "INFO", "pidfile": "/run/w2.pid"}
    assert first.global_options["app"].value == second.global_options["app"].value == "shop"
    queues = first.options["queues"]
    assert queues.value_span is not None
    assert line[queues.value_span.column - 1 : queues.value_span.end_column - 1] == "a,b"
    trailing, _ = launches(line)
    assert (trailing.global_options, trailing.settings["worker_x"].value) == ({}, "1")


def test_a_number_counts_the_nodes() -> None:
    line = "celery multi start 3 -A shop -c:1 10 -c:2-3 4 --queues:1,3=a --queues=%n"
    found = launches(line)
    assert [launch.node for launch in found] == ["celery1", "celery2", "celery3"]
    assert [options(launch) for launch in found] == [
        {"concurrency": "10", "queues": "a"},
        {"concurrency": "4", "queues": "celery2"},
        {"concurrency": "4", "queues": "a"},
    ]
    queues = found[0].options["queues"]
    assert (queues.flag, queues.value_span) == ("--queues", place(line.index("=a") + 1, line.index("=a") + 2))


@pytest.mark.parametrize("command", ["stop", "stopwait", "kill", "show", "names", "get", "expand", "help"])
def test_what_stops_or_shows_nodes_starts_none(command: str) -> None:
    assert launches(f"celery multi {command} w1 -A shop") == []


@pytest.mark.parametrize("line", ["start", "start 0", "start w1 -c:3 4", "start a b -c:0 4", "start 2 -c:1-x 4", ""])
def test_what_celery_refuses_starts_nothing(line: str) -> None:
    assert launches(f"celery multi {line}") == []


def test_names_that_are_not_known_leave_one_worker_with_doubts() -> None:
    place = Span("run.sh", 1, 1, 1, 1)
    texts = ["celery", "multi", "start", "${NODES}", "-A", "shop", "-c", "4", "$OPTIONS"]
    (launch,) = read_launches([Word(text, place, "$" in text, "$" in text) for text in texts])
    assert (launch.subcommand, launch.node, options(launch)) == ("worker", "", {"concurrency": "4"})
    assert {word.text for word in launch.opaque} == {"${NODES}", "$OPTIONS"}


def test_a_restart_starts_and_the_name_of_a_machine_is_not_known() -> None:
    (launch,) = launches("celery multi restart mail@%h -A shop -Q %h --hostname=x")
    assert (launch.node, launch.options["queues"].unresolved) == (
        "mail@%h",
        "%h stands for the name of the node or of its machine",
    )


NAMES = st.lists(st.sampled_from(["w1", "w2", "mail", "a-b", "x@host"]), min_size=1, max_size=3, unique=True)
COUNT = st.sampled_from([["1"], ["2"], ["4"]])
SPACE = st.sampled_from(["", ":1", ":2", ":w1", ":mail", ":1,2", ":w1,mail", ":1-2", ":2-9", ":a-b", ":x", ":9", ":0"])
OPTION = st.one_of(
    st.tuples(st.sampled_from(["-c", "-Q", "-l", "-E", "-A"]), SPACE, st.sampled_from(["", "4", "q%n"])).map(
        lambda some: [word for word in (some[0] + some[1], some[2]) if word]
    ),
    st.tuples(st.sampled_from(["--queues", "--app", "--prefix", "--range-prefix"]), SPACE, st.sampled_from("ab")).map(
        lambda some: [f"{some[0]}{some[1]}={some[2]}"]
    ),
    st.sampled_from([["--", "worker.x=1"], ["--pool", "w3"], ["--beat"]]),
)


class Named(Node):  # type: ignore[misc]
    """A node that makes no folders for its files."""

    def _annotate_with_default_opts(self, options: dict[str, str]) -> dict[str, str]:
        options["-n"] = self.name
        return options


class Parser(MultiParser):  # type: ignore[misc]
    Node = Named


def really(words: list[str]) -> list[tuple[str, list[str]]] | None:
    """The nodes' names without a machine, and the words of their command lines; None where Celery refuses them."""
    parser = NamespacedOptionParser(words)
    parser.parse()
    try:
        found = list(Parser(cmd=None).parse(parser))
    except (KeyError, ValueError, RuntimeError):
        return None
    lines = []
    for node in found:
        argv = shlex.split(" ".join(node.argv))[1:]
        at = argv.index("-n")
        lines.append((node.name.partition("@")[0], argv[:at] + argv[at + 2 :]))
    return lines


@settings(max_examples=400, deadline=None)
@given(st.one_of(NAMES, COUNT), st.lists(OPTION, max_size=5))
def test_nodes_are_those_of_celery(names: list[str], given: list[list[str]]) -> None:
    words = [*names, *(word for option in given for word in option)]
    expected = really(words)
    found = nodes([Word(word, place(0, 1)) for word in ("start", *words)], [])
    if expected is None:
        assert found == ()
        return
    shown = [
        (
            node.name.partition("@")[0],
            sorted(["celery", "worker", "--detach", *(word.text for word in (*node.front, *node.back))]),
        )
        for node in found
    ]
    assert shown == [(name, sorted(argv)) for name, argv in expected]
