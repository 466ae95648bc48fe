"""Calls of libraries whose objects settings are read through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.configurations import of_configurations
from celerylint.link.evaluate.dynaconf import of_dynaconf
from celerylint.link.evaluate.files import of_files
from celerylint.link.evaluate.functions import Arguments
from celerylint.link.evaluate.objects import ExternalCall, ExternalObject
from celerylint.link.evaluate.origins import at
from celerylint.link.evaluate.paths import of_paths
from celerylint.link.evaluate.pure import of_urls
from celerylint.link.evaluate.pydantic import dumped
from celerylint.origin import Span, Value

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_DUMPS = frozenset({"pydantic.BaseModel().model_dump", "pydantic.BaseModel().dict"})


def of_library(evaluator: Evaluator, function: ExternalObject, arguments: Arguments, span: Span) -> Value[Any] | None:
    """What the call gives; None where it is no call that is known here."""
    positional, named = arguments
    of = function.of
    if of is not None and not positional and not named:
        if function.name in _DUMPS:
            return dumped(evaluator, of.arguments[0], span)
        if function.name.endswith(("SecretStr().get_secret_value", "AnyUrl().unicode_string")) and of.arguments:
            return Value(of.arguments[0].value, at(span, of.arguments[0]))
    if function.name == "builtins.str" and len(positional) == 1 and not named:
        given = positional[0].value
        if isinstance(given, ExternalCall) and given.name == "pydantic.AnyUrl" and given.arguments:
            return Value(given.arguments[0].value, at(span, positional[0]))
    return next((found for each in _READERS if (found := each(evaluator, function, arguments, span)) is not None), None)


_READERS = (of_configurations, of_dynaconf, of_paths, of_files, of_urls)
