"""What one Python file may import: by its statements, wherever they stand, and by the names in its texts."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from celerylint.link.code import Code
from celerylint.link.settings.loading import imported_by
from celerylint.sources.python import PythonSyntaxError

LARGEST = 400_000  # characters; generated code, in which nobody can look for imports in reasonable time
_NOTHING: tuple[frozenset[str], frozenset[str], frozenset[str]] = (frozenset(), frozenset(), frozenset())
_IMPORTS = re.compile(r"\bimport\b")
_TEXT = re.compile(r"[\"'](\.*[A-Za-z_]\w*(?:\.\w+)*)(?::\w+)?[\"'](?P<key>\s*:)?")
_SENDS = re.compile(r"(?:send_task|signature|subtask)\(\s*$|[\"']task[\"']\s*\]?\s*[:=]\s*$|\btask\s*=\s*$")
_LITERAL = r"(?!\s*[rbu]?[\"'][\w.:]+[\"']\s*[,)])"
_COMPUTED = re.compile(
    rf"\bimport_\w+\({_LITERAL}|\b__import__\({_LITERAL}|autodiscover(?!_tasks\()\w*\(|\bexec\(|\brunpy\b"
    r"|\bexecfile\(|\bpkgutil\b|\b(?:walk_packages|iter_modules|find_modules|symbol_by_name|load_object)\(|\bspec_from_"
    r"|SourceFileLoader|\bload_(?:module|source)\(|\bentry_points\(|\bstevedore\b|\bpydoc\b|\bvenusian\b|\bpyramid\b"
    r"|\.wire\(|\bdependency_injector\b|\bsys\.meta_path\b|\bsys\.path_hooks\b"
)
_WORDS = tuple(  # without one of these, no expression above is found: looking for them is quick
    b"import_ __import__ autodiscover exec( execfile( runpy pkgutil _packages( _modules( symbol_by_name load_"
    b" spec_from_ SourceFileLoader entry_points( stevedore pydoc venusian pyramid .wire( dependency_injector"
    b" sys.meta_path sys.path_hooks".split()
)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Module names as a file writes them; `doubt` says why it may import others, empty where it does not."""

    imports: frozenset[str]
    texts: frozenset[str]  # in quotes: a module, or something in one
    keys: frozenset[str]  # in quotes, with a colon behind: a module, or a task that is sent or routed
    doubt: str


def mentions(code: Code, path: str) -> Mentions:
    """What a file may import; computed once for each."""
    key = (Mentions, path)
    results = code.shared.results
    if key not in results:
        results[key] = _read(code, path)
    found: Mentions = results[key]
    return found


def computes(data: bytes) -> bool:
    """Whether a file imports modules whose names nobody can read in it."""
    return any(word in data for word in _WORDS) and _COMPUTED.search(data.decode("utf-8", "replace")) is not None


def dotted_texts(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """What stands in quotes and looks like a module's name, and the keys among it; tasks that are sent are neither."""
    found = [each for each in _TEXT.finditer(text) if not _SENDS.search(text[max(each.start() - 40, 0) : each.start()])]
    keys = frozenset(each[1] for each in found if each["key"])
    return frozenset(each[1] for each in found if not each["key"]), frozenset(key for key in keys if "." in key)


def _read(code: Code, path: str) -> Mentions:
    module, text = code.tree.python(path), code.tree.text(path)
    if module is None or text is None or len(text.text) > LARGEST:
        return Mentions(*_NOTHING, f"{path} cannot be read, and may import it")
    try:
        statements = module.mentioning(_IMPORTS)
    except PythonSyntaxError:
        return Mentions(*_NOTHING, f"{path} cannot be parsed, and may import it")
    imports = frozenset(
        name for each in statements for node in ast.walk(each) for name in (*imported_by(node), *_everything(node))
    )
    doubt = f"{path} imports modules whose names it computes" if computes(code.tree.data(path) or b"") else ""
    return Mentions(imports, *dotted_texts(text.text), doubt)


def _everything(node: ast.AST) -> list[str]:
    """`from package import *` imports the modules that its `__all__` names: any of them, as `package.*`."""
    if not isinstance(node, ast.ImportFrom) or not any(alias.name == "*" for alias in node.names):
        return []
    base = "." * node.level + (node.module or "")
    return [f"{base}*" if base.endswith(".") else f"{base}.*"]
