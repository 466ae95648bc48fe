"""Compose's interpolation, and services that several files write together."""

from __future__ import annotations

from textwrap import dedent

import pytest
from compose_files import at, container, environment, facts, named, words
from hypothesis import given
from hypothesis import strategies as st

from celerylint.facts.manifests.interpolation import interpolate
from celerylint.origin import Span, Unknown


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("$SET", "s"),
        ("${SET}", "s"),
        ("a${SET}b", "asb"),
        ("${SET:-d}", "s"),
        ("${UNSET:-d}", "d"),
        ("${UNSET-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${UNSET:-}", ""),
        ("${SET:?no}", "s"),
        ("${SET?no}", "s"),
        ("${EMPTY?no}", ""),
        ("${SET:+r}", "r"),
        ("${EMPTY:+r}", ""),
        ("${EMPTY+r}", "r"),
        ("${UNSET:-${ALSO:-${SET}}}", "s"),
        ("${UNSET:-a$$b}", "a$b"),
        ("$$SET $${SET}", "$SET ${SET}"),
        ("$$$SET", "$s"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_interpolation(written: str, expected: str) -> None:
    result = interpolate(written, {"SET": "s", "EMPTY": ""}.get)
    assert (result.text, result.reason) == (expected, "")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("$UNSET", "UNSET is set by whoever starts Compose"),
        ("${UNSET}", "UNSET"),
        ("${UNSET:?say so}", "UNSET is required"),
        ("${EMPTY:?say so}", "EMPTY is required"),
        ("${UNSET:+r}", "UNSET"),
        ("${UNSET:-${OTHER}}", "OTHER"),
        ("${UNKNOWN:-d}", "because"),
        ("${}", "no interpolation"),
        ("${A", "no interpolation"),
        ("${A!b}", "no interpolation"),
        ("$1", "no interpolation"),
        ("a$", "no interpolation"),
        ("${A:-" * 50 + "}" * 50, "no interpolation"),
    ],
)
def test_what_interpolation_leaves_unknown(written: str, reason: str) -> None:
    variables: dict[str, str | Unknown] = {"EMPTY": "", "UNKNOWN": Unknown("because")}
    assert reason in interpolate(written, variables.get).reason


@given(st.text(alphabet="${}:-?+AB_ \"'x", max_size=30))
def test_interpolation_and_splitting_never_break(written: str) -> None:
    result = interpolate(written, {"A": "a b"}.get)

    def locate(start: int, end: int) -> Span:
        assert 0 <= start <= end <= len(written)
        return Span("x", 1, start + 1, 1, end + 1)

    for word in (*result.words(locate), result.word(locate)):
        for offset in range(len(word.text)):
            word.locate(offset, offset + 1)


def test_an_unknown_variable_stays_one_opaque_word() -> None:
    worker = container("""command: celery worker -c ${N:?say how "many"} '$Q' -l $$LEVEL""")
    arguments = worker.arguments or ()
    assert words(worker) == ["celery", "worker", "-c", "${N}", "${Q}", "-l", "$LEVEL"]
    assert [word.expansions for word in arguments] == [False, False, False, True, True, False, False]
    assert [word.splits for word in arguments[3:5]] == [True, False]
    assert "N is required" in arguments[3].reason


def test_anchors_and_fragments() -> None:
    files = {
        "compose.yaml": dedent("""\
        x-base: &base
          image: shop
          environment: &env {A: "1", B: "2"}
          command: celery -A shop worker
        services:
          worker:
            <<: *base
            environment: {<<: *env, B: "3"}
          beat:
            <<: *base
            command: celery -A shop beat
        """)
    }
    found = named(facts(files, "compose.yaml"))
    assert environment(found["worker"].containers[0]) == {"B": "3", "A": "1"}
    assert words(found["worker"].containers[0])[-1] == "worker"
    assert words(found["beat"].containers[0])[-1] == "beat"
    assert at(files, (found["worker"].containers[0].arguments or ())[-1].span) == "worker"


def test_extends_of_the_same_and_of_another_file() -> None:
    files = {
        "deploy/docker-compose.yml": dedent("""\
        services:
          worker:
            extends: {file: ../common.yml, service: base}
            environment: {B: "2"}
            env_file: own.env
          high:
            extends: worker
            command: celery worker -Q high
        """),
        "common.yml": dedent("""\
        services:
          base:
            image: shop:${TAG:-1}
            command: celery worker
            mem_limit: 1g
            environment: [A=1, B=1]
            env_file: [base.env]
            build: app
        """),
        "base.env": "X=1\n",
        "deploy/own.env": "X=2\n",
    }
    found = named(facts(files, "deploy/docker-compose.yml"))
    worker, high = found["worker"].containers[0], found["high"].containers[0]
    assert environment(worker) == environment(high) == {"A": "1", "B": "2"}
    assert [item.name for item in worker.environment_from] == ["base.env", "deploy/own.env"]
    assert words(worker) == ["celery", "worker"]
    assert at(files, (worker.arguments or ())[0].span) == "celery"
    assert (worker.arguments or ())[0].span.path == "common.yml"
    assert words(high) == ["celery", "worker", "-Q", "high"]
    assert high.memory_limit.get() == 2**30
    assert high.build is not None
    assert high.build.context == "app"
    assert at(files, found["high"].span) == "high"


@pytest.mark.parametrize(
    "extends",
    ["{file: none.yml, service: x}", "nobody", "worker", "{file: ../../x.yml, service: x}", "{service: $NAME}", "[1]"],
)
def test_what_is_missing_from_extends_is_unknown_and_not_a_default(extends: str) -> None:
    (workload,) = facts(
        {"docker-compose.yml": f"services:\n  worker:\n    extends: {extends}\n    mem_limit: 1g\n"}
    ).workloads
    worker = workload.containers[0]
    assert workload.incomplete
    assert worker.memory_limit.get() == 2**30
    assert not worker.cpu_limit.known
    assert not workload.replicas.known
    (word,) = worker.arguments or ()
    assert word.expansions
    assert not workload.fragment


def test_services_that_extend_each_other_end() -> None:
    files = {"docker-compose.yml": "services:\n  a: {extends: b, image: x}\n  b: {extends: a, image: y}\n"}
    found = named(facts(files))
    assert all("itself" in workload.incomplete for workload in found.values())
    assert found["a"].containers[0].image.get() == "x"


BASE = """\
services:
  worker:
    image: shop
    command: celery worker -c 8
    environment: {A: "1", B: "1"}
    env_file: one.env
    mem_limit: 1g
  beat: {image: shop, command: celery beat}
"""


OVERRIDE = """\
services:
  worker:
    command: [celery, worker, -c, "2"]
    environment: [B=2, C=2]
    env_file: two.env
    mem_limit: !reset null
  extra: {image: shop}
"""


def test_an_override_file_lies_on_top_by_composes_rules() -> None:
    files = {"a/compose.yml": BASE, "a/compose.override.yml": OVERRIDE}
    found = named(facts(files, "a/compose.yml"))
    worker = found["worker"].containers[0]
    assert list(found) == ["worker", "beat", "extra"]
    assert words(worker) == ["celery", "worker", "-c", "2"]
    assert (worker.arguments or ())[-1].span.path == "a/compose.override.yml"
    assert environment(worker) == {"A": "1", "B": "2", "C": "2"}
    assert [item.name for item in worker.environment_from] == ["a/one.env", "a/two.env"]
    assert worker.memory_limit.get() is None
    assert found["worker"].span.path == "a/compose.yml"
    override = facts(files, "a/compose.override.yml")
    assert override.workloads == ()
    assert "a/compose.yml" in override.depends_on


def test_override_replaces_a_list_that_says_so() -> None:
    override = "services: {worker: {env_file: !override [two.env]}}\n"
    found = facts({"docker-compose.yml": BASE, "docker-compose.override.yml": override})
    assert [item.name for item in found.workloads[0].containers[0].environment_from] == ["two.env"]


def test_a_file_for_production_lies_on_top_where_it_cannot_stand_alone() -> None:
    files = {
        "docker-compose.yml": BASE,
        "docker-compose.prod.yml": "services:\n  worker: {mem_limit: 4g}\n  new: {scale: 2}\n",
    }
    found = named(facts(files, "docker-compose.prod.yml"))
    assert words(found["worker"].containers[0]) == ["celery", "worker", "-c", "8"]
    assert found["worker"].containers[0].memory_limit.get() == 4 * 2**30
    assert found["worker"].span.path == "docker-compose.prod.yml"
    assert not found["worker"].fragment
    assert found["new"].fragment


def test_included_files_that_are_missing_are_named() -> None:
    source = "include: [there.yml, {path: [gone.yml]}]\nservices: {w: {image: x}}\n"
    found = facts({"compose.yml": source, "there.yml": "services: {}\n"}, "compose.yml")
    assert found.incomplete == ("compose.yml includes gone.yml, which is not there",)
