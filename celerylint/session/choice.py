"""The pages of a run: loaded, chosen, and given the parameters of the configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from celerylint.configuration import UNCONFIGURED, Configuration, ConfigurationError, did_you_mean

if TYPE_CHECKING:
    from celerylint.page import Page

_EXACT = 1000  # outranks every start of a code


class Named(Protocol):
    """What is known by a name and a code."""

    @property
    def name(self) -> str: ...
    @property
    def code(self) -> str: ...


N = TypeVar("N", bound=Named)


def pages(configuration: Configuration = UNCONFIGURED) -> tuple[Page, ...]:
    """celerylint's own pages and those of `rule-paths`, by code.

    Raises ConfigurationError where a rule path does not exist or one of its pages cannot be used.
    """
    from celerylint.page import builtin_rules, load

    for path in configuration.rule_paths:
        if not path.is_dir():
            raise configuration.error(f"`rule-paths`: there is no directory {path}", "rule-paths")
    with own_pages():
        return load((builtin_rules(), *configuration.rule_paths))


def named(loaded: Iterable[N], word: str) -> N | None:
    """The page with this name or code."""
    return next((page for page in loaded if word == page.name or word.upper() == page.code), None)


def unknown_rule(loaded: Iterable[Named], word: str) -> str:
    """That no rule is called so, and what may have been meant."""
    names = [word for page in loaded for word in (page.name, page.code)]
    return f'no rule is called "{word}"{did_you_mean(word, names)}'


def chosen(loaded: Sequence[N], configuration: Configuration) -> tuple[N, ...]:
    """The pages that `select` and `ignore` leave: the more exact of two wins, and `ignore` between equals.

    Raises ConfigurationError where a word in them is the name of no rule.
    """
    for key in ("select", "ignore"):
        for word in getattr(configuration, key):
            if not any(_exactness(page, word) for page in loaded):
                raise configuration.error(f"{key}: {unknown_rule(loaded, word)}", key)

    def kept(page: Named) -> bool:
        wanted = max((_exactness(page, word) for word in configuration.select), default=1)
        return wanted > max((_exactness(page, word) for word in configuration.ignore), default=0)

    return tuple(page for page in loaded if kept(page))


def _exactness(page: Named, word: str) -> int:
    """How exactly a word names the page; 0 where it does not. A start of a code holds all of its letters."""
    if word in (page.name, "ALL"):
        return 1 if word == "ALL" else _EXACT
    code = word.upper()
    if code == page.code:
        return _EXACT
    letters = re.match(r"[A-Z]*", page.code)
    return len(code) if letters and code.startswith(letters[0]) and page.code.startswith(code) else 0


def parameters(loaded: Sequence[Page], configuration: Configuration) -> Mapping[str, Mapping[str, Any]]:
    """The parameters that the configuration changes, by page name.

    Raises ConfigurationError for an unknown rule or parameter, or one of another type than the page's own.
    """
    from celerylint.page import ParameterError, effective

    changed: dict[str, Mapping[str, Any]] = {}
    for name, options in configuration.rules.items():
        page = named(loaded, name)
        if page is None:
            raise configuration.error(unknown_rule(loaded, name), "rules", name)
        try:
            effective(page, options.parameters)
        except ParameterError as error:
            raise configuration.error(error.message, "rules", name, error.parameter) from None
        changed[page.name] = options.parameters
    return changed


@contextmanager
def own_pages() -> Iterator[None]:
    """A page of the user's that cannot be used is a wrong configuration; one of ours is a bug. Raises either."""
    from celerylint.page import PageError, builtin_rules

    try:
        yield
    except PageError as error:
        if Path(error.path).is_relative_to(builtin_rules()):
            raise
        raise ConfigurationError(str(error)) from None


def severities(configuration: Configuration, loaded: Iterable[Named]) -> Callable[[str, str], str]:
    """The severity of a page by its name: the configuration's, else the page's own (the second argument)."""
    changed = {
        page.name: options.severity
        for name, options in configuration.rules.items()
        if options.severity and (page := named(loaded, name))
    }
    return lambda name, own: changed.get(name, own)
