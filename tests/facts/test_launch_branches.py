"""Which branch of a script runs: the same as in real shells, for written scripts and for generated ones."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from files_of import started
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from real_shells import celery_calls

from celerylint.facts.launch import Launch, read_script
from celerylint.sources.text import Text

ENVIRONMENT = {"ROLE": "worker", "EMPTY": "", "N": "4", "LIST": "a b", "MIXED": "Worker-Mail.sh"}
SHELLS = [shell for shell in ("dash", "bash") if shutil.which(shell)]


def understood(text: str, arguments: list[str], files: dict[str, str] | None = None) -> list[Launch]:
    """What celerylint reads of the same call: `sh main.sh arguments…` in a folder with these files."""
    inside = {f"/app/{name}": body for name, body in {**(files or {}), "main.sh": text}.items()}
    quoted = " ".join(f"'{argument}'" for argument in arguments)
    return list(started(f"sh main.sh {quoted}", inside, environment=ENVIRONMENT.get))


def words(launch: Launch) -> list[str]:
    """The node name that tells the calls of a test apart, and the queues."""
    name, queues = launch.options.get("hostname"), launch.options.get("queues")
    return [str(use.value) for use in (name, queues) if use and use.value is not None]


def really(shell: str, text: str, arguments: list[str], files: dict[str, str] | None = None) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        given_files = {**(files or {}), "main.sh": text}
        calls = celery_calls(Path(folder), shell, given_files, ["main.sh", *arguments], ENVIRONMENT)
    return [[word for at, word in enumerate(call) if at and call[at - 1] in ("-n", "-Q")] for call in calls]


POSIX = {
    "case": 'case "$1" in\n  worker|w) celery worker -n w ;;\n  beat) celery worker -n b ;;\n'
    "  *) celery worker -n o ;;\nesac\n",
    "patterns": 'case "$1" in w?rk*) celery worker -n a;; [a-c]*) celery worker -n b;;\n'
    '"*") celery worker -n c;; esac\n',
    "no match": 'case "$2" in x) celery worker -n x;; esac\ncelery worker -n after\n',
    "if": 'if [ "$1" = worker ]; then celery worker -n w; elif [ "$1" = beat ]; then celery worker -n b; else '
    "celery worker -n o; fi\n",
    "and": '[ "$1" = worker ] && celery worker -n w\n[ "$1" = beat ] || celery worker -n not-beat\n',
    "exit": 'if [ "$1" = worker ]; then celery worker -n w; exit; fi\ncelery worker -n rest\n',
    "exec": '[ -z "$2" ] && exec celery worker -n first\ncelery worker -n second\n',
    "function": 'start() { celery worker -n "$1"; return; celery worker -n never; }\n'
    'if [ $# -gt 0 ]; then start "$1"; fi\n',
    "arguments": 'if [ "$#" -eq 0 ]; then set -- default; fi\ncelery worker -n "$1" -Q "$*"\n',
    "set": 'set -- celery worker -n "$@"\nexec "$@"\n',
    "shift": 'role=$1; if [ $# -gt 0 ]; then shift; fi\ncelery worker -n "${role:-none}" -Q "${1:-none}"\n',
    "while": 'while [ $# -gt 0 ]; do case "$1" in -q) Q="$2"; shift 2;; *) R="$1"; shift;; esac; done\n'
    'celery worker -n "${R:-none}" -Q "${Q:-none}"\n',
    "for": 'for each in "$@"; do [ "$each" = beat ] && continue; celery worker -n "$each"; done\n',
    "for without in": 'for each; do celery worker -n "$each"; break; done\n',
    "until": 'until [ -z "$1" ]; do celery worker -n "$1"; shift; done\n',
    "numbers": 'if [ "$N" -ge 4 ] && [ $((N * 2)) -lt 9 ]; then celery worker -n $((N + 1)); fi\n',
    "cut": 'celery worker -n "${MIXED%.sh}" -Q "${MIXED##*-}"\ncelery worker -n "${1#w}x" -Q "${#N}"\n',
    "dash x": 'if [ "x$1" = "xworker" -o "$1" = b ]; then celery worker -n yes; else celery worker -n no; fi\n',
    "not": 'if ! [ "$1" = worker ]; then celery worker -n no; fi\nif [ ! -z "$1" ]; then celery worker -n some; fi\n',
    "unset": 'if [ -n "$NOTHING" ]; then celery worker -n x; elif [ -z $NOTHING ]; then celery worker -n y; fi\n',
    "default role": 'case "${ROLE:-web}" in worker) celery worker -n "$ROLE";; web) celery worker -n web;; esac\n',
    "subshell": "(exit 0; celery worker -n never)\n(celery worker -n sub)\ncelery worker -n after\n",
    "list": "true && false || celery worker -n c\nfalse && celery worker -n d\nfalse || true && celery worker -n e\n",
    "return": 'f() { [ "$1" = worker ] || return 1; celery worker -n f; }\nf "$1" && celery worker -n g\n',
    "source": '. ./env.sh\ncelery worker -n "$FROM" -Q "$(basename "$0")"\nhello "$1"\n',
    "call": './other.sh "$@" second\nsh other.sh\n',
    "dirname": '. "$(dirname "$0")/env.sh"\ncelery worker -n "$FROM"\n',
    "cd": "cd sub && ./deep.sh\ncelery worker -n here\n",
    "nested": 'sh -c \'if [ "$1" = x ]; then celery worker -n "$0"; fi\' name x\n',
    "eval": "eval 'celery worker -n evaluated'\n",
    "colon": ': "${ROLE:=none}" "${OTHER:=some}"\ncelery worker -n "$ROLE" -Q "$OTHER"\n',
}
BASH = {
    "double": "if [[ $1 == w* && -n $N ]]; then celery worker -n a\n"
    'elif [[ "$1" != "b*" ]]; then celery worker -n b; fi\n',
    "quoted pattern": 'if [[ $1 == "w*" ]]; then celery worker -n a; else celery worker -n b; fi\n',
    "regex": "if [[ $1 =~ ^work ]]; then celery worker -n a; else celery worker -n b; fi\n",
    "fall through": "case $1 in worker) celery worker -n a ;& beat) celery worker -n b ;;\n"
    "*) celery worker -n c ;; esac\n",
    "test on": "case $1 in w*) celery worker -n a ;;& *r) celery worker -n b ;; *) celery worker -n c ;; esac\n",
    "array": 'args=(worker -n "$1"); [[ $N -gt 3 ]] && args+=(-Q "$LIST"); exec celery "${args[@]}"\n',
    "slice": 'celery worker -n "${1:0:2}" -Q "${*:2}"\nf() { celery worker -n "${@:2:1}"; }; f "$1" x y\n',
    "letters": 'celery worker -n "${MIXED,,}" -Q "${MIXED^^}"\ncelery worker -n "${N/4/5}" -Q "${LIST// /,}"\n',
    "count": "if (( $# > 1 && N == 4 )); then celery worker -n many; else celery worker -n few; fi\n",
    "source of": 'here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\n. "$here/env.sh"\ncelery worker -n "$FROM"\n',
    "element": 'a=(x y); celery worker -n "${a[1]}" -Q "${#a[@]}"\n',
}
FILES = {
    "env.sh": "FROM=env\nhello() { celery worker -n hello-$1; }\n",
    "other.sh": '#!/bin/sh\ncelery worker -n other -Q "$*"\n',
    "sub/deep.sh": "#!/bin/sh\ncelery worker -n deep\n",
}
ARGUMENTS: tuple[list[str], ...] = ([], ["worker"], ["beat", "b c"], ["worker", "-q", "mail"])


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", [*POSIX, *BASH])
def test_a_known_test_selects_as_the_shell_does(name: str, shell: str) -> None:
    if name in BASH and shell != "bash":
        pytest.skip("bash's own")
    text = POSIX.get(name) or BASH[name]
    for arguments in ARGUMENTS:
        found = understood(text, arguments, FILES)
        assert [words(launch) for launch in found] == really(shell, text, arguments, FILES), arguments
        assert not any(launch.conditional for launch in found)


UNKNOWN = {
    "if check; then celery worker -n a; else celery worker -n b; fi": ["a?", "b?"],
    "if [ -f /x ]; then celery worker -n a; exit; fi\ncelery worker -n b": ["a?", "b?"],
    "if [ -f /x ]; then echo; exit 1; fi\ncelery worker -n b": ["b"],
    "[ -f /x ] || exit 1\ncelery worker -n b": ["b"],
    "migrate || exit\ncelery worker -n b": ["b"],
    "migrate && celery worker -n b": ["b"],
    "[ -f /x ] && celery worker -n a\ncelery worker -n b": ["a?", "b"],
    "case $(hostname) in x) celery worker -n a;; y) exec celery worker -n b;; esac\ncelery worker -n c": [
        "a?",
        "b?",
        "c?",
    ],
    "case $(hostname) in x) N=1;; *) N=1;; esac\ncelery worker -n $N": ["1"],
    "if check; then N=7; else exit 1; fi\ncelery worker -n $N": ["7"],
    'if check; then set -- a; fi\ncelery worker -n "$1"': ["$1"],
    "while check; do celery worker -n a; done\ncelery worker -n b": ["a?", "b"],
    "while true; do celery worker -n a; sleep 1; done\ncelery worker -n b": ["a"],
    "while true; do celery worker -n a && break; done\ncelery worker -n b": ["a", "b"],
    "while ! check; do sleep 1; done\ncelery worker -n b": ["b"],
    "f() { if check; then return; fi; celery worker -n a; }\nf\ncelery worker -n b": ["a?", "b"],
    "for x in $(list); do celery worker -n a; done": ["a?"],
    "for x in $(list); do check && exit; done; celery worker -n a": ["a?"],
    "if check; then X=1; exec celery worker -n a; fi; celery worker -n ${X:-2}": ["a?", "2?"],
    "f() { while check; do curl x && return 0; sleep 1; done; return 1; }\nif ! f; then exit 1; fi\n"
    "celery worker -n a": ["a"],
    "f() { check && return 0; return 1; }\nf || exit 1\ncelery worker -n a": ["a"],
    "f() { return 1; }\nf || exit 1\ncelery worker -n a": [],
    '. ./nowhere.sh; if [ "$ROLE" = worker ]; then celery worker -n a; else celery worker -n b; fi': ["a?", "b?"],
    '"$ROLE" x; f() { celery worker -n a; }': [],
    "$(which python) x; f() { celery worker -n a; }": ["a?"],
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_unknown_test_keeps_every_branch(text: str) -> None:
    found = understood(text, ["first"])
    shown = [f"{launch.options['hostname'].value}{'?' if launch.conditional else ''}" for launch in found]
    assert shown == UNKNOWN[text]


ATOMS = ["$1", '"$1"', '"$2"', '"$ROLE"', '"${2:-none}"', '"$NOTHING"', "worker", "beat", "''", '"x$1"']
TESTS = st.one_of(
    st.tuples(st.sampled_from(ATOMS[1:]), st.sampled_from(["=", "!="]), st.sampled_from(ATOMS[1:])).map(" ".join),
    st.tuples(st.sampled_from(["-n", "-z", "! -z"]), st.sampled_from(ATOMS[1:])).map(" ".join),
    st.tuples(
        st.sampled_from(["$#", "$N", "3"]), st.sampled_from(["-eq", "-lt", "-ge"]), st.sampled_from(["0", "1", "4"])
    ).map(" ".join),
).map(lambda test: f"[ {test} ]")
SETS = st.sampled_from(
    [
        "X=$1",
        'X="${X:-d}$2"',
        "[ $# -eq 0 ] || shift",
        "set -- beat",
        'set -- "$@" more',
        "unset X",
        "ROLE=beat",
        'X="${1%r}"',
        "N=$((N + 1))",
    ]
)
CALL = 'celery worker -n "${1:-}" -Q "${X:-none}-${ROLE:-}-$#-$N"'


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map("\n".join)
    return st.one_of(
        st.tuples(TESTS, several, several).map(lambda it: f"if {it[0]}; then\n{it[1]}\nelse\n{it[2]}\nfi"),
        st.tuples(TESTS, several).map(lambda it: f"if {it[0]}; then\n{it[1]}\nfi"),
        st.tuples(st.sampled_from(ATOMS), several, several).map(
            lambda it: f"case {it[0]} in worker|xw*)\n{it[1]}\n;;\n?eat)\n{it[2]}\n;;\nesac"
        ),
        st.tuples(TESTS, st.sampled_from(["&&", "||"]), inner).map(lambda it: f"{it[0]} {it[1]} {{\n{it[2]}\n}}"),
        st.tuples(several).map(lambda it: f"for each in a b; do\n{it[0]}\ndone"),
        st.tuples(several).map(lambda it: f'f() {{\n{it[0]}\n}}\nf "$2" x'),
        st.tuples(several).map(lambda it: f"(\n{it[0]}\n)"),
    )


BODIES = st.recursive(
    st.one_of(SETS, SETS, st.just(CALL), st.sampled_from(["exit", "return 2>/dev/null"])), _compound, max_leaves=12
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(BODIES, min_size=1, max_size=5), st.sampled_from(ARGUMENTS))
def test_generated_scripts_run_as_the_shell_runs_them(parts: list[str], arguments: list[str]) -> None:
    text = "\n".join([*parts, CALL, ""])
    found = [words(launch) for launch in understood(text, arguments)]
    real = really("dash", text, arguments)
    assert list(dict.fromkeys(map(tuple, found))) == list(dict.fromkeys(map(tuple, real)))


def script(text: str) -> list[Launch]:
    """What a file with this text starts, by itself: nothing is known of its environment and its arguments."""
    return read_script(text, Text("run.sh", text).span, from_file=True)


EXTENDED = """\
ARGS=(
  --quiet  # no banner
  -A shop worker -c 3
)
if [ "$BEAT" = yes ]; then ARGS+=(--beat); fi
if [ "$DEBUG" = yes ]; then ARGS+=(-l debug); else ARGS+=(-l info); fi
celery "${ARGS[@]}" -Q mail
"""


def test_what_an_array_begins_with_is_known_where_branches_extend_it() -> None:
    [launch] = script(EXTENDED)
    assert {dest: use.value for dest, use in launch.options.items() if not use.unresolved} == {
        "concurrency": "3",
        "queues": "mail",
    }
    assert [word.reason for word in launch.opaque] == ["$ARGS goes on in a branch that may not run"]
    assert launch.options["loglevel"].unresolved == "$ARGS goes on in a branch that may not run"


@pytest.mark.parametrize("text", ["celery worker -c ${#A[@]}", "celery worker -c ${A[2]}", "celery worker ${A[@]:1}"])
def test_how_long_such_an_array_is_nobody_knows(text: str) -> None:
    [launch] = script(f"A=(1 2)\n[ -z $X ] && A+=(7)\n{text}\n")
    found = launch.options.get("concurrency")
    assert launch.opaque or (found and "goes on in a branch" in found.unresolved)


CHOSEN = """\
case "${1:-api}" in
  api) set -- daphne shop ;;
  beat) set -- celery -A shop beat ;;
  worker)
    count="${COUNT:-4}"
    set -- celery -A shop \\
      worker -c "$count" ;;
esac
exec "$@"
"""


def test_arguments_that_branches_set_are_each_started() -> None:
    beat, worker = script(CHOSEN)
    assert [(each.subcommand, each.branch, each.conditional) for each in (beat, worker)] == [
        ("beat", "beat", True),
        ("worker", "worker", True),
    ]
    assert worker.shell is not None and worker.shell.execs
    assert (worker.start.line, worker.options["concurrency"].unresolved) == (
        6,
        "the environment variable COUNT is not known here",
    )


@pytest.mark.parametrize(
    "text",
    [
        'if [ -z "$X" ]; then set -- celery worker; fi\nset -- sleep 1\nexec "$@"\n',
        'if [ -z "$X" ]; then set -- sleep celery worker; fi\nshift\nexec "$@"\n',
        'if [ -z "$X" ]; then set -- celery worker; exit; fi\nexec "$@"\n',
    ],
)
def test_arguments_that_are_gone_start_nothing(text: str) -> None:
    assert [each.subcommand for each in script(text) if each.subcommand] == []
