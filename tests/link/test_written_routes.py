"""The entries of `task_routes` as the model has them, against Celery's own router."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linked import written

from celerylint.configuration import Configuration
from celerylint.link import link
from celerylint.link.written_routes import holds
from celerylint.model import Route
from celerylint.sources.discover import discover
from celerylint.sources.tree import Tree

celery_routes = import_module("celery.app.routes")

APP = """
from celery import Celery

app = Celery("shop", broker="redis://")
{before}
app.conf.task_routes = {routes}


@app.task(queue="own")
def build():
    ...


@app.task
def send():
    ...
"""


def routes(root: Path, text: str, before: str = "") -> tuple[Route, ...]:
    files = {"shop/celery.py": APP.format(routes=text, before=before), "shop/__init__.py": ""}
    return link(Tree(written(root, files), discover(root)), Configuration()).routes


def shown(found: tuple[Route, ...]) -> list[tuple[str, str, int]]:
    return [(route.kind, route.name, route.span.line) for route in found]


def test_routes_point_at_their_keys(tmp_path: Path) -> None:
    text = '{\n    "shop.*": "fast",\n    # "shop.celery.send": "old",\n    "shop.celery.send": QUEUE,\n}'
    found = routes(tmp_path, text, 'QUEUE = "mail"')
    assert shown(found) == [("glob", "shop.*", 7), ("name", "shop.celery.send", 9)]
    assert [route.queue.value for route in found] == ["fast", "mail"]
    assert [[task.name for task in route.tasks.get()] for route in found] == [
        ["shop.celery.build", "shop.celery.send"],
        ["shop.celery.send"],
    ]


def test_routes_that_are_put_together_point_at_the_statement_that_adds_them(tmp_path: Path) -> None:
    before = 'ROUTES = {}\nROUTES["shop.celery.send"] = {"queue": "mail"}'
    assert shown(routes(tmp_path, "ROUTES", before)) == [("name", "shop.celery.send", 6)]


def test_own_queues_are_seen_beside_routes(tmp_path: Path) -> None:
    (route,) = routes(tmp_path, '{"shop.*": {"priority": 3}}')
    assert route.queue.value is None
    assert [task.own_queue.value for task in route.tasks.get()] == ["own", None]


def test_what_is_not_followed_gives_no_route(tmp_path: Path) -> None:
    assert routes(tmp_path, 'open("routes").read()') == ()
    assert shown(routes(tmp_path, '["shop.routers.by_name", {"shop.*": "fast"}]')) == [("glob", "shop.*", 6)]


def test_a_name_of_another_distribution_is_unknown_and_one_of_ours_is_not(tmp_path: Path) -> None:
    found = routes(tmp_path, '{"thumbnails.*": "a", "shop.gone": "b", "*.gone": "c", "celery.chord": "d"}')
    assert [route.tasks.known for route in found] == [False, True, False, False]
    assert found[1].tasks.get() == ()


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ('[("shop.*", "fast"), ("other.*", "slow")]', True),
        ('(("shop.*", {"queue": "fast"}),)', True),
        ('["shop.routers.by_name"]', False),
        ('[["shop.*", "fast"]]', True),
        ('([("shop.*", "fast")],)', False),
        ('[{"shop.*": "fast"}]', False),
        ("[]", False),
        ("[[]]", False),
    ],
)
def test_celery_refuses_what_is_refused(tmp_path: Path, text: str, refused: bool) -> None:
    assert any(route.refused for route in routes(tmp_path, text)) is refused
    if refused:
        with pytest.raises(ValueError, match="unpack"):
            celery_routes.prepare(eval(text))
    else:
        celery_routes.prepare(eval(text))


PARTS = st.sampled_from(["a", "b", "ab", "*", "a*", "?", "[ab]", "*b", "**"])
PATTERNS = st.lists(PARTS, min_size=1, max_size=4).map(".".join)
NAMES = st.lists(st.sampled_from(["a", "b", "ab", "aa"]), min_size=1, max_size=4).map(".".join)


@settings(max_examples=400, deadline=None)
@given(PATTERNS, PATTERNS, NAMES)
def test_celery_never_comes_to_a_route_that_another_holds(one: str, other: str, name: str) -> None:
    kinds = ["glob" if "*" in each else "name" for each in (one, other)]
    if holds((kinds[0], one), (kinds[1], other)) and celery_routes.prepare([{other: "x"}])[0](name):
        assert celery_routes.prepare([{one: "x"}])[0](name)
