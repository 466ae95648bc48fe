"""Pages for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from celerylint.page import Page
from celerylint.page.read import parse_page
from celerylint.page.source import split

FRONT = {
    "code": "ACM101",
    "name": "too-many-processes",
    "summary": "A worker has too many processes.",
    "scope": "worker",
    "severity": "warning",
    "since": "0.1.0",
    "when": "worker.processes > 8",
    "message": '"{worker.name} has {worker.processes} processes"',
    "at": "worker.processes",
}

BODY = """
# too-many-processes

## Bad
```yaml title="worker.yaml"
command: celery worker -c 9  # ACM101
```
## Good
```yaml title="worker.yaml"
command: celery worker -c 2
```
## When to ignore it
## Evidence
"""


def page_text(body: str = BODY, **changes: Any) -> str:
    """A page's text; keys are written with `_` for `-`, None leaves a key out."""
    front = {**FRONT, **{key.replace("_", "-"): value for key, value in changes.items()}}
    lines = [f"{key}: {value}" for key, value in front.items() if value is not None]
    return "\n".join(["---", *lines, "---", body])


def page(body: str = BODY, **changes: Any) -> Page:
    """A page that was read from such a text."""
    text = page_text(body, **changes)
    return parse_page(split("lint/page.md", text), str(changes.get("name", FRONT["name"])))


def write_page(directory: Path, **changes: Any) -> Path:
    """A page's file."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{changes.get('name', FRONT['name'])}.md"
    path.write_text(page_text(**changes), encoding="utf-8")
    return path
