"""The image of every stage of a Dockerfile: its instructions carried out one after the other, without building.

Source: the Dockerfile reference of Docker. ENV wins over ARG; an ARG lives to the end of its stage and of those that
go on from it; ENTRYPOINT drops a CMD that comes from the image below; a variable in an instruction has the value that
it had in front of it. What only the builder knows (build arguments, the image below) makes a variable unknown, but a
path is taken as its default gives it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from celerylint.facts.images.arguments import Arguments, BuildArguments
from celerylint.facts.images.command import CommandFact, command, json_words
from celerylint.facts.images.dockerfile import HEREDOC, Dockerfile, Instruction, Stage
from celerylint.facts.images.expansion import Held, expand, words
from celerylint.facts.images.image import CopyFact, HealthcheckFact, ImageFact
from celerylint.facts.launch import Word, absolute
from celerylint.origin import Layer, Span, Unknown, Value, known, unknown

_PLATFORM = re.compile(r"(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)")
_CHECK = re.compile(r"[ \t]*CMD[ \t]+", re.IGNORECASE)
_FOLDER = ("/", "/.", "/..")

Noted = tuple[Held, Span]


def images(dockerfile: Dockerfile, arguments: BuildArguments | None = None) -> tuple[ImageFact, ...]:
    """The image of every stage. `arguments` are all that the builder gets; None: nobody can tell which it gets."""
    outer = Arguments(arguments)
    for instruction in dockerfile.arguments:
        outer.declare(instruction.rest, outer.held)
    built: list[_Builder] = []
    for stage in dockerfile.stages:
        builder = _begin(dockerfile.path, stage, outer, tuple(built))
        for instruction in stage.instructions:
            action = _ACTIONS.get(instruction.keyword)
            if action is not None:
                action(builder, instruction)
        built.append(builder)
    return tuple(builder.image() for builder in built)


def _begin(path: str, stage: Stage, outer: Arguments, built: tuple[_Builder, ...]) -> _Builder:
    """A stage in front of its first instruction: from scratch, from an image, or where another stage ended."""
    text, span = stage.source.rest, stage.source.span
    parts = [text[start:end] for start, end in words(text)]
    name = parts[2].lower() if len(parts) > 2 and parts[1].lower() == "as" else ""
    source = expand(parts[0], outer.held) if parts else Held(None, "FROM names no image")
    below = _stage_named(source.text, built)
    if below is None:
        return _Builder(path, name, span, _base(source, span), outer, built, Arguments(outer.given))
    return replace(
        below,
        name=name,
        span=span,
        earlier=built,
        arguments=below.arguments.copy(),
        environment=dict(below.environment),
        copies=list(below.copies),
        folders=set(below.folders),
        own_command=False,
    )


def _base(source: Held, span: Span) -> Value[str | None]:
    if source.text is None:
        return unknown(source.doubt, span)
    return known(None if source.text == "scratch" else source.text, Layer.MANIFEST, span, source.doubt)


def _stage_named(name: str | None, built: tuple[_Builder, ...]) -> _Builder | None:
    if name is None:
        return None
    if name.isdecimal() and int(name) < len(built):
        return built[int(name)]
    return next((each for each in reversed(built) if each.name and each.name == name.lower()), None)


@dataclass(slots=True)
class _Builder:
    """A stage's image in the making."""

    path: str
    name: str
    span: Span
    base: Value[str | None]
    outer: Arguments
    earlier: tuple[_Builder, ...]
    arguments: Arguments
    environment: dict[str, Noted] = field(default_factory=dict)
    entrypoint: CommandFact | None = None
    command: CommandFact | None = None
    own_command: bool = False
    directory: Noted | None = None
    copies: list[CopyFact] = field(default_factory=list)
    folders: set[str] = field(default_factory=set)  # that surely are there
    stop_signal: Noted | None = None
    user: Noted | None = None
    healthcheck: HealthcheckFact | None = None
    shell: tuple[Word, ...] = ()

    def image(self) -> ImageFact:
        """The image as it is now."""
        return ImageFact(
            path=self.path,
            name=self.name,
            span=self.span,
            base=self.base,
            environment={name: _certain(each) for name, each in self.environment.items()},
            entrypoint=self.entrypoint,
            command=self.command,
            directory=self._directory(),
            copies=tuple(self.copies),
            stop_signal=_certain(self.stop_signal) if self.stop_signal else known(None, Layer.DEFAULT),
            user=_certain(self.user) if self.user else known(None, Layer.DEFAULT),
            healthcheck=self.healthcheck,
            shell=self.shell,
        )

    def held(self, name: str) -> Held:
        """A variable as an instruction finds it."""
        if name in self.environment:
            return self.environment[name][0]
        if name in self.arguments.values:
            return self.arguments.values[name]
        if _PLATFORM.fullmatch(name):
            return Held(None, f"{name} is the platform that the image is built for")
        if self.base.value is not None:
            return Held(None, f"the image that it builds from may set {name}")
        return Held("", unset=True)

    def expanded(self, instruction: Instruction) -> Noted:
        return expand(instruction.rest.strip(), self.held), instruction.span

    def within(self, path: str) -> str | Unknown:
        """A path as it is from the working directory on."""
        whole = self._directory().value
        return absolute(whole, path)

    def _directory(self) -> Value[str]:
        if self.directory is None:
            if self.base.value is None:
                return known("/", Layer.DEFAULT)
            return unknown("the image that it builds from says which folder it works in", self.span)
        held, span = self.directory
        return unknown(held.doubt, span) if held.text is None else known(held.text, Layer.MANIFEST, span, held.doubt)


def _env(builder: _Builder, instruction: Instruction) -> None:
    text = instruction.rest
    parts = list(words(text))
    if parts and "=" not in text[slice(*parts[0])]:
        start, end = parts[0]
        builder.environment[text[start:end]] = expand(text[end:].strip(), builder.held), instruction.span
        return
    found: dict[str, Noted] = {}
    for start, end in parts:
        name, _, value = text[start:end].partition("=")
        span = instruction.line.locate(instruction.start + start, instruction.start + end)
        found[name] = expand(value, builder.held), span
    builder.environment |= found


def _arg(builder: _Builder, instruction: Instruction) -> None:
    builder.arguments.declare(instruction.rest, builder.held, builder.outer)


def _workdir(builder: _Builder, instruction: Instruction) -> None:
    held, span = builder.expanded(instruction)
    whole = builder.within(held.text) if held.text is not None else Unknown(held.doubt)
    if isinstance(whole, Unknown):
        builder.directory = Held(None, whole.reason), span
        return
    builder.directory = Held(whole, held.doubt), span
    builder.folders.add(whole)


def _entrypoint(builder: _Builder, instruction: Instruction) -> None:
    builder.entrypoint = command(instruction, builder.shell)
    if not builder.own_command:
        builder.command = None


def _cmd(builder: _Builder, instruction: Instruction) -> None:
    builder.command = command(instruction, builder.shell)
    builder.own_command = True


def _shell(builder: _Builder, instruction: Instruction) -> None:
    builder.shell = json_words(instruction, instruction.start) or builder.shell


def _stop_signal(builder: _Builder, instruction: Instruction) -> None:
    builder.stop_signal = builder.expanded(instruction)


def _user(builder: _Builder, instruction: Instruction) -> None:
    builder.user = builder.expanded(instruction)


def _healthcheck(builder: _Builder, instruction: Instruction) -> None:
    match = _CHECK.match(instruction.line.text, instruction.start)
    check = command(instruction, builder.shell, match.end()) if match else None
    builder.healthcheck = HealthcheckFact(check, instruction.flags, instruction.span)


def _copy(builder: _Builder, instruction: Instruction) -> None:
    """COPY and ADD; one with a part that nobody can tell brings nothing that is known."""
    listed = json_words(instruction, instruction.start)
    text = instruction.rest
    written = [word.text for word in listed] if listed else [text[start:end] for start, end in words(text)]
    whole = [expand(each, builder.held).text for each in written if not HEREDOC.fullmatch(each)]
    paths = [each for each in whole if each is not None]
    if len(paths) < len(whole) or not paths or len(written) < 2:
        return
    *sources, target = paths
    destination = builder.within(target)
    if isinstance(destination, Unknown):
        return
    many = len(written) > 2 or any(sign in source for source in sources for sign in "*?[")
    folder = many or target in (".", "..") or target.endswith(_FOLDER) or destination in builder.folders
    files = tuple(source for source in sources if "://" not in source)
    image = _copied_from(builder, instruction)
    builder.copies.append(CopyFact(files, destination, folder, instruction.span, image, instruction.heredocs))
    builder.folders.add(destination if folder else posixpath.dirname(destination))


def _copied_from(builder: _Builder, instruction: Instruction) -> ImageFact | Unknown | None:
    written = instruction.flag("from")
    if not written:
        return None
    found = _stage_named(expand(written, builder.outer.held).text, builder.earlier)
    return found.image() if found else Unknown(f"it is copied from {written}, which is not built here")


def _certain(noted: Noted) -> Value[str]:
    held, span = noted
    if held.text is None or held.doubt:
        return unknown(held.doubt, span)
    return known(held.text, Layer.MANIFEST, span)


_ACTIONS: Mapping[str, Callable[[_Builder, Instruction], None]] = {
    "ENV": _env,
    "ARG": _arg,
    "WORKDIR": _workdir,
    "ENTRYPOINT": _entrypoint,
    "CMD": _cmd,
    "SHELL": _shell,
    "STOPSIGNAL": _stop_signal,
    "USER": _user,
    "HEALTHCHECK": _healthcheck,
    "COPY": _copy,
    "ADD": _copy,
}
