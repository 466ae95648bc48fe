"""Functions and classes that are declared to be tasks: their decorators, their tags, their bodies."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from celerylint.facts.python.body import Body, function_body
from celerylint.facts.python.celerys import OLD_CLASSES, OLD_TASK, SHARED
from celerylint.facts.python.facts import Scope, TaskFact
from celerylint.facts.python.guards import guards_of
from celerylint.facts.python.names import dotted, imported_names, resolve
from celerylint.origin import Span
from celerylint.sources.python import PythonModule

Function = ast.FunctionDef | ast.AsyncFunctionDef

TAG_WORDS = ("cpu", "io", "mixed", "fast", "slow")
_TAG_WORD = rf"(?:{'|'.join(TAG_WORDS)}|\d+(?:\.\d+)?[smhd])"
_TAG = re.compile(rf"#\s*celerylint:\s*({_TAG_WORD}(?:[ ,]+|$))+", re.I)
_IMPORTS = re.compile(r"^[ \t]*(?:from|import)[ \t]", re.M)
_Tags = tuple[tuple[str, ...], Span | None]


def is_tag(word: str) -> bool:
    """Whether a word behind `# celerylint:` says how long or how heavy a task is."""
    return re.fullmatch(_TAG_WORD, word, re.I) is not None


def imports_of(module: PythonModule) -> dict[str, str]:
    """What the imports of a file bind, wherever they stand. Raises PythonSyntaxError."""
    return imported_names(module.mentioning(_IMPORTS))


def directly_declared(
    module: PythonModule, node: Function, imports: Mapping[str, str], scope: Scope
) -> TaskFact | None:
    """The task that a decorator of Celery's own, or one called `….task`, makes of a function."""
    for decorator in node.decorator_list:
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        written = dotted(function)
        known = resolve(written, imports)
        if known not in SHARED and not written.endswith(".task") and known not in OLD_TASK:
            if written.rpartition(".")[2] == "shared_task":  # imported from where the project imports it
                return task_fact(module, node, imports, scope)
            continue
        keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
        options = {keyword.arg: keyword.value for keyword in keywords if keyword.arg}
        spread = tuple(keyword.value for keyword in keywords if keyword.arg is None)
        shared = known in SHARED | OLD_TASK
        return task_fact(module, node, imports, scope, (function, shared), options, spread)
    return None


def task_fact(
    module: PythonModule,
    node: Function,
    imports: Mapping[str, str],
    scope: Scope,
    declared: tuple[ast.expr | None, bool] = (None, False),
    options: Mapping[str, ast.expr] | None = None,
    spread: tuple[ast.expr, ...] = (),
) -> TaskFact:
    """A function as a task; without `declared` something else makes one of it, which knows the options."""
    tags, tag_span = _tags(module, min([node.lineno, *(each.lineno for each in node.decorator_list)]), node)
    body = function_body(module.path, node, dict(imports))
    span, guards = _name_span(module, node), guards_of(module.path, node)
    return TaskFact(node.name, span, node, *declared, options or {}, spread, body, tags, tag_span, scope, guards)


def class_fact(
    module: PythonModule, node: ast.ClassDef, body: Body, scope: Scope, base: ast.expr | None = None
) -> TaskFact:
    """A class as a task, whose options are its attributes; `body` is that of its `run`."""
    tags, tag_span = _tags(module, node.lineno, node)
    span, guards = _name_span(module, node), guards_of(module.path, node)
    return TaskFact(node.name, span, node, base, base is not None, {}, (), body, tags, tag_span, scope, guards)


def registers_itself(node: ast.ClassDef, imports: Mapping[str, str]) -> ast.expr | None:
    """The base that registers a class by itself; None where none does."""
    return next((base for base in node.bases if resolve(dotted(base), imports) in OLD_CLASSES), None)


def run_of(node: ast.ClassDef) -> Function | None:
    """The method that a worker calls, where the class itself has it."""
    functions = (each for each in node.body if isinstance(each, Function))
    return next((each for each in functions if each.name == "run"), None)


def decorated_by(module: PythonModule, names: Iterable[str]) -> list[TaskFact]:
    """The functions that have a decorator of one of these names. Raises PythonSyntaxError."""
    words = frozenset(names)
    pattern = re.compile(rf"^[ \t]*@[ \t]*(?:\w+\.)*(?:{'|'.join(sorted(map(re.escape, words)))})\b", re.M)
    if not pattern.search(module.text.text):
        return []
    imports = imports_of(module)
    found: list[TaskFact] = []
    stack: list[tuple[ast.AST, Scope]] = [(each, ()) for each in reversed(module.mentioning(pattern))]
    while stack:
        node, scope = stack.pop()
        if isinstance(node, Function) and any(_last_name(each) in words for each in node.decorator_list):
            found.append(directly_declared(module, node, imports, scope) or task_fact(module, node, imports, scope))
        inner = (*scope, node) if isinstance(node, (*_FUNCTIONS, ast.ClassDef)) else scope
        stack.extend(
            (child, inner) for child in reversed(list(ast.iter_child_nodes(node))) if isinstance(child, ast.stmt)
        )
    return found


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _last_name(decorator: ast.expr) -> str:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return dotted(function).rpartition(".")[2]


def _tags(module: PythonModule, first: int, node: Function | ast.ClassDef) -> _Tags:
    """`# celerylint: cpu slow` on the lines of the declaration, or alone on the line above it."""
    text = module.text
    last = node.body[0].lineno if node.body else node.lineno
    for line in range(max(first - 1, 1), max(last, node.lineno + 1)):
        found = _TAG.search(text.line(line))
        if found and (line >= first or text.line(line).lstrip().startswith("#")):
            words = tuple(found[0].partition(":")[2].replace(",", " ").lower().split())
            return words, Span(module.path, line, found.start() + 1, line, found.end() + 1)
    return (), None


def _name_span(module: PythonModule, node: Function | ast.ClassDef) -> Span:
    column = module.text.line(node.lineno).find(node.name, node.col_offset + 3) + 1
    return Span(module.path, node.lineno, column, node.lineno, column + len(node.name))
