"""Python files, read by one grammar whatever Python runs us, and told in the nodes of the standard `ast`."""

from celerylint.sources.python.errors import PythonSyntaxError, TooDeep, TooLarge
from celerylint.sources.python.module import PythonModule
from celerylint.sources.python.opaque import Opaque
from celerylint.sources.python.segments import Segment

__all__ = ["Opaque", "PythonModule", "PythonSyntaxError", "Segment", "TooDeep", "TooLarge"]
