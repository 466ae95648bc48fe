"""Procfiles, as honcho reads them, and heroku.yml."""

from __future__ import annotations

import pytest
from honcho.environ import parse_procfile  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from process_files import at, told, words

from celerylint.facts.launch import read_launches
from celerylint.facts.processes import heroku_facts, procfile_facts
from celerylint.facts.processes.procfile import formation
from celerylint.origin import Layer, known
from celerylint.sources.text import Text
from celerylint.sources.yaml import read

SHOP = """\
# of the shop
web: gunicorn shop.wsgi
worker-1:REMAP_SIGTERM=SIGQUIT celery -A shop worker -c ${N:-2} \t
release: python manage.py migrate
"""


def test_a_process_type_is_a_line_for_a_shell() -> None:
    scale = {"worker-1": known(3, Layer.MANIFEST)}
    _, worker, release = procfile_facts(SHOP, Text("Procfile", SHOP).span, heroku=True, scale=scale).workloads
    assert (worker.platform, worker.kind, worker.name, at(SHOP, worker.span)) == (
        "heroku",
        "process",
        *["worker-1"] * 2,
    )
    assert words(worker) == ["sh", "-c", "REMAP_SIGTERM=SIGQUIT celery -A shop worker -c ${N:-2}"]
    (launch,) = read_launches(worker.containers[0].arguments or (), environment=lambda _: None)
    assert (launch.options["concurrency"].value, launch.environment["REMAP_SIGTERM"].value) == ("2", "SIGQUIT")
    assert at(SHOP, launch.span) == "worker"
    assert (told(worker.replicas), told(worker.grace_period), told(worker.containers[0].stops_all)) == (3, 30.0, True)
    assert (worker.lives_long, release.lives_long) == (True, False)


def test_elsewhere_nobody_knows_what_runs_it() -> None:
    worker = procfile_facts(SHOP, Text("Procfile", SHOP).span, heroku=False, scale={}).workloads[1]
    assert worker.platform == "procfile"
    assert told(worker.grace_period) == "whatever runs the Procfile decides how long it waits"
    assert "how many of worker-1" in told(worker.replicas)


LINES = st.sampled_from(
    ["a: x y", "b-1:celery ", " c: x", "d : x", "e:", "# f: x", "g_h:  'a b' ", "", "i: x: y", "j=k: l"]
)


@settings(max_examples=100)
@given(st.lists(LINES, max_size=5, unique=True).map("\n".join))
def test_lines_are_read_as_honcho_reads_them(source: str) -> None:
    found = procfile_facts(source, Text("Procfile", source).span, heroku=False, scale={}).workloads
    expected = parse_procfile(source).processes
    assert {each.name: words(each)[2] for each in found} == {name: text.rstrip() for name, text in expected.items()}


def test_heroku_yml_has_texts_and_lists() -> None:
    source = (
        "run:\n  web: gunicorn\n  worker:\n    command: [celery, -A, shop]\n    image: web\n"
        "  beat: {command: celery beat}\n"
    )
    found = heroku_facts(read(Text("heroku.yml", source))[0], {}).workloads
    assert {each.name: words(each) for each in found} == {
        "web": ["sh", "-c", "gunicorn"],
        "worker": ["celery", "-A", "shop"],
        "beat": ["sh", "-c", "celery beat"],
    }


@pytest.mark.parametrize("source", ["", "run: x", "run: {a: [1, {}]}", "- a", "{formation: {a: 1, b: {quantity: x}}}"])
def test_bad_files_are_no_crash(source: str) -> None:
    documents = read(Text("heroku.yml", source))[0]
    heroku_facts(documents, formation(documents))
