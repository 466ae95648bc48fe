"""django-split-settings: `include("components/*.py", optional("local.py"))` runs files in the module's own scope."""

from __future__ import annotations

import ast
import fnmatch
import posixpath
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.frame import Frame, LocalFrame, Moment, place, start_of
from celerylint.link.evaluate.imports import any_name
from celerylint.link.evaluate.loops import Carried
from celerylint.link.evaluate.names import statements_for
from celerylint.link.evaluate.objects import ExternalCall, ExternalObject, TreePath, plain
from celerylint.origin import Unknown, Value, unknown
from celerylint.sources.python import PythonSyntaxError

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

State = Value[Any] | None
_INCLUDE = "split_settings.tools.include"
_OPTIONAL = "split_settings.tools.optional"


def included(evaluator: Evaluator, node: ast.stmt, name: str, state: State, frame: Frame) -> State | Unknown:
    """A name's value after the files have run; Unknown where it is no such call, or one that is not followed."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return Unknown("it is no call")
    thing = evaluator.expression(call.func, frame).value
    if not isinstance(thing, ExternalObject) or thing.name != _INCLUDE:
        return Unknown("it is no include of django-split-settings")
    groups = evaluator.remembered((included, node, frame), lambda: _groups(evaluator, call, node, frame))
    if isinstance(groups, Unknown):
        return any_name(name, state, f"what include() runs ({groups.reason})", place(frame, node))
    for frames in groups:
        touching = [each for each in frames if statements_for(evaluator.shared, each, name)]
        if len(touching) > 1:
            return unknown(f"{name} is set by several files, whose order is not known", place(frame, node))
        state = evaluator.lookup(frames[-1], name)
    return state


def included_files(evaluator: Evaluator, node: ast.stmt, frame: Frame) -> list[str]:
    """The files that a statement includes; none where it is no such call."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or getattr(call.func, "id", getattr(call.func, "attr", "")) != "include":
        return []
    groups = _paths(evaluator, call, frame)
    return [] if isinstance(groups, Unknown) else [path for group in groups for path in group]


def _groups(evaluator: Evaluator, call: ast.Call, node: ast.stmt, frame: Frame) -> list[list[LocalFrame]] | Unknown:
    """A frame for every file, each of which begins with what the one before has left; those of one pattern together."""
    groups = _paths(evaluator, call, frame)
    if isinstance(groups, Unknown):
        return groups
    before: tuple[Frame, Moment] = (frame, start_of(node))
    found: list[list[LocalFrame]] = []
    for paths in groups:
        frames = _frames(evaluator, paths, before)
        if isinstance(frames, Unknown):
            return frames
        if frames:
            before = (frames[-1], None)
            found.append(frames)
    return found


def _frames(evaluator: Evaluator, paths: list[str], before: tuple[Frame, Moment]) -> list[LocalFrame] | Unknown:
    frames: list[LocalFrame] = []
    for path in paths:
        source = evaluator.frame(path)
        if source is None:
            return Unknown(f"{path} cannot be read")
        try:
            body = source.module.body()
        except PythonSyntaxError as error:
            return Unknown(f"{path} cannot be parsed (line {error.line})")
        if any(isinstance(each, ast.ImportFrom) and each.level for top in body for each in ast.walk(top)):
            return Unknown(f"{path} imports relatively, which is not followed")
        start = Carried(evaluator, {}, before, None)
        inner = LocalFrame(before[0], body, start, kind="block", seen=before[1], file=path)
        before = (inner, None)
        frames.append(inner)
    return frames


def _paths(evaluator: Evaluator, call: ast.Call, frame: Frame) -> list[list[str]] | Unknown:
    """The files of each pattern; one that has been included already is left out."""
    if any(each.arg != "scope" for each in call.keywords):
        return Unknown("this include() is not followed")
    found: list[list[str]] = []
    for each in call.args:
        value = evaluator.expression(each, frame)
        thing = value.value
        optional = isinstance(thing, ExternalCall) and thing.name == _OPTIONAL and len(thing.arguments) == 1
        given = thing.arguments[0] if optional and isinstance(thing, ExternalCall) else value
        paths = _matching(evaluator, given, frame)
        if isinstance(paths, Unknown) or (not paths and not optional):
            return paths if isinstance(paths, Unknown) else Unknown("a file that include() names is not there")
        found.append([path for path in paths if not any(path in group for group in found)])
    return found


def _matching(evaluator: Evaluator, given: Value[Any], frame: Frame) -> list[str] | Unknown:
    """The files that a pattern means, below the folder of the file that includes them."""
    if isinstance(given.value, TreePath):
        pattern = given.value.path
    else:
        text = plain(given)
        if not isinstance(text, str):
            return text if isinstance(text, Unknown) else Unknown("what include() is given is not known")
        if not text:
            return []
        if text.startswith("/"):
            return Unknown(f"{text} lies outside of the repository")
        pattern = posixpath.normpath(posixpath.join(posixpath.dirname(frame.path), text))
    names = (path for path in evaluator.modules.tree.files if path.count("/") == pattern.count("/"))
    return [path for path in names if fnmatch.fnmatchcase(path, pattern)]
