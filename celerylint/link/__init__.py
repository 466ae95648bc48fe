"""What the facts of all files mean together: the reading wing's last step makes the model."""

from celerylint.link.project import link

__all__ = ["link"]
