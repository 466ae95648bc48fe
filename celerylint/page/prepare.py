"""A page ready to be asked: its expressions checked against the model and compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from celerylint.page.error import ExpressionError
from celerylint.page.expression import Expression, clauses, compile_condition, compile_expression
from celerylint.page.message import Message, compile_message
from celerylint.page.read import Page
from celerylint.page.scope import SCOPES, Scope
from celerylint.page.types import BOOL, FLOAT, INT, STR, Type, tuple_of

MOST_CLAUSES = 4

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Telling:
    """What is needed only where the page holds, or is undecided: the message and the places."""

    message: Message
    at: tuple[Expression, ...]
    because: tuple[Expression, ...] | None
    error_when: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled page with the values of its parameters."""

    page: Page
    scope: Scope
    when: Expression
    parameters: Mapping[str, Any]
    telling: Callable[[], Telling]  # compiled when it is first needed, as most pages find nothing


def prepare(page: Page, parameters: Mapping[str, Any]) -> Rule:
    """The rule with these parameters. Raises PageError where `when` is not understood."""
    names = names_of(page)
    when = _located(page, ("when",), lambda: compile_condition(page.when, names))
    return Rule(page, SCOPES[page.scope], when, parameters, _once(lambda: _telling(page, names)))


def check(page: Page) -> None:
    """Check everything that the page says. Raises PageError with a caret under the first mistake."""
    prepare(page, page.parameters).telling()
    count = len(clauses(page.when))
    if count > MOST_CLAUSES:
        message = f"`when` has {count} clauses, and {MOST_CLAUSES} are the most: the model may lack a word"
        raise page.source.at_key("when", message)


def parameter_type(value: object) -> Type:
    """The type of a parameter, by its default. As a literal of the page it goes with every unit."""
    for kind, type_ in ((bool, BOOL), (int, INT), (float, FLOAT), (str, STR)):
        if isinstance(value, kind):
            return Type(type_.kind, literal=True)
    return tuple_of(STR)


def names_of(page: Page) -> dict[str, Type]:
    """The types of the names that the page's expressions may use. Raises PageError where a parameter hides one."""
    names = dict(SCOPES[page.scope].variables)
    for name, value in page.parameters.items():
        if name in names:
            raise page.source.at_value(("parameters", name), f"the name `{name}` is taken by the scope")
        names[name] = parameter_type(value)
    return names


def _telling(page: Page, names: Mapping[str, Type]) -> Telling:
    error_when = page.error_when
    return Telling(
        _located(page, ("message",), lambda: compile_message(page.message, names)),
        _several(page, "at", page.at, names),
        None if page.because is None else _several(page, "because", page.because, names),
        None if error_when is None else _located(page, ("error-when",), lambda: compile_condition(error_when, names)),
    )


def _several(page: Page, key: str, texts: tuple[str, ...], names: Mapping[str, Type]) -> tuple[Expression, ...]:
    return tuple(_one(page, (key, index), text, names) for index, text in enumerate(texts))


def _one(page: Page, keys: tuple[str | int, ...], text: str, names: Mapping[str, Type]) -> Expression:
    return _located(page, keys, lambda: compile_expression(text, names))


def _located(page: Page, keys: tuple[str | int, ...], compile_: Callable[[], T]) -> T:
    try:
        return compile_()
    except ExpressionError as error:
        raise page.source.in_value(keys, error) from None


def _once(make: Callable[[], T]) -> Callable[[], T]:
    made: list[T] = []

    def get() -> T:
        if not made:
            made.append(make())
        return made[0]

    return get
