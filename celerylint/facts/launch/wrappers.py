"""Programs that run another program: which of their options take the next word, and where the command begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wrapper:
    """How a wrapper's own words end: options, then one of `subcommands`, then `skip` words, then the command."""

    values: frozenset[str] = frozenset()  # options that take the next word
    subcommands: frozenset[str] = frozenset()  # one of these has to follow
    skip: int = 0  # words in front of the command, such as the user of gosu
    module: bool = False  # `-m module` may stand for the command
    assignments: bool = False  # NAME=value in front of the command
    dashes: bool = False  # the command stands behind `--`
    every_value: bool = False  # each long option without `=` takes the next word
    strings: frozenset[str] = frozenset()  # options whose value is the command, in one string
    init: bool = False  # made to be process 1


def _wrapper(
    values: str = "",
    run: str = "",
    *,
    skip: int = 0,
    module: bool = False,
    assignments: bool = False,
    dashes: bool = False,
    every_value: bool = False,
    strings: str = "",
    init: bool = False,
) -> Wrapper:
    return Wrapper(
        frozenset(values.split()),
        frozenset(run.split()),
        skip,
        module,
        assignments,
        dashes,
        every_value,
        frozenset(strings.split()),
        init,
    )


_UV = (
    "--with --with-requirements --with-editable --python -p --project --directory --env-file --extra --group "
    "--only-group --no-group --no-extra --package --index --default-index --index-url -i --extra-index-url "
    "--find-links -f --config-file --cache-dir --color --link-mode --python-platform --exclude-newer"
)
_WATCHMEDO = (
    "-d --directory -p --pattern --patterns -i --ignore-pattern --ignore-patterns --signal --kill-after "
    "--interval --timeout --debounce-interval --verbosity"
)

# From the programs' own usage texts; options that take no value, or take it behind `=`, need no entry.
WRAPPERS: Mapping[str, Wrapper] = {
    # the process 1 of a container
    "tini": _wrapper("-p -e", init=True),
    "tini-static": _wrapper("-p -e", init=True),
    "docker-init": _wrapper("-p -e", init=True),
    "dumb-init": _wrapper("-r --rewrite", init=True),
    "catatonit": _wrapper(init=True),
    "my_init": _wrapper(init=True),
    # who runs it, and with which environment
    "env": _wrapper("-u --unset -C --chdir", assignments=True),
    "gosu": _wrapper(skip=1),
    "su-exec": _wrapper(skip=1),
    "s6-setuidgid": _wrapper(skip=1),
    "setuidgid": _wrapper(skip=1),
    "setpriv": _wrapper("--reuid --regid --groups --inh-caps --ambient-caps --bounding-set"),
    "chpst": _wrapper("-u -U -b -e -/ -n -m -d -o -p -f -c -t"),
    "sudo": _wrapper("-u --user -g --group -C -D -h -p -r -t -U -T", assignments=True),
    "doas": _wrapper("-u -C"),
    "runuser": _wrapper("-u --user -g --group -G -s"),
    "chroot": _wrapper(skip=1),
    "envdir": _wrapper(skip=1),
    "with-contenv": _wrapper(),
    "dotenv": _wrapper("-f --file -q -e", "run"),
    "chamber": _wrapper("-b --backend -r --retries", "exec", dashes=True),
    "doppler": _wrapper("-p --project -c --config -t --token --scope", "run", strings="--command"),
    "aws-vault": _wrapper("-d --duration --region -t --mfa-token", "exec", skip=1),
    "infisical": _wrapper("--env --path --projectId --token --domain", "run", strings="--command"),
    "direnv": _wrapper("", "exec", skip=1),
    # how it runs
    "exec": _wrapper("-a"),
    "command": _wrapper(),
    "builtin": _wrapper(),
    "coproc": _wrapper(),
    "nohup": _wrapper(),
    "setsid": _wrapper(),
    "time": _wrapper("-f -o"),
    "nice": _wrapper("-n --adjustment"),
    "ionice": _wrapper("-c --class -n --classdata"),
    "chrt": _wrapper("-T -P -D", skip=1),
    "taskset": _wrapper(skip=1),
    "numactl": _wrapper("-i -N -m -C -p"),
    "timeout": _wrapper("-s --signal -k --kill-after", skip=1),
    "stdbuf": _wrapper("-i --input -o --output -e --error"),
    "unbuffer": _wrapper(),
    "flock": _wrapper("-w --timeout -E", skip=1),
    "catchsegv": _wrapper(),
    "strace": _wrapper("-e -o -p -s -u"),
    "xvfb-run": _wrapper("-n -s -e -f -p -w"),
    # Python environments
    "uv": _wrapper(_UV, "run", module=True),
    "poetry": _wrapper("-C --directory -P --project", "run"),
    "pipenv": _wrapper("--python --pypi-mirror", "run"),
    "pdm": _wrapper("-p --project -c --config --venv", "run"),
    "hatch": _wrapper("-e --env -p --project --config", "run"),
    "rye": _wrapper("--pyproject", "run"),
    "pixi": _wrapper("-e --environment --manifest-path", "run"),
    "conda": _wrapper("-n --name -p --prefix --cwd", "run"),
    "mamba": _wrapper("-n --name -p --prefix --cwd", "run"),
    "micromamba": _wrapper("-n --name -p --prefix --cwd -r", "run"),
    "pyenv": _wrapper("", "exec"),
    "mise": _wrapper("-C --cd -E --env", "exec x", dashes=True),
    "honcho": _wrapper("-e --env -f --procfile", "run"),
    # measuring
    "ddtrace-run": _wrapper(),
    "ddtrace": _wrapper(),
    "newrelic-admin": _wrapper("", "run-program run-python"),
    "opentelemetry-instrument": _wrapper(every_value=True),
    "splunk-py-trace": _wrapper(every_value=True),
    "coverage": _wrapper(
        "--rcfile --source --include --omit --concurrency --context --data-file --source-pkgs", "run", module=True
    ),
    "memray": _wrapper("-o --output --live-port", "run", module=True),
    "py-spy": _wrapper("-o --output -f --format -r --rate -d --duration", "record top", dashes=True),
    "viztracer": _wrapper("-o --output_file", module=True),
    "scalene": _wrapper("--outfile", module=True),
    "cProfile": _wrapper("-o -s", module=True),
    "debugpy": _wrapper("--listen --connect --log-to --pid", module=True),
    "gevent": _wrapper(),
    # waiting, and starting again when files change
    "wait-for-it": _wrapper("-h -p -t", dashes=True),
    "wait-for-it.sh": _wrapper("-h -p -t", dashes=True),
    "wait-for": _wrapper("-t", dashes=True),
    "dockerize": _wrapper("-wait -timeout -template -stdout -stderr -delims -env -poll -wait-retry-interval"),
    "watchmedo": _wrapper(_WATCHMEDO, "auto-restart shell-command", strings="-c --command"),
    "watchdog": _wrapper(_WATCHMEDO, "auto-restart shell-command", strings="-c --command"),
    "hupper": _wrapper("-w -x --shutdown-interval", module=True),
    "nodemon": _wrapper("-e --ext -w --watch -i --ignore --signal --delay", strings="-x --exec"),
}

# A `celery` behind these is a word that they print, look for, install or manage elsewhere, or a sub-command that a
# starter reads (facts/processes/celery_programs.py).
_SPEAK_ONLY = (
    "echo printf : true false test [ which type man help grep egrep fgrep rg awk sed cut pgrep pkill killall kill "
    "ps cat tail head tee less ls find rm cp mv ln mkdir touch chown chmod tar zip adduser useradd addgroup "
    "groupadd usermod cd export set unset source . alias trap wait pip pip3 pipx apt apt-get apk yum dnf brew npm "
    "git curl wget docker docker-compose podman kubectl oc helm ssh scp rsync systemctl service supervisorctl "
    "initctl rc-service update-rc.d make flask django-admin manage manage.py airflow superset sentry pytest"
)
NO_WRAPPERS = frozenset(_SPEAK_ONLY.split())
