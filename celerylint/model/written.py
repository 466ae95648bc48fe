"""A name that a configuration source gives, and what Celery makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.app import App
from celerylint.origin import Layer, Span, Value, known

_NOTHING: Value[object | None] = known(None, Layer.DEFAULT)


@dataclass(frozen=True, slots=True, eq=False)
class WrittenSetting:
    """One name in one place: `CELERY_TASK_ACKS_LATE = True` of Django's settings, `app.conf.task_ack_late = True`.

    Names that are no setting of Celery's and are not close to one are left out, and so is one that is misread but that
    other code of the repository reads for itself.
    """

    name: str  # as written
    span: Span
    app: App
    namespace: str  # of its source: `CELERY`; empty where the source has none
    setting: str  # Celery's lower-case name that it is, or that it was surely meant to be
    instead: str  # how that source has to spell the setting
    slip: str
    """What is wrong with a name that Celery does not look for: `prefix` (the namespace is missing, in the call or in
    the name), `spelling`; empty where it looks for it."""

    old_name: bool  # a name from before Celery 4: `CELERYD_CONCURRENCY`
    ignored: Value[bool]
    """Celery never reads this name from this source. Unknown where releases differ: old names beside a namespace are
    read from 5.7 on (celery/utils/collections.py:ConfigurationView)."""

    in_release: Value[bool]  # whether the app's Celery has the setting; unknown where nothing names a version
    first_release: str  # the oldest catalogued release with the setting, 4.4.7 for whatever is older
    last_release: str  # the newest catalogued release with it
    value: Value[object]  # plain data
    effective: Value[object]  # what the app has for the setting all the same, as plain data
    text_for: Value[str | None]
    """`number` or `switch` where the value is a text and the setting takes such a thing: Celery converts nothing.
    A switch counts where the text says no (`"False"`, `"0"`), as every text that is not empty means yes."""

    clashes_with: str = ""
    """A name of the same source in the other spelling, before Celery 4 or since, because of which Celery raises
    ImproperlyConfigured as soon as it reads this one (celery/app/utils.py:detect_settings); empty where it does not."""

    hidden_by: Value[object | None] = _NOTHING
    """What the app really has, from `app.conf` over a configuration object or the other way round, where that is
    another value; None where this one holds, or where both say the same."""
