"""A run from the files to what is said about them."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from celerylint.configuration import UNCONFIGURED, Configuration
from celerylint.finding import Finding, Severity, Suppressed, Undecided
from celerylint.origin import Span
from celerylint.report import Summary
from celerylint.session import choice
from celerylint.session.source import DEPLOYED, Deployed, Lines, lines_of

if TYPE_CHECKING:
    from celerylint.engine import Outcome
    from celerylint.model import Project
    from celerylint.page import Page
    from celerylint.sources.tree import Tree


@dataclass(frozen=True, slots=True)
class Result:
    """What a run says, what it understood, and the way to the source text."""

    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]
    project: Project
    summary: Summary
    lines: Lines
    suppressed: tuple[Suppressed, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """What was understood, and the way to the source text."""

    project: Project
    lines: Lines


def check(
    root: Path,
    configuration: Configuration = UNCONFIGURED,
    paths: Sequence[str] = (),
    *,
    changed: frozenset[str] | None = None,
    force_exclude: bool = False,
    overlay: Mapping[str, bytes] | None = None,
    deployed: Deployed | None = None,
) -> Result:
    """Lint the repository at `root`; with `paths` (relative to it), say only what has a place below one of them.

    The same with `changed`, exact files. The whole repository is read either way: a worker's limits stand elsewhere
    than its tasks. What `paths` name is read even where it is excluded, unless `force_exclude`.
    `overlay` holds files (relative to `root`) as an editor has them, saved or not; an excluded one stays excluded.
    `deployed` is what runs, in place of what the repository's manifests say.
    Raises ConfigurationError.
    """
    from celerylint.session import ignoring

    with _uncollected():
        loaded = choice.pages(configuration)
        chosen = choice.chosen(loaded, configuration)
        parameters = choice.parameters(loaded, configuration)
        tree, project = _read(root, configuration, () if force_exclude else paths, overlay or {}, deployed)
        severity = choice.severities(configuration, loaded)

        def judge(pages: Sequence[Page], project: Project) -> Outcome:
            from celerylint import engine

            with choice.own_pages():
                outcome = engine.run(pages, project, parameters)
            return replace(outcome, findings=tuple(_as_severe(each, severity) for each in outcome.findings))

        outcome = judge(chosen, project)
        left = ignoring.silenced(tree, outcome, loaded, chosen, judge)
        counts, lines = _counts(tree, project), lines_of(tree)
        result = Result(left.kept, outcome.undecided, project, counts, lines, left.suppressed)
        return _heard(result, _least(chosen, severity, configuration), configuration, _within(paths, changed))


def model(root: Path, configuration: Configuration = UNCONFIGURED, deployed: Deployed | None = None) -> Model:
    """What the repository at `root` means, without judging it."""
    with _uncollected():
        tree, project = _read(root, configuration, (), {}, deployed)
        return Model(project, lines_of(tree))


@contextmanager
def _uncollected() -> Iterator[None]:
    """No cyclic garbage collection meanwhile: with many syntax trees alive it triples the time, and finds nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(
    root: Path,
    configuration: Configuration,
    paths: Sequence[str],
    overlay: Mapping[str, bytes],
    deployed: Deployed | None,
) -> tuple[Tree, Project]:
    from celerylint.link import launching_words, link
    from celerylint.sources.discover import DEFAULT_EXCLUDE, Discovery, discover
    from celerylint.sources.tree import Tree

    names = launching_words(configuration.launchers)
    if deployed is not None and deployed.alone:
        tree = Tree(root, Discovery((DEPLOYED,)), {DEPLOYED: deployed.data}, DEPLOYED, names)
        return tree, link(tree, configuration)
    exclude = DEFAULT_EXCLUDE if configuration.exclude is None else configuration.exclude
    # What is named is read even where an ignore file names it; everything else is read besides.
    asked = (".", *paths) if paths else ()
    more = configuration.extend_exclude
    discovery = discover(root, paths=asked, exclude=exclude, extend_exclude=more, unsaved=overlay)
    unsaved = {path: data for path, data in overlay.items() if path in discovery.files}
    if deployed is not None:
        files = tuple(sorted({*discovery.files, DEPLOYED}))
        tree = Tree(root, replace(discovery, files=files), {**unsaved, DEPLOYED: deployed.data}, DEPLOYED, names)
    else:
        tree = Tree(root, discovery, unsaved, launchers=names)
    return tree, link(tree, configuration)


def _counts(tree: Tree, project: Project) -> Summary:
    return Summary(len(tree.files), len(project.workers), len(project.tasks))


def _least(chosen: Iterable[Page], severity: Callable[[str, str], str], configuration: Configuration) -> frozenset[str]:
    """The names of the pages that are at least as severe as what is asked for."""
    limit = Severity(configuration.min_severity).rank
    return frozenset(page.name for page in chosen if Severity(severity(page.name, page.severity)).rank <= limit)


def _heard(
    result: Result, names: frozenset[str], configuration: Configuration, within: Callable[[Iterable[Span]], bool]
) -> Result:
    """What is severe enough and in the paths that were asked for, in order, and its counts."""
    limit = Severity(configuration.min_severity).rank
    here = sorted((found for found in result.findings if within(_places(found))), key=lambda found: found.order)
    findings = tuple(found for found in here if found.severity.rank <= limit)
    suppressed = tuple(
        each for each in result.suppressed if each.finding.severity.rank <= limit and within(_places(each.finding))
    )
    undecided = tuple(
        sorted(
            (entry for entry in result.undecided if entry.name in names and within([entry.place])),
            key=lambda entry: entry.order,
        )
    )
    counts = Counter(found.severity for found in findings)
    summary = replace(
        result.summary,
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        infos=counts[Severity.INFO],
        undecided=len(undecided),
        hidden=len(here) - len(findings),
        suppressed=len(suppressed),
    )
    return replace(result, findings=findings, undecided=undecided, summary=summary, suppressed=suppressed)


def _as_severe(found: Finding, severity: Callable[[str, str], str]) -> Finding:
    return replace(found, severity=Severity(severity(found.name, found.severity)))


def _places(found: Finding) -> list[Span]:
    return [found.place.span, *(place.span for place in found.related)]


def _within(paths: Sequence[str], changed: frozenset[str] | None) -> Callable[[Iterable[Span]], bool]:
    """Whether the spans touch the paths (one of them, or below it) and the changed files; what is not asked holds."""
    starts = tuple(f"{path}/" for path in paths)

    def within(spans: Iterable[Span]) -> bool:
        files = {span.path for span in spans}
        touched = not paths or any(f"{file}/".startswith(starts) for file in files)
        return touched and (changed is None or not changed.isdisjoint(files))

    return within
