"""The effective value of every setting of an app, in the order in which Celery ranks the places where it is set."""

from celerylint.link.settings.broker import broker_of
from celerylint.link.settings.effective import as_settings, effective_settings, flattened

__all__ = ["as_settings", "broker_of", "effective_settings", "flattened"]
