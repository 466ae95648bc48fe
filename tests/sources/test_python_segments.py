"""Segments: the cut at column 0, and that parsing them one by one gives what the whole file gives."""

from __future__ import annotations

import ast
import re
import sysconfig
from pathlib import Path

import celery  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celerylint.sources.python import PythonModule, PythonSyntaxError
from celerylint.sources.python.grammar import statements_of
from celerylint.sources.python.segments import cut
from celerylint.sources.text import Text, decode


def files() -> list[Path]:
    """The same files of Celery and of the standard library each time."""
    chosen: list[Path] = []
    for root, step in ((Path(celery.__file__).parent, 8), (Path(sysconfig.get_path("stdlib")), 16)):
        every = sorted(path for path in root.glob("*/*.py") if path.parent.name != "site-packages")
        chosen += [path for path in every if 200 < path.stat().st_size < 25_000][::step][:14]
    return chosen


def told(statements: list[ast.stmt]) -> list[str]:
    return [ast.dump(statement, include_attributes=True) for statement in statements]


def one_by_one(source: str) -> list[ast.stmt]:
    """The statements, each segment asked for alone, the last one first."""
    module = PythonModule(Text("a.py", source))
    found = [module.mentioning(re.compile(re.escape(segment.text) + r"\Z")) for segment in reversed(module.segments)]
    assert found
    return module.body()


@pytest.mark.parametrize("path", files(), ids=lambda path: "/".join(path.parts[-2:]))
def test_segments_parsed_alone_are_the_whole_file(path: Path) -> None:
    source = decode(path.read_bytes(), path.name, python=True).text
    module = PythonModule(Text("a.py", source))
    assert "".join(segment.text for segment in module.segments) == source
    assert told(one_by_one(source)) == told(statements_of(source, 1))


def test_a_segment_is_a_statement_with_its_decorators_and_comments() -> None:
    source = "# licence\nimport os\n\n# about f\n@a\n# more\n@b(\nc\n)\ndef f():\n    pass\n    # end of f\n\nx = 1\n"
    module = PythonModule(Text("a.py", source))
    assert [(segment.start_line, segment.end_line) for segment in module.segments] == [(1, 2), (3, 12), (13, 14)]


@pytest.mark.parametrize(
    "first",
    [
        "x = '''\na = 1\n'''",
        'x = """\ndef f(): "\n\\"""\n"""',
        "x = (1,\n2,\n[3,\n{4:\n(5)}]\n)",
        "x = 1 + \\\n2",
        "x = 'a\\\nb'",
        "if a:\n    b\nelif c:\n    d\nelse:\n    e",
        "try:\n    a\nexcept B:\n    c\nelse:\n    d\nfinally:\n    e",
        "for a in b:\n    c\nelse:\n    d",
        "@a\n\n# comment\n@b\nasync def f():\n    pass",
        "def f():\n    a\n# a comment at column 0\n\n    b",
        "match a:\n    case 1:\n        b\n    case _:\n        c",
        "x = f'{a}{{' 'é'; y = {'\"': \"'\", '#': 1}  # comment ' \" (",
        'x = f"""{a["b"]}\n{c}\n"""',
        "x = rf'\\{a}' r'\\\\' '\\\\'",
        "class A:\n\tdef f(self):\n\t\tpass\n\n\n\tx = 1",
        "(a,\n b) = 1, 2; c = 3",
        "x = (  # (\n1)\f",
        "\ty = 1".strip() + " # \\",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_cut_is_not_fooled(first: str, newline: str) -> None:
    source = f"before = 1\n{first}\nafter = 2\n".replace("\n", newline)
    segments = cut(source)
    assert segments is not None
    assert [segment.text for segment in segments] == [
        text.replace("\n", newline) for text in ("before = 1\n", f"{first}\n", "after = 2\n")
    ]
    assert told(one_by_one(source)) == told(statements_of(source, 1))


@pytest.mark.parametrize(
    "odd", ["x = f'{a['\n']}'", "x = f'{a[\"]\"]}{b['\"']}'", "x = f'''{a['''(''']}'''", "x = f'{a\n}'"]
)
def test_where_the_scan_loses_its_way_the_whole_file_is_parsed(odd: str) -> None:
    source = f"a = 1\n\n\ndef f():\n    return 1\n{odd}\nafter = 2\n"
    try:
        whole = statements_of(source, 1)
    except PythonSyntaxError:
        with pytest.raises(PythonSyntaxError):
            PythonModule(Text("a.py", source)).body()
        return
    module = PythonModule(Text("a.py", source))
    assert told(module.body()) == told(whole)
    assert told(module.mentioning(re.compile("after"))) in (told(whole), told(whole[-1:]))


@pytest.mark.parametrize("source", ["x = (\n", "x = )\n", "x = '\n", "x = '''\n", "'", "\\", "x = {]\n}\n"])
def test_unfinished_files_are_not_cut_wrongly(source: str) -> None:
    segments = PythonModule(Text("a.py", source)).segments
    assert "".join(segment.text for segment in segments) == source
    with pytest.raises(PythonSyntaxError):
        PythonModule(Text("a.py", source)).body()


WORDS = "a 1 ' \" \"\"\" ( ) [ ] { } # \\ f' = : , else: @a f'{a}' '' {{ \x0cimport"
LINES = (" ", "    ", "\n", "\r", "x = 1\n", "x = 2\n", "\ndef f():\n    ", "\nif a:\n    b\n")
PIECES = st.sampled_from([*WORDS.split(" "), *LINES])


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_text_is_read_as_a_whole_or_not_at_all(source: str) -> None:
    module = PythonModule(Text("a.py", source))
    assert "".join(segment.text for segment in module.segments) == source
    lines = [line for segment in module.segments for line in (segment.start_line, segment.end_line)]
    assert lines == sorted(lines)
    try:
        whole = statements_of(source, 1)
    except PythonSyntaxError:
        return
    assert told(module.body()) == told(whole)
    assert told(one_by_one(source)) == told(whole)
