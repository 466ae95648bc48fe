"""The effective value of every setting of an app, in the order in which Celery ranks the places where it is set."""

from celerylint.link.settings.broker import broker_of, same_broker
from celerylint.link.settings.effective import as_settings, contributions_of, effective_settings, flattened
from celerylint.link.settings.replaced import replaced_sources
from celerylint.link.settings.written import written_settings

__all__ = [
    "as_settings",
    "broker_of",
    "contributions_of",
    "effective_settings",
    "flattened",
    "replaced_sources",
    "same_broker",
    "written_settings",
]
