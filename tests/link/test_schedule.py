"""Schedules: the entries that beat would have, what they send and when."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.model import Project, ScheduleEntry
from celerylint.origin import Value
from celerylint.session import model

CELERY = """
from datetime import timedelta
from celery import Celery
from celery.schedules import crontab, schedule, solar

app = Celery("shop", include=["shop.tasks"])
"""
TASKS = "from shop.celery import app\n\n@app.task\ndef mail(): pass\n"


def shop(root: Path, schedule: str, **files: str) -> Project:
    code = {"shop/__init__.py": "", "shop/celery.py": CELERY + schedule, "shop/tasks.py": TASKS, **files}
    for name, text in code.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return model(root).project


def only(project: Project) -> ScheduleEntry:
    (entry,) = project.schedule
    return entry


def scheduled(root: Path, when: str, more: str = "") -> ScheduleEntry:
    fields = f"'task': 'shop.tasks.mail', 'schedule': {when}{more}"
    return only(shop(root, f"app.conf.beat_schedule = {{'nightly': {{{fields}}}}}\n"))


def told(value: Value[object]) -> object:
    return value.value if value.known else value.reason


@pytest.mark.parametrize(
    ("when", "interval", "text"),
    [
        ("30.0", 30, "every 30 s"),
        ("15", 15, "every 15 s"),
        ("timedelta(minutes=5)", 300, "every 300 s"),
        ("schedule(run_every=60)", 60, "schedule(run_every=60)"),
        ("schedule(timedelta(hours=1))", 3600, "schedule(datetime.timedelta(seconds=3600))"),
        ("crontab(minute=0, hour='*/2')", None, "crontab(minute=0, hour='*/2')"),
        ("solar('sunset', -37.8, 144.9)", None, "solar('sunset', -37.8, 144.9)"),
    ],
)
def test_when_an_entry_is_due(when: str, interval: float | None, text: str, tmp_path: Path) -> None:
    entry = scheduled(tmp_path, when)
    assert (told(entry.interval), told(entry.schedule)) == (interval, text)
    assert entry.refused == ""


def test_a_crontab_is_its_numbers(tmp_path: Path) -> None:
    entry = scheduled(tmp_path, "crontab(minute='*/20', hour=[3, 5], day_of_week='sat,sun')")
    crontab = entry.crontab.get()
    assert crontab is not None
    assert (crontab.minute, crontab.hour, crontab.day_of_week) == ((0, 20, 40), (3, 5), (0, 6))
    assert told(entry.shortest_gap) == 1200
    assert str(entry.crontab.origin.span) == "shop/celery.py:7:78"


def test_a_crontab_that_celery_refuses_says_why(tmp_path: Path) -> None:
    entry = scheduled(tmp_path, "crontab(hour='24')")
    assert entry.refused == "crontab: hour '24': 24 is not from 0 to 23"
    assert not entry.crontab.known


@pytest.mark.parametrize("fields", ["'schedule': None", ""])
def test_an_entry_without_a_schedule_ends_beat(fields: str, tmp_path: Path) -> None:
    text = f"app.conf.beat_schedule = {{'x': {{'task': 'shop.tasks.mail', {fields}}}}}\n"
    assert only(shop(tmp_path, text)).refused == "the entry has no schedule"


def test_options_of_an_entry(tmp_path: Path) -> None:
    entry = scheduled(tmp_path, "5", ", 'options': {'queue': 'nights', 'expires': timedelta(minutes=1)}")
    assert (told(entry.queue), told(entry.expires)) == ("nights", 60)
    entry = scheduled(tmp_path, "5", ", 'options': {'expires': 4}")
    assert (told(entry.queue), told(entry.expires)) == (None, 4)
    entry = scheduled(tmp_path, "5", ", 'options': options()")
    assert not entry.queue.known and not entry.expires.known


def test_what_nobody_can_follow_is_unknown(tmp_path: Path) -> None:
    import_ = "from redbeat.schedules import rrule\n"
    entry = only(
        shop(tmp_path, import_ + "app.conf.beat_schedule = {'x': {'task': f(), 'schedule': rrule('DAILY')}}\n")
    )
    assert told(entry.interval) == "this schedule is not followed"
    assert not entry.task.known and not entry.runs.known


def test_an_entry_leads_to_its_task(tmp_path: Path) -> None:
    task = scheduled(tmp_path, "5").runs.get()
    assert task is not None
    assert (task.name, task.span.path) == ("shop.tasks.mail", "shop/tasks.py")


@pytest.mark.parametrize(
    ("scheduler", "reason"),
    [
        ("django_celery_beat.schedulers:DatabaseScheduler", "keeps its schedule in a database"),
        ("redbeat.RedBeatScheduler", "keeps its schedule in Redis"),
        ("", ""),
    ],
)
def test_a_scheduler_with_a_store_of_its_own_hides_its_schedule(scheduler: str, reason: str, tmp_path: Path) -> None:
    option = f" -S {scheduler}" if scheduler else ""
    compose = f"services:\n  beat:\n    image: shop\n    command: celery -A shop beat{option}\n"
    written = "app.conf.beat_schedule = {'nightly': {'task': 'shop.tasks.mail', 'schedule': 5}}\n"
    (beat,) = shop(tmp_path, written, **{"compose.yaml": compose}).beats
    if reason:
        assert beat.schedule.reason == f"{scheduler} {reason}"
    else:
        assert [entry.name for entry in beat.schedule.get()] == ["nightly"]


ADDED = """
from shop.tasks import mail

@app.on_after_finalize.connect
def setup_periodic_tasks(sender, **kwargs):
    sender.add_periodic_task(30.0, mail.s(), name="often", expires=10)
    sender.add_periodic_task(crontab(minute=0), mail.s("x").set(queue="nights"), options={})
    sender.add_periodic_task(60, app.signature("shop.tasks.gone"), name="gone")
    if False:
        sender.add_periodic_task(1, mail.s(), name="never")
"""


def test_entries_that_code_adds(tmp_path: Path) -> None:
    files = {"shop/schedule.py": "from celery.schedules import crontab\nfrom shop.celery import app\n" + ADDED}
    often, hourly, gone = shop(tmp_path, "", **files).schedule
    assert (often.name, told(often.task), told(often.interval), told(often.expires)) == (
        "often",
        "shop.tasks.mail",
        30,
        10,
    )
    assert often.runs.get() is not None and often.span.path == "shop/schedule.py"
    assert (told(hourly.queue), told(hourly.shortest_gap)) == ("nights", 3600)
    assert gone.runs.get() is None, "no module of the repository declares it"


def test_entries_stay_known_where_one_more_depends_on_a_condition(tmp_path: Path) -> None:
    entry = "{'task': 'shop.tasks.mail', 'schedule': %s}"
    code = f"import os\nSCHEDULE = {{'often': {entry % 5}, **other()}}\napp.conf.beat_schedule = SCHEDULE\n"
    assert shop(tmp_path, code).schedule == (), "its entries stand under a name that nobody follows"
    code = f"import os\napp.conf.beat_schedule = {{'often': {entry % 5}, **other(), 'hourly': {entry % 3600}}}\n"
    code += f"if os.environ['MORE']:\n    app.conf.beat_schedule['more'] = {entry % 60}\n"
    compose = "services:\n  beat:\n    image: shop\n    command: celery -A shop beat\n"
    project = shop(tmp_path, code, **{"compose.yaml": compose})
    assert [(entry.name, told(entry.interval)) for entry in project.schedule] == [
        ("often", 5),
        ("hourly", 3600),
        ("more", 60),
    ]
    assert not project.beats[0].schedule.known
