"""What can be shown, each as text and as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from celerylint.model import Project
from celerylint.origin import Layer
from celerylint.report.cells import printable
from celerylint.report.document import encoded
from celerylint.report.full import counted
from celerylint.report.show import entities, flowers, workers, workloads
from celerylint.report.show.values import Entry
from celerylint.report.show.words import amount, origin, spot, value
from celerylint.report.style import Style
from celerylint.report.table import table

Where = Callable[[str], str]
_OVERVIEW = 12  # rows of each kind


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing: the key of its list, its data, its text."""

    key: str
    entries: Callable[[Project], list[Entry]]
    text: Callable[[Sequence[Entry], Where, Style], str]


def as_json(project: Project, kind: str | None) -> str:
    """One kind, or without one everything but the settings."""
    chosen = [KINDS[kind]] if kind else [each for name, each in KINDS.items() if name != "settings"]
    return encoded({each.key: each.entries(project) for each in chosen})


def as_text(project: Project, kind: str | None, where: Where, colour: bool = False) -> str:
    """One kind as a table, or an overview of all; `where` turns a span's path into what the reader can open."""
    style = Style(colour)
    if kind:
        entries = KINDS[kind].entries(project)
        return KINDS[kind].text(entries, where, style) if entries else f"No {kind}.\n"
    return _overview(project, where, style)


def _overview(project: Project, where: Where, style: Style) -> str:
    parts = []
    for name in ("apps", "workers", "beats", "flowers", "queues", "tasks", "schedules"):
        entries = KINDS[name].entries(project)
        rows = [_headline(name, each, where) for each in entries[:_OVERVIEW]]
        rest = len(entries) - len(rows)
        more = f"  … and {rest} more: celerylint show {name}\n" if rest else ""
        parts.append(f"{style('strong', f'{name} ({len(entries)})')}\n{table(rows, style, indent='  ')}{more}")
    return "\n".join(parts)


def _headline(kind: str, each: Entry, where: Where) -> list[str]:
    said: Mapping[str, Callable[[], list[str]]] = {
        "apps": lambda: [f"Celery {value(each['versions']['celery'])}, {value(each['broker_transport'])}"],
        "workers": lambda: [f"{each['kind']}, {value(each['pool'])} × {value(each['concurrency'])}"],
        "beats": lambda: [f"{each['kind']}, {value(each['scheduler'])}"],
        "flowers": lambda: [f"{each['kind']}, port {value(each['port'])}"],
        "queues": lambda: [f"{counted(len(each['tasks']), 'task')}, consumers: {value(each['consumers'])}"],
        "tasks": lambda: [f"queue {value(each['queue'])}"],
        "schedules": lambda: [f"{value(each['schedule'])}: {value(each['task'])}"],
    }
    return [each["name"], *said[kind](), spot(each, where)]


def _workers(entries: Sequence[Entry], where: Where, style: Style) -> str:
    return "\n".join(_worker(each, where, style) for each in entries)


def _worker(each: Entry, where: Where, style: Style) -> str:
    """One worker: a line that names it, then a row for each value."""
    rows = [[name, value(shown, name), origin(shown, where)] for name, shown in each.items() if isinstance(shown, dict)]
    app = f"app {each['app']}" if each["app"] else "app unknown"
    built = f", built by {where(each['overlay'])}" if each["overlay"] else ""
    head = style("strong", printable(f"{each['name']}  {each['kind']}, {app}, {spot(each, where)}{built}"))
    command = f"  {printable(each['command'])}\n" if each["command"] else ""
    steps = [f"{spot(hop, where)} {hop['name']}".rstrip() for hop in each["via"]]
    way = f"  started through {printable(', '.join(steps))}\n" if steps else ""
    return f"{head}\n{command}{way}{table(rows, style, indent='  ')}"


def _settings(entries: Sequence[Entry], where: Where, style: Style) -> str:
    return "\n".join(_written(each, where, style) for each in entries)


def _written(each: Entry, where: Where, style: Style) -> str:
    """The settings that somebody wrote; the defaults are counted."""
    settings = each["settings"]
    written = {name: shown for name, shown in settings.items() if shown["origin"] != Layer.DEFAULT}
    rows = [[name, value(shown), origin(shown, where)] for name, shown in written.items()]
    rest = f"  {len(settings) - len(written)} more at Celery's defaults (--output-format json lists them)\n"
    head = style("strong", printable(f"{each['name']}  {spot(each, where)}"))
    return f"{head}\n{table(rows, style, indent='  ')}{rest}"


def _tasks(entries: Sequence[Entry], where: Where, style: Style) -> str:
    columns = ("queue", "acks_late", "time_limit", "soft_time_limit", "longest_run", "load")
    rows = [[each["name"], *(value(each[column], column) for column in columns), spot(each, where)] for each in entries]
    return table(rows, style, ("task", *(column.replace("_", " ") for column in columns), "place"))


def _queues(entries: Sequence[Entry], where: Where, style: Style) -> str:
    rows = [
        [
            each["name"],
            amount(each["app"]),
            str(len(each["tasks"])),
            str(len(each["producers"])),
            value(each["consumers"]),
            spot(each, where),
        ]
        for each in entries
    ]
    return table(rows, style, ("queue", "app", "tasks", "producers", "consumers", "place"))


def _schedules(entries: Sequence[Entry], where: Where, style: Style) -> str:
    rows = [
        [
            each["name"],
            _scheduled(each),
            each["refused"] or value(each["schedule"]),
            value(each["queue"]),
            value(each["expires_seconds"], "expires_seconds"),
            amount(each["app"]),
            spot(each, where),
        ]
        for each in entries
    ]
    return table(rows, style, ("entry", "task", "schedule", "queue", "expires", "app", "place"))


def _scheduled(each: Entry) -> str:
    """The name that an entry sends, and whether there certainly is no such task."""
    missing = each["is_task"]["value"] is False
    return f"{value(each['task'])} (no such task)" if missing else value(each["task"])


def _beats(entries: Sequence[Entry], where: Where, style: Style) -> str:
    columns = ("scheduler", "replicas", "strategy")
    rows = [
        [each["name"], each["kind"], amount(each["app"]), *(value(each[name]) for name in columns), spot(each, where)]
        for each in entries
    ]
    return table(rows, style, ("beat", "kind", "app", *columns, "place"))


def _workloads(entries: Sequence[Entry], where: Where, style: Style) -> str:
    rows = [
        [
            each["name"],
            each["kind"],
            amount(each["namespace"]),
            "–".join(dict.fromkeys((value(each["least_replicas"]), value(each["most_replicas"])))),
            value(each["grace_period_seconds"], "_seconds"),
            value(each["qos"]),
            amount(where(each["overlay"]) if each["overlay"] else None),
            spot(each, where),
        ]
        for each in entries
    ]
    names = ("workload", "kind", "namespace", "replicas", "grace", "QoS", "overlay", "place")
    return table(rows, style, names)


def _apps(entries: Sequence[Entry], where: Where, style: Style) -> str:
    rows = [
        [
            each["name"],
            f"{each['module']}:{each['variable']}",
            f"{value(each['versions']['celery'])} {spot(each['versions']['celery'], where)}".rstrip(),
            value(each["broker_transport"]),
            value(each["visibility_timeout"], "_timeout"),
            str(len(each["settings"])),
            spot(each, where),
        ]
        for each in entries
    ]
    return table(rows, style, ("app", "module", "celery", "broker", "visibility timeout", "settings written", "place"))


def _each(key: str, describe: Callable[[Any], Entry]) -> Callable[[Project], list[Entry]]:
    return lambda project: [describe(found) for found in getattr(project, key)]


KINDS: Mapping[str, Kind] = {
    "workers": Kind("workers", _each("workers", workers.worker), _workers),
    "tasks": Kind("tasks", _each("tasks", entities.task), _tasks),
    "queues": Kind("queues", _each("queues", entities.queue), _queues),
    "settings": Kind("workers", _each("workers", workers.settings), _settings),
    "schedules": Kind("schedules", _each("schedule", entities.schedule_entry), _schedules),
    "workloads": Kind("workloads", _each("workloads", workloads.workload), _workloads),
    "beats": Kind("beats", _each("beats", entities.beat), _beats),
    "flowers": Kind("flowers", _each("flowers", flowers.flower), _workers),
    "apps": Kind("apps", _each("apps", entities.app), _apps),
}
