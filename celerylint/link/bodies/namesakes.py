"""Functions that are registered under one and the same name."""

from __future__ import annotations

from celerylint.link.code import Code
from celerylint.link.task_options import TaskSource
from celerylint.model import Namesake


def namesakes(code: Code, tasks: tuple[TaskSource, ...], source: TaskSource) -> tuple[Namesake, ...]:
    """Those that the process of a task certainly registers under its name as well."""
    same = [each for each in tasks if each.name == source.name and each.fact.span != source.fact.span]
    if not same or source.unnamed or not _certain(code, source):
        return ()
    found = [each for each in same if not each.unnamed and _beside(code, source, each) and _certain(code, each)]
    return tuple(Namesake(each.name, each.fact.span, each.path == source.path) for each in found)


def _beside(code: Code, one: TaskSource, other: TaskSource) -> bool:
    """Whether one process has both: of two files with the same module name Python imports one."""
    if one.app is not None and other.app is not None and one.app != other.app:
        return False
    modules = code.modules
    if one.path == other.path:
        return True
    roots = {modules.source_root(one.path), modules.source_root(other.path)}
    return len(roots) == 1 and modules.name(one.path) != modules.name(other.path)


def _certain(code: Code, source: TaskSource) -> bool:
    """Whether importing the file always registers it: a statement of the file's own, below no condition."""
    module = code.tree.python(source.path)
    if module is None or source.fact.scope:
        return False
    return any(statement is source.fact.node for statement in module.binding(source.fact.name))
