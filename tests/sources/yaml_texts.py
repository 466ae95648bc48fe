"""YAML for the tests: a manifest with everything in it, and short ways to read one."""

from __future__ import annotations

from typing import Any

from celerylint.sources.text import Text
from celerylint.sources.yaml import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    YamlProblem,
    read,
)

DEPLOYMENT = """\
# the worker
apiVersion: apps/v1
kind: Deployment
metadata:
  name: wörker-😀   # a name beyond the first plane
  labels: {app: shop, "tier": 'back end'}
spec:
  template:
    spec:
      containers:
      - name: worker
        command: [celery, -A, shop,
          worker]
        env:
        - {name: A, value: "1"}
        - name: B
          value:

        # behind the list
      - name: beat
        args: &args
          - |
            exec celery
              beat
          - >-
            one
            two

        more: *args
---
plain over
  two lines
---
? complex key
: - - nested
...
"""
VARIED = {
    "a deployment": DEPLOYMENT,
    "carriage returns": DEPLOYMENT.replace("\n", "\r\n"),
    "json": '{"a": [1, 2.5, true, null, "x\\u00e9\\n"],\n\t"b": {"c": {}}, "d": []}',
    "directives": "%YAML 1.1\n%TAG !e! tag:example.com,2000:\n---\na: !e!foo bar\nb: !!str 5\n",
    "empty documents": "---\n---\na: 1\n---\n# nothing\n...\n",
    "a lone scalar": "'text ''quoted'''",
    "anchors and tags": "a: &x !!map {b: &y c}\n*y : d\ne: &z\n  - *x\n  - !custom\n    f: g\n",
    "odd line ends": "a: b\u2028c: d\n",
    "block scalars": "a: |2-\n   x\n   y\nb: >+\n  one\n\n\nc: |\nd: >1\n  z\n",
}


def text_of(source: str, name: str = "deploy/worker.yaml") -> Text:
    return Text(name, source)


def roots(source: str) -> list[Node | None]:
    found, problems = read(text_of(source))
    assert problems == []
    return [document.root for document in found]


def root(source: str) -> Any:
    (found,) = roots(source)
    assert found is not None
    return found


def problems(source: str) -> list[YamlProblem]:
    return read(text_of(source))[1]


def at(problem: YamlProblem) -> tuple[str, int, int]:
    return problem.kind, problem.span.line, problem.span.column


def written(source: str, node: Node) -> str:
    return source[node.start : node.end]


def every_scalar(node: Node | None) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    if isinstance(node, Sequence):
        return [found for item in node.items for found in every_scalar(item)]
    if isinstance(node, Mapping):
        return [found for pair in node.pairs for part in pair for found in every_scalar(part)]
    return []


def located(source: str, node: Scalar, start: int, end: int) -> str:
    text = text_of(source)
    span = node.locate(start, end)
    return source[text.offset(span.line, span.column) : text.offset(span.end_line, span.end_column)]


def check_locate(source: str, node: Scalar) -> None:
    """Each letter and digit of a value stands where locate says, in its own or in an escaped form."""
    for index, char in enumerate(node.value[:40]):
        place = located(source, node, index, index + 1)
        assert place == char or place[:1] in "\\'\n \t\r" or char in "\n ", (node.value, index, place)
