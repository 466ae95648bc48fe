"""HCL with places (Terraform, Nomad): blocks whose attributes are the same nodes as YAML's.

python-hcl2 parses it: an optional dependency, for its grammar takes a second to build and few repositories need it.
What only Terraform or Nomad can work out has the tag `!hcl`, what a file holds the tag `!file`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from celerylint.sources.yaml.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from celerylint.origin import Span
    from celerylint.sources.text import Text

_STRING = "tag:yaml.org,2002:str"
_PLAIN = frozenset({"int_lit", "float_lit", "literal_value"})
_HEREDOC = re.compile(r"<<-?[^\n]*\n(?P<body>.*?)(?:\n[ \t]*)?\w*\s*\Z", re.DOTALL)
_MODULE_FILE = re.compile(r"""file\(\s*"(?:\$\{path\.(?:module|root)\}/)?(?P<path>[^"$]+)"\s*\)""")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Block:
    """`kind "label" … { attributes  blocks }`."""

    kind: str
    labels: tuple[Scalar, ...]
    attributes: Mapping
    blocks: tuple[Block, ...]
    span: Span  # of the last label, or of the kind

    def inner(self, kind: str) -> tuple[Block, ...]:
        """The blocks of a kind that stand in it."""
        return tuple(block for block in self.blocks if block.kind == kind)

    @property
    def name(self) -> str:
        """The last label."""
        return self.labels[-1].value if self.labels else ""


def available() -> bool:
    """Whether the parser is installed."""
    return find_spec("hcl2") is not None


def read_hcl(text: Text) -> tuple[Block, ...] | None:
    """The blocks of a file; None where it is no HCL, or nested too deeply."""
    from lark.exceptions import LarkError

    try:
        tree = _parser()(text.text if text.text.endswith("\n") else f"{text.text}\n")
        return _Reader(text).blocks(tree)
    except (LarkError, RecursionError):
        return None


@cache
def _parser() -> Any:
    import hcl2

    return hcl2.parses_to_tree


class _Reader:
    """Makes nodes of the parser's tree."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def blocks(self, tree: Any) -> tuple[Block, ...]:
        bodies = [child for child in _trees(tree) if child.data == "body"] or [tree]
        return tuple(self._block(child) for body in bodies for child in _trees(body) if child.data == "block")

    def _block(self, tree: Any) -> Block:
        parts = _trees(tree)
        body = next((part for part in parts if part.data == "body"), None)
        heads = [part for part in parts if part.data in ("identifier", "string")]
        kind, *labels = [self._scalar(head) for head in heads]
        start, end = self._bounds(tree)
        attributes = [part for part in _trees(body) if part.data == "attribute"] if body is not None else []
        pairs = tuple(self._attribute(attribute) for attribute in attributes)
        last = labels[-1] if labels else kind
        span = self.text.span(last.start, last.end)
        own = Mapping(self.text, start, end, None, pairs)
        return Block(kind.value, tuple(labels), own, self.blocks(body) if body is not None else (), span)

    def _attribute(self, tree: Any) -> tuple[Node, Node]:
        key, value = _trees(tree)[0], _trees(tree)[-1]
        return self._scalar(key), self.node(value)

    def node(self, tree: Any) -> Node:
        """An expression as a node."""
        while tree.data == "expr_term" and len(_trees(tree)) == 1:
            tree = _trees(tree)[0]
        start, end = self._bounds(tree)
        kind = str(tree.data)
        if kind == "string":
            return self._scalar(tree)
        if kind == "tuple":
            items = tuple(self.node(child) for child in _trees(tree) if child.data != "new_line_or_comment")
            return Sequence(self.text, start, end, None, items)
        if kind == "object":
            pairs = tuple(self._element(child) for child in _trees(tree) if child.data == "object_elem")
            return Mapping(self.text, start, end, None, pairs)
        if kind in _PLAIN:
            return Scalar(self.text, start, end, None, self.text.text[start:end], "", True)
        if kind.startswith("heredoc"):
            return self._heredoc(start, end)
        return self._call(tree, start, end)

    def _element(self, tree: Any) -> tuple[Node, Node]:
        key, value = (child for child in _trees(tree) if child.data != "new_line_or_comment")
        inner = key
        while _trees(inner) and inner.data in ("object_elem_key", "expr_term"):
            inner = _trees(inner)[0]
        return self._scalar(inner), self.node(value)

    def _call(self, tree: Any, start: int, end: int) -> Node:
        """`jsonencode(x)` is x, `file("…")` what the file holds; any other expression is worked out elsewhere."""
        written = self.text.text[start:end]
        if tree.data == "function_call" and written.startswith("jsonencode"):
            arguments = next((child for child in _trees(tree) if child.data == "arguments"), None)
            inner = [child for child in _trees(arguments) if child.data != "new_line_or_comment"] if arguments else []
            if len(inner) == 1:
                return self.node(inner[0])
        match = _MODULE_FILE.fullmatch(written.strip())
        if match:
            return Scalar(self.text, start, end, "!file", match["path"], "", False)
        return Scalar(self.text, start, end, "!hcl", f"${{{written}}}", "", False)

    def _scalar(self, tree: Any) -> Scalar:
        """A quoted text, or a name; a text with `${…}` in it is not all known."""
        start, end = self._bounds(tree)
        if tree.data != "string":
            return Scalar(self.text, start, end, None, self.text.text[start:end], "", True)
        inner = self.text.text[start + 1 : end - 1]
        filled = "${" in inner.replace("$${", "") or "%{" in inner.replace("%%{", "")
        value = _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), inner)
        value = value if filled else value.replace("$${", "${").replace("%%{", "%{")
        return Scalar(self.text, start, end, "!hcl" if filled else _STRING, value, '"', False)

    def _heredoc(self, start: int, end: int) -> Scalar:
        """A text of several lines, without its marks; the indentation stays, which JSON does not mind."""
        written = self.text.text[start:end]
        match = _HEREDOC.match(written)
        body, low, high = (match["body"], *match.span("body")) if match else (written, 0, len(written))
        tag = "!hcl" if "${" in body.replace("$${", "") else _STRING
        return Scalar(self.text, start + low, start + high, tag, body, "", False)

    def _bounds(self, tree: Any) -> tuple[int, int]:
        meta = tree.meta
        return (0, 0) if meta.empty else (meta.start_pos, min(meta.end_pos, len(self.text.text)))


def _trees(tree: Any) -> list[Any]:
    """The children that are no tokens."""
    return [child for child in tree.children if hasattr(child, "children")]
