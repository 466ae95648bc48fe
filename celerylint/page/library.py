"""Whole directories of pages: those that come with celerylint, and those of a user."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from celerylint.page.error import PageError
from celerylint.page.prepare import check
from celerylint.page.read import Page, read_page

DOCUMENTATION = "https://github.com/celerylint/celerylint/blob/main/rules"
_OURS = "CLY"


def builtin_rules() -> Path:
    """The folder of the pages that come with celerylint: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "rules"
    return installed if installed.is_dir() else package.parent / "rules"


def load(directories: Sequence[Path]) -> tuple[Page, ...]:
    """Every page below the directories, by code. Raises PageError for the first that cannot be used.

    A user's pages are checked in full. Ours were, by the tests of the release, which saves half of the time.
    """
    builtin = builtin_rules()
    pages = [page for directory in directories for page in _pages(directory, directory.resolve() == builtin)]
    _refuse_same(pages)
    return tuple(sorted(pages, key=lambda page: page.code))


def _pages(directory: Path, builtin: bool) -> Iterator[Page]:
    if not directory.is_dir():
        raise PageError(directory.as_posix(), 1, 1, "there is no such directory of pages")
    hundreds: dict[str, Page] = {}
    for path in sorted(directory.rglob("*.md")):
        if path.name == "README.md":
            continue
        page = read_page(path, path.parent.relative_to(directory).as_posix(), DOCUMENTATION if builtin else "")
        _check_topic(page, hundreds)
        if not builtin:
            check(page)
        yield page


def _check_topic(page: Page, hundreds: dict[str, Page]) -> None:
    """Our own codes tell the topic by their hundred: one folder, one hundred."""
    if not (page.topic and page.code.startswith(_OURS)):
        return
    first = hundreds.setdefault(page.topic, page)
    if first.code[:4] != page.code[:4]:
        message = f"a page in `{page.topic}/` has a code {first.code[:4]}xx, as `{first.name}` has"
        raise page.source.at_value(("code",), message)


def _refuse_same(pages: Sequence[Page]) -> None:
    keys: tuple[tuple[str, Callable[[Page], str]], ...] = (
        ("code", lambda page: page.code),
        ("name", lambda page: page.name),
    )
    for key, get in keys:
        first: dict[str, Page] = {}
        for page in pages:
            other = first.setdefault(get(page), page)
            if other is not page:
                raise page.source.at_value((key,), f"the {key} `{get(page)}` is taken by {other.path}")
