"""What the repository means: apps, tasks, queues, workers, beats, workloads. Frozen, pure, no syntax, no I/O."""

from celerylint.model.app import App, Broker
from celerylint.model.beat import Beat, Crontab, ScheduleEntry
from celerylint.model.chart import Chart, UnusedValue
from celerylint.model.project import Problem, Project, Unread
from celerylint.model.queue import Producer, Queue
from celerylint.model.settings import Settings
from celerylint.model.task import Call, Task
from celerylint.model.units import Bytes, Cpus, KiB, Seconds
from celerylint.model.version import Version, Versions
from celerylint.model.worker import Memory, Worker
from celerylint.model.workload import Container, Hop, Workload

__all__ = [
    "App",
    "Beat",
    "Broker",
    "Bytes",
    "Call",
    "Chart",
    "Container",
    "Cpus",
    "Crontab",
    "Hop",
    "KiB",
    "Memory",
    "Problem",
    "Producer",
    "Project",
    "Queue",
    "ScheduleEntry",
    "Seconds",
    "Settings",
    "Task",
    "Unread",
    "UnusedValue",
    "Version",
    "Versions",
    "Worker",
    "Workload",
]
