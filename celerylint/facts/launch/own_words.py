"""The words that are a wrapper's own, in front of the command that it starts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from celerylint.facts.launch.launch import OptionUse
from celerylint.facts.launch.words import Word
from celerylint.facts.launch.wrappers import Wrapper

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=", re.ASCII)


@dataclass(slots=True)
class OwnWords:
    """Reads the words that are a wrapper's own; `at` is then the first that is not."""

    wrapper: Wrapper
    words: Sequence[Word]
    at: int = 1
    options: list[str] = field(default_factory=list)
    variables: dict[str, OptionUse] = field(default_factory=dict)
    module: bool = False
    command: Word | None = None  # a command that is written in one word
    ended: bool = False  # by `--`
    refused: bool = False  # it runs nothing: another sub-command

    def read(self) -> None:
        pending, skip = bool(self.wrapper.subcommands), self.wrapper.skip
        while self.at < len(self.words):
            word = self.words[self.at]
            if self.wrapper.assignments and _ASSIGNMENT.match(word.text):
                self.assign(word)
            elif self.ended:
                return
            elif word.text == "--":
                self.ended = True
            elif len(word.text) > 1 and word.text[0] == "-":
                if self.option(word.text):
                    return
            elif pending:
                pending, self.refused = False, word.text not in self.wrapper.subcommands
                if self.refused:
                    return
            elif skip or self.wrapper.dashes:
                skip -= 1
            else:
                return
            self.at += 1

    def assign(self, word: Word) -> None:
        name = word.text.partition("=")[0]
        self.variables[name] = variable(name, word, len(name) + 1)

    def option(self, text: str) -> bool:
        """Reads an option, with its value where the table knows one; whether the command begins behind it."""
        wrapper = self.wrapper
        following = self.words[self.at + 1] if self.at + 1 < len(self.words) else None
        if wrapper.module and text in ("-m", "--module"):
            self.module, self.at = True, self.at + 1
            return True
        if text in wrapper.strings and following is not None:
            self.command = following
            return True
        self.options.append(text)
        takes_next = wrapper.every_value and text.startswith("--") and "=" not in text
        if following is not None and (text in wrapper.values or takes_next):
            self.options.append(following.text)
            self.at += 1
        return False


def variable(name: str, word: Word, at: int) -> OptionUse:
    """A variable of the environment, whose value begins at `at` of the word."""
    text = word.text[at:]
    return OptionUse(
        name, name, text, word.span, word.unresolved, word.locate(at, len(word.text)) if text else None, word.variables
    )
