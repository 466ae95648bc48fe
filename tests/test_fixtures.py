"""The small repositories in fixtures/: what celerylint says of them, word for word.

After a change that is meant to change the output, write the expected files anew and read the difference:

    REFRESH_FIXTURES=1 pytest tests/test_fixtures.py -n0 ; git diff fixtures/shop.expected
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest
from as_user import ROOT, celerylint, findings

EXPECTED = ROOT / "fixtures" / "shop.expected"
SHOWN = {
    "findings.txt": ("fixtures/shop", "--output-format", "concise"),
    "workers.json": ("show", "workers", "fixtures/shop", "--output-format", "json"),
}
HURTS = {
    "task-missing-acks-late",
    "prefetch-multiplier-long-tasks",
    "prefetch-1-without-acks-late",
    "pod-concurrency-default-cpus",
    "pod-memory-overcommit",
    "mega-pod",
    "max-memory-times-concurrency-exceeds-pod",
    "max-memory-unit-suspicious",
    "no-child-recycling",
    "cpu-bound-on-green-pool",
    "io-bound-on-prefork",
    "fast-slow-mixed-queue",
    "single-deployment-all-queues",
    "no-time-limit",
    "soft-limit-not-below-hard",
    "grace-period-shorter-than-task",
    "redis-visibility-timeout-too-short",
    "queue-without-consumer",
    "pickle-accepted",
    "shell-form-no-exec",
    "beat-replicas-gt-1",
    "embedded-beat-scaled",
    "beat-rolling-update",
    "heavy-queue-on-spot",
}


@pytest.mark.parametrize("file", SHOWN)
def test_the_shop_gives_what_is_expected(file: str) -> None:
    said = celerylint(*SHOWN[file], status=1 if file == "findings.txt" else 0)
    expected = EXPECTED / file
    if os.environ.get("REFRESH_FIXTURES"):
        before = expected.read_text() if expected.exists() else ""
        EXPECTED.mkdir(exist_ok=True)
        expected.write_text(said)
        assert said == before, f"{expected} is written anew: read the difference"
    assert said == expected.read_text()


def test_every_mistake_of_the_guide_is_found_in_the_shop() -> None:
    document = findings("fixtures/shop", status=1)
    assert sorted(HURTS - {finding["name"] for finding in document["findings"]}) == []
    assert {finding["severity"] for finding in document["findings"]} == {"error", "warning", "info"}


def test_every_finding_in_the_shop_points_into_a_file_of_it() -> None:
    for finding in findings("fixtures/shop", status=1)["findings"]:
        for place in (finding, *finding["related"]):
            lines = (ROOT / "fixtures" / "shop" / place["path"]).read_text().splitlines()
            assert 1 <= place["line"] <= place["end_line"] <= len(lines), finding
            assert lines[place["line"] - 1][place["column"] - 1 :].strip(), finding


def test_nothing_in_the_shop_gives_the_answers_away() -> None:
    named = re.compile(rf"CLY\d|\b(?:{'|'.join(HURTS)})\b")
    files = [path for path in (ROOT / "fixtures" / "shop").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert len(files) >= 15
    assert [str(path) for path in files if named.search(path.read_text())] == []


def test_two_runs_say_the_same() -> None:
    words = ("fixtures/shop", "--show-undecided")
    assert celerylint(*words, status=1) == celerylint(*words, status=1)


def test_the_guides_good_configuration_has_no_finding() -> None:
    document = findings("fixtures/guide", "--isolated", "--min-severity", "info", status=0)
    assert document["findings"] == []


def test_the_guides_workers_are_understood_as_the_guide_means_them() -> None:
    shown = json.loads(celerylint("show", "workers", "fixtures/guide", "--output-format", "json", status=0))
    facts = {(worker["name"], worker["kind"]): _plain(worker) for worker in shown["workers"]}
    assert sorted(facts) == [
        ("academy-worker-default", "Deployment"),
        ("academy-worker-heavy", "Deployment"),
        ("worker-default", "service"),
        ("worker-heavy", "service"),
    ]
    for (name, _), worker in facts.items():
        assert worker["pool"] == "prefork"
        assert worker["concurrency"] == (4 if "default" in name else 2)
        assert worker["prefetch_multiplier"] == 1
        assert worker["queues"] == [name.rpartition("-")[2]]
        assert (worker["max_tasks_per_child"], worker["max_memory_per_child_kib"]) == (500, 150000)
        assert (worker["memory_limit_bytes"], worker["grace_seconds"]) == (2**30, 1830)


def test_the_guides_limits_and_late_acknowledgement_hold_for_every_task() -> None:
    shown = json.loads(celerylint("show", "tasks", "fixtures/guide", "--output-format", "json", status=0))
    tasks = [_plain(task) for task in shown["tasks"]]
    assert {task["name"]: task["queue"] for task in tasks} == {
        "academy.notify.notify": "default",
        "academy.notify.send_mail": "default",
        "academy.reports.attendance": "heavy",
    }
    for task in tasks:
        assert (task["acks_late"], task["time_limit"], task["soft_time_limit"]) == (True, 1800, 1500)


def _plain(entity: dict[str, Any]) -> dict[str, Any]:
    """An entity of `show` with bare values."""
    return {key: item["value"] if isinstance(item, dict) and "value" in item else item for key, item in entity.items()}
