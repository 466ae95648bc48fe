"""Configuration objects that a later `config_from_object` of the same app replaces."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from celerylint.link.code import AppSource, Code
from celerylint.link.evaluate import Evaluator
from celerylint.link.settings.contribution import Contribution
from celerylint.link.settings.effective import configured
from celerylint.link.settings.operation import Operation
from celerylint.link.settings.plan import plan
from celerylint.model import ConfigurationSource
from celerylint.origin import Layer, Value, known, unknown

_LONGEST = 60  # characters of an argument, as it is shown


def replaced_sources(code: Code, evaluator: Evaluator, app: AppSource, name: str) -> tuple[ConfigurationSource, ...]:
    """The objects that certainly lose their place to a later one, in order."""
    if sum(fact.kind == "object" for _, fact in app.config) < 2:
        return ()
    planned, _ = plan(code, evaluator, app)
    found, _, _ = configured(evaluator, app, planned)
    operations = [operation for operation, _ in planned if operation.kind == "object"]
    objects = zip(operations, found.objects, strict=True)
    certain = [(operation, each) for operation, each in objects if each.certain and each.order.number is not None]
    return tuple(_replaced(certain, name))


def _replaced(certain: list[tuple[Operation, Contribution]], app: str) -> Iterator[ConfigurationSource]:
    for (operation, earlier), (later, winner) in itertools.pairwise(certain):
        if later.span != operation.span:
            yield ConfigurationSource(_shown(operation), operation.span, app, later.span, _lost(earlier, winner))


def _lost(earlier: Contribution, later: Contribution) -> Value[tuple[str, ...]]:
    if later.open:
        return unknown(later.open, later.span)
    lost = tuple(sorted(earlier.settings.keys() - later.settings.keys()))
    if not lost and earlier.open:
        return unknown(earlier.open, earlier.span)
    return known(lost, Layer.CODE, earlier.span)


def _shown(operation: Operation) -> str:
    node = operation.node
    arguments = [*node.args, *(each.value for each in node.keywords)] if isinstance(node, ast.Call) else []
    return ast.unparse(arguments[0])[:_LONGEST] if arguments else ""
