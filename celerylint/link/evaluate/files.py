"""Files of the repository that its code reads: JSON, YAML and TOML as data, anything as text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.functions import Arguments
from celerylint.link.evaluate.objects import ExternalCall, ExternalObject, FileObject, TreePath, plain
from celerylint.link.evaluate.origins import at, written
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator
    from celerylint.sources.text import Text

LARGEST = 100_000  # characters; settings fill some hundred lines
_OPENING = frozenset({"builtins.open", "io.open", "codecs.open", "pathlib.Path().open"})
_JSON = frozenset({"json.load", "json.loads", "simplejson.load", "orjson.loads"})
_YAML = frozenset({"yaml.safe_load", "yaml.load", "yaml.full_load"})
_TOML = frozenset({"tomllib.load", "tomllib.loads", "tomli.load", "tomli.loads", "toml.load", "toml.loads"})
_READS = ("pathlib.Path().read_text", "io.TextIOWrapper().read")


def of_files(evaluator: Evaluator, thing: ExternalObject, arguments: Arguments, span: Span) -> Value[Any] | None:
    """What a call that opens or reads a file gives; None for any other call."""
    positional, named = arguments
    name = thing.name
    own = thing.of.arguments[0] if thing.of is not None and thing.of.arguments else None
    first = own if name.startswith(("pathlib.Path()", "io.TextIOWrapper()")) else positional[0] if positional else None
    if first is None or isinstance(first.value, Unknown):
        return None
    if name in _OPENING:
        return _opened(first, positional if own is None else [first, *positional], named, span)
    if name in _READS:
        return _text(evaluator, first.value, span)
    kind = "json" if name in _JSON else "yaml" if name in _YAML else "toml" if name in _TOML else ""
    if not kind or not isinstance(first.value, FileObject | TreePath | FileText):
        return None
    return _parsed(evaluator, kind, first, span)


class FileText(str):
    """The whole text of a file of the repository, which knows where it came from."""

    path: str


def _opened(
    path: Value[Any], positional: list[Value[Any]], named: dict[str, Value[Any]], span: Span
) -> Value[Any] | None:
    mode = plain(named["mode"]) if "mode" in named else plain(positional[1]) if len(positional) > 1 else "r"
    if not isinstance(path.value, TreePath):
        return unknown("which file this opens is not known", span)
    if mode not in ("r", "rb", "rt"):
        return unknown("a file that is written is not followed", span)
    return Value(FileObject(path.value.path), at(span, path))


def file_attribute(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any]:
    """`file.read`, to be called."""
    return written(ExternalObject(f"io.TextIOWrapper().{name}", ExternalCall("io.TextIOWrapper", (holder,))), span)


def data_of(evaluator: Evaluator, path: str, span: Span) -> Value[Any] | None:
    """What a file holds by what it is called; None where that is not known."""
    kind = {"toml": "toml", "yaml": "yaml", "yml": "yaml", "json": "json"}.get(path.rpartition(".")[2], "")
    text = _of_tree(evaluator, FileObject(path)) if kind else Unknown("")
    return None if isinstance(text, Unknown) else _READERS[kind](text, span)


def _text(evaluator: Evaluator, file: Any, span: Span) -> Value[Any]:
    text = _of_tree(evaluator, file)
    if isinstance(text, Unknown):
        return unknown(text.reason, span)
    whole = FileText(text.text)
    whole.path = text.path
    return written(whole, span)


def _of_tree(evaluator: Evaluator, file: Any) -> Text | Unknown:
    path = getattr(file, "path", "")
    text = evaluator.modules.tree.text(path) if path in evaluator.modules.tree.names else None
    if text is None:
        return Unknown(f"{path or 'the file'} is not in the repository")
    return text if len(text.text) <= LARGEST else Unknown(f"{path} is too long to be followed")


def _parsed(evaluator: Evaluator, kind: str, file: Value[Any], span: Span) -> Value[Any]:
    text = _of_tree(evaluator, file.value)
    if isinstance(text, Unknown):
        return unknown(text.reason, span)
    found = _READERS[kind](text, span)
    return unknown(f"what {text.path} holds is not followed", span) if found is None else found


def _json(text: Text, span: Span) -> Value[Any] | None:
    try:
        return Value(json.loads(text.text), Origin(Layer.CODE, Span.of_line(text.path)))
    except (ValueError, RecursionError):
        return None


def _yaml(text: Text, span: Span) -> Value[Any] | None:
    from celerylint.sources import yaml

    documents, problems = yaml.read(text)
    if problems or len(documents) != 1 or documents[0].root is None:
        return None
    return _of_node(documents[0].root, 0)


def _toml(text: Text, span: Span) -> Value[Any] | None:
    from celerylint.sources.toml import read_toml

    root = read_toml(text)
    return _of_node(root, 0) if root is not None else None


_READERS: dict[str, Callable[[Any, Span], Value[Any] | None]] = {"json": _json, "yaml": _yaml, "toml": _toml}


def _of_node(node: Any, depth: int) -> Value[Any] | None:
    """A node as values that keep their places; None where a release of its reader may see it otherwise."""
    from celerylint.sources import yaml

    origin = Origin(Layer.CODE, node.span)
    if depth > 20:
        return None
    if isinstance(node, yaml.Mapping):
        pairs = [(key, _of_node(item, depth + 1)) for key, item in node.items()]
        if any(item is None or not isinstance(key.python(), str) for key, item in pairs):
            return None
        return Value({key.value: item for key, item in pairs}, origin)
    if isinstance(node, yaml.Sequence):
        items = [_of_node(item, depth + 1) for item in node.items]
        return None if None in items else Value(items, origin)
    return _scalar(node, origin)


def _scalar(node: Any, origin: Origin) -> Value[Any] | None:
    """Plain words that YAML 1.1 and 1.2 read alike: `on` and `0o7`, dates and `1:30` are not among them."""
    data = node.python()
    if node.plain and isinstance(data, str) and not _is_word(data):
        return None
    if node.plain and isinstance(data, int) and not isinstance(data, bool) and str(data) != node.value:
        return None
    if node.plain and isinstance(data, bool) and node.value.lower() not in ("true", "false"):
        return None
    return Value(data, origin)


def _is_word(text: str) -> bool:
    return text[:1].isalpha() and text.lower() not in ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
