"""TOML with places: the values that tomli gives, each where it is written."""

from __future__ import annotations

from typing import Any

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from celerylint.sources.text import Text
from celerylint.sources.toml import read_toml
from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence

SHOP = '''\
title = "sh\\u006fp" # of it
[tool.poe.tasks]
worker = "celery -A shop worker"
"quoted key".cmd = 'celery \\ beat'
list = [
  "a", # one
  'b', {c = 1, d.e = true},
]
long = """
first \\
   second
"third"""

[[vm]]
size = 1_000
[vm.inner]
x = 1979-05-27T07:32:00Z
[[vm]]
size = 2.5
'''


def plain(node: Node) -> Any:
    if isinstance(node, Mapping):
        return {key: plain(value) for key, (_, value) in node.effective().items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value


def texts(data: Any) -> Any:
    """What tomli gives, with the values that are no text as they are written."""
    if isinstance(data, dict):
        return {key: texts(value) for key, value in data.items()}
    if isinstance(data, list):
        return [texts(item) for item in data]
    return data if isinstance(data, str) else None


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, dict):
        names = isinstance(ours, dict) and list(ours) == list(theirs)
        return names and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(ours) == len(theirs) and all(map(same, ours, theirs))
    return ours == theirs if isinstance(theirs, str) else isinstance(ours, str)


def at(source: str, node: Node | None, *keys: str) -> str:
    for key in keys:
        assert isinstance(node, Mapping)
        node = node.get(key)
    assert node is not None
    return source[node.start : node.end]


def test_values_are_read_with_their_places() -> None:
    root = read_toml(Text("pyproject.toml", SHOP))
    assert root is not None
    assert same(plain(root), texts(tomli.loads(SHOP)))
    assert at(SHOP, root, "title") == '"sh\\u006fp"'
    tasks = ("tool", "poe", "tasks")
    assert at(SHOP, root, *tasks, "worker") == '"celery -A shop worker"'
    worker = root.get("tool").get("poe").get("tasks").get("worker")  # type: ignore[union-attr]
    assert isinstance(worker, Scalar)
    place = worker.locate(10, 14)
    assert (place.line, place.column, place.end_column) == (3, 21, 25)
    title = root.get("title")
    assert isinstance(title, Scalar)
    assert [title.locate(at, at + 1).column for at in range(4)] == [10, 11, 12, 18]
    vms = root.get("vm")
    assert isinstance(vms, Sequence)
    assert [at(SHOP, item, "size") for item in vms.items] == ["1_000", "2.5"]
    size = vms.items[0].get("size")  # type: ignore[attr-defined]
    assert size.python() == 1000


@pytest.mark.parametrize("source", ["a = ", "a", "[a", "a = 1\na = 2", "\0", "a = [1,,2]"])
def test_what_is_no_toml_is_nothing(source: str) -> None:
    assert read_toml(Text("x.toml", source)) is None


KEYS = st.sampled_from(["a", "b", '"c d"', "'e'", "a.b", "f . g", '"h\\t"'])
TEXTS = ['"x"', "'y\\'", '"""\n a\\\n  b\\n"""', "'''q'r'''", '"\\U0001F600é"', '""""a""""', '""']
OTHERS = ["1", "true", "-1.5e3", "07:32:00", "[]", "{}"]
VALUES = st.recursive(
    st.sampled_from([*TEXTS, *OTHERS]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda some: "[" + ", # c\n".join(some) + "]")
        | st.lists(st.tuples(KEYS, inner).map(" = ".join), max_size=2).map(lambda some: "{" + ", ".join(some) + "}")
    ),
    max_leaves=5,
)
LINES = st.one_of(
    st.tuples(KEYS, VALUES).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    KEYS.map(lambda key: f"[{key}]"),
    KEYS.map(lambda key: f"[[ {key} ]] # more"),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, max_size=8).map("\n".join))
def test_values_are_those_of_tomli(source: str) -> None:
    root = read_toml(Text("x.toml", source))
    try:
        expected = tomli.loads(source)
    except tomli.TOMLDecodeError:
        assert root is None
        return
    assert root is not None
    assert same(plain(root), texts(expected)), (plain(root), expected)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="a.=[]{}\"'\n#, 1\\", max_size=30))
def test_any_text_is_read_or_not(source: str) -> None:
    read_toml(Text("x.toml", source))
