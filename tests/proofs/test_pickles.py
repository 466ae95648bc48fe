"""Pickles: what they do while they are read, and what root has to do with it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from proofs.versions import CELERY, REDIS
from proofs.workshop import PATIENCE, Workshop

Proves = Callable[[str, str], None]

APP = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(task_default_queue={queue!r}, accept_content={accepted})


@app.task
def build(*arguments):
    note("ran")
"""
REFUSES = "Running a worker with superuser privileges"
WARNS = "You're running the worker with superuser privileges"


class Attack:
    """An argument that runs a line of Python where it is read."""

    def __init__(self, line: str) -> None:
        self.line = line

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (self.line,)


@pytest.fixture
def root() -> None:
    """Needs to be root; skipped loudly where nobody is."""
    if os.getuid() != 0:
        warnings.warn("nothing is proved of workers that run as root, as this is not root", stacklevel=1)
        pytest.skip("this is not root")


def test_a_pickle_runs_while_it_is_read(redis_shop: Workshop, proves: Proves) -> None:
    written = {accepted: _attacked(redis_shop, accepted) for accepted in ("pickle", "json")}
    assert written == {"pickle": True, "json": False}
    proves(
        "pickle-accepted",
        f"{CELERY}, {REDIS}: a message whose pickle writes a file when it is read wrote it in a worker that accepts "
        f"pickle, before any task ran; one that accepts JSON alone refused the message and went on.",
    )


def _attacked(shop: Workshop, accepted: str) -> bool:
    """Whether the line of the message was run."""
    file = shop.folder / f"written-{accepted}"
    shop.app(APP.format(queue=accepted, accepted=["json", accepted]))
    worker = shop.worker("-c1")
    shop.send("build", Attack(f"open({str(file)!r}, 'w').close()"), queue=accepted, serializer="pickle")
    shop.send("build", queue=accepted)
    shop.happens("ran", 2 if accepted == "pickle" else 1)
    refused = "Refusing to deserialize" in worker.output
    worker.kill()
    assert refused is (accepted == "json")
    return file.exists()


@pytest.mark.usefixtures("root")
def test_root_and_pickle_do_not_start_together(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP.format(queue="refused", accepted=["json", "pickle"]))
    refused = redis_shop.celery("worker", "-c1", C_FORCE_ROOT="")
    code = refused.process.wait(PATIENCE)
    assert code != 0 and REFUSES in refused.output
    forced = redis_shop.worker("-c1", C_FORCE_ROOT="false")
    redis_shop.send(
        "build",
        Attack(f"open({str(redis_shop.folder / 'written')!r}, 'w').close()"),
        queue="refused",
        serializer="pickle",
    )
    redis_shop.happens("ran")
    forced.kill()
    assert (redis_shop.folder / "written").stat().st_uid == 0
    redis_shop.app(APP.format(queue="refused", accepted=["json"]))
    warned = redis_shop.worker("-c1", C_FORCE_ROOT="")
    assert WARNS in warned.output
    warned.kill()
    proves(
        "run-as-root",
        f"{CELERY}: as root a worker that accepts pickle ended with code {code}, one that accepts JSON alone warned "
        f"and got ready.",
    )
    proves(
        "c-force-root",
        f"{CELERY}, {REDIS}: as root a worker that accepts pickle ended with code {code} where `C_FORCE_ROOT` was "
        f"empty; with `C_FORCE_ROOT=false` it got ready, and a message in its queue wrote a file that is root's.",
    )
