"""Programs that start Celery by words of their own, read as the command lines that they stand for."""

from __future__ import annotations

from typing import Any

import pytest

from celerylint.facts.launch import Inside, Launch, Word, follow
from celerylint.facts.launch.words import nothing_known
from celerylint.facts.processes.celery_commands import CeleryCommand, celery_starter, first_of
from celerylint.link.processes import Processes
from celerylint.link.starters import read_starters
from celerylint.origin import Span


def launches(line: str, variables: dict[str, str] | None = None) -> tuple[Launch, ...]:
    words, column = [], 1
    for text in line.split(" "):
        words.append(Word(text, Span("run", 1, column, 1, column + len(text))))
        column += len(text) + 1
    environment = nothing_known if variables is None else variables.get
    return follow(words, Inside(starters=read_starters({}, Processes())), environment=environment).launches


def options(launch: Launch) -> dict[str, Any]:
    uses = {**launch.global_options, **launch.options}
    return {dest: f"? {use.unresolved}" if use.unresolved else use.value for dest, use in uses.items()}


def only(line: str, variables: dict[str, str] | None = None) -> Launch:
    [launch] = launches(line, variables)
    return launch


AIRFLOW = {
    "app": "airflow.providers.celery.executors.celery_executor",
    "optimization": "fair",
    "queues": "? airflow takes it from its own configuration (AIRFLOW__OPERATORS__DEFAULT_QUEUE)",
    "concurrency": "? airflow takes it from its own configuration (AIRFLOW__CELERY__WORKER_CONCURRENCY)",
    "autoscale": "? airflow takes it from its own configuration (AIRFLOW__CELERY__WORKER_AUTOSCALE)",
    "pool": "? airflow takes it from its own configuration (AIRFLOW__CELERY__POOL)",
}


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("airflow celery worker", {}),
        ("airflow worker", {}),
        ("exec /usr/local/bin/airflow celery worker", {}),
        ("python -m airflow celery worker", {}),
        ("airflow celery worker -q mail,reports", {"queues": "mail,reports"}),
        ("airflow celery worker -qmail -c4", {"queues": "mail", "concurrency": "4"}),
        ("airflow celery worker --queues=mail --autoscale 8,2", {"queues": "mail", "autoscale": "8,2"}),
        ("airflow celery worker -a 8,2 -H one@%h", {"autoscale": "8,2", "hostname": "one@%h"}),
        ("airflow celery worker --celery-hostname=one -D", {"hostname": "one", "detach": True}),
        ("airflow celery worker --stdout /dev/null -s -v --team red --pid p", {"pidfile": "p"}),
    ],
)
def test_airflow_has_options_of_its_own_and_gives_the_rest(line: str, own: dict[str, Any]) -> None:
    launch = only(line, {})
    assert options(launch) == {**AIRFLOW, **own}
    assert (launch.subcommand, launch.unknown_options, launch.opaque) == ("worker", (), ())


def test_airflow_reads_its_configuration_from_the_environment() -> None:
    launch = only("airflow celery worker", {"AIRFLOW__CELERY__WORKER_CONCURRENCY": "6"})
    assert options(launch)["concurrency"] == "6"
    assert launch.options["concurrency"].variables == ("AIRFLOW__CELERY__WORKER_CONCURRENCY",)
    unknown = only("airflow celery worker").options["pool"]
    assert unknown.unresolved == "the environment variable AIRFLOW__CELERY__POOL is not known here"


def test_sentry_recycles_its_children_and_knows_options_that_celery_does_not() -> None:
    launch = only("sentry --config /etc/sentry run worker -c 4 -q --logformat json -Q ingest --ignore-unknown-queues")
    expected = {"app": "sentry.celery", "max_tasks_per_child": "10000", "concurrency": "4", "queues": "ingest"}
    assert (options(launch), launch.unknown_options) == (expected, ())
    assert options(only("sentry run worker --max-tasks-per-child 9"))["max_tasks_per_child"] == "9"
    beat = only("sentry run cron --without-gossip")
    assert (beat.subcommand, options(beat)) == ("beat", {"app": "sentry.celery"})


@pytest.mark.parametrize(
    ("line", "subcommand", "found"),
    [
        ("nautobot-server celery worker -Q bulk", "worker", {"app": "nautobot.core.celery", "queues": "bulk"}),
        ("nautobot-server celery beat", "beat", {"app": "nautobot.core.celery"}),
        ("nautobot-server --config=x celery flower", "flower", {"app": "nautobot.core.celery"}),
    ],
)
def test_nautobot_hands_everything_on(line: str, subcommand: str, found: dict[str, Any]) -> None:
    launch = only(line)
    assert (launch.subcommand, options(launch), launch.opaque) == (subcommand, found, ())


@pytest.mark.parametrize(
    "program", ["./manage.py", "python manage.py", "django-admin", "flask", "flask --app shop:api"]
)
def test_a_command_of_a_project_may_add_options(program: str) -> None:
    launch = only(f"{program} celery worker -c 3")
    assert (launch.subcommand, options(launch)) == ("worker", {"concurrency": "3"})
    assert [word.unresolved for word in launch.opaque] == [f"{launch.opaque[0].text[1:-1]} may add options of its own"]


@pytest.mark.parametrize(
    "line",
    [
        "airflow scheduler",
        "airflow celery stop",
        "airflow celery",
        "sentry run web",
        "sentry run",
        "sentry",
        "flask run",
        "manage.py migrate celery",
        "manage.py celery",
        "echo airflow celery worker",
        "nautobot-server start",
    ],
)
def test_other_words_start_nothing(line: str) -> None:
    assert launches(line) == ()


def test_the_worker_stands_where_its_word_is() -> None:
    launch = only("airflow celery worker -qmail")
    assert (launch.span, launch.start) == (Span("run", 1, 16, 1, 22), Span("run", 1, 1, 1, 22))
    queues = launch.options["queues"]
    assert (queues.span, queues.value_span) == (Span("run", 1, 23, 1, 29), Span("run", 1, 25, 1, 29))
    assert [word.text for word in launch.wrappers] == ["airflow"]


def test_the_command_with_most_words_counts() -> None:
    short = CeleryCommand(("go", "run"), ("celery", "beat"))
    long = CeleryCommand(("go", "run", "worker"), ("celery", "worker", "-c", "2"))
    found = Inside(starters={"go": first_of([celery_starter([short, long])])})
    words = [Word(text, Span.of_line("run", 1)) for text in ("go", "run", "worker")]
    assert [launch.subcommand for launch in follow(words, found).launches] == ["worker"]
    assert [launch.subcommand for launch in follow(words[:2], found).launches] == ["beat"]
