"""Which processes a container's words start, through whatever stands in front of Celery."""

from __future__ import annotations

import pytest

from celerylint.facts.launch import Launch, Word, read_launches, split
from celerylint.origin import Span, Unknown
from celerylint.sources.text import Text


def launches(line: str) -> list[Launch]:
    return read_launches(split(line, Text("run.txt", line).span))


@pytest.mark.parametrize(
    ("line", "wrappers"),
    [
        ("/usr/local/bin/celery -A shop worker", []),
        ("python -m celery -A shop worker", []),
        ("python3.12 -u -Xdev -W ignore -um celery -A shop worker", []),
        ("python /usr/local/bin/celery -A shop worker", []),
        ("ddtrace-run celery -A shop worker", ["ddtrace-run"]),
        ("newrelic-admin run-program celery -A shop worker", ["newrelic-admin"]),
        ("opentelemetry-instrument --traces_exporter console celery -A shop worker", ["opentelemetry-instrument"]),
        ("uv run --frozen --with x celery -A shop worker", ["uv"]),
        ("uv --directory /app run -m celery -A shop worker", ["uv"]),
        ("poetry run python -m celery -A shop worker", ["poetry"]),
        ("pipenv run celery -A shop worker", ["pipenv"]),
        ("pdm run celery -A shop worker", ["pdm"]),
        ("hatch -e prod run celery -A shop worker", ["hatch"]),
        ("rye run celery -A shop worker", ["rye"]),
        ("conda run --no-capture-output -n shop celery -A shop worker", ["conda"]),
        ("python -Xfrozen_modules=off -m debugpy --listen 0.0.0.0:5678 -m celery -A shop worker", ["debugpy"]),
        ("coverage run --rcfile c -m celery -A shop worker", ["coverage"]),
        ("python -m coverage run -m celery -A shop worker", ["coverage"]),
        ("gosu app celery -A shop worker", ["gosu"]),
        ("su-exec app:app celery -A shop worker", ["su-exec"]),
        ("s6-setuidgid app celery -A shop worker", ["s6-setuidgid"]),
        ("sudo -u app -E celery -A shop worker", ["sudo"]),
        ("nice -n 5 ionice -c 2 celery -A shop worker", ["nice", "ionice"]),
        ("timeout -k 5 5m celery -A shop worker", ["timeout"]),
        ("stdbuf -oL time celery -A shop worker", ["stdbuf", "time"]),
        ("chamber exec shop other -- celery -A shop worker", ["chamber"]),
        ("doppler run -p shop -- celery -A shop worker", ["doppler"]),
        ("aws-vault exec prod -- celery -A shop worker", ["aws-vault"]),
        ("watchmedo auto-restart -d . -p '*.py' --recursive -- celery -A shop worker", ["watchmedo"]),
        ("watchfiles --filter python 'celery -A shop worker' src", ["watchfiles"]),
        ("watchfiles --args='-A shop worker' celery.__main__.main", ["watchfiles"]),
        ("python -m watchfiles 'celery -A shop worker'", ["watchfiles"]),
        ("hupper -m celery -A shop worker", ["hupper"]),
        ("nodemon --ext py --exec 'celery -A shop worker'", ["nodemon"]),
        ("./wait-for-it.sh db:5432 -t 30 -- celery -A shop worker", ["./wait-for-it.sh"]),
        ("dockerize -wait tcp://db:5432 celery -A shop worker", ["dockerize"]),
        ("/entrypoint.sh celery -A shop worker", ["/entrypoint.sh"]),
        ("/entrypoint.sh gosu app celery -A shop worker", ["/entrypoint.sh", "gosu"]),
        ("python wait_for_db.py celery -A shop worker", ["wait_for_db.py"]),
        ("sh /entrypoint.sh celery -A shop worker", ["/entrypoint.sh"]),
    ],
)
def test_celery_is_found_behind_what_stands_in_front_of_it(line: str, wrappers: list[str]) -> None:
    [launch] = launches(line)

    assert launch.subcommand == "worker"
    assert launch.global_options["app"].value == "shop"
    assert [word.text for word in launch.wrappers] == wrappers
    assert launch.shell is None


@pytest.mark.parametrize(
    "line",
    [
        "echo celery -A shop worker",
        "pip install celery",
        "uv pip install celery worker",
        "poetry add celery worker",
        "grep celery worker",
        "timeout 5 echo celery worker",
        "docker compose up celery worker",
        "supervisorctl restart celery worker",
        "systemctl status celery beat",
        "./manage.py celery worker",
        "python manage.py celery worker",
        "python -m manage celery worker",
        "/entrypoint.sh python manage.py celery worker",
        "airflow celery worker",
        "./wait.sh && celery -A shop worker",
        "/entrypoint.sh celery",
        "/entrypoint.sh celery --nonsense worker",
        "celery-exporter celery",
        "python -c 'import celery' worker",
        "sh -c",
        "python -m",
        "env A=B",
        "exec",
        "--",
    ],
)
def test_a_line_that_only_speaks_of_celery_starts_none(line: str) -> None:
    assert launches(line) == []


@pytest.mark.parametrize(
    ("line", "init", "options"),
    [
        ("tini -- celery -A shop worker", "tini", ()),
        ("/usr/bin/tini -g -p SIGTERM -- celery -A shop worker", "tini", ("-g", "-p", "SIGTERM")),
        ("/sbin/tini -s celery -A shop worker", "tini", ("-s",)),
        ("dumb-init --single-child -- celery -A shop worker", "dumb-init", ("--single-child",)),
        ("dumb-init -c --rewrite 15:3 -- sh -c 'exec celery -A shop worker'", "dumb-init", ("-c", "--rewrite", "15:3")),
    ],
)
def test_an_init_in_front_is_told_with_its_options(line: str, init: str, options: tuple[str, ...]) -> None:
    [launch] = launches(line)

    assert (launch.init, launch.init_options) == (init, options)


def test_variables_in_front_are_told_with_their_places() -> None:
    line = "env -i -u HOME CONCURRENCY=4 EMPTY= sudo -E BROKER_URL=redis://r celery -A shop worker"
    [launch] = launches(line)

    assert {name: use.value for name, use in launch.environment.items()} == {
        "CONCURRENCY": "4",
        "EMPTY": "",
        "BROKER_URL": "redis://r",
    }
    assert launch.environment["CONCURRENCY"].span.column == line.index("CONCURRENCY") + 1


def test_a_module_is_the_place_where_celery_starts() -> None:
    line = "python -m celery -A shop worker"
    [launch] = launches(line)

    assert launch.program == "python -m celery"
    assert (launch.start.column, launch.start.end_column) == (11, 17)


def kubernetes(*texts: str, **environment: str | Unknown) -> list[Launch]:
    words = [Word(text, Span("deploy.yaml", line, 9, line, 9 + len(text))) for line, text in enumerate(texts, 1)]
    return read_launches(words, environment=environment.get, kubernetes=True)


def test_kubernetes_puts_the_containers_variables_in() -> None:
    [launch] = kubernetes("celery", "worker", "-c", "$(N)", "--queues=$(Q),b", "-n", "$$(N)@%h", N="4", Q="a c")

    assert launch.options["concurrency"].value == "4"
    assert launch.options["concurrency"].variables == ("N",)
    assert launch.options["concurrency"].span == Span("deploy.yaml", 3, 9, 4, 13)
    assert launch.options["queues"].value == "a c,b"
    assert launch.options["hostname"].value == "$(N)@%h"
    assert not any(use.unresolved for use in launch.options.values())


def test_kubernetes_leaves_a_variable_that_is_not_set() -> None:
    [launch] = kubernetes("celery", "worker", "-c", "$(CONCURRENCY)", "-Q", "$(Q)", "$(MORE)", Q=Unknown("a Secret"))

    assert launch.options["concurrency"].value == "$(CONCURRENCY)"
    assert launch.options["concurrency"].unresolved == "$(CONCURRENCY) is not set in this container"
    assert launch.options["queues"].unresolved == "$(Q): a Secret"
    assert [word.text for word in launch.opaque] == ["$(MORE)"]


def test_kubernetes_expands_nothing_else_without_a_shell() -> None:
    [launch] = kubernetes("celery", "worker", "-c", "${N}", "-Q", "$N", N="4")

    assert (launch.options["concurrency"].value, launch.options["concurrency"].unresolved) == ("${N}", "")
    assert (launch.options["queues"].value, launch.options["queues"].unresolved) == ("$N", "")


def test_kubernetes_expands_inside_a_shells_script_too() -> None:
    script = "exec celery -A shop worker -c $(N) -n $(POD)@%h -Q ${Q}"
    [launch] = kubernetes("sh", "-c", script, N="4", Q="a")

    assert launch.options["concurrency"].value == "4"
    assert launch.options["concurrency"].variables == ("N",)
    place = launch.options["concurrency"].value_span
    assert place is not None
    assert script[place.column - 9 : place.end_column - 9] == "$(N)"
    assert launch.options["hostname"].unresolved == "$(POD) is not set in this container"
    assert (launch.options["queues"].value, launch.options["queues"].variables) == ("a", ("Q",))


def test_the_reader_may_be_told_where_the_characters_of_a_word_stand() -> None:
    coarse = Span("deploy.yaml", 7, 3, 9, 1)
    exact = Text("deploy.yaml", "\n" * 7 + "    celery worker -EB\n")
    words = [Word("sh", coarse), Word("-c", coarse), Word("celery worker -EB", coarse)]

    def locate_in(word: Word):  # type: ignore[no-untyped-def]
        return lambda start, end: exact.span(11 + start, 11 + end)

    [launch] = read_launches(words, locate_in=locate_in)

    assert launch.options["beat"].span == Span("deploy.yaml", 8, 21, 8, 22)
