"""One program: the app's module, its configuration objects, its statements, in any order that Python allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oracle.draw import Draw
from oracle.express import expression
from oracle.knobs import BY_NAME, KNOBS, Knob, value_of
from oracle.sources import Place, Project
from oracle.styles.app import Making, make_app
from oracle.styles.conf import somewhere
from oracle.styles.django import django_settings
from oracle.styles.objects import fill, free_module, written_object

APPS = ("proj.celery",) * 5 + ("proj.app", "proj.worker.main", "celery_app", "proj")
SOURCES = ("none",) * 3 + ("object",) * 6 + ("django",) * 6 + ("envvar", "config_source", "variable")
DEEPEST = 4
_FROM_ENVIRONMENT = {"broker_url": "CELERY_BROKER_URL", "result_backend": "CELERY_RESULT_BACKEND"}


class Settings:
    """The settings that a program plays with, and their spellings."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.pool = draw.some(KNOBS, 4, 12)
        self.source = draw.pick(SOURCES)
        self.namespace = self._namespace()
        self.dialect = draw.pick(("new",) * 6 + ("old",) * 2)

    def _namespace(self) -> str:
        if self.source == "django":
            return self.draw.pick(("CELERY",) * 6 + ("", "SHOP", "CELERY_APP"))
        return self.draw.pick(("",) * 6 + ("CELERY", "shop")) if self.source == "object" else ""

    def some(self, low: int, high: int) -> dict[str, Any]:
        """Some of the pool with values."""
        return {knob.name: value_of(self.draw, knob) for knob in self.draw.some(self.pool, low, high)}

    def of_object(self) -> dict[str, Any]:
        """Settings as a configuration object names them."""
        return {self._spelling(BY_NAME[name]): value for name, value in self.some(1, 7).items()}

    def of_statement(self, low: int = 1, high: int = 4) -> dict[str, Any]:
        """Settings as a statement names them."""
        some = self.some(low, high)
        if self.dialect == "old" and self.source == "none" and self.draw.chance(80):
            return {BY_NAME[name].old: value for name, value in some.items()}
        if self.namespace and self.draw.chance(7):
            return {f"{self.namespace}_{name}".upper(): value for name, value in some.items()}
        return some

    def _spelling(self, knob: Knob) -> str:
        draw = self.draw
        upper = self.source == "django"
        if self.namespace:
            prefixed = f"{self.namespace}_{knob.name}"
            prefixed = prefixed.upper() if self.namespace.isupper() else prefixed.lower()
            return draw.pick((prefixed,) * 12 + ((knob.old,) if upper else (knob.old, knob.name)))
        if upper or self.dialect == "old":
            return knob.old if draw.chance(93) else knob.name.upper()
        return knob.name if draw.chance(95) else f"CELERY_{knob.name}".upper()


def settings_program(draw: Draw) -> tuple[Project, str]:
    """A repository, and its app as `module:name`."""
    project = Project(draw)
    app_module = draw.pick(APPS)
    place = Place(project, project.module(app_module, package=app_module == "proj"))
    settings = Settings(draw)
    name = draw.pick(("app", "app", "app", "celery"))
    place.module.names.add(name)
    before: list[str] = _sources(place, settings)
    making = Making(settings.some(0, 4) if settings.dialect == "new" else {}, draw.number(0, DEEPEST), before)
    make_app(place, making, name)
    for step in _steps(settings):
        _step(place, settings, name, step)
    if draw.chance(12):
        variable = draw.pick(sorted(_FROM_ENVIRONMENT.values()))
        project.env[variable] = draw.pick(("redis://from-the-environment", ""))
    if draw.chance(20):
        _another_app(place, settings)
    return project, f"{app_module}:{name}"


def _steps(settings: Settings) -> list[str]:
    draw = settings.draw
    steps = ["statement"] * draw.number(0, 3)
    if settings.source in ("object", "django", "envvar"):
        steps.append("object")
        if draw.chance(15):
            steps.append("second object")
    return draw.shuffled(steps)


def _sources(place: Place, settings: Settings) -> list[str]:
    """Arguments of the app that name its configuration, and the variables that do."""
    draw = place.draw
    further: list[str] = []
    if settings.source == "config_source":
        further.append(f"config_source={written_object(place, settings.of_object(), draw.number(0, DEEPEST))}")
    if settings.source == "variable":
        module = free_module(place, ("celeryconfig", "proj.from_variable"))
        fill(Place(place.project, module), settings.of_object(), draw.number(0, DEEPEST))
        place.project.env["CELERY_CONFIG_MODULE"] = module.name
    if settings.source == "object" and settings.namespace and draw.chance(15):
        further.append(f"namespace={settings.namespace!r}")
    return further


def _step(place: Place, settings: Settings, name: str, step: str) -> None:
    draw = place.draw
    depth = draw.number(0, DEEPEST)
    if step == "statement":
        somewhere(place, name, settings.of_statement(), depth)
    elif settings.source == "django":
        _django(place, settings, name, depth, second=step != "object")
    elif settings.source == "envvar":
        _envvar(place, settings, name, depth)
    else:
        given = written_object(place, settings.of_object(), depth)
        place.write(f"{name}.config_from_object({given}{_namespace(place, settings)})")


def _django(place: Place, settings: Settings, name: str, depth: int, second: bool) -> None:
    if second:
        place.write(f"{name}.config_from_object({written_object(place, settings.of_object(), depth)})")
        return
    if "proj.settings" not in place.project.modules:
        django_settings(place, settings.of_object(), depth)
    spelled = place.draw.pick(("'django.conf:settings'",) * 4 + ("'django.conf.settings'", "settings"))
    if spelled == "settings":
        place.imported("from django.conf import settings")
    place.write(f"{name}.config_from_object({spelled}{_namespace(place, settings)})")


def _envvar(place: Place, settings: Settings, name: str, depth: int) -> None:
    module = free_module(place, ("proj.by_variable", "celery_production"))
    fill(Place(place.project, module), settings.of_object(), depth)
    variable = place.project.variable(
        module.name, place.draw.shuffled(("CELERY_CONFIG", "SHOP_CELERY", "CONFIG_OF_CELERY"))
    )
    place.write(f"{name}.config_from_envvar({variable!r})")


def _namespace(place: Place, settings: Settings) -> str:
    if not settings.namespace:
        return ""
    draw = place.draw
    text = expression(place, settings.namespace, draw.pick((0, 0, 0, 0, 1)))
    return f", namespace={text}"


def _another_app(place: Place, settings: Settings) -> None:
    """A second app of the repository, whose settings are its own."""
    there = Place(place.project, place.project.module("other_worker"))
    values: Mapping[str, Any] = settings.some(1, 3)
    there.imported("from celery import Celery")
    there.write("other_app = Celery('other')")
    for name, value in values.items():
        there.write(f"other_app.conf.{name} = {expression(there, value, 1)}")
