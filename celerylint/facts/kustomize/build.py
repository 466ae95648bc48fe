"""What a kustomization makes of the objects that it gathers, in kustomize's order (api/internal/target, v5.8).

Read, never run: what needs a plugin, a chart or another repository is a gap, and what it may change is in doubt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from celerylint.facts.kustomize import generators, transformers
from celerylint.facts.kustomize.kustomization import Files, Kustomization, is_remote, objects, read
from celerylint.facts.kustomize.patches import Patch, applied, listed, strategic
from celerylint.facts.kustomize.references import Variable, finished, variable_of
from celerylint.facts.kustomize.replacements import replaced
from celerylint.facts.kustomize.resource import KustomizeError, Resource, identity_of
from celerylint.facts.kustomize.specs import DEFAULTS, Specs, configured
from celerylint.facts.manifests.workloads import ManifestProblem
from celerylint.origin import Span
from celerylint.sources.yaml import Scalar, looks_like_template

MOST_RESOURCES = 5_000  # of one build
MOST_STEPS = 200_000  # an object changed by a patch, counted for every object that the patch looks at
DEEPEST = 40  # kustomizations within kustomizations


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a kustomization includes and that is not read: it may hold any object."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Build:
    """The objects that a kustomization deploys."""

    path: str  # of the kustomization
    resources: tuple[Resource, ...]
    gaps: tuple[Gap, ...]
    problems: tuple[ManifestProblem, ...]
    files: frozenset[str]  # what it was built from, the kustomizations among them
    unreadable: str = ""  # why the kustomization itself cannot be read; empty where it can


@dataclass(frozen=True, slots=True)
class State:
    """What is gathered so far."""

    resources: tuple[Resource, ...] = ()
    variables: tuple[Variable, ...] = ()
    specs: Specs = DEFAULTS
    gaps: tuple[Gap, ...] = ()
    problems: tuple[ManifestProblem, ...] = ()
    files: frozenset[str] = frozenset()

    def joined(self, other: State) -> State:
        """Both together."""
        return State(
            (*self.resources, *other.resources),
            (*self.variables, *other.variables),
            self.specs if other.specs is DEFAULTS else self.specs.joined(other.specs),
            tuple(dict.fromkeys((*self.gaps, *other.gaps))),
            tuple(dict.fromkeys((*self.problems, *other.problems))),
            self.files | other.files,
        )

    def doubted(self, reason: str) -> State:
        """The same, none of whose objects is surely what will run."""
        return replace(self, resources=tuple(each.doubted(reason) for each in self.resources))

    def problem(self, span: Span, message: str) -> State:
        """The same with something that kustomize refuses."""
        return replace(self, problems=(*self.problems, ManifestProblem(span, message)))

    def gap(self, span: Span, reason: str) -> State:
        """The same with something that is not read."""
        return replace(self, gaps=(*self.gaps, Gap(span, reason)))


class TooMuchError(Exception):
    """The build grows beyond what any cluster holds."""


@dataclass(slots=True)
class Builder:
    """Builds the kustomizations of a repository; what several of them include is gathered once."""

    files: Files
    _states: dict[str, State] = field(default_factory=dict)
    _steps: int = 0

    def build(self, path: str) -> Build:
        """Build the kustomization in a file."""
        self._steps = 0
        if why := self._unreadable(path):
            return Build(path, (), (Gap(Span.of_line(path), why),), (), frozenset({path}), why)
        try:
            state = self._gathered(path, ())
        except TooMuchError:
            gap = Gap(Span.of_line(path), f"{path} includes more than celerylint builds")
            return Build(path, (), (gap,), (), frozenset({path}))
        resources = finished(state.resources, state.variables, state.specs)
        return Build(path, resources, state.gaps, state.problems, state.files)

    def _gathered(self, path: str, above: tuple[str, ...]) -> State:
        """The state of a kustomization that stands on its own, before names get their hashes."""
        if path not in self._states:
            self._states[path] = self._accumulated(path, State(), above)
        return self._states[path]

    def _accumulated(self, path: str, state: State, above: tuple[str, ...]) -> State:
        """The state with everything that a kustomization adds and changes."""
        state = replace(state, files=state.files | {path})
        kustomization = read(self.files, path)
        why = self._unreadable(path)
        if why or kustomization is None:
            return state.gap(Span.of_line(path), why).doubted(why)
        return _Kustomizing(self, kustomization, (*above, path)).run(state)

    def _unreadable(self, path: str) -> str:
        text = self.files.text(path)
        if text is not None and looks_like_template(text.text):
            return f"{path} is a template"
        return "" if text is not None and read(self.files, path) else f"{path} cannot be read"

    def spend(self, steps: int) -> None:
        """Count work. Raises TooMuchError."""
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise TooMuchError


class _Kustomizing:
    """One kustomization at work."""

    def __init__(self, builder: Builder, kustomization: Kustomization, above: tuple[str, ...]) -> None:
        self.builder = builder
        self.files = builder.files
        self.kustomization = kustomization
        self.above = above

    def run(self, state: State) -> State:
        """The state after this kustomization."""
        steps: tuple[Callable[[State], State], ...] = (
            self._resources,
            self._configurations,
            self._generators,
            self._components,
            self._patches,
            self._metadata,
            self._json_patches,
            self._values,
            self._foreign,
            self._variables,
        )
        for step in steps:
            try:
                state = step(state)
            except KustomizeError as error:
                state = state.problem(error.span, error.message)
                state = state.doubted(f"{self.kustomization.path} cannot be built: {error.message}")
        return state

    def _resources(self, state: State) -> State:
        for written in self.kustomization.texts("resources", "bases"):
            state = self._included(state, written)
        return state

    def _included(self, state: State, written: Scalar) -> State:
        where = self.kustomization.beside(written.value)
        if where is not None and where in self.files.names:
            return self._file(state, written, where)
        inner = self._folder(written)
        if inner is None:
            return state.gap(written.span, self._why_not(written))
        if why := self._endless(inner):
            return state.problem(written.span, why).gap(written.span, why)
        other = self.builder._gathered(inner, self.above)
        return self._without_twins(state.joined(replace(other, resources=())), other.resources, written)

    def _endless(self, inner: str) -> str:
        """Why a kustomization cannot be included here; empty where it can."""
        if inner in self.above:
            return f"{inner} includes itself"
        return f"{inner} stands deeper than {DEEPEST} kustomizations" if len(self.above) > DEEPEST else ""

    def _folder(self, written: Scalar) -> str | None:
        where = None if is_remote(written.value) else self.kustomization.beside(written.value)
        return self.files.kustomization(where) if where is not None else None

    def _why_not(self, written: Scalar) -> str:
        what = "is in another repository" if is_remote(written.value) else "is not in the repository"
        return f"{self.kustomization.path} includes {written.value}, which {what}"

    def _file(self, state: State, written: Scalar, where: str) -> State:
        state = replace(state, files=state.files | {where})
        text = self.files.text(where)
        if text is None or looks_like_template(text.text):
            return state.gap(written.span, f"{where} cannot be read" if text is None else f"{where} is a template")
        found = []
        for node in objects(self.files.documents(where)):
            identity = identity_of(node)
            if identity.kind and identity.name:
                found.append(Resource(node))
            elif identity.kind or identity.version:
                state = state.problem(node.span, "an object of a kustomization needs a kind and a name")
        return self._without_twins(state, tuple(found), written)

    def _without_twins(self, state: State, more: tuple[Resource, ...], written: Scalar) -> State:
        """The state with more objects; kustomize refuses two of the same name."""
        names = {_key(each) for each in state.resources}
        added = []
        for resource in more:
            key = _key(resource)
            if key in names:
                message = f"{written.value} brings {key[1]} {key[2]} for the second time"
                doubted = (each.doubted(message) if _key(each) == key else each for each in state.resources)
                state = replace(state.problem(written.span, message), resources=tuple(doubted))
            else:
                names.add(key)
                added.append(resource)
        if len(state.resources) + len(added) > MOST_RESOURCES:
            raise TooMuchError
        self.builder.spend(len(added))
        return replace(state, resources=(*state.resources, *added))

    def _configurations(self, state: State) -> State:
        for written in self.kustomization.texts("configurations"):
            where = self.kustomization.beside(written.value)
            if where is None or where not in self.files.names:
                raise KustomizeError(written.span, f"{written.value} is not in the repository")
            state = replace(state, files=state.files | {where})
            for document in self.files.documents(where):
                if document.root is not None:
                    state = replace(state, specs=state.specs.joined(configured(document.root)))  # type: ignore[arg-type]
        return state

    def _generators(self, state: State) -> State:
        used: set[str] = set()
        for made in generators.generated(self.files, self.kustomization, used):
            if state.gaps and made.behavior != "create" and not _has(state, made):
                continue
            state = replace(state, resources=generators.absorbed(state.resources, made))
        for key in ("helmCharts", "helmChartInflationGenerator", "generators"):
            first = self.kustomization.first(key)
            if first is not None:
                state = state.gap(first[1], f"{self.kustomization.path} generates objects by {key}, which is not run")
        return replace(state, files=state.files | used)

    def _components(self, state: State) -> State:
        for written in self.kustomization.texts("components"):
            inner = self._folder(written)
            if inner is None:
                reason = self._why_not(written)
                state = state.gap(written.span, reason).doubted(reason)
            elif why := self._endless(inner):
                state = state.problem(written.span, why)
            else:
                state = self.builder._accumulated(inner, state, self.above)
        return state

    def _patches(self, state: State) -> State:
        used: set[str] = set()
        for patch in strategic(self.files, self.kustomization, used):
            state = self._patched(state, patch)
        for patch in listed(self.files, self.kustomization, used, "patches"):
            state = self._patched(state, patch)
        return replace(state, files=state.files | used)

    def _patched(self, state: State, patch: Patch) -> State:
        self.builder.spend(len(state.resources))
        return replace(state, resources=applied(state.resources, patch, bool(state.gaps)))

    def _metadata(self, state: State) -> State:
        resources = transformers.placed(state.resources, self.kustomization)
        resources = transformers.named(resources, self.kustomization)
        return replace(state, resources=transformers.labelled(resources, self.kustomization))

    def _json_patches(self, state: State) -> State:
        used: set[str] = set()
        for patch in listed(self.files, self.kustomization, used, "patchesJson6902"):
            state = self._patched(state, patch)
        return replace(state, files=state.files | used)

    def _values(self, state: State) -> State:
        resources = transformers.scaled(state.resources, self.kustomization, state.specs, bool(state.gaps))
        resources = transformers.imaged(resources, self.kustomization, state.specs)
        used: set[str] = set()
        why = state.gaps[0].reason if state.gaps else ""
        resources = replaced(self.files, resources, self.kustomization, used, why)
        return replace(state, resources=resources, files=state.files | used)

    def _foreign(self, state: State) -> State:
        """What changes objects by programs or schemas that are not read."""
        for key in ("transformers", "openapi"):
            first = self.kustomization.first(key)
            if first is not None:
                state = state.doubted(f"{self.kustomization.path} changes it by {key}, which celerylint does not run")
        return state

    def _variables(self, state: State) -> State:
        more = tuple(variable_of(item) for item in self.kustomization.tables("vars"))
        return replace(state, variables=(*state.variables, *more))


def _key(resource: Resource) -> tuple[str, str, str, str]:
    identity = resource.identity
    return identity.version, identity.kind, identity.name, identity.place


def _has(state: State, made: generators.Generated) -> bool:
    return any(each.is_called(made.resource.identity) for each in state.resources)
