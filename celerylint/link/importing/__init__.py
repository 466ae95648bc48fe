"""Which modules a worker's process imports: what it certainly does, and all that it may."""

from celerylint.link.importing.everywhere import Everywhere
from celerylint.link.importing.tasks import TaskImports

__all__ = ["Everywhere", "TaskImports"]
