"""The evaluator: names to values, on demand."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from celerylint.link.environment import Environment
from celerylint.link.evaluate.effects import Effects, effects_of
from celerylint.link.evaluate.frame import (
    Frame,
    Late,
    LocalFrame,
    ModuleFrame,
    Moment,
    Position,
    end_of,
    place,
    start_of,
)
from celerylint.link.evaluate.inside import NOTHING, Inside
from celerylint.link.evaluate.names import statements_for
from celerylint.link.evaluate.objects import ModuleObject
from celerylint.link.evaluate.recording import Question, Recorder, Results
from celerylint.link.modules import Modules
from celerylint.origin import Layer, Origin, Unknown, Value, unknown
from celerylint.sources.python import PythonSyntaxError

LARGEST_EFFORT = 8_000  # expressions for one question; a settings package needs some thousands for all of them
LEAST_EFFORT = 500  # expressions for a question after others took too much
DEEPEST = 60  # expressions within expressions, through names and calls; Python's own stack holds some 1,000 frames

Key = tuple[object, ...]
T = TypeVar("T")


class Shared:
    """What is kept for all environments: what does not depend on them, and what holds in all that are alike."""

    def __init__(
        self,
        modules: Modules,
        is_test: Callable[[str], bool] = lambda path: False,
        speaking: Sequence[str] = (),
        wording: Mapping[bytes, Sequence[str]] | None = None,
    ) -> None:
        self.modules = modules
        self.is_test = is_test  # whether a file deploys nothing
        self.speaking = speaking  # the files that speak of Celery
        self.wording = wording or {}  # the files that mention a word, by the word: see elsewhere.WORDS
        self.effort = LARGEST_EFFORT  # what one question may take
        self.frames: dict[str, ModuleFrame | None] = {}
        self.known = Results()  # for every environment that answers alike
        self.statements: dict[tuple[object, str], list[ast.stmt]] = {}
        self.inside: dict[tuple[Frame, str], Inside] = {}
        self.scopes: dict[tuple[int, ...], Frame] = {}
        self.locals: dict[tuple[ast.AST, Frame], LocalFrame] = {}
        self.results: dict[object, Any] = {}  # of whoever computes from values: settings by app
        self._bytes: dict[str, bytes] = {}
        self._effects: dict[ast.stmt, Effects] = {}

    def bytes_of(self, path: str) -> bytes:
        """A file's bytes, kept: for those that are searched again and again."""
        if path not in self._bytes:
            self._bytes[path] = self.modules.tree.data(path) or b""
        return self._bytes[path]

    def effects(self, statement: ast.stmt) -> Effects:
        """What a statement may bind or change."""
        found = self._effects.get(statement)
        if found is None:
            found = self._effects[statement] = effects_of(statement)
        return found

    def inside_of(self, frame: Frame, name: str) -> Inside:
        """The functions that set a module's name from inside, of those whose statements have been asked for."""
        return self.inside.get((frame, name), NOTHING)


class Evaluator:
    """Evaluates names and expressions for one environment, and remembers what each result asked of it."""

    def __init__(self, shared: Shared, environment: Environment) -> None:
        self.shared = shared
        self.environment = environment
        self._django: Callable[[], Value[Any] | Unknown] | None = None
        self._recorder = Recorder(shared.known, self._answer)
        self._own: dict[object, tuple[Any, set[Question]]] = {}  # of frames that nobody else has
        self.compared: set[object] = set()  # names that are being compared with others: see aliases
        self._open: set[Key] = set()
        self._before_comparing: dict[Key, Value[Any] | None] = {}
        self._cut = False  # whether a cycle or a limit made something unknown that may be known when asked alone
        self._effort = 0
        self._spent = False  # whether the question at hand took too much
        self._depth = 0

    @property
    def django(self) -> Callable[[], Value[Any] | Unknown] | None:
        """What finds the holder of Django's settings, a module or an instance; None where nobody has said how."""
        return self._django

    @django.setter
    def django(self, finder: Callable[[], Value[Any] | Unknown]) -> None:
        self._django = finder
        self._recorder.forget("django")

    @property
    def modules(self) -> Modules:
        """The repository's modules."""
        return self.shared.modules

    def frame(self, path: str) -> ModuleFrame | None:
        """The top level of a file; None where it cannot be read."""
        frames = self.shared.frames
        if path not in frames:
            module = self.modules.tree.python(path)
            frames[path] = ModuleFrame(module) if module else None
        return frames[path]

    def local(self, parent: Frame, node: ast.AST, arguments: Mapping[str, Value[Any]] | None = None) -> LocalFrame:
        """The body of a class, or of a function that anybody may call with arguments that nobody knows."""
        key = (node, parent)
        found = self.shared.locals.get(key)
        if found is None:
            body: list[ast.stmt] = getattr(node, "body", [])
            if isinstance(node, ast.ClassDef):
                found = LocalFrame(parent, body, kind="class")
            else:
                after = end_of(node) if isinstance(node, ast.stmt) else None
                found = LocalFrame(parent, body, arguments or {}, seen=Late(after) if after else None)
            self.shared.locals[key] = found
        return found

    def lookup(self, frame: Frame, name: str, moment: Moment = None) -> Value[Any] | None:
        """The value of a name at a moment (None: at the end of the body); None where nothing binds it."""
        try:
            statements = statements_for(self.shared, frame, name)
        except PythonSyntaxError as error:
            self.modules.tree.syntax_error(frame.path, error.line, error.column, error.message)
            return unknown(f"{frame.path} cannot be parsed (line {error.line})")
        if isinstance(moment, Late):
            return self._late(frame, name, statements, moment.after)
        done, inside = _done(statements, moment)
        key: Key = (frame, name, done, moment if inside else None)
        kept = self._found(key) or self._found((key, moment))
        if kept is not None:
            value: Value[Any] | None = kept[0]
            return value
        if key in self._open:
            self._cut = True
            return self._before_comparing.get(key) or unknown(f"{name} is defined through itself")
        return self._looked_up(key, frame, name, statements[: done + inside], moment)

    def expression(self, node: ast.expr, frame: Frame) -> Value[Any]:
        """The value of an expression where it stands."""
        from celerylint.link.evaluate.expressions import evaluate

        self._effort = self._effort + 1 if self._depth else 0
        if self._effort > self.shared.effort:
            self._spent = self._cut = True
            return unknown("it takes too many steps to evaluate", place(frame, node))
        if self._depth > DEEPEST:
            self._cut = True
            return unknown("it is nested too deeply to evaluate", place(frame, node))
        self._depth += 1
        try:
            return evaluate(self, node, frame)
        except RecursionError:
            self._cut = True
            return unknown("it is nested too deeply to evaluate", place(frame, node))
        finally:
            self._depth -= 1
            if self._spent and not self._depth:
                # Code that costs one question so much costs the next ones as much: they are given less each time.
                self._spent, self.shared.effort = False, max(self.shared.effort // 2, LEAST_EFFORT)

    def remembered(self, key: object, question: Callable[[], T], shared: bool = False, whole: bool = False) -> T:
        """An answer, kept where it is the whole truth: no cycle and no limit has cut it short.

        `shared`: for every environment that is alike in what it asks; the key then holds nothing of this one's own.
        `whole`: it is right however that was, because it errs on the side of not knowing.
        """
        kept = self._found(key)
        if kept is not None:
            found: T = kept[0]
            return found
        outer, self._cut = self._cut, False
        self._recorder.begin()
        try:
            answer = question()
        finally:
            asked = self._recorder.end()
            cut, self._cut = self._cut and not whole, (self._cut and not whole) or outer
        if not cut:
            self._keep(key, answer, asked, shared)
        return answer

    def cut(self) -> None:
        """What is being evaluated is not the whole truth, and is not kept."""
        self._cut = True

    def _found(self, key: object) -> tuple[Any] | None:
        if key in self._own:
            value, asked = self._own[key]
            self._recorder.again(asked)
            return (value,)
        return self._recorder.found(key)

    def _keep(self, key: object, value: Any, asked: set[Question], shared: bool) -> None:
        if shared:
            self._recorder.keep(key, asked, value)
        else:
            self._own[key] = value, asked

    def note(self, kind: str, name: str) -> None:
        """Remember that something is asked of the environment."""
        self._recorder.note(kind, name)

    def _answer(self, question: Question) -> object:
        kind, name = question
        if kind == "variable":
            return self.environment.get(name)
        if kind == "django":
            holder = self._django() if self._django is not None else None
            thing = holder.value if isinstance(holder, Value) else holder
            of = getattr(thing, "of", None)
            return thing if of is None else (of.frame.path, of.node.name)
        return tuple(self._alike(name, kind == "beginning"))

    def variable(self, name: str) -> Value[Any]:
        """An environment variable: its text, None where it is unset, or unknown."""
        self.note("variable", name)
        value = self.environment.get(name)
        return Value(value.value, Origin(Layer.ENVIRONMENT, value.origin.span, value.origin.via, name))

    def spelled(self, name: str, start: bool = False) -> list[str]:
        """The variables of the environment that have this name without regard to case, or that begin so."""
        self.note("beginning" if start else "spelled", name)
        return self._alike(name, start)

    def _alike(self, name: str, start: bool) -> list[str]:
        wanted = name.lower()
        every = sorted(self.environment.variables)
        return [each for each in every if each.lower() == wanted or (start and each.lower().startswith(wanted))]

    def member(self, path: str, name: str) -> Value[Any] | None:
        """A module's attribute: a name of its own, or a submodule of the package."""
        frame = self.frame(path)
        value = self.lookup(frame, name) if frame else None
        if value is not None:
            return value
        folder = self.modules.members(path)
        for candidate in (f"{folder}/{name}/__init__.py", f"{folder}/{name}.py"):
            if folder and candidate in self.modules.tree.names:
                return Value(ModuleObject(candidate), Origin(Layer.CODE))
        if frame and not name.startswith("__") and self.lookup(frame, "__getattr__") is not None:
            return unknown(f"{path} has a __getattr__, which is not followed")
        return None

    def _looked_up(
        self, key: Key, frame: Frame, name: str, statements: list[ast.stmt], moment: Position | None
    ) -> Value[Any] | None:
        """Run what concerns the name, and keep the result where it is the whole truth.

        An object may be changed under another name until the moment: what it is holds for that moment alone.
        """
        from celerylint.link.evaluate.aliases import changed_elsewhere, is_shareable

        outer_cut, self._cut = self._cut, False
        self._recorder.begin()
        self._open.add(key)
        try:
            run = self.remembered(
                ("run", key), lambda: self._run(frame, name, statements, moment), shared=not _of_a_call(frame)
            )
            self._before_comparing[key] = run
            value = changed_elsewhere(self, frame, name, run, moment)
        finally:
            self._open.discard(key)
            self._before_comparing.pop(key, None)
            asked = self._recorder.end()
            cut, self._cut = self._cut, bool(self._open) and (self._cut or outer_cut)
        if not cut or not self._open:
            changes = run is not None and is_shareable(run.value)
            self._keep((key, moment) if changes else key, value, asked, shared=not cut and not _of_a_call(frame))
        return value

    def _run(self, frame: Frame, name: str, statements: list[ast.stmt], moment: Position | None) -> Value[Any] | None:
        from celerylint.link.evaluate.statements import execute, from_inside

        state = frame.arguments.get(name) if isinstance(frame, LocalFrame) else None
        for statement in statements:
            contains = moment is not None and moment < end_of(statement)
            state = execute(self, statement, name, state, frame, moment if contains else None)
        for statement in statements:
            state = from_inside(self, statement, name, state, frame)
        return state

    def _late(self, frame: Frame, name: str, statements: list[ast.stmt], after: Position) -> Value[Any] | None:
        """The value at an unknown time after a position: known where it never changes from then on."""
        from celerylint.link.evaluate.blocks import agree

        last = self.lookup(frame, name)
        later = [end_of(statement) for statement in statements if end_of(statement) > after]
        if last is None or not later:
            return last
        states = [self.lookup(frame, name, position) for position in (after, *later)]
        if all(state is None or agree(state, last) for state in states):
            return last
        return unknown(f"{name} changes after the function that uses it is defined", last.origin.span)


def _done(statements: list[ast.stmt], moment: Position | None) -> tuple[int, bool]:
    """How many statements have run at a moment, and whether the next one is running."""
    if moment is None:
        return len(statements), False
    for number, statement in enumerate(statements):
        if moment < end_of(statement):
            return number, start_of(statement) <= moment
    return len(statements), False


def _of_a_call(frame: Frame) -> bool:
    """Whether a frame belongs to one call, whose arguments may depend on the environment."""
    while isinstance(frame, LocalFrame):
        if frame.kind in ("inline", "block") or (frame.kind == "function" and not isinstance(frame.seen, Late)):
            return True
        frame = frame.parent
    return False
