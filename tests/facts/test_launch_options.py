"""What a `celery …` line says, option by option, as click would take it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celerylint import catalog
from celerylint.facts.launch import Launch, OptionUse, Word, read_launches, split
from celerylint.origin import Span
from celerylint.sources.text import Text


def launch_of(line: str) -> Launch:
    [launch] = read_launches(split(line, Text("run.txt", line).span))
    return launch


def written(line: str, span: Span) -> str:
    text = Text("run.txt", line)
    return line[text.offset(span.line, span.column) : text.offset(span.end_line, span.end_column)]


def values(uses: Any) -> dict[str, str | bool | None]:
    return {dest: use.value for dest, use in uses.items()}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("celery worker -c 4", {"concurrency": "4"}),
        ("celery worker -c4", {"concurrency": "4"}),
        ("celery worker -c=4", {"concurrency": "=4"}),
        ("celery worker --concurrency 4", {"concurrency": "4"}),
        ("celery worker --concurrency=4", {"concurrency": "4"}),
        ("celery worker --concurrency=", {"concurrency": ""}),
        ("celery worker -Ofair -lINFO", {"optimization": "fair", "loglevel": "INFO"}),
        ("celery worker -EB", {"task_events": True, "beat": True}),
        ("celery worker -EBc4", {"task_events": True, "beat": True, "concurrency": "4"}),
        ("celery worker -EBc 4", {"task_events": True, "beat": True, "concurrency": "4"}),
        ("celery worker -Q a,b --queues=c", {"queues": "c"}),
        ("celery worker -Q -priority-a,b", {"queues": "-priority-a,b"}),
        ("celery worker --autoscale=10,3", {"autoscale": "10,3"}),
        ("celery worker --events --discard", {"task_events": True, "purge": True}),
        ("celery worker --schedule /s", {"schedule_filename": "/s"}),
        ("celery worker -c", {"concurrency": None}),
        ("celery worker '-n' 'w1@%h'", {"hostname": "w1@%h"}),
        ("celery beat -S redbeat.R --max-interval 5", {"scheduler": "redbeat.R", "max_interval": "5"}),
        ("celery purge -f -Q a", {"force": True, "queues": "a"}),
        ("celery inspect ping -d w@h -t 5", {"destination": "w@h", "timeout": "5"}),
    ],
)  # fmt: skip
def test_options_are_taken_as_written(line: str, expected: dict[str, str | bool | None]) -> None:
    launch = launch_of(line)

    assert values(launch.options) == expected
    assert not launch.unknown_options and not launch.opaque and not launch.misplaced


def test_each_use_says_where_it_and_its_value_are_written() -> None:
    line = "celery -A shop.app worker -EB --queues=a,b -c 4\n  -lINFO -- worker.prefetch_multiplier=1"
    launch = launch_of(line)
    uses: list[OptionUse] = [*launch.global_options.values(), *launch.options.values(), *launch.settings.values()]

    assert {use.dest: (use.flag, written(line, use.span)) for use in uses} == {
        "app": ("-A", "-A shop.app"),
        "task_events": ("-E", "-E"),
        "beat": ("-B", "B"),
        "queues": ("--queues", "--queues=a,b"),
        "concurrency": ("-c", "-c 4"),
        "loglevel": ("-l", "-lINFO"),
        "worker_prefetch_multiplier": ("worker.prefetch_multiplier", "worker.prefetch_multiplier=1"),
    }
    assert [written(line, use.value_span) for use in uses if use.value_span] == ["shop.app", "a,b", "4", "INFO", "1"]
    assert written(line, launch.start) == "celery"
    assert written(line, launch.span) == "worker"


def test_options_in_front_of_the_subcommand_are_the_globals() -> None:
    launch = launch_of("/venv/bin/celery --app=shop -b redis://r --config conf -Cq worker")

    assert launch.program == "/venv/bin/celery"
    assert launch.subcommand == "worker"
    assert values(launch.global_options) == {
        "app": "shop",
        "broker": "redis://r",
        "config": "conf",
        "no_color": True,
        "quiet": True,
    }


@pytest.mark.parametrize(
    "line", ["celery worker -A shop -c 4", "celery worker --app=shop -c 4", "celery worker -Ashop -c4"]
)
def test_a_global_option_behind_the_subcommand_is_misplaced(line: str) -> None:
    launch = launch_of(line)

    assert [(use.dest, use.value) for use in launch.misplaced] == [("app", "shop")]
    assert values(launch.options) == {"concurrency": "4"}
    assert not launch.global_options


@pytest.mark.parametrize(
    "flag", ["--conc=4", "--Concurrency=4", "--nonsense", "-y", "-Zz", "--beat=1", "--loglevl=INFO"]
)
def test_what_celery_refuses_is_kept_apart(flag: str) -> None:
    launch = launch_of(f"celery worker {flag} -E")

    assert [word.text for word in launch.unknown_options] == [flag]
    assert values(launch.options) == {"task_events": True}


def test_a_flag_that_only_old_releases_have_is_read_with_its_value() -> None:
    use = launch_of("celery worker --maxtasksperchild 10").options["max_tasks_per_child"]

    assert (use.flag, use.value) == ("--maxtasksperchild", "10")


@pytest.mark.parametrize(
    ("line", "expected", "arguments"),
    [
        ("celery worker -- worker.prefetch_multiplier=1", {"worker_prefetch_multiplier": "1"}, []),
        ("celery worker -c 2 -- .concurrency=3", {"worker_concurrency": "3"}, []),
        ("celery worker -- Task_Acks.Late=true", {"task_acks_late": "true"}, []),
        ("celery worker broker.pool_limit=1 stray", {"broker_pool_limit": "1"}, ["stray"]),
        ("celery beat -- beat.max_loop_interval=(int)5", {"beat_max_loop_interval": "(int)5"}, []),
        ("celery inspect query_task a=b", {}, ["query_task", "a=b"]),
    ],
)  # fmt: skip
def test_trailing_words_are_settings_of_workers_and_beat(
    line: str, expected: dict[str, str], arguments: list[str]
) -> None:
    launch = launch_of(line)

    assert values(launch.settings) == expected
    assert [word.text for word in launch.arguments] == arguments


def test_flower_takes_options_that_celery_does_not_know() -> None:
    launch = launch_of("celery -A shop flower --port=5555 --basic-auth=a:b --persistent --broker_api=http://r")

    assert values(launch.options) == {
        "port": "5555",
        "basic_auth": "a:b",
        "persistent": True,
        "broker_api": "http://r",
    }


@pytest.mark.parametrize(
    ("line", "options", "above"),
    [
        ("flower --port=5555 -A shop", {"port": "5555"}, {"app": "shop"}),
        ("/usr/local/bin/flower --broker=redis://r", {}, {"broker": "redis://r"}),
        ("python -m flower -b redis://r --persistent=True", {"persistent": "True"}, {"broker": "redis://r"}),
        ("sh -c 'exec flower -A shop --url_prefix=f'", {"url_prefix": "f"}, {"app": "shop"}),
    ],
)
def test_the_old_program_flower_takes_options_of_celery_among_its_own(
    line: str, options: dict[str, str], above: dict[str, str]
) -> None:
    launch = launch_of(line)

    assert launch.subcommand == "flower"
    assert values(launch.options) == options
    assert values(launch.global_options) == above
    assert launch.misplaced == ()


@pytest.mark.parametrize("line", ["flower", "flower worker", "flower --help", "docker compose up flower"])
def test_a_word_that_may_mean_anything_starts_no_flower(line: str) -> None:
    assert read_launches(split(line, Text("run.txt", line).span)) == []


def test_an_expansion_nobody_can_resolve_is_a_value_with_a_reason_or_opaque() -> None:
    place = Span("deploy.yaml", 1, 1, 1, 1)
    texts = ["celery", "worker", "-c", "${C}", "${EXTRA}", "--queues=${Q}", "--${FLAG}"]

    [launch] = read_launches([Word(text, place, expansions="$" in text, splits="$" in text) for text in texts])

    assert launch.options["concurrency"].unresolved == "${C} cannot be resolved here"
    assert launch.options["queues"].unresolved
    assert [word.text for word in launch.opaque] == ["${EXTRA}", "--${FLAG}"]


def test_a_subcommand_in_an_expansion_leaves_a_launch_without_one() -> None:
    place = Span("deploy.yaml", 1, 1, 1, 1)
    words = [Word("celery", place), Word("-Ashop", place), Word("${ROLE}", place, True, True)]

    [launch] = read_launches(words)

    assert launch.subcommand == ""
    assert [word.text for word in launch.opaque] == ["${ROLE}"]
    assert values(launch.global_options) == {"app": "shop"}


@pytest.mark.parametrize(
    "line", ["celery", "celery --help", "celery --version", "celery worker --help", "celery -A shop nonsense"]
)
def test_what_starts_no_process_is_no_launch(line: str) -> None:
    assert read_launches(split(line, Text("run.txt", line).span)) == []


CELERY: click.Group = import_module("celery.bin.celery").celery
COMMANDS = {name: CELERY.commands[name] for name in ("worker", "beat", "events", "inspect", "purge", "control")}


def _arguments(command: str) -> st.SearchStrategy[list[str]]:
    """Words that mix the command's own flags, joined, with values of all sorts and with nonsense."""
    options = catalog.commands()[command].options.values()
    flags = sorted({flag for option in options if option.exists_in(None) for flag in option.flags})
    value = st.sampled_from(["4", "INFO", "a,b", "", "-", "x=y", "-c", "--beat", "worker.x=1", "-priority", "é"])
    flag = st.sampled_from(flags)
    short = st.sampled_from([each for each in flags if not each.startswith("--")] or ["-Z"])
    word = st.one_of(
        flag,
        st.builds("{}={}".format, flag, value),
        st.builds("{}{}".format, short, value),
        st.builds(lambda first, second: first + second[1:], short, short),
        value,
        st.sampled_from(["--", "--nonsense", "--conc", "-Y", "--no-beat"]),
    )
    return st.lists(word, max_size=7)


def _clicks(command: click.Command, arguments: list[str]) -> tuple[dict[str, object], list[str]] | None:
    """What click's own parser takes out of the words, before types and defaults; None where it refuses them."""
    context = click.Context(command, **command.context_settings)
    parser = command.make_parser(context)
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            parser._args.clear()
    try:
        taken, rest, _ = parser.parse_args(list(arguments))
    except click.UsageError:
        return None
    flags = {option.name for option in command.params if isinstance(option, click.Option) and option.is_flag}
    dests = {name: bool(value is not False) if name in flags else value for name, value in taken.items()}
    return {name: value for name, value in dests.items() if name}, rest


@pytest.mark.filterwarnings("ignore:The parameter -d is used more than once")
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_celerys_own_parser_takes_the_same_options(name: str) -> None:
    @settings(max_examples=400, deadline=None)
    @given(_arguments(name))
    def check(arguments: list[str]) -> None:
        expected = _clicks(COMMANDS[name], arguments)
        place = Span("run.txt", 1, 1, 1, 1)
        found = read_launches([Word(text, place) for text in ["celery", name, *arguments]])
        if "--help" in arguments:
            return
        [launch] = found
        refused = launch.unknown_options or launch.misplaced
        endless = any(use.value is None for use in launch.options.values())
        if expected is None:
            assert refused or endless
            return
        assert not refused
        taken, rest = expected
        assert values(launch.options) == taken
        own = [word.text for word in launch.arguments]
        assert own == [word for word in rest if word in own]
        assert len(own) + len(launch.settings) <= len(rest)

    check()


@settings(max_examples=300, deadline=None)
@given(_arguments("celery"))
def test_celerys_own_parser_takes_the_same_global_options(arguments: list[str]) -> None:
    context = click.Context(CELERY, **CELERY.context_settings)
    try:
        taken, rest, _ = CELERY.make_parser(context).parse_args([*arguments, "worker"])
    except click.UsageError:
        return
    place = Span("run.txt", 1, 1, 1, 1)
    found = read_launches([Word(text, place) for text in ["celery", *arguments, "worker"]])
    if rest[:1] != ["worker"] or {"--help", "version"} & {*arguments, *taken}:
        assert not found or found[0].subcommand == rest[0]
        return
    flags = {option.name for option in CELERY.params if isinstance(option, click.Option) and option.is_flag}
    assert values(found[0].global_options) == {name: True if name in flags else text for name, text in taken.items()}
