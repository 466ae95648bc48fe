"""An app's configuration as operations make it: what is set before it is first read, and what after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from celerylint.link.code import AppSource
from celerylint.link.evaluate import Evaluator, ModuleFrame
from celerylint.link.settings.changed import changed, replaces
from celerylint.link.settings.config_object import configured_object
from celerylint.link.settings.contribution import CHANGED, DEFAULTS, PRECONF, Contribution, Order, placed
from celerylint.link.settings.names import meanings
from celerylint.link.settings.operation import Operation
from celerylint.link.settings.precedence import differs
from celerylint.link.settings.preconf import constructor, statement
from celerylint.origin import Layer, Unknown, Value, unknown

Effective = Callable[[str, "Configuration"], Value[Any]]
"""What a setting is at this moment."""


class Configuration:
    """What celery/app/base.py keeps of an app's configuration (`_preconf`, `_pending_defaults`, `_config_source`)."""

    def __init__(
        self, evaluator: Evaluator, app: AppSource, namespace: str, of_objects: str | Unknown, effective: Effective
    ) -> None:
        self.evaluator = evaluator
        self.app = app
        self.statements: list[Contribution] = []
        self.objects: list[Contribution] = []
        self.making: Operation | None = None
        self._namespace = namespace
        self._effective = effective
        self._of_objects = of_objects
        self._read: Order | None = None  # when it is first read, which loads it
        self._perhaps: Order | None = None  # when it is first read, if that statement runs

    def done(self, operation: Operation, order: Order) -> None:
        """One operation more."""
        evaluator, app, kind = self.evaluator, self.app, operation.kind
        if kind in ("read", "change"):
            self._read = self._read or (None if operation.doubt else order)
            self._perhaps = self._perhaps or order
        if kind == "app":
            self.making = operation
            self.statements.append(constructor(evaluator, app, operation, order, self._namespace))
        elif kind == "object":
            self._reload()
            make = partial(configured_object, evaluator, app, operation, order, self._of_objects)
            self.objects.append(self._kept(operation, order, make))
        elif kind == "setdefault":
            self._set_default(statement(evaluator, app, operation, order, self._namespace))
        elif kind == "change":
            self._change(operation, order)
        elif kind != "read":
            make = partial(statement, evaluator, app, operation, order, self._namespace)
            kept = self._kept(operation, order, make)
            self.statements.append(replace(kept, loaded=True) if self._perhaps is not None else kept)

    def _kept(self, operation: Operation, order: Order, make: Callable[[], Contribution]) -> Contribution:
        """What a statement of a module says, kept for every environment that is alike in what it asks."""
        if not isinstance(operation.frame, ModuleFrame):
            return make()
        key = (operation.kind, self.app.span, operation.span, operation.names, order, operation.doubt, self._namespace)
        found: Contribution = self.evaluator.remembered(key, make, shared=True)
        return found

    def _set_default(self, contribution: Contribution) -> None:
        """`app.conf.setdefault(…)` sets what is not set on the app; once it is loaded, everything has a value."""
        if self._read is not None:
            return
        (name,) = contribution.settings or ("",)
        # Which other names of the setting it looks for depends on the release and the namespace, which comes later
        # (celery/utils/collections.py:ConfigurationView.__contains__, 5.4 to 5.7).
        own = [each for each in self.statements if each.rank == PRECONF]
        earlier = [each for each in own if name in each.settings or each.open]
        words = contribution.given.keys() or {name}
        if any(each.certain and not words.isdisjoint(each.given or each.settings) for each in earlier):
            return
        doubtful = bool(earlier) or self._perhaps is not None or contribution.order.number is None
        self.statements.append(replace(contribution, certain=contribution.certain and not doubtful))

    def _change(self, operation: Operation, order: Order) -> None:
        """A setting's own value is changed: it stays where it was, unless the statement sets it anew as well."""
        (name,) = operation.names
        setting = meanings(self._namespace).get(name)
        if setting is None:
            return
        before = self._effective(setting, self)
        after = placed(changed(self.evaluator, operation, before), Layer.APP_CONF, operation.span)
        if operation.doubt and differs(before, after):
            after = unknown(operation.doubt, operation.span)
        rank = PRECONF if replaces(operation) else CHANGED
        for some in (self.statements, self.objects) if rank == CHANGED else ():
            for number, each in enumerate(some):
                held = each.settings.get(setting)
                if held is not None and held.value is before.value:
                    some[number] = replace(each, settings={**each.settings, setting: after})
                    return
        self.statements.append(Contribution(rank, order, {setting: after}, "", operation.span))

    def _reload(self) -> None:
        """`config_from_object` after the first read loads anew: what was set in between is lost (`_load_config`)."""
        read = self._read or self._perhaps
        if read is None:
            return
        lost = [each.rank == DEFAULTS or each.order.key >= read.key for each in self.statements]
        pairs = zip(self.statements, lost, strict=True)
        if self._read is not None:
            self.statements = [each for each, is_lost in pairs if not is_lost]
        else:
            self.statements = [replace(each, certain=False) if is_lost else each for each, is_lost in pairs]
