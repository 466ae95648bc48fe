"""Makefiles, as make itself reads them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from process_files import at, told, words

from celerylint.facts.launch import Launch, read_launches
from celerylint.facts.manifests import WorkloadFact
from celerylint.facts.processes import makefile_facts
from celerylint.facts.processes.makefile import read_makefile
from celerylint.facts.processes.scripts import for_production
from celerylint.sources.text import Text

SHOP = """\
# the shop
APP ?= shop
CELERY = $(RUN) celery -A $(APP)
RUN := poetry run
export BROKER = redis://redis

.PHONY: worker beat

worker: install  ## runs a worker
	@echo starting $(APP)
	@$(CELERY) worker -c $(PROCESSES) \\
		-Q mail,$@ -l $${LEVEL:-info}

prodceleryworkers:
	cd src && exec celery -A shop worker -c 4 &
	-celery -A shop beat
clean: ; rm -f celery.pid
test:
	docker compose run worker celery -A shop worker
"""


def targets(source: str) -> tuple[WorkloadFact, ...]:
    return makefile_facts(source, Text("Makefile", source).span).workloads


def launches(workload: WorkloadFact) -> list[Launch]:
    return read_launches(workload.containers[0].arguments or (), environment={"LEVEL": "debug"}.get)


def test_a_target_is_read_with_its_places() -> None:
    worker, production, beat, test = targets(SHOP)
    assert (worker.platform, worker.kind, worker.name, at(SHOP, worker.span)) == ("make", "target", "worker", "worker")
    assert worker.span.line == 9
    (launch,) = launches(worker)
    assert {name: use.value for name, use in launch.options.items()} == {
        "concurrency": "$(PROCESSES)",
        "queues": "mail,worker",
        "loglevel": "debug",
    }
    assert at(SHOP, launch.options["queues"].value_span) == "mail,$@"
    assert launch.global_options["app"].value == "shop"
    assert [word.text for word in launch.wrappers] == ["poetry"]
    (second,) = launches(production)
    assert (second.options["concurrency"].value, [shell.background for shell in second.shells]) == ("4", [True])
    assert [launch.subcommand for launch in launches(beat)] == ["beat"]
    assert words(beat) == ["celery", "-A", "shop", "beat"]
    assert launches(test) == []


def test_a_target_is_for_development_unless_it_says_otherwise() -> None:
    assert [(each.name, each.development) for each in targets(SHOP)] == [
        ("worker", True),
        *[("prodceleryworkers", False)] * 2,
        ("test", True),
    ]
    assert told(targets(SHOP)[0].replicas) == "nothing says how often worker is started"
    names = ("run-prod", "deploy-worker", "production_beat", "live", "worker", "products", "deployed", "prod-test")
    assert [for_production(name, "Makefile") for name in names] == [True] * 4 + [False] * 4
    assert for_production("worker", "production/Makefile")


def test_all_lines_are_one_script_where_the_makefile_says_so() -> None:
    (worker,) = targets(".ONESHELL:\nSHELL = /bin/bash\nworker:\n\tset -e\n\tcelery worker -c 3\n")
    assert words(worker) == ["bash", "-c", "set -e\ncelery worker -c 3"]
    (launch,) = launches(worker)
    assert (launch.span.line, launch.span.column) == (5, 9)


VARIABLES = """A = 1|A := $(B)2|B ?= b|B = $(C)|C += c $(A)|A += 3|C := x#y|export D = d|A = $$(A)|B = one \\
  two|ifdef NOT_SET
A = never
endif|define E
celery
endef|  B = $(A)|t: A = own|D=$(A)$(B)"""
RECIPES = """run $(A)|@run ${B} $$A|-@ run $C $(D)|run $@ $<|run 'a b' \\
		$(A)|run '$(B)'|# no $(A)|run \\$$x $(A)x|\\
	run a"""


@pytest.mark.skipif(shutil.which("make") is None, reason="make itself is the one to compare with")
@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(VARIABLES.split("|")), max_size=5),
    st.lists(st.sampled_from(RECIPES.split("|")), min_size=1, max_size=3),
    st.sampled_from(["", " need", "; run x"]),
)
def test_recipes_are_what_make_runs(variables: list[str], recipes: list[str], rest: str) -> None:
    source = "\n".join([*variables, f"t:{rest}", *(f"\t{line}" for line in recipes), "need:", ""])
    command = ["make", "-n", "-f", "-", "t"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, env={"PATH": "/usr/bin"})
    if done.returncode:  # a variable that is defined through itself
        return
    makefile = read_makefile(source, Text("Makefile", source).span)
    found = list(makefile.commands(makefile.rules["t"]))
    expected = [line for line in done.stdout.replace("\\\n", "").replace("\t", "").split("\n") if line.strip()]
    assert len(found) == len(expected)
    for line, text in zip(found, expected, strict=True):
        if line[0].text != "sh":
            assert [word.text for word in line] == text.split()
        elif not line[2].expansions:
            assert line[2].text.replace("\\\n", "").replace("\t", "").strip() == text.strip()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:=\t\n\\$(){}#?+; @%celry", max_size=60))
def test_any_text_is_read(source: str) -> None:
    makefile = read_makefile(source, Text("Makefile", source).span)
    for rule in makefile.rules.values():
        list(makefile.commands(rule))


def test_variables_that_grow_without_end_are_given_up() -> None:
    source = (
        "A0 = xxxxxxxxxx\n"
        + "".join(f"A{n + 1} = $(A{n})$(A{n})\n" for n in range(40))
        + "t:\n\tcelery worker $(A40)\n"
    )
    (worker,) = targets(source)
    assert len(words(worker)[-1]) < 100_000
    (other,) = targets("A = $(B)\nB = $(A)\nt:\n\tcelery worker $(A)\n")
    assert words(other)[-1].endswith("$(A)")


def test_it_is_the_file_that_make_reads(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(SHOP.replace("install", ""))
    done = subprocess.run(["make", "-n", "worker"], cwd=tmp_path, capture_output=True, text=True)
    expected = "poetry run celery -A shop worker -c  \\\n\t-Q mail,worker -l ${LEVEL:-info}"
    assert expected in done.stdout
    assert words(targets(SHOP)[0])[2] == expected.replace("-c  ", "-c $(PROCESSES) ")
