"""What a Dockerfile says about the image: what starts, with which variables, and which files stand where."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

import pytest

from celerylint.facts.images import CommandFact, ImageFact, images, read_dockerfile
from celerylint.origin import Span, Unknown
from celerylint.sources.text import Text


def built(text: str, arguments: Mapping[str, str | Unknown] | None = None) -> tuple[ImageFact, ...]:
    return images(read_dockerfile(Text("Dockerfile", text)), arguments)


def image(text: str, arguments: Mapping[str, str | Unknown] | None = None) -> ImageFact:
    return built(text, arguments)[-1]


def texts(command: CommandFact | None) -> list[str] | None:
    return None if command is None else [word.text for word in command.words]


def written(text: str, span: Span) -> str:
    source = Text("Dockerfile", text)
    return text[source.offset(span.line, span.column) : source.offset(span.end_line, span.end_column)]


def variables(found: ImageFact) -> dict[str, str | None]:
    return {name: value.otherwise(None) for name, value in found.environment.items()}


def test_exec_form_and_shell_form() -> None:
    found = image('FROM scratch\nENTRYPOINT ["/entry.sh", "a b"]\nCMD exec celery -A shop  worker\n')
    assert texts(found.entrypoint) == ["/entry.sh", "a b"]
    assert texts(found.command) == ["/bin/sh", "-c", "exec celery -A shop  worker"]
    assert found.entrypoint and not found.entrypoint.shell_form
    assert found.command and found.command.shell_form


def test_what_is_no_json_list_of_texts_is_the_shell_form() -> None:
    for line in ("['celery', 'worker']", '["celery", 1]', '["celery"', '["celery"] worker', '{"a": 1}'):
        assert texts(image(f"FROM scratch\nCMD {line}\n").command) == ["/bin/sh", "-c", line]


def test_words_stand_where_they_are_written() -> None:
    text = 'FROM scratch\ncmd [ "celery", \\\n  # the app\n  "-A", "sh\\u006fp",\\\n\n  "worker" ]\n'
    command = image(text).command
    assert command
    assert texts(command) == ["celery", "-A", "shop", "worker"]
    assert [written(text, word.span) for word in command.words] == ["celery", "-A", '"sh\\u006fp"', "worker"]
    assert command.span.line == 2


def test_characters_of_a_continued_line_are_found() -> None:
    text = "FROM scratch\nCMD wait-for db && \\\n    # then\n    celery worker \\\n      -c 4\n"
    command = image(text).command
    assert command
    script = command.words[-1]
    assert script.text == "wait-for db &&     celery worker       -c 4"
    at = script.text.index("celery")
    span = script.locate(at, at + len("celery"))
    assert (span.line, span.column, written(text, span)) == (4, 5, "celery")
    assert script.locate(len(script.text) - 1, len(script.text)).line == 5


def test_the_escape_directive_counts_in_front_of_everything_else() -> None:
    text = "# escape=`\n# syntax=docker/dockerfile:1\nFROM scratch\nCMD a `\n b\\\n"
    assert texts(image(text).command) == ["/bin/sh", "-c", "a  b\\"]
    assert texts(image("FROM scratch\n# escape=`\nCMD a `\n").command) == ["/bin/sh", "-c", "a `"]


def test_entrypoint_drops_the_command_below_but_not_its_own() -> None:
    base = 'FROM scratch AS base\nCMD ["web"]\n'
    assert texts(image(base + 'FROM base\nENTRYPOINT ["/e"]\n').command) is None
    assert texts(image(base + 'FROM base\nCMD ["own"]\nENTRYPOINT ["/e"]\n').command) == ["own"]
    assert texts(image(base + "FROM base\nUSER app\n").command) == ["web"]
    assert texts(image(base + 'FROM base\nENTRYPOINT []\nCMD ["x"]\n').entrypoint) == []


def test_the_last_command_counts_and_shell_changes_the_shell_form() -> None:
    found = image('FROM scratch\nCMD a\nSHELL ["/bin/bash", "-lc"]\nCMD b\nHEALTHCHECK --interval=5s CMD c\n')
    assert texts(found.command) == ["/bin/bash", "-lc", "b"]
    assert found.healthcheck and texts(found.healthcheck.command) == ["/bin/bash", "-lc", "c"]
    assert found.healthcheck.options == (("interval", "5s"),)
    none = image("FROM scratch\nHEALTHCHECK NONE\n").healthcheck
    assert none and none.command is None


def test_environment_in_both_forms() -> None:
    text = 'FROM scratch\nENV A=1 B="two words" C=three\\ words \\\n    D=\'$A\' E=${A}x\nENV F all that "follows"\n'
    assert variables(image(text)) == {
        "A": "1",
        "B": "two words",
        "C": "three words",
        "D": "$A",
        "E": "x",  # A is set by the same instruction, and counts behind it
        "F": "all that follows",
    }


def test_variables_are_those_in_front_of_the_instruction() -> None:
    text = (
        "FROM scratch\nENV A=1\nENV A=2 OLD=$A\nENV NEW=$A-${A:-x}-${B:-y}-${B-z}-${A:+w}-\\$A\nENV EMPTY=\n"
        "ENV P=${EMPTY:-p} Q=${EMPTY-q} R=${B:+r} S=${Z?no} T=${A#2}\n"
    )
    found = variables(image(text))
    assert (found["OLD"], found["NEW"]) == ("1", "2-2-y-z-w-$A")
    assert (found["P"], found["Q"], found["R"], found["S"], found["T"]) == ("p", "", "", "", None)


def test_what_the_image_below_sets_is_unknown() -> None:
    found = image("FROM python:3.12\nENV PATH=/app/bin:$PATH LANG=C\n")
    assert variables(found) == {"PATH": None, "LANG": "C"}
    assert found.environment["PATH"].reason == "the image that it builds from may set PATH"
    assert (found.base.value, found.directory.known) == ("python:3.12", False)


ARGUMENTS = "ARG V=3.12\nFROM python:${V}-slim\nARG C=4\nARG V\nARG W\nENV C=$C V=$V W=$W X=${U}\n"


def test_build_arguments_that_nobody_knows() -> None:
    found = image(ARGUMENTS)
    assert variables(found) == {"C": None, "V": None, "W": None, "X": None}
    assert found.environment["C"].reason == "C is a build argument, and whoever builds the image may give another"
    assert found.environment["W"].reason == "W is a build argument, and whoever builds the image gives it"
    assert found.base.value == "python:3.12-slim"


def test_build_arguments_that_are_known() -> None:
    found = image(ARGUMENTS, {"C": "8", "V": "3.9", "W": Unknown("it comes from the shell")})
    assert variables(found) == {"C": "8", "V": "3.9", "W": None, "X": None}
    assert found.environment["W"].reason == "it comes from the shell"
    assert found.base.value == "python:3.9-slim"
    assert variables(image(ARGUMENTS, {})) == {"C": "4", "V": "3.12", "W": "", "X": None}


def test_a_variable_wins_over_an_argument_and_both_are_inherited() -> None:
    text = (
        "FROM scratch AS a\nARG N=1\nENV M=2\nFROM a\nENV N2=$N M2=$M\nARG M=3\nENV M3=$M\nFROM scratch\nENV L=$N.$M\n"
    )
    second, third = built(text, {})[1:]
    assert variables(second) == {"M": "2", "N2": "1", "M2": "2", "M3": "2"}
    assert variables(third) == {"L": "."}


def test_paths_take_the_default_of_an_argument() -> None:
    found = image(
        "FROM python:3\nARG HOME=/app\nENV APP=$HOME\nWORKDIR ${APP}/src\nWORKDIR ../x\nCOPY run.sh $HOME/bin/\n"
    )
    assert found.directory.value == "/app/x"
    assert [(copy.sources, copy.destination, copy.folder) for copy in found.copies] == [(("run.sh",), "/app/bin", True)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("COPY run.sh /run.sh", (("run.sh",), "/run.sh", False)),
        ("COPY --chmod=755 --chown=a:b run.sh /bin/", (("run.sh",), "/bin", True)),
        ("COPY a.sh b.sh .", (("a.sh", "b.sh"), "/app", True)),
        ("COPY . .", ((".",), "/app", True)),
        ("COPY *.sh /bin/x", (("*.sh",), "/bin/x", True)),
        ('COPY ["my file", "to/"]', (("my file",), "/app/to", True)),
        ("ADD run.sh sub/run.sh", (("run.sh",), "/app/sub/run.sh", False)),
        ("COPY run.sh /app", (("run.sh",), "/app", True)),
        ("ADD https://x.org/y /y", ((), "/y", False)),
    ],
)
def test_copies(line: str, expected: object) -> None:
    [copy] = image(f"FROM python:3\nWORKDIR /app\n{line}\n").copies
    assert (copy.sources, copy.destination, copy.folder) == expected
    assert copy.span.line == 3


def test_a_copy_that_nobody_can_place_is_left_out() -> None:
    assert image("FROM python:3\nCOPY a b\n").copies == ()
    assert image("FROM python:3\nARG X\nCOPY a $X\nCOPY a\nCOPY\n").copies == ()


def test_copies_from_other_stages() -> None:
    text = (
        "FROM scratch AS One\nCOPY a /a\nFROM scratch\nCOPY --from=one /a /b\nCOPY --from=0 /a /c\n"
        "COPY --from=python:3 /x /d\n"
    )
    by_name, by_number, other = image(text).copies
    assert isinstance(by_name.image, ImageFact) and by_name.image.name == "one"
    assert by_number.image == by_name.image
    assert other.image == Unknown("it is copied from python:3, which is not built here")


def test_heredocs_are_texts_and_no_instructions() -> None:
    text = (
        "FROM scratch\nRUN <<EOF\nCMD not this\nEOF\nCOPY <<'go.sh' <<-other /bin/\n"
        "#!/bin/sh\nexec celery worker\ngo.sh\n\t\tindented\n\tother\nCMD real\n"
    )
    found = image(text)
    assert texts(found.command) == ["/bin/sh", "-c", "real"]
    [copy] = found.copies
    assert [(each.name, each.text.text, each.quoted) for each in copy.texts] == [
        ("go.sh", "#!/bin/sh\nexec celery worker\n", True),
        ("other", "indented\n", False),
    ]
    script = copy.texts[0].text
    at = script.text.index("celery")
    assert written(text, script.locate(at, at + 6)) == "celery"


def test_stop_signal_and_user() -> None:
    found = image("FROM scratch\nENV S=SIGQUIT\nSTOPSIGNAL $S\nUSER app:app\n")
    assert (found.stop_signal.value, found.user.value) == ("SIGQUIT", "app:app")
    assert image("FROM scratch\n").stop_signal.value is None


def test_an_image_is_data() -> None:
    found = image('FROM python:3\nENV A=$B\nCOPY . /app/\nCMD ["a"]\n')
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FROM",
        "FROM \n",
        "CMD before\n",
        "FROM a AS\nFROM b as \n",
        "FROM ${\nENV ${ ${:-\nENV A\nENV =\nENV A=${B:-${C:-${D\n",
        "FROM x\nCOPY <<EOF /a\nnever closed",
        "FROM x\nCMD [" + "[" * 5000,
        "FROM x\nENV A=" + "${A:-" * 5000,
        "FROM x\n" + "\\\n" * 5000,
        "FROM x\nWORKDIR \nUSER\nSTOPSIGNAL\nSHELL\nSHELL []\nHEALTHCHECK\nENTRYPOINT\nCMD\nARG\nARG =\nADD\n",
        "\u2028FROM x\n\x0cCMD a\r\nENV \u00e9=\u00e9\r",
        "FROM x AS x\nFROM x AS x\nCOPY --from=x a b\nCOPY --from=9 a b\n",
        "{{ jinja }}\nFROM {{ x }}\nENV A={{ b }}\n",
    ],
)
def test_bad_input_is_read_without_a_word(text: str) -> None:
    for found in built(text):
        assert isinstance(found, ImageFact)
