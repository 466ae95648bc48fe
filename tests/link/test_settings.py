"""Effective settings are those that Celery itself comes to, or unknown: never others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from linked import code_of, only_app, settings_of, written
from program import APP, EVERY, Program, programs
from real_celery import told

from celerylint.origin import Unknown

PROGRAMS = {program.name: program for program in programs()}
NAMES = [
    *("broker_url", "broker_read_url", "result_backend", "broker_transport_options", "broker_pool_limit"),
    *("task_acks_late", "task_time_limit", "task_soft_time_limit", "task_routes", "task_default_queue"),
    *("task_default_exchange", "task_serializer", "task_always_eager", "task_ignore_result", "accept_content"),
    *("result_expires", "timezone", "enable_utc", "imports", "include"),
    *("worker_concurrency", "worker_prefetch_multiplier", "worker_max_tasks_per_child"),
]


Answer = tuple[Path, dict[str, Any]]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    """Every program's folder, and what Celery says of it."""
    base = tmp_path_factory.mktemp("programs")
    roots = {name: written(base / name, program.files) for name, program in PROGRAMS.items()}
    asked = [{"root": str(roots[name]), "env": dict(each.env), "app": APP} for name, each in PROGRAMS.items()]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("real_celery.py"))],
        input=json.dumps({"names": NAMES, "projects": asked}),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: (roots[name], answer) for name, answer in zip(PROGRAMS, answers, strict=True)}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_setting_is_what_celery_says_or_unknown(name: str, real: dict[str, Answer]) -> None:
    program: Program = PROGRAMS[name]
    root, answer = real[name]
    assert "settings" in answer, answer.get("error")
    code = code_of(root)
    ours = settings_of(code, only_app(code), program.env)
    unknown = {each for each in NAMES if not ours[each].known}
    known = {each: (ours[each].value, answer["settings"][each]) for each in NAMES if each not in unknown}
    wrong = {each: pair for each, pair in known.items() if told(pair[0]) != pair[1]}
    assert not wrong
    allowed = set(NAMES) if EVERY in program.unknown else set(program.unknown)
    assert unknown <= allowed, {each: ours[each].reason for each in unknown - allowed}
    # What is listed as unknown and is known by now would hide a loss later.
    assert allowed == unknown or EVERY in program.unknown


def test_few_programs_are_beyond_reach() -> None:
    # Those in unfollowed.md are there because nobody can follow them.
    usual = [program for name, program in PROGRAMS.items() if not name.startswith("unfollowed-")]
    assert sum(EVERY in program.unknown for program in usual) <= 6
    listed = sum(len(program.unknown) for program in usual if EVERY not in program.unknown)
    assert listed / (len(usual) * len(NAMES)) < 0.02


def test_an_unknown_setting_says_why(tmp_path: Path) -> None:
    code = code_of(
        written(tmp_path, {"app.py": "from celery import Celery\nimport os\napp = Celery(broker=os.environ['U'])\n"})
    )
    value = settings_of(code, only_app(code))["broker_url"]
    assert isinstance(value.value, Unknown)
    assert "the environment variable U is not set" in value.reason
