"""The syntax tree of a shell script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

_FOREIGN = re.compile(r"[^\x00-\x7f]")
# `[ … ]` on one line. For a shell `[` is a command like any other, and the grammar may take it to end at a `]` that
# stands many lines later.
_TEST = re.compile(
    r"(?:(?<=[\s;&|(!`{])|^)\[(?P<words>[ \t](?:\\\n|[^\n]){0,2000}?)(?<=[ \t])\](?=[\s;&|)`]|$)", re.MULTILINE
)


def parse(text: str) -> Node:
    """The root of a script's tree, whose bytes are the script's characters."""
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    # The grammar's scanner reads beyond its memory behind some characters outside of ASCII (tree-sitter-bash 0.25.1).
    # None of them means anything to a shell, and so it is given dots; bytes are then characters.
    plain = _FOREIGN.sub(".", text)
    data = _TEST.sub(lambda match: f"t{match['words']} ", plain).encode("ascii")
    return Parser(Language(tree_sitter_bash.language())).parse(data).root_node
