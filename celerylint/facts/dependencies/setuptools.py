"""setup.cfg, and what setup.py writes down literally; setup.py is read, never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from celerylint.facts.dependencies.requirement import (
    DependencyFacts,
    Include,
    Requirement,
    line_span,
    required,
)
from celerylint.origin import Span
from celerylint.sources.python import PythonModule, PythonSyntaxError
from celerylint.sources.text import Text

_SECTION = re.compile(r"\[(?P<name>[^\]]+)\]")
_OPTION = re.compile(r"(?P<name>[^\s=:#;\[][^=:]*?)\s*[=:]\s*(?P<value>.*)")
_SETUP = re.compile(r"\bsetup\s*\(")


def setup_cfg(text: Text) -> DependencyFacts:
    """`install_requires` and `extras_require` of setup.cfg; `file:` takes in a file of requirements."""
    found: list[Requirement] = []
    includes: list[Include] = []
    python = ""
    for section, option, value, span in _entries(text):
        group = option if section == "options.extras_require" else ""
        if section == "options" and option == "python_requires":
            python = python or value
        elif (section == "options" and option == "install_requires") or group:
            if value.startswith("file:"):
                names = value.removeprefix("file:").split(",")
                includes.extend(Include(name.strip(), span) for name in names if name.strip())
            elif requirement := required(value, span, group=group):
                found.append(requirement)
    return DependencyFacts(tuple(found), tuple(includes), python)


def _entries(text: Text) -> Iterator[tuple[str, str, str, Span]]:
    """Each line of each value, with its section and option (configparser's grammar, as far as setuptools uses it)."""
    section = option = ""
    at = 0
    for line in text.text.splitlines(keepends=True):
        start, at = at, at + len(line)
        content = line.strip()
        if not content or content[0] in "#;":
            continue
        value = content
        if not line[0].isspace():
            header, assigned = _SECTION.match(content), _OPTION.fullmatch(content)
            if header or assigned is None:
                section, option = (header["name"].strip(), "") if header else (section, "")
                continue
            option, value = assigned["name"].strip(), assigned["value"]
        if option and value:
            end = start + len(line.rstrip())
            yield section, option, value, line_span(text, end - len(value), end)


def setup_py(text: Text) -> DependencyFacts:
    """`install_requires` and `extras_require` of the call of setup(), where they are literal."""
    module = PythonModule(text)
    try:
        statements = module.mentioning(_SETUP)
        nodes = (node for each in statements for node in ast.walk(each))
        calls = [node for node in nodes if isinstance(node, ast.Call) and _calls_setup(node)]
        found = [each for call in calls for each in _of_call(module, call)]
    except (PythonSyntaxError, RecursionError):
        return DependencyFacts()
    return DependencyFacts(tuple(found))


def _name(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def _of_call(module: PythonModule, call: ast.Call) -> Iterator[Requirement]:
    for keyword in call.keywords:
        value = _literal(module, keyword.value)
        if keyword.arg == "install_requires":
            yield from _texts(module, value, "")
        elif keyword.arg == "extras_require" and isinstance(value, ast.Dict):
            for key, items in zip(value.keys, value.values, strict=True):
                group = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
                yield from _texts(module, _literal(module, items), group)


def _literal(module: PythonModule, node: ast.expr) -> ast.expr:
    """What a name stands for, where the file's top binds it just once and nothing changes it."""
    if not isinstance(node, ast.Name):
        return node
    bound = [each for each in module.binding(node.id) if not any(_calls_setup(inner) for inner in ast.walk(each))]
    if len(bound) == 1 and isinstance(bound[0], ast.Assign | ast.AnnAssign) and bound[0].value is not None:
        return bound[0].value
    return node


def _calls_setup(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _name(node.func) == "setup"


def _texts(module: PythonModule, node: ast.expr, group: str) -> Iterator[Requirement]:
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    for item in items:
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            end = (item.end_lineno or item.lineno, (item.end_col_offset or item.col_offset) + 1)
            span = Span(module.path, item.lineno, item.col_offset + 1, *end)
            for line in item.value.splitlines():
                if requirement := required(line, span, group=group):
                    yield requirement
