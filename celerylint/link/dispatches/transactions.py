"""Which transaction of Django's is open where a function sends a task."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from celerylint.facts.python.function import OwnCall
from celerylint.link.bodies.place import Here
from celerylint.model import Call, Transaction

_ATOMIC = "django.db.transaction.atomic"
_RECEIVER = "django.dispatch.receiver"
_SIGNALS = "django.db.models.signals"
# Sent before anything is saved, or within the transaction of the change itself (Django 3.2 to 6.0:
# db/models/base.py:save_base, db/models/deletion.py:Collector.delete, db/models/fields/related_descriptors.py).
_INSIDE = frozenset({"pre_save", "pre_delete", "post_delete", "m2m_changed"})
# What changes data, by the names that Django and the frameworks on it give; only their absence decides anything.
_WRITES = frozenset(
    {"save", "create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create"}
    | {"add", "remove", "set", "clear", "perform_create", "perform_update", "perform_destroy", "create_user"}
)


def transaction_around(here: Here, call: OwnCall) -> Transaction | None:
    """The outermost one, whose end is what commits; None where none is seen."""
    for decorator in here.function.node.decorator_list:
        if here.function.resolved(_called(decorator)) == _ATOMIC:
            return _decorated(here, decorator)
        if isinstance(decorator, ast.Call) and here.function.resolved(decorator.func) == _RECEIVER and decorator.args:
            return _of_signals(here, decorator)
    return next((_entered(here, each) for each in call.within if _is_atomic(here, each)), None)


def opened(here: Here) -> Iterator[tuple[Transaction, tuple[OwnCall, ...]]]:
    """The transactions that a function opens, and the calls that stand within each."""
    decorators = here.function.node.decorator_list
    whole = next((each for each in decorators if here.function.resolved(_called(each)) == _ATOMIC), None)
    if whole is not None:
        yield _decorated(here, whole), here.function.calls
        return
    found: dict[ast.expr, list[OwnCall]] = {}
    for call in here.function.calls:
        outermost = next((each for each in call.within if _is_atomic(here, each)), None)
        if outermost is not None:
            found.setdefault(outermost, []).append(call)
    for opening, calls in found.items():
        yield _entered(here, opening), tuple(calls)


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _is_atomic(here: Here, opening: ast.expr) -> bool:
    return isinstance(opening, ast.Call) and here.function.resolved(opening.func) == _ATOMIC


def _decorated(here: Here, decorator: ast.expr) -> Transaction:
    return Transaction("@transaction.atomic", here.function.span(decorator), "", tuple(writes_in(here, None)))


def _entered(here: Here, opening: ast.expr) -> Transaction:
    return Transaction("transaction.atomic()", here.function.span(opening), "", tuple(writes_in(here, opening)))


def _of_signals(here: Here, decorator: ast.Call) -> Transaction | None:
    """The handler of one signal, or of several that are all sent within the transaction of the change."""
    first = decorator.args[0]
    given = first.elts if isinstance(first, ast.List | ast.Tuple) else [first]
    resolved = [here.function.resolved(each).rpartition(".") for each in given]
    names = [name for module, _, name in resolved if module in (_SIGNALS, f"{_SIGNALS}.signals") and name in _INSIDE]
    if len(names) != len(given):
        return None
    signals, span = " and ".join(names), here.function.span(decorator)
    change = (Call(f"the change that sends {signals}", span),)
    return Transaction(f"a handler of {signals}", span, signals, change)


def writes_in(here: Here, opening: ast.expr | None) -> Iterator[Call]:
    """The calls that change data, within what a `with` opens; in the whole function where none is given."""
    for call in here.function.calls:
        written = call.node.func
        if (
            isinstance(written, ast.Attribute)
            and written.attr in _WRITES
            and (opening is None or opening in call.within)
        ):
            yield Call(f".{written.attr}(…)", here.function.span(written))
