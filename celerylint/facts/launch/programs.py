"""From the words of a container to its Celery: through inits, shells, interpreters and wrappers.

A small table says where a wrapper's own words end; where it says nothing, the first later `celery` counts whose
words all fit (global options, then a sub-command). Programs that only speak of Celery (`echo`, `pip`) start none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from celerylint.facts.launch.around import Around, Gap, Rest, Step
from celerylint.facts.launch.celery import read_celery, read_flower
from celerylint.facts.launch.grammar import FLOWER
from celerylint.facts.launch.inside import PYTHON_FILE, Inside, StarterCall
from celerylint.facts.launch.interpreters import CELERY_MODULES, PYTHON, python_call, watched, words_in
from celerylint.facts.launch.kubernetes import expand
from celerylint.facts.launch.launch import Launch, OptionUse, ShellUse
from celerylint.facts.launch.own_words import OwnWords
from celerylint.facts.launch.place import Found, ShellCommand
from celerylint.facts.launch.script import parse_script
from celerylint.facts.launch.scripts import program_file, run_by, script_file
from celerylint.facts.launch.shells import SHELLS, ShellCall, implicit_exec, shell_call, user_shell_call
from celerylint.facts.launch.variables import Scope, Variable
from celerylint.facts.launch.words import Environment, Locate, Word, nothing_known
from celerylint.facts.launch.wrappers import NO_WRAPPERS, WRAPPERS, Wrapper
from celerylint.origin import Layer, Origin, Span, Unknown

_DEPTH = 6  # shells within shells
_STARTING = ("celery", FLOWER, "$")  # a script without any of them starts nothing by itself
_OPERATORS = ("&&", "||", ";", "|", "&")  # words of a shell's language where no shell reads them


@dataclass(frozen=True, slots=True)
class Followed:
    """What a command line starts, the repository's files that were read on the way, and what nobody could follow."""

    launches: tuple[Launch, ...]
    files: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()


def read_launches(
    words: Sequence[Word],
    *,
    environment: Environment = nothing_known,
    kubernetes: bool = False,
    locate_in: Callable[[Word], Locate] | None = None,
) -> list[Launch]:
    """Every Celery process that these words start, where nothing is known of the files around them: `follow`."""
    if locate_in is not None:
        words = [word if word.runs else word.located(locate_in(word)) for word in words]
    return list(follow(words, Inside(), environment=environment, kubernetes=kubernetes).launches)


def follow(
    words: Sequence[Word], inside: Inside, *, environment: Environment = nothing_known, kubernetes: bool = False
) -> Followed:
    """Every Celery process that these words (a container's entry point and command, in exec form) start.

    `inside` says where they run. `environment` gives a variable's value, None where it is not set, Unknown where
    nobody can tell; left out, nothing is known. `kubernetes`: `$(VAR)` is expanded first. Never raises for what is
    written.
    """
    around = Around(environment, inside)
    if kubernetes:
        words = [expand(word, environment) for word in words]
    launches = _descend(words, around)
    return Followed(tuple(launches), tuple(around.trail.files), tuple(around.trail.gaps))


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
    return _script(call, locate, start, Around(environment))


def _descend(words: Sequence[Word], around: Around) -> list[Launch]:
    """Takes the programs in front off, one after the other."""
    step: Step = Rest(words, around)
    while isinstance(step, Rest):
        step = _step(step) if step.words else []
    return step


def _step(rest: Rest) -> Step:
    words, around = rest.words, rest.around
    head = words[0]
    name = rest.name or head.text.rpartition("/")[2]
    if "/" in head.text and not rest.opened and name not in WRAPPERS and (found := _own_script(words, around)):
        return found
    if name == "celery":
        return _celery(head.text, head.span, words[1:], around, certain=True)
    begun = None if rest.opened else _begun(name, words, around)
    if begun is not None:
        return begun
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
    if name == FLOWER and (rest.name or _is_flower(words)):
        return [replace(around.around(launch), words=tuple(words)) for launch in read_flower(head, words[1:])]
    wrapper = WRAPPERS.get(name)
    if wrapper is not None:
        return _wrapped(name, wrapper, words, around)
    return (None if rest.opened else _own_script(words, around)) or _search(words, around)


def _celery(program: str, start: Span, words: Sequence[Word], around: Around, *, certain: bool) -> list[Launch]:
    whole = (Word(program, start), *words)
    found = read_celery(program, start, words, certain=certain)
    return [replace(around.around(launch), words=whole) for launch in found]


def _is_flower(words: Sequence[Word]) -> bool:
    """Whether `flower` is the program, not a word for an entry point that nobody knows."""
    return "/" in words[0].text or any(word.text.startswith("-") for word in words[1:2])


def _begun(name: str, words: Sequence[Word], around: Around) -> list[Launch] | None:
    """What a starter of this name starts; None where there is none, or the words are none of its business."""
    starter = around.inside.starters.get(name)
    if starter is None or around.inside.depth >= _DEPTH:
        return None
    call = StarterCall(tuple(words), around.inside.directory, around.given, around.inside.files)
    commands = starter(call)
    if isinstance(commands, Unknown):
        around.trail.gap(words[0].span, commands.reason)
        return []
    if commands is None:
        return None
    own = around.entered(Origin(Layer.MANIFEST, words[0].span, (), name)).behind(words[0])
    launches: list[Launch] = []
    for command in commands:
        launches += _descend(command.words, own.starting(command))
    return launches


def _own_script(words: Sequence[Word], around: Around) -> list[Launch] | None:
    """What a script of the repository starts; None where the first word is none, or nothing is found in it."""
    found = program_file(words[0], around)
    if found is None or around.inside.depth >= _DEPTH or not around.trail.enter(found[1].path):
        return None
    name, file = found
    hop = Origin(Layer.MANIFEST, name.span, (), name.text.rpartition("/")[2])
    return _descend(run_by(file, [name, *words[1:]]), around.entered(hop)) or None


def _search(words: Sequence[Word], around: Around) -> Step:
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
            return Rest(words[at:], around)
    return []


def _python(words: Sequence[Word], around: Around) -> Step:
    call = python_call(words)
    if call is None or not call.words:
        return []
    if call.module:
        return _module(call.words, around)
    begun = _begun(PYTHON_FILE, call.words, around)
    return Rest(call.words, around, opened=True) if begun is None else begun


def _module(words: Sequence[Word], around: Around) -> Step:
    """`-m module …`"""
    if not words:
        return []
    module = words[0].text
    if module in CELERY_MODULES:
        return _celery("python -m celery", words[0].span, words[1:], around, certain=True)
    begun = _begun(PYTHON_FILE, [Word("-m", words[0].span), *words], around)
    if begun is not None:
        return begun
    name = module.partition(".")[0]
    return _search(words, around) if name == "celery" else Rest(words, around, name)


def _watchfiles(words: Sequence[Word], around: Around) -> Step:
    function, started = watched(words)
    if function is None:
        return Rest(started, around)
    return _celery(function.text, function.span, started, around, certain=True)


def _wrapped(name: str, wrapper: Wrapper, words: Sequence[Word], around: Around) -> Step:
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
        return Rest(words_in(own.command), around)
    return _module(words[own.at :], around) if own.module else Rest(words[own.at :], around)


def _shell(call: ShellCall | None, span: Span, around: Around) -> Step:
    if call is None:
        return []
    if call.script is not None:
        return _script(call, call.script.locate, span, around)
    words = call.arguments or ()
    file = script_file(words[0], around) if words else None
    if file is None or not around.trail.enter(file.path):
        return _search(words, around)
    call = ShellCall(call.shell, Word(file.text, file.locate(0, 0)), words, from_file=True)
    hop = Origin(Layer.MANIFEST, words[0].span, (), words[0].text.rpartition("/")[2])
    return _script(call, file.locate, file.locate(0, 0), around.entered(hop)) or _search(words, around)


def _script(call: ShellCall, locate: Locate, span: Span, around: Around) -> list[Launch]:
    """Every Celery of a script, each with the shell that starts it."""
    text, splices = (call.script.text, call.script.splices) if call.script else ("", ())
    starting = around.inside.has_files or any(word in text for word in (*_STARTING, *around.inside.starters))
    if len(around.shells) >= _DEPTH or not starting:
        return []
    launches: list[Launch] = []
    lost = any(word.splits for word in call.arguments or ())
    scope = Scope(around.given, None if lost else call.arguments, around.inside.directory)
    if call.from_file and call.arguments:
        scope.variables["BASH_SOURCE"] = Variable(call.arguments[:1], array=True)
    found = Found(around.inside.files.open, around.trail.enter)
    commands = parse_script(text, locate, scope, splices=splices, found=found)
    for command in commands:
        given = {name: _assigned(name, each) for name, each in command.environment.items()}
        within = replace(
            around,
            inside=around.inside.at(command.directory).behind(Origin(Layer.MANIFEST, command.span)),
            variables={**around.variables, **given},
            shells=(*around.shells, _shell_use(call, span, command)),
            conditional=around.conditional or command.place.conditional,
            branch=around.branch or command.place.branch,
        )
        launches += _descend(command.words, within)
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
        command=command.span,
    )


def _assigned(name: str, variable: Variable) -> OptionUse:
    """A variable that a script gives to the programs that it starts."""
    word = variable.words[0]
    reason = variable.unknown or word.unresolved
    return OptionUse(name, name, word.text, variable.span or word.span, reason, word.span, word.variables)
