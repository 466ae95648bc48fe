"""The transport of a broker whose URL is only partly known."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import written

from celerylint.model import Project
from celerylint.session import model

APP = """
import os
from celery import Celery
from environ import Env

HOST = os.environ["HOST"]

app = Celery("shop", broker={url})
"""


def shop(root: Path, url: str, compose: str) -> Project:
    return model(written(root, {"shop.py": APP.format(url=url), "compose.yaml": compose})).project


SECRET = "services:\n  w:\n    image: shop\n    command: celery -A shop worker\n    environment: [HOST]\n"


@pytest.mark.parametrize(
    "url",
    [
        'f"redis://{HOST}:6379/0"',
        'f"redis://{HOST}" + "/0"',
        '"redis://" + HOST + "/0"',
        '"redis://%s/0" % HOST',
        '"redis://{}/0".format(HOST)',
        '"redis" + f"://{HOST}"',
    ],
)
def test_the_scheme_in_front_of_an_unknown_host_is_the_transport(url: str, tmp_path: Path) -> None:
    (worker,) = shop(tmp_path, url, SECRET).workers
    assert worker.broker.transport.get() == "redis"
    assert worker.broker.visibility_timeout.get() == 3600.0
    assert not worker.settings["broker_url"].known


@pytest.mark.parametrize(
    "url",
    [
        "HOST",
        'f"{HOST}://redis:6379/0"',
        'f"redis://{HOST}".replace("redis", "amqp")',
        'f"redis://{HOST}".partition("//")[2]',
        'f"redis://{HOST}".upper()',
        'f"redis:{HOST}"',
        'f"{"redis://" + HOST!r}"',
        '("redis://" + HOST)[8:]',
        'max("redis://" + HOST, "amqp://b")',
        'HOST and "redis://a"',
        '("redis://" + HOST)[0]',
        'Env().list("URL")',
    ],
)
def test_what_is_made_of_an_unknown_text_begins_otherwise(url: str, tmp_path: Path) -> None:
    (worker,) = shop(tmp_path, url, SECRET).workers
    assert not worker.broker.transport.known


KUBERNETES = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: w}
spec:
  template:
    spec:
      containers:
        - name: w
          image: shop
          args: [celery, -A, shop, worker]
          env:
            - name: PASSWORD
              valueFrom: {secretKeyRef: {name: redis, key: password}}
            - name: URL
              value: rediss://:$(PASSWORD)@redis:6379/0
"""
COMPOSE = SECRET.replace("[HOST]", "{URL: 'redis://:${PASSWORD}@redis'}")


@pytest.mark.parametrize("manifest", [KUBERNETES, COMPOSE])
@pytest.mark.parametrize(
    "url",
    ['os.environ["URL"]', 'os.environ.get("URL", "amqp://")', 'os.getenv("URL")', 'Env()("URL")', 'Env().str("URL")'],
)
def test_a_url_with_a_secret_in_it_still_tells_the_transport(url: str, manifest: str, tmp_path: Path) -> None:
    (worker,) = shop(tmp_path, url, manifest).workers
    assert worker.broker.transport.get() == "redis"
    assert not worker.settings["broker_url"].known


def test_an_env_file_tells_the_beginning_too(tmp_path: Path) -> None:
    (tmp_path / "app.env").write_text("URL=redis://:${PASSWORD}@redis\n")
    compose = SECRET.replace("environment: [HOST]", "env_file: app.env")
    (worker,) = shop(tmp_path, 'os.environ["URL"]', compose).workers
    assert worker.broker.transport.get() == "redis"
