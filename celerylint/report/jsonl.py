"""`jsonl`: one JSON object a line for each finding, with the keys that it has in `json`."""

from __future__ import annotations

import json

from celerylint.report.document import described
from celerylint.report.result import Report


def render(report: Report) -> str:
    """Nothing where nothing was found; ASCII only."""
    return "".join(f"{json.dumps(described(found), allow_nan=False)}\n" for found in report.findings)
