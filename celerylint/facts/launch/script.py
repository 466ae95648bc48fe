"""The simple commands of a shell script, in order, with what stands around each of them.

The script is parsed by tree-sitter's bash grammar, which carries whole scripts as well as the string behind
`sh -c`, and goes on behind what it cannot read. Nothing is run: a test that is known selects its branch; where it is
not known all branches are followed, and what they assign is unknown behind them. Functions are read where they are
called, and so are the files that the script reads.
"""

from __future__ import annotations

from celerylint.facts.launch.fields import Source
from celerylint.facts.launch.place import Found, ShellCommand
from celerylint.facts.launch.statements import Reader
from celerylint.facts.launch.syntax import parse
from celerylint.facts.launch.variables import Scope
from celerylint.facts.launch.words import Locate, Splice


def parse_script(
    text: str, locate: Locate, scope: Scope, *, splices: tuple[Splice, ...] = (), found: Found | None = None
) -> list[ShellCommand]:
    """The simple commands of a script; `locate` maps its character offsets to the file.

    `scope` is what the script finds: variables, arguments, the folder; it is as the script leaves it afterwards.
    `splices` are the parts of the text that Kubernetes put in. `found` opens the files that the script reads.
    """
    return Reader(Source(text, locate, splices), found or Found()).read(parse(text), scope)
