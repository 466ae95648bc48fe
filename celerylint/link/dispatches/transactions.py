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
    function = here.function
    for decorator in function.node.decorator_list:
        written = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = function.resolved(written)
        if name == _ATOMIC:
            return Transaction("@transaction.atomic", function.span(decorator), "", tuple(_writes(here, None)))
        if name == _RECEIVER and isinstance(decorator, ast.Call) and decorator.args:
            return _of_signals(here, decorator)
    for opening in call.within:
        if isinstance(opening, ast.Call) and function.resolved(opening.func) == _ATOMIC:
            return Transaction("transaction.atomic()", function.span(opening), "", tuple(_writes(here, opening)))
    return None


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


def _writes(here: Here, opening: ast.expr | None) -> Iterator[Call]:
    """The calls that change data, within what a `with` opens; in the whole function where none is given."""
    for call in here.function.calls:
        written = call.node.func
        if (
            isinstance(written, ast.Attribute)
            and written.attr in _WRITES
            and (opening is None or opening in call.within)
        ):
            yield Call(f".{written.attr}(…)", here.function.span(written))
