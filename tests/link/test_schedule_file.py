"""Where beat keeps what it has sent, whether it can, and whether that survives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from linked import written

from celerylint.configuration import Configuration
from celerylint.model import Beat, Task
from celerylint.origin import Unknown, Value
from celerylint.session import model

APP = """
from celery import Celery
app = Celery("shop", broker="amqp://")
{more}
"""
POD = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: beat}}
spec:
  selector: {{matchLabels: {{app: beat}}}}
  template:
    metadata: {{labels: {{app: beat}}}}
    spec:
      containers:
        - name: beat
          image: shop
          command: [celery, -A, shop, beat{words}]
          {more}
          securityContext: {{readOnlyRootFilesystem: {read_only}}}
          volumeMounts: [{mounts}]
      volumes:
        - {{name: empty, emptyDir: {{}}}}
        - {{name: claim, persistentVolumeClaim: {{claimName: beat}}}}
        - {{name: config, configMap: {{name: beat}}}}
"""


def plain(value: Value[Any]) -> Any:
    return "?" if isinstance(value.value, Unknown) else value.value


def beat(root: Path, manifest: str, code: str = "") -> Beat:
    files = {"shop.py": APP.format(more=code), "beat.yaml": manifest}
    (found,) = model(written(root, files), Configuration()).project.beats
    return found


def pod(root: Path, words: str = "", mounts: str = "", read_only: str = "true", more: str = "", code: str = "") -> Beat:
    return beat(root, POD.format(words=words, mounts=mounts, read_only=read_only, more=more), code)


EMPTY, CLAIM = "{name: empty, mountPath: /tmp}", "{name: claim, mountPath: /data}"


@pytest.mark.parametrize(
    ("words", "mounts", "read_only", "writable", "survives"),
    [
        ("", "", "false", True, False),
        ("", "", "true", False, False),
        (", -s, /tmp/schedule", EMPTY, "true", True, False),
        (", -s, /var/schedule", EMPTY, "true", False, False),
        (", -s, /tmpfile", EMPTY, "true", False, False),
        (", -s, /data/schedule", CLAIM, "true", True, True),
        (", -s, /data/schedule", "{name: claim, mountPath: /data, readOnly: true}", "true", False, True),
        (", -s, /dev/shm/schedule", "", "true", True, False),
        (", -s, /data/schedule", "{name: config, mountPath: /etc/shop}", "true", False, False),
        (", -s, schedule", CLAIM, "true", "?", "?"),
        (", -S, redbeat.RedBeatScheduler", "", "true", True, True),
    ],
)
def test_a_schedule_file_in_a_pod(
    tmp_path: Path, words: str, mounts: str, read_only: str, writable: object, survives: object
) -> None:
    found = pod(tmp_path, words, mounts, read_only)
    assert (plain(found.schedule_writable), plain(found.schedule_survives)) == (writable, survives)


def test_a_path_counts_from_the_working_directory(tmp_path: Path) -> None:
    found = pod(tmp_path, mounts=CLAIM, more="workingDir: /data")
    assert (found.schedule_writable.value, found.schedule_survives.value) == (True, True)
    assert found.schedule_file.value == "celerybeat-schedule"


def test_the_setting_names_the_file_as_well(tmp_path: Path) -> None:
    found = pod(tmp_path, mounts=EMPTY, code='app.conf.beat_schedule_filename = "/tmp/schedule"')
    assert (found.schedule_file.value, found.schedule_writable.value) == ("/tmp/schedule", True)


def test_what_runs_on_a_machine_keeps_its_files(tmp_path: Path) -> None:
    unit = "[Service]\nExecStart=/usr/bin/celery -A shop beat\n[Install]\nWantedBy=multi-user.target\n"
    files = {"shop.py": APP.format(more=""), "beat.service": unit}
    (found,) = model(written(tmp_path, files), Configuration()).project.beats
    assert (found.schedule_writable.value, found.schedule_survives.value) == (True, True)


def task(root: Path, text: str) -> Task:
    files = {"shop.py": APP.format(more=text)}
    return model(written(root, files), Configuration()).project.tasks[0]


@pytest.mark.parametrize(
    "lines",
    [
        "@app.task\ndef fetch(url):\n    with redis.lock(url): ...\n",
        "@app.task\ndef fetch(url):\n    if cache.add(url, 1): ...\n",
        "@app.task(base=QueueOnce)\ndef fetch(url): ...\n",
        "@app.task\n@only_once\ndef fetch(url): ...\n",
        "@app.task\ndef fetch(url):\n    Order.objects.get_or_create(url=url)\n",
        "@app.task\ndef fetch(url):\n    client.set(url, 1, nx=True)\n",
        "@app.task\ndef fetch(url):\n    post(url, headers={'Idempotency-Key': url})\n",
    ],
)
def test_what_may_guard_against_a_second_run_is_told(tmp_path: Path, lines: str) -> None:
    assert task(tmp_path, lines).guards


def test_a_task_without_such_words_has_no_guard(tmp_path: Path) -> None:
    found = task(tmp_path, "@app.task(expires=30)\ndef fetch(url):\n    post(url, timeout=5)\n")
    assert found.guards == ()
    assert plain(found.expires) == 30
