"""What an expression certainly is, where it grows with a file or a table that the code does not bound."""

from __future__ import annotations

import ast

from celerylint.link.bodies.place import Here

_DEEPEST = 6
_WHOLE = frozenset({"read", "read_text", "read_bytes"})
# What makes another text or bytes of the same size, or a larger one.
_KEEPS = frozenset({"decode", "encode", "hex", "strip"})
_ENCODES = frozenset(
    {"base64.b64encode", "base64.standard_b64encode", "base64.urlsafe_b64encode", "base64.encodebytes"}
)
_FRAMES = frozenset({"pandas.DataFrame"})
_WRITES = frozenset({"to_json", "to_dict", "to_csv"})
_OPENS = frozenset({"gzip.open", "io.open", "codecs.open", "bz2.open", "lzma.open"})


def large(here: Here, node: ast.expr, depth: int = 0) -> str:
    """What it is, in words; empty where it may be small."""
    if depth > _DEEPEST:
        return ""
    if isinstance(node, ast.Name):
        words = {large(here, value, depth + 1) for value in here.function.only_values(node.id)}
        return words.pop() if len(words) == 1 else ""
    if not isinstance(node, ast.Call):
        return ""
    if here.function.resolved(node.func) in _ENCODES and node.args:
        return large(here, node.args[0], depth + 1)
    if not isinstance(node.func, ast.Attribute):
        return ""
    if node.func.attr in _KEEPS:
        return large(here, node.func.value, depth + 1)
    if node.func.attr in _WRITES and _is_frame(here, node.func.value, depth):
        return "a data frame" if not node.args or node.func.attr == "to_dict" else ""
    if node.func.attr in _WHOLE and not (node.args and node.func.attr == "read"):
        return _of_file(here, node.func.value, depth)
    return ""


def _of_file(here: Here, node: ast.expr, depth: int) -> str:
    """What is read of it as a whole; empty where it is a file of the repository, or nobody can tell."""
    if depth > _DEEPEST:
        return ""
    if isinstance(node, ast.Name):
        words = {_of_file(here, value, depth + 1) for value in here.function.only_values(node.id)}
        return words.pop() if len(words) == 1 else ""
    if _is_upload(node):
        return "the content of an upload"
    if not isinstance(node, ast.Call):
        return ""
    opened = isinstance(node.func, ast.Name) and node.func.id == "open" and "open" not in here.function.bound
    name = here.function.resolved(node.func)
    if not opened and name not in _OPENS and name != "pathlib.Path":
        return ""
    return "the content of a file" if node.args and _comes_from_outside(here, node.args[0]) else ""


def _is_upload(node: ast.expr) -> bool:
    """`request.FILES["report"]`, `request.FILES.get("report")`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        node = node.func.value
    elif isinstance(node, ast.Subscript):
        node = node.value
    else:
        return False
    return isinstance(node, ast.Attribute) and node.attr == "FILES"


def _comes_from_outside(here: Here, path: ast.expr) -> bool:
    """Whether a path is what the function is given, or an attribute of it: what the code names itself is its own."""
    while isinstance(path, ast.Attribute):
        path = path.value
    if not isinstance(path, ast.Name):
        return False
    arguments = here.function.node.args
    given = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    return path.id in given - {"self", "cls"} and len(here.function.bound[path.id]) == 1


def _is_frame(here: Here, node: ast.expr, depth: int) -> bool:
    """Whether it certainly is a data frame of pandas, read from somewhere or made of something that is not written."""
    if depth > _DEEPEST:
        return False
    if isinstance(node, ast.Name):
        values = here.function.only_values(node.id)
        return bool(values) and all(_is_frame(here, value, depth + 1) for value in values)
    if not isinstance(node, ast.Call):
        return False
    name = here.function.resolved(node.func)
    return name.startswith("pandas.read_") or (name in _FRAMES and bool(node.args) and _is_unwritten(node.args[0]))


def _is_unwritten(node: ast.expr) -> bool:
    return not isinstance(node, ast.Dict | ast.List | ast.Tuple | ast.Constant)
