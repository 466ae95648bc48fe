"""Scripts and images that start Celery and that nothing in the repository starts: each line with Celery is a worker.

A script that a manifest leads to is read from there; what is left is whatever somebody starts by hand, from another
repository or from a manifest that is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from celerylint.facts.images import ImageFact
from celerylint.facts.launch import File, Launch, Starter, Word, follow
from celerylint.facts.launch.spoken import Spoken, starting
from celerylint.facts.launch.wrappers import NO_WRAPPERS
from celerylint.facts.manifests.development import is_development
from celerylint.facts.manifests.workloads import FIRST_ALONE
from celerylint.facts.processes.scripts import program_of
from celerylint.link.code import is_test
from celerylint.link.containers import Started, with_prefix
from celerylint.link.environment import Environment
from celerylint.link.images import Images
from celerylint.link.images.dockerfiles import Recipe, is_dockerfile
from celerylint.link.images.files import repository_file
from celerylint.link.processes import Processes
from celerylint.model import Unread
from celerylint.origin import Span, Unknown
from celerylint.sources.tree import Tree

_SHELL = re.compile(r"#![^\n]*\b(?:ba|da|a|z|k|mk)?sh\b|#![^\n]*\bwith-contenv\b")
_SPEAKS = re.compile(rf"[ \t]*(?:log\w*\b|(?:{'|'.join(re.escape(name) for name in sorted(NO_WRAPPERS))})[ \t])")
# A file's name that says nothing; its folder's then does, unless that says nothing either.
_SAYS_NOTHING = re.compile(
    r"(?:docker-)?(?:run|start|entry-?point|init|main|cmd|command|up|boot|launch|image)|docker|bin|scripts?|deploy|build|"
)
_IMAGE = re.compile(r"^(?:docker|container)file[._-]?|[._-]?(?:docker|container)file$", re.IGNORECASE)
_SURELY = frozenset({"sh", "bash"})
_ENDINGS = _SURELY | {"ash", "dash", "ksh", "zsh", "run", "command", "tmpl", "template", "j2", "in"}
_LARGEST = 1_000_000  # bytes


Reached = set[tuple[Span, bool]]
Starters = Mapping[str, Starter]


@dataclass(slots=True)
class Alone:
    """What stands alone: the processes, and what is to be said of the files."""

    started: list[Started] = field(default_factory=list)
    said: Processes = field(default_factory=Processes)


def read_alone(tree: Tree, images: Images, starters: Starters, running: Iterable[Started], taken: set[str]) -> Alone:
    """What images and scripts start besides what is `running`; files that are `taken` were read by others."""
    found = Alone()
    reached = {(each.launch.start, each.workload.development) for each in running}
    paths = [path for path in tree.files if path not in taken]
    for path in filter(is_dockerfile, paths):
        found.said.taken.add(path)
        _image(images, starters, path, reached, found)
    for path in paths:
        file = _script(tree, path)
        if file is not None:
            found.said.taken.add(path)
            _file(images, starters, file, reached, found)
    return found


def _script(tree: Tree, path: str) -> File | None:
    """A shell script that speaks of Celery; a template of one is none."""
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2] if "." in name.lstrip(".") else ""
    # The name comes first: most files are no scripts, and their bytes are better not read.
    if (ending and ending not in _ENDINGS) or is_dockerfile(path) or not tree.mentions(path):
        return None
    data = tree.data(path) or b""
    if len(data) > _LARGEST or b"{%" in data or not (ending in _SURELY or data.startswith(b"#!")):
        return None
    file = repository_file(tree, path)
    return file if file is not None and (ending in _SURELY or _SHELL.match(file.text)) else None


def _image(images: Images, starters: Starters, path: str, reached: Reached, found: Alone) -> None:
    """What the last stage of a Dockerfile starts by itself."""
    made = images.dockerfiles.make(Recipe(path, None))
    if isinstance(made, Unknown):
        return
    image = made.image
    commands = [command for command in (image.entrypoint, image.command) if command is not None]
    words = [word for command in commands for word in command.words]
    who = f"whoever starts the image of {path}"
    environment = Environment(dict(image.environment), f"{who} decides it")
    followed = follow(words, images.of(made, starters, commands), environment=lambda name: environment.get(name).value)
    development = is_test(path) or is_development(path)
    _start("image", path, who, followed.launches, environment, development, reached, found, image)
    if not followed.launches and not development and any("celery" in word.text for word in words):
        span = commands[-1].span
        reason = f"the command at {path}:{span.line} mentions Celery and is not understood"
        found.said.unread.append(Unread(span, reason))


def _file(images: Images, starters: Starters, file: File, reached: Reached, found: Alone) -> None:
    """The lines of a script that nothing else leads to; its arguments and its environment are not known."""
    path, place = file.path, file.locate(0, 0)
    who = f"whoever starts {path}"
    anything = Word('"$@"', place, True, True, reason=f"{who} gives its arguments")
    environment = Environment(open_reason=f"{who} decides it")
    inside = images.checkout(path, starters)
    followed = follow([Word(f"/{path}", place), anything], inside, environment=lambda name: environment.get(name).value)
    own = [launch for launch in followed.launches if launch.start.path == path]
    development = is_test(path) or is_development(path, (), _stem(path))
    _start("script", path, who, own, environment, development, reached, found)
    if not development:
        found.said.unread += _missed(file, own, reached)


def _start(
    kind: str,
    path: str,
    who: str,
    launches: Iterable[Launch],
    environment: Environment,
    development: bool,
    reached: Reached,
    found: Alone,
    image: ImageFact | None = None,
) -> None:
    """Each line that nothing else starts, named after its branch, else after the file."""
    mine: Reached = set()
    for launch in _each_once(launches):
        if _covered(launch, development, reached):
            continue
        name, span = launch.branch or _stem(path), launch.start
        program = program_of(who, kind, kind, name, span, launch.words, development=development)
        workload = program.workload()
        if image is not None:  # the signal goes to its first process, whoever sends it
            container = replace(workload.containers[0], made=image, stops_all=FIRST_ALONE)
            workload = replace(workload, containers=(container,))
        process = Started(workload, workload.containers[0], launch, with_prefix(environment, launch))
        found.started.append(process)
        found.said.workloads.append(workload)
        mine.add((launch.start, development))
    reached |= mine


def _each_once(launches: Iterable[Launch]) -> Iterator[Launch]:
    """Branches that start the same are one."""
    seen: set[tuple[str, ...]] = set()
    for launch in launches:
        key = (launch.branch, launch.node, *(word.text for word in launch.words))
        if key not in seen:
            seen.add(key)
            yield launch


def _covered(launch: Launch, development: bool, reached: Reached) -> bool:
    """Whether something else starts the line; what somebody starts while developing covers nothing else."""
    return (launch.start, False) in reached or (launch.start, development) in reached


def _missed(file: File, launches: list[Launch], reached: Reached) -> Iterator[Unread]:
    """The first line that seems to start a worker and was not understood."""
    lines = {launch.start.line for launch in launches} | {span.line for span, _ in reached if span.path == file.path}
    spoken: Spoken | None = None
    for line, offset in starting(file.text):
        if line in lines or _SPEAKS.match(file.text, file.text.rfind("\n", 0, offset) + 1):
            continue
        spoken = spoken or Spoken(file.text)
        if not spoken.at(offset):
            yield Unread(Span.of_line(file.path, line), f"{file.path}:{line} starts workers and is not read")
            return


def _stem(path: str) -> str:
    """The name of what a file starts: the file's, or its folder's where that says nothing."""
    parts = [part.lstrip(".") for part in path.split("/")]
    own = _IMAGE.sub("", parts[-1]) if is_dockerfile(path) else parts[-1].partition(".")[0]
    names = (own, *reversed(parts[:-1]))
    return next((name for name in names if not _SAYS_NOTHING.fullmatch(name.lower())), own or "image")
