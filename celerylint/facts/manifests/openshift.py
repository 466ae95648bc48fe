"""OpenShift Templates: the objects that `oc process` makes of them with the defaults of their parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from celerylint.facts.manifests.reading import Reader, entries, scalar_text
from celerylint.sources.yaml import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    mapping_of,
    scalar_at,
    sequence_of,
    unresolved,
    with_entry,
)

# OpenShift's template processing: `${NAME}` within a text, and `${{NAME}}` alone for a value that is no text.
_TEXT = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
_VALUE = re.compile(r"\$\{\{([A-Za-z0-9_]+)\}\}")
_LONGEST = 100_000  # characters of a text with its parameters


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: the node of its default, or why its value is not known."""

    value: Node
    reason: str

    @property
    def text(self) -> str:
        """The default; empty where it has none."""
        return self.value.value if isinstance(self.value, Scalar) else ""


def processed(root: Node | None) -> Node | None:
    """A Template with the defaults of its parameters in its objects; anything else as it is."""
    if not isinstance(root, Mapping) or scalar_text(root.get("kind")) != "Template":
        return root
    objects = root.get("objects")
    if not isinstance(objects, Sequence):
        return root
    return with_entry(root, "objects", _Parameters(_parameters(root)).filled(objects))


def _parameters(root: Mapping) -> dict[str, Parameter]:
    reader = Reader()
    found = {}
    for item in reader.sequence(root, "parameters"):
        name = scalar_text(reader.child(item, "name"))
        if name is not None:
            found[name] = _parameter(reader, item, name)
    return found


def _parameter(reader: Reader, item: Node, name: str) -> Parameter:
    value = reader.child(item, "value")
    if isinstance(value, Scalar) and value.value:
        return Parameter(value, "")
    if reader.child(item, "generate") is not None:
        return Parameter(item, f"{name} is generated when the template is processed")
    if reader.truth(item, "required"):
        return Parameter(item, f"{name} is given when the template is processed")
    return Parameter(scalar_at(item, ""), "")


class _Parameters:
    """Fills parameters in."""

    def __init__(self, parameters: dict[str, Parameter]) -> None:
        self._parameters = parameters

    def filled(self, node: Node) -> Node:
        """The tree with its parameters; a part without any is the same one."""
        if isinstance(node, Mapping):
            pairs = [(key, value, self.filled(value)) for key, value in entries(node)]
            same = all(old is new for _, old, new in pairs)
            return node if same else mapping_of(node, ((key, new) for key, _, new in pairs))
        if isinstance(node, Sequence):
            items = [self.filled(item) for item in node.items]
            same = all(old is new for old, new in zip(node.items, items, strict=True))
            return node if same else sequence_of(node, items)
        return self._scalar(node) if isinstance(node, Scalar) and "${" in node.value else node

    def _scalar(self, node: Scalar) -> Node:
        alone = _VALUE.fullmatch(node.value)
        if alone:
            return self._alone(node, self._parameters.get(alone[1]), True)
        alone = _TEXT.fullmatch(node.value)
        if alone:
            return self._alone(node, self._parameters.get(alone[1]), False)
        names = [name for name in _TEXT.findall(node.value) if name in self._parameters]
        reasons = [reason for name in names if (reason := self._parameters[name].reason)]
        if reasons:
            return unresolved(node, node.value, reasons[0])
        text = _TEXT.sub(self._replaced, node.value)
        if len(text) > _LONGEST:
            return unresolved(node, node.value, "its parameters make it too long")
        return scalar_at(node, text) if names else node

    def _alone(self, node: Scalar, parameter: Parameter | None, plain: bool) -> Node:
        """A value that is a parameter and nothing else stands where the parameter's default does."""
        if parameter is None:
            return node
        if parameter.reason:
            return unresolved(node, node.value, parameter.reason)
        return scalar_at(parameter.value, parameter.text, plain)

    def _replaced(self, match: re.Match[str]) -> str:
        parameter = self._parameters.get(match[1])
        return parameter.text if parameter else match[0]
