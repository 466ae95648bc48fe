"""The simple commands of a shell script, in order, with what stands around each of them.

The script is parsed by tree-sitter's bash grammar, which carries whole scripts as well as the string behind
`sh -c`, and goes on behind what it cannot read. Nothing is run: branches are all followed, what they assign is
unknown behind them, and functions are read where they are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from celerylint.facts.launch.fields import Source
from celerylint.facts.launch.statements import Reader, ShellCommand
from celerylint.facts.launch.variables import Scope
from celerylint.facts.launch.words import Locate, Splice

if TYPE_CHECKING:
    from tree_sitter import Node


def parse_script(text: str, locate: Locate, scope: Scope, *, splices: tuple[Splice, ...] = ()) -> list[ShellCommand]:
    """The simple commands of a script; `locate` maps its character offsets to the file.

    `scope` is what the script finds: variables, arguments, the folder; it is as the script leaves it afterwards.
    `splices` are the parts of the text that Kubernetes put in.
    """
    root, offsets = _parse(text)
    return Reader(Source(text, offsets, locate, splices)).read(root, scope)


def _parse(text: str) -> tuple[Node, Sequence[int] | None]:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    data = text.encode("utf-8", "surrogatepass")
    root = Parser(Language(tree_sitter_bash.language())).parse(data).root_node
    if len(data) == len(text):
        return root, None
    widths = (len(character.encode("utf-8", "surrogatepass")) for character in text)
    offsets: list[int] = []
    for index, width in enumerate(widths):
        offsets += [index] * width
    return root, [*offsets, len(text)]
