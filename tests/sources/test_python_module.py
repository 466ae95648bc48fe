"""A Python file read on demand: only what is asked for is parsed, and no binding of a name is missed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest

from celerylint.sources.python import PythonModule, PythonSyntaxError, TooDeep
from celerylint.sources.text import Text

# What Python itself does with a name at the top of a module: each of these binds or changes `app`.
BINDING = [
    "app = 1",
    "app: int",
    "app: int = 1",
    "app += 1",
    "app //= 1",
    "app @= 1",
    "app |= {}",
    "x = app = 1",
    "x = \\\n  app \\\n  = 1",
    "(app) = 1",
    "x = (app) = 1",
    "app, x = 1, 2",
    "x, app = 1, 2",
    "x, app, y = 1, 2, 3",
    "x, (y, app), z = 1, (2, 3), 4",
    "[x, [app]] = 1, [2]",
    "x, *app = 1, 2",
    "(\n    x,\n    app,  # ours\n) = 1, 2",
    "x = (app := 1)",
    "x = [y for y in z if (app := y)]",
    "import app",
    "import os, app",
    "import app.tasks",
    "import x as app",
    "from x import app",
    "from x import (\n    y,\n    app,\n)",
    "from x import y as app",
    "from x import (  # (\n    y as app\n)",
    "def app(): pass",
    "async def app(): pass",
    "@x\n@y(1)\ndef app(): pass",
    "class app: pass",
    "class app(Base, metaclass=M):\n    pass",
    "def app[T](): pass",
    "type app = int",
    "type app[T] = list[T]",
    "for app in x: pass",
    "for x, app in y: pass",
    "for (x, [app]) in y:\n    pass",
    "async def f():\n    global app\n    async for app in x: pass",
    "with x as app: pass",
    "with x as (y, app): pass",
    "with (x as y, z as app): pass",
    "with x as [app]: pass",
    "with x as app.y: pass",
    "try:\n    x\nexcept E as app:\n    pass",
    "try:\n    x\nexcept* E as app:\n    pass",
    "match x:\n    case app: pass",
    "match x:\n    case {'a': [y, *app]}: pass",
    "match x:\n    case {**app}: pass",
    "match x:\n    case A(b=C() as app): pass",
    "del app",
    "del x, app",
    "del (x, app)",
    "del app['x']",
    "del app.x",
    "app['x'] = 1",
    "app['x']['y'] += 1",
    "app[f(g(h(1)))] = 1",
    "app[']'] = 1",
    "app.conf = 1",
    "app.conf.x['y'].z = 1",
    "app . conf = 1",
    "x, app['y'], z = 1, 2, 3",
    "app.update(x=1)",
    "app.conf.update({'x': 1})",
    "app.conf['x'].setdefault('y', []).append(1)",
    "app.append(1)",
    "app.config_from_object('x')",
    "(app.conf\n    .update(x=1))",
    "x = app.pop('y')",
    "print(app.setdefault('x', 1))",
    "app.anything(1)",
    "x; app.anything()",
    "await app.anything()",
    "setattr(app, 'x', 1)",
    "globals()['app'] = 1",
    "globals().update(app=1)",
    "if x:\n    app = 1",
    "if x: app = 1",
    "if x:\n    pass\nelif y:\n    pass\nelse:\n    def app(): pass",
    "try:\n    import app\nexcept ImportError:\n    app = None",
    "try:\n    pass\nfinally:\n    app['x'] = 1",
    "while x:\n    app = 1",
    "for x in y:\n    app[x] = 1",
    "with x:\n    class app: pass",
    "if x:\n    @y\n    class app: pass",
    "def f():\n    global app\n    app = 1",
    "def f():\n    global x, app\n    import app",
    "def f():\n    app['x'] = 1",
    "def f():\n    app.conf.x = 1",
    "def f():\n    app.conf.update(x=1)",
    "def f():\n    app.x, y = 1, 2",
    "def f(x=(app := 1)): pass",
    "class C:\n    app.conf['x'] = 1",
    "class C:\n    def f(self):\n        app.append(1)",
    "@x\ndef f():\n    if y:\n        app.setdefault('x', {})['y'] = 1",
]
ELSEWHERE = [
    "x = app",
    "x = f(app)",
    "x = app.conf",
    "x = app == 1",
    "x = app['y']",
    "if app.x <= 1: pass",
    "happy = apps = 1",
    "x.app = 1",
    "@app.task\ndef f(): pass",
    "@app.task(bind=True, name='x')\ndef f(self, app2=1):\n    app.send_task('x')",
    "def f(app):\n    return app",
    "def f():\n    app = 1\n    return app",
    "def f(app=None, *, x: app = 1): pass",
    "class C:\n    app = 1",
    "class C(app.Task):\n    x = app",
    "from app import x".replace("app", "application"),
]


def module(source: str) -> PythonModule:
    return PythonModule(Text("a.py", source))


def unparsed(statements: list[ast.stmt]) -> list[str]:
    return [ast.unparse(statement) for statement in statements]


@pytest.mark.parametrize("source", BINDING, ids=repr)
def test_no_binding_is_missed(source: str) -> None:
    found = module(f"before = 1\n{source}\nafter = 2\n").binding("app")
    assert [statement.lineno for statement in found][:1] == [2 + source.startswith("@x") + source.startswith("@x\n@")]


@pytest.mark.parametrize("source", ELSEWHERE, ids=repr)
def test_a_mere_use_is_no_binding(source: str) -> None:
    assert module(f"{source}\n").binding("app") == []


def test_bindings_come_in_the_order_of_the_file() -> None:
    source = "import x\napp = Celery()\n\n@app.task\ndef f(): pass\n\napp.conf.x = 1\nY = 1\napp.conf.y = 2\n"
    assert unparsed(module(source).binding("app")) == ["app = Celery()", "app.conf.x = 1", "app.conf.y = 2"]


def test_only_the_segments_that_are_asked_for_are_parsed() -> None:
    source = "import os\n\n\nthis is no Python\n\n\n@task\ndef f(): pass\n\nX = 1\n"
    python = module(source)
    assert unparsed(python.mentioning(re.compile(r"\btask\b"))) == ["@task\ndef f():\n    pass"]
    assert unparsed(python.binding("X")) == ["X = 1"]
    with pytest.raises(PythonSyntaxError) as caught:
        python.body()
    assert caught.value.line == 4
    assert unparsed(python.binding("X")) == ["X = 1"]


def test_a_segment_is_parsed_once() -> None:
    python = module("x = 1\ny = 2\nz = 3\n")
    (first,) = python.mentioning(re.compile("y"))
    assert first in python.body()
    assert python.binding("y") == [first]
    assert [statement.lineno for statement in python.body()] == [1, 2, 3]


def test_statements_of_one_line_belong_together() -> None:
    assert unparsed(module("a = 1; b = 2\nc = 3\n").binding("b")) == ["a = 1", "b = 2"]


def test_star_imports_are_found_wherever_they_stand_at_the_top() -> None:
    source = (
        "from a import *\nfrom .b import (c)\nx = 2 * 3\ntry:\n    from ..d import  *\nexcept E:\n    pass\nimport e\n"
    )
    assert [(star.module, star.level) for star in module(source).star_imports()] == [("a", 0), ("d", 2)]


def test_comments_before_a_statement_belong_to_it() -> None:
    source = "a = 1\n\n# celerylint: cpu slow\n@task\ndef f(): pass\n    # not at column 0\nb = 2\n"
    assert unparsed(module(source).mentioning(re.compile("celerylint"))) == ["@task\ndef f():\n    pass"]


def test_an_empty_file_has_nothing() -> None:
    for source in ("", "\n\n", "# c\n", "\f"):
        assert module(source).body() == module(source).binding("x") == module(source).star_imports() == []


def test_recursion_is_an_error_of_the_file_not_of_ours() -> None:
    with pytest.raises(TooDeep) as caught:
        module("x = 1\ny = " + "a." * 900 + "b\n").body()
    assert caught.value.line == 2


def test_nothing_is_parsed_and_libcst_not_imported_before_somebody_asks() -> None:
    program = (
        "import re, sys\n"
        "from celerylint.sources.python import PythonModule\n"
        "from celerylint.sources.text import Text\n"
        "module = PythonModule(Text('a.py', 'x = 1\\nimport y\\n'))\n"
        "assert len(module.segments) == 2\n"
        "assert module.mentioning(re.compile('celery')) == module.binding('z') == module.star_imports() == []\n"
        "assert 'libcst' not in sys.modules\n"
        "assert module.binding('x')\n"
        "assert 'libcst' in sys.modules\n"
        "assert 'libcst.matchers' not in sys.modules\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
