"""Shells that start a command: what their own words say, and whether they replace themselves with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from celerylint.facts.launch.place import ShellCommand
from celerylint.facts.launch.words import Word

SHELLS = frozenset(["sh", "bash", "ash", "dash", "zsh", "ksh", "mksh", "busybox"])
_VALUES = ("-o", "+o", "-O", "+O", "--rcfile", "--init-file")


@dataclass(frozen=True, slots=True)
class ShellCall:
    """`sh -c script name arguments…`; without `-c` no script, and the arguments begin with a file's name."""

    shell: str
    script: Word | None
    arguments: tuple[Word, ...] | None  # $0, $1, … of the script; None where they are not known
    from_file: bool = False


def shell_call(name: str, words: Sequence[Word]) -> ShellCall | None:
    """Reads the words from the shell's own on; None where it starts neither a script nor a file."""
    head = words[0]
    if name == "busybox":
        if len(words) < 2 or words[1].text not in ("sh", "ash"):
            return None
        words = words[1:]
    at, command = 1, False
    while at < len(words) and words[at].text[:1] in ("-", "+") and len(words[at].text) > 1:
        text = words[at].text
        at += 1
        if text == "--":
            break
        if not text.startswith("--"):
            command = command or (text[0] == "-" and "c" in text)
        if text in _VALUES or (not text.startswith("--") and text.endswith("o")):
            at += 1
    if at >= len(words):
        return None
    if not command:
        return ShellCall(name, None, tuple(words[at:]))
    return ShellCall(name, words[at], tuple(words[at + 1 :]) or (Word(head.text, head.span),))


def user_shell_call(name: str, words: Sequence[Word]) -> ShellCall | None:
    """`su user -c script`: the user's login shell runs it."""
    for at in range(1, len(words) - 1):
        text = words[at].text
        if text == "--command" or (text.startswith("-") and not text.startswith("--") and text.endswith("c")):
            return ShellCall(name, words[at + 1], (Word(name, words[0].span),))
    return None


def implicit_exec(shell: str, command: ShellCommand, *, from_file: bool = False) -> bool | None:
    """Whether the shell becomes the command without an `exec`; None where nobody can tell.

    Measured with dash 0.5.12 (never), bash 5.2.15 (the last simple command of `-c`, `-lc` or `-ic`, unless it is
    redirected, a trap is set or a job runs in the background) and busybox 1.35 (the last simple command of `-c`).
    None of them does so in a file, nor do zsh 5.9 and mksh R59. `sh` may be any of them.
    """
    place = command.place
    if from_file or shell == "dash" or place.pipeline or place.background or place.subshell or not place.last:
        return False
    simple = not (place.compound or place.redirected or command.trap or command.jobs)
    if shell == "bash":
        return simple
    return True if shell in ("ash", "busybox") and simple else None
