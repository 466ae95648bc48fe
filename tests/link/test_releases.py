"""Settings and options follow the release of Celery that the project names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from linked import code_of, only_app, settings_of, written
from program import Program, programs

from celerylint import catalog
from celerylint.configuration import Configuration
from celerylint.link import link
from celerylint.link.releases import UNNAMED, Releases
from celerylint.model import Worker
from celerylint.origin import Layer, Value
from celerylint.sources.discover import discover
from celerylint.sources.tree import Tree

PROGRAMS: Mapping[str, Program] = {
    program.name.removeprefix("releases-"): program for program in programs() if program.name.startswith("releases-")
}
TRUE, FALSE = (True,) * 6, (False,) * 6
UNTIL_56, FROM_57 = (*TRUE[:5], False), (*FALSE[:5], True)
PARIS = "Europe/Paris"

# What `app.conf` said, by running Celery 4.4.7, 5.2.7, 5.3.6, 5.4.0 (and 5.5.3, which is as 5.4.0), 5.6.3 and 5.7.0.
RAN = ("4.4.7", "5.2.7", "5.3.6", "5.4.0", "5.6.3", "5.7.0")
SAID: Mapping[str, tuple[Any, ...]] = {
    "prefixed-and-set-on-the-app": UNTIL_56,
    "prefixed-and-updated": UNTIL_56,
    "prefixed-and-an-argument": UNTIL_56,
    "prefixed-and-an-old-name-on-the-app": UNTIL_56,
    "prefixed-twice": FALSE,
    "prefixed-and-a-default": UNTIL_56,
    "prefixed-and-a-prefixed-default": FALSE,
    "unprefixed-and-a-prefixed-default": FALSE,
    "unprefixed-and-set-on-the-app": FALSE,
    "both-names-on-the-app": TRUE,
    "both-names-on-the-app-reversed": TRUE,
    "old-name-on-the-app": TRUE,
    "old-then-new-name-on-the-app": TRUE,
    "new-then-old-name-on-the-app": TRUE,
    "old-name": FROM_57,
    "old-name-and-new-one": FALSE,
    "old-name-and-set-on-the-app": FALSE,
    "old-name-as-default-under-namespace": FROM_57,
    "old-name-as-default": FROM_57,
    "old-name-without-namespace": FALSE,
    "new-name-and-old-one-on-the-app": FALSE,
    "argument": (False, *TRUE[:5]),
    "old-argument": (False, *TRUE[:5]),
    "zone": (None, None, PARIS, PARIS, PARIS, PARIS),
    "zone-without-namespace": (None, None, PARIS, PARIS, PARIS, PARIS),
    "lower-case-zone": (PARIS, PARIS, None, None, None, None),
    "prefixed-zone": (PARIS,) * 6,
    "prefixed-zone-and-timezone": ("UTC",) * 6,
}
# Nobody follows whether the object is written in old names throughout.
UNFOLLOWED = {("old-name-as-default", release) for release in RAN[:-1]}


def setting(root: Path, program: Program, requirement: str) -> Value[Any]:
    """The setting that a program is about."""
    code = code_of(written(root, {**program.files, "requirements.txt": requirement}))
    return settings_of(code, only_app(code))["timezone" if "zone" in program.name else "task_acks_late"]


def test_every_program_has_been_run() -> None:
    assert list(PROGRAMS) == list(SAID)


@pytest.mark.parametrize("release", RAN)
@pytest.mark.parametrize("name", SAID)
def test_a_setting_is_what_the_named_release_makes_of_it(name: str, release: str, tmp_path: Path) -> None:
    value = setting(tmp_path, PROGRAMS[name], f"celery=={release}\n")
    if (name, release) in UNFOLLOWED:
        assert not value.known
    else:
        assert value.value == SAID[name][RAN.index(release)], value.reason


@pytest.mark.parametrize(("requirement", "first"), [("celery>=5.2\n", 1), ("celery>=4.4\n", 0), ("", 1)])
@pytest.mark.parametrize("name", [name for name in SAID if name != "old-name-as-default"])
def test_a_setting_is_known_where_all_releases_that_it_may_be_agree(
    name: str, requirement: str, first: int, tmp_path: Path
) -> None:
    value = setting(tmp_path, PROGRAMS[name], requirement)
    answers = set(SAID[name][first:])
    assert ({value.value} if value.known else set()) == (answers if len(answers) == 1 else set())


def of_app(root: Path, statement: str, requirement: str) -> Mapping[str, Value[Any]]:
    """The settings of an app with one statement behind it."""
    app = f"from celery import Celery\napp = Celery('shop')\n{statement}\n"
    code = code_of(written(root, {"shop/celery.py": app, "requirements.txt": requirement}))
    return settings_of(code, only_app(code))


@pytest.mark.parametrize(
    ("name", "requirement", "expected"),
    [
        ("control_queue_exclusive", "celery==5.7.0", True),
        ("control_queue_exclusive", "celery==5.6.3", False),
        ("control_queue_exclusive", "celery==5.5.3", None),
        ("control_queue_exclusive", "celery<5.6", None),
        ("control_queue_exclusive", "celery>=5.6", "?"),
        ("control_queue_exclusive", "celery", "?"),
        ("worker_soft_shutdown_timeout", "celery", 0.0),
        ("worker_soft_shutdown_timeout", "celery>=5.5", 0.0),
        ("worker_soft_shutdown_timeout", "celery>=5.4", "?"),
        ("worker_soft_shutdown_timeout", "celery==5.4.0", None),
        ("worker_prefetch_multiplier", "celery>=4", 4),
        ("worker_concurrency", "celery>=4", None),
        ("task_queue_ha_policy", "celery==5.4.0", None),
    ],
)
def test_a_default_is_that_of_every_release_that_it_may_be(
    name: str, requirement: str, expected: Any, tmp_path: Path
) -> None:
    value = of_app(tmp_path, "", requirement)[name]
    assert ("?" if not value.known else value.value) == expected
    if expected == "?":
        assert requirement.removeprefix("celery") in value.reason


def test_a_setting_that_the_release_does_not_have_means_nothing(tmp_path: Path) -> None:
    statement = "app.conf.worker_soft_shutdown_timeout = 60"
    for requirement, expected in (("celery==5.4.0", None), ("celery==5.5.3", 60), ("", 60)):
        value = of_app(tmp_path, statement, requirement)["worker_soft_shutdown_timeout"]
        assert value.get() == expected
        if expected is None:
            assert value.origin.layer is Layer.DEFAULT
            assert value.origin.note == "Celery 5.4.0 has no such setting"
            assert [loser.value for loser in value.shadowed] == [60]
    doubtful = of_app(tmp_path, statement, "celery>=5.4")["worker_soft_shutdown_timeout"]
    assert doubtful.reason == "Celery has it from 5.5.3 to 5.7.0, and may be >=5.4"
    assert str(doubtful.origin.span) == "shop/celery.py:3:1"


def test_an_open_object_may_hide_what_the_app_sets_until_56(tmp_path: Path) -> None:
    made = "from celery import Celery\napp = Celery('shop')\n"
    made += "app.config_from_object('elsewhere', namespace='CELERY')\napp.conf.task_acks_late = True\n"
    for requirement, known in (("celery==5.7.0", True), ("celery==5.6.3", False), ("celery", False)):
        code = code_of(written(tmp_path, {"shop/celery.py": made, "requirements.txt": requirement}))
        assert settings_of(code, only_app(code))["task_acks_late"].known is known


def worker(root: Path, command: str, requirement: str, env: str = "") -> Worker:
    """The worker that a Compose service starts."""
    files = {
        "shop/__init__.py": "",
        "shop/celery.py": "from celery import Celery\napp = Celery('shop', broker='redis://')\n",
        "requirements.txt": requirement,
        "compose.yaml": f"services:\n  w:\n    image: x\n    command: {command}\n    environment: {{{env}}}\n",
    }
    written(root, files)
    (found,) = link(Tree(root, discover(root)), Configuration()).workers
    return found


def test_an_option_that_the_release_does_not_have_keeps_the_worker_from_starting(tmp_path: Path) -> None:
    command = "celery -A shop worker --disable-prefetch"
    assert worker(tmp_path, command, "celery==5.6.3").disable_prefetch.get() is True
    # With an older one it does not start: so it is one that has the option.
    assert worker(tmp_path, command, "celery>=5.4").disable_prefetch.get() is True
    refused = worker(tmp_path, command, "celery==5.4.0").disable_prefetch
    assert refused.reason == "Celery 5.4.0 has no option --disable-prefetch: it does not start"
    assert str(refused.origin.span) == "compose.yaml:4:36"
    assert worker(tmp_path, "celery -A shop worker", "celery==5.4.0").disable_prefetch.get() is False
    old = "celery -A shop worker --maxtasksperchild=5"
    assert worker(tmp_path, old, "celery==4.4.7").max_tasks_per_child.get() == 5
    assert not worker(tmp_path, old, "celery==5.2.7").max_tasks_per_child.known
    assert not worker(tmp_path, old, "").max_tasks_per_child.known


def test_variables_are_read_by_the_releases_that_read_them(tmp_path: Path) -> None:
    command, env = "celery -A shop worker", "CELERY_WORKER_CONCURRENCY: 7, BROKER_URL: 'sqs://'"
    new = worker(tmp_path, command, "celery==5.2.7", env)
    assert (new.concurrency.get(), new.broker.transport.get()) == (7, "sqs")
    old = worker(tmp_path, command, "celery==4.4.7", env)
    assert (old.concurrency_from_cpus.get(), old.broker.transport.get()) == (True, "redis")
    either = worker(tmp_path, command, "celery>=4.4", env)
    assert (either.concurrency.known, either.broker.transport.known) == (False, False)


def test_soft_shutdown_is_there_from_55_on(tmp_path: Path) -> None:
    command, env = "celery -A shop worker", "REMAP_SIGTERM: SIGQUIT"
    assert worker(tmp_path, command, "celery==5.5.3", env).soft_shutdown.get() == 0.0
    assert worker(tmp_path, command, "celery==5.4.0", env).soft_shutdown.get() == 0.0


def test_releases_know_what_they_agree_on() -> None:
    some = Releases(("5.5.3", "5.6.3"), ("5.5.3", "5.6.3"), ">=5.5,<5.7")
    assert [some.since(each) for each in ("5.5.3", "5.6.3", "5.7.0")] == [True, None, False]
    assert UNNAMED.installed == (catalog.NEWEST,)
    assert (UNNAMED.since("5.2.7"), UNNAMED.since("5.7.0")) == (True, None)
