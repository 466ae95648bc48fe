"""Where in a TOML text each key stands: the parser itself does not say."""

from __future__ import annotations

import re
from typing import Any

from celerylint.origin import Span

Keys = tuple[str, ...]

_CLOSING = re.compile(r"""[]}]|\"\"\"|'''""")


def key_spans(text: str, path: str) -> dict[Keys, Span]:
    """The line of every table and key of a TOML text that is known to be valid.

    A statement cut at a line end inside it never parses (a string, a list or a table stays open), so the
    shortest run of lines that parses by itself is one statement.
    """
    spans: dict[Keys, Span] = {}
    table: Keys = ()
    statement, first = "", 0
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        statement, first = (f"{statement}\n{line}", first) if statement else (line, number)
        if number > first and not _CLOSING.search(line):
            continue  # keeps a list of ten thousand lines from being parsed ten thousand times
        parsed = _parsed(statement)
        if parsed is None:
            continue
        span = _span(path, first, statement.split("\n", 1)[0])
        statement, header = "", statement.lstrip().startswith("[")
        if header:
            table = _deepest(parsed)
            spans[table] = span
        for keys in (table,) if header else _paths(parsed, table):
            for end in range(1, len(keys) + 1):
                spans.setdefault(keys[:end], span)
    return spans


def _parsed(statement: str) -> dict[str, Any] | None:
    import tomli

    try:
        return tomli.loads(statement)
    except tomli.TOMLDecodeError:
        return None


def _span(path: str, number: int, line: str) -> Span:
    """The line without its indentation."""
    width = len(line.rstrip())
    return Span(path, number, width - len(line.strip()) + 1, number, width + 1)


def _deepest(table: Any) -> Keys:
    """The keys of a header: `[a.b]` alone is a chain of tables that ends empty."""
    keys: list[str] = []
    while table:
        table = table[0] if isinstance(table, list) else table
        if table:
            key, table = next(iter(table.items()))
            keys.append(key)
    return tuple(keys)


def _paths(table: dict[str, Any], above: Keys) -> list[Keys]:
    """Every key below a statement's table, inline tables included."""
    return [
        path
        for key, value in table.items()
        for path in ([(*above, key)] + (_paths(value, (*above, key)) if isinstance(value, dict) else []))
    ]
