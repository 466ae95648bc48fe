"""Where tasks go by their routes, and workers that take nothing."""

from __future__ import annotations

from collections.abc import Callable

from proofs.versions import CELERY, RABBITMQ, REDIS
from proofs.workshop import Workshop

Proves = Callable[[str, str], None]

ROUTED = """
from celery.signals import before_task_publish

app = Celery("proof", broker=os.environ["BROKER"])
app.conf.task_routes = {routes}


@before_task_publish.connect
def published(routing_key=None, **more):
    note("sent", routing_key)


@app.task({options})
def report_1():
    pass
"""
SENDS = "import proof; proof.report_1.delay()"


def _queue(shop: Workshop, routes: str, options: str = "") -> str:
    """The queue that the task goes to."""
    shop.app(ROUTED.format(routes=routes, options=options))
    output = shop.says(SENDS)
    sent = shop.noted("sent")
    assert sent, output
    return sent[0].words[0]


def test_a_pattern_without_a_star_is_a_name(quiet_shop: Workshop, proves: Proves) -> None:
    found = {key: _queue(quiet_shop, f"{{'{key}': 'reports'}}") for key in ("proof.report_?", "proof.report_*")}
    assert found == {"proof.report_?": "celery", "proof.report_*": "reports"}
    proves(
        "route-pattern-qmark",
        f"{CELERY}: the task `proof.report_1` went to the queue `celery` by a route for `proof.report_?` to `reports`, "
        f"and to `reports` by one for `proof.report_*`.",
    )


def test_a_route_that_matches_nothing_leaves_the_default_queue(quiet_shop: Workshop, proves: Proves) -> None:
    found = {key: _queue(quiet_shop, f"{{'{key}': 'reports'}}") for key in ("reports.*", "proof.*")}
    assert found == {"reports.*": "celery", "proof.*": "reports"}
    proves(
        "route-pattern-dead",
        f"{CELERY}: the task `proof.report_1` went to the queue `celery` by a route for `reports.*` to `reports`, and "
        f"to `reports` by one for `proof.*`.",
    )


def test_the_first_pattern_wins(quiet_shop: Workshop, proves: Proves) -> None:
    wide, narrow = "'proof.*': 'fast'", "'proof.report_*': 'reports'"
    found = [_queue(quiet_shop, f"{{{first}, {second}}}") for first, second in ((wide, narrow), (narrow, wide))]
    assert found == ["fast", "reports"]
    proves(
        "route-shadowed-glob",
        f"{CELERY}: with routes for `proof.*` and `proof.report_*` in this order the task `proof.report_1` went where "
        f"`proof.*` says, in the other order where `proof.report_*` says.",
    )


def test_the_own_queue_wins_over_the_route(quiet_shop: Workshop, proves: Proves) -> None:
    routes = "{'proof.report_1': 'reports'}"
    found = [_queue(quiet_shop, routes, options) for options in ("queue='slow'", "")]
    assert found == ["slow", "reports"]
    proves(
        "task-queue-attr-overrides-routes",
        f"{CELERY}: a task with `queue='slow'` and a route to `reports` went to `slow`, and to `reports` without the "
        f"option.",
    )


def test_a_list_of_pairs_needs_a_list_around_it(quiet_shop: Workshop, proves: Proves) -> None:
    pairs = "[('proof.report_1', 'reports')]"
    quiet_shop.app(ROUTED.format(routes=pairs, options=""))
    assert "ValueError: too many values to unpack" in quiet_shop.says(SENDS)
    assert _queue(quiet_shop, f"({pairs},)") == "reports"
    proves(
        "route-list-not-wrapped",
        f"{CELERY}: `delay()` raised `ValueError: too many values to unpack` with `[(…, …)]`, and sent the task to the "
        f"queue of the route with `([(…, …)],)`.",
    )


TAKEN = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.task_default_queue = "{queue}"


@app.task
def build():
    note("runs", os.getppid())
"""


def test_a_worker_without_a_queue_takes_nothing(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(TAKEN.format(queue="excluded"))
    without = redis_shop.worker("-c1", "-X", "excluded")
    redis_shop.send("build", queue="excluded")
    other = redis_shop.worker("-c1")
    redis_shop.send("build", queue="excluded")
    parents = [int(each.words[0]) for each in redis_shop.happens("runs", 2)]
    assert parents == [other.process.pid] * 2 and without.process.poll() is None
    proves(
        "exclude-all-queues",
        f"{CELERY}, {REDIS}: of {len(parents)} tasks the worker with `-X` for its only queue ran "
        f"{parents.count(without.process.pid)}, although it was ready first, and the one without `-X` "
        f"{parents.count(other.process.pid)}.",
    )


LISTED = """
from kombu import Queue

app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(task_default_queue="unlisted", task_queues=[Queue(name) for name in {names}], {more})


@app.task
def build():
    note("runs")
"""


def test_nobody_takes_from_a_queue_that_no_worker_names(redis_shop: Workshop, proves: Proves) -> None:
    from redis import Redis

    redis_shop.app(TAKEN.format(queue="reports"))
    worker = redis_shop.worker("-c1", "-Q", "report")
    redis_shop.send("build", queue="reports")
    redis_shop.send("build", queue="report")
    redis_shop.happens("runs")
    client = Redis.from_url(redis_shop.url)
    waiting, lives = client.llen("reports"), client.ttl("reports")
    assert (waiting, lives, len(redis_shop.noted("runs"))) == (1, -1, 1)
    worker.kill()
    right = redis_shop.worker("-c1", "-Q", "reports")
    redis_shop.happens("runs", 2)
    right.kill()
    proves(
        "queue-without-consumer",
        f"{CELERY}, {REDIS}: a worker with `-Q report` ran the task that was sent to `report`; the one that was sent "
        f"to `reports` before it waited in Redis, without a time to live, until one with `-Q reports` was started.",
    )


def test_the_default_queue_has_to_be_listed(redis_shop: Workshop, proves: Proves) -> None:
    taken = {}
    for names in (("other",), ("other", "unlisted")):
        redis_shop.app(LISTED.format(names=names, more=""))
        worker = redis_shop.worker("-c1")
        assert "sent" in redis_shop.says("import proof; proof.build.delay(); print('sent')")
        redis_shop.send("build", queue="other")
        redis_shop.happens("runs", len(names))
        taken[names] = len(redis_shop.noted("runs")) - 1
        worker.kill()
        _empty(redis_shop)
    assert taken == {("other",): 0, ("other", "unlisted"): 1}
    proves(
        "default-queue-not-in-task-queues",
        f"{CELERY}, {REDIS}: with `task_queues` and without `-Q`, a worker ran {taken[('other',)]} tasks of the "
        f"default queue where that was not listed, and {taken[('other', 'unlisted')]} where it was, before what was "
        f"sent later to a listed queue.",
    )


def _empty(shop: Workshop) -> None:
    from redis import Redis

    Redis.from_url(shop.url).flushall()


def test_a_misspelt_queue_is_made(quiet_shop: Workshop, proves: Proves) -> None:
    sends = "import proof; proof.build.apply_async(queue='repotrs'); print('sent')"
    found = {}
    for more in ("", "task_create_missing_queues=False"):
        quiet_shop.app(LISTED.format(names=("reports", "unlisted"), more=more))
        found[more] = quiet_shop.says(sends).strip().splitlines()[-1]
    assert found[""] == "sent" and "QueueNotFound" in found["task_create_missing_queues=False"]
    proves(
        "create-missing-queues-on",
        f"{CELERY}: with all queues in `task_queues`, a task for `repotrs` was sent; with "
        f"`task_create_missing_queues = False` the call raised `QueueNotFound`.",
    )


SORTED = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(task_default_queue={queue!r}, task_queue_max_priority={most}, worker_prefetch_multiplier=1)


@app.task
def build(number):
    note("runs", number)
"""


def _order(shop: Workshop, queue: str, most: int | None = None) -> list[str]:
    """The order in which messages of priority 5, 0 and 9, sent in this order, are run; two of 5 come before."""
    shop.app(SORTED.format(queue=queue, most=most))
    priorities = (5, 5, 0, 9)
    output = shop.says(
        f"import proof; [proof.build.apply_async((n,), priority=n) for n in {priorities}]; print('sent')"
    )
    assert output.strip().endswith("sent"), output
    worker = shop.worker("-c1", "-Psolo")
    found = [each.words[0] for each in shop.happens("runs", len(priorities))]
    worker.kill()
    return found


def test_rabbitmq_sorts_only_in_queues_that_are_declared_so(rabbitmq_shop: Workshop, proves: Proves) -> None:
    plain, sorting = _order(rabbitmq_shop, "plain"), _order(rabbitmq_shop, "sorting", 10)
    assert (plain, sorting) == (["5", "5", "0", "9"], ["9", "5", "5", "0"])
    proves(
        "priority-without-max",
        f"{CELERY}, {RABBITMQ}: messages that were sent with the priorities 5, 5, 0 and 9 were run in the order "
        f"{', '.join(plain)} without `task_queue_max_priority`, and {', '.join(sorting)} with 10.",
    )


def test_redis_takes_the_lowest_number_first(redis_shop: Workshop, proves: Proves) -> None:
    found = _order(redis_shop, "levels")
    assert found == ["0", "5", "5", "9"]
    proves(
        "redis-priority-inverted",
        f"{CELERY}, {REDIS}: messages that were sent with the priorities 5, 5, 0 and 9 were run in the order "
        f"{', '.join(found)}.",
    )
