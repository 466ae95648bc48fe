"""Whatever is written, reading it neither fails nor takes long, and what cannot be read is never made up."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celerylint.facts.launch import Word, read_launches, read_script, split
from celerylint.origin import Span
from celerylint.sources.text import Text

PLACE = Span("deploy.yaml", 1, 1, 1, 1)

SCRIPTS = [
    "celery worker -c 'x",
    'celery worker -n "x',
    "celery worker -c $(",
    "celery worker ${",
    "celery worker -c ${N:-",
    "if celery worker; then",
    "case x in celery worker)",
    "for x in; do celery worker",
    "f() { f; celery worker; }; f",
    "f() { g; }; g() { f; celery worker; }; f",
    "celery worker <<EOF\nx",
    "celery worker -c {{ .Values.concurrency }} {% if x %}-E{% endif %}",
    "celery\x00worker -c\x00 4",
    "\x00",
    "\ud800 celery worker -n \udfff",
    "celery worker \\",
    ")}];; celery worker && || |",
    "a=( celery worker",
    "\ufeffcelery worker",
]


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_broken_script_is_read_as_far_as_it_goes(text: str) -> None:
    for launch in read_script(text, Text("start.sh", text).span):
        assert launch.subcommand in ("", "worker")
        assert launch.start.path == "start.sh"


@pytest.mark.parametrize(
    "text", ["celery worker -c 'x", 'celery worker -c "x', "celery worker -c $(x", "celery worker -c ${N:-"]
)
def test_what_follows_a_quote_that_is_never_closed_is_no_known_value(text: str) -> None:
    launches = read_script(text, Text("start.sh", text).span)

    for launch in launches:
        use = launch.options["concurrency"]
        assert use.unresolved or use.value is None or launch.opaque


@pytest.mark.parametrize(
    "words",
    [
        [],
        [""],
        ["", "celery", "worker"],
        ["celery", ""],
        ["celery", "", "worker"],
        ["celery", "worker", "", "-", "--", "", "="],
        ["celery", "worker", "--=4", "-=", "---", "--", "=x", "."],
        ["celery", "multi"],
        ["celery", "multi", "-", "-:", "--:", "-c", ":", "--", "-"],
        ["sh", "-c", ""],
        ["sh", "-"],
        ["python", "-"],
        ["env", "=", "celery", "worker"],
        ["watchfiles", "--args"],
        ["watchfiles", "celery.__main__.main", "--args", ""],
        ["timeout"],
        ["su", "-c"],
        ["\x00", "celery\x00", "worker"],
        ["/", "//celery", "worker"],
    ],
)
def test_odd_words_are_read(words: list[str]) -> None:
    launches = read_launches([Word(text, PLACE) for text in words], kubernetes=True)

    assert len(launches) <= 1


def test_deep_and_long_input_is_read_in_time() -> None:
    began = time.perf_counter()
    for words in (
        ["env"] * 3000 + ["celery", "worker"],
        ["x", "celery"] * 3000,
        ["celery", "worker"] + ["-EB"] * 3000,
        ["celery", "worker", "-n", "x" * 1_000_000],
    ):
        read_launches([Word(text, PLACE) for text in words])
    for text in (
        "(" * 3000 + "celery worker" + ")" * 3000,
        "true && " * 3000 + "celery worker",
        "celery worker " + "${A:-" * 300 + "}" * 300,
        "f() { g; g; g; }; g() { h; h; h; }; h() { i; i; i; }; i() { celery worker; celery worker; }; f; f; f",
        "sh -c " * 3000 + "celery worker",
        "A=$A$A; " * 3000 + "celery worker $A",
        "for a in 1 2 3 4 5 6 7 8 9; do " * 12 + "celery worker;" + " done;" * 12,
        "x() { celery worker; }; " + "x; " * 20000,
        "A=aaaaaaaaaaaaaaaa; " + "A=$A$A$A$A$A$A$A$A; " * 12 + "celery worker $A",
    ):
        read_script(text, Text("start.sh", text).span)
    assert time.perf_counter() - began < 60


def test_nested_quotes_do_not_nest_for_ever() -> None:
    text = "celery worker"
    for _ in range(12):
        text = "sh -c '" + text.replace("'", "'\\''") + "'"
        if len(text) > 200_000:
            break

    assert len(read_script(text, Text("start.sh", text).span)) <= 1


WORDS = "celery| worker| -c |4|-EB|é|🥬|A=1|A+=b |${N:-4}|$N|$(x)|${A[@]}|A=(|$@|$'a'|$\"b\"|{a,b}"
SYNTAX = "if |then |elif |else |fi|for x in a; do |while |do |done|case x in |*) |;;|esac|f() |function g |exec |sh -c "
MARKS = "` ' \" \\ ; && & ( ) { } > # $ ${ $(( [[ ]] ! ~ * = -- <<EOF\n EOF\n <<< \n \r\n \t \x00"
BUILTINS = ["export ", "local ", "unset A ", "set -- ", "shift ", "trap "]
FRAGMENTS = st.sampled_from(
    [*WORDS.split("|"), *SYNTAX.split("|"), *MARKS.split(" "), " ", "|", "||", "set -- ", "shift "]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(FRAGMENTS, max_size=25).map("".join))
def test_any_mixture_of_shell_is_read_and_placed_inside_its_text(text: str) -> None:
    source = Text("start.sh", text)
    end = source.position(len(text))
    for launch in read_script(text, source.span, environment={"N": "4", "A": " x y "}.get):
        for use in (*launch.options.values(), *launch.global_options.values(), *launch.environment.values()):
            span = use.span
            assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column) <= end


@pytest.mark.parametrize("mark", ["\U000eadb1", "\U0010ffff", "\U0001f680", "\u9fff"])
def test_characters_beyond_the_tables_of_the_parser_are_read(mark: str) -> None:
    for text in (f"{{{mark}", f"celery worker {{{mark}..9}}", f"echo $N{mark}; celery worker -n $N{mark}"):
        assert len(read_script(text, Text("start.sh", text).span, environment={"N": "a"}.get)) <= 1


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=50))
def test_any_text_is_read(text: str) -> None:
    locate = Text("start.sh", text).span
    assert read_launches(split(text, locate)) is not None
    assert (
        read_launches(
            [
                Word("sh", PLACE),
                Word("-c", PLACE),
                Word.of(f"celery worker {text}", Text("x", f"celery worker {text}").span),
            ]
        )
        is not None
    )


@pytest.mark.parametrize("text", ["${#opts}", "${#opts[@]}", "${#}", "${!opts}", "${#opts[1]}", "${opts:-${#opts}}"])
def test_the_length_of_what_nobody_knows_is_not_known(text: str) -> None:
    script = f'#!/bin/bash\nread opts\nif [ {text} -gt 3 ]; then opts=$1; fi\ncelery -A shop worker -c "{text}"\n'
    [launch] = read_script(script, Text("run.sh", script).span, shell="bash")
    assert launch.options["concurrency"].unresolved
