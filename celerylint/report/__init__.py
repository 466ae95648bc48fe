"""Reports: findings as text, frames or data. Pure: they are handed the source they show."""

from collections.abc import Callable, Mapping

from celerylint.report import concise, document, full
from celerylint.report.result import Report, Summary

__all__ = ["FORMATS", "Report", "Summary"]

FORMATS: Mapping[str, Callable[[Report], str]] = {
    "full": full.render,
    "concise": concise.render,
    "json": document.render,
}
