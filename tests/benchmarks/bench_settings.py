"""How long the settings of a large Django project take: a package of about 1,500 lines, read and evaluated anew.

    python tests/benchmarks/bench_settings.py [--runs 9]

The package is written into a temporary folder: a base module with constants, environment variables, applications and
dictionaries, modules for caches, logging and Celery that import from it, and one for production that imports all with
a star and changes some. libcst is imported before; nothing else is kept from one run to the next.

The median of the CPU time is printed for reading the code and for the effective settings of its one app, in two
environments, as two workers have them. Nothing is asserted: a slow machine is no bug.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from celerylint.link.apps import find_apps
from celerylint.link.code import read_code
from celerylint.link.environment import Environment
from celerylint.link.settings import effective_settings
from celerylint.origin import Layer, known
from celerylint.sources.discover import discover
from celerylint.sources.python import PythonModule
from celerylint.sources.text import decode
from celerylint.sources.tree import Tree

APP = """import os
from celery import Celery
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.production")
app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
"""


def base() -> Iterator[str]:
    """Constants, the environment, applications, templates: 900 lines."""
    yield "import os\nfrom datetime import timedelta\nfrom pathlib import Path\n"
    yield "BASE_DIR = Path(__file__).resolve().parent.parent\nDEBUG = os.environ.get('DEBUG', '') == '1'\n"
    yield "def env_int(name, default):\n    try:\n        return int(os.environ.get(name, default))\n"
    yield "    except ValueError:\n        return default\n"
    for number in range(90):
        yield f"SITE_OPTION_{number} = {number} * 60\n"
        yield f"SITE_NAME_{number} = os.environ.get('SITE_NAME_{number}', 'name {number}')\n"
        yield f"SITE_LIMIT_{number} = env_int('SITE_LIMIT_{number}', SITE_OPTION_{number} + 1)\n"
        yield f"if DEBUG:\n    SITE_LIMIT_{number} = 1\n"
    yield from ("INSTALLED_APPS = [\n", *(f"    'shop.app_{number}',\n" for number in range(120)), "]\n")
    yield from ("MIDDLEWARE = [\n", *(f"    'shop.middleware_{number}.Middleware',\n" for number in range(40)), "]\n")
    yield "if DEBUG:\n    INSTALLED_APPS += ['debug_toolbar']\n    MIDDLEWARE.insert(0, 'debug_toolbar.Middleware')\n"
    for number in range(25):
        yield f"FEATURE_{number} = {{\n    'name': SITE_NAME_{number},\n    'limit': SITE_LIMIT_{number},\n"
        yield f"    'hosts': os.environ.get('HOSTS_{number}', 'a,b').split(','),\n"
        yield f"    'nested': {{'enabled': True, 'after': timedelta(minutes={number})}},\n}}\n"
        yield f"FEATURE_{number}['nested']['url'] = f'https://{{SITE_NAME_{number}}}/'\n"


def celery() -> Iterator[str]:
    """What Celery is told: 350 lines."""
    yield "import os\nfrom celery.schedules import crontab\nfrom kombu import Exchange, Queue\n"
    yield "from shop.settings.base import DEBUG, SITE_LIMIT_1, SITE_OPTION_2, env_int\n"
    yield "REDIS_HOST = os.environ.get('REDIS_HOST', 'redis')\nREDIS_PORT = env_int('REDIS_PORT', 6379)\n"
    yield "REDIS_URL = f'redis://{REDIS_HOST}:{REDIS_PORT}'\nCELERY_BROKER_URL = f'{REDIS_URL}/0'\n"
    yield "CELERY_RESULT_BACKEND = f'{REDIS_URL}/1'\nCELERY_TASK_ACKS_LATE = not DEBUG\n"
    yield "CELERY_TASK_TIME_LIMIT = SITE_LIMIT_1 + SITE_OPTION_2\nCELERY_TASK_SOFT_TIME_LIMIT = int(0.9 * "
    yield "CELERY_TASK_TIME_LIMIT)\nCELERY_WORKER_CONCURRENCY = env_int('CONCURRENCY', 4)\n"
    yield "CELERY_BROKER_TRANSPORT_OPTIONS = {'visibility_timeout': CELERY_TASK_TIME_LIMIT * 2}\n"
    yield "QUEUES = ['default', 'mail', 'slow']\nCELERY_TASK_QUEUES = []\n"
    yield "for queue in QUEUES:\n    CELERY_TASK_QUEUES.append(Queue(queue, Exchange(queue), routing_key=queue))\n"
    yield "CELERY_TASK_ROUTES = {\n"
    yield from (f"    'shop.app_{number}.tasks.*': {{'queue': QUEUES[{number % 3}]}},\n" for number in range(80))
    yield "}\nCELERY_BEAT_SCHEDULE = {\n"
    for number in range(40):
        yield f"    'task-{number}': {{\n        'task': 'shop.app_{number}.tasks.run',\n"
        yield f"        'schedule': crontab(minute={number}),\n        'options': {{'queue': 'slow'}},\n    }},\n"
    yield "}\nif not DEBUG:\n    CELERY_BEAT_SCHEDULE['extra'] = {'task': 'shop.extra', 'schedule': 60}\n"


def production() -> Iterator[str]:
    """What production changes: 150 lines."""
    yield "from shop.settings.base import *\nfrom shop.settings.celery import *\nfrom shop.settings.logs import *\n"
    yield "import os\nDEBUG = False\nCELERY_WORKER_PREFETCH_MULTIPLIER = 1\n"
    yield "CELERY_TASK_ROUTES = {**CELERY_TASK_ROUTES, 'shop.extra': {'queue': 'slow'}}\n"
    for number in range(70):
        yield f"SITE_OPTION_{number} += 1\nSITE_NAME_{number} = SITE_NAME_{number}.upper()\n"


def logs() -> Iterator[str]:
    """Logging: 150 lines."""
    yield "LOGGING = {\n    'version': 1,\n    'loggers': {\n"
    yield from (f"        'shop.app_{number}': {{\n            'level': 'INFO',\n        }},\n" for number in range(45))
    yield "    },\n}\nLOGGING['loggers']['celery'] = {'level': 'WARNING'}\n"


FILES: Mapping[str, str] = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.production')\n",
    "shop/__init__.py": "",
    "shop/celery.py": APP,
    "shop/settings/__init__.py": "",
    "shop/settings/base.py": "".join(base()),
    "shop/settings/celery.py": "".join(celery()),
    "shop/settings/logs.py": "".join(logs()),
    "shop/settings/production.py": "".join(production()),
}


def run(root: Path) -> tuple[float, float, float]:
    """Seconds of CPU for reading the code, for the settings of a first worker, and for those of a second one."""
    start = time.process_time()
    code = read_code(Tree(root, discover(root)))
    (app,) = find_apps(code)
    times = [time.process_time()]
    for concurrency in ("4", "8"):
        evaluator = code.evaluator(Environment({"CONCURRENCY": known(concurrency, Layer.MANIFEST)}))
        settings = effective_settings(code, app, evaluator)
        if settings["worker_concurrency"].otherwise(None) != int(concurrency):
            raise SystemExit(f"the settings are wrong: {settings['worker_concurrency']}")
        times.append(time.process_time())
    return times[0] - start, times[1] - times[0], times[2] - times[1]


def main() -> None:
    """Write the package, evaluate it several times, print the medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    PythonModule(decode(b"X = 1\n", "warm.py", python=True)).body()  # imports libcst
    with tempfile.TemporaryDirectory() as folder:
        for name, text in FILES.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        times = [run(Path(folder)) for _ in range(runs)]
    lines = sum(text.count("\n") for name, text in FILES.items() if "settings" in name)
    print(f"{lines} lines of settings, median of {runs} runs")
    for name, each in zip(("code", "settings", "settings of a second worker"), zip(*times, strict=True), strict=True):
        print(f"{statistics.median(each) * 1000:7.1f} ms  {name}")


if __name__ == "__main__":
    main()
