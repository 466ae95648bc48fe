"""Findings and ignores: what is still said, what is silenced, and which ignores silence nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from celerylint.finding import Finding, Suppressed, Undecided
from celerylint.model import Problem
from celerylint.origin import Span
from celerylint.silence.directive import Ignore, Misread, directives
from celerylint.silence.rulebook import Rulebook, shortened
from celerylint.sources.comments import Comment

_DIGITS = "0123456789"
Judge = Callable[[Sequence[Problem]], Sequence[Finding]]
"""What the rules find in problems, as they find everything else."""


@dataclass(frozen=True, slots=True)
class Silenced:
    """The findings that are left, with those about the ignores themselves, and the others; each in their order."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]


def silence(
    findings: Iterable[Finding],
    undecided: Iterable[Undecided],
    comments: Mapping[str, Sequence[Comment]],
    rulebook: Rulebook,
    judge: Judge,
) -> Silenced:
    """Apply the ignores in the comments (by file) to the findings, then to what `judge` finds in them.

    An ignore is unused where its rules were asked, none of them is suppressed by it, and none is undecided there:
    one that cannot be decided may hold. No ignore silences what is found about itself.
    """
    ignores, problems = _read(comments, rulebook)
    first = _Pass(ignores)
    kept = first.over(findings)
    used = _waiting(ignores, undecided) | first.used
    while True:
        second = _Pass(ignores)
        found = sorted((*problems, *_about(ignores, used, rulebook)), key=lambda problem: problem.span)
        said = second.over(judge(found) if found else ())
        if second.used.keys() <= used.keys():
            break
        used |= second.used  # such as one that names the rule about unused ignores
    return Silenced(
        tuple(sorted((*kept, *said), key=lambda finding: finding.order)),
        tuple(sorted((*first.suppressed, *second.suppressed), key=lambda each: each.finding.order)),
    )


@dataclass(frozen=True, slots=True)
class _Meant:
    """An ignore, and the names of the rules that it means; none where it means every rule."""

    ignore: Ignore
    names: frozenset[str]

    def speaks(self, name: str, span: Span) -> bool:
        """Whether it speaks of a rule at a place of its file."""
        return (not self.names or name in self.names) and self.ignore.covers(span)


_Used = dict[_Meant, list[str]]  # by the names of what they silenced


def _read(comments: Mapping[str, Sequence[Comment]], rulebook: Rulebook) -> tuple[list[_Meant], list[Problem]]:
    """The ignores that mean something, and what is wrong with the others."""
    ignores: list[_Meant] = []
    problems: list[Problem] = []
    for each in (each for path in sorted(comments) for comment in comments[path] for each in directives(comment)):
        if isinstance(each, Misread):
            problems.append(Problem("ignore-unknown", each.span, each.message))
        elif not each.word or rulebook.meant(each.word):
            ignores.append(_Meant(each, rulebook.meant(each.word)))
        elif not each.noqa or each.word.rstrip(_DIGITS) in rulebook.letters:
            problems.append(Problem("ignore-unknown", each.span, rulebook.unknown(each.word)))
    return ignores, problems


class _Pass:
    """One pass over findings: what was suppressed, and the ignores that did it."""

    def __init__(self, ignores: Iterable[_Meant]) -> None:
        self.suppressed: list[Suppressed] = []
        self.used: _Used = {}
        self._by_path: dict[str, list[_Meant]] = {}
        for each in ignores:
            self._by_path.setdefault(each.ignore.span.path, []).append(each)

    def over(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that nothing silences."""
        kept = []
        for finding in findings:
            silencing = list(self._silencing(finding))
            for each in silencing:
                self.used.setdefault(each, []).append(finding.name)
            if silencing:
                ignore = silencing[0].ignore
                self.suppressed.append(Suppressed(finding, ignore.comment, ignore.reason))
            else:
                kept.append(finding)
        return kept

    def _silencing(self, finding: Finding) -> Iterator[_Meant]:
        """Those at any place of the finding; a `noqa` without codes counts where flake8 would report it first."""
        for index, place in enumerate((finding.place, *finding.related)):
            for each in self._by_path.get(place.span.path, ()):
                elsewhere = index > 0 and each.ignore.noqa and not each.names
                itself = each.ignore.span == finding.place.span
                if not elsewhere and not itself and each.speaks(finding.name, place.span):
                    yield each


def _waiting(ignores: Iterable[_Meant], undecided: Iterable[Undecided]) -> _Used:
    """The ignores of what is undecided at their place."""
    by_path: dict[str, set[tuple[str, Span]]] = {}
    for entry in undecided:
        for span in (entry.place, entry.at):
            if span:
                by_path.setdefault(span.path, set()).add((entry.name, span))
    return {
        each: []
        for each in ignores
        if any(each.speaks(name, span) for name, span in by_path.get(each.ignore.span.path, ()))
    }


def _about(ignores: Iterable[_Meant], used: _Used, rulebook: Rulebook) -> Iterator[Problem]:
    """What is wrong with ignores that were understood; a `noqa` without codes is the business of other linters."""
    for each in ignores:
        if each.ignore.noqa and not each.names:
            continue
        if each not in used and rulebook.asked_all(each.names):
            yield Problem("ignore-unused", each.ignore.span, _unused(each.ignore))
        elif not each.names:
            yield Problem("ignore-blanket", each.ignore.span, _blanket(used.get(each, ())))


def _unused(ignore: Ignore) -> str:
    """Where it silences nothing: an ignore alone on its line may speak of another line than its author thought."""
    if ignore.alone and ignore.about and len(ignore.about) == 1:
        return "no line stands right below it"
    what = f'"{shortened(ignore.word)}" finds nothing' if ignore.word else "no rule finds anything"
    if ignore.about is None:
        return f"{what} in this file"
    first, last = ignore.about[-1]
    return f"{what} on lines {first} to {last}" if last > first else f"{what} on line {first}"


def _blanket(names: Iterable[str]) -> str:
    silenced = ", ".join(sorted(set(names)))
    return f"write ignore[{silenced}]" if silenced else "name the rules in brackets"
