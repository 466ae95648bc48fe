"""The grammar against its oracle: what libcst reads becomes exactly the nodes and places of Python's own `ast`."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import celery  # type: ignore[import-untyped]
import pytest

from celerylint.sources.python.grammar import EXPRESSIONS, STATEMENTS, statements_of
from celerylint.sources.python.walk import Walk
from celerylint.sources.text import Text, decode

PLACES = ("lineno", "col_offset", "end_lineno", "end_col_offset")


def sample() -> Iterator[Path]:
    """Files of the standard library and of Celery, always the same, none of them long."""
    for root, step in ((Path(sysconfig.get_path("stdlib")), 9), (Path(celery.__file__).parent, 8)):
        files = sorted(
            path for path in [*root.glob("*.py"), *root.glob("[a-r]*/*.py")] if "site-p" not in path.parts[-2]
        )
        yield from [path for path in files if path.stat().st_size < 30_000][::step][:25]


def told(statements: list[ast.stmt], text: Text | None = None) -> list[str]:
    """The nodes as text; those of Python's own parser (`text` given) with columns in characters, as ours."""
    for statement in statements:
        _compare_alike(statement, text, inside=False)
    return [ast.dump(statement, include_attributes=True) for statement in statements]


def _compare_alike(node: ast.AST, text: Text | None, inside: bool) -> None:
    untyped: Any = node
    if inside and hasattr(node, "lineno"):
        # Python 3.11 gives the parts of an f-string places that are not theirs.
        for place in PLACES:
            setattr(node, place, 0)
    elif text is not None and hasattr(node, "lineno"):
        untyped.col_offset = _characters(text, untyped.lineno, untyped.col_offset)
        untyped.end_col_offset = _characters(text, untyped.end_lineno, untyped.end_col_offset)
    for field in ("kind", "type_comment"):
        if hasattr(node, field):
            setattr(node, field, None)
    if hasattr(node, "type_params"):
        untyped.type_params = []
    for child in ast.iter_child_nodes(node):
        _compare_alike(child, text, inside or isinstance(node, ast.JoinedStr))


def _characters(text: Text, line: int, column: int) -> int:
    written = text.line(line)
    return column if written.isascii() else len(written.encode()[:column].decode())


def python_reads(source: str) -> list[ast.stmt]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source).body


def assert_as_python(source: str, path: str = "a.py") -> None:
    assert told(statements_of(source, 1)) == told(python_reads(source), Text(path, source))


@pytest.mark.parametrize("path", list(sample()), ids=lambda path: "/".join(path.parts[-2:]))
def test_real_files_become_what_python_makes_of_them(path: Path) -> None:
    assert_as_python(decode(path.read_bytes(), path.name, python=True).text)


EXPRESSIONS_OF_PYTHON = """
a
(a)
((a)).b
( a . b )
a.b(c, *d, e=f, **g)
a(b=1, *c)
a(b for b in c)
a((b for b in c))
a(
    # a comment, and "a quote"
    b = (1), # another
)
a[b], a[b,], a[b, c], a[:], a[b:], a[:b], a[::b], a[b:c:d], a[:, None], a[*b], a[(b, c)]
1, 1_000, 0x_ff, 0o17, 0b1_0, 1.5, 1e3, .5, 5., 1j, 1.5e-3J, 00
'', "a", r'\\d', b'a\\x41\\101', rb'\\x', Rb'\\\\', u'a', '\\x41\\101\\u00e9\\U0001F600\\N{EM DASH}', '\\q', 'a\\
b'
'a' "b" '''c
d'''
('a'
 # between
 'b' f'{c}' "d")
f'', f'a', f'{a}', f'{a!r}', f'{a:>{b}}', f'{{a}}', f'{a=}', f'{a = !s}', f'{a=:>5}', f"{a['b']}", rf'\\{a}', f'{a}' 'b'
f'''{
    a
    + b
}'''
'é' + é + "日本" ; ñ.é('é', é)
𝐱
-a, +a, ~a, not a, - - a, not not a
a + b - c * d / e // f % g ** h << i >> j & k | l ^ m @ n
a and b and c or d or (e or f) and (g and h)
a < b <= c == d != e > f >= g in h not in i is j is not   k is  \\
  not l
a if b else c if d else e
(a := b), [c := d, e]
lambda: a
lambda a, b=1, /, c=2, *d, e, f=3, **g: (a, g)
lambda *, a: a
(), (a,), a, (a, b), ((a, b)), [a, *b], {a, *b}, {}, {a: b, **c, d: e}, [], [a,]
[a for b in c if d if e for f, g in h]
{a for b in c}
{a: b for c, d in e}
(a for b in c)
((a) for (b) in (c))
...
None, True, False, __debug__
"""


def test_expressions_of_every_kind() -> None:
    assert_as_python(EXPRESSIONS_OF_PYTHON)


STATEMENTS_OF_PYTHON = """
a = b = c, = d
a, (b, *c), [d, e.f] = g[h] = i
a: int; b: int = 1; c.d: e = f
a += 1; a **= 2; a //= 3; a >>= 4; a @= 5
del a, b.c; del (d, e); del f,; del (g), h
import a, b.c as d
from . import a
from .. import (a as b, c,)  # comment
from ...a.b import *
from a import b, c
assert a, b
pass ; pass;
global a
raise
raise A from b
if a: b; c;
if a:
    b
elif c: d
elif (e):
    f;
else:
    g # comment
for a, in b: c
for a, *b in c, d:
    break
else:
    continue
while a:
    pass
else: pass
with a: pass
with a as b, c as (d, e): pass
with (a): pass
with (a, b): pass
with (a as b, c,): pass
with (a), (b): pass
try: a
except: b
try:
    a
except A: b
except (B, C) as d:
    e
else: f
finally:
    g
try: a
except* A: b
@a
# comment
@b.c(d)
def e(f: g, h=i, /, j: k = l, *m: n, o, p: q = r, **s: t) -> u:
    '''doc'''
    nonlocal v
    return
@a
async def b(*, c):
    async with d as e, f: pass
    async for g in h: await i
    else: return [j async for j in k]
    yield; l = yield m; yield from n; return 1, *o
def a(*args: *b): return (yield)
class A: pass
class A(): x = 1
@a
class A(B, *C, d=e, metaclass=F, **g):
    def g(self): pass;
match a:
    case 1 | -1 | 1+2j | 'a' 'b' | None | True | b.c: pass
    case [a, *_], (b, *c), (), [], (d,): pass
    case e, f if g: pass
    case h,: pass
    case {'a': b, 1: _, **rest}: pass
    case {}: pass
    case A() | B(c) | D(e=f) | G.H(1, i=2,): pass
    case (1) as z: pass
    case ((a)) | (b | c): pass
    case _: pass
match(a); match = case = type = 1; match[a]; type.b
"""


def test_statements_of_every_kind() -> None:
    assert_as_python(STATEMENTS_OF_PYTHON)


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_line_ends_of_every_kind(newline: str) -> None:
    source = STATEMENTS_OF_PYTHON + "x = '''a\n  b'''  \\\n + 1\nf'''{a}\n{b}'''\n"
    ours = told(statements_of(source.replace("\n", newline), 1))
    assert ours == told(statements_of(source, 1))


@pytest.mark.parametrize("source", ["", "\n", "# only a comment", "\f\n", "x", "x \\\n\n", "\n\n  \n# c\nx = 1  # d"])
def test_the_ends_of_files(source: str) -> None:
    assert_as_python(source)


def test_lines_are_those_of_the_file() -> None:
    (statement,) = statements_of("x = (\n 1)\n", 41)
    assert (statement.lineno, statement.end_lineno) == (41, 42)


def test_the_cursor_never_loses_its_way() -> None:
    import libcst

    walk = Walk(STATEMENTS_OF_PYTHON, 1, EXPRESSIONS, STATEMENTS)
    walk.body(libcst.parse_module(STATEMENTS_OF_PYTHON))
    assert walk.lost == 0
