"""The words of a command line: options in all their spellings, settings behind `--`, and what Celery refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oracle.draw import Draw

COUNTS = ("1", "2", "3", "4", "8", "10", "16", "64", "100", "0", "007", "+5", "1_0", " 6", "12 ")
SECONDS = ("30", "2.5", "300", "1e2", "0", "0.0", "3600", "1_000", "inf", ".5", " 60")
QUEUES = ("celery", "mail", "high", "low", "a", "b", "priority-1", "reports")
NUMBERS_NOT = ("x", "", "4.5", "-1", "four", "1,2", "auto", "AUTO")
POOLS = ("prefork", "threads", "solo", "processes", "gevent", "eventlet", "nope", "Prefork", "custom", "")
SCALES = ("10,3", "3,10", "10", "0", "4,4", "0,8", "10,-2", " 6, 2 ", "4,", ",4", "1,2,3", "a", "")
TRUTHS = ("1", "true", "yes", "on", "0", "false", "no", "off", "", "True", " 1 ", "T", "x", "2")
WORDS = ("shop", "/var/run/w.pid", "w1@%h", "%n-%i.log", "a b", "redbeat.RedBeatScheduler", "")
LEVELS = ("INFO", "info", "DEBUG", "warning", "Critical", "nope", "20")

# Flags, the kind of value, how often it is drawn: of celery/bin/worker.py 5.7.
_OPTIONS = """
-c,--concurrency count 9
-P,--pool pool 6
-Q,--queues queues 9
-X,--exclude-queues queues 3
--autoscale scale 5
--time-limit seconds 4
--soft-time-limit seconds 4
--max-tasks-per-child count 5
--max-memory-per-child count 5
--prefetch-multiplier count 5
-n,--hostname word 2
-E,--task-events,--events flag 3
-B,--beat flag 2
-s,--schedule,--schedule-filename word 1
--scheduler word 2
-S,--statedb word 2
--disable-prefetch flag 2
-l,--loglevel level 5
--pidfile word 1
-f,--logfile word 1
-D,--detach flag 1
-O,--optimization optimization 3
--purge,--discard flag 1
-I,--include queues 1
--without-gossip flag 1
--without-mingle flag 1
--without-heartbeat flag 1
--heartbeat-interval count 1
--pool-start-method start 1
--umask word 1
"""
OPTIONS = tuple(
    (tuple(flags.split(",")), kind)
    for flags, kind, often in (line.split() for line in _OPTIONS.split("\n") if line)
    for _ in range(int(often))
)
_VALUES: Mapping[str, Sequence[str]] = {
    "count": COUNTS,
    "seconds": SECONDS,
    "scale": SCALES[:7],
    "pool": POOLS[:6],
    "word": WORDS,
    "level": LEVELS[:5],
    "optimization": ("fair", "default"),
    "start": ("fork", "spawn"),
    "flag": TRUTHS[:8],
}
_REFUSED: Mapping[str, Sequence[str]] = {
    "count": NUMBERS_NOT,
    "seconds": ("soon", "", "5s"),
    "scale": SCALES,
    "pool": POOLS,
    "level": LEVELS,
    "optimization": ("fast", "FAIR", ""),
    "start": ("thread",),
    "flag": TRUTHS,
}
_SETTINGS = """
worker.prefetch_multiplier=1
.concurrency=3
worker_concurrency=5
task.acks_late=true
broker.pool_limit=1
task_time_limit=30
worker.pool=threads
task.default_queue=mail
worker_prefetch_multiplier=(int)7
task_soft_time_limit=(float)2.5
Task_Acks.Late=no
.max_tasks_per_child=9
task_create_missing_queues=off
broker_url=redis://behind/1
result_backend=redis://behind/2
.disable_prefetch=1
worker_concurrency=
task_acks_late=maybe
nonsense.setting=1
worker.prefetch_multiplier=x
a=b=c
""".strip().split("\n")


def value_of(draw: Draw, kind: str, faults: int) -> str:
    """A value for an option or a variable; so often one that Celery may refuse."""
    if kind == "queues":
        names = [draw.pick(QUEUES) for _ in range(draw.number(1, 3))]
        return draw.pick((",",) * 9 + (", ", ",,")).join(names)
    if kind in _REFUSED and draw.chance(faults):
        return draw.pick(_REFUSED[kind])
    return draw.pick(_VALUES[kind])


def option_words(draw: Draw, faults: int) -> list[str]:
    """Options of the worker in any order and spelling; now and then words that Celery does not know."""
    words: list[str] = []
    for _ in range(draw.number(0, 5)):
        flags, kind = draw.pick(OPTIONS)
        flag = draw.pick(flags)
        if kind == "flag":
            words.append(flag)
        elif flag.startswith("--"):
            value = value_of(draw, kind, faults)
            words += [f"{flag}={value}"] if draw.chance(60) else [flag, value]
        else:
            words += _short(draw, flag, value_of(draw, kind, faults))
    if draw.chance(faults):
        strange = draw.pick(
            ("--nope", "-y", "--conc=4", "--beat=1", "-A", "--app=proj", "--no-beat", "stray", "-c", "--")
        )
        words.insert(draw.number(0, len(words)), strange)
    return words


def _short(draw: Draw, flag: str, value: str) -> list[str]:
    """`-c 4`, `-c4`, `-c=4`, `-EBc4`."""
    form = draw.pick(("next", "next", "next", "attached", "attached", "joined", "equals"))
    if form == "next" or (not value and form != "equals"):
        return [flag, value]
    if form == "joined":
        return [f"-{draw.pick(('E', 'B', 'EB'))}{flag[1:]}{value}"]
    return [f"{flag}={value}"] if form == "equals" and draw.chance(30) else [f"{flag}{value}"]


def trailing_words(draw: Draw) -> list[str]:
    """Settings behind the options, with or without `--`."""
    if draw.chance(75):
        return []
    settings = [draw.pick(_SETTINGS) for _ in range(draw.number(1, 2))]
    return ["--", *settings] if draw.chance(80) else settings


def variables(draw: Draw, faults: int) -> dict[str, str]:
    """What click reads for the worker's options, and names that it does not read."""
    found: dict[str, str] = {}
    for _ in range(draw.pick((0, 0, 0, 1, 1, 2, 3))):
        flags, kind = draw.pick(OPTIONS)
        dests = [flag.lstrip("-").replace("-", "_").upper() for flag in flags if flag.startswith("--")]
        prefix = draw.pick(("CELERY_WORKER_",) * 8 + ("CELERY_", "WORKER_", "CELERYD_"))
        found[prefix + draw.pick(dests)] = value_of(draw, kind, faults)
    return found
