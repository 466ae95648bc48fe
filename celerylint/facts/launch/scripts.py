"""Files that a command line starts: where they are found, and which interpreter their first line names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from celerylint.facts.launch.around import Around
from celerylint.facts.launch.inside import File
from celerylint.facts.launch.words import Word
from celerylint.origin import Unknown

_SHEBANG = re.compile(r"#![ \t]*(?P<program>\S+)(?:[ \t]+(?P<argument>\S[^\r\n]*?))?[ \t]*(?:\r?\n|$)")
_WORD = re.compile(r"\S+")
_LARGEST = 1_000_000  # characters; a script that somebody wrote is far smaller
# Where a program without a folder is looked for, if nobody sets PATH (Docker's default).
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def program_file(word: Word, around: Around) -> tuple[Word, File] | None:
    """The file that a program's word names, with the word as its interpreter gets it.

    None where it is none of the repository's, or nobody can tell.
    """
    name = word.text
    if "/" in name or word.expansions or not name:
        file = script_file(word, around)
        return (word, file) if file else None
    search = around.given("PATH")
    for folder in (search if isinstance(search, str) else _PATH).split(":"):
        path = f"{folder or '.'}/{name}"
        file = _readable(around.inside.open(path))
        if file is not None:
            return replace(word, text=path, runs=()), file
    return None


def script_file(word: Word, around: Around) -> File | None:
    """The file that an interpreter is given by a path."""
    return None if word.expansions or not word.text else _readable(around.inside.open(word.text))


def _readable(found: File | Unknown) -> File | None:
    return found if isinstance(found, File) and len(found.text) <= _LARGEST else None


def run_by(file: File, words: Sequence[Word]) -> list[Word]:
    """The words with the interpreter that the file's first line names in front; `sh` where it names none."""
    match = _SHEBANG.match(file.text)
    if match is None:
        return [Word("sh", file.locate(0, 0)), *words]
    return [*_interpreter(file, match), *words]


def _interpreter(file: File, match: re.Match[str]) -> Iterator[Word]:
    program = match["program"]
    yield _cut(file, *match.span("program"))
    if match["argument"] is None:
        return
    start, end = match.span("argument")
    if not program.endswith("/env"):
        yield _cut(file, start, end)  # the kernel hands it over as one word
        return
    for part in _WORD.finditer(file.text, start, end):
        if part[0] not in ("-S", "--split-string"):  # env then splits it
            yield _cut(file, *part.span())


def _cut(file: File, start: int, end: int) -> Word:
    return Word.of(file.text[start:end], lambda low, high: file.locate(start + low, start + high))
