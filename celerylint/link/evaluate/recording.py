"""What results ask of an environment: one that is answered the same holds in any other environment, too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Question = tuple[str, str]
"""A kind and a name: `("variable", "CELERY_BROKER_URL")`. What is answered must be hashable."""


class Results:
    """Results by key, each under the questions that it asked and the answers that it got."""

    def __init__(self) -> None:
        self._found: dict[object, dict[tuple[Question, ...], dict[tuple[int, ...], Any]]] = {}
        self._numbers: dict[tuple[Question, object], int] = {}

    def number(self, question: Question, answer: object) -> int:
        """The number of an answer: the same for the same answer to the same question."""
        return self._numbers.setdefault((question, answer), len(self._numbers))

    def of(self, key: object) -> dict[tuple[Question, ...], dict[tuple[int, ...], Any]]:
        """All results of a key."""
        return self._found.setdefault(key, {})


class Recorder:
    """The questions that one environment is asked, and the way back to results that asked no others."""

    def __init__(self, results: Results, answer: Callable[[Question], object]) -> None:
        self._results = results
        self._answer = answer
        self._numbers: dict[Question, int] = {}
        self._asked: list[set[Question]] = [set()]

    def note(self, kind: str, name: str) -> None:
        """Remember that a question was asked."""
        self._asked[-1].add((kind, name))

    def again(self, questions: Iterable[Question]) -> None:
        """Remember the questions of a result that is used again."""
        self._asked[-1].update(questions)

    def begin(self) -> None:
        """From here on questions are gathered for one result."""
        self._asked.append(set())

    def end(self) -> set[Question]:
        """The questions since `begin`, which those around it have asked as well."""
        asked = self._asked.pop()
        self._asked[-1] |= asked
        return asked

    def keep(self, key: object, asked: set[Question], result: Any) -> None:
        """A result for all environments that answer its questions alike."""
        questions = tuple(sorted(asked))
        self._results.of(key).setdefault(questions, {})[self._answers(questions)] = result

    def found(self, key: object) -> tuple[Any] | None:
        """The result of a key in this environment; None where there is none yet."""
        for questions, results in self._results.of(key).items():
            answers = self._answers(questions)
            if answers in results:
                self.again(questions)
                return (results[answers],)
        return None

    def forget(self, kind: str) -> None:
        """The answers of a kind are others from now on."""
        self._numbers = {question: number for question, number in self._numbers.items() if question[0] != kind}

    def _answers(self, questions: tuple[Question, ...]) -> tuple[int, ...]:
        return tuple(self._number(question) for question in questions)

    def _number(self, question: Question) -> int:
        number = self._numbers.get(question)
        if number is None:
            number = self._numbers[question] = self._results.number(question, self._answer(question))
        return number
