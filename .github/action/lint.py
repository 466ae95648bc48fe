"""One run of celerylint, reported to the annotations, the job's summary, a SARIF file and the step's outputs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from base import base_branch, fetched
from inputs import NEVER, SEVERITIES, Inputs
from runner import output, quote, say, summarise

_FINDINGS = 1  # an exit code above is no result: wrong usage, or a bug of celerylint


@dataclass(frozen=True)
class Reports:
    """The files that celerylint writes for us."""

    json: Path
    markdown: Path


def lint(inputs: Inputs, python: Path, temporary: Path, environment: Mapping[str, str]) -> int:
    """The step's exit code: celerylint's where it gave no result, else whether a finding is as severe as `fail-on`."""
    reports = Reports(temporary / "celerylint.json", temporary / "celerylint.md")
    if inputs.sarif:
        inputs.sarif.parent.mkdir(parents=True, exist_ok=True)
        inputs.sarif.unlink(missing_ok=True)
    done = subprocess.run(
        [str(python), "-I", "-m", "celerylint", *_words(inputs, reports, environment)],
        cwd=inputs.directory,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="surrogateescape",
    )
    quote(done.stderr)
    output("exit-code", str(done.returncode))
    if done.returncode > _FINDINGS or done.returncode < 0:
        say("error", f"celerylint gave no result (exit code {done.returncode}); the log tells why")
        return abs(done.returncode)
    return _told(inputs, reports)


def _words(inputs: Inputs, reports: Reports, environment: Mapping[str, str]) -> list[str]:
    words = ["check", *inputs.args, "--output-format=github"]
    files = {"json": reports.json, "markdown": reports.markdown, "sarif": inputs.sarif}
    for name, file in files.items():
        words += [f"--output-format={name}", f"--output-file={file}"] if file else []
    if inputs.min_severity:
        words.append(f"--min-severity={inputs.min_severity}")
    branch = base_branch(environment) if inputs.only_changed else None
    if branch:
        words.append(f"--diff-base={fetched(inputs.directory, branch)}")
    elif inputs.only_changed:
        say("notice", "only-changed: this run belongs to no pull request, so everything is reported")
    return [*words, "--", *inputs.paths]


def _told(inputs: Inputs, reports: Reports) -> int:
    counts = json.loads(reports.json.read_text("utf-8"))["summary"]
    output("findings-count", str(sum(counts[severity] for severity in SEVERITIES)))
    if inputs.sarif:
        output("sarif-file", str(inputs.sarif))
    if inputs.summary:
        summarise(reports.markdown.read_text("utf-8"))
    failing = () if inputs.fail_on == NEVER else SEVERITIES[: SEVERITIES.index(inputs.fail_on) + 1]
    return int(any(counts[severity] for severity in failing))
