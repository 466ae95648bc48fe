"""What nobody can tell of a program without running it: styles of which an Unknown is counted apart, by its name.

A setting is counted so where the same program is known, and rightly, as soon as this one thing of it is decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from oracle.case import Case

INSTALLED = "whether a module outside of the repository is there to be imported (try: import …, except ImportError)"
RELEASE = "which release of Celery it is (no file of the repository says it)"
BOTH = "both: what is there to be imported, and which release it is"

_OUTSIDE = re.compile(r"(?<![\w.])(?:not_installed_anywhere|not_installed_at_all|local_settings)\b")
_NOWHERE = "absent_here.nowhere"  # of a package that is the repository's own: everybody sees that it is not there


def decided(case: Case, version: str) -> Iterator[tuple[str, Case]]:
    """The same program with such a thing decided as it is where Celery runs it."""
    files = {path: _OUTSIDE.sub(_NOWHERE, text) for path, text in case.files.items()}
    imports = files != dict(case.files)
    own, release = {"absent_here/__init__.py": ""}, {"requirements.txt": f"celery=={version}\n"}
    unnamed = "requirements.txt" not in case.files
    if imports:
        yield INSTALLED, Case({**files, **own}, case.env, case.app)
    if unnamed:
        yield RELEASE, Case({**case.files, **release}, case.env, case.app)
    if imports and unnamed:
        yield BOTH, Case({**files, **own, **release}, case.env, case.app)
