"""The process that renders charts: a question a line, an answer a line, both JSON. Knows nothing of celerylint.

Arguments: the folders that Python imports from, as a JSON list.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main() -> None:
    """Answer until nobody asks any more."""
    sys.path[:] = json.loads(sys.argv[1])
    import helm_python

    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = {"text": _render(helm_python, question)}
        except helm_python.HelmError as error:
            answer = {"error": str(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _render(helm: Any, question: dict[str, Any]) -> str:
    values: dict[str, Any] = {}
    for text in question["values"]:
        _merge(values, helm.values_from_yaml(text))
    with helm.Chart.load(question["chart"]) as chart:
        found = chart.render(values, name=question["name"], namespace=question["namespace"])
    return "\n".join(text for _, text in sorted(found.items()))


def _merge(values: dict[str, Any], stronger: dict[str, Any]) -> None:
    """What Helm makes of several `--values` (pkg/cli/values): maps are merged, everything else is replaced."""
    for key, value in stronger.items():
        old = values.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            _merge(old, value)
        else:
            values[key] = value


if __name__ == "__main__":
    main()
