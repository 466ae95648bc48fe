"""The simple commands of a shell script, in order, with what stands around each of them.

The script is parsed by tree-sitter's bash grammar, which carries whole scripts as well as the string behind
`sh -c`, and goes on behind what it cannot read. Nothing is run: branches are all followed, what they assign is
unknown behind them, and functions are read where they are called.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from celerylint.facts.launch.fields import Source
from celerylint.facts.launch.statements import Reader, ShellCommand
from celerylint.facts.launch.variables import Scope
from celerylint.facts.launch.words import Locate, Splice

if TYPE_CHECKING:
    from tree_sitter import Node

_FOREIGN = re.compile(r"[^\x00-\x7f]")


def parse_script(text: str, locate: Locate, scope: Scope, *, splices: tuple[Splice, ...] = ()) -> list[ShellCommand]:
    """The simple commands of a script; `locate` maps its character offsets to the file.

    `scope` is what the script finds: variables, arguments, the folder; it is as the script leaves it afterwards.
    `splices` are the parts of the text that Kubernetes put in.
    """
    return Reader(Source(text, locate, splices)).read(_parse(text), scope)


def _parse(text: str) -> Node:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    # The grammar's scanner reads beyond its memory behind some characters outside of ASCII (tree-sitter-bash 0.25.1).
    # None of them means anything to a shell, and so it is given dots; bytes are then characters.
    data = _FOREIGN.sub(".", text).encode("ascii")
    return Parser(Language(tree_sitter_bash.language())).parse(data).root_node
