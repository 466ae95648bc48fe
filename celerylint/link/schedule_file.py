"""The file in which Celery's own scheduler keeps what it has sent: where it is, whether it can be written and stays."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from celerylint.facts.manifests import ContainerFact
from celerylint.link.options import Options
from celerylint.model import Container, Volume
from celerylint.origin import Layer, Unknown, Value, derive, known, unknown

_KEEPS = frozenset({"celery.beat:PersistentScheduler", "celery.beat.PersistentScheduler"})
_GONE_WITH_THE_POD = frozenset({"emptyDir", "configMap", "secret", "projected", "downwardAPI", "tmpfs", "ephemeral"})
_REPLACING = frozenset({"kubernetes", "compose", "ecs"})  # platforms that replace a container to change anything
_ALWAYS_WRITABLE = "/dev/shm/"


def schedule_file(scheduler: Value[str], options: Options) -> Value[str | None]:
    """Its path, as the process is told; None for a scheduler that keeps no such file."""
    if isinstance(scheduler.value, Unknown):
        return unknown(scheduler.value.reason, scheduler.origin.span)
    return options.get("schedule") if scheduler.value in _KEEPS else known(None, Layer.DEFAULT)


@dataclass(frozen=True, slots=True)
class ScheduleFile:
    """The file within its container."""

    path: Value[str | None]
    fact: ContainerFact
    container: Container
    platform: str

    @property
    def writable(self) -> Value[bool]:
        """False where the file system is read-only and no volume that is not lies around it."""
        if self.path.value is None or self.container.read_only_root.value is False:
            return known(True, Layer.DEFAULT)
        writable = tuple(each for each in self.container.volumes if not each.read_only)

        def certain(path: str, read_only: bool) -> bool | Unknown:
            if not read_only or path.startswith(_ALWAYS_WRITABLE):
                return True
            return self._within(path, writable)

        return derive(certain, self.path, self.container.read_only_root)

    @property
    def survives(self) -> Value[bool]:
        """Whether it is still there when the container is replaced."""
        if self.path.value is None or self.platform not in _REPLACING:
            return known(True, Layer.DEFAULT)
        lasting = tuple(each for each in self.container.volumes if each.kind not in _GONE_WITH_THE_POD)
        return derive(lambda path: self._within(path, lasting), self.path)

    def _within(self, path: str, volumes: tuple[Volume, ...]) -> bool | Unknown:
        """Whether the file lies on one of these; what is told by no absolute path is only known without any."""
        if not volumes:
            return False
        whole = path if path.startswith("/") else self._absolute(path)
        if isinstance(whole, Unknown):
            return whole
        around = [each for each in self.container.volumes if _covers(each.path, whole)]
        return bool(around) and max(around, key=lambda each: len(each.path)) in volumes

    def _absolute(self, path: str) -> str | Unknown:
        folder = self.fact.working_directory
        if not folder.startswith("/"):
            made = self.fact.made.directory.value if self.fact.made is not None else Unknown("")
            if isinstance(made, Unknown):
                return Unknown("the folder in which beat works is not known")
            folder = posixpath.join(made, folder)
        return posixpath.normpath(posixpath.join(folder, path))


def _covers(folder: str, path: str) -> bool:
    return path.startswith(f"{folder.rstrip('/')}/")
