"""The rules that an ignore may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from celerylint.configuration import did_you_mean

_LETTERS = 3  # of a code: as flake8 demands
_LONGEST = 60  # characters


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every rule's name by its code, and the names of those that were asked in this run."""

    names: Mapping[str, str]
    asked: frozenset[str]

    def meant(self, word: str) -> frozenset[str]:
        """The names of the rules that a word means: a name, a code, or the start of a code with all its letters."""
        start = word.upper()
        if len(start) < _LETTERS:
            return frozenset()
        return frozenset(name for code, name in self.names.items() if name == word or code.startswith(start))

    @property
    def letters(self) -> frozenset[str]:
        """What codes begin with; a `noqa` holds the codes of other linters too."""
        return frozenset(code[:_LETTERS] for code in self.names)

    def asked_all(self, names: frozenset[str]) -> bool:
        """Whether silence of these rules means that they found nothing; no name stands for every rule."""
        return (names or frozenset(self.names.values())) <= self.asked

    def unknown(self, word: str) -> str:
        """That no rule is called so, and what may have been meant."""
        shown = shortened(word)
        return f'no rule is called "{shown}"{did_you_mean(shown, (*self.names, *self.names.values()))}'


def shortened(word: str) -> str:
    """A word of a comment, as long as a message can bear."""
    return word if len(word) <= _LONGEST else f"{word[:_LONGEST]}…"
