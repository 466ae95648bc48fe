"""What somebody asked a worker for, what patches the standard library, and whom its stop signal reaches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from linked import written

from celerylint.configuration import Configuration
from celerylint.link import link
from celerylint.model import Worker
from celerylint.origin import Value
from celerylint.sources.discover import discover
from celerylint.sources.tree import Tree

APP = 'from celery import Celery\n\napp = Celery("shop", broker="redis://redis")\n'


def worker(root: Path, files: Mapping[str, str]) -> Worker:
    """The only worker of a repository with this app."""
    written(root, {"shop/__init__.py": "", "shop/celery.py": APP, **files})
    found = link(Tree(root, discover(root)), Configuration()).workers
    assert len(found) == 1, [each.name for each in found]
    return found[0]


def service(command: str, *more: str) -> dict[str, str]:
    lines = ["services:", "  worker:", "    image: python:3.12", f"    command: {command}", *(f"    {x}" for x in more)]
    return {"compose.yaml": "\n".join(lines) + "\n"}


def shown(value: Value[Any]) -> Any:
    return value.value if value.known else "?"


def test_what_is_given_is_told_also_where_celery_ignores_it(tmp_path: Path) -> None:
    words = "-c 0 --prefetch-multiplier=0 -P prefork -O fair --pidfile= --autoscale=2,5 --purge -D"
    given = worker(tmp_path, service(f"celery -A shop worker {words}")).given
    assert [shown(each) for each in (given.pool, given.concurrency, given.prefetch_multiplier)] == ["prefork", 0, 0]
    assert [shown(each) for each in (given.optimization, given.pidfile)] == ["fair", ""]
    assert [shown(each) for each in (given.autoscale, given.purge, given.detach)] == ["min,max", True, True]


def test_a_setting_is_not_given(tmp_path: Path) -> None:
    settings = "app.conf.update(worker_pool='threads', worker_concurrency=3, worker_prefetch_multiplier=1)\n"
    found = worker(tmp_path, {"shop/celery.py": APP + settings, **service("celery -A shop worker")})
    assert (shown(found.given.pool), shown(found.given.concurrency)) == (None, None)
    assert (shown(found.pool), shown(found.concurrency)) == ("threads", 3)


def test_a_variable_gives_as_the_command_line_does(tmp_path: Path) -> None:
    more = "environment: {CELERY_WORKER_CONCURRENCY: '0', CELERY_WORKER_PURGE: 'true'}"
    given = worker(tmp_path, service("celery -A shop worker", more)).given
    assert (shown(given.concurrency), shown(given.purge)) == (0, True)


def test_what_a_variable_of_the_line_hides_is_unknown(tmp_path: Path) -> None:
    given = worker(tmp_path, service("sh -c 'celery -A shop worker -c $$COUNT $$MORE'")).given
    assert (shown(given.concurrency), shown(given.purge)) == ("?", "?")


@pytest.mark.parametrize(
    ("command", "more", "expected"),
    [
        ("celery -A shop worker -P gevent", "", True),
        ("celery -A shop worker --pool=gevent", "", True),
        ("python -m celery -A shop worker --pool eventlet", "", True),
        ("celery -A shop worker -Pgevent", "", False),
        ("celery -A shop worker", "environment: {CELERY_WORKER_POOL: gevent}", False),
        ("python run.py", "", False),
        ("python -m gevent.monkey /usr/bin/celery -A shop worker -Pgevent", "", True),
        ("celery -A shop worker -P threads", "", False),
    ],
)
def test_celerys_own_program_patches_where_it_finds_the_pool(
    command: str, more: str, expected: bool, tmp_path: Path
) -> None:
    run = "from shop.celery import app\n\napp.worker_main(['worker', '-P', 'gevent'])\n"
    files = {"run.py": run} if "run.py" in command else {}
    assert shown(worker(tmp_path, {**files, **service(command, more)}).monkey_patched) is expected


def test_code_that_may_patch_leaves_it_open(tmp_path: Path) -> None:
    files = {"shop/__init__.py": "from gevent import monkey\nmonkey.patch_all()\n"}
    found = worker(tmp_path, {**files, **service("celery -A shop worker -Pgevent")}).monkey_patched
    assert not found.known and "shop/__init__.py" in found.reason


@pytest.mark.parametrize(
    ("command", "more", "expected"),
    [
        ("celery -A shop worker", (), False),
        ("dumb-init celery -A shop worker", (), True),
        ("dumb-init -- celery -A shop worker", (), True),
        ("dumb-init --single-child celery -A shop worker", (), False),
        ("dumb-init -c -- celery -A shop worker", (), False),
        ("dumb-init --rewrite 15:2 celery -A shop worker", (), "?"),
        ("dumb-init celery -A shop worker", ("environment: {DUMB_INIT_SETSID: '0'}",), False),
        ("dumb-init celery -A shop worker", ("environment: {REMAP_SIGTERM: SIGQUIT}",), False),
        ("dumb-init celery -A shop worker", ("stop_signal: SIGINT",), False),
        ("dumb-init celery -A shop worker", ("stop_signal: SIGQUIT",), True),
        ("tini -- celery -A shop worker", (), False),
        ("tini -g -- celery -A shop worker", (), True),
        ("tini -vg -- celery -A shop worker", (), True),
        ("tini -- celery -A shop worker", ("environment: {TINI_KILL_PROCESS_GROUP: '1'}",), True),
    ],
)
def test_an_init_process_may_signal_the_whole_group(
    command: str, more: tuple[str, ...], expected: Any, tmp_path: Path
) -> None:
    assert shown(worker(tmp_path, service(command, *more)).signals.reach_children) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", False),
        ("stopasgroup=true", True),
        ("stopasgroup=true\nstopsignal=INT", False),
        ("stopasgroup=true\nstopsignal=QUIT", True),
        ("killasgroup=true", False),
        ("stopasgroup=true\nenvironment=REMAP_SIGTERM=SIGQUIT", False),
    ],
)
def test_supervisord_may_signal_the_whole_group(lines: str, expected: bool, tmp_path: Path) -> None:
    config = f"[program:worker]\ncommand=celery -A shop worker\n{lines}\n"
    files = {"supervisord.conf": config, **service("supervisord -c supervisord.conf")}
    assert shown(worker(tmp_path, files).signals.reach_children) is expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", True),
        ("KillMode=mixed", False),
        ("KillMode=process", False),
        ("KillSignal=SIGINT", False),
        ("ExecStop=/bin/kill -TERM $MAINPID", "?"),
        ("Environment=REMAP_SIGTERM=SIGQUIT", False),
    ],
)
def test_systemd_signals_the_whole_group_unless_told_otherwise(lines: str, expected: Any, tmp_path: Path) -> None:
    unit = f"[Service]\nEnvironment=A=1\nExecStart=/usr/bin/celery -A shop worker\n{lines}\n"
    assert shown(worker(tmp_path, {"worker.service": unit}).signals.reach_children) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("celery -A shop worker", False),
        ("celery -A shop worker --detach", True),
        ("celery -A shop worker -D", True),
        ("celery multi start w1 -A shop", True),
    ],
)
def test_a_worker_may_leave_its_command_line(command: str, expected: bool, tmp_path: Path) -> None:
    assert shown(worker(tmp_path, service(command)).signals.detached) is expected


def test_an_open_environment_hides_a_remapping_only_where_somebody_speaks_of_it(tmp_path: Path) -> None:
    open_environment = service("celery -A shop worker", "env_file: secrets.env")
    assert shown(worker(tmp_path / "a", open_environment).signals.remap_sigterm) is None
    spoken = {"entrypoint.sh": 'export REMAP_SIGTERM=${STOP:-SIGTERM}\nexec celery "$@"\n'}
    assert shown(worker(tmp_path / "b", {**spoken, **open_environment}).signals.remap_sigterm) == "?"


def test_a_manager_inside_the_container_has_a_clock_of_its_own(tmp_path: Path) -> None:
    config = "[program:worker]\ncommand=celery -A shop worker\nstopwaitsecs=20\n"
    mounted = ("volumes: ['./supervisord.conf:/etc/supervisord.conf']", "stop_grace_period: 5m")
    files = {"supervisord.conf": config, **service("supervisord -c /etc/supervisord.conf", *mounted)}
    signals = worker(tmp_path, files).signals
    assert (shown(signals.manager_kills_after), shown(signals.container_kills_after)) == (20, 300)


def test_what_a_program_adds_is_nobodys_option(tmp_path: Path) -> None:
    files = {**service("airflow celery worker"), "shop/celery.py": "", "dags/__init__.py": ""}
    written(tmp_path, files)
    workers = link(Tree(tmp_path, discover(tmp_path)), Configuration()).workers
    assert [shown(each.given.optimization) for each in workers] == [None]
