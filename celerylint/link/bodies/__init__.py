"""What the functions of tasks do, as far as their code tells: what they wait for, what they send, what they take."""

from celerylint.link.bodies.tasks import Bodies, TaskCode, Wait

__all__ = ["Bodies", "TaskCode", "Wait"]
