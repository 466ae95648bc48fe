"""Which files changed, as git tells it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from celerylint.sources.discover import printable
from celerylint.sources.repository import toplevel

_SECONDS = 60  # for one question to git, of the largest repository on a cold disk
# git only looks: it starts no monitor and no hook (`git diff` may refresh the index, which has one), writes no index
# that it need not, asks for no password and fetches nothing.
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-optional-locks")
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
# A hook's environment names the hook's repository; what counts is the one around the root.
_OF_ANOTHER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_COMMON_DIR")
_NAMES = ("--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv")
_DIFF = ("diff", *_NAMES, "--diff-filter=d", "--ignore-submodules=all")


class ChangedError(Exception):
    """Why git cannot tell what changed, and what to do about it."""


def staged(root: Path) -> frozenset[str]:
    """The files below `root` that the next commit would add or change, relative to it. Raises ChangedError."""
    _inside(root)
    return _listed(root, *_DIFF, "--cached")


def uncommitted(root: Path) -> frozenset[str]:
    """The files below `root` that differ from the last commit, new ones too, relative to it. Raises ChangedError."""
    _inside(root)
    base = _commit(root, "HEAD") or _asked(root, "hash-object", "-t", "tree", "--stdin").strip()
    return _differing(root, base)


def since(root: Path, ref: str) -> frozenset[str]:
    """The files below `root` that differ from where HEAD left `ref`, new ones too, relative to it.

    Raises ChangedError, also where a shallow clone does not reach back so far.
    """
    _inside(root)
    if _commit(root, ref) is None:
        raise ChangedError(_unknown(root, ref))
    if _commit(root, "HEAD") is None:
        raise ChangedError("there is no commit yet: --staged or --changed tell what changed")
    found = _git(root, "merge-base", "--", ref, "HEAD")
    if found.returncode:
        raise ChangedError(_unrelated(root, ref))
    return _differing(root, _text(found.stdout))


def _differing(root: Path, base: str) -> frozenset[str]:
    """What differs between a commit or tree and the work tree; files that nobody ignores or has added count as well."""
    return _listed(root, *_DIFF, base, "--") | _listed(root, "ls-files", "-z", "--others", "--exclude-standard")


def _inside(root: Path) -> None:
    if toplevel(Path(os.path.realpath(root))) is None:
        raise ChangedError(f"{root} is in no git repository, so nobody can tell what changed")
    if _asked(root, "rev-parse", "--is-inside-work-tree").strip() != "true":
        raise ChangedError(f"{root} is in no work tree of git, so nobody can tell what changed")


def _commit(root: Path, ref: str) -> str | None:
    """A ref's commit; None where git knows none."""
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return None if found.returncode else _text(found.stdout)


def _unknown(root: Path, ref: str) -> str:
    """What is wrong with a ref, and the next step."""
    unknown = f'git knows no commit "{printable(ref)}" here'
    if ref and _commit(root, f"origin/{ref}"):
        return f'{unknown}; did you mean "origin/{printable(ref)}"?'
    branch = ref.removeprefix("refs/remotes/").removeprefix("origin/")
    if _git(root, "check-ref-format", f"refs/heads/{branch}").returncode or branch.startswith("-"):
        return unknown
    depth = "--depth=100 " if _shallow(root) else ""
    return (
        f"{unknown}. Fetch it first, `git fetch {depth}origin {branch}:refs/remotes/origin/{branch}`, and give "
        f"`--diff-base origin/{branch}`; with actions/checkout, `fetch-depth: 0` fetches all there is"
    )


def _unrelated(root: Path, ref: str) -> str:
    if _shallow(root):
        return (
            f'this shallow clone does not reach back to where HEAD left "{printable(ref)}". Fetch more of it: '
            "`git fetch --depth=1000 origin HEAD`, `git fetch --unshallow`, or `fetch-depth: 0` with actions/checkout"
        )
    return f'HEAD and "{printable(ref)}" have no commit in common'


def _shallow(root: Path) -> bool:
    return _asked(root, "rev-parse", "--is-shallow-repository").strip() == "true"


def _listed(root: Path, *words: str) -> frozenset[str]:
    """The names that git prints; what is no UTF-8 stays as surrogate escapes, as in spans."""
    return frozenset(os.fsdecode(name) for name in _checked(root, *words).split(b"\0") if name)


def _asked(root: Path, *words: str) -> str:
    return _text(_checked(root, *words))


def _checked(root: Path, *words: str) -> bytes:
    """What git prints. Raises ChangedError with git's own words where it fails."""
    done = _git(root, *words)
    if done.returncode:
        raise ChangedError(f"git cannot tell what changed: {_text(done.stderr)}")
    return done.stdout


def _git(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER}
    try:
        return subprocess.run(
            [*_GIT, *words],
            cwd=root,
            env={**environment, **_QUIET},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
        )
    except FileNotFoundError:
        raise ChangedError("git is needed to tell what changed, and it is not installed") from None
    except subprocess.TimeoutExpired:
        raise ChangedError(f"git did not answer within {_SECONDS} s: git {words[0]}") from None
    except OSError as error:
        raise ChangedError(f"git cannot be started: {error.strerror or error}") from None


def _text(output: bytes) -> str:
    return output.decode("utf-8", "backslashreplace").strip()
