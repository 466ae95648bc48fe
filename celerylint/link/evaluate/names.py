"""Which statements of a body concern a name."""

from __future__ import annotations

import ast
import re
import unicodedata
from typing import TYPE_CHECKING

from celerylint.link.evaluate.frame import Frame, ModuleFrame

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Shared

ANY = "*"
"""A name of its own: bound (to unknown) where a body may bind names that its text does not show."""

_WORD = re.compile(r"\w+")
_WILD = re.compile(
    r"\bimport\b[\s\\(]*\*|\b(?:globals|locals|vars)\s*\(|\b(?:exec|setattr|delattr|include|DjangoDynaconf)\s*\("
    r"|\bsys\.modules\b"
)


def statements_for(shared: Shared, frame: Frame, name: str) -> list[ast.stmt]:
    """The statements that may bind or change the name, in order. Raises PythonSyntaxError."""
    # A body is told by its first statement: every call of a function makes another frame of the same body.
    key = (frame if isinstance(frame, ModuleFrame) else next(iter(frame.body), None), name)
    found = shared.statements.get(key)
    if found is None:
        candidates = _candidates(shared, frame, name) if isinstance(frame, ModuleFrame) else frame.body
        found = shared.statements[key] = [each for each in candidates if shared.effects(each).touch(name)]
    return found


def _candidates(shared: Shared, frame: ModuleFrame, name: str) -> list[ast.stmt]:
    """Those of a file whose text speaks of the name, and those that may bind any."""
    wild_key = (frame, "")
    wild = shared.statements.get(wild_key)
    if wild is None:
        mentioned = frame.module.mentioning(_WILD)
        wild = shared.statements[wild_key] = [each for each in mentioned if shared.effects(each).wild is not None]
    named = frame.module.binding(name) if name in words_of(shared, frame) else []
    return list(dict.fromkeys(sorted((*named, *wild), key=lambda each: (each.lineno, each.col_offset))))


def words_of(shared: Shared, frame: ModuleFrame) -> frozenset[str]:
    """Every word of a file, in whatever it stands: what is not among them is no name there."""
    words = shared.words.get(frame)
    if words is None:
        words = shared.words[frame] = frozenset(map(_identifier, _WORD.findall(frame.module.text.text)))
    return words


def _identifier(word: str) -> str:
    """A name as Python compares it (PEP 3131)."""
    return word if word.isascii() else unicodedata.normalize("NFKC", word)
