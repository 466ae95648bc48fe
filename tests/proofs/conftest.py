"""Brokers and workshops for the proofs, and the sentences that these leave for the pages."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proofs import brokers
from proofs.evidence import Proved, record
from proofs.workshop import Workshop, workshop


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis for all proofs of this process."""
    _needs("redis")
    with brokers.redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def rabbitmq_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A RabbitMQ for all proofs of this process."""
    _needs("rabbitmq")
    with brokers.rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as url:
        yield url


@pytest.fixture
def redis_shop(redis_url: str, tmp_path: Path) -> Iterator[Workshop]:
    """A workshop at an empty Redis."""
    from redis import Redis

    Redis.from_url(redis_url).flushall()
    with workshop(tmp_path, redis_url) as made:
        yield made


@pytest.fixture
def rabbitmq_shop(rabbitmq_url: str, tmp_path: Path) -> Iterator[Workshop]:
    """A workshop at a RabbitMQ; each proof names queues of its own."""
    with workshop(tmp_path, rabbitmq_url) as made:
        yield made


@pytest.fixture
def quiet_shop(tmp_path: Path) -> Iterator[Workshop]:
    """A workshop without a broker: what is sent goes nowhere."""
    with workshop(tmp_path, "memory://") as made:
        yield made


@pytest.fixture
def proves() -> Callable[[str, str], None]:
    """Says what was proved for a page, in a sentence with the numbers: the page's Evidence has the same."""

    def say(page: str, sentence: str) -> None:
        record(Proved(page, sentence))

    return say


def _needs(broker: str) -> None:
    if not brokers.installed(broker):
        message = f"{broker}-server is not installed: nothing is proved with it here"
        warnings.warn(message, stacklevel=2)
        pytest.skip(message)
