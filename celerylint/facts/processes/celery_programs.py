"""The programs that are known to start Celery by words of their own, as their sources say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from celerylint.facts.processes.celery_commands import CeleryCommand

# apache-airflow-providers-celery 3.13, cli/celery_command.py:worker and executors/celery_executor.py: it always gives
# -O fair, the queues and the concurrency, and takes what its own command line leaves out from its configuration.
_AIRFLOW_RENAMED = {
    "-q": "--queues",
    "-a": "--autoscale",
    **dict.fromkeys(("-H", "--celery-hostname", "--celery_hostname"), "--hostname"),
    **dict.fromkeys(("-p", "--pid"), "--pidfile"),
    **dict.fromkeys(("-l", "--log-file"), "--logfile"),
    "--daemon": "--detach",
    "-u": "--umask",
    **dict.fromkeys(("--stdout", "--stderr", "--team", "-s", "--skip-serve-logs", "-v", "--verbose"), ""),
}
_AIRFLOW_OWN = {
    "--queues": "AIRFLOW__OPERATORS__DEFAULT_QUEUE",
    "--concurrency": "AIRFLOW__CELERY__WORKER_CONCURRENCY",
    "--autoscale": "AIRFLOW__CELERY__WORKER_AUTOSCALE",
    "--pool": "AIRFLOW__CELERY__POOL",
}
_AIRFLOW_APP = ("celery", "--app=airflow.providers.celery.executors.celery_executor")
_VALUED = frozenset({"--stdout", "--stderr", "--team", "--logformat"})

# sentry 24, runner/commands/run.py:worker and cron; later ones have no Celery, and these words do nothing there.
_SENTRY_APP = ("celery", "--app=sentry.celery")
_SENTRY_DROPPED = ("-q", "--quiet", "--no-color", "--autoreload", "--ignore-unknown-queues", "--logformat")
_SENTRY_WORKER = dict.fromkeys(_SENTRY_DROPPED, "")
_SENTRY_CRON = {
    **_SENTRY_WORKER,
    **dict.fromkeys(("--without-gossip", "--without-mingle", "--without-heartbeat"), ""),
}


def _commands() -> Iterator[CeleryCommand]:
    for words in (("airflow", "celery"), ("airflow",)):  # Airflow 2 and later, Airflow 1
        worker = (*_AIRFLOW_APP, "worker", "--optimization=fair")
        yield CeleryCommand((*words, "worker"), worker, _AIRFLOW_RENAMED, _VALUED, _AIRFLOW_OWN)
        yield CeleryCommand((*words, "flower"), (*_AIRFLOW_APP, "flower"))
    worker = (*_SENTRY_APP, "worker", "--max-tasks-per-child=10000")
    yield CeleryCommand(("sentry", "run", "worker"), worker, _SENTRY_WORKER, _VALUED)
    yield CeleryCommand(("sentry", "run", "cron"), (*_SENTRY_APP, "beat"), _SENTRY_CRON, _VALUED)
    # nautobot 2, core/management/commands/celery.py: Celery's own command line, whole.
    yield CeleryCommand(("nautobot-server", "celery"), ("celery", "--app=nautobot.core.celery"))
    # A command of the project's own or of a package: most hand the rest to Celery, and may add to it.
    for program in ("manage.py", "django-admin", "flask"):
        yield CeleryCommand((program, "celery"), ("celery",), adds=True)


CELERY_PROGRAMS: Mapping[str, tuple[CeleryCommand, ...]] = {
    name: tuple(command for command in _commands() if command.program == name)
    for name in dict.fromkeys(command.program for command in _commands())
}
