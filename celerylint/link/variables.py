"""The variables of a worker's container: those that win over the code, those that nobody reads or expands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from celerylint import catalog
from celerylint.facts.launch import Word
from celerylint.facts.launch.wrappers import WRAPPERS
from celerylint.link.code import is_test
from celerylint.link.containers import Started
from celerylint.link.evaluate import plain
from celerylint.link.options import Options
from celerylint.model import DeadVariable, LiteralVariable, Override
from celerylint.origin import Layer, Unknown
from celerylint.sources.tree import Tree

_WRITTEN = (Layer.APP_CONF, Layer.CONFIG_OBJECT)
# Celery reads these wherever it runs (celery/app/utils.py:Settings, celery/loaders/base.py).
_READ_BY_CELERY = frozenset(
    {"CELERY_BROKER_URL", "CELERY_BROKER_READ_URL", "CELERY_BROKER_WRITE_URL", "CELERY_RESULT_BACKEND"}
)
# Code that reads variables by how their names begin, or all of them.
_WHOLESALE = re.compile(
    rb"startswith\(\s*\(?[\"']CELERY|[\"']CELERY(?:D|BEAT)?_[\"']|prefix\w*[\"']?\s*[=:]\s*[\"']CELERY"
    rb"|for\s[^\n]*\sin\s+(?:os\.)?environ\b|update\(\s*(?:os\.)?environ\b|environ\.items\(",
    re.IGNORECASE,
)
_PROSE = (".md", ".rst", ".adoc", ".html", ".svg", ".po", ".lock")
_MANIFESTS = (".yaml", ".yml", ".json", ".tf")
_IN_TEXT = re.compile(r"\$(?:\{(\w+)\}|(\w+)|\((\w+)\))")


def overrides_of(options: Options) -> tuple[Override, ...]:
    """The variables that the command line reads, and that hide another value of the code's."""
    return tuple(_overrides(options))


def _overrides(options: Options) -> Iterator[Override]:
    for dest, option in catalog.commands()["worker"].options.items():
        if not option.setting or not option.env:
            continue
        value = options.get(dest)
        hidden = next((each for each in value.shadowed if each.origin.layer in _WRITTEN), None)
        if hidden is None or not hidden.known or not value.known or value.origin.span is None:
            continue
        if value.origin.layer is Layer.ENVIRONMENT and str(plain(hidden)) != str(value.value):
            yield Override(value.origin.note, value.origin.span, option.setting, value, hidden)


def dead_variables(process: Started, tree: Tree) -> tuple[DeadVariable, ...]:
    """The variables of the manifest that are called like settings, and that nothing in the repository reads."""
    meant = {each: setting for each in process.container.environment if (setting := _meant(each.name))}
    if not meant or any(_WHOLESALE.search(data) for _, data in _code(tree)):
        return ()
    return tuple(
        DeadVariable(each.name, each.span, setting, _instead(setting))
        for each, setting in meant.items()
        if not _is_read(each.name, tree)
    )


@cache
def _read_by_options() -> frozenset[str]:
    return frozenset(name for each in catalog.commands().values() for one in each.options.values() for name in one.env)


def _meant(name: str) -> str:
    """The setting that a variable is called like; empty where there is none, or where Celery reads the variable."""
    if name in _READ_BY_CELERY or name in _read_by_options() or not name.startswith("CELERY"):
        return ""
    old = catalog.by_old_name(name)
    new = name.removeprefix("CELERY_").lower()
    return old.name if old else new if new in catalog.settings() else ""


def _instead(setting: str) -> str:
    options = catalog.commands()["worker"].options.values()
    return next((option.env[0] for option in options if option.setting == setting and option.env), "")


def _code(tree: Tree) -> Iterator[tuple[str, bytes]]:
    for path in tree.files:
        if path.endswith((".py", ".toml")) and not is_test(path) and tree.mentions(path):
            yield path, tree.data(path) or b""


def _is_read(name: str, tree: Tree) -> bool:
    """Whether any file but prose names it; a manifest has to ask for its value."""
    plainly = name.lower().encode()
    asking = re.compile(rb"\$[({]?" + re.escape(name.encode()) + rb"\b")
    for path in tree.files:
        file = path.rpartition("/")[2]
        if path.endswith(_PROSE) or file.startswith(".env") or path.endswith(".env") or not tree.mentions(path):
            continue
        data = tree.data(path) or b""
        if asking.search(data) if path.endswith(_MANIFESTS) else plainly in data.lower():
            return True
    return False


def literal_variables(process: Started) -> tuple[LiteralVariable, ...]:
    """The variables that stand in the words of a command which no shell reads, where nobody else fills them in."""
    launch, container = process.launch, process.container
    platform = process.workload.platform
    scripts = any(word.text.rpartition("/")[2] not in WRAPPERS for word in launch.wrappers)
    if platform not in ("kubernetes", "compose") or launch.shells or scripts or launch.supervision:
        return ()
    if container.entrypoint is None and container.made is None:
        return ()  # the image's own entry point may be a script
    return tuple(found for word in launch.words if (found := _literal(word, process)))


def _literal(word: Word, process: Started) -> LiteralVariable | None:
    for match in _IN_TEXT.finditer(word.text):
        name = match[1] or match[2] or match[3]
        value = process.environment.get(name).value
        if match[3]:
            literal = process.workload.platform == "kubernetes" and value is None
        elif process.workload.platform == "kubernetes":
            # Another tool may fill in what the container does not set.
            literal = isinstance(value, str) and not _IN_TEXT.search(value)
        else:
            literal = not word.expansions
        if literal and not (isinstance(value, Unknown) and match[3]):
            return LiteralVariable(name, word.span, word.text)
    return None
