"""Python that is read and never run comes to the value that Python gives it, or to none, with the reason."""

from __future__ import annotations

import datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from linked import Looked

from celerylint.link.evaluate import ExternalCall, ExternalObject, plain
from celerylint.origin import Origin, Span, Unknown

UNKNOWN = object()

# Every text runs, and X is then what Python says.
FOLLOWED = r"""
X = 1 + 2 * 3 ** 2 - (7 // 2) % 4
X = -5 + +2.5
X = 1 << 10 | 3 & 6 ^ 1
X = "a" + "b" * 3 + "%s-%03d" % ("x", 7)
X = [1, 2] + [3] * 2
X = (1, *[2, 3], *(4,))
X = {"a": 1, **{"b": 2}, "a": 3}
X = {"a": 1} | {"b": 2}
X = {1, 2, 2}
X = not [] and 1 or 2
X = 0 or "" or None or "last"
X = 1 < 2 <= 2 != 3
X = "a" in "cat", 5 in [1, 5], "k" in {"k": 1}, 3 not in (1, 2)
A = 0; X = None is None, A is not None
X = 1 == 1.0, "1" == 1, [1] == (1,)
X = "yes" if 2 > 1 else "no"
X = [1, 2, 3][-1], "abc"[1], {"a": [5]}["a"][0], (1, 2, 3, 4)[1:3], "abcdef"[::2]
X = f"{1 + 1}-{'a'!r}-{3.14159:.2f}-{True}-{None}"
X = "a,b , c".split(","), " x ".strip().upper(), "-".join(["a", "b"]), "x={}".format(5), "ab".replace("a", "c")
X = int("12") + int(3.9), float("1.5"), bool(""), str(5), len("abc"), max(1, 2), min([3, 1]), sum([1, 2]), abs(-3)
X = sorted([3, 1, 2], reverse=True), round(2.567, 1), list("ab"), tuple([1]), dict(a=1), dict([("b", 2)], c=3)
X = {"a": 1}.get("a"), {"a": 1}.get("b"), {"a": 1}.get("b", 5), {"a": 1}.copy()
X = [k for k in {"a": 1, "b": 2}], [v for k, v in {"a": 1}.items() if k == "a"], list({"a": 3}.values())
X = [[a, b] for a in range(3) if a for b in (1, 2) if b != a], {n: n * n for n in range(3)}, {n % 2 for n in range(4)}
X = (lambda a, b=2: a * b)(4)
a, b = 1, 2; X = (b, a)
(a, b), c = (1, 2), 3; X = c
a = b = 4; X = a + b
X = 1; X += 2; X *= 5
X = [1]; X += [2]; X.append(3); X.extend([4]); X.insert(0, 0)
X = {}; X["a"] = {"b": 1}; X["a"]["b"] += 5; X["a"]["c"] = []; X["a"]["c"].append(1)
X = {}; X.update(d=2); X.setdefault("e", 3); X.setdefault("d", 4); X.update({"f": 1}, g=2)
X = {"a": 1, "b": 2}; del X["a"]; X.pop("b"); X["c"] = 3
X: int = 5
X = 1; Y = X; X = Y + 1; Y = 9
if 1 > 2: X = 1\nelif 3 > 2: X = 2\nelse: X = 3
X = 1\nif X: X = X + 1\nX = X * 10
if True:\n    A = 1\n    B = A\n    A = 2\nX = (A, B)
try:\n    X = 1\nexcept ValueError:\n    X = 2
try:\n    X = int("x")\nexcept ValueError:\n    X = 2\nfinally:\n    Y = 1
X = 1\ntry:\n    X = 2\n    int("x")\n    X = 3\nexcept ValueError:\n    pass
try:\n    X = {}["k"]\nexcept (KeyError, TypeError):\n    X = "none"
try:\n    import json\n    X = 1\nexcept ImportError:\n    X = 2
with open("/dev/null") as f: X = 5
for n in (): pass\nelse: X = 7
def f(a, *rest, k=3, **more): return (a, rest, k, more)\nX = f(1, 2, 4, k=5, z=6)
def f(x):\n    if x > 1:\n        return "big"\n    return "small"\nX = f(2), f(1)
def f(x):\n    try:\n        return int(x)\n    except ValueError:\n        return -1\nX = f("3"), f("x")
def f(x):\n    if x is None:\n        raise ValueError\n    y = x * 2\n    return y\nX = f(4)
def f(n): return n\ndef g(n): return f(n) + 1\nX = g(1)
def outer():\n    v = 1\n    def inner(): return v + 1\n    return inner()\nX = outer()
import functools\n@functools.lru_cache(maxsize=None)\ndef f(): return 5\nX = f()
def f(): pass\nX = f()
A = 1\ndef f(): return A\nX = f()\nA = 2
A = 1\ndef f(A): return A\nX = f(5)
A = 1\nclass C:\n    A = 2\n    B = A\n    def f(self): return A\nX = (C.B, C().f())
class C:\n    a = 1\nclass D(C):\n    b = C.a + 1\nX = D.a, D.b, D().b
class C:\n    def __init__(self, n, m=2):\n        self.n = n\n        self.m = m * 2\nX = C(1).n, C(1, m=5).m
class C:\n    n = 3\n    @property\n    def twice(self): return self.n * 2\nX = C().twice
class C:\n    n = 3\n    def times(self, k): return self.n * k\nX = C().times(5)
class C:\n    a = 1\n    def __init__(self): self.set()\n    def set(self): self.a = 2\nX = C().a
class C: pass\nC.n = 4\nX = C.n, C().n
class C: pass\nc = C()\nc.n = 4\nX = c.n
from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n    b: int = 2\nX = C(1).b, C(1, 5).b, C(a=7).a
import enum\nclass C(enum.StrEnum):\n    A = "a"\nX = C.A + "b", f"{C.A}", C.A.value, C.A.name
import enum\nclass C(enum.IntEnum):\n    A = 1\nX = C.A + 1
import enum\nclass C(enum.Enum):\n    A = 1\nX = C.A.value, C.A.name
from datetime import timedelta\nX = timedelta(hours=1, minutes=30)
from datetime import timedelta\nX = (timedelta(days=1) * 2).total_seconds() + timedelta(minutes=1).seconds
import json\nX = json.loads('{"a": [1, null]}')
import copy\nA = {"a": 1}\nX = copy.deepcopy(A)
class C:\n    a = 1\nX = getattr(C, "a"), getattr(C, "b", 5), hasattr(C, "b")
import os\nX = os.environ.get("SET"), os.environ.get("UNSET"), os.getenv("UNSET", "d")
import os\nX = os.environ["SET"], "SET" in os.environ, "UNSET" not in os.environ
from os import environ\nX = int(environ.get("NUMBER", "1")) * 2
import os\nX = os.environ.get("UNSET") or "fallback"
import os\ntry:\n    X = os.environ["UNSET"]\nexcept KeyError:\n    X = "none"
def f(d): d["a"] = 2\nX = {"a": 1}\nf(X)
def f():\n    global X\n    X = 2\nX = 1\nf()
X = 1\nglobals()["X"] = 2
X = 1\nprint(X := 2)
import contextlib\nX = 1\nwith contextlib.suppress(ValueError):\n    int("x")\n    X = 2
"""

# Of these nobody can know X, or following it is not worth the risk.
NOT_FOLLOWED = r"""
import time\nX = time.time()
X = open("/etc/hostname").read()
X = 1\nwhile X < 3: X += 1
X = 1\nif __import__("sys").flags.debug: X = 2
import sys\nX = 1 if sys.platform == "linux" else 2
X = 1\nexec("X = 2")
X = {"a": 1}\nY = X\nY["a"] = 2
X = [3, 1]\nX.sort()
X = 1\nmatch 5:\n    case n: X = n
async def f(): return 1\nX = f()
def f(): yield 1\nX = f()
def deco(f): return lambda: 2\n@deco\ndef f(): return 1\nX = f()
def f(): return f()\ntry:\n    X = f()\nexcept RecursionError:\n    X = 1
class M(type):\n    def __getattribute__(cls, name): return 2\nclass C(metaclass=M):\n    a = 1\nX = C.a
class C:\n    a = 1\n    def __getattribute__(self, name): return 2\nX = C().a
import enum\nclass C(str, enum.Enum):\n    A = "a"\nX = str(C.A)
X = ",".join({"a", "b"})
import random\nX = 1\ntry:\n    random.choice([])\n    X = 3\nexcept IndexError:\n    X = 4
"""


def cases(text: str) -> list[str]:
    return [line.replace("\\n", "\n") for line in text.strip().splitlines()]


def python_says(text: str) -> Any:
    space: dict[str, Any] = {"__name__": __name__}
    exec(compile(text, "settings.py", "exec"), space)
    return space["X"]


@pytest.mark.parametrize("text", cases(FOLLOWED))
def test_a_value_is_pythons(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"SET": "text", "NUMBER": "21"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = Looked(tmp_path, {"settings.py": text}, variables).name("X")
    assert found is not None
    data = plain(found)
    assert not isinstance(data, Unknown), data.reason
    real = python_says(text)
    assert data == real
    assert type(data) is type(real) or isinstance(data, str | int), "a member of an enum counts as its value"


@pytest.mark.parametrize("text", cases(NOT_FOLLOWED))
def test_a_value_that_nobody_knows_has_a_reason(text: str, tmp_path: Path) -> None:
    found = Looked(tmp_path, {"settings.py": text}).name("X")
    assert found is not None
    data = plain(found)
    assert isinstance(data, Unknown), data
    assert len(data.reason.split()) >= 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("X = Y", "Y is not defined here"),
        ("import os\nX = os.environ['A']", "the environment variable A is not set"),
        ("from outside import X", "outside.X comes from outside the repository"),
        ("from .nowhere import X", ".nowhere.X is not in the repository"),
        ("X = Y\nY = X", "Y is not defined here"),
        ("def f(): return f()\nX = f()", "nested too deeply"),
        ("X = 1 + 'a'", "this operation fails"),
        ("X = int('x')", "this call fails"),
        ("import random\nif random.random(): X = 1\nelse: X = 2", "it is set under a condition"),
        ("def f(a): return a\nX = f()", "the argument a is not known"),
        ("from outside import *\nX = Y", "outside, which is not in the repository, may set it"),
        ("X = {}['k']", "it has no key 'k'"),
        ("import requests\nX = requests.get('u').json()", "requests.get().json(…) gives is not followed"),
    ],
)
def test_reasons_are_in_the_readers_words(text: str, reason: str, tmp_path: Path) -> None:
    found = Looked(tmp_path, {"settings.py": text}).name("X")
    assert found is not None
    data = plain(found)
    assert isinstance(data, Unknown)
    assert reason in data.reason


def test_values_keep_their_places_and_their_way(tmp_path: Path) -> None:
    files = {
        "base.py": "import os\nLIMITS = {\n    'soft': 5,\n    'hard': int(os.environ['HARD']),\n}\n",
        "settings.py": "from base import LIMITS\nSOFT = LIMITS['soft']\nHARD = LIMITS['hard'] + 1\nSOFT += HARD\n",
    }
    looked = Looked(tmp_path, files, {"HARD": "9"})
    limits, hard, soft = looked.name("LIMITS"), looked.name("HARD"), looked.name("SOFT")
    assert limits is not None and hard is not None and soft is not None
    assert limits.get()["soft"].origin.span == Span("base.py", 3, 13, 3, 14)
    assert hard.get() == 10
    assert hard.origin.span == Span("settings.py", 3, 1, 3, 26)
    places = [str(place) for place in hard.origin.places()]
    assert {"settings.py:3:1", "base.py:4:13"} <= set(places)
    assert soft.get() == 15
    assert [shadowed.get() for shadowed in soft.shadowed] == [5]


def test_the_environment_decides_per_worker(tmp_path: Path) -> None:
    looked = Looked(
        tmp_path, {"settings.py": "import os\nA = os.environ.get('N', '1')\nB = A\nX = int(B) * 2\n"}, {"N": "4"}
    )
    assert [looked.name(name) and plain(looked.name(name)) for name in ("B", "X", "X")] == ["4", 8, 8]  # type: ignore[arg-type]
    again = looked.code.evaluator()
    frame = again.frame("settings.py")
    assert frame is not None
    other = again.lookup(frame, "X")
    assert other is not None and not other.known, "what depends on the environment is not shared"


def test_objects_from_outside_are_told_apart(tmp_path: Path) -> None:
    looked = Looked(tmp_path, {"settings.py": "from kombu import Queue\nfrom celery.schedules import crontab as c\n"})
    queue = looked.expression("Queue('a', routing_key='b')").value
    assert isinstance(queue, ExternalCall)
    assert (queue.name, plain(queue.arguments[0]), plain(queue.keywords["routing_key"])) == ("kombu.Queue", "a", "b")
    assert looked.expression("c").value == ExternalObject("celery.schedules.crontab")


def test_star_imports_and_all(tmp_path: Path) -> None:
    files = {
        "a.py": "__all__ = ['P', '_Q']\nP = 1\n_Q = 2\nR = 3\n",
        "b.py": "S = 4\n_T = 5\nfrom a import *\n",
        "settings.py": "P = 0\nfrom b import *\nR = 9\n",
    }
    looked = Looked(tmp_path, files)
    known = {name: value and value.get() for name in "PRS" if (value := looked.name(name)) is not None}
    assert known == {"P": 1, "R": 9, "S": 4}
    assert looked.name("_T") is None
    assert looked.name("_Q") is None  # b has no __all__, so the underscore is not passed on


def test_python_that_cannot_be_read(tmp_path: Path) -> None:
    looked = Looked(tmp_path, {"broken.py": "X = (\n", "settings.py": "from broken import X\nY = X\nZ = 1\n"})
    value = looked.name("Y")
    assert value is not None
    assert "broken.py cannot be parsed" in value.reason
    assert plain(looked.expression("Z")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "X = " + "[" * 300 + "]" * 300,
        "X = " + "+".join(["1"] * 5_000),
        "X = " + "(" * 60 + "1" + " + 1)" * 60,
        "A0 = 1\n" + "\n".join(f"A{n + 1} = A{n} + 1" for n in range(500)) + "\nX = A500",
        "A0 = [1]\n" + "\n".join(f"A{n + 1} = [A{n}, A{n}]" for n in range(25)) + "\nX = A25",
        "X = 'a'\n" + "X = X + X\n" * 60,
        "X = 3\n" + "X = X * X\n" * 60,
        "X = 'a'\n" + "X = X.replace('a', 'aaaaaaaaaa')\n" * 30,
        "X = 'a' * 10 ** 12",
        "X = 2 ** 10 ** 10",
        "X = '%1000000000d' % 1",
        "X = f'{1:1000000000}'",
        "X = '{:>{}}'.format(1, 10 ** 9)",
        "X = list(range(10 ** 12))",
        "X = [a for a in range(1000) for b in range(1000) for c in range(1000)]",
        "def f(n): return f(n + 1) + f(n + 2)\nX = f(0)",
        "def f(n): return [f(m) for m in range(3)]\nX = f(0)",
        "X = {}\n" + "".join(f"X['k{n}'] = {n}\n" for n in range(2_000)),
    ],
    ids=lambda text: text[:24],
)
def test_hostile_code_neither_hangs_nor_crashes(text: str, tmp_path: Path) -> None:
    started = datetime.datetime.now()
    found = Looked(tmp_path, {"settings.py": text}).name("X")
    assert found is not None
    data = plain(found)
    assert isinstance(data, Unknown) or len(str(data)) < 10**6
    assert sum(1 for _ in _origins(found.origin)) < 1_000
    assert datetime.datetime.now() - started < datetime.timedelta(seconds=20)


def _origins(origin: Origin) -> list[Origin]:
    return [origin, *(step for each in origin.via for step in _origins(each))]


@pytest.mark.parametrize("text", ["X = 'a' @ 1", "X = t'{1}'", "X = await y", "X = yield", "X = ...", "X = b'x' + 1"])
def test_odd_expressions_do_not_crash(text: str, tmp_path: Path) -> None:
    found = Looked(tmp_path, {"settings.py": dedent(text)}).name("X")
    assert found is not None
