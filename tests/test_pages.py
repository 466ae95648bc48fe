"""Every page of `rules/` against its own examples: what must be reported is, and nothing else."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

from celerylint.configuration import Configuration
from celerylint.finding import Finding, Severity
from celerylint.page import Page, builtin_rules, check, load
from celerylint.page.examples import SECTIONS, Example, examples, sections
from celerylint.report.page import as_index
from celerylint.session import check as lint

PACKAGE = Path(__file__).resolve().parent.parent / "celerylint"
PAGES = load([builtin_rules()])
EVERYTHING = Configuration(min_severity=Severity.INFO)  # advice is not shown unless it is asked for


def each_page() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])


def each_example(bad: bool) -> pytest.MarkDecorator:
    pairs = [(page, example) for page in PAGES for example in examples(page) if example.bad is bad]
    names = [f"{page.name}:{example.line}" for page, example in pairs]
    return pytest.mark.parametrize(("page", "example"), pairs, ids=names)


def findings(root: Path, example: Example) -> tuple[Finding, ...]:
    for file in example.files:
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
    return tuple(lint(root, EVERYTHING).findings)


def shown(found: Finding) -> str:
    return f"{found.place.span} {found.severity} {found.code} {found.name}: {found.message}"


def test_there_are_pages() -> None:
    assert PAGES


def test_the_index_lists_them_all() -> None:
    """`REFRESH_FIXTURES=1 pytest tests/test_pages.py` writes it anew."""
    index = builtin_rules() / "README.md"
    if os.environ.get("REFRESH_FIXTURES"):
        index.write_text(as_index(PAGES), encoding="utf-8")
    assert index.read_text(encoding="utf-8") == as_index(PAGES)


@each_page()
def test_the_page_is_well_made(page: Page) -> None:
    check(page)
    headings = [section.heading.partition(":")[0].strip() for section in sections(page)]
    assert list(dict.fromkeys(headings)) == list(SECTIONS), "its sections, in this order"
    assert page.source.body_text.lstrip().startswith(f"# {page.name}\n")
    for section in sections(page)[-2:]:
        assert any(line.strip() for _, line in section.lines), f"`{section.heading}` is empty"


@each_page()
def test_every_bad_example_has_a_mark(page: Page) -> None:
    for example in examples(page):
        marks = [mark for file in example.files for mark in file.marks]
        assert bool(marks) is example.bad, f"line {example.line}"


@each_example(bad=True)
def test_what_is_bad_is_reported_and_nothing_else(page: Page, example: Example, tmp_path: Path) -> None:
    found = [each for each in findings(tmp_path, example) if each.code == page.code]
    places = sorted({(each.place.span.path, each.place.span.line) for each in found})
    marks = sorted((file.path, mark) for file in example.files for mark in file.marks)
    assert places == marks, "\n".join(map(shown, found))
    said = [re.sub(r'; did you mean "[^"]+"\?', "", each.message) for each in found]
    assert not [message for message in said if re.search(r"(?<!\w)\?", message)], "an unknown in a message"


@each_example(bad=False)
def test_what_is_good_is_not_reported(page: Page, example: Example, tmp_path: Path) -> None:
    found = findings(tmp_path, example)
    wrong = [shown(each) for each in found if each.code == page.code or each.severity is not Severity.INFO]
    assert wrong == []


@cache
def program() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py")))


@each_page()
def test_the_program_knows_no_page(page: Page) -> None:
    assert page.code not in program()
    assert not re.search(rf"(?<![\w-]){re.escape(page.name)}(?![\w-])", program())


def test_the_program_knows_no_code() -> None:
    assert re.findall(r"\bCLY\d{3}\b", program()) == []
