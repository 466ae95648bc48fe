"""Each kind of file that starts programs, read with what stands beside it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass

from celerylint.facts.processes import (
    ProcessFacts,
    UnreadFact,
    cloud_foundry_facts,
    copilot_facts,
    digitalocean_facts,
    ecs_facts,
    fly_facts,
    heroku_facts,
    justfile_facts,
    makefile_facts,
    nomad_facts,
    package_facts,
    procfile_facts,
    pyproject_facts,
    railway_facts,
    render_facts,
    supervisor_facts,
    systemd_facts,
    taskfile_facts,
    terraform_facts,
)
from celerylint.facts.processes.procfile import formation
from celerylint.origin import Value
from celerylint.sources.hcl import available, read_hcl
from celerylint.sources.text import Text
from celerylint.sources.toml import read_toml
from celerylint.sources.tree import Tree
from celerylint.sources.yaml import Node

Read = Callable[[Tree, Text], ProcessFacts]


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of file that starts programs: how such a file is called, and what it has to hold to be one.

    `always`: it is read even where it does not mention Celery, for its programs may be scripts. `templated`: where
    it is a template, it cannot be read.
    """

    read: Read
    named: Callable[[str, str], bool]  # by its name, and the ending of that in lower case
    words: tuple[bytes, ...] = ()  # one of them
    always: bool = False
    templated: bool = True


_OF_HEROKU = ("app.json", "heroku.yml", "runtime.txt", ".slugignore")
_OF_OTHERS = ("manifest.yml", "fly.toml", "railway.json", "railway.toml", "nixpacks.toml")


def supervisor(tree: Tree, text: Text) -> ProcessFacts:
    """supervisord's programs."""
    return supervisor_facts([(text.text, text.span)])


def systemd(tree: Tree, text: Text) -> ProcessFacts:
    """A unit with the drop-ins beside it; those of a template are for all its instances."""
    folder = f"{text.path}.d/"
    names = sorted(path for path in tree.files if path.startswith(folder) and path.endswith(".conf"))
    files = [text, *(other for name in names if (other := tree.text(name)))]

    def read(path: str) -> Text | None:
        return _installed(tree, path)

    return systemd_facts(text.path.rpartition("/")[2], [(each.text, each.span) for each in files], read)


def _installed(tree: Tree, path: str) -> Text | None:
    """The file that is put at an absolute path: the only one whose path in the repository ends like it."""
    if not path.startswith("/") or path.count("/") < 2:
        return None
    found = [each for each in tree.files if f"/{each}".endswith(path)]
    return tree.text(found[0]) if len(found) == 1 else None


def procfile(tree: Tree, text: Text) -> ProcessFacts:
    """A Procfile; it is Heroku's where a file of Heroku's lies beside it, and none of another platform's."""
    heroku = any(_beside(text, name) in tree.names for name in _OF_HEROKU)
    others = any(_beside(text, name) in tree.names for name in _OF_OTHERS)
    return procfile_facts(text.text, text.span, heroku=heroku and not others, scale=_scale(tree, text))


def ecs(tree: Tree, text: Text) -> ProcessFacts:
    """Task definitions of Amazon ECS."""
    return ecs_facts(tree.documents(text.path))


def makefile(tree: Tree, text: Text) -> ProcessFacts:
    """The targets of a makefile."""
    return makefile_facts(text.text, text.span, tree.launchers)


def pyproject(tree: Tree, text: Text) -> ProcessFacts:
    """The tasks of pyproject.toml."""
    root = read_toml(text)
    return pyproject_facts(root, tree.launchers) if root is not None else ProcessFacts()


def package(tree: Tree, text: Text) -> ProcessFacts:
    """The scripts of package.json."""
    return package_facts(_root(tree, text), tree.launchers)


def taskfile(tree: Tree, text: Text) -> ProcessFacts:
    """The tasks of a Taskfile."""
    return taskfile_facts(_root(tree, text), tree.launchers)


def justfile(tree: Tree, text: Text) -> ProcessFacts:
    """The recipes of a justfile."""
    return justfile_facts(text.text, text.span, tree.launchers)


def fly(tree: Tree, text: Text) -> ProcessFacts:
    """fly.toml"""
    root = read_toml(text)
    return fly_facts(root) if root is not None else ProcessFacts()


def railway(tree: Tree, text: Text) -> ProcessFacts:
    """railway.json or railway.toml"""
    root = read_toml(text) if text.path.endswith(".toml") else _root(tree, text)
    return railway_facts(root, text.path.rpartition("/")[0].rpartition("/")[2] or "railway")


def render(tree: Tree, text: Text) -> ProcessFacts:
    """render.yaml"""
    return render_facts(_root(tree, text))


def digitalocean(tree: Tree, text: Text) -> ProcessFacts:
    """A spec of the App Platform."""
    return digitalocean_facts(_root(tree, text))


def cloud_foundry(tree: Tree, text: Text) -> ProcessFacts:
    """manifest.yml: Cloud Foundry's, or one of Copilot's."""
    if re.search(r"(?:^|/)copilot/[^/]+/manifest\.yml$", text.path):
        return copilot_facts(_root(tree, text))
    return cloud_foundry_facts(_root(tree, text))


def terraform(tree: Tree, text: Text) -> ProcessFacts:
    """Task definitions in Terraform; a file that they name is read from the module's folder."""

    def read(path: str) -> Text | None:
        whole = posixpath.normpath(_beside(text, path))
        return tree.text(whole) if whole in tree.names else None

    blocks = read_hcl(text) if available() else None
    return _not_read(text) if blocks is None else terraform_facts(blocks, read)


def nomad(tree: Tree, text: Text) -> ProcessFacts:
    """Nomad's jobs."""
    blocks = read_hcl(text) if available() else None
    return _not_read(text) if blocks is None else nomad_facts(blocks)


def _not_read(text: Text) -> ProcessFacts:
    """A file that nobody could take apart, with what would help."""
    start = max(text.text.lower().find("celery"), 0)
    advice = "it is no HCL that can be read" if available() else "pip install 'celerylint[terraform]' lets it be read"
    span = text.span(start, start + len("celery"))
    return ProcessFacts(unread=(UnreadFact(span, f"{text.path}:{span.line} may start workers: {advice}"),))


def _root(tree: Tree, text: Text) -> Node | None:
    documents = tree.documents(text.path)
    return documents[0].root if documents else None


def heroku(tree: Tree, text: Text) -> ProcessFacts:
    """heroku.yml"""
    return heroku_facts(tree.documents(text.path), _scale(tree, text))


def _scale(tree: Tree, text: Text) -> dict[str, Value[int]]:
    path = _beside(text, "app.json")
    return formation(tree.documents(path)) if path in tree.names else {}


def _beside(text: Text, name: str) -> str:
    return f"{text.path.rpartition('/')[0]}/{name}".lstrip("/")


PLACES = (
    Place(
        supervisor,
        lambda name, ending: ending in ("conf", "ini", "cfg") or name.startswith("supervisord"),
        (b"[program:", b"[fcgi-program:"),
    ),
    Place(systemd, lambda name, ending: ending == "service", (b"ExecStart",)),
    Place(procfile, lambda name, ending: name.partition(".")[0] == "Procfile", always=True, templated=False),
    Place(heroku, lambda name, ending: name == "heroku.yml", (b"run:",), always=True),
    Place(
        makefile,
        lambda name, ending: name in ("Makefile", "makefile", "GNUmakefile") or ending in ("mk", "mak"),
        templated=False,
    ),
    Place(pyproject, lambda name, ending: name in ("pyproject.toml", "pixi.toml"), templated=False),
    Place(package, lambda name, ending: name == "package.json"),
    Place(
        taskfile,
        lambda name, ending: name.lower().partition(".")[0] == "taskfile" and ending in ("yml", "yaml"),
        templated=False,
    ),
    Place(justfile, lambda name, ending: name.lower() in ("justfile", ".justfile"), templated=False),
    Place(fly, lambda name, ending: name.startswith("fly.") and ending == "toml", (b"processes",), always=True),
    Place(railway, lambda name, ending: name in ("railway.json", "railway.toml"), (b"startCommand",), always=True),
    Place(render, lambda name, ending: name in ("render.yaml", "render.yml"), (b"Command",), always=True),
    Place(digitalocean, lambda name, ending: ending in ("yaml", "yml"), (b"run_command",)),
    Place(
        cloud_foundry,
        lambda name, ending: name.startswith("manifest") and ending in ("yml", "yaml"),
        (b"applications:", b"command:"),
    ),
    Place(terraform, lambda name, ending: ending == "tf", (b"aws_ecs_task_definition",), templated=False),
    Place(nomad, lambda name, ending: ending in ("nomad", "hcl"), (b'job "',), templated=False),
    Place(
        ecs,
        lambda name, ending: ending in ("json", "yaml", "yml", "template"),
        (b"containerDefinitions", b"AWS::ECS::TaskDefinition"),
    ),
)
