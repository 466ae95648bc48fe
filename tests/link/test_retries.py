"""How a task is tried again: its limit, its delay, and what ends the exception of a retry."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import written

from celerylint.configuration import Configuration
from celerylint.model import Retries
from celerylint.origin import Unknown
from celerylint.session import model

HEAD = """
import contextlib, datetime, logging
from celery import Celery, current_task
from celery.exceptions import Retry
from django.utils import timezone

app = Celery("shop", broker="amqp://rabbitmq//")
"""


def retries(root: Path, text: str) -> Retries:
    """Those of the only task."""
    found = model(written(root, {"shop.py": HEAD + text}), Configuration())
    return found.project.tasks[0].retries


def body(*lines: str, options: str = "bind=True") -> str:
    return f"\n@app.task({options})\ndef fetch(self, url):\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("call", "delay", "limit"),
    [
        ("self.retry()", 180, 3),
        ("self.retry(countdown=5 * 60, max_retries=7)", 300, 7),
        ("self.retry(max_retries=None)", 180, 3),
        ("self.retry(eta=timezone.now() + datetime.timedelta(hours=2))", 7200, 3),
        ("self.retry(eta=when)", Unknown, 3),
        ("self.retry(countdown=2 ** self.request.retries)", Unknown, 3),
        ("self.retry(**more)", Unknown, Unknown),
        ("current_task.retry()", 180, 3),
        ("fetch.retry()", 180, 3),
    ],
)
def test_a_call_says_how_long_and_how_often(tmp_path: Path, call: str, delay: object, limit: object) -> None:
    (found,) = retries(tmp_path, body(f"raise {call}")).calls
    for value, wanted in ((found.delay, delay), (found.limit, limit)):
        assert (type(value.value) if wanted is Unknown else value.value) == wanted


@pytest.mark.parametrize("call", ["self.hook.retry()", "url.retry()", "retry()", "session.retry()"])
def test_what_others_retry_is_no_retry_of_the_task(tmp_path: Path, call: str) -> None:
    assert retries(tmp_path, body(call)).calls == ()


def test_an_unbound_task_is_not_its_first_argument(tmp_path: Path) -> None:
    assert retries(tmp_path, body("self.retry()", options="")).calls == ()


def test_a_task_that_counts_may_stop_by_itself(tmp_path: Path) -> None:
    found = retries(
        tmp_path, body("if self.request.retries < 5:", "    self.retry()", options="bind=True, max_retries=None")
    )
    assert found.limit.value is None
    assert isinstance(found.calls[0].limit.value, Unknown)


SWALLOWING = {
    "except Exception": ["try:", "    self.retry()", "except Exception:", "    logging.exception('no')"],
    "except": ["try:", "    self.retry()", "except:", "    pass"],
    "except (OSError, Retry)": ["try:", "    self.retry()", "except (OSError, Retry) as e:", "    print(e)"],
    "contextlib.suppress(Exception)": ["with contextlib.suppress(Exception):", "    self.retry()"],
    "except BaseException": [
        "try:",
        "    try:",
        "        open(url)",
        "    except OSError:",
        "        self.retry()",
        "except BaseException:",
        "    return None",
    ],
}
LEAVING = {
    "in the clause itself": ["try:", "    open(url)", "except Exception as e:", "    self.retry(exc=e)"],
    "let through": ["try:", "    self.retry()", "except Retry:", "    raise", "except Exception:", "    pass"],
    "raised again": ["try:", "    self.retry()", "except Exception:", "    if url:", "        raise"],
    "raised by what is called": ["try:", "    self.retry()", "except Exception as e:", "    decide(e)"],
    "retried once more": ["try:", "    self.retry()", "except Exception:", "    self.retry()"],
    "another exception": ["try:", "    self.retry()", "except OSError:", "    pass"],
    "in else": ["try:", "    open(url)", "except Exception:", "    return", "else:", "    self.retry()"],
    "in finally": ["try:", "    open(url)", "except Exception:", "    return", "finally:", "    self.retry()"],
    "returned": ["try:", "    self.retry(throw=False)", "except Exception:", "    pass"],
    "left": ["try:", "    self.retry()", "except Exception:", "    sys.exit(1)"],
}


@pytest.mark.parametrize("clause", SWALLOWING)
def test_what_ends_the_exception_is_told(tmp_path: Path, clause: str) -> None:
    (found,) = retries(tmp_path, body(*SWALLOWING[clause])).calls
    assert found.swallowed_by is not None
    assert found.swallowed_by.name == clause


@pytest.mark.parametrize("case", LEAVING)
def test_what_may_let_it_through_is_not(tmp_path: Path, case: str) -> None:
    assert [each.swallowed_by for each in retries(tmp_path, body(*LEAVING[case])).calls if each.swallowed_by] == []


def test_options_that_only_automatic_retries_read(tmp_path: Path) -> None:
    found = retries(tmp_path, body("...", options="retry_backoff=True, retry_jitter=False, max_retries=2"))
    assert [each.name for each in found.options.get()] == ["retry_backoff"]
    assert found.automatic_for.value == ()


def test_options_that_the_code_reads_itself_are_left_open(tmp_path: Path) -> None:
    text = body("self.retry(countdown=self.retry_backoff)", options="bind=True, retry_backoff=5")
    assert not retries(tmp_path, text).options.known


def test_exceptions_of_a_base_class_and_a_limit_among_the_arguments(tmp_path: Path) -> None:
    text = """
from celery import Task
from requests import Timeout


class Late(Exception): ...


class Patient(Task):
    autoretry_for = (Timeout, Late, KeyError)
    retry_kwargs = {"max_retries": None}


@app.task(base=Patient, max_retries=9, dont_autoretry_for=[ValueError])
def fetch(url): ...
"""
    found = retries(tmp_path, text)
    assert found.automatic_for.value == ("requests.Timeout", "Late", "KeyError")
    assert (found.not_for.value, found.limit.value) == (("ValueError",), 9)


def test_exceptions_that_nobody_can_follow(tmp_path: Path) -> None:
    found = retries(tmp_path, body("...", options="autoretry_for=chosen()"))
    assert not found.automatic_for.known
