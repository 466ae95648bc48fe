"""Settings that Celery reads from its environment, or from each other (celery/app/utils.py:Settings)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celerylint.link.evaluate import Evaluator
from celerylint.origin import Layer, Origin, Unknown, Value

# Read from the environment by Celery itself, whatever the code says.
_FROM_ENVIRONMENT = {
    "broker_url": "CELERY_BROKER_URL",
    "broker_read_url": "CELERY_BROKER_READ_URL",
    "broker_write_url": "CELERY_BROKER_WRITE_URL",
    "result_backend": "CELERY_RESULT_BACKEND",
}
_FALLBACKS = {
    "broker_read_url": "broker_url",
    "broker_write_url": "broker_url",
    "task_default_exchange": "task_default_queue",
    "task_default_routing_key": "task_default_queue",
}


def with_fallbacks(evaluator: Evaluator, settings: Mapping[str, Value[Any]]) -> dict[str, Value[Any]]:
    """The settings with the environment's word over the code's, and what stands in for those that are None."""
    found = {name: _from_environment(evaluator, name, value) for name, value in settings.items()}
    for name, source in _FALLBACKS.items():
        if name in found and found[name].value is None:
            value = found[source]
            found[name] = Value(value.value, value.origin, (*value.shadowed, *found[name].shadowed))
    return found


def _from_environment(evaluator: Evaluator, name: str, value: Value[Any]) -> Value[Any]:
    variable = _FROM_ENVIRONMENT.get(name)
    # An open environment rarely holds these; where the code says a value, that is what the repository says.
    if variable is None or variable not in evaluator.environment.variables:
        return value
    given = evaluator.variable(variable)
    if isinstance(given.value, Unknown):
        return given.hiding(value)
    if not given.value:  # an empty text counts as absent
        return value
    return Value(given.value, Origin(Layer.ENVIRONMENT, given.origin.span, given.origin.via, variable), (value,))
