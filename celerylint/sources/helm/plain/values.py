"""Values as templates see them: numbers of YAML are floats, whole numbers come from functions and constants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from celerylint.sources.helm.functions import TOKEN
from celerylint.sources.yaml import Mapping as Map
from celerylint.sources.yaml import Node, Scalar, Sequence

# go-yaml reads them as truths where nobody asks for a text (YAML 1.1).
_TRUTHS = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
}


@dataclass(frozen=True, slots=True)
class Unknowable:
    """What nobody can know without an engine."""

    reason: str


def of_node(node: Node | None) -> Any:
    """The value at a node, as Helm reads a values file (through JSON)."""
    if isinstance(node, Map):
        return {_key(key): of_node(value) for key, value in node.items()}
    if isinstance(node, Sequence):
        return [of_node(item) for item in node.items]
    if not isinstance(node, Scalar):
        return None
    if node.plain and node.value in _TRUTHS:
        return _TRUTHS[node.value]
    value = node.python()
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _key(node: Scalar) -> str:
    """A key as JSON has it: `n:` is `false` for go-yaml."""
    return str(_TRUTHS[node.value]).lower() if node.plain and node.value in _TRUTHS else node.value


def merged(weaker: Mapping[str, Any], stronger: Mapping[str, Any]) -> dict[str, Any]:
    """Values over others: maps are merged, everything else is replaced, and nothing (null) takes a key away."""
    result = dict(weaker)
    for key, value in stronger.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            result[key] = merged(old, value)
        elif value is None:
            result.pop(key, None)
        else:
            result[key] = value
    return result


def doubtful(value: Any) -> bool:
    """Whether a value is not known, or holds a part that is not."""
    if isinstance(value, str):
        return bool(TOKEN.search(value))
    if isinstance(value, dict):
        return any(map(doubtful, value.values()))
    if isinstance(value, list):
        return any(map(doubtful, value))
    return isinstance(value, Unknowable)


def truth(value: Any) -> bool | Unknowable:
    """What `if` makes of a value: empty is false (text/template, IsTrue)."""
    if isinstance(value, Unknowable):
        return value
    if isinstance(value, str) and TOKEN.search(value):
        return True if TOKEN.sub("", value) else Unknowable("a part of it is not known")
    return bool(value)


def shown(value: Any) -> str | Unknowable:
    """What `{{ value }}` writes."""
    if isinstance(value, Unknowable):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number(value)
    return Unknowable("Go's own form of a map or a list")


def number(value: float) -> str | Unknowable:
    """A float as Go's `%v` writes it, where that is its plain form."""
    if value == int(value) and abs(value) < 1_000_000:
        return str(int(value))
    if 0.001 <= abs(value) < 1_000_000:
        return repr(value)
    return Unknowable("a number that Go may write with an exponent")


def yaml(value: Any, indent: int = 0) -> str | Unknowable:
    """Block YAML that reads as the same value as what `toYaml` writes; its keys are sorted."""
    pad = " " * indent
    if doubtful(value) and isinstance(value, Unknowable):
        return value
    if isinstance(value, dict) and value:
        lines = []
        for key in sorted(value):
            inner = value[key]
            nested = isinstance(inner, dict | list) and bool(inner)
            written = yaml(inner, indent + 2 if isinstance(inner, dict) else indent)
            if isinstance(written, Unknowable):
                return written
            lines.append(f"{pad}{json.dumps(key, ensure_ascii=False)}:" + (f"\n{written}" if nested else f" {written}"))
        return "\n".join(lines)
    if isinstance(value, list) and value:
        items = []
        for inner in value:
            written = yaml(inner, indent + 2)
            if isinstance(written, Unknowable):
                return written
            nested = isinstance(inner, dict | list) and bool(inner)
            items.append(f"{pad}- {written[indent + 2 :] if nested else written}")
        return "\n".join(items)
    return _leaf(value)


def _leaf(value: Any) -> str | Unknowable:
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)
    return json.dumps(value, ensure_ascii=False)
