"""What the repository means: apps, tasks, queues, processes, workloads. Frozen, pure, no syntax, no I/O."""

from celerylint.model.app import App, Broker, ConfigurationSource
from celerylint.model.autoscaler import Autoscaler, DisruptionBudget, Metric, Trigger
from celerylint.model.beat import Beat, Crontab, ScheduleEntry
from celerylint.model.call import Call
from celerylint.model.chart import Chart, UnusedValue
from celerylint.model.declared_queue import DeclaredQueue
from celerylint.model.dispatch import Argument, Dispatch, Transaction
from celerylint.model.flower import Flower
from celerylint.model.given import Given
from celerylint.model.namesake import Namesake
from celerylint.model.probe import Hook, Probe
from celerylint.model.project import Problem, Project, Unread
from celerylint.model.queue import Producer, Queue
from celerylint.model.rabbitmq import RabbitMQ
from celerylint.model.retries import Delay, Retries, RetryCall
from celerylint.model.route import Route
from celerylint.model.server import Server
from celerylint.model.settings import Settings
from celerylint.model.signals import Signals
from celerylint.model.task import Task
from celerylint.model.units import Bytes, Cpus, KiB, Seconds
from celerylint.model.variable import DeadVariable, LiteralVariable, Override
from celerylint.model.version import Version, Versions
from celerylint.model.worker import Memory, RefusedWord, Worker
from celerylint.model.workload import Container, Hop, Variable, Volume, Workload
from celerylint.model.written import WrittenSetting

__all__ = [
    "App",
    "Argument",
    "Autoscaler",
    "Beat",
    "Broker",
    "Bytes",
    "Call",
    "Chart",
    "ConfigurationSource",
    "Container",
    "Cpus",
    "Crontab",
    "DeadVariable",
    "DeclaredQueue",
    "Delay",
    "Dispatch",
    "DisruptionBudget",
    "Flower",
    "Given",
    "Hook",
    "Hop",
    "KiB",
    "LiteralVariable",
    "Memory",
    "Metric",
    "Namesake",
    "Override",
    "Probe",
    "Problem",
    "Producer",
    "Project",
    "Queue",
    "RabbitMQ",
    "RefusedWord",
    "Retries",
    "RetryCall",
    "Route",
    "ScheduleEntry",
    "Seconds",
    "Server",
    "Settings",
    "Signals",
    "Task",
    "Transaction",
    "Trigger",
    "Unread",
    "UnusedValue",
    "Variable",
    "Version",
    "Versions",
    "Volume",
    "Worker",
    "Workload",
    "WrittenSetting",
]
