"""The body of a page: its sections, and the small repositories that show what is bad and what is good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from celerylint.page.error import PageError
from celerylint.page.read import Page

SECTIONS = ("Bad", "Good", "When to ignore it", "Evidence")
_HEADING = re.compile(r"##\s+(.*?)\s*#*")
_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})\s*(?P<language>[\w.+-]*)\s*(?P<rest>.*)")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_MARK = re.compile(r"#\s*([A-Z]{3}[0-9]{3}(?:[ ,]+[A-Z]{3}[0-9]{3})*)\s*$")


@dataclass(frozen=True, slots=True)
class Section:
    """A second-level section: its heading, its lines with their numbers in the page's file."""

    heading: str
    line: int
    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """One file of an example, and the lines (from 1) that must be reported."""

    path: str
    text: str
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A small repository. `bad` is what the page must find fault with."""

    heading: str
    bad: bool
    line: int
    files: tuple[ExampleFile, ...]


def sections(page: Page) -> tuple[Section, ...]:
    """The second-level sections of a page, in order; headings inside fences do not count."""
    found: list[Section] = []
    fence = ""
    for number, line in enumerate(page.source.body_text.split("\n"), page.source.body_line):
        fence = _fence_after(fence, line)
        heading = _HEADING.fullmatch(line) if not fence else None
        if heading:
            found.append(Section(heading[1], number, ()))
        elif found:
            last = found[-1]
            found[-1] = Section(last.heading, last.line, (*last.lines, (number, line)))
    return tuple(found)


def _fence_after(fence: str, line: str) -> str:
    """The fence that is open after the line; empty where none is."""
    if fence:
        return "" if line.strip() == fence else fence
    opened = _FENCE.fullmatch(line)
    return opened["fence"] if opened else ""


def examples(page: Page) -> tuple[Example, ...]:
    """Every example of the sections `Bad` and `Good`. Raises PageError for a block without a title or a bad mark."""
    return tuple(_example(page, section) for section in sections(page) if _kind(section) in ("Bad", "Good"))


def _kind(section: Section) -> str:
    return section.heading.partition(":")[0].strip()


def _example(page: Page, section: Section) -> Example:
    files = tuple(_files(page, section))
    if not files:
        raise _at(page, section.line, f"`{section.heading}` has no file: a fenced block with a title")
    return Example(section.heading, _kind(section) == "Bad", section.line, files)


def _files(page: Page, section: Section) -> Iterator[ExampleFile]:
    lines = iter(section.lines)
    for number, line in lines:
        opened = _FENCE.fullmatch(line)
        if not opened:
            continue
        content = []
        for _, inner in lines:
            if inner.strip() == opened["fence"]:
                break
            content.append(inner)
        else:
            raise _at(page, number, "this block is never closed")
        yield _file(page, number, dict(_ATTRIBUTE.findall(opened["rest"])), content)


def _file(page: Page, number: int, attributes: dict[str, str], content: list[str]) -> ExampleFile:
    path = attributes.get("title", "")
    if not path or path.startswith("/") or ".." in path.split("/"):
        raise _at(page, number, "a block is a file of the example: it needs a title with a relative path")
    marks = [index for index, line in enumerate(content, 1) if page.code in _codes(line)]
    for mark in filter(None, attributes.get("marks", "").split(",")):
        if not (mark.strip().isdecimal() and 1 <= int(mark) <= len(content)):
            raise _at(page, number, f"no line `{mark}` in this block")
        marks.append(int(mark))
    return ExampleFile(path, "".join(f"{line}\n" for line in content), tuple(sorted(set(marks))))


def _codes(line: str) -> list[str]:
    found = _MARK.search(line)
    return re.split(r"[ ,]+", found[1]) if found else []


def _at(page: Page, line: int, message: str) -> PageError:
    return PageError(page.path, line, 1, message)
