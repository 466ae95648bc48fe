"""What one Python file says about Celery: apps, configuration, tasks, dispatches. Never what it means."""

from celerylint.facts.python.body import Body, CallSite
from celerylint.facts.python.read import AppFact, ConfigFact, DispatchFact, PythonFacts, TaskFact, python_facts

__all__ = [
    "AppFact",
    "Body",
    "CallSite",
    "ConfigFact",
    "DispatchFact",
    "PythonFacts",
    "TaskFact",
    "python_facts",
]
