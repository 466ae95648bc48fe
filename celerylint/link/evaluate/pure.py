"""Functions of the standard library that give plain data for plain data, and do nothing else."""

from __future__ import annotations

import ast
import datetime
import json
import math
import posixpath
import textwrap
import urllib.parse
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.functions import Arguments
from celerylint.link.evaluate.objects import ExternalObject, Namespace, Raised, plain
from celerylint.link.evaluate.operations import LARGEST_SIZE, prints_alike
from celerylint.link.evaluate.origins import at, failed
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator


def _strtobool(text: str) -> int:
    """distutils/util.py:strtobool, which setuptools keeps."""
    word = text.lower()
    if word in ("y", "yes", "t", "true", "on", "1"):
        return 1
    if word in ("n", "no", "f", "false", "off", "0"):
        return 0
    raise ValueError(f"invalid truth value {text!r}")


_PURE: Mapping[str, Callable[..., Any]] = {
    **{
        f"builtins.{each.__name__}": each
        for each in (int, str, float, bool, max, min, sum, repr, abs, round, sorted, divmod, hex, bin, ord, chr)
    },
    "ast.literal_eval": ast.literal_eval,
    "datetime.timedelta": datetime.timedelta,
    "json.loads": json.loads,
    "math.ceil": math.ceil,
    "math.floor": math.floor,
    "math.trunc": math.trunc,
    "textwrap.dedent": textwrap.dedent,
    "urllib.parse.quote": urllib.parse.quote,
    "requests.compat.quote": urllib.parse.quote,  # the same function (requests/compat.py)
    "urllib.parse.quote_plus": urllib.parse.quote_plus,
    "urllib.parse.unquote": urllib.parse.unquote,
    "urllib.parse.urlencode": urllib.parse.urlencode,
    "kombu.utils.url.safequote": lambda text: urllib.parse.quote(text, safe=""),
    **dict.fromkeys(("distutils.util.strtobool", "setuptools._distutils.util.strtobool"), _strtobool),
    **{
        f"{path}.{each.__name__}": each
        for path in ("os.path", "posixpath")
        for each in (posixpath.join, posixpath.basename)
    },
}
_PRINTING = frozenset({"builtins.str", "builtins.repr", "urllib.parse.urlencode"})


_URLS = frozenset({"urllib.parse.urlparse", "urllib.parse.urlsplit"})
_PARTS = ("scheme", "netloc", "path", "query", "fragment", "hostname", "port", "username", "password")


def of_urls(evaluator: Evaluator, thing: ExternalObject, arguments: Arguments, span: Span) -> Value[Any] | None:
    """`urlparse(text)`, of which the parts are known; None for any other call."""
    positional, named = arguments
    if thing.name not in _URLS or len(positional) != 1 or named:
        return None
    text = plain(positional[0])
    if not isinstance(text, str):
        return failed(text, span, positional[0]) if isinstance(text, Unknown) else None
    try:
        parsed = urllib.parse.urlparse(text)
        parts = {name: Value(getattr(parsed, name), at(span, positional[0])) for name in _PARTS}
    except ValueError as error:
        return failed(Raised(f"this call fails: {error}", exception="ValueError"), span, positional[0])
    return Value(Namespace("a URL in its parts", parts), at(span, positional[0]))


def computed(evaluator: Evaluator, thing: ExternalObject, arguments: Arguments, span: Span) -> Value[Any] | None:
    """What such a function gives for arguments that are all known; None where it is none of them."""
    name = thing.name
    if name not in _PURE:
        return None
    positional, named = arguments
    values = (*positional, *named.values())
    data = [plain(each) for each in values]
    for value, source in zip(data, values, strict=True):
        if isinstance(value, Unknown):
            return failed(value, span, source)
    doubt = _doubt(name, values, data)
    return unknown(doubt, span) if doubt else _called(name, arguments, data, span)


def _doubt(name: str, values: tuple[Value[Any], ...], data: list[Any]) -> str:
    """Why the result may be another where the project runs, or too large; empty where it is not."""
    prints = all(prints_alike(each) for each in values) and not any(isinstance(each, set) for each in data)
    if name in _PRINTING and not prints:
        return "how it is written as text is not followed"
    if any(isinstance(each, str | bytes) and len(each) > LARGEST_SIZE for each in data):
        return "it is too long to be followed"
    return ""


def _called(name: str, arguments: Arguments, data: list[Any], span: Span) -> Value[Any]:
    positional, named = arguments
    values = (*positional, *named.values())
    try:
        result = _PURE[name](*data[: len(positional)], **dict(zip(named, data[len(positional) :], strict=True)))
    except (ValueError, TypeError) as error:
        kind = "ValueError" if isinstance(error, ValueError) else "TypeError"
        return failed(Raised(f"this call fails: {error}", exception=kind), span, *values)
    except Exception as error:  # what the project's code would raise: it is never ours
        return unknown(f"this call fails: {error}", span)
    return Value(result, at(span, *values))
