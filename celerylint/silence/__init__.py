"""Comments that silence findings: `# celerylint: ignore[…]` and `# noqa: …`. Pure: the comments are handed in."""

from celerylint.silence.directive import SPOKEN, Ignore, Misread, directives
from celerylint.silence.rulebook import Rulebook
from celerylint.silence.silencing import Silenced, silence

__all__ = ["SPOKEN", "Ignore", "Misread", "Rulebook", "Silenced", "directives", "silence"]
