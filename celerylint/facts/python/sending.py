"""Functions that send tasks in a way that may go wrong: found by their text, so that few of them are parsed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from celerylint.facts.python.facts import Scope
from celerylint.facts.python.function import FunctionNode
from celerylint.sources.python import PythonModule

_SENDS = re.compile(r"\.(?:delay|apply_async)\(")
_IN_TRANSACTION = re.compile(r"\batomic\b|\breceiver\(")
_OPENS = re.compile(r"\batomic\b")
_ARGUMENTS = re.compile(r"\.(?:delay|apply_async)\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")
_NAME = re.compile(r"(?<![\w.\"'])([a-z_]\w*)(?=\s*(?:[,\])}]|$))")
_OWN_MAKING = r"\s*(?::\s*[\"']?(?:\w+\.)*[A-Z]|=\s*(?:\w+\.)*[A-Z]\w*[.(]|=\s*(?:set\(|timedelta\(|\{[^:}]*\}))"
_BARE = re.compile(r"(?:^|[\s,=(\[])(?:set\(|timedelta\(|\{[^:}]*\}|(?:\w+\.)*[A-Z]\w*(?:\.\w+)*\()")
_LARGE = re.compile(r"\.(?:read|read_text|read_bytes|getvalue|to_json|to_dict|to_csv)\(")
LONGEST = 60_000  # characters of a statement; longer ones are data


def sends(data: bytes) -> bool:
    """Whether a file may send tasks, by a byte search alone."""
    return b".delay(" in data or b".apply_async(" in data


def opens(data: bytes) -> bool:
    """Whether a file may open a transaction of Django's, or say that requests do, by a byte search alone."""
    words = (b"transaction.atomic", b"import atomic", b"ATOMIC_REQUESTS", b"non_atomic_requests")
    return any(word in data for word in words)


def opens_one(text: str) -> bool:
    """Whether a function or class may open a transaction."""
    return _OPENS.search(text) is not None


def openers(module: PythonModule, names: frozenset[str]) -> Iterator[tuple[FunctionNode, Scope]]:
    """The functions of these top-level functions and classes. Raises PythonSyntaxError."""
    pattern = re.compile(rf"^(?:async[ \t]+)?(?:def|class)[ \t]+(?:{'|'.join(sorted(names))})\b", re.MULTILINE)
    for statement in module.mentioning(pattern):
        yield from functions_in(statement)


def senders(module: PythonModule) -> Iterator[tuple[FunctionNode, Scope]]:
    """The functions of the statements that may send within a transaction, or what is large or no plain data.

    Raises PythonSyntaxError.
    """
    if any(_wanted(segment.text) for segment in module.segments):
        for statement in module.chosen(_wanted):
            yield from functions_in(statement)


def _wanted(text: str) -> bool:
    if len(text) > LONGEST or not _SENDS.search(text):
        return False
    if _IN_TRANSACTION.search(text) or _LARGE.search(text):
        return True
    return any(_odd(text, given) for given in _ARGUMENTS.findall(text))


def _odd(text: str, given: str) -> bool:
    """Whether an argument may be an object: made by a class, or a set."""
    if _BARE.search(given):
        return True
    names = set(_NAME.findall(given))
    return any(re.search(rf"\b{name}{_OWN_MAKING}", text) for name in names)


def functions_in(statement: ast.stmt) -> Iterator[tuple[FunctionNode, Scope]]:
    """Every function of a statement, with what stands around it, in order."""
    stack: list[tuple[ast.AST, Scope]] = [(statement, ())]
    while stack:
        node, scope = stack.pop()
        inner = scope
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, scope
            inner = (*scope, node)
        elif isinstance(node, ast.ClassDef):
            inner = (*scope, node)
        stack.extend((child, inner) for child in reversed(list(ast.iter_child_nodes(node))))
