"""Process managers inside a container: the command lines that they lead to."""

from __future__ import annotations

from collections.abc import Mapping

from files_of import started

from celerylint.facts.launch import Launch
from celerylint.link.starters import STARTERS

CONF = """\
[supervisord]
environment=LEVEL=info
[include]
files = conf.d/*.conf
[program:mail]
command=celery -A shop worker -l %(ENV_LEVEL)s -c %(ENV_PROCESSES)s
stopwaitsecs=600
"""
MORE = "[program:rest]\ncommand=sh -c 'celery -A shop worker -Q rest'\nnumprocs=2\nprocess_name=x%(process_num)s\n"


def launches(command: str, files: Mapping[str, str]) -> tuple[Launch, ...]:
    return started(command, files, environment={"PROCESSES": "3"}.get, starters=STARTERS)


def hops(launch: Launch) -> list[str]:
    return [f"{hop.span.path}:{hop.span.line} {hop.note}" for hop in launch.via if hop.span]


def test_supervisord_starts_the_programs_of_its_configuration() -> None:
    files = {
        "/etc/supervisor/supervisord.conf": CONF,
        "/etc/supervisor/conf.d/rest.conf": MORE,
        "/etc/supervisor/conf.d/rest.txt": MORE,
        "/etc/other/conf.d/rest.conf": MORE,
    }
    for command in ("supervisord", "/usr/bin/supervisord -nc /etc/supervisor/supervisord.conf"):
        mail, rest = launches(command, files)
        assert {name: use.value for name, use in mail.options.items()} == {"loglevel": "info", "concurrency": "3"}
        assert hops(mail) == ["run.txt:1 supervisord", "etc/supervisor/supervisord.conf:5 program mail"]
        assert mail.environment["LEVEL"].value == "info"
        assert mail.supervision is not None
        assert rest.supervision is not None
        assert (mail.supervision.grace_period.get(), mail.supervision.copies.get()) == (600.0, 1)
        assert (rest.supervision.grace_period.get(), rest.supervision.copies.get()) == (10.0, 2)
        assert [shell.shell for shell in rest.shells] == ["sh"]


def test_a_configuration_that_is_not_there_starts_nothing_that_is_known() -> None:
    assert launches("supervisord -c /etc/gone.conf", {"/etc/supervisord.conf": CONF}) == ()
    assert launches("supervisord --what", {"/etc/supervisord.conf": CONF}) == ()
    assert launches("supervisord", {}) == ()


def test_honcho_starts_the_lines_of_the_procfile() -> None:
    files = {
        "/app/Procfile": "web: gunicorn\nworker: celery -A shop worker -c $N\nbeat: celery -A shop beat\n",
        "/app/.env": "# x\nN=5\nQ='a b' \n",
        "/app/p/other": "worker: celery worker\n",
    }
    worker, beat = launches("honcho start", files)
    assert (worker.options["concurrency"].value, worker.environment["Q"].value) == ("5", "a b")
    assert hops(worker) == ["run.txt:1 honcho"]
    assert worker.supervision is not None
    assert (worker.supervision.stops_all.get(), worker.supervision.outside) == (True, 0)
    assert beat.subcommand == "beat"
    assert [each.subcommand for each in launches("foreman start -e .env worker", files)] == ["worker"]
    assert [each.start.path for each in launches("sh -c 'exec honcho -d p -f other start'", files)] == ["app/p/other"]
    assert len(launches("honcho run celery worker", files)) == 1
    assert launches("honcho start -f gone", files) == ()


def test_make_runs_the_recipes_of_its_targets() -> None:
    files = {
        "/app/Makefile": (
            "C ?= 2\nall: worker\nworker: first\n\texec celery -A shop worker -c $(C)\n"
            "first:\n\t$(MAKE) -C sub beat\n\t./more.sh\n"
        ),
        "/app/sub/Makefile": "beat:\n\tcd x && celery -A shop beat\n",
        "/app/more.sh": "celery flower\n",
    }
    beat, flower, worker = launches("make", files)
    assert [each.subcommand for each in (beat, flower, worker)] == ["beat", "flower", "worker"]
    assert (worker.options["concurrency"].value, beat.start.path, flower.start.path) == (
        "2",
        "app/sub/Makefile",
        "app/more.sh",
    )
    assert hops(flower) == ["run.txt:1 make", "app/Makefile:7 target first"]
    assert worker.supervision is None
    assert [each.options["concurrency"].value for each in launches("make -s C=7 worker", files)[2:]] == ["7"]
    assert [each.subcommand for each in launches("make --directory=sub beat", files)] == ["beat"]
    assert launches("make -n", files) == launches("make -f gone", files) == launches("make --what", files) == ()
