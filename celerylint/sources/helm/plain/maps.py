"""Functions that change maps, and those that copy them.

Helm shares its values among all templates of a chart, so that one that changes them changes what others write:
whoever calls these sees to that.
"""

from __future__ import annotations

import copy
import json
import math
from typing import Any

from celerylint.sources.helm.plain.values import Unknowable, doubtful


class SharedError(Exception):
    """A template changes the chart's values, or may have changed them, so that nothing is certain any more."""


class Shared(dict[str, Any]):
    """A map of the chart's values, which all of its templates see."""


def shared(value: Any) -> Any:
    """Values as those of a chart."""
    if isinstance(value, dict):
        return Shared({key: shared(each) for key, each in value.items()})
    return [shared(each) for each in value] if isinstance(value, list) else value


def fresh(value: Any) -> Any:
    """A copy that may be changed."""
    if isinstance(value, dict):
        return {key: fresh(each) for key, each in value.items()}
    return [fresh(each) for each in value] if isinstance(value, list) else copy.copy(value)


def _changeable(of: Any) -> dict[str, Any]:
    if not isinstance(of, dict):
        raise TypeError
    return of


def set_key(of: Any, key: Any, value: Any) -> Any:
    """`set`: changes the map, and gives it."""
    if not isinstance(key, str):
        raise TypeError
    _changeable(of)[key] = value
    return of


def unset(of: Any, key: Any) -> Any:
    """`unset`."""
    _changeable(of).pop(key, None)
    return of


def merge(of: Any, *others: Any) -> Any:
    """`merge`: what the first map lacks, or has empty, comes from the others (mergo)."""
    result = _changeable(of)
    for other in others:
        if not isinstance(other, dict):
            raise TypeError
        _fill(result, other)
    return result


def _fill(result: dict[str, Any], other: dict[str, Any]) -> None:
    for key, value in other.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and old:
            _fill(_changeable(old), value)
        elif not old and not isinstance(old, Unknowable):
            result[key] = fresh(value) if value or key not in result else old


def merge_over(of: Any, *others: Any) -> Any:
    """`mergeOverwrite`: what the others have, and not empty, wins (mergo)."""
    result = _changeable(of)
    for other in others:
        if not isinstance(other, dict):
            raise TypeError
        _cover(result, other)
    return result


def _cover(result: dict[str, Any], other: dict[str, Any]) -> None:
    for key, value in other.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            _cover(_changeable(old), value)
        elif value or isinstance(value, Unknowable) or key not in result:
            result[key] = fresh(value)


def to_json(value: Any) -> Any:
    """`toJson`, where Go escapes nothing and writes no exponent."""
    if doubtful(value):
        return Unknowable("a part of it is not known")
    text = json.dumps(_plain(value), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return Unknowable("Go escapes it") if any(sign in text for sign in "<>&\u2028\u2029") else text


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        if not math.isfinite(value) or abs(value) >= 1e15 or (value and abs(value) < 1e-3):
            raise ValueError
        return int(value) if value == int(value) else value
    return value


def from_json(text: Any) -> Any:
    """`fromJson`: all numbers are floats."""
    if not isinstance(text, str):
        raise TypeError
    return json.loads(text, parse_int=float)
