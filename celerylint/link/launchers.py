"""Python code that starts Celery: its command lines, as workloads of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from celerylint.facts.launch import Word
from celerylint.facts.manifests import WorkloadFact
from celerylint.facts.manifests.development import is_development
from celerylint.facts.processes.program import Program, written_nowhere
from celerylint.facts.processes.scripts import starts
from celerylint.facts.python.launchers import LauncherFact, LauncherFacts, launcher_facts, launches
from celerylint.link.argv import Argv
from celerylint.link.code import Code, app_of, is_test
from celerylint.link.containers import Started
from celerylint.link.processes import Processes, may_start
from celerylint.model import Unread
from celerylint.origin import Span, Value, unknown
from celerylint.sources.python import PythonSyntaxError

_LONG_LIVED = re.compile(r"\b(?:worker|beat|multi|flower)\b")
_COMMAND = re.compile(r"(?:^|/)management/commands/(\w+)\.py$")
_GENERAL = frozenset({"main", "run", "start", "handle", "__init__", "__call__"})
# celery/worker/worker.py:WorkController and celery/apps/worker.py:Worker, as the options of the command line.
_OPTIONS = {
    "pool_cls": "pool",
    "hostname": "hostname",
    **{
        name: name.replace("_", "-")
        for name in (
            *("concurrency", "pool", "queues", "exclude_queues", "loglevel", "autoscale", "prefetch_multiplier"),
            *("time_limit", "soft_time_limit", "max_tasks_per_child", "max_memory_per_child", "optimization"),
        )
    },
}
_FLAGS = {"beat": "--beat", "task_events": "--task-events", "without_gossip": "--without-gossip"}


def python_launchers(code: Code) -> Processes:
    """What the Python files of the repository start; tests and examples start nothing."""
    found = Processes()
    for path in code.tree.files:
        if not path.endswith(".py") or is_test(path) or not code.tree.mentions(path):
            continue
        if not launches(code.tree.data(path) or b""):
            continue
        module = code.tree.python(path)
        if module is None:
            continue
        try:
            facts = launcher_facts(module)
        except PythonSyntaxError as error:
            code.tree.syntax_error(path, error.line, error.column, error.message)
            found.unread.append(Unread(Span.of_line(path, error.line), f"{path} may start workers and cannot be read"))
            continue
        found.taken.add(path)
        _read(code, facts, found)
    return found


def reloaded(process: Started, launched: Processes) -> Started:
    """The process, for development where the Python file that starts it does so whenever a file changes."""
    reloading = {each.span.path for each in launched.workloads if each.development}
    if process.launch.span.path not in reloading:
        return process
    return replace(process, workload=replace(process.workload, development=True))


def _read(code: Code, facts: LauncherFacts, found: Processes) -> None:
    used: set[int] = set()
    for fact in facts.launchers:
        argv = Argv(code, facts.path, fact.scope, fact.node)
        found.workloads += _workload(code, facts, fact, argv)
        if fact.kind == "app" and fact.command is None and _is_app(code, facts, fact):
            found.bare.add(facts.path)
        used |= argv.used
    for loose in facts.loose:
        if id(loose.node) in used:
            continue
        argv = Argv(code, facts.path, loose.scope, loose.node)
        if argv.is_text(loose.node):
            where = f"{loose.span.path}:{loose.span.line}"
            reason = f"{where} is a worker's command line; who runs it is not known"
            found.unread += [] if is_development(facts.path) else [Unread(loose.span, reason)]
            continue
        found.workloads += _started(code, facts, loose.span, _owner(facts.path, loose.scope), argv.words(loose.node))


def _is_app(code: Code, facts: LauncherFacts, fact: LauncherFact) -> bool:
    if fact.app is None or fact.method == "worker_main":
        return fact.app is not None
    return app_of(code.evaluator(), facts.path, fact.app, fact.scope) is not None


def _workload(code: Code, facts: LauncherFacts, fact: LauncherFact, argv: Argv) -> Iterator[WorkloadFact]:
    name = _owner(facts.path, fact.scope)
    app = app_of(code.evaluator(), facts.path, fact.app, fact.scope) if fact.app is not None else None
    if fact.kind == "options":
        words = (*_celery(fact.span), *_options(fact, argv))
        yield from _started(code, facts, fact.span, name, words, fact, app)
    elif fact.kind == "shell" and fact.command is not None:
        yield from _started(code, facts, fact.span, name, argv.shell(fact.command), fact)
    elif fact.kind == "words":
        words = argv.words(fact.command) if fact.command is not None else ()
        own = tuple(word for node in fact.arguments for word in argv.word(node))
        program = (Word("celery", fact.span),) if fact.method == "sh.celery" else ()
        yield from _started(code, facts, fact.span, name, (*program, *words, *own), fact)
    elif fact.command is not None and (app is not None or fact.method != "start"):
        words = argv.words(fact.command)
        # Before Celery 5 the first word was the program's.
        words = words[1:] if words and words[0].text.rpartition("/")[2] == "celery" else words
        yield from _started(code, facts, fact.span, name, (*_celery(fact.span)[:1], *words), fact, app)


def _celery(span: Span) -> tuple[Word, ...]:
    place = written_nowhere(span)
    return (Word("celery", place), Word("worker", span))


def _options(fact: LauncherFact, argv: Argv) -> Iterator[Word]:
    """The keywords of `app.Worker(...)` as options."""
    for name, node in fact.keywords.items():
        if name in _FLAGS:
            yield from argv.flag(_FLAGS[name], node)
        elif name in _OPTIONS:
            yield argv.option(f"--{_OPTIONS[name]}=", node)
    if fact.spread:
        reason = "the code gives options that are only known when it runs"
        yield Word("{**}", written_nowhere(fact.span), True, True, reason=reason)


def _owner(path: str, scope: tuple[object, ...]) -> str:
    """What the program is called: the management command, the function, else the file."""
    command = _COMMAND.search(path)
    names = [getattr(node, "name", "") for node in scope]
    own = names[-1] if names and names[-1] not in _GENERAL else ""
    return command[1] if command else own or path.rpartition("/")[2].removesuffix(".py")


def _started(
    code: Code,
    facts: LauncherFacts,
    span: Span,
    name: str,
    words: tuple[Word, ...],
    fact: LauncherFact | None = None,
    app: Span | None = None,
) -> Iterator[WorkloadFact]:
    """The workload, where the words may start a process that stays."""
    text = " ".join(word.text for word in words)
    by_name = may_start(words) and (_LONG_LIVED.search(text) or any(word.splits for word in words))
    if not (by_name or starts(words, code.tree.launchers)):
        return
    who = f"whoever runs {facts.path}"
    nobody: Value[int] = unknown(f"nothing says how often {facts.path} is run", span)
    program = Program(
        platform="python",
        kind="launcher",
        name=name,
        span=span,
        words=words,
        grace_period=unknown(f"{who} decides how it is stopped", span),
        memory_limit=unknown(f"{who} decides how much memory it may use", span),
        cpu_limit=unknown(f"{who} decides how many CPUs it may use", span),
        replicas=nobody,
        environment_open=f"{who} decides its environment",
        stops_all=unknown(f"{who} decides how it is stopped", span),
        development=facts.reloads or is_development(facts.path, (), name),
    )
    workload = program.workload()
    container = replace(workload.containers[0], app=app)
    yield replace(workload, containers=(container,))
