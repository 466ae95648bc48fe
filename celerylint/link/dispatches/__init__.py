"""The calls that send tasks, with what is around them and what is given along."""

from celerylint.link.dispatches.read import dispatches_of

__all__ = ["dispatches_of"]
