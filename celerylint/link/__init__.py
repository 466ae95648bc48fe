"""What the facts of all files mean together: the reading wing's last step makes the model."""

from celerylint.link.project import link
from celerylint.link.starters import launching_words

__all__ = ["launching_words", "link"]
