"""What celerylint says beside what Celery says: wrong values, and the share of what nobody could tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from celerylint.origin import Value
from oracle.told import told

ORDERED = frozenset({"task_routes"})
"""Settings whose dictionaries mean something else in another order."""


@dataclass
class Tally:
    """All cases of an oracle together."""

    cases: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # what Celery or Python raised
    wrong: dict[int, dict[str, tuple[Any, Any]]] = field(default_factory=dict)  # case → name → (ours, theirs)
    known: int = 0
    unknown: Counter[str] = field(default_factory=Counter)  # by reason
    where: dict[str, list[int]] = field(default_factory=dict)  # cases, by reason
    undecidable: Counter[str] = field(default_factory=Counter)  # what no repository tells, by what it is

    @property
    def every(self) -> int:
        """How much the programs really set."""
        return self.unknown.total() + self.known + self.undecidable.total()

    @property
    def share(self) -> float:
        """The share of Unknown that a better reading might know."""
        return self.unknown.total() / max(self.every, 1)

    def judge(
        self,
        number: int,
        ours: Mapping[str, Value[Any]],
        theirs: Mapping[str, Any],
        plain: Mapping[str, Any],
        nature: str = "",
        decided: Mapping[str, tuple[str, Value[Any]]] | None = None,
    ) -> None:
        """One case: what celerylint says and what Celery says, beside what it says where nothing is set.

        `nature` says why nobody could know it from the repository: an Unknown is then counted apart.
        `decided` says so of single settings, with what celerylint says as soon as that thing is decided.
        """
        self.cases += 1
        for name, real in theirs.items():
            value = ours.get(name)
            if value is None:
                continue
            ordered = name in ORDERED
            is_set = same(real, ordered) != same(plain[name], ordered)
            if value.known:
                self.known += is_set
                if same(told(value.value), ordered) != same(real, ordered):
                    self.wrong.setdefault(number, {})[name] = (told(value.value), real)
            elif is_set and nature:
                self.undecidable[nature] += 1
            elif is_set and "object " not in str(real) and name in (decided or {}):
                reason, other = (decided or {})[name]
                self.undecidable[reason] += 1
                if same(told(other.value), ordered) != same(real, ordered):
                    self.wrong.setdefault(number, {})[name] = (told(other.value), real)
            elif is_set and "object " not in str(real):
                kind = _kind(value.reason)
                self.unknown[kind] += 1
                self.where.setdefault(kind, []).append(number)

    def refuse(self, error: str) -> None:
        """A program that Celery or Python does not take."""
        self.cases += 1
        self.refused[error.strip().splitlines()[-1][:100]] += 1

    def summary(self) -> str:
        """The tally in a few lines."""
        refused = self.refused.total()
        lines = [
            f"{self.cases} cases, {refused} of them refused by Celery; {len(self.wrong)} with a wrong value",
            f"{self.known} set values known, {self.unknown.total()} unknown: {self.share:.1%}",
        ]
        lines += [
            f"{count} ({count / self.every:.1%}) by nature: {kind}" for kind, count in self.undecidable.most_common()
        ]
        lines += [f"  {count:5} {kind}  (case {self.where[kind][0]})" for kind, count in self.unknown.most_common(12)]
        return "\n".join(lines)


def same(data: Any, ordered: bool = False) -> str:
    """Data as a text that is the same for what is the same: 60.0 is 60, but True is not 1."""
    if isinstance(data, float) and data.is_integer():
        return str(int(data))
    if isinstance(data, list):
        return "[" + ", ".join(same(each, ordered) for each in data) + "]"
    if isinstance(data, dict):
        pairs = [same(each, ordered) for pairs in data.values() for each in pairs]
        return "{" + ", ".join(pairs if ordered else sorted(pairs)) + "}"
    return repr(data)


def _kind(reason: str) -> str:
    """A reason without the names and places of its case."""
    reason = re.sub(r"[\w./-]+\.py(:\d+)*", "FILE", reason)
    reason = re.sub(r"\(line \d+\)|line \d+", "LINE", reason)
    reason = re.sub(r"\b[A-Z][A-Z_0-9]{2,}\b", "NAME", reason)
    return re.sub(r"\d+", "N", reason)
