"""Celery processes that share a container: who they are, and what they need of its memory together."""

from __future__ import annotations

from pathlib import Path

from linked import written

from celerylint.model import Bytes, Worker
from celerylint.origin import Value
from celerylint.session import model

MIB = 1024 * 1024
SHOP = {
    "shop/__init__.py": "",
    "shop/celery.py": "from celery import Celery\n\napp = Celery('shop')\n",
}


def workers(root: Path, command: str) -> list[Worker]:
    compose = f"services:\n  all:\n    image: shop\n    mem_limit: 1g\n    command: {command}\n"
    return list(model(written(root, {**SHOP, "compose.yaml": compose})).project.workers)


def demands(found: list[Worker]) -> list[tuple[object, object]]:
    """The container's demand and floor that each worker shows, or why they are unknown."""
    containers = [worker.container for worker in found if worker.container]
    return [(told(each.demand), told(each.floor)) for each in containers]


def told(value: Value[Bytes]) -> object:
    return value.value if value.known else value.reason


def test_one_worker_alone_needs_what_it_needs(tmp_path: Path) -> None:
    (worker,) = workers(tmp_path, "celery -A shop worker -c 4")
    assert (worker.neighbours, worker.speaks_for_container) == ((), True)
    assert demands([worker]) == [((30 + 4 * 21) * MIB,) * 2]
    assert worker.memory.demand.get() == (30 + 4 * 21) * MIB


def test_several_share_the_container(tmp_path: Path) -> None:
    line = "celery -A shop beat & celery -A shop worker -c 2 -P threads & exec celery -A shop worker -c 4"
    threads, prefork = workers(tmp_path, f'bash -c "{line}"')
    assert prefork.neighbours == ("beat at compose.yaml:5", "worker at compose.yaml:5")
    assert (threads.speaks_for_container, prefork.speaks_for_container) == (False, True)
    # A parent each, that of beat, and the four children of the one that has some.
    assert demands([threads, prefork]) == [((30 + 30 + 30 + 4 * 21) * MIB,) * 2] * 2


def test_nodes_of_multi_share_the_container(tmp_path: Path) -> None:
    first, second = workers(tmp_path, "celery -A shop multi start a b -c 2 -c:b 3")
    assert (first.name, second.name, first.neighbours) == ("all a", "all b", ("worker at compose.yaml:5",))
    assert demands([first])[0] == ((2 * 30 + 5 * 21) * MIB,) * 2


def test_where_branches_decide_nothing_is_summed(tmp_path: Path) -> None:
    found = workers(tmp_path, "bash -c 'if $$A; then celery -A shop worker -c 1; else celery -A shop worker -c 9; fi'")
    assert [reason for reason, _ in demands(found)] == [
        "a branch of a script decides which of its Celery processes run"
    ] * 2


def test_an_unknown_one_leaves_the_sum_unknown(tmp_path: Path) -> None:
    found = workers(tmp_path, "bash -c 'celery -A shop worker -c 1 & celery -A shop worker'")
    reason = "nobody sets the concurrency: one process per CPU of the machine"
    assert demands(found) == [(reason, reason)] * 2
