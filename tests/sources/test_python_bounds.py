"""Code that nobody writes, and a repository may hold: it is refused in words, at once, and the process lives on."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from celerylint.sources.python import PythonModule, PythonSyntaxError, TooDeep, TooLarge
from celerylint.sources.text import Text

MANY = 200_000
# How a text is nested n levels deep.
DEEP: dict[str, Callable[[int], str]] = {
    "parentheses": lambda n: "(" * n + ")" * n,
    "brackets that never close": lambda n: "x = " + "[" * n,
    "calls in calls": lambda n: "f(" * n + "1" + ")" * n,
    "dicts": lambda n: "{a:" * n + "1" + "}" * n,
    "conditions in brackets": lambda n: "(a if b else " * n + "1" + ")" * n,
    "minus": lambda n: "x = " + "-" * n + "1",
    "not": lambda n: "x = " + "not " * n + "1",
    "plus": lambda n: "x = " + "a + " * n + "1",
    "power": lambda n: "x = " + "a ** " * n + "1",
    "or": lambda n: "x = " + "a or " * n + "1",
    "lambda": lambda n: "x = " + "lambda: " * n + "1",
    "lambda defaults": lambda n: "x = " + "lambda a=lambda:" * n + "1" + ":1" * n,
    "conditions": lambda n: "x = " + "a if b else " * n + "1",
    "attributes": lambda n: "x = a" + ".b" * n,
    "calls of calls": lambda n: "x = a" + "(1)" * n,
    "a chain over many lines": lambda n: "x = (a" + "\n.b(c, d)  # e" * n + "\n)",
    "comprehension": lambda n: "x = [a " + "for a in b " * n + "]",
    "formatted strings": lambda n: "x = " + "f'{" * n + "1" + "}'" * n,
    "format specifications": lambda n: "x = f'" + "{a:" * n + "}" * n + "'",
    "brackets in a formatted string": lambda n: "x = f'{" + "(" * n + ")" * n + "}'",
    "signs in a formatted string": lambda n: "x = f'{" + "-" * n + "1}'",
    "patterns": lambda n: "match x:\n    case " + "[" * n + "]" * n + ":\n        pass",
    "elif": lambda n: "if a: pass\n" + "elif a: pass\n" * n,
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_nested_without_end_is_refused_at_once(name: str) -> None:
    before = time.process_time()
    with pytest.raises((TooDeep, TooLarge)) as caught:
        PythonModule(Text("a.py", "import os\n" + DEEP[name](MANY) + "\n")).body()
    assert time.process_time() - before < 10
    assert caught.value.line in (1, 2, 3)
    assert "more than" in caught.value.message or "too deep" in caught.value.message


@pytest.mark.parametrize("levels", [2000, 20_000])
def test_no_nesting_ends_the_process(levels: int) -> None:
    """Each text in a process of its own: a stack overflow would kill it."""
    program = (
        "import sys\n"
        f"sys.path.insert(0, {str(__file__).rsplit('/', 1)[0]!r})\n"
        "from test_python_bounds import DEEP, outcome\n"
        f"print(*(outcome(DEEP[name]({levels})) for name in DEEP))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.split()) == len(DEEP)


def outcome(source: str) -> str:
    try:
        PythonModule(Text("a.py", source)).body()
    except PythonSyntaxError as error:
        return type(error).__name__
    return "read"


@pytest.mark.parametrize(
    "source",
    [
        DEEP["parentheses"](100),
        DEEP["calls in calls"](50),
        DEEP["conditions"](100),
        DEEP["attributes"](100),
        DEEP["a chain over many lines"](80),
        DEEP["plus"](200),
        DEEP["or"](900),
        DEEP["elif"](200),
        DEEP["formatted strings"](10),
        DEEP["patterns"](8),
        "x = [" + "-1, a.b(c) + d if e else f,\n" * 3000 + "]\n",
        "x = 1 + 2\n" * 3000,
        "def f():\n" + "    a.b(c)[d] = -e\n" * 3000,
        "x = '" + "(" * 5000 + "'  # " + "[" * 5000 + "\n",
    ],
    ids=lambda source: source[:20],
)
def test_what_people_write_is_read(source: str) -> None:
    assert outcome(source) == "read"


def test_many_patterns_of_usual_depth_are_read() -> None:
    cases = "".join(
        f"    case Call(func=Name(id='f{n}'), args=[Constant(value=v), *_]): g(h([{{v: v}}]))\n" for n in range(40)
    )
    assert outcome(f"match x:\n{cases}") == "read"


def test_a_huge_file_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        _ = PythonModule(Text("a.py", "x = 1\n" * 1_500_000)).segments


def test_a_huge_literal_is_refused_and_the_rest_is_read() -> None:
    module = PythonModule(Text("a.py", "x = 1\nDATA = [" + "1," * 300_000 + "]\n"))
    assert len(module.binding("x")) == 1
    with pytest.raises(TooLarge) as caught:
        module.binding("DATA")
    assert caught.value.line == 1 or caught.value.line == 2


def test_the_refusal_names_the_line() -> None:
    with pytest.raises(TooDeep) as caught:
        PythonModule(Text("a.py", "import os\n\n\ndef f():\n    return " + "(" * 300 + ")" * 300 + "\n")).body()
    assert caught.value.line == 5
    assert "brackets" in caught.value.message
