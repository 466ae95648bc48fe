"""Places that start workers or set variables and that are not read: what they hold makes absence unknown."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from celerylint.facts.launch.spoken import starting
from celerylint.link.code import is_test
from celerylint.model import Unread
from celerylint.origin import Span
from celerylint.sources.tree import Tree

# A command may be a list over several lines.
_IN_YAML = re.compile(rb"(?<![\w.-])celery(?![\w.:/])[^#]{0,200}?(?<![\w.-])worker\b")
_ENV = re.compile(rb"^[ \t]*(?:ENV|ARG)[ \t]+(\w+)|^[ \t]+(\w+)=\S*[ \t]*\\?$", re.M)
_FROM = re.compile(rb"^[ \t]*FROM[ \t]+(?:--platform=\S+[ \t]+)?(\S+)", re.M | re.I)
_VARIABLE = re.compile(rb"\bCELERY_(?:WORKER|BEAT)_[A-Z_]+\b|\bCELERY_APP\b|\bREMAP_SIGTERM\b")
_QUOTED_VARIABLE = re.compile(rb"[\"'](CELERY_(?:WORKER|BEAT)_[A-Z_]+)[\"']")
_SCRIPTS = frozenset({"sh", "bash", "run", "mk", "env", "toml", "json", "conf", "ini", "cfg", "service"})
_TEMPLATES = frozenset({"j2", "jinja", "tpl", "tmpl", "template", "hcl", "tf"})
_ENDINGS = _SCRIPTS | _TEMPLATES
_PROSE = ("package.json", "package-lock.json", "uv.lock", "poetry.lock", "setup.cfg", "tox.ini", "Tiltfile")
LARGEST = 1_000_000  # bytes; a script or unit is far smaller


@dataclass(slots=True)
class Surroundings:
    """What stands beside code and manifests."""

    launches: list[Unread] = field(default_factory=list)
    image_variables: dict[str, Span] = field(default_factory=dict)  # set by a Dockerfile
    base_images: list[str] = field(default_factory=list)
    named_variables: set[str] = field(
        default_factory=set
    )  # CELERY_WORKER_… and REMAP_SIGTERM, as some file speaks of them


def read_surroundings(tree: Tree) -> Surroundings:
    """Look through scripts, units, Dockerfiles and the like, by a byte search."""
    found = Surroundings()
    for path in tree.files:
        name = path.rpartition("/")[2]
        ending = name.rpartition(".")[2] if "." in name.lstrip(".") else ""
        if name.startswith("Dockerfile") or ending.lower() == "dockerfile":
            _dockerfile(tree, path, found)
        elif ending == "py":
            _python(tree, path, found)
        elif (ending in _ENDINGS or not ending or name.startswith(".env")) and name not in _PROSE:
            _script(tree, path, found)
        elif ending in ("yaml", "yml"):
            _variables((tree.data(path) if tree.mentions(path) else None) or b"", found)
    return found


def _script(tree: Tree, path: str, found: Surroundings) -> None:
    data = tree.data(path) if tree.mentions(path) else None
    if not data or len(data) > LARGEST:
        return
    _variables(data, found)
    if path.endswith(".json") and b"containerDefinitions" not in data:
        return
    lines = (line for line, _ in starting(data.decode("latin-1"))) if b"celery" in data else iter(())
    spoken = _docstrings(data) if data.startswith(b"#!") and b"python" in data[:80] else ()
    line = next((line for line in lines if line not in spoken), None)
    if line and not is_test(path) and b"\0" not in data[:1024]:
        found.launches.append(Unread(Span.of_line(path, line), f"{path}:{line} starts workers and is not read"))


def _docstrings(data: bytes) -> frozenset[int]:
    """The lines of a Python script's texts that stand alone."""
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    alone = (node for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    return frozenset(line for node in alone for line in range(node.lineno, (node.end_lineno or node.lineno) + 1))


def _python(tree: Tree, path: str, found: Surroundings) -> None:
    data = (tree.data(path) if tree.mentions(path) else None) or b""
    found.named_variables |= {name.decode() for name in _QUOTED_VARIABLE.findall(data)}


def _dockerfile(tree: Tree, path: str, found: Surroundings) -> None:
    data = tree.data(path) or b""
    _script(tree, path, found)
    found.base_images += [name.decode(errors="replace").lower() for name in _FROM.findall(data)]
    for match in _ENV.finditer(data):
        line = data.count(b"\n", 0, match.start()) + 1
        name = (match[1] or match[2]).decode(errors="replace")
        found.image_variables.setdefault(name, Span.of_line(path, line))


def _variables(data: bytes, found: Surroundings) -> None:
    found.named_variables |= {name.decode() for name in _VARIABLE.findall(data)}


def launching_manifests(tree: Tree, read: set[str]) -> list[Unread]:
    """YAML files that start a worker in a way that nobody took apart, such as a custom resource's own fields."""
    found: list[Unread] = []
    for path in tree.files:
        if not path.endswith((".yaml", ".yml")) or path in read or is_test(path) or not tree.mentions(path):
            continue
        data = tree.data(path) or b""
        matches = _IN_YAML.finditer(data) if len(data) <= LARGEST else ()
        match = next((match for match in matches if not _comment(data, match.start())), None)
        if match:
            line = data.count(b"\n", 0, match.start()) + 1
            found.append(Unread(Span.of_line(path, line), f"{path}:{line} starts workers and is not read"))
    return found


def _comment(data: bytes, at: int) -> bool:
    """Whether a YAML comment begins before a place in its line."""
    before = data[data.rfind(b"\n", 0, at) + 1 : at]
    return before.lstrip().startswith(b"#") or b" #" in before
