"""Tasks that are sent before the transaction of Django's ends that they depend on."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import pytest

from proofs.versions import CELERY, REDIS
from proofs.workshop import Workshop

Proves = Callable[[str, str], None]

ORDERS = """
from functools import partial
from pathlib import Path

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["testserver"],
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "orders.sqlite3", {requests}}}}},
    ROOT_URLCONF=__name__,
    USE_TZ=True,
)
django.setup()

from django.db import connection, models, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path

app = Celery("proof", broker=os.environ["BROKER"], task_default_queue={queue!r})


class Order(models.Model):
    class Meta:
        app_label = "proof"


def looked():
    while "looked" not in Path(os.environ["JOURNAL"]).read_text():
        time.sleep(0.01)


@app.task
def confirm(order):
    note("looked", "there" if Order.objects.filter(pk=order).exists() else "missing")


def tell(order):
    {tell}


def view(request):
    order = Order.objects.create()
    tell(order)
    {wait}
    return HttpResponse()


urlpatterns = [path("buy", view)]


@app.task
def buy():
    Client().get("/buy")


@app.task
def place():
    with transaction.atomic():
        order = Order.objects.create()
        tell(order)
        {wait}
"""
TABLE = "import proof\nwith proof.connection.schema_editor() as editor: editor.create_model(proof.Order)"
NOW, AFTER = "confirm.delay(order.pk)", "transaction.on_commit(partial(confirm.delay, order.pk))"


@pytest.mark.parametrize(
    ("task", "requests", "words"),
    [("place", "", "`transaction.atomic()`"), ("buy", '"ATOMIC_REQUESTS": True', "a view under `ATOMIC_REQUESTS`")],
)
def test_the_row_is_not_there_yet(redis_shop: Workshop, proves: Proves, task: str, requests: str, words: str) -> None:
    found = {
        name: _looked(redis_shop, task, ORDERS.format(tell=tell, wait=wait, requests=requests, queue=f"{task}-{name}"))
        for name, tell, wait in (("now", NOW, "looked()"), ("after", AFTER, "pass"))
    }
    assert found == {"now": "missing", "after": "there"}
    proves(
        "delay-in-transaction",
        f"{CELERY}, {REDIS}, Django {version('django')}, SQLite: a row that {words} had created was {found['now']} to "
        f"a task that `.delay()` had sent from there, and {found['after']} with `transaction.on_commit`.",
    )


def _looked(shop: Workshop, task: str, app: str) -> str:
    shop.app(app)
    (shop.folder / "orders.sqlite3").unlink(missing_ok=True)
    assert shop.says(TABLE) == ""
    worker = shop.worker("-c2")
    shop.send(task, queue=app.partition("task_default_queue='")[2].partition("'")[0])
    words = shop.happens("looked")[0].words
    worker.kill()
    return words[0]
