"""What a generator chooses: by a number alone, so that a case is the same wherever and whenever it is made."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Choices from a random source: a seeded one for a numbered case, or Hypothesis's own."""

    def __init__(self, random: Random) -> None:
        self._random = random

    @classmethod
    def numbered(cls, oracle: str, number: int) -> Draw:
        """The choices of one case. A text as seed is hashed by SHA-512: the same in every process and Python."""
        return cls(Random(f"{oracle} {number}"))

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._random.randrange(low, high + 1)

    def chance(self, percent: int) -> bool:
        """True so often."""
        return self._random.randrange(100) < percent

    def pick(self, choices: Sequence[T]) -> T:
        """One of them."""
        return choices[self._random.randrange(len(choices))]

    def some(self, choices: Sequence[T], low: int, high: int) -> list[T]:
        """A few of them, each once, in any order."""
        return self.shuffled(choices)[: self.number(min(low, len(choices)), min(high, len(choices)))]

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        """All of them in any order."""
        left = list(choices)
        return [left.pop(self._random.randrange(len(left))) for _ in choices]
