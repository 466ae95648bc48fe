"""Reports to render: a plain one, and one that is full of what breaks formats."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from celerylint.finding import Confidence, Finding, Place, Severity
from celerylint.origin import Span
from celerylint.report import Report, Summary

SCHEMAS = Path(__file__).parent / "schemas"
FILES = {
    "deploy/worker.yaml": "limits:\n  memory: 1Gi  # 日本𝄞\ncommand: celery -A shop worker --concurrency=8\n",
    "shop/celery.py": 'app = Celery("shop", broker="redis://:hunter2@redis/0")\napp.conf.update(\n    a=1,\n)\n',
    "shop/é𝄞.py": 'x = "𝄞é"; y = 2\n',
}
# What a repository may hold to harm the formats: every one of them ends up in messages and labels.
NASTY = (
    "plain",
    "line\nbreak\r::set-env name=PATH::/evil",
    "::error file=x::injected",
    "##[add-mask]x",
    "a%0A::warning::b%25,c:d=e",
    "<script>alert(1)</script> & ]]> \"quoted\" 'single'",
    "| a | b |\n|---|---|\n`code` **bold** [link](https://evil.example) ![image](x) <b>",
    "\x00\x07\x1b[2J\ufffe\uffff\ud800\u2028\u202e",
    "see [here](1), \\[there\\](2), {0} {{1}}",
    "https://evil.example www.evil.example @someone #1 $x$ ~~gone~~",
    "redis://:hunter2@redis/0 password='hunter2'",
)


def lines(path: str) -> Sequence[str]:
    return FILES[path].split("\n") if path in FILES else []


def at(path: str, line: int, column: int, width: int, label: str = "") -> Place:
    return Place(Span(path, line, column, line, column + width), label)


def finding(
    place: Place,
    *related: Place,
    severity: Severity = Severity.ERROR,
    message: str = "8 processes need 2 GiB, the pod gets 1 GiB",
    confidence: Confidence = Confidence.CERTAIN,
    code: str = "CLY301",
    name: str = "pod-memory-overcommit",
) -> Finding:
    return Finding(code, name, severity, confidence, message, place, related, f"https://example.org/{name}")


MEMORY = at("deploy/worker.yaml", 2, 11, 3, "limit = 1 GiB")
CONCURRENCY = at("deploy/worker.yaml", 3, 32, 15, "concurrency = 8")
BROKER = at("shop/celery.py", 1, 29, 25)
FINDING = finding(MEMORY, CONCURRENCY, BROKER)


def report(*findings: Finding, base: str = "") -> Report:
    """Findings in the order that a run gives them, with their counts."""
    ordered = tuple(sorted(findings, key=lambda found: found.order))
    counts: dict[str, int] = {
        key: sum(found.severity is severity for found in ordered)
        for key, severity in (("errors", Severity.ERROR), ("warnings", Severity.WARNING), ("infos", Severity.INFO))
    }
    summary = Summary(files=12, workers=1, tasks=3, **counts)
    return Report(ordered, (), summary, lines, lambda path: f"here/{path}", base=base)


def nasty() -> Report:
    """Every nasty text as a message, a label, and a file's name; every severity."""
    severities = tuple(Severity)
    found = [
        finding(
            # A file's name that is no UTF-8 has other surrogates than these.
            Place(Span(f"shop/{text}.py".replace("\ud800", "\udcff"), 3, 1, 3, 5), text),
            at("deploy/worker.yaml", 2, 11, 3, text),
            severity=severities[number % 3],
            message=f"it says {text}",
        )
        for number, text in enumerate(NASTY)
    ]
    return report(*found)


def many(count: int, severity: Severity = Severity.ERROR) -> tuple[Finding, ...]:
    """So many findings of a severity, each in a file of its own."""
    return tuple(finding(at(f"shop/f{number:05}.py", 1, 1, 3), severity=severity) for number in range(count))


def schema(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return loaded


def errors(document: Any, name: str) -> list[str]:
    """What a schema has against a document."""
    from jsonschema.validators import validator_for

    rules = schema(name)
    validator = validator_for(rules)
    validator.check_schema(rules)
    return [f"{error.json_path}: {error.message}" for error in validator(rules).iter_errors(document)]


def with_pages(made: Report) -> Report:
    """The same report, with celerylint's own rules at hand."""
    from celerylint.page import builtin_rules, load

    return replace(made, pages=lambda: load((builtin_rules(),)))
