"""RabbitMQ itself, as far as the repository runs or configures it."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.units import Seconds
from celerylint.model.version import Version
from celerylint.origin import Layer, Value, known, unknown


@dataclass(frozen=True, slots=True, eq=False)
class RabbitMQ:
    """The broker's own settings."""

    version: Value[Version]  # by the tags of its images; unknown where no image tells it
    consumer_timeout: Value[Seconds | None]
    """Of rabbitmq.conf, advanced.config or an environment variable, else 30 min (the default since 3.8.17). None: it is
    turned off. Unknown where the files disagree or a policy says it."""


UNSEEN = RabbitMQ(unknown("nothing in the repository runs RabbitMQ"), known(Seconds(1800), Layer.DEFAULT))
"""Of a repository that says nothing about it."""
