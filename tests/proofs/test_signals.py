"""Django's signals: what other connections to the database see while a handler runs."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

from proofs.versions import CELERY
from proofs.workshop import Workshop

Proves = Callable[[str, str], None]

DJANGO = """
import sqlite3

import django
from django.conf import settings

settings.configure(
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": {file!r}}}}}, INSTALLED_APPS=[]
)
django.setup()
from django.db import connection, models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

app = Celery("proof", broker="memory://")
app.conf.task_always_eager = True


class Order(models.Model):
    class Meta:
        app_label = "shop"


@app.task
def index(how):
    other = sqlite3.connect({file!r})  # as a worker in another process has its own connection
    note(how, other.execute("SELECT count(*) FROM shop_order").fetchone()[0])
    other.close()


@receiver(post_delete, sender=Order)
def deleted(instance, **more):
    index.delay("within")
    transaction.on_commit(lambda: index.delay("on_commit"))


if __name__ == "__main__":
    with connection.schema_editor() as editor:
        editor.create_model(Order)
    Order.objects.create().delete()
"""


def test_a_handler_runs_before_the_commit(quiet_shop: Workshop, proves: Proves) -> None:
    quiet_shop.app(DJANGO.format(file=str(quiet_shop.folder / "orders.sqlite3")))
    program = quiet_shop.python("proof.py")
    assert program.process.wait(60) == 0, program.output
    seen = {each.event: int(each.words[0]) for each in quiet_shop.noted()}
    assert seen == {"within": 1, "on_commit": 0}
    proves(
        "delay-in-signal-handler",
        f"{CELERY}, Django {version('django')}, SQLite: another connection saw {seen['within']} row of one that was "
        f"deleted while the handler of `post_delete` sent a task, and {seen['on_commit']} rows when "
        f"`transaction.on_commit` sent one.",
    )
