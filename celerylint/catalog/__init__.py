"""What Celery knows: its settings, task options and command line, for every catalogued release.

The data is read from the Celery releases themselves (`python -m celerylint.catalog.generate`) and is loaded when it is
first asked for. A version is a string such as `5.4.0`; None means the newest release.
"""

from celerylint.catalog.call import call_kinds
from celerylint.catalog.command import Command, Option, commands, option
from celerylint.catalog.data import Change, Lifetime
from celerylint.catalog.imports import Imported, imported, together
from celerylint.catalog.releases import NEWEST, OLDEST, RELEASES, release, version_key
from celerylint.catalog.setting import Setting, by_old_name, django_name, settings
from celerylint.catalog.task_option import TaskOption, task_options
from celerylint.catalog.timeouts import Endless, endless

__all__ = [
    "NEWEST",
    "OLDEST",
    "RELEASES",
    "Change",
    "Command",
    "Endless",
    "Imported",
    "Lifetime",
    "Option",
    "Setting",
    "TaskOption",
    "by_old_name",
    "call_kinds",
    "commands",
    "django_name",
    "endless",
    "imported",
    "option",
    "release",
    "settings",
    "task_options",
    "together",
    "version_key",
]
