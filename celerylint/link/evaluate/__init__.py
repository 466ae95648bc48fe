"""Module-level Python, evaluated without being run: on demand, for one environment, with the place of every value.

What cannot be followed is unknown with its reason; nothing is guessed and nothing is executed.
"""

from celerylint.link.evaluate.evaluator import Evaluator
from celerylint.link.evaluate.frame import Frame, LocalFrame, ModuleFrame
from celerylint.link.evaluate.objects import (
    AnyOf,
    AppObject,
    ClassObject,
    ExternalCall,
    ExternalObject,
    FunctionObject,
    InstanceObject,
    ModuleObject,
    TaskObject,
    plain,
)

__all__ = [
    "AnyOf",
    "AppObject",
    "ClassObject",
    "Evaluator",
    "ExternalCall",
    "ExternalObject",
    "Frame",
    "FunctionObject",
    "InstanceObject",
    "LocalFrame",
    "ModuleFrame",
    "ModuleObject",
    "TaskObject",
    "plain",
]
