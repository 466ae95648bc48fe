"""Healthchecks, users and volumes of Compose services."""

from __future__ import annotations

import pytest
from compose_files import at, container, facts


def test_a_healthcheck_is_read_with_its_words_and_times() -> None:
    found = container(
        """\
        healthcheck:
          test: ["CMD", "celery", "-A", "shop", "inspect", "ping", "-d", "celery@$$HOSTNAME"]
          interval: 1m30s
          timeout: 10s
          retries: 5
          start_period: 40s
        """
    ).healthcheck
    assert found is not None
    assert [word.text for word in found.words] == ["celery", "-A", "shop", "inspect", "ping", "-d", "celery@$HOSTNAME"]
    assert (found.kind, found.period.get(), found.timeout.get()) == ("exec", 90.0, 10.0)
    assert (found.failures.get(), found.delay.get()) == (5, 40.0)


@pytest.mark.parametrize(
    ("test", "kind", "words"),
    [
        ("celery status || exit 1", "exec", ["/bin/sh", "-c", "celery status || exit 1"]),
        ('["CMD-SHELL", "celery status"]', "exec", ["/bin/sh", "-c", "celery status"]),
        ('["CMD", "true"]', "exec", ["true"]),
        ('["NONE"]', "none", []),
    ],
)
def test_the_forms_of_a_test(test: str, kind: str, words: list[str]) -> None:
    found = container(f"healthcheck: {{test: {test if test[0] == '[' else repr(test)}}}").healthcheck
    assert found is not None
    assert (found.kind, [word.text for word in found.words]) == (kind, words)


def test_what_a_healthcheck_leaves_out_has_dockers_default() -> None:
    found = container("healthcheck: {interval: 5s}").healthcheck
    assert found is not None
    assert (found.kind, found.period.get(), found.timeout.get(), found.failures.get()) == ("image", 5.0, 30.0, 3)
    assert container("").healthcheck is None
    off = container("healthcheck: {disable: true}").healthcheck
    assert off is not None and off.kind == "none"


def test_the_test_of_a_text_stands_in_the_file() -> None:
    source = "services:\n  worker:\n    image: shop\n    healthcheck:\n      test: celery status\n"
    found = facts({"docker-compose.yml": source}).workloads[0].containers[0].healthcheck
    assert found is not None
    assert at({"docker-compose.yml": source}, found.words[-1].span) == "celery status"


@pytest.mark.parametrize(
    "lines", ["{test: 5}", "{test: {a: b}}", "{test: []}", "{interval: x}", "[]", "x", "{retries: y}"]
)
def test_a_healthcheck_that_cannot_be_read_breaks_nothing(lines: str) -> None:
    container(f"healthcheck: {lines}")


@pytest.mark.parametrize(
    ("user", "number"), [("'1000:1000'", 1000), ("root", 0), ("0", 0), ("celery", None), ("${UID:-5}", 5)]
)
def test_users(user: str, number: int | None) -> None:
    found = container(f"user: {user}").security
    assert found.user.otherwise(None) == number
    assert container("read_only: true").security.read_only_root.get() is True


def test_volumes_say_what_they_are() -> None:
    found = container(
        """\
        volumes:
        - .:/app
        - data:/data:ro
        - /anonymous
        - {type: tmpfs, target: /t}
        - {type: volume, source: d, target: /v}
        tmpfs: [/run, "/tmp:size=64m"]
        """
    ).volumes
    assert [(each.target, each.kind, each.read_only, each.in_memory) for each in found] == [
        ("/app", "bind", False, False),
        ("/data", "volume", True, False),
        ("/anonymous", "volume", False, False),
        ("/t", "tmpfs", False, True),
        ("/v", "volume", False, False),
        ("/run", "tmpfs", False, True),
        ("/tmp", "tmpfs", False, True),
    ]
