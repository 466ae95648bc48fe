"""What a worker's modules create while they are imported, and its forked processes cannot use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from celerylint import catalog
from celerylint.facts.python.body import called_name
from celerylint.facts.python.names import span_of
from celerylint.link.code import Code
from celerylint.model import Call
from celerylint.origin import Layer, Value, known, unknown
from celerylint.sources.python import PythonSyntaxError

_ANEW = (b"worker_process_init", b"register_at_fork")  # who says one of these creates things again in each process
_MADE = re.compile(
    r"\bThread\(|\bTimer\(|\bMongoClient\(|\bKafka\w+\(|\bProducer\(|\bConsumer\(|_channel\(|\bcuda\.|Scheduler\("
)
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def made_before_fork(code: Code, paths: Iterable[str]) -> Value[tuple[Call, ...]]:
    """The calls at the top of these files, in order; unknown where the repository creates something in each child."""
    files = {facts.path: facts for facts in code.files}
    found: list[Call] = []
    for path in sorted({*paths} & files.keys()):
        found += _in_file(code, path, dict(files[path].imports))
    again = next((path for path in code.tree.files if path.endswith(".py") and _says(code.tree.data(path))), "")
    if found and again:
        return unknown(f"{again} may create it again in each process", found[0].span)
    return known(tuple(found), Layer.CODE, found[0].span if found else None)


def _says(data: bytes | None) -> bool:
    return data is not None and any(word in data for word in _ANEW)


def _in_file(code: Code, path: str, imports: dict[str, str]) -> list[Call]:
    module = code.tree.python(path)
    try:
        statements = module.mentioning(_MADE) if module else []
    except PythonSyntaxError:
        return []
    found: dict[tuple[int, int], Call] = {}
    for node in _run_at_import(statements):
        name = called_name(node.func, imports)
        if "unforkable" in catalog.call_kinds(name) and not _lazy(node):
            span = span_of(path, node.func)
            found[span.line, span.column] = Call(name, span)  # of `MongoClient().shop.find()` the innermost
    return [found[place] for place in sorted(found)]


def _run_at_import(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    """The calls outside of functions and of what only runs as a program, outer ones first."""
    for node in nodes:
        if isinstance(node, _INNER) or (isinstance(node, ast.If) and "__name__" in ast.dump(node.test)):
            continue
        if isinstance(node, ast.Call):
            yield node
        yield from _run_at_import(ast.iter_child_nodes(node))


def _lazy(call: ast.Call) -> bool:
    """`MongoClient(connect=False)` starts nothing before it is used."""
    return any(
        each.arg == "connect" and isinstance(each.value, ast.Constant) and each.value.value is False
        for each in call.keywords
    )
