"""Functions of numbers, lists and maps (sprig 3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from celerylint.sources.helm.plain.logic import kind
from celerylint.sources.helm.plain.values import Unknowable, yaml


def to_yaml(value: Any) -> Any:
    return yaml(value)


def int_(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return int(bool(value))
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"-?(?:0|[1-9][0-9]{0,15})", value) else Unknowable("`int` of a text")
    if isinstance(value, int | float):
        return int(value)
    raise TypeError


def folded(operate: Callable[[int, int], int]) -> Callable[..., Any]:
    def compute(first: Any, *others: Any) -> Any:
        result = int_(first)
        for each in others:
            result = operate(result, int_(each))
        return result

    return compute


def divide(left: int, right: int) -> int:
    """Go cuts towards zero."""
    return int(left / right) if abs(left) < 2**50 else refuse()


def refuse() -> int:
    raise OverflowError


def map_of(*pairs: Any) -> Any:
    keys, values = pairs[::2], pairs[1::2]
    if len(keys) != len(values) or not all(isinstance(key, str) for key in keys):
        raise TypeError
    return dict(zip(keys, values, strict=True))


def get(of: Any, key: Any) -> Any:
    if not isinstance(of, dict) or not isinstance(key, str):
        raise TypeError
    return of.get(key, "")


def has_key(of: Any, key: Any) -> Any:
    if isinstance(of, Unknowable):
        return of
    if not isinstance(of, dict):
        raise TypeError
    return key in of


def index(of: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(of, Unknowable):
            return of
        if isinstance(of, dict) and isinstance(key, str):
            of = of.get(key)
        elif isinstance(of, list) and isinstance(key, int) and not isinstance(key, bool) and key >= 0:
            of = of[key]
        else:
            raise TypeError
    return of


def length(of: Any) -> Any:
    if isinstance(of, str):
        return len(of.encode())
    if not isinstance(of, dict | list):
        raise TypeError
    return len(of)


def first(of: Any) -> Any:
    if not isinstance(of, list):
        raise TypeError
    return of[0] if of else None


def last(of: Any) -> Any:
    if not isinstance(of, list):
        raise TypeError
    return of[-1] if of else None


def has(item: Any, of: Any) -> Any:
    if not isinstance(of, list) or any(kind(each) != kind(item) for each in of):
        raise TypeError
    return item in of
