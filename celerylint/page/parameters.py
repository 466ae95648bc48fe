"""The parameters of pages, and what a user's configuration puts in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celerylint.configuration import did_you_mean
from celerylint.page.read import Page


class ParameterError(ValueError):
    """A parameter in the user's configuration that does not exist or has another type: a wrong configuration."""

    def __init__(self, page: str, parameter: str, message: str) -> None:
        super().__init__(message)
        self.page = page
        self.parameter = parameter
        self.message = message


def effective(page: Page, given: Mapping[str, Any]) -> dict[str, Any]:
    """The page's parameters with the user's values. Raises ParameterError."""
    values = {name: _value(default) for name, default in page.parameters.items()}
    for name, value in given.items():
        if name not in values:
            hint = did_you_mean(name, values)
            raise ParameterError(page.name, name, f"{page.name} has no parameter `{name}`{hint}")
        values[name] = _fitting(page, name, value)
    return values


def _fitting(page: Page, name: str, value: Any) -> Any:
    default = page.parameters[name]
    if not _fits(default, value):
        message = f"the parameter `{name}` of {page.name} is {_words(default)}, as its default {default!r} is"
        raise ParameterError(page.name, name, message)
    return _value(value)


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _fits(default: Any, value: Any) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, float):
        return isinstance(value, (int, float))
    if isinstance(default, list):
        return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)
    return isinstance(value, type(default))


def _words(default: Any) -> str:
    kinds = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    return kinds.get(type(default), "a list of texts")
