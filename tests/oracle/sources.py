"""A repository while it is being written: modules, the places in them where a statement may stand, the environment."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from oracle.draw import Draw

INDENT = "    "


@dataclass
class Module:
    """One Python file; what it imports stands at its top."""

    name: str  # dotted
    path: str
    imports: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    @property
    def package(self) -> str:
        """The package that a relative import starts from; empty at the top."""
        return self.name if self.path.endswith("/__init__.py") else self.name.rpartition(".")[0]

    def text(self) -> str:
        """The file."""
        return "\n".join([*self.imports, *self.lines]) + "\n"


class Project:
    """The repository, and the choices that it is made by."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.modules: dict[str, Module] = {}
        self.files: dict[str, str] = {}  # other than Python
        self.env: dict[str, str] = {}
        self.unset: set[str] = set()  # variables that must stay unset

    def module(self, name: str, package: bool = False) -> Module:
        """The module of that name; its packages come with it."""
        if name not in self.modules:
            above = name.rpartition(".")[0]
            if above:
                self.module(above, package=True)
            stem = name.replace(".", "/")
            self.modules[name] = Module(name, f"{stem}/__init__.py" if package else f"{stem}.py")
        return self.modules[name]

    def written(self) -> dict[str, str]:
        """Every file by its path."""
        return {**{each.path: each.text() for each in self.modules.values()}, **self.files}

    def variable(self, text: str | None, words: Iterable[str]) -> str:
        """An environment variable with this text, or one that is not set."""
        for word in words:
            free = word not in self.env and word not in self.unset
            if free or (text is not None and self.env.get(word) == text) or (text is None and word in self.unset):
                name = word
                break
        else:
            name = f"VARIABLE_{len(self.env) + len(self.unset)}"
        if text is None:
            self.unset.add(name)
        else:
            self.env[name] = text
        return name


class Place:
    """Somewhere in a module where statements are written one after the other."""

    def __init__(self, project: Project, module: Module, lines: list[str] | None = None, kind: str = "module") -> None:
        self.project = project
        self.module = module
        self.lines = module.lines if lines is None else lines
        self.kind = kind  # module, function

    @property
    def draw(self) -> Draw:
        """The project's choices."""
        return self.project.draw

    def write(self, *lines: str) -> None:
        """Statements, as they stand at this place."""
        self.lines.extend(lines)

    def block(self, head: str, *body: str) -> None:
        """A compound statement."""
        self.lines.append(head)
        self.lines.extend(INDENT + line for line in body or ("pass",))

    def inside(self) -> Place:
        """A function's body, which `define` puts here."""
        return Place(self.project, self.module, [], "function")

    def define(self, head: str, body: Place) -> None:
        """A function with that body."""
        self.block(head, *body.lines)

    def imported(self, statement: str) -> None:
        """An import, at the top of the file."""
        if statement not in self.module.imports:
            self.module.imports.append(statement)

    def fresh(self, *words: str) -> str:
        """A name that the module does not have yet."""
        word = self.draw.pick(words)
        name, number = word, 2
        while name in self.module.names:
            name, number = f"{word}_{number}", number + 1
        self.module.names.add(name)
        return name


def indented(lines: Iterable[str]) -> list[str]:
    """The lines one level deeper."""
    return [INDENT + line for line in lines]


def as_json(data: object) -> str:
    """Data as the text of a variable or a file."""
    return json.dumps(data, default=str)


def dotenv(variables: Mapping[str, str]) -> str:
    """The text of a `.env` file."""
    return "".join(f"{name}={text}\n" for name, text in variables.items())
