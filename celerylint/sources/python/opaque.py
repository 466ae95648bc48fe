"""The one node that `ast` lacks: code that has a place and a text, and no other meaning to us."""

from __future__ import annotations

import ast
from typing import Any, ClassVar


class Opaque(ast.expr):
    """An expression that `ast` of Python 3.11 has no node for, such as a template string; `text` is the source."""

    _fields: ClassVar[tuple[str, ...]] = ("text",)

    def __init__(self, text: str = "", **place: Any) -> None:
        super().__init__(**place)
        self.text = text
