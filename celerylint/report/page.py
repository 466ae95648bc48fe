"""Rules' pages for people, and their list."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from celerylint.report.cells import printable
from celerylint.report.document import encoded
from celerylint.report.style import Style
from celerylint.report.table import table

if TYPE_CHECKING:
    from celerylint.page import Page


def as_text(page: Page, colour: bool = False) -> str:
    """A page as Markdown: its heading, what kind of rule it is, its text, its references."""
    head, _, body = page.source.body_text.strip("\n").partition("\n")
    facts = f"{page.code} · {page.severity} · {page.scope} · since {page.since}"
    lines = [head, "", facts, *body.split("\n")]
    if page.parameters:
        said = [f"- `{name} = {json.dumps(value)}`" for name, value in page.parameters.items()]
        lines += ["", "## Parameters", "", f"In `[tool.celerylint.rules.{page.name}]`:", "", *said]
    if page.references:
        lines += ["", "## References", "", *(f"- {reference}" for reference in page.references)]
    return "".join(f"{line}\n" for line in _painted(lines, Style(colour)))


def _painted(lines: Iterable[str], style: Style) -> Iterable[str]:
    """Headings strong, code faint."""
    fence = ""
    for line in lines:
        text = "".join(part if part == "\t" else printable(part) for part in line)
        mark = line.lstrip()[:3]
        if mark in ("```", "~~~") and fence in ("", mark):
            fence = "" if fence else mark
            yield style("faint", text)
        elif fence:
            yield style("faint", text)
        else:
            yield style("strong", text) if line.startswith("#") else text


def as_table(pages: Iterable[Page], colour: bool = False) -> str:
    """One line for each rule."""
    rows = [[page.code, page.name, str(page.severity), _fix(page), page.summary] for page in pages]
    return table(rows, Style(colour), ("code", "name", "severity", "fix", "summary")) if rows else "No rules.\n"


def as_index(pages: Iterable[Page]) -> str:
    """Every rule in a table for each topic, with links to the pages as they lie in `rules/`."""
    topics: dict[str, list[Page]] = {}
    for page in pages:
        topics.setdefault(page.topic or _OWN, []).append(page)
    lines = ["# The rules", "", f"{sum(map(len, topics.values()))} pages. {_INDEX}", ""]
    for topic, own in topics.items():
        lines += [f"## {topic}", "", "| code | rule | severity | fix | |", "|---|---|---|---|---|", *map(_row, own), ""]
    return "\n".join(lines)


_OWN = "own"  # pages that stand in no folder
_INDEX = "Each is the rule, its documentation and its tests; `celerylint rule NAME` shows it in a terminal."


def _row(page: Page) -> str:
    link = f"[{page.name}]({page.topic}/{page.name}.md)" if page.topic else page.name
    summary = page.summary.replace("|", "\\|")
    return f"| {page.code} | {link} | {page.severity} | {_fix(page)} | {summary} |"


def _fix(page: Page) -> str:
    return "-" if page.fix is None else "yes"


def listing(pages: Iterable[Page]) -> str:
    """Every rule as data."""
    return encoded(
        {
            "rules": [
                {
                    "code": page.code,
                    "name": page.name,
                    "severity": str(page.severity),
                    "scope": page.scope,
                    "summary": page.summary,
                    "fixable": page.fix is not None,
                }
                for page in pages
            ]
        }
    )
