"""A task's queue by `task_routes` is the one that Celery's own router gives, or unknown."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linked import Looked, environment

from celerylint.link.evaluate import Evaluator
from celerylint.link.routes import matched, queue_name, queue_of
from celerylint.link.task_queues import TaskQueues
from celerylint.origin import Layer, Unknown, Value, known

Celery = import_module("celery").Celery
celery_routes = import_module("celery.app.routes")
Queue = import_module("kombu").Queue

DEFAULT = "celery"
APP = Celery("routes", set_as_current=False)

PARTS = st.sampled_from(["proj", "tasks", "a", "ab", "add", "b"])
NAMES = st.lists(PARTS, min_size=1, max_size=4).map(".".join)
GLOBS = st.lists(st.one_of(PARTS, st.sampled_from(["*", "a*", "*b", "?", "[ab]", "!"])), min_size=1, max_size=4)
GLOB_KEYS = GLOBS.map(lambda parts: repr(".".join(parts)))
REGEX_KEYS = st.sampled_from(
    [r"proj\..*", r".*\.(a|b)$", r"a", r"\w+\.tasks", r"(a+)+b", r"PROJ", r"[ab]+", r"proj.tasks.add$", r"(?:proj|a)\."]
)
COMPILED = st.tuples(REGEX_KEYS, st.sampled_from(["", ", re.I", ", re.M"])).map(
    lambda pair: f"re.compile({pair[0]!r}{pair[1]})"
)
KEYS = st.one_of(NAMES.map(repr), GLOB_KEYS, COMPILED)
QUEUES = st.sampled_from(["'q1'", "'q2'", "Queue('q3')", "''", "None"])
OPTIONS = st.sampled_from(["'priority': 3", "'routing_key': 'r'", "'exchange': 'e'", "'queue': 'q4'"])
MAPPINGS = st.one_of(
    QUEUES.map(lambda queue: f"{{'queue': {queue}}}"),
    st.lists(OPTIONS, max_size=2).map(lambda options: "{" + ", ".join(options) + "}"),
)
TARGETS = st.one_of(
    st.sampled_from(["'q5'", "'q6'", "''"]), MAPPINGS, MAPPINGS.map(lambda text: f"list({text}.items())")
)
ENTRIES = st.lists(st.tuples(KEYS, TARGETS), max_size=5)
DICTS = ENTRIES.map(lambda entries: "{" + ", ".join(f"{key}: {target}" for key, target in entries) + "}")
PAIRS = ENTRIES.map(lambda entries: "[" + ", ".join(f"({key}, {target})" for key, target in entries) + "]")
ROUTERS = st.one_of(DICTS, PAIRS)
ROUTES = st.one_of(
    DICTS,
    st.lists(ROUTERS, max_size=3).map(lambda routers: "[" + ", ".join(routers) + "]"),
    st.lists(ROUTERS, max_size=3).map(lambda routers: "(" + "".join(f"{each}, " for each in routers) + ")"),
    st.just("None"),
)


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    return Looked(tmp_path_factory.mktemp("routes"), {"settings.py": "import re\nfrom kombu import Queue\n"})


def real(text: str, name: str) -> str | None:
    """The queue that Celery sends the task to; None where it does not name one. Raises what Celery raises."""
    table = celery_routes.prepare(eval(text, {"re": re, "Queue": Queue}))
    router = celery_routes.Router(table, APP.amqp.queues, create_missing=True, app=APP)
    options = router.route({}, name)
    if "queue" not in options:
        # celery/app/amqp.py:send_task_message takes the default queue where there is no exchange either.
        return DEFAULT if not {"exchange", "routing_key"} & options.keys() else None
    return str(options["queue"].name)


def ours(looked: Looked, text: str, name: str) -> str | Unknown:
    looked.evaluator = Evaluator(looked.code.shared, environment())
    found = matched(looked.evaluator, looked.expression(text), name)
    queue = queue_of(found) if found is not None else None
    return DEFAULT if queue is None or queue.value is None else queue.value


def declared(looked: Looked, text: str) -> Value[Any]:
    default = {name: known("celery", Layer.DEFAULT) for name in ("task_default_exchange", "task_default_routing_key")}
    kind = known("direct", Layer.DEFAULT)
    settings = {"task_queues": looked.expression(text), "task_default_exchange_type": kind, **default}
    return TaskQueues(settings).names


@settings(max_examples=600, deadline=None)
@given(text=ROUTES, name=NAMES)
def test_the_queue_is_celerys_or_unknown(looked: Looked, text: str, name: str) -> None:
    mine = ours(looked, text, name)
    try:
        theirs = real(text, name)
    except Exception:
        return  # Celery refuses these routes when the first task is sent
    if theirs is None:
        assert isinstance(mine, Unknown), "where a routing key leads to is the broker's affair"
    elif isinstance(mine, Unknown):
        assert "re.compile" in text or "routing_key" in text or "exchange" in text, mine.reason
    else:
        assert mine == theirs


@pytest.mark.parametrize(
    ("text", "name", "queue"),
    [
        ("{'proj.*': 'p'}", "proj.tasks.add", "p"),
        ("{'proj.*': 'p', 'proj.add': 'exact'}", "proj.add", "exact"),
        ("{'*.add': 'p'}", "proj.add_more", DEFAULT),
        ("{'proj.?': 'p'}", "proj.a", DEFAULT),
        ("{'a*': 'first', '*': 'second'}", "ab", "first"),
        ("[('a*', 'x')]", "ab", None),
        ("([('a*', 'x'), ('b*', 'y')],)", "b", "y"),
        ("([('a*', 'x'), ('a*', 'later')],)", "ab", "later"),
        ("[{'a': 'x'}, {'b': {'queue': 'y', 'priority': 5}}]", "b", "y"),
        ("[{'a': {}}, {'a': 'never'}]", "a", DEFAULT),
        ("{re.compile(r'(video|image)\\.'): 'media'}", "image.scale", "media"),
        ("{re.compile('IMAGE', re.I): 'media'}", "image.scale", "media"),
        ("'proj.routers.route'", "a", None),
        ("[lambda name, *args, **kw: 'x']", "a", "x"),
        ("{'a': {'exchange': 'x'}}", "a", None),
    ],
)
def test_what_routes_say(looked: Looked, text: str, name: str, queue: str | None) -> None:
    mine = ours(looked, text, name)
    assert mine == queue if queue else isinstance(mine, Unknown)


def test_a_pattern_that_might_never_end_is_not_tried(looked: Looked) -> None:
    for pattern in ("(a+)+$", "(a|aa)+$", "(.*a){12}b", ".*.*.*.*.*.*b", r"(a*)\1\1\1b", "(?=.*a)b", "x" * 999):
        text = f"{{re.compile({pattern!r}): 'q', 'other.*': 'r'}}"
        assert isinstance(ours(looked, text, "a" * 200), Unknown)
        assert ours(looked, text.replace("{", "{'exact': 'e', ", 1), "exact") == "e"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[Queue('a'), Queue(name='b', routing_key='x')]", ["a", "b"]),
        ("(Queue('a'),)", ["a"]),
        ("{'a': {'exchange': 'x'}, 'b': {}}", ["a", "b"]),
        ("{'a': Queue('b')}", ["b"]),
        ("[Queue(n) for n in ('x', 'y')]", ["x", "y"]),
        ("[Queue(f'{p}.low') for p in ['x']]", ["x.low"]),
        ("[]", []),
    ],
)
def test_declared_queues_are_those_of_celery(looked: Looked, text: str, names: list[str]) -> None:
    app = Celery("queues", set_as_current=False)
    app.conf.task_queues = eval(text, {"Queue": Queue})
    app.conf.task_create_missing_queues = False
    assert list(app.amqp.queues) == (names or [DEFAULT])
    assert list(declared(looked, text).get()) == names


@pytest.mark.parametrize("text", ["[Queue(unknown)]", "build()", "[make('a')]", "5", "[5]"])
def test_queues_that_nobody_knows(looked: Looked, text: str) -> None:
    value = declared(looked, text)
    assert isinstance(value.value, Unknown)
    assert value.reason


def test_a_queues_name_keeps_its_place(looked: Looked) -> None:
    name = queue_name(looked.expression("Queue('mail')"))
    assert name.get() == "mail"
    assert name.origin.span is not None
    assert (name.origin.span.path, name.origin.span.column) == ("settings.py", 7)
