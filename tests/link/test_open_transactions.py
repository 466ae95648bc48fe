"""What is sent within a transaction that something else opened: another function, or Django around a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.configuration import Configuration
from celerylint.model import Transaction
from celerylint.session import model

CELERY = """
import os
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
app = Celery("shop", broker="amqp://rabbitmq//")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task
def confirm(order):
    ...
"""
SETTINGS = 'DATABASES = {"default": {"ATOMIC_REQUESTS": True}}\n'
VIEW = """
from django.views import View
from shop.celery import confirm


class Buy(View):
    def post(self, request):
        request.cart.save()
        confirm.delay(request.cart.pk)
"""
OPENING = """
from django.db import transaction
from shop.celery import confirm


def tell(order):
    confirm.delay(order.pk)


def buy(cart):
    with transaction.atomic():
        {}
"""


def transactions(root: Path, **files: str) -> list[Transaction]:
    """The transactions of the dispatches of a project that has such an app."""
    for name, text in {"__init__": "", "celery": CELERY, "settings": "", **files}.items():
        (root / "shop").mkdir(exist_ok=True)
        (root / "shop" / f"{name}.py").write_text(text)
    found = model(root, Configuration()).project.dispatches
    return [each.transaction for each in found if each.transaction is not None and each.transaction.writes]


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS,
        'import environ\nDATABASES = {"default": environ.Env().db("URL")}\n'
        'DATABASES["default"]["ATOMIC_REQUESTS"] = True\n',
    ],
)
def test_a_view_is_a_transaction_where_the_settings_say_so(tmp_path: Path, settings: str) -> None:
    (found,) = transactions(tmp_path, settings=settings, views=VIEW)
    assert found.name == "a request (ATOMIC_REQUESTS)"
    assert found.span.path == "shop/settings.py"
    assert [write.span.line for write in found.writes] == [8]


@pytest.mark.parametrize(
    ("settings", "view"),
    [
        ("", VIEW),
        (SETTINGS.replace("True", "False"), VIEW),
        # It is read from somewhere else.
        ('import os\nDATABASES = {"default": {"ATOMIC_REQUESTS": os.environ["ATOMIC"]}}\n', VIEW),
        # Django reads it from the database, not from here.
        ("ATOMIC_REQUESTS = True\n" + SETTINGS.replace('"ATOMIC_REQUESTS": True', ""), VIEW),
        # No view of Django's.
        (SETTINGS, VIEW.replace("from django.views import View", "from other import View  # django.views")),
        (SETTINGS, VIEW.replace("def post", "def helper")),
        # Taken out.
        (
            SETTINGS,
            VIEW.replace("class Buy", "@method_decorator(transaction.non_atomic_requests, name='dispatch')\nclass Buy"),
        ),
        (SETTINGS, f"{VIEW}\n\nurlpatterns = [path('buy', transaction.non_atomic_requests(Buy.as_view()))]\n"),
        (SETTINGS, f"{VIEW}\n\ndef broken(:\n"),
    ],
)
def test_other_views_are_none(tmp_path: Path, settings: str, view: str) -> None:
    assert transactions(tmp_path, settings=settings, views=view) == []


def test_the_calls_that_lead_from_a_transaction_are_shown(tmp_path: Path) -> None:
    (found,) = transactions(tmp_path, orders=OPENING.format("cart.save()\n        tell(cart)"))
    assert [(hop.name, hop.span.line) for hop in found.through] == [("tell(…)", 13)]
    assert [write.span.line for write in found.writes] == [12]


@pytest.mark.parametrize("inside", ["tell(cart)\n        cart.save()", "cart.save()\n    tell(cart)", "tell(cart)"])
def test_what_is_sent_before_a_change_or_behind_the_block_is_not_sent_too_early(tmp_path: Path, inside: str) -> None:
    assert transactions(tmp_path, orders=OPENING.format(inside)) == []
