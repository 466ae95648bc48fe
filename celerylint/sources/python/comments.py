"""The comments of a Python file without parsing it, so that a file with a syntax error has them too."""

from __future__ import annotations

import re

from celerylint.sources.comments import Remarks, Stretch, merged
from celerylint.sources.python.tokens import COMMENT, CONTINUATION, NEWLINE, PLAIN_STRING, STRING
from celerylint.sources.text import Text

# PLAIN_STRING takes what no pattern can follow: an f-string that holds quotes like its own (PEP 701).
# Three quotes that never close take the rest of the file, as they do for Python; a lone quote takes nothing.
_TOKEN = re.compile(
    rf"[^\"'\#\\\r\n()\[\]{{}}]++|(?P<string>{STRING}|{PLAIN_STRING}|\"\"\".*|'''.*)|(?P<comment>{COMMENT})"
    rf"|(?P<join>{CONTINUATION})|(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<end>{NEWLINE})|.",
    re.DOTALL,
)


def remarks(text: Text) -> Remarks:
    """Comments, lines within one string or joined by a backslash, and what decorators decorate."""
    scan = _Scan(text)
    for match in _TOKEN.finditer(text.text):
        scan.token(match)
    return Remarks(scan.comments, merged(scan.joined), scan.decorated)


class _Scan:
    """One pass over the tokens, knowing how many brackets are open and whether a statement has begun."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.comments: dict[int, str] = {}
        self.joined: list[Stretch] = []
        self.decorated: dict[int, int] = {}
        self._decorators: list[int] = []
        self._depth = 0
        self._begun = False

    def token(self, match: re.Match[str]) -> None:
        """Take the next one."""
        kind = match.lastgroup
        if kind == "comment":
            self.comments[self._line(match.start())] = match[0].rstrip()
        elif kind == "end":
            self._begun = self._begun and self._depth > 0
        else:
            if not self._begun and match[0].strip():
                self._begin(match)
            if kind in ("string", "join"):
                self.joined.append((self._line(match.start()), self._line(match.end())))
            elif kind in ("open", "close"):
                self._depth = max(self._depth + (1 if kind == "open" else -1), 0)

    def _begin(self, match: re.Match[str]) -> None:
        """A statement begins: a decorator, or what the decorators above it decorate."""
        self._begun = True
        line = self._line(match.start())
        if match[0].lstrip().startswith("@"):
            self._decorators.append(line)
        else:
            self.decorated.update(dict.fromkeys(self._decorators, line))
            self._decorators.clear()

    def _line(self, offset: int) -> int:
        return self.text.position(offset)[0]
