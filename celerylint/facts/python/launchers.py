"""Python code that starts Celery itself: `app.worker_main([...])`, `subprocess.run([...])` and their like.

Only what is written is told; what the expressions mean is for the reader of the facts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from celerylint.facts.python.names import dotted, imported_names, resolve, span_of
from celerylint.origin import Span
from celerylint.sources.python import PythonModule

_IMPORTS = re.compile(r"^[ \t]*(?:from|import)[ \t]", re.M)
_STARTS = re.compile(
    r"worker_main|\.Worker\(|\.start\(|subprocess|Popen|check_call|check_output|\bos\.(?:exec|spawn|posix_spawn|system|popen)"
    r"|create_subprocess|\bsh\.celery|\bcelery\.main\(|[\"'](?:[\w./-]+/)?celery[\"' ]"
)
_REASON = re.compile(
    rb"worker_main|(?i:app|celery)\w*\.start\(|\.Worker\(|\.start\([^)\n]*[\[a]|subprocess|Popen|\bos\.(?:exec|spawn|posix_spawn|system|popen)|create_subprocess"
    rb"|\bsh\.celery|\bcelery\.main\(|[\"'](?:[\w./-]+/)?celery[\"' ]"
)
# A text that is a command line; a sentence that speaks of one begins otherwise.
# Behind `worker` stand options, the end of the command, or what code puts there; a sentence goes on with words.
_COMMAND = re.compile(r"\s*(?:\S+/)?celery\s(?:[^\n]*\s)?(?:worker(?=\s*(?:$|[-{%&|;>\"'\\\n]))|multi\b)")
_LONGEST = 4_000  # characters of a command line
_RELOADS = re.compile(r"\bautoreload\b|\brun_process\(|\bwatchfiles\b")

_LISTS = frozenset(
    {
        *("subprocess.run", "subprocess.Popen", "subprocess.call", "subprocess.check_call", "subprocess.check_output"),
        *("pexpect.spawn", "subprocess.getoutput", "subprocess.getstatusoutput", "os.system", "os.popen"),
        *("asyncio.create_subprocess_shell", "os.execv", "os.execvp", "os.execve", "os.execvpe", "os.posix_spawn"),
        *("os.spawnv", "os.spawnvp", "os.spawnve", "os.spawnvpe", "os.posix_spawnp"),
    }
)
_SHELLS = frozenset({"os.system", "os.popen", "asyncio.create_subprocess_shell", "subprocess.getoutput"})
_SECOND = re.compile(r"os\.(?:exec|posix_spawn)")  # the words are the second argument
_THIRD = re.compile(r"os\.spawn")
_SPREAD = frozenset({"os.execl", "os.execlp", "asyncio.create_subprocess_exec", "sh.celery"})
_MAIN = frozenset({"celery.__main__.main", "celery.bin.celery.main", "celery.bin.celery.celery.main"})

Scope = tuple[ast.AST, ...]


@dataclass(frozen=True, slots=True)
class LauncherFact:
    """A call that starts Celery, or may.

    `kind`: `app` (its own command line: `command` are the words behind `celery`), `options` (`app.Worker(...)`: the
    keywords are the options), `words` (a list of words) or `shell` (a text for a shell). `command` is None where the
    command line of the running process is meant (`sys.argv`).
    """

    kind: str
    node: ast.Call
    span: Span  # of the function that is called
    command: ast.expr | None
    arguments: tuple[ast.expr, ...]  # words that are given one by one
    app: ast.expr | None
    keywords: Mapping[str, ast.expr]
    spread: bool  # `**` may give more keywords
    scope: Scope
    method: str = ""


@dataclass(frozen=True, slots=True)
class LooseCommand:
    """A command line that starts a worker and stands in no call that is known: a list or a text."""

    node: ast.expr
    span: Span
    scope: Scope


@dataclass(frozen=True, slots=True)
class LauncherFacts:
    """What one file starts; `reloads`: it starts it anew when files change, as one does while developing."""

    path: str
    launchers: tuple[LauncherFact, ...] = ()
    loose: tuple[LooseCommand, ...] = ()
    reloads: bool = False


def launches(data: bytes) -> bool:
    """Whether a file that mentions Celery has any reason to be read for this, by a byte search alone."""
    return _REASON.search(data) is not None


def launcher_facts(module: PythonModule) -> LauncherFacts:
    """The launchers of a file. Raises PythonSyntaxError where it is no Python."""
    reader = _Reader(module.path, imported_names(module.mentioning(_IMPORTS)))
    for statement in module.mentioning(_STARTS):
        reader.statement(statement)
    reloads = _RELOADS.search(module.text.text) is not None
    return LauncherFacts(module.path, tuple(reader.launchers), tuple(reader.loose), reloads)


class _Reader:
    """One pass over the statements that may start something."""

    def __init__(self, path: str, imports: dict[str, str]) -> None:
        self.path = path
        self.imports = imports
        self.launchers: list[LauncherFact] = []
        self.loose: list[LooseCommand] = []

    def statement(self, statement: ast.stmt) -> None:
        """Read a statement and everything below it."""
        stack: list[tuple[ast.AST, Scope]] = [(statement, ())]
        used: set[int] = set()
        while stack:
            current, scope = stack.pop()
            found = self._call(current, scope) if isinstance(current, ast.Call) else None
            if found is not None:
                self.launchers.append(found)
                used |= {id(part) for node in _expressions(found) for part in ast.walk(node)}
            elif isinstance(current, ast.Expr) and isinstance(current.value, ast.Constant):
                continue  # a docstring
            elif isinstance(current, ast.expr) and id(current) not in used and _is_command(current):
                self.loose.append(LooseCommand(current, span_of(self.path, current), scope))
                continue
            inner = (*scope, current) if isinstance(current, _SCOPES) else scope
            stack.extend((child, inner) for child in reversed(list(ast.iter_child_nodes(current))))

    def _call(self, node: ast.Call, scope: Scope) -> LauncherFact | None:
        keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        spread = any(keyword.arg is None for keyword in node.keywords)
        first = LauncherFact("", node, span_of(self.path, node.func), None, (), None, keywords, spread, scope)
        function = node.func
        if isinstance(function, ast.Attribute) and (own := _own(function, node, keywords, first)):
            return own
        name = dotted(function)
        known = resolve(name, self.imports) or name
        first = replace(first, method=known)
        if known in _MAIN:
            return replace(first, kind="app", command=node.args[0] if node.args else keywords.get("args"))
        if known in _SPREAD:
            words = node.args[1:] if known.startswith("os.") else node.args
            return replace(first, kind="words", arguments=tuple(words))
        if known not in _LISTS:
            return None
        at = 2 if _THIRD.match(known) else 1 if _SECOND.match(known) else 0
        command = node.args[at] if len(node.args) > at else keywords.get("args") or keywords.get("cmd")
        shell = keywords.get("shell")
        hidden = known in _SHELLS or (shell is not None and not (isinstance(shell, ast.Constant) and not shell.value))
        return replace(first, kind="shell" if hidden else "words", command=command) if command else None


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def _own(
    function: ast.Attribute, node: ast.Call, keywords: Mapping[str, ast.expr], first: LauncherFact
) -> LauncherFact | None:
    """A call of an app's own methods."""
    holder, method = function.value, function.attr
    argv = node.args[0] if node.args else keywords.get("argv")
    if method == "worker_main" or (method == "start" and not isinstance(holder, ast.Call)):
        return replace(first, kind="app", command=argv, app=holder, method=method)
    if method == "start" and isinstance(holder, ast.Call) and isinstance(holder.func, ast.Attribute):
        if holder.func.attr != "Worker":
            return None
        given = {keyword.arg: keyword.value for keyword in holder.keywords if keyword.arg}
        spread = any(keyword.arg is None for keyword in holder.keywords) or bool(holder.args)
        app = holder.func.value
        return replace(first, kind="options", app=app, keywords=given, spread=spread, method="Worker")
    return None


def _expressions(fact: LauncherFact) -> Iterator[ast.expr]:
    if fact.command is not None:
        yield fact.command
    yield from fact.arguments


def _is_command(node: ast.expr) -> bool:
    """Whether a list or a text is the command line of a worker."""
    if isinstance(node, ast.List | ast.Tuple):
        texts = [item.value for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        names = [text.rpartition("/")[2] for text in texts]
        return "celery" in names and ("worker" in texts or "multi" in texts)
    text = ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        text = "".join(part for part in parts if isinstance(part, str))
    return len(text) <= _LONGEST and _COMMAND.match(text) is not None
