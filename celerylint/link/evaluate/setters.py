"""Places in the project's own code that set environment variables while its modules are imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from celerylint.origin import Span, Value

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_WRITES = re.compile(
    rb"environ\s*\[\s*(?:[rbuf]?[\"'](?P<item>\w+)[\"']|(?P<expression>[^\]\"']+?))\s*\]\s*=(?!=)"
    rb"|environ\s*\.\s*(?P<method>setdefault|update|pop)\s*\(\s*(?:[\"'](?P<key>\w+)[\"']|(?P<argument>\w+)\s*[,)])?"
    rb"|\bputenv\s*\(\s*(?:[\"'](?P<put>\w+)[\"'])?"
)
_LINE = re.compile(rb"^([ \t]*)(?=[^\s#])(?:(?:async[ \t]+)?def[ \t]+(\w+))?", re.M)
_TEXTS = re.compile(rb"\s*(?:[\"']\w+[\"']\s*,?\s*)+")
# Django calls it when its settings are long read; what others call without a name stays possible.
_LATER = b"ready"
_MOST_CALLS = 60
_DEEPEST = 6
_LONGEST_FUNCTION = 4_000  # characters


@dataclass(frozen=True, slots=True)
class Setter:
    """A place in the code that sets a variable; `only_default` where it leaves one alone that is set."""

    place: Span
    only_default: bool


def written_default(evaluator: Evaluator, name: str, setter: Setter, at: Span) -> Value[Any] | None:
    """What `os.environ.setdefault("X", …)` gives a variable that is not set, for those below it in its file.

    None where it does not stand at the top of the file, or where any other place may set the variable.
    """
    index: dict[str, list[Setter]] = evaluator.shared.results[_WRITES]
    alone = [*index.get(name, ()), *index.get("", ())] == [setter]
    frame = evaluator.frame(setter.place.path)
    if not alone or not setter.only_default or frame is None:
        return None
    if at.path != setter.place.path or at.line <= setter.place.line:
        return None
    for each in frame.module.naming(name):
        call = each.value if isinstance(each, ast.Expr) and each.lineno == setter.place.line else None
        if isinstance(call, ast.Call) and each.col_offset == 0 and len(call.args) == 2 and not call.keywords:
            return evaluator.expression(call.args[1], frame)
    return None


def setter_of(evaluator: Evaluator, name: str, exact: bool = True) -> Setter | None:
    """The place in the project's code that may set a variable before settings are read; None where nothing does.

    Not `exact`: under any spelling, for those who read it without regard to case.
    """
    index = evaluator.shared.results.get(_WRITES)
    if index is None:
        index = evaluator.shared.results[_WRITES] = _index(evaluator)
    found: dict[str, list[Setter]] = index
    alike = [name] if exact else [each for each in found if each.lower() == name.lower()]
    setters = [setter for each in alike for setter in found.get(each, ())]
    # A place that sets what nobody can name (`os.environ.update(values)`) may set any.
    every = [*setters, *(each for each in found.get("", ()))]
    return next((each for each in every if not each.only_default), every[0] if every else None)


def speaking(evaluator: Evaluator) -> Iterator[tuple[str, bytes]]:
    """The project's Python files that speak of the environment."""
    for path, data in _sources(evaluator):
        if any(word in data for word in (b"environ", b"putenv", b"dotenv", b"read_env")):
            yield path, data


def _sources(evaluator: Evaluator) -> Iterator[tuple[str, bytes]]:
    tree = evaluator.modules.tree
    for path in tree.files:
        if path.endswith(".py") and not evaluator.shared.is_test(path):
            yield path, tree.data(path) or b""


def _index(evaluator: Evaluator) -> dict[str, list[Setter]]:
    found: dict[str, list[Setter]] = {}
    calls = _Calls(evaluator)
    for path, data in speaking(evaluator):
        for match in _WRITES.finditer(data):
            names = _names(data, match)
            runs = calls.is_used_at_import if _is_temporary(data, match.start()) else calls.runs_at_import
            if not runs(data, match.start()):
                continue
            line = data.count(b"\n", 0, match.start()) + 1
            setter = Setter(Span.of_line(path, line), match["method"] == b"setdefault")
            for name in names:
                found.setdefault(name.decode(), []).append(setter)
    return found


def _is_temporary(data: bytes, at: int) -> bool:
    """Whether a context manager sets it for as long as a `with` lasts, and puts back what was there before."""
    function = _function_around(data, at)
    if function is None:
        return False
    manager = re.compile(rb"@[\w.]*contextmanager[ \t]*\r?\n[ \t]*(?:async[ \t]+)?def[ \t]+" + function + rb"\b")
    rest = data[at : at + _LONGEST_FUNCTION]
    end = re.search(rb"^(?:async[ \t]+def|def|class)\b", rest, re.M)
    return bool(manager.search(data)) and b"finally:" in (rest[: end.start()] if end else rest)


def _names(data: bytes, match: re.Match[bytes]) -> list[bytes]:
    """The variables that a place sets; an empty name where nobody can tell."""
    given: bytes = match["item"] or match["key"] or match["put"] or b""
    if given:
        return [given]
    word: bytes = match["expression"] or match["argument"] or b""
    if not re.fullmatch(rb"[A-Za-z_]\w*", word):
        return [b""]
    constant = re.search(rb"^" + word + rb"[ \t]*(?::[^=\n]+)?=[ \t]*[\"'](\w+)[\"'][ \t]*$", data, re.M)
    if constant and len(re.findall(rb"\b" + word + rb"\s*(?::[^=\n]+)?=(?!=)", data)) == 1:
        return [constant[1]]
    loops = list(re.finditer(rb"\bfor[ \t]+" + word + rb"[ \t]+in[ \t]*[\[(]([^\])]*)[\])]", data[: match.start()]))
    if loops and _TEXTS.fullmatch(loops[-1][1]):
        return re.findall(rb"\w+", loops[-1][1])
    return [b""]


class _Calls:
    """Which functions may run while modules are imported: those that a module's top level calls, by their names."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._known: dict[bytes, bool] = {}

    def runs_at_import(self, data: bytes, at: int, depth: int = 0) -> bool:
        """Whether what stands at an offset may run then. Errs on one side: it may say yes too often."""
        function = _function_around(data, at)
        if function is None:
            return True
        if function not in self._known:
            self._known[function] = True  # while a function that calls itself is looked at
            self._known[function] = self._is_called(function, depth)
        return self._known[function]

    def is_used_at_import(self, data: bytes, at: int) -> bool:
        """Whether a module's top level itself uses the function around an offset: what others do later ends again."""
        function = _function_around(data, at)
        if function is None:
            return True
        mention = re.compile(rb"(?<![\w])" + function + rb"\b")
        return any(
            not _only_names(other, match) and _function_around(other, match.start()) is None
            for _, other in _sources(self._evaluator)
            if function in other
            for match in mention.finditer(other)
        )

    def _is_called(self, function: bytes, depth: int) -> bool:
        if function == _LATER:
            return False
        if depth > _DEEPEST or function.startswith(b"__"):
            return True
        mention = re.compile(rb"(?<![\w])" + function + rb"\b")
        count = 0
        for _, data in _sources(self._evaluator):
            if function not in data:
                continue
            for match in mention.finditer(data):
                if _only_names(data, match):
                    continue
                count += 1
                if count > _MOST_CALLS or self.runs_at_import(data, match.start(), depth + 1):
                    return True
        return False


def _only_names(data: bytes, match: re.Match[bytes]) -> bool:
    """Whether the function is only declared, imported or written in a text there."""
    line = data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()].lstrip()
    if line.startswith((b"def ", b"async def ", b"from ", b"import ", b"#")):
        return True
    if data[match.start() - 1 : match.start()] in (b'"', b"'") and data[match.end() : match.end() + 1] in (b'"', b"'"):
        return True
    before = data[max(0, match.start() - 4_000) : match.start()]
    return before.rfind(b"import (") > before.rfind(b")")


def _function_around(data: bytes, at: int) -> bytes | None:
    """The innermost function around an offset; None at a module's top level, in a class or under an `if` there."""
    start = data.rfind(b"\n", 0, at) + 1
    own = _LINE.match(data, start)
    indent = len(own[1]) if own else 0
    for line in reversed(list(_LINE.finditer(data, 0, start))):
        if indent == 0:
            return None
        if len(line[1]) < indent:
            indent = len(line[1])
            if line[2]:
                return bytes(line[2])
    return None
