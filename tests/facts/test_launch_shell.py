"""What a shell's script starts: its words after expansion, and how each command stands in it."""

from __future__ import annotations

import pickle
import shutil
import subprocess

import pytest

from celerylint.facts.launch import Launch, Word, parse_script, read_launches, read_script, split
from celerylint.facts.launch.variables import Scope
from celerylint.origin import Span, Unknown
from celerylint.sources.text import Text

ENVIRONMENT: dict[str, str | Unknown] = {
    "N": "4",
    "EMPTY": "",
    "OPTS": " -c 7  -E ",
    "Q": "a b",
    "SECRET": Unknown("a Secret holds it"),
}


def script(text: str, shell: str = "sh", *, from_file: bool = False) -> list[Launch]:
    locate = Text("start.sh", text).span
    return read_script(text, locate, shell=shell, environment=ENVIRONMENT.get, from_file=from_file)


def line(text: str) -> list[Launch]:
    return read_launches(split(text, Text("run.txt", text).span), environment=ENVIRONMENT.get)


def written(text: str, span: Span | None) -> str:
    assert span is not None
    source = Text("start.sh", text)
    return text[source.offset(span.line, span.column) : source.offset(span.end_line, span.end_column)]


@pytest.mark.parametrize(
    "text",
    [
        "celery -A shop worker -c 4",
        "migrate && celery -A shop worker -c 4",
        "a; b || c\ncelery -A shop worker -c 4",
        "celery \\\n  -A shop \\\n  worker -c 4",
        "celery -A 'shop' worker -c \"4\"",
        "celery -A sh\\op worker -c 4 2>&1",
        "celery 2>/dev/null -A shop worker > /log -c 4",
        "celery -A shop worker -c 4 | tee log",
        "celery -A shop worker -c $N",
        "celery -A shop worker -c ${N:-9}",
        "celery -A shop worker -c ${UNSET:-4}",
        "celery -A shop worker -c ${UNSET-${EMPTY:-4}}",
        "celery -A shop worker -c ${N:+4}",
        "celery -A shop worker -c ${N:?missing}",
        ": ${M:=4}; celery -A shop worker -c $M",
        "M=4; celery -A shop worker -c $M",
        'export M=4 && celery -A shop worker -c "$M"',
        "APP=shop M=1; M=4\ncelery -A $APP worker -c $M",
        "OPTIONS='-A shop'; celery $OPTIONS worker -c 4",
        'ARGS=(-A shop); ARGS+=(worker -c 4); celery "${ARGS[@]}"',
        'set -- worker -c 4; exec celery -A shop "$@"',
        'set -- x worker; shift; celery -A shop "$@" -c 4',
        "(cd /app && celery -A shop worker -c 4)",
        'run() { celery -A shop worker -c "$1"; }; run 4',
        "CMD='celery -A shop worker -c 4'; exec $CMD",
        "cat <<EOF | celery -A shop worker -c 4\nx\nEOF",
        "python manage.py migrate\nexec python -m celery -A shop worker -c 4",
        "# celery worker\ncelery -A shop worker -c 4 # -c 5",
        "bash -c 'celery -A shop worker -c 4'",
        "celery -A shop worker -c $'4'",
        "if true; then celery -A shop worker -c 4; fi",
        "case $SECRET in worker) celery -A shop worker -c 4 ;; esac",
        "while :; do celery -A shop worker -c 4; done",
        "for app in shop; do celery -A $app worker -c 4; done",
    ],
)
def test_the_worker_of_a_script_is_read(text: str) -> None:
    [launch] = script(text)

    assert launch.subcommand == "worker"
    assert launch.global_options["app"].value == "shop"
    assert launch.options["concurrency"].value == "4"
    assert launch.options["concurrency"].unresolved == ""
    assert not launch.opaque and not launch.arguments and not launch.unknown_options


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("celery worker -c $SECRET", "a Secret holds it"),
        ("celery worker -c ${SECRET:-4}", "a Secret holds it"),
        ("celery worker -c $UNSET", "$UNSET is not set here"),
        ("celery worker -c $(nproc)", "$(nproc) is only known when the shell runs"),
        ("celery worker -c `nproc`", "`nproc` is only known when the shell runs"),
        ("celery worker -c $((SECRET * 2))", "$((SECRET * 2)) is only known when the shell runs"),
        ("celery worker -c ${N%$SECRET}", "${N%$SECRET} is only known when the shell runs"),
        ("N=$(nproc); celery worker -c $N", "$(nproc) is only known when the shell runs"),
        ("read N; celery worker -c $N", "the script reads $N when it runs"),
        (". ./settings.sh; celery worker -c ${N:-4}", "./settings.sh, which the script reads, may set it"),
        ("[ -z $SECRET ] && N=8; celery worker -c $N", "$N is set in a branch that may not run"),
        ("if x; then N=8; fi; celery worker -c $N", "$N is set in a branch that may not run"),
        ("x || N=8; celery worker -c $N", "$N is set in a branch that may not run"),
        ("celery worker -c $1", "$1 is an argument that is not known here"),
        ("N+=1; celery worker -c $N", "$N is put together in several places"),
        ("for N in $(seq 3); do celery worker -c $N; done", "$N is set by a loop"),
    ],
)
def test_a_value_nobody_can_know_has_its_reason(text: str, reason: str) -> None:
    [launch] = script(text)

    assert launch.options["concurrency"].unresolved == reason


def test_an_assignment_in_a_process_of_its_own_changes_nothing() -> None:
    for text in ("(N=8); celery worker -c $N", "N=8 true; celery worker -c $N", "N=8 | x; celery worker -c $N"):
        assert script(text)[0].options["concurrency"].value == "4"


def test_without_an_environment_a_default_is_not_taken_for_the_value() -> None:
    text = "celery worker -c ${N:-4}"

    [launch] = read_script(text, Text("start.sh", text).span)

    assert "environment variable N" in launch.options["concurrency"].unresolved


def test_an_unquoted_variable_becomes_several_options() -> None:
    [launch] = script("celery worker $OPTS -n x$EMPTY")

    assert launch.options["concurrency"].value == "7"
    assert launch.options["concurrency"].variables == ("OPTS",)
    assert launch.options["task_events"].value is True
    assert launch.options["hostname"].value == "x"


def test_a_quoted_variable_stays_one_word_and_an_empty_one_stays_a_word() -> None:
    [launch] = script('celery worker -Q "$Q" "$EMPTY" $EMPTY $UNSET_ONE')

    assert launch.options["queues"].value == "a b"
    assert [word.text for word in launch.arguments] == [""]
    assert [word.text for word in launch.opaque] == ["$UNSET_ONE"]


def test_unknown_arguments_are_opaque() -> None:
    [launch] = script('exec celery -A shop worker "$@" $EXTRA "${MORE[@]}" -c 4')

    assert [word.text for word in launch.opaque] == ['"$@"', "$EXTRA"]
    assert launch.options["concurrency"].value == "4"


def test_options_are_placed_where_they_are_written_in_the_script() -> None:
    text = "#!/bin/bash\nARGS=(-c 4\n  -E)\nOPTS='-n w@%h'\nexec celery -A shop worker \"${ARGS[@]}\" $OPTS -lINFO"
    [launch] = script(text, "bash")

    assert {dest: written(text, use.span) for dest, use in launch.options.items()} == {
        "concurrency": "-c 4",
        "task_events": "-E",
        "hostname": "-n w@%h",
        "loglevel": "-lINFO",
    }


def test_places_are_exact_inside_a_quoted_script_of_a_line() -> None:
    text = 'sh -c "echo \\"größe 🥬\\" && exec celery -A shop worker -EB -c \\"4\\" -Q a"'
    [launch] = line(text)

    assert written(text, launch.start) == "celery"
    assert written(text, launch.options["beat"].span) == "B"
    assert written(text, launch.options["queues"].span) == "-Q a"
    assert written(text, launch.options["concurrency"].value_span) == '\\"4\\"'


def test_variables_of_the_script_reach_celerys_environment() -> None:
    text = "A=1; export B=2 C; C=3; D=4 E=$N celery worker; F=6"
    [launch] = script(text)

    assert {name: use.value for name, use in launch.environment.items()} == {"B": "2", "D": "4", "E": "4"}
    assert written(text, launch.environment["B"].span) == "B=2"
    assert written(text, launch.environment["D"].value_span) == "4"


def test_several_workers_of_one_script_are_each_read() -> None:
    text = "for q in fast slow; do\n  celery -A shop worker -Q $q -n $q@%h &\ndone\ncelery -A shop beat & wait"

    found = script(text)

    assert [(each.subcommand, each.conditional) for each in found] == [
        ("worker", False),
        ("worker", False),
        ("beat", False),
    ]
    assert [each.options["queues"].value for each in found[:2]] == ["fast", "slow"]
    assert all(each.shell and each.shell.background and each.shell.replaced is False for each in found)


ENTRY_POINT = """
start() { exec celery -A shop "$@"; }
case "$1" in
  worker) shift; start worker -c 4 "$@" ;;
  beat) start beat ;;
  *) exec "$@" ;;
esac
"""


def test_the_arguments_select_a_branch_and_functions_are_read_where_they_are_called() -> None:
    words = [Word(each, Span("deploy.yaml", 1, 1, 1, 1)) for each in ("/start.sh", "worker", "-Q", "a")]
    locate = Text("start.sh", ENTRY_POINT).span

    found = read_script(ENTRY_POINT, locate, shell="bash", positional=words, from_file=True)

    assert [(each.subcommand, each.conditional) for each in found] == [("worker", False)]
    assert found[0].options["queues"].value == "a"
    assert found[0].options["queues"].span.path == "deploy.yaml"
    assert found[0].shell and found[0].shell.execs and found[0].shell.replaced


def test_without_arguments_every_branch_may_run() -> None:
    found = read_script(ENTRY_POINT, Text("start.sh", ENTRY_POINT).span, shell="bash", from_file=True)

    assert [(each.subcommand, each.conditional) for each in found] == [("worker", True), ("beat", True)]


def test_exec_of_the_arguments_starts_what_they_say() -> None:
    text = 'set -e\nmigrate\nexec "$@"'
    words = [Word(each, Span("deploy.yaml", 1, 1, 1, 1)) for each in ("/start.sh", "celery", "worker", "-c4")]

    [launch] = read_script(text, Text("start.sh", text).span, positional=words)

    assert launch.options["concurrency"].value == "4"
    assert not launch.conditional


def test_arguments_behind_a_script_are_its_parameters() -> None:
    [launch] = line("""sh -c 'exec celery -A "$0" worker "$@" -Q $2' shop -c 4""")

    assert launch.global_options["app"].value == "shop"
    assert launch.options["concurrency"].value == "4"
    assert launch.options["queues"].value == "4"


def test_variables_in_front_of_a_shell_are_seen_by_its_script() -> None:
    [launch] = line("env N=9 bash -c 'export M=8; sh -c \"celery worker -c $N -Q $M\"'")

    assert launch.options["concurrency"].value == "9"
    assert launch.options["queues"].value == "8"
    assert [use.shell for use in launch.shells] == ["bash", "sh"]


@pytest.mark.parametrize(
    ("shell", "text", "implicit"),
    [
        ("dash", "celery worker", False),
        ("bash", "celery worker", True),
        ("bash", "migrate && celery worker", True),
        ("bash", "migrate\nX=1 celery worker # run", True),
        ("bash", "x || celery worker", True),
        ("bash", "celery worker > /log", False),
        ("bash", "trap 'x' TERM; celery worker", False),
        ("bash", "trap - TERM; celery worker", True),
        ("bash", "celery worker | tee log", False),
        ("bash", "celery worker &", False),
        ("bash", "flower & celery worker", False),
        ("bash", "celery worker; echo", False),
        ("bash", "celery worker && echo", False),
        ("bash", "if x; then celery worker; fi", False),
        ("bash", "{ celery worker; }", False),
        ("bash", "(celery worker)", False),
        ("bash", "! celery worker", False),
        ("ash", "a; celery worker", True),
        ("busybox", "celery worker", True),
        ("ash", "celery worker > /log", None),
        ("sh", "celery worker", None),
        ("sh", "celery worker | tee", False),
        ("zsh", "celery worker", None),
    ],
)
def test_whether_a_shell_becomes_the_command_by_itself(shell: str, text: str, implicit: bool | None) -> None:
    [launch] = script(text, shell)

    assert launch.shell is not None
    assert launch.shell.implicit_exec is implicit
    assert launch.shell.replaced is implicit
    assert not launch.shell.execs


def test_a_shell_that_reads_a_file_stays() -> None:
    [launch] = script("migrate\ncelery worker", "bash", from_file=True)

    assert launch.shell and launch.shell.replaced is False


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("exec celery worker", True),
        ("if x; then exec gosu app celery worker; else y; fi", True),
        ("exec celery worker | tee log", False),
        ("(exec celery worker)", False),
        ("exec celery worker &", False),
    ],
)
def test_an_explicit_exec_hands_the_process_over(text: str, replaced: bool) -> None:
    [launch] = script(text, "dash")

    assert launch.shell and launch.shell.execs
    assert launch.shell.replaced is replaced


@pytest.mark.parametrize(
    ("text", "shell"),
    [
        ("sh -c 'celery worker'", "sh"),
        ("/bin/bash -lc 'celery worker'", "bash"),
        ("/bin/sh -ec 'celery worker'", "sh"),
        ("bash -euo pipefail -c 'celery worker'", "bash"),
        ("bash -o errexit -c -- 'celery worker'", "bash"),
        ("busybox sh -c 'celery worker'", "busybox"),
        ("su - app -c 'celery worker'", "su"),
        ("tini -- gosu app ash -c 'celery worker'", "ash"),
        ("/entrypoint.sh bash -c 'celery worker'", "bash"),
    ],
)
def test_the_shell_is_named(text: str, shell: str) -> None:
    [launch] = line(text)

    assert launch.shell and launch.shell.shell == shell
    assert written(text, launch.shell.span).rpartition("/")[2] == shell


ARGUMENTS = [
    r"""a 'b c' "d e" f\ g '' "" h"i"'j'""",
    r"""-c $N "$N" ${N} x${N}y "x $N  y" '$N' \$N "\$N" """,
    r"""$Q "$Q" x$Q $Q.y "${Q}z" $EMPTY "$EMPTY" e""",
    r"""$OPTS "x$OPTS" x$OPTS.y""",
    r"""${N:-d} ${EMPTY:-d e} "${EMPTY:-d e}" ${EMPTY-d} ${UNSET-d} ${UNSET:-$Q} """,
    r""""${UNSET:-x $N}" ${N:+set} ${UNSET:+no} "${UNSET:+no}" x${UNSET:-d}y""",
    r"""$'a\tb\x41\'' "a\\b\"c" 'a\b' a\\b "back\slash" """,
    'a \\\nb "c \\\nd" e\\\nf',
    r"""ü "é $N ß" 'naïve'$N""",
    r"""--x=$N --y="$Q" --z='a b' -Q$N,"$N" """,
    r"""${A[@]} "${A[@]}" "${A[*]}" """,
]


@pytest.mark.skipif(shutil.which("bash") is None, reason="compares with bash itself")
@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_words_are_those_that_bash_makes(arguments: str) -> None:
    environment = {"N": "4", "Q": "a b", "EMPTY": "", "OPTS": " -c 7  -E "}
    text = f"A=(one two); printf '%s\\0' {arguments}"
    run = subprocess.run(["bash", "-c", text], env=environment, capture_output=True, check=True, timeout=20)

    commands = parse_script(text, Text("start.sh", text).span, Scope(environment.get, None))

    assert [word.text for word in commands[-1].words[2:]] == run.stdout.decode().split("\0")[:-1]
    assert not any(word.expansions for word in commands[-1].words)


def test_what_was_read_can_be_kept_in_a_cache() -> None:
    found = script('A=(-c 4); export B=$N; exec celery worker "${A[@]}" $OPTS -n $(hostname) $MORE')

    assert pickle.loads(pickle.dumps(found)) == found
