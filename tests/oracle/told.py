"""A value as JSON can hold it. It is run by any Python that has Celery, so it imports nothing of celerylint."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Any


def told(value: Any) -> Any:
    """A value as JSON can hold it: times as seconds, sets sorted, objects by their kind."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum) and not isinstance(value, (str, int)):
        return "object enum"
    if isinstance(value, dict):
        return {"{}": [[told(key), told(item)] for key, item in value.items()]}
    if isinstance(value, (set, frozenset)):
        return sorted((told(each) for each in value), key=repr)
    if isinstance(value, (list, tuple)):
        return [told(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (str, int, float)) or value is None:
        return value
    return f"object {type(value).__name__}"
