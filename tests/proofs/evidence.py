"""What the proofs measured, in the pages: `python tests/proofs/evidence.py` proves all and rewrites their lines.

A page's Evidence holds one line for each proof, which begins with `- Proved: `. Nobody writes these by hand.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

BEGINS = "- Proved: "
RECORD = "PROOFS_RECORD"
ROOT = Path(__file__).parents[2]
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Proved:
    """A sentence about a page."""

    page: str
    sentence: str


def page_file(name: str) -> Path:
    """The file of a page. Raises StopIteration where there is none."""
    return next((ROOT / "rules").glob(f"*/{name}.md"))


def record(proved: Proved) -> None:
    """Keeps the sentence where a file is asked for; else the page has to say the same already, numbers apart."""
    if file := os.environ.get(RECORD):
        with Path(file).open("a") as out:
            out.write(json.dumps(asdict(proved)) + "\n")
        return
    said = [_shape(line.removeprefix(BEGINS)) for line in page_file(proved.page).read_text().splitlines()]
    assert _shape(proved.sentence) in said, f"{proved.page} lacks this line: {BEGINS}{proved.sentence}"


def _shape(sentence: str) -> str:
    return _NUMBER.sub("#", sentence)


def rewritten(text: str, sentences: list[str]) -> str:
    """A page's text with these sentences as its proofs, in front of whatever else its Evidence says."""
    head, _, rest = text.partition("## Evidence\n")
    kept = "\n".join(line for line in rest.splitlines() if not line.startswith(BEGINS)).strip()
    lines = "\n".join(BEGINS + each for each in sentences)
    return f"{head}## Evidence\n\n{lines}\n\n{kept}\n"


def main() -> int:
    """Proves everything, or what the arguments of pytest select, and rewrites the pages of what was proved."""
    file = ROOT / ".proofs.jsonl"
    file.unlink(missing_ok=True)
    chosen = any((ROOT / each.partition("::")[0]).exists() for each in sys.argv[1:])
    words = [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", *([] if chosen else ["tests/proofs"])]
    words += sys.argv[1:]
    status = subprocess.run(words, cwd=ROOT, env={**os.environ, RECORD: str(file)}).returncode
    lines = file.read_text().splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    proofs = [Proved(**json.loads(line)) for line in lines]
    for name in sorted({each.page for each in proofs}):
        path = page_file(name)
        path.write_text(rewritten(path.read_text(), [each.sentence for each in proofs if each.page == name]))
    return status


if __name__ == "__main__":
    sys.exit(main())
