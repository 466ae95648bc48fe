"""The catalogue costs nothing until it is asked, little then, and cannot be changed by who reads it."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, cast

import pytest

from celerylint.catalog import commands, option, settings, task_options


def test_importing_it_reads_no_data_and_imports_nothing_heavy() -> None:
    code = (
        "import sys, celerylint.catalog as c\n"
        "heavy = {'libcst', 'yaml', 'click', 'celery', 'tempfile', 'subprocess', 'celerylint.catalog.harvest'}\n"
        "print(sorted(heavy & set(sys.modules)), c.settings.cache_info().currsize, c.commands.cache_info().currsize)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] 0 0"


def test_it_is_loaded_once() -> None:
    assert settings() is settings()
    assert commands() is commands()
    assert task_options() is task_options()


@pytest.mark.parametrize("load", [settings, commands, task_options])
def test_loading_takes_a_few_milliseconds(load: Callable[[], object]) -> None:
    fresh = cast("Callable[[], object]", load.__wrapped__)  # type: ignore[attr-defined]
    best = min(_seconds(fresh) for _ in range(20))
    assert best < 0.015  # measured: under 3 ms; the rest is for busy machines


def _seconds(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def test_what_it_gives_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        cast("dict[str, Any]", settings())["worker_pool"] = None
    with pytest.raises(TypeError):
        cast("dict[str, Any]", commands()["worker"].options)["pool"] = None
    for each in (settings()["worker_pool"], commands()["worker"], task_options()["name"], option("worker", "-c")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(each, dataclasses.fields(cast("Any", each))[0].name, "other")
