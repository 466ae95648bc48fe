"""Tolerant reading of YAML nodes: what has the wrong type is a problem and unknown, never an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celerylint.facts.manifests.placeholders import placeholder, why_unknown
from celerylint.facts.manifests.quantity import Amount, QuantityError
from celerylint.facts.manifests.workloads import ManifestProblem
from celerylint.origin import Layer, Origin, Span, Value, unknown
from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence, Unresolved


class Reader:
    """Reads the nodes of one file and keeps what is wrong with them."""

    def __init__(self) -> None:
        self._problems: dict[ManifestProblem, None] = {}

    @property
    def problems(self) -> tuple[ManifestProblem, ...]:
        """What was wrong so far, by place, each once."""
        return tuple(sorted(self._problems, key=lambda problem: (problem.span, problem.message)))

    def problem(self, span: Span, message: str) -> None:
        """Remember that something is wrong."""
        self._problems[ManifestProblem(span, message)] = None

    def child(self, node: Node | None, key: str) -> Node | None:
        """What a mapping holds under a key; None where it is absent or null, or `node` is no mapping."""
        mapping = self.as_mapping(node, "this")
        found = mapping.get(key) if mapping is not None else None
        return None if found is None or is_null(found) else found

    def as_mapping(self, node: Node | None, what: str) -> Mapping | None:
        """The node as a mapping; anything else but nothing is a problem."""
        if node is None or is_null(node):
            return None
        if isinstance(node, Mapping):
            return node
        if not filled_in(node):
            self.problem(node.span, f"{what} must be a mapping")
        return None

    def mapping(self, node: Node | None, *keys: str) -> Mapping | None:
        """The mapping at the end of the keys, where there is one."""
        for key in keys:
            node = self.as_mapping(self.child(node, key), key)
        return self.as_mapping(node, "this")

    def sequence(self, node: Node | None, key: str) -> tuple[Node, ...]:
        """The items of the list under a key; nulls are left out."""
        found = self.child(node, key)
        if found is None:
            return ()
        if not isinstance(found, Sequence):
            if not filled_in(found):
                self.problem(found.span, f"{key} must be a list")
            return ()
        return tuple(item for item in found.items if not is_null(item))

    def truth(self, node: Node | None, key: str) -> bool:
        """Whether `true` is written under a key."""
        found = self.child(node, key)
        if found is None:
            return False
        value = found.python() if isinstance(found, Scalar) else None
        value = _TRUTHS.get(value, value) if isinstance(value, str) else value
        if not isinstance(value, bool) and not filled_in(found):
            self.problem(found.span, f"{key} must be true or false")
        return value is True

    def value(
        self, node: Node | None, path: str | tuple[str, ...], convert: Callable[[Amount], Any], absent: Value[Any]
    ) -> Value[Any]:
        """The amount at the end of a path as `convert` reads it, or `absent` where nothing is written.

        What cannot be read is unknown and a problem; a placeholder is unknown.
        """
        keys = (path,) if isinstance(path, str) else path
        for key in keys:
            if why := filled_in(node):
                return unknown(why, node.span if node else None)
            node = self.child(node, key)
            if node is None:
                return absent
            if not isinstance(node, Mapping) and key != keys[-1]:
                self.problem(node.span, f"{key} must be a mapping")
                return unknown(_why_not(node, key), node.span)
        return self._amount(node, keys[-1], convert) if node is not None else absent

    def _amount(self, node: Node, key: str, convert: Callable[[Amount], Any]) -> Value[Any]:
        if not isinstance(node, Scalar):
            self.problem(node.span, f"{key} must be a single value")
            return unknown(_why_not(node, key), node.span)
        if why := filled_in(node):
            return unknown(why, node.span)
        try:
            return as_written(convert(amount(node)), node)
        except QuantityError as error:
            self.problem(node.span, f"{key}: {error}")
            return unknown(f"{key}: {error}", node.span)

    def wants_text(self, node: Node, what: str) -> None:
        """Kubernetes and Compose refuse a YAML number or a truth where they want a text: a problem, not an unknown."""
        if isinstance(node, Scalar) and isinstance(node.python(), bool | int | float):
            self.problem(node.span, f"{what} must be a text: {node.value} needs quotes")


# Where a truth is asked for, go-yaml still reads the words of YAML 1.1.
_TRUTHS: dict[str, bool | str] = {"yes": True, "on": True, "no": False, "off": False}


def as_written(value: Any, node: Node) -> Value[Any]:
    """A value that stands at a node, with the way that it took before."""
    return Value(value, Origin(Layer.MANIFEST, node.span, node.via))


def filled_in(node: Node | None) -> str:
    """Why a single value says nothing of what will stand there: a placeholder; empty where it is none."""
    if isinstance(node, Unresolved):
        return node.reason
    found = placeholder(node.value) if isinstance(node, Scalar) else ""
    return why_unknown(found) if found else ""


def is_null(node: Node) -> bool:
    """Whether YAML reads the node as nothing."""
    return isinstance(node, Scalar) and node.python() is None


def scalar_text(node: Node | None) -> str | None:
    """A scalar's text as written; None for anything else and for null."""
    return node.value if isinstance(node, Scalar) and not is_null(node) else None


def amount(node: Scalar) -> Amount:
    """A scalar as a number where Kubernetes' reader takes it for one, else its text."""
    value = node.python()
    return node.value if value is None else value


def entries(mapping: Mapping | None) -> list[tuple[Scalar, Node]]:
    """The entries of a mapping that hold after merges; none of nothing."""
    return list(mapping.items()) if mapping is not None else []


def whole(written: Amount) -> int:
    """A count, from 0 on. Raises QuantityError."""
    if isinstance(written, bool) or not isinstance(written, int):
        raise QuantityError(f"`{str(written)[:40]}` is not a whole number")
    if not 0 <= written < 2**31:
        raise QuantityError("the number is negative" if written < 0 else "the number is beyond 2^31")
    return written


def seconds(written: Amount) -> float:
    """Whole seconds, from 0 on. Raises QuantityError."""
    return float(whole(written))


def _why_not(node: Node, key: str) -> str:
    """Why a node says nothing about a key: a template's `{{ … }}` reads as a mapping in a mapping."""
    if isinstance(node, Mapping) and node.span.column < node.span.end_column and not entries(node):
        return why_unknown("{{ … }}")
    if why := filled_in(node):
        return why
    return f"{key} cannot be read"
