"""Python code that starts Celery: which command lines it makes, and what of them is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from linked import code_of, written

from celerylint.facts.launch import Launch, read_launches
from celerylint.facts.manifests import WorkloadFact
from celerylint.link.launchers import python_launchers

HEAD = """\
import asyncio, os, shlex, subprocess, sh
from subprocess import Popen
from celery import Celery
app = Celery("shop")
BASE = ["celery", "-A", "shop"]
PROCESSES = 4
"""
LINES = HEAD.count("\n")


def started(root: Path, source: str, path: str = "serve.py") -> list[tuple[WorkloadFact, Launch]]:
    workloads = python_launchers(code_of(written(root, {path: HEAD + source}))).workloads
    return [(each, launch) for each in workloads for launch in read_launches(each.containers[0].arguments or ())]


def options(launch: Launch) -> dict[str, Any]:
    """Each option's value, or `?` with the reason where it is not known."""
    uses = {**launch.global_options, **launch.options}
    return {dest: f"? {use.unresolved}" if use.unresolved else use.value for dest, use in uses.items()}


CALLS = {
    'app.worker_main(["worker", "-c", "2"])': {"concurrency": "2"},
    'app.worker_main(argv=["celery", "worker", "-c2"])': {"concurrency": "2"},
    'app.start(argv=["worker", f"--concurrency={PROCESSES}"])': {"concurrency": "4"},
    'app.start(["worker", "-c", str(PROCESSES * 2)])': {"concurrency": "8"},
    'app.Worker(concurrency=3, queues=["a", "b"], pool="solo", beat=False).start()': {
        "concurrency": "3",
        "queues": "a,b",
        "pool": "solo",
    },
    'subprocess.run(BASE + ["worker", "-E"])': {"app": "shop", "task_events": True},
    'Popen(["/usr/bin/celery", *BASE[1:], "worker"], env={})': {"app": "shop"},
    "subprocess.check_call(shlex.split(\"celery -A shop worker -Q 'a b'\"))": {"app": "shop", "queues": "a b"},
    'subprocess.call("celery -A shop worker -l info".split())': {"app": "shop", "loglevel": "info"},
    'subprocess.run("cd /app && celery -A shop worker", shell=True)': {"app": "shop"},
    'subprocess.run(" ".join([*BASE, "worker"]), shell=True)': {"app": "shop"},
    'os.system("celery -A shop worker -c %d -n %s" % (PROCESSES, 1))': {
        "app": "shop",
        "concurrency": "4",
        "hostname": "1",
    },
    'os.execvp("celery", ["celery", "-A", "shop", "worker"])': {"app": "shop"},
    'os.execlp("celery", "celery", "-A", "shop", "worker")': {"app": "shop"},
    'asyncio.create_subprocess_exec("celery", "-A", "shop", "worker")': {"app": "shop"},
    'sh.celery("-A", "shop", "worker")': {"app": "shop"},
    'FILTERS.add_items(["celery", "-A", "shop", "worker", "-c", "1"])': {"app": "shop", "concurrency": "1"},
}


@pytest.mark.parametrize("call", CALLS)
def test_a_call_starts_a_worker(call: str, tmp_path: Path) -> None:
    ((workload, launch),) = started(tmp_path, f"def go():\n    {call}\n")
    assert (workload.platform, workload.kind, workload.name) == ("python", "launcher", "go")
    assert launch.subcommand == "worker"
    assert options(launch) == CALLS[call]


NO_WORKERS = """
if __name__ == "__main__":
    app.start()
    app.worker_main()
|thread.start()
|server.start(["worker"])
|subprocess.run(["pkill", "-f", "celery worker"])
|subprocess.run(["celery", "-A", "shop", "inspect", "ping"])
|subprocess.run(["git", "status"])
|def run(command): subprocess.run(command)
|print(["run", "celery", "with a", "worker"])
|'''celery worker'''
|app.Worker
"""


@pytest.mark.parametrize("source", NO_WORKERS.split("|"))
def test_nothing_is_started(source: str, tmp_path: Path) -> None:
    assert started(tmp_path, source) == []


def test_a_list_that_grows_is_followed_and_conditions_leave_only_their_options_unknown(tmp_path: Path) -> None:
    source = """
def command_worker(args, queue="mail"):
    argv = ["--workdir={}".format(args.base), "worker", f"--queues={queue},slow"]
    argv += ["-E"]
    argv.extend(["-l", "info"])
    if args.windows:
        argv.append("--pool=solo")
        argv += ["-B"]
    argv.append(f"--concurrency={PROCESSES}")
    app.worker_main(argv=argv)
    argv.append("--never")
"""
    ((workload, launch),) = started(tmp_path, source)
    doubt = f"? a condition at line {LINES + 6} decides whether it is given"
    assert options(launch) == {
        "workdir": "? the argument args is not known",
        "queues": "? the argument queue is not known",
        "task_events": True,
        "loglevel": "info",
        "pool": doubt,
        "beat": doubt,
        "concurrency": "4",
    }
    assert workload.containers[0].app is not None
    place = launch.options["loglevel"].value_span
    assert place is not None
    assert (place.path, place.line, place.column) == ("serve.py", LINES + 5, 25)


@pytest.mark.parametrize(
    ("lines", "opaque"),
    [
        ("argv.remove('worker')", "{argv}"),
        ("if x:\n        argv = ['beat']", "{argv}"),
        ("argv.extend(x.more)", "{x.more}"),
        ("argv = argv + x", "{x}"),
    ],
)
def test_what_is_not_followed_is_opaque(lines: str, opaque: str, tmp_path: Path) -> None:
    source = f"def go(x):\n    argv = ['worker']\n    {lines}\n    subprocess.run(['celery', '-A', 'shop'] + argv)\n"
    found = started(tmp_path, source)
    assert [word.text for _, launch in found for word in launch.opaque] == [opaque]


def test_a_text_with_parts_that_are_not_known(tmp_path: Path) -> None:
    source = """
def go(n, level):
    command = f"celery -A shop worker --concurrency={n} -n core:{os.urandom(3).hex()}@%h -Q core"
    Popen(command.split(" "))
    os.system(f"rm -f /tmp/pid; exec celery -A shop worker -l {level} -c {PROCESSES}")
"""
    (_, first), (_, second) = started(tmp_path, source)
    assert options(first)["concurrency"] == "? the argument n is not known"
    assert options(first)["queues"] == "core"
    assert str(options(first)["hostname"]).startswith("?")
    assert options(second)["concurrency"] == "4"
    assert str(options(second)["loglevel"]).startswith("?")
    assert [shell.execs for shell in second.shells] == [True]


def test_a_command_line_that_nobody_runs_is_a_doubt(tmp_path: Path) -> None:
    code = code_of(written(tmp_path, {"serve.py": HEAD + 'HELP = "celery -A shop worker -c 4"\n"""celery worker"""\n'}))
    (unread,) = python_launchers(code).unread
    assert (unread.span.line, unread.reason) == (
        LINES + 1,
        f"serve.py:{LINES + 1} is a worker's command line; who runs it is not known",
    )


def test_management_commands_have_their_own_name_and_reloading_is_for_development(tmp_path: Path) -> None:
    path = "shop/management/commands/celery_worker.py"
    source = (
        "from django.utils import autoreload\n"
        "def restart():\n    subprocess.call(['celery', '-A', 'shop', 'worker'])\n"
        "def handle():\n    autoreload.run_with_reloader(restart)\n"
    )
    ((workload, _),) = started(tmp_path, source, path)
    assert (workload.name, workload.development) == ("celery_worker", True)


@pytest.mark.parametrize("source", ["app.worker_main([", "subprocess.run([*])\n'celery worker'", "\0worker_main"])
def test_broken_files_are_no_crash(source: str, tmp_path: Path) -> None:
    assert started(tmp_path, source) == []
