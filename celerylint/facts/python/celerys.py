"""The names by which Python files reach Celery's apps, decorators and task classes, 3.1 to 5.7."""

from __future__ import annotations

APP_CLASSES = frozenset({"celery.Celery", "celery.app.Celery", "celery.app.base.Celery"})
# Other distributions' subclasses, which take the same arguments (tenant-schemas-celery 2 to 4).
APP_CLASSES |= {"tenant_schemas_celery.app.CeleryApp"}

# celery/__init__.py and celery/app/__init__.py; celery.task and celery.decorators until 4.4.
SHARED = frozenset({"celery.shared_task", "celery.app.shared_task", "celery.decorators.task", "celery.task.task"})
OLD_TASK = frozenset({"celery.task", "celery.task.periodic_task", "celery.decorators.periodic_task"})
CURRENT_APPS = frozenset({"celery.current_app", "celery._state.current_app", "celery.app.app_or_default()"})

# Until Celery 4.4 these register their subclasses by themselves (celery/task/base.py:TaskType).
OLD_CLASSES = frozenset(
    {"celery.task.Task", "celery.task.base.Task", "celery.task.PeriodicTask", "celery.task.base.PeriodicTask"}
)
# Their options are None, which leaves them to the settings (celery/app/task.py:Task.from_config, 4.4 to 5.7).
TASK_CLASSES = OLD_CLASSES | {
    "celery.Task",
    "celery.app.task.Task",
    "celery.current_app.Task",
    "celery.contrib.abortable.AbortableTask",
    "celery.contrib.django.task.DjangoTask",
}
SIGNATURES = frozenset({"celery.signature", "celery.canvas.signature", "celery.subtask", "celery.Signature"})
CHORDS = frozenset({"celery.chord", "celery.canvas.chord"})
