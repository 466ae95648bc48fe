"""`$((…))` and `((…))`: whole numbers as a shell counts them; None where a part is not known."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from celerylint.facts.launch.shell import Shell
from celerylint.facts.launch.values import named
from celerylint.facts.launch.words import Word

if TYPE_CHECKING:
    from tree_sitter import Node

_LARGEST = 2**63


def number(node: Node, shell: Shell) -> int | None:
    """The value of an expression."""
    value = _number(node, shell)
    return value if value is not None and -_LARGEST <= value < _LARGEST else None


def _number(node: Node, shell: Shell) -> int | None:
    kind = node.type
    if kind in ("number", "word"):
        return whole(shell.source.read(node))
    if kind == "variable_name":
        found = named(shell.source.read(node), shell.scope, shell.source.span(node))
        if found is None:
            return 0
        return whole(found.text) if isinstance(found, Word) and not found.expansions else None
    if kind in ("simple_expansion", "expansion", "string"):
        word = shell.word(node, shell.source.span(node))
        return None if word.expansions else whole(word.text or "0")
    parts = [child for child in node.children if child.type not in ("(", ")", "((", "))", "$((")]
    if kind in ("arithmetic_expansion", "parenthesized_expression", "compound_statement"):
        return number(parts[0], shell) if len(parts) == 1 else None
    if kind == "unary_expression" and len(parts) == 2:
        value = number(parts[1], shell)
        return None if value is None else _signed(parts[0].type, value)
    if kind == "ternary_expression" and len(parts) == 5:
        chosen = number(parts[0], shell)
        return None if chosen is None else number(parts[2 if chosen else 4], shell)
    if kind == "binary_expression" and len(parts) == 3:
        left, right = (number(part, shell) for part in (parts[0], parts[2]))
        return None if left is None or right is None else _combined(parts[1].type, left, right)
    return None


def whole(text: str) -> int | None:
    """A whole number: decimal, octal behind 0, hexadecimal behind 0x."""
    text = text.strip()
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if not digits.isascii() or not digits.isalnum() or len(digits) > 19:
        return None
    base = 16 if digits[:2] in ("0x", "0X") else 8 if digits.startswith("0") else 10
    try:
        return sign * int(digits, base)
    except ValueError:
        return None


def _signed(sign: str, value: int) -> int | None:
    return {"-": -value, "+": value, "!": int(not value), "~": ~value}.get(sign)


def _combined(sign: str, left: int, right: int) -> int | None:
    if sign in ("/", "%"):
        if not right:
            return None
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if sign == "/" else left - quotient * right
    function = _OPERATORS.get(sign)
    return None if function is None else int(function(left, right))


_OPERATORS: Mapping[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "&&": lambda left, right: bool(left) and bool(right),
    "||": lambda left, right: bool(left) or bool(right),
}
