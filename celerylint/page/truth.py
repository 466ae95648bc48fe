"""Three-valued logic: true, false and unknown. Each function also cuts the reads back to those that decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from celerylint.origin import Unknown
from celerylint.page.frame import Frame, Run


def truth(value: Any) -> Any:
    """True, False or Unknown: None is false, and what a setting holds counts as Python counts it."""
    return value if isinstance(value, Unknown) else bool(value)


def all_of(clauses: Sequence[Run]) -> Run:
    """`and`: a false clause decides alone; true needs every clause; otherwise the unknown ones stay."""
    return _decided(clauses, False)


def any_of(clauses: Sequence[Run]) -> Run:
    """`or`: a true clause decides alone; false needs every clause; otherwise the unknown ones stay."""
    return _decided(clauses, True)


def _decided(clauses: Sequence[Run], decisive: bool) -> Run:
    def run(frame: Frame) -> Any:
        reads = frame.reads
        start = len(reads)
        unknown: Unknown | None = None
        for clause in clauses:
            mark = len(reads)
            result = clause(frame)
            if result.__class__ is Unknown:
                if unknown is None:
                    unknown = result
                    del reads[start:mark]
            elif bool(result) is decisive:
                del reads[start:mark]
                return decisive
            elif unknown is not None:
                del reads[mark:]
        return (not decisive) if unknown is None else unknown

    return run


def negation(operand: Run) -> Run:
    """`not`: unknown stays unknown."""

    def run(frame: Frame) -> Any:
        result = operand(frame)
        return result if result.__class__ is Unknown else not result

    return run


def conditional(test: Run, then: Run, otherwise: Run) -> Run:
    """`then if test else otherwise`: where the test is unknown, what both branches agree on."""

    def run(frame: Frame) -> Any:
        mark = len(frame.reads)
        decided = test(frame)
        if decided.__class__ is not Unknown:
            return (then if decided else otherwise)(frame)
        tested = len(frame.reads)
        first, second = then(frame), otherwise(frame)
        if Unknown not in (first.__class__, second.__class__) and first == second:
            del frame.reads[mark:tested]
            return first
        del frame.reads[tested:]
        return decided

    return run
