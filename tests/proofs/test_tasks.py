"""What tasks do that Celery does not expect of them: wait for each other, share a name, miss their `self`."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

from proofs.versions import CELERY, REDIS
from proofs.workshop import Workshop

Proves = Callable[[str, str], None]

WAITING = """
from celery import chain

app = Celery("proof", broker=os.environ["BROKER"], backend=os.environ["BROKER"])


@app.task
def price():
    return 10


@app.task
def note_total(price):
    note("total", price)


@app.task
def waits():
    try:
        note("total", price.delay().get())
    except RuntimeError as error:
        note("refused", *str(error).split())


@app.task
def chains():
    chain(price.s(), note_total.s())()
"""


def test_a_result_is_refused_within_a_task(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(WAITING)
    worker = redis_shop.worker("-c2")
    redis_shop.send("waits")
    refused = redis_shop.happens("refused")
    assert not redis_shop.noted("total")
    redis_shop.send("chains")
    total = redis_shop.happens("total")
    worker.kill()
    words = " ".join(refused[0].words[:6])
    assert words == "Never call result.get() within a task!" and total[0].words == ("10",)
    proves(
        "get-inside-task",
        f"{CELERY}, {REDIS}, prefork with two processes: `.get()` within a task raised `RuntimeError: {words}`; "
        f"a chain of the same two tasks came to its end.",
    )


SAME_NAME = """
app = Celery("proof", broker=os.environ["BROKER"])


@app.task(name="proof.send")
def send_mail():
    note("ran", "send_mail")


@app.task(name="proof.{second}")
def send_parcel():
    note("ran", "send_parcel")


@app.task
def begin():
    send_mail.delay()
    send_parcel.delay()
"""


def test_of_two_tasks_with_one_name_one_runs_twice(redis_shop: Workshop, proves: Proves) -> None:
    # Which one is kept depends on addresses in memory (celery/_state.py walks a set): either is right.
    assert len(set(_ran(redis_shop, "send"))) == 1
    assert _ran(redis_shop, "send_parcel") == ["send_mail", "send_parcel"]
    proves(
        "task-name-collision",
        f"{CELERY}, {REDIS}: with one name `send_mail.delay()` and `send_parcel.delay()` both ran one and the same "
        f"function; with two names each ran its own.",
    )


def _ran(shop: Workshop, second: str) -> list[str]:
    shop.app(SAME_NAME.format(second=second))
    worker = shop.worker("-c1")
    shop.send("begin")
    noted = shop.happens("ran", 2)
    worker.kill()
    return sorted(each.words[0] for each in noted)


SELF = """
app = Celery("proof", broker=os.environ["BROKER"])


@app.task
def without(self, order):
    self.retry()


@app.task(bind=True)
def nothing():
    note("ran", "nothing")


@app.task(bind=True)
def bound(self, order):
    note("ran", self.name)
"""


def test_self_is_given_to_bound_tasks_alone(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(SELF)
    worker = redis_shop.worker("-c1")
    redis_shop.send("without", "an", "order")
    redis_shop.send("without", "order")
    redis_shop.send("nothing")
    redis_shop.send("bound", "order")
    ran = redis_shop.happens("ran")
    worker.kill()
    lost = "AttributeError: 'str' object has no attribute 'retry'"
    missing, surplus = "missing 1 required positional argument: 'order'", "takes 0 positional arguments but 1 was given"
    assert [each.words for each in ran] == [("proof.bound",)]
    assert lost in worker.output and missing in worker.output and surplus in worker.output
    proves(
        "task-self-mismatch",
        f"{CELERY}, {REDIS}: without `bind` a task with `self` failed with `{missing}`, and with one argument more "
        f"with `{lost}`; with `bind` and no argument it failed with `{surplus}`; with both it ran.",
    )


SILENT = """
import socket, urllib.request

app = Celery("proof", broker=os.environ["BROKER"])


@app.task
def fetch(port, timeout):
    note("begins")
    options = {"timeout": timeout} if timeout else {}
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", **options)
    except OSError as error:
        note("ends", type(error).__name__)
"""


def test_a_server_that_says_nothing_holds_a_task(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(SILENT)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(8)
        worker = redis_shop.worker("-c1")
        redis_shop.send("fetch", server.getsockname()[1], 0.5)
        redis_shop.happens("ends")
        redis_shop.send("fetch", server.getsockname()[1], None)
        redis_shop.send("fetch", server.getsockname()[1], 0.5)
        redis_shop.happens("begins", 2)
        time.sleep(3)
        worker.kill()
    assert len(redis_shop.noted("ends")) == 1 and len(redis_shop.noted("begins")) == 2
    proves(
        "task-blocking-no-timeout",
        f"{CELERY}, {REDIS}, one process, a server that accepts and says nothing: with `timeout=0.5` the task ended; "
        f"without one it was still waiting after 3 s, and the task behind it had not begun.",
    )


ENCODING = """
import dataclasses

app = Celery("proof", broker=os.environ["BROKER"])


@dataclasses.dataclass
class Order:
    number: int


@app.task
def confirm(order):
    note("ran", order)


@app.task
def begin():
    for given in (Order(7), {7}, Order(7).number):
        try:
            confirm.delay(given)
        except Exception as error:
            note("refused", type(error).__name__, *str(error).split())
"""


def test_json_has_no_words_for_objects(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(ENCODING)
    worker = redis_shop.worker("-c1")
    redis_shop.send("begin")
    ran = redis_shop.happens("ran")
    worker.kill()
    refused = [" ".join(each.words) for each in redis_shop.noted("refused")]
    wanted = [f"EncodeError Object of type {name} is not JSON serializable" for name in ("Order", "set")]
    assert refused == wanted and [each.words for each in ran] == [("7",)]
    proves(
        "argument-not-serializable",
        f"{CELERY}, {REDIS}: `.delay()` with a dataclass and with a set raised `EncodeError`, and no message was sent; "
        f"with the number in it the task ran.",
    )


LIMITED = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(worker_prefetch_multiplier=1, task_default_queue={queue!r})


@app.task(rate_limit="1/s")
def post():
    note("ran")
"""


def test_each_worker_counts_for_itself(redis_shop: Workshop, proves: Proves) -> None:
    gaps = {workers: _gap(redis_shop, workers) for workers in (1, 2)}
    assert gaps[1] > 0.9 and gaps[2] < 0.8
    proves(
        "rate-limit-is-per-worker",
        f"{CELERY}, {REDIS}, `rate_limit='1/s'`: one worker began a task every {gaps[1]:.1f} s, two workers "
        f"together one every {gaps[2]:.1f} s.",
    )


def _gap(shop: Workshop, workers: int) -> float:
    """The average time between the starts of two tasks, in seconds: a single one may begin late."""
    shop.app(LIMITED.format(queue=f"limited-{workers}"))
    started = [shop.worker("-c1") for _ in range(workers)]
    for _ in range(8):
        shop.send("post", queue=f"limited-{workers}")
    times = [each.time for each in shop.happens("ran", 8)]
    for worker in started:
        worker.kill()
    return (times[-1] - times[0]) / (len(times) - 1)
