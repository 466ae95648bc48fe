"""What one Python file says about Celery: apps, configuration, tasks, dispatches. Never what it means."""

from celerylint.facts.python.body import Body, CallSite
from celerylint.facts.python.facts import AppCall, AppFact, ConfigFact, DispatchFact, PythonFacts, Scope, TaskFact
from celerylint.facts.python.read import python_facts

__all__ = [
    "AppCall",
    "AppFact",
    "Body",
    "CallSite",
    "ConfigFact",
    "DispatchFact",
    "PythonFacts",
    "Scope",
    "TaskFact",
    "python_facts",
]
