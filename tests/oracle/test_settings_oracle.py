"""Effective settings: Celery loads whole programs, and celerylint says the same of each setting, or Unknown."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from celerylint.origin import Value
from oracle.asking import RealCelery
from oracle.case import Case
from oracle.draw import Draw
from oracle.judging import Tally
from oracle.reading import settings_of
from oracle.styles import settings_program
from oracle.undecided import decided

CASES = int(os.environ.get("ORACLE_CASES") or 2000)
MOST_UNKNOWN = 0.05
PINNED = 90  # percent of the programs that say which Celery they use


def case(number: int, version: str) -> Case:
    """The program of that number; most say which Celery they use."""
    draw = Draw.numbered("settings", number)
    project, app = settings_program(draw)
    if draw.chance(PINNED):
        project.files["requirements.txt"] = f"celery=={version}\n"
    return Case(project.written(), project.env, app)


def judged(real: RealCelery, numbers: range, base: Path) -> Tally:
    """What celerylint says of these cases beside what Celery says."""
    tally = Tally()
    plain = real.ask({"kind": "defaults"})["answer"]
    cases: dict[int, Case] = {}

    def questions() -> Iterator[dict[str, Any]]:
        for number in numbers:
            cases[number] = case(number, real.version)
            root = cases[number].written(base / str(number))
            yield {"kind": "settings", "root": str(root), "env": cases[number].env, "app": cases[number].app}

    for number, answer in zip(numbers, real.answers(questions()), strict=True):
        if "answer" in answer:
            ours = settings_of(base / str(number), cases[number])
            some = [each for each, real_one in answer["answer"].items() if real_one != plain[each] and each in ours]
            unclear = any(not ours[each].known for each in some)
            other = _decided(cases[number], real.version, base / "decided", ours) if unclear else {}
            tally.judge(number, ours, answer["answer"], plain, decided=other)
        else:
            tally.refuse(answer["error"])
        del cases[number]
        shutil.rmtree(base / str(number))
    return tally


def _decided(case: Case, version: str, root: Path, ours: Mapping[str, Value[Any]]) -> dict[str, tuple[str, Value[Any]]]:
    """The settings that are known as soon as a thing is decided that nobody can tell, with the name of that."""
    found: dict[str, tuple[str, Value[Any]]] = {}
    for style, other in decided(case, version):
        values = settings_of(other.written(root), other)
        shutil.rmtree(root)
        for name, value in values.items():
            if value.known and not ours[name].known:
                found.setdefault(name, (style, value))
    return found


def test_a_setting_is_what_celery_says_or_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with RealCelery() as real:
        tally = judged(real, range(CASES), tmp_path)
    with capsys.disabled():
        print(f"\nsettings of Celery {real.version}: {tally.summary()}")
    assert not tally.wrong
    assert tally.share < MOST_UNKNOWN
    assert tally.refused.total() < CASES * 0.15
