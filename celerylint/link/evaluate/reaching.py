"""Which names of a body may stand for a part of what a name stands for, and the changes that may reach it so."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from celerylint.link.evaluate.frame import Position, start_of
from celerylint.link.evaluate.sharing import Link, Scan, Site, Where, scanned

_BEFORE_ALL: Position = (0, 0)


@dataclass(frozen=True, slots=True)
class Reached:
    """Since when a name is connected, in which loops, and the attribute through which it is."""

    at: Position
    loops: tuple[int, ...]
    part: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change that may reach a name: it does where what is changed proves to be changeable."""

    site: Site
    part: str


Passes = Callable[[Link, str], bool]
"""Whether a way leads on through a link to a name: not where that proves to stand for nothing that can be changed."""


def always(link: Link, name: str) -> bool:
    """Every way leads on."""
    return True


def candidates(scan: Scan, name: str, cyclic: bool = False, passes: Passes = always) -> list[Candidate]:
    """The changes in a body that may reach a name under another one, or by a call that it is handed to.

    `cyclic`: the body is that of a loop, which has begun before.
    """
    below, beside = _reach(scan.links_by_name(), name, passes)
    found: list[Candidate] = []
    for site in scan.sites:
        reached = below.get(site.name) or (beside.get(site.name) if site.depth > 1 else None)
        if reached is None or (site.name == name and not site.is_handed and not site.hidden):
            continue
        if _is_active(scan, site, reached, cyclic):
            found.append(Candidate(site, reached.part))
    for definition in scan.definitions:
        found.extend(_inside(definition, [*below, *beside], name))
    return found


def _inside(definition: ast.stmt, names: list[str], wanted: str) -> Iterator[Candidate]:
    """What a function, or a method of a class, may change whenever it is called."""
    where = Where(start_of(definition), (), ())
    for function in ast.walk(definition):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        scan = scanned(function.body)
        links = scan.links_by_name()
        outer = {name for each in ast.walk(function) if isinstance(each, ast.Global) for name in each.names}
        own = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)} | scan.bindings.keys()
        for name in dict.fromkeys(each for each in names if each not in own - outer):
            below, beside = _reach(links, name)
            for site in scan.sites:
                reached = below.get(site.name) or (beside.get(site.name) if site.depth > 1 else None)
                own_site = site.name == name == wanted or _is_of_app(site.changed)
                if site.call is not None or reached is None or own_site:
                    continue
                if _is_active(scan, site, reached, True):
                    yield Candidate(replace(site, where=where, inside=function.name), "")


def keeps(scan: Scan, site: Site) -> bool:
    """Whether a name at a change may still stand for what it stood for when the body began."""
    return not any(_leads_to(each, site.where) for each in scan.fresh.get(site.name, ()))


def connected(scan: Scan, name: str, passes: Passes) -> frozenset[str]:
    """Every name that may share anything with a name."""
    below, beside = _reach(scan.links_by_name(), name, passes)
    return frozenset(below.keys() | beside.keys())


def _reach(
    links: Mapping[str, Sequence[Link]], name: str, passes: Passes = always
) -> tuple[dict[str, Reached], dict[str, Reached]]:
    """The names of the object or of its parts, and those that hold any of these as well."""
    start = Reached(_BEFORE_ALL, (), "")
    below: dict[str, Reached] = {name: start}
    beside: dict[str, Reached] = {name: start}
    left = deque([name])
    while left:
        one = left.popleft()
        for link in links.get(one, ()):
            other = link.other if one == link.one else link.one
            down = link.kind == "same" or (link.kind == "within" and one == link.other)
            up = link.kind in ("same", "shares") or (link.kind == "within" and one == link.one)
            lower = down and one in below and other not in below
            if (not lower and not (up and one in beside and other not in beside)) or not passes(link, other):
                continue
            reached = _through(below[one] if lower else beside[one], link, one == name)
            if lower:
                below[other] = reached
            beside.setdefault(other, reached)
            left.append(other)
    return below, beside


def _through(reached: Reached, link: Link, is_first: bool) -> Reached:
    part = link.part if is_first else reached.part
    return Reached(max(reached.at, link.where.at), link.where.loops or reached.loops, part)


def _is_active(scan: Scan, site: Site, reached: Reached, cyclic: bool) -> bool:
    """Whether a change comes when the names share already, and no new value has been bound in between."""
    if reached.at == _BEFORE_ALL:
        return True  # it is the name itself
    bindings = [each for each in scan.bindings.get(site.name, ()) if _leads_to(each, site.where)]
    if reached.at < site.where.at:
        return not any(reached.at < each.at < site.where.at for each in bindings)
    together = cyclic or bool(set(reached.loops) & set(site.where.loops))
    return together and not any(cyclic or set(each.loops) & set(reached.loops) for each in bindings)


def _leads_to(binding: Where, site: Where) -> bool:
    """Whether whoever comes to a change has come through a binding before."""
    return binding.at < site.at and site.around[: len(binding.around)] == binding.around


def _is_of_app(node: ast.expr) -> bool:
    """`app.conf`, `app.config`: settings that copy what they are given."""
    return any(isinstance(each, ast.Attribute) and each.attr in ("conf", "config") for each in ast.walk(node))
