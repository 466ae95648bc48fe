"""What Celery makes of settings that are spelt, placed or typed in ways that it does not expect."""

from __future__ import annotations

import sys
from collections.abc import Callable

from proofs.versions import CELERY, REDIS
from proofs.workshop import PATIENCE, Workshop

Proves = Callable[[str, str], None]

CONFIGURED = """
app = Celery("proof", broker=os.environ["BROKER"])
{lines}


@app.task
def build(seconds=0):
    note("runs")
"""


def _setting(shop: Workshop, lines: str, name: str = "task_acks_late") -> str:
    """What a setting is in the end, as it is printed."""
    shop.app(CONFIGURED.format(lines=lines))
    return shop.says(f"import proof; print(proof.app.conf.{name})").strip().splitlines()[-1]


def test_a_prefix_needs_a_namespace(quiet_shop: Workshop, proves: Proves) -> None:
    (quiet_shop.folder / "written.py").write_text("CELERY_TASK_ACKS_LATE = True\n")
    calls = [f"app.config_from_object('written'{argument})" for argument in ("", ", namespace='CELERY'")]
    found = [_setting(quiet_shop, lines) for lines in calls]
    assert found == ["False", "True"]
    proves(
        "namespace-missing",
        f"{CELERY}: with `CELERY_TASK_ACKS_LATE = True` in the object, `task_acks_late` was {found[0]} without a "
        f"namespace and {found[1]} with `namespace='CELERY'`.",
    )


def test_a_wrong_letter_is_taken_without_a_word(quiet_shop: Workshop, proves: Proves) -> None:
    found = [_setting(quiet_shop, f"app.conf.update({name}=True)") for name in ("task_ack_late", "task_acks_late")]
    assert found == ["False", "True"]
    proves(
        "setting-typo",
        f"{CELERY}: after `app.conf.update(task_ack_late=True)`, `app.conf.task_acks_late` was {found[0]}; with the "
        f"right name it was {found[1]}.",
    )


def test_the_common_acknowledgement_setting_is_on_its_way_out(quiet_shop: Workshop, proves: Proves) -> None:
    warned = {}
    for name in ("task_acks_on_failure_or_timeout", "task_acks_on_timeout"):
        (quiet_shop.folder / "written.py").write_text(f"{name} = False\n")
        quiet_shop.app(CONFIGURED.format(lines="app.config_from_object('written')"))
        output = quiet_shop.says("import proof; print(proof.app.conf.task_acks_on_timeout)", PYTHONWARNINGS="default")
        warned[name] = f"The {name!r} setting is scheduled for deprecation" in output
    assert warned == {"task_acks_on_failure_or_timeout": True, "task_acks_on_timeout": False}
    proves(
        "deprecated-acks-setting",
        f"{CELERY}: `task_acks_on_failure_or_timeout` in a configuration object gave a warning that it is scheduled "
        f"for deprecation, `task_acks_on_timeout` none.",
    )


def test_old_names_beside_new_ones_are_refused(quiet_shop: Workshop, proves: Proves) -> None:
    mixed = _setting(quiet_shop, "app.conf.update(CELERY_ACKS_LATE=True, worker_prefetch_multiplier=1)")
    alike = _setting(quiet_shop, "app.conf.update(task_acks_late=True, worker_prefetch_multiplier=1)")
    assert alike == "True" and mixed != "True"
    assert "celery.exceptions.ImproperlyConfigured" in (quiet_shop.folder / "process-1.log").read_text()
    proves(
        "mixed-old-new-settings",
        f"{CELERY}: `CELERY_ACKS_LATE` beside `worker_prefetch_multiplier` raised `ImproperlyConfigured` at the first "
        f"use of `app.conf`; with `task_acks_late` instead it was {alike}.",
    )


def test_the_app_wins_over_its_object(quiet_shop: Workshop, proves: Proves) -> None:
    (quiet_shop.folder / "written.py").write_text("task_acks_late = True\n")
    read = "app.config_from_object('written')"
    found = [_setting(quiet_shop, lines) for lines in (f"app.conf.task_acks_late = False\n{read}", read)]
    assert found == ["False", "True"]
    proves(
        "shadowed-setting",
        f"{CELERY}: with `app.conf.task_acks_late = False` in front of a `config_from_object` that says True, it was "
        f"{found[0]}; without that line {found[1]}.",
    )


def test_the_last_object_replaces_the_others(quiet_shop: Workshop, proves: Proves) -> None:
    (quiet_shop.folder / "first.py").write_text("task_acks_late = True\n")
    (quiet_shop.folder / "second.py").write_text("worker_prefetch_multiplier = 1\n")
    (quiet_shop.folder / "both.py").write_text("from first import *\nfrom second import *\n")
    two = "app.config_from_object('first')\napp.config_from_object('second')"
    found = [_setting(quiet_shop, lines) for lines in (two, "app.config_from_object('both')")]
    assert found == ["False", "True"]
    proves(
        "config-object-replaced",
        f"{CELERY}: `task_acks_late = True` of a first object was {found[0]} after `config_from_object` with a second "
        f"one, and {found[1]} with one object that imports both.",
    )


def test_a_text_is_no_number(redis_shop: Workshop, proves: Proves) -> None:
    text, number = (_processes(redis_shop, limit) for limit in ("'200000'", "200000"))
    assert (text, number) == (3, 1)
    proves(
        "setting-type",
        f'{CELERY}, {REDIS}: three tasks with `worker_max_memory_per_child="200000"` ran in {text} '
        f"processes, as each ended with a `TypeError`; with the number they ran in {number}.",
    )


def _processes(shop: Workshop, limit: str) -> int:
    queue = "text" if limit.startswith("'") else "number"
    lines = f"app.conf.update(worker_max_memory_per_child={limit}, task_default_queue={queue!r})"
    shop.app(CONFIGURED.format(lines=lines))
    worker = shop.worker("-c1")
    for number in range(1, 4):
        shop.send("build", queue=queue)
        shop.happens("runs", number)
        if queue == "text":
            worker.waits_for("TypeError")
    worker.kill()
    return len({each.pid for each in shop.noted("runs")})


def test_an_eager_task_runs_where_it_is_called(quiet_shop: Workshop, proves: Proves) -> None:
    calls = "import os, proof; proof.build.delay(); print(os.getpid())"
    found = {}
    for eager in (True, False):
        quiet_shop.app(CONFIGURED.format(lines=f"app.conf.task_always_eager = {eager}"))
        output = quiet_shop.says(calls).strip().splitlines()
        found[eager] = [each.pid for each in quiet_shop.noted("runs")] == [int(output[-1])]
    assert found == {True: True, False: False}
    proves(
        "always-eager-prod",
        f"{CELERY}: with `task_always_eager`, `delay()` ran the task in the process that called it, without a worker; "
        f"without the setting the task did not run there.",
    )


def test_a_chord_needs_a_backend_that_counts(quiet_shop: Workshop, proves: Proves) -> None:
    sends = "import proof; from celery import chord; chord([proof.build.s()])(proof.build.si()); print('sent')"
    found = {}
    for backend in ("None", "'rpc://'", "'cache+memory://'"):
        quiet_shop.app(CONFIGURED.format(lines=f"app.conf.result_backend = {backend}"))
        output = quiet_shop.says(sends)
        found[backend] = "NotImplementedError" if "NotImplementedError" in output else output.strip()[-4:]
    assert found == {"None": "NotImplementedError", "'rpc://'": "NotImplementedError", "'cache+memory://'": "sent"}
    proves(
        "chord-without-backend",
        f"{CELERY}: a chord raised `NotImplementedError` without a backend and with `rpc://`, and was sent with a "
        f"backend in memory.",
    )


def test_what_is_not_accepted_is_dropped(redis_shop: Workshop, proves: Proves) -> None:
    for accepted in (["json"], ["json", "yaml"]):
        queue = f"accepts-{len(accepted)}"
        lines = f"app.conf.update(accept_content={accepted}, task_default_queue={queue!r})"
        redis_shop.app(CONFIGURED.format(lines=lines))
        worker = redis_shop.worker("-c1")
        redis_shop.send("build", queue=queue, serializer="yaml")
        if len(accepted) == 1:
            worker.waits_for("Refusing to deserialize")
            redis_shop.send("build", queue=queue)
        assert len(redis_shop.happens("runs")) == 1
        worker.kill()
    proves(
        "serializer-not-accepted",
        f"{CELERY}, {REDIS}: a message in YAML was refused and dropped by a worker that accepts JSON, which went on "
        f"with the next one; a worker that accepts YAML ran it.",
    )


def test_celery_5_refuses_the_command_line_of_celery_4(quiet_shop: Workshop, proves: Proves) -> None:
    quiet_shop.app(CONFIGURED.format(lines=""))
    ended = {}
    for words in (("worker", "-A", "proof"), ("-A", "proof", "worker", "--maxtasksperchild=4")):
        started = quiet_shop.start([sys.executable, "-m", "celery", *words])
        ended[words] = started.process.wait(PATIENCE)
        assert "No such option" in started.output
    assert set(ended.values()) == {2}
    worker = quiet_shop.worker("--pool=solo", "--max-tasks-per-child=4")
    assert worker.process.poll() is None
    proves(
        "deprecated-cli",
        f'{CELERY}: `celery worker -A proof` and `--maxtasksperchild=4` ended with "No such option" and code 2; '
        f"`celery -A proof worker --max-tasks-per-child=4` got ready.",
    )


def test_results_without_an_end_stay(redis_shop: Workshop, proves: Proves) -> None:
    from redis import Redis

    left = {}
    for expires in (None, 600):
        queue = f"expires-{expires}"
        lines = f"app.conf.update(result_backend=app.conf.broker_url, result_expires={expires}, "
        redis_shop.app(CONFIGURED.format(lines=f"{lines}task_default_queue={queue!r})"))
        worker = redis_shop.worker("-c1", "-Psolo")
        client = Redis.from_url(redis_shop.url)
        before = set(client.keys("celery-task-meta-*"))
        assert "done" in redis_shop.says("import proof; proof.build.delay().get(timeout=30); print('done')")
        (key,) = set(client.keys("celery-task-meta-*")) - before
        left[expires] = client.ttl(key)
        worker.kill()
    assert left[None] == -1 and 500 < left[600] <= 600
    proves(
        "result-expires-never",
        f"{CELERY}, {REDIS}: the key of a result had no time to live with `result_expires=None`, and one of at most "
        f"600 s with 600.",
    )


def test_the_queue_reads_its_own_options(redis_shop: Workshop, proves: Proves) -> None:
    asks = "import proof; print(proof.app.connection_for_read().default_channel.visibility_timeout)"
    found = []
    for name in ("result_backend_transport_options", "broker_transport_options"):
        redis_shop.app(CONFIGURED.format(lines=f"app.conf.{name} = {{'visibility_timeout': 18000}}"))
        found.append(redis_shop.says(asks).strip().splitlines()[-1])
    assert found == ["3600", "18000"]
    proves(
        "result-vt-mismatch",
        f"{CELERY}, {REDIS}: with a visibility timeout of 18000 s in `result_backend_transport_options` the queue's "
        f"connection had {found[0]} s, with the same in `broker_transport_options` {found[1]} s.",
    )
