"""Reports: findings as text, frames or data. Pure: they are handed the source they show."""

from collections.abc import Callable, Mapping

from celerylint.report import concise, document, full, github, gitlab, grouped, jsonl, junit, markdown, rdjson, sarif
from celerylint.report.result import Report, Summary

__all__ = ["FORMATS", "Report", "Summary"]

FORMATS: Mapping[str, Callable[[Report], str]] = {
    "full": full.render,
    "concise": concise.render,
    "grouped": grouped.render,
    "json": document.render,
    "jsonl": jsonl.render,
    "github": github.render,
    "sarif": sarif.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
    "rdjson": rdjson.render,
    "markdown": markdown.render,
}
