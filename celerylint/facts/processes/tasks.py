"""Scripts of a project: pyproject's tasks (poe, pdm, hatch, taskipy, rye, pixi), package.json, Taskfile, justfile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from celerylint.facts.launch import Locate, Word, split
from celerylint.facts.manifests.reading import entries
from celerylint.facts.manifests.workloads import EnvironmentFact, WorkloadFact
from celerylint.facts.processes.program import ProcessFacts, under_shell
from celerylint.facts.processes.scripts import Launchers, script_program, starts
from celerylint.facts.processes.words import command_words, filled
from celerylint.origin import Layer, Span, known
from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence

# Where each tool keeps its scripts, and whether it gives a text to a shell.
_TOOLS = (
    ("poe", ("tool", "poe", "tasks"), False),
    ("pdm", ("tool", "pdm", "scripts"), False),
    ("taskipy", ("tool", "taskipy", "tasks"), True),
    ("rye", ("tool", "rye", "scripts"), False),
    ("pixi", ("tool", "pixi", "tasks"), True),
)
_TEXT_KEYS = ("cmd", "shell")
_LIST_KEYS = ("sequence", "composite", "chain", "cmds", "parallel")
_VARIABLE = re.compile(r"\$(?:\{[^}]*\}|[A-Za-z_])")
_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_RECIPE = re.compile(r"^@?(?P<name>[A-Za-z_][\w-]*)[^:\n]*:(?!=)[^\n]*$", re.MULTILINE)
_BODY = re.compile(r"\n(?:[ \t]+[^\n]*|[ \t]*(?=\n[ \t]))")


def pyproject_facts(root: Mapping, launchers: Launchers = ()) -> ProcessFacts:
    """The tasks of pyproject.toml that start Celery."""
    found: list[WorkloadFact] = []
    for platform, path, shell in _TOOLS:
        for name, node in entries(_under(root, path)):
            found += _task(platform, name.value, name.span, node, shell)
    for environment, node in entries(_under(root, ("tool", "hatch", "envs"))):
        for name, script in entries(_under(node, ("scripts",))):
            scope = "" if environment.value == "default" else f"{environment.value}:"
            found += _task("hatch", f"{scope}{name.value}", name.span, script, True)
    return _starting(found, launchers)


def package_facts(root: Node | None, launchers: Launchers = ()) -> ProcessFacts:
    """The scripts of package.json that start Celery; npm gives each to a shell."""
    scripts = entries(_under(root, ("scripts",)))
    found = (each for name, node in scripts for each in _task("npm", name.value, name.span, node, True))
    return _starting(found, launchers)


def taskfile_facts(root: Node | None, launchers: Launchers = ()) -> ProcessFacts:
    """The tasks of a Taskfile.yml that start Celery; `{{.X}}` is filled in when a task is started."""
    tasks = entries(_under(root, ("tasks",)))
    found = (each for name, node in tasks for each in _task("task", name.value, name.span, node, True))
    return _starting(found, launchers)


def justfile_facts(text: str, locate: Locate, launchers: Launchers = ()) -> ProcessFacts:
    """The recipes of a justfile that start Celery, each line of which a shell runs."""
    found: list[WorkloadFact] = []
    for recipe in _RECIPE.finditer(text):
        at = recipe.end()
        span = locate(*recipe.span("name"))
        while line := _BODY.match(text, at):
            at = line.end()
            body = line[0].lstrip().lstrip("@-")
            start = line.end() - len(body)
            if body:
                word = Word.of(body, _from(locate, start))
                found += _workload("just", recipe["name"], span, under_shell(filled(word, _TEMPLATE)))
    return _starting(found, launchers)


def _starting(found: Iterable[WorkloadFact], launchers: Launchers) -> ProcessFacts:
    """Those that start Celery."""
    return ProcessFacts(tuple(each for each in found if starts(each.containers[0].arguments or (), launchers)))


def _from(locate: Locate, start: int) -> Locate:
    return lambda low, high: locate(start + low, start + high)


def _under(node: Node | None, path: tuple[str, ...]) -> Mapping | None:
    for key in path:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node if isinstance(node, Mapping) else None


def _task(platform: str, name: str, span: Span, node: Node, shell: bool) -> Iterator[WorkloadFact]:
    """The command lines of one task: a text, a list of words or of tasks, or a table that says which of them."""
    if isinstance(node, Mapping):
        variables = tuple(_environment(node))
        for key, value in entries(node):
            if key.value in _TEXT_KEYS:
                whole = _words(value, shell or key.value == "shell")
                words = command_words(value) if isinstance(value, Sequence) else whole
                yield from _workload(platform, name, span, words, variables)
            elif key.value in _LIST_KEYS and isinstance(value, Sequence):
                for item in value.items:
                    yield from _task(platform, name, span, item, shell)
    elif isinstance(node, Sequence) and platform == "rye":
        yield from _workload(platform, name, span, command_words(node))
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _task(platform, name, span, item, shell)
    else:
        yield from _workload(platform, name, span, _words(node, shell))


def _words(node: Node, shell: bool) -> tuple[Word, ...]:
    """The words of a text; where no shell reads it, the tool itself fills variables in."""
    if not isinstance(node, Scalar):
        return ()
    word = filled(Word.of(node.value, node.locate) if node.value else Word("", node.span), _TEMPLATE)
    if shell:
        return under_shell(word)
    reason = "the task's own environment decides"
    return tuple(
        replace(each, expansions=True, splits=True, reason=reason) if _VARIABLE.search(each.text) else each
        for each in split(word.text, word.locate)
    )


def _environment(node: Mapping) -> Iterator[EnvironmentFact]:
    for name, value in entries(_under(node, ("env",))):
        if isinstance(value, Scalar):
            yield EnvironmentFact(name.value, known(value.value, Layer.MANIFEST, value.span), name.span)


def _workload(
    platform: str, name: str, span: Span, words: tuple[Word, ...], environment: tuple[EnvironmentFact, ...] = ()
) -> Iterator[WorkloadFact]:
    if words:
        yield script_program(platform, "task", name, span, words, environment=environment).workload()
