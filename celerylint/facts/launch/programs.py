"""From the words of a container to its Celery: through inits, shells, interpreters and wrappers.

A small table says where a wrapper's own words end; where it says nothing, the first later `celery` counts whose
words all fit (global options, then a sub-command). Programs that only speak of Celery (`echo`, `pip`) start none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from celerylint.facts.launch.celery import read_celery
from celerylint.facts.launch.interpreters import CELERY_MODULES, PYTHON, python_call, watched, words_in
from celerylint.facts.launch.kubernetes import expand
from celerylint.facts.launch.launch import Launch, OptionUse, ShellUse
from celerylint.facts.launch.own_words import OwnWords
from celerylint.facts.launch.script import parse_script
from celerylint.facts.launch.shells import SHELLS, ShellCall, implicit_exec, shell_call, user_shell_call
from celerylint.facts.launch.statements import ShellCommand
from celerylint.facts.launch.variables import Variable
from celerylint.facts.launch.words import Environment, Locate, Word, nothing_known
from celerylint.facts.launch.wrappers import NO_WRAPPERS, WRAPPERS, Wrapper
from celerylint.origin import Span, Unknown

_DEPTH = 6  # shells within shells
_OPERATORS = ("&&", "||", ";", "|", "&")  # words of a shell's language where no shell reads them


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands in front of the words that are still to be read."""

    environment: Environment
    variables: Mapping[str, OptionUse] = field(default_factory=dict)
    wrappers: tuple[Word, ...] = ()
    shells: tuple[ShellUse, ...] = ()
    init: str | None = None
    init_options: tuple[str, ...] = ()
    conditional: bool = False

    def behind(self, wrapper: Word) -> _Around:
        return replace(self, wrappers=(*self.wrappers, wrapper))


@dataclass(frozen=True, slots=True)
class _Rest:
    """The words that are still to be read; `name` is the program's where the first word does not end in it."""

    words: Sequence[Word]
    around: _Around
    name: str = ""


_Step = _Rest | list[Launch]


def read_launches(
    words: Sequence[Word],
    *,
    environment: Environment = nothing_known,
    kubernetes: bool = False,
    locate_in: Callable[[Word], Locate] | None = None,
) -> list[Launch]:
    """Every Celery process that these words (a container's entry point and command, in exec form) start.

    `environment` gives a variable's value, None where it is not set, Unknown where nobody can tell; left out,
    nothing is known. `kubernetes`: `$(VAR)` is expanded first. `locate_in` maps the characters of a word to the
    file where the word cannot do so itself. Never raises for what is written.
    """
    if locate_in is not None:
        words = [word if word.runs else word.located(locate_in(word)) for word in words]
    if kubernetes:
        words = [expand(word, environment) for word in words]
    return _descend(words, _Around(environment))


def read_script(
    text: str,
    locate: Locate,
    *,
    shell: str = "sh",
    environment: Environment = nothing_known,
    positional: Sequence[Word] | None = None,
    from_file: bool = False,
) -> list[Launch]:
    """Every Celery process that a shell script starts: a file, a line of a Procfile, a Dockerfile's shell form.

    `positional` are $0, $1, …; None where they are not known. `from_file`: the shell is given a file, not `-c`.
    """
    start = locate(0, 0)
    arguments = None if positional is None else tuple(positional)
    call = ShellCall(shell, Word(text, start), arguments, from_file)
    return _script(call, locate, start, _Around(environment))


def _descend(words: Sequence[Word], around: _Around) -> list[Launch]:
    """Takes the programs in front off, one after the other."""
    step: _Step = _Rest(words, around)
    while isinstance(step, _Rest):
        step = _step(step) if step.words else []
    return step


def _step(rest: _Rest) -> _Step:
    words, around = rest.words, rest.around
    head = words[0]
    name = rest.name or head.text.rpartition("/")[2]
    if name == "celery":
        return _celery(head.text, head.span, words[1:], around, certain=True)
    if name in NO_WRAPPERS:
        return []
    if name in SHELLS:
        return _shell(shell_call(name, words), head.span, around)
    if PYTHON.fullmatch(name):
        return _python(words, around)
    if name == "watchfiles":
        return _watchfiles(words, around.behind(head))
    if name in ("su", "runuser") and (call := user_shell_call(name, words)):
        return _shell(call, head.span, around)
    wrapper = WRAPPERS.get(name)
    return _search(words, around) if wrapper is None else _wrapped(name, wrapper, words, around)


def _celery(program: str, start: Span, words: Sequence[Word], around: _Around, *, certain: bool) -> list[Launch]:
    launch = read_celery(program, start, words, certain=certain)
    if launch is None:
        return []
    return [
        replace(
            launch,
            environment=around.variables,
            wrappers=around.wrappers,
            shells=around.shells,
            init=around.init,
            init_options=around.init_options,
            conditional=around.conditional,
        )
    ]


def _search(words: Sequence[Word], around: _Around) -> _Step:
    """Behind a program of which nothing is known: the first program that is, or a `celery` that surely is one."""
    around = around.behind(words[0])
    for at in range(1, len(words)):
        name = words[at].text.rpartition("/")[2]
        if name in _OPERATORS or name in NO_WRAPPERS:
            return []
        if name == "celery":
            found = _celery(words[at].text, words[at].span, words[at + 1 :], around, certain=False)
            if found:
                return found
        elif name in SHELLS or name in WRAPPERS or name == "watchfiles" or PYTHON.fullmatch(name):
            return _Rest(words[at:], around)
    return []


def _python(words: Sequence[Word], around: _Around) -> _Step:
    call = python_call(words)
    if call is None or not call.words:
        return []
    return _module(call.words, around) if call.module else _Rest(call.words, around)


def _module(words: Sequence[Word], around: _Around) -> _Step:
    """`-m module …`"""
    if not words:
        return []
    module = words[0].text
    if module in CELERY_MODULES:
        return _celery("python -m celery", words[0].span, words[1:], around, certain=True)
    name = module.partition(".")[0]
    return _search(words, around) if name == "celery" else _Rest(words, around, name)


def _watchfiles(words: Sequence[Word], around: _Around) -> _Step:
    function, started = watched(words)
    if function is None:
        return _Rest(started, around)
    return _celery(function.text, function.span, started, around, certain=True)


def _wrapped(name: str, wrapper: Wrapper, words: Sequence[Word], around: _Around) -> _Step:
    """What the wrapper starts: reads its own words by the table."""
    own = OwnWords(wrapper, words)
    own.read()
    if own.refused or (wrapper.dashes and not own.ended):
        return [] if own.refused else _search(words, around)
    around = around.behind(words[0]) if not wrapper.init and name not in ("exec", "env") else around
    if wrapper.init:
        around = replace(around, init=name, init_options=tuple(own.options))
    if name == "exec" and around.shells:
        around = replace(around, shells=(*around.shells[:-1], replace(around.shells[-1], execs=True)))
    around = replace(around, variables={**around.variables, **own.variables})
    if own.command is not None:
        return _Rest(words_in(own.command), around)
    return _module(words[own.at :], around) if own.module else _Rest(words[own.at :], around)


def _shell(call: ShellCall | None, span: Span, around: _Around) -> _Step:
    if call is None:
        return []
    if call.script is None:
        return _search(call.arguments or (), around)
    return _script(call, call.script.locate, span, around)


def _script(call: ShellCall, locate: Locate, span: Span, around: _Around) -> list[Launch]:
    """Every Celery of a script, each with the shell that starts it."""
    text, splices = (call.script.text, call.script.splices) if call.script else ("", ())
    if len(around.shells) >= _DEPTH or not ("celery" in text or "$" in text):
        return []

    def environment(name: str) -> str | Unknown | None:
        use = around.variables.get(name)
        if use is None:
            return around.environment(name)
        return use.value if isinstance(use.value, str) and not use.unresolved else Unknown(use.unresolved)

    launches = []
    commands = parse_script(text, locate, environment=environment, positional=call.arguments, splices=splices)
    for command in commands:
        given = {name: _assigned(name, each) for name, each in command.environment.items()}
        inside = replace(
            around,
            variables={**around.variables, **given},
            shells=(*around.shells, _shell_use(call, span, command)),
            conditional=around.conditional or command.place.conditional,
        )
        launches += _descend(command.words, inside)
    return launches


def _shell_use(call: ShellCall, span: Span, command: ShellCommand) -> ShellUse:
    place = command.place
    return ShellUse(
        call.shell,
        span,
        execs=False,
        last=place.last,
        pipeline=place.pipeline,
        background=place.background,
        trap=command.trap,
        implicit_exec=implicit_exec(call.shell, command, from_file=call.from_file),
        subshell=place.subshell,
    )


def _assigned(name: str, variable: Variable) -> OptionUse:
    """A variable that a script gives to the programs that it starts."""
    word = variable.words[0]
    reason = variable.unknown or word.unresolved
    return OptionUse(name, name, word.text, variable.span or word.span, reason, word.span, word.variables)
