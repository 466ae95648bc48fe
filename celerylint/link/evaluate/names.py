"""Which statements of a body concern a name."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from celerylint.link.evaluate.frame import Frame, ModuleFrame, start_of
from celerylint.link.evaluate.inside import inside_of

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Shared

ANY = "*"
"""A name of its own: bound (to unknown) where a body may bind names that its text does not show."""

_WILD = re.compile(
    r"\bimport\b[\s\\(]*\*|\b(?:globals|locals|vars)\s*\(|\b(?:exec|setattr|delattr|include|DjangoDynaconf)\s*\("
    r"|\bsys\.modules\b|^[ \t]*[\w.]+\([^()]*\b__name__\b",
    re.M,
)


def statements_for(shared: Shared, frame: Frame, name: str) -> list[ast.stmt]:
    """The statements that may bind or change the name, in order. Raises PythonSyntaxError."""
    # A body is told by its first statement: every call of a function makes another frame of the same body.
    key = (frame if isinstance(frame, ModuleFrame) else next(iter(frame.body), None), name)
    found = shared.statements.get(key)
    if found is None:
        candidates = _candidates(shared, frame, name) if isinstance(frame, ModuleFrame) else frame.body
        found = [each for each in candidates if shared.effects(each).touch(name)]
        if isinstance(frame, ModuleFrame):
            inside = shared.inside[frame, name] = inside_of(shared, frame, name, found)
            found = sorted({*found, *inside.top}, key=start_of) if inside.top else found
        shared.statements[key] = found
    return found


def _candidates(shared: Shared, frame: ModuleFrame, name: str) -> list[ast.stmt]:
    """Those of a file whose text speaks of the name, and those that may bind any."""
    wild_key = (frame, "")
    wild = shared.statements.get(wild_key)
    if wild is None:
        mentioned = frame.module.mentioning(_WILD)
        wild = shared.statements[wild_key] = [each for each in mentioned if shared.effects(each).wild is not None]
    return list(
        dict.fromkeys(sorted((*frame.module.binding(name), *wild), key=lambda each: (each.lineno, each.col_offset)))
    )
