"""Whether a task's body cleans up when an exception ends it."""

from __future__ import annotations

import ast

import pytest

from celerylint.facts.python.body import function_body


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("work()", False),
        ("try:\n  work()\n finally:\n  end()", True),
        ("try:\n  work()\n except SoftTimeLimitExceeded:\n  end()", True),
        ("try:\n  work()\n except (KeyError, celery.exceptions.SoftTimeLimitExceeded):\n  end()", True),
        ("try:\n  work()\n except Exception:\n  end()", True),
        ("try:\n  work()\n except:\n  end()", True),
        ("try:\n  work()\n except KeyError:\n  end()", False),
        ("with lock:\n  work()", False),
    ],
)
def test_what_catches_the_limit_cleans_up(body: str, expected: bool) -> None:
    function = ast.parse(f"def build():\n {body}\n").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert function_body("a.py", function, {}).cleans_up is expected
