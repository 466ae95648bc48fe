"""Trees with something wrong in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def broken(tree: Any, wrong: Any) -> Iterator[Any]:
    """The tree with each of its values replaced in turn."""
    yield wrong
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from ({**tree, key: other} for other in broken(value, wrong))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from ([*tree[:index], other, *tree[index + 1 :]] for other in broken(value, wrong))
