"""Paths of the repository's own files: `__file__`, and what `os.path` and `pathlib` make of it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.functions import Arguments
from celerylint.link.evaluate.objects import ExternalCall, ExternalObject, TreePath, plain
from celerylint.link.evaluate.origins import at, written
from celerylint.origin import Span, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_KEEPING = frozenset(
    f"{module}.{name}"
    for module in ("os.path", "posixpath")
    for name in ("abspath", "realpath", "normpath", "normcase")
)
_KEEPING |= {"os.fspath", "builtins.str"}
_CLASSES = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"})
_METHODS = frozenset({"resolve", "absolute", "expanduser", "joinpath", "as_posix", "with_name", "__str__"})
_FILES = frozenset({"exists", "is_file", "is_dir", "stat", "iterdir", "glob", "rglob"})
_OUTSIDE = "it lies outside of the repository"


def of_paths(evaluator: Evaluator, thing: ExternalObject, arguments: Arguments, span: Span) -> Value[Any] | None:
    """What a call makes of a path; None for a call that has nothing to do with one."""
    positional, named = arguments
    own = thing.of.arguments[0] if thing.of is not None and thing.of.arguments else None
    if thing.name.startswith("pathlib.Path().") and own is not None and isinstance(own.value, TreePath):
        return _method(own.value, thing.name.rpartition(".")[2], positional, span)
    first = positional[0].value if positional else None
    if not isinstance(first, TreePath) or named:
        return None
    if thing.name in _CLASSES:
        return _joined(TreePath(first.path, False), positional[1:], span)
    if thing.name in ("os.path.join", "posixpath.join"):
        return _joined(TreePath(first.path, True), positional[1:], span)
    if thing.name in _KEEPING:
        return Value(TreePath(first.path, True), at(span, positional[0]))
    if thing.name in ("os.path.dirname", "posixpath.dirname"):
        return _parent(first, span)
    if thing.name in ("os.path.basename", "posixpath.basename"):
        return _name(first, span)
    if thing.name in ("os.path.exists", "os.path.isfile", "os.path.isdir", "os.access"):
        return unknown(f"whether {first.path} is there where the project runs is not known", span)
    return None


def path_attribute(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any]:
    """`path.parent`, `path.name`, a method of the path."""
    path: Any = holder.value
    if path.is_text:
        return unknown(f".{name} of a path is not followed", span)
    if name == "parent":
        return _parent(path, span)
    if name == "parents":
        parents, each = [], path.path
        while each:
            each = posixpath.dirname(each)
            parents.append(written(TreePath(each, False), span))
        return Value(tuple(parents), at(span, holder))
    if name in ("name", "stem", "suffix"):
        base = _name(path, span)
        part = {"stem": 0, "suffix": 1}.get(name)
        return base if part is None else base.map(lambda whole: posixpath.splitext(whole)[part])
    return written(ExternalObject(f"pathlib.Path().{name}", ExternalCall("pathlib.Path", (holder,))), span)


def _method(path: TreePath, name: str, positional: list[Value[Any]], span: Span) -> Value[Any] | None:
    if name in ("joinpath",):
        return _joined(path, positional, span)
    if name == "with_name":
        parent = _parent(path, span)
        return _joined(parent.get(), positional, span) if parent.known else parent
    if name in _METHODS:
        return Value(TreePath(path.path, name in ("as_posix", "__str__")), at(span))
    if name in _FILES:
        return unknown(f"what is in {path.path} where the project runs is not known", span)
    return None


def _parent(path: TreePath, span: Span) -> Value[Any]:
    return written(TreePath(posixpath.dirname(path.path), path.is_text), span) if path.path else unknown(_OUTSIDE, span)


def _name(path: TreePath, span: Span) -> Value[Any]:
    name = posixpath.basename(path.path)
    return written(name, span) if name else unknown("the folder of the repository may be called otherwise", span)


def _joined(path: TreePath, parts: list[Value[Any]], span: Span) -> Value[Any]:
    """A path below another; one that leaves the repository is not known."""
    whole = path.path
    for each in parts:
        part = plain(each)
        if not isinstance(part, str):
            return unknown("a part of the path is not known", span)
        whole = posixpath.join(whole, part)
    whole = posixpath.normpath(whole) if whole else whole
    if whole.startswith(("..", "/")):
        return unknown(_OUTSIDE, span)
    return written(TreePath("" if whole == "." else whole, path.is_text), span)


def below(path: TreePath, part: Value[Any], span: Span) -> Value[Any]:
    """`path / "part"`."""
    return _joined(path, [part], span)
