"""s6-overlay, s6-svscan and runit: the services in their folders."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from files_of import started

from celerylint.facts.launch import Launch
from celerylint.link.starters import STARTERS

RUN = "#!/bin/sh\nexec celery -A shop worker -Q mail -c 3\n"
CONTENV = "#!/command/with-contenv bash\nexec s6-setuidgid shop celery -A shop beat\n"


def launches(command: str, files: Mapping[str, str]) -> tuple[Launch, ...]:
    return started(command, files, starters=STARTERS)


def shown(command: str, files: Mapping[str, str]) -> list[str]:
    return [
        f"{each.supervision.name if each.supervision else ''} {each.subcommand}" for each in launches(command, files)
    ]


@pytest.mark.parametrize(
    ("command", "root"),
    [
        ("/init", "/etc/services.d"),
        ("/init", "/etc/s6-overlay/s6-rc.d"),
        ("s6-svscan /app/services", "/app/services"),
        ("s6-svscan -d 4 -t 500 services", "/app/services"),
        ("runsvdir -P /etc/service", "/etc/service"),
        ("/sbin/my_init", "/etc/service"),
        ("runit", "/etc/sv"),
    ],
)
def test_every_service_is_a_process(command: str, root: str) -> None:
    files = {f"{root}/mail/run": RUN, f"{root}/beat/run": CONTENV, f"{root}/beat/log/main": "celery worker"}
    beat, mail = launches(command, files)
    assert (beat.subcommand, mail.subcommand) == ("beat", "worker")
    assert {name: use.value for name, use in mail.options.items()} == {"queues": "mail", "concurrency": "3"}
    assert mail.supervision is not None and mail.supervision.name == "mail"
    assert "before it ends its services is not read" in mail.supervision.grace_period.reason
    assert [hop.note for hop in mail.via] == [command.split()[0].rpartition("/")[2], "service mail", "run"][
        : len(mail.via)
    ]
    assert [word.text for word in beat.wrappers][-1:] == ["s6-setuidgid"]


def test_the_command_of_the_container_runs_beside_the_services() -> None:
    files = {"/etc/services.d/mail/run": RUN, "/etc/service/mail/run": RUN}
    assert shown("/init celery -A shop beat", files) == ["mail worker", " beat"]
    assert shown("/sbin/my_init --quiet -- celery -A shop beat", files) == ["mail worker", " beat"]
    assert shown("/sbin/my_init -- celery -A shop beat", {}) == [" beat"]
    assert shown("/init celery -A shop beat", {}) == [" beat"]
    assert shown("/bin/init", files) == []


def test_s6_starts_what_its_bundle_holds_and_needs() -> None:
    root = "/etc/s6-overlay/s6-rc.d"
    services = {f"{root}/{name}/run": RUN for name in ("mail", "needed", "spare", "once")}
    kinds = {f"{root}/once/type": "oneshot\n", f"{root}/mail/type": "longrun\n"}
    bundle = {
        f"{root}/user/contents.d/mail": "",
        f"{root}/user/contents.d/once": "",
        f"{root}/mail/dependencies.d/needed": "",
        f"{root}/needed/dependencies.d/mail": "",
    }
    assert shown("/init", {**services, **kinds, **bundle}) == ["mail worker", "needed worker"]
    assert shown("/init", {**services, **kinds}) == ["mail worker", "needed worker", "spare worker"]


def test_a_folder_that_nobody_knows_starts_nothing_that_is_known() -> None:
    for command in ("s6-svscan", "runsvdir $SERVICES", "s6-svscan /gone", "runit"):
        assert launches(command, {"/etc/services.d/mail/run": RUN}) == ()


EXECLINE = """\
#!/command/execlineb -P
# the mails
with-contenv
importas -u LEVEL LEVEL
foreground { echo "starting { celery" }
fdmove -c 2 1 cd /app
s6-setuidgid shop
celery -A shop worker -l ${LEVEL} -n "one two"
"""


def test_execline_runs_the_rest_of_its_chain() -> None:
    [launch] = launches("s6-svscan /s", {"/s/mail/run": EXECLINE.replace("with-contenv\n", "")})
    assert launch.options["hostname"].value == "one two"
    assert launch.options["loglevel"].unresolved == "${LEVEL} is filled in when the script runs"
    assert (launch.span.path, launch.span.line) == ("s/mail/run", 7)
    [launch] = launches("s6-svscan /s", {"/s/mail/run": EXECLINE})
    assert launch.options["hostname"].value == "one two"


@pytest.mark.parametrize(
    "text", ["", "if { true", "foreground {", "importas", '"', "redirfd -w 1", "} } {", "cd -", "# x"]
)
def test_broken_execline_starts_nothing(text: str) -> None:
    assert launches("s6-svscan /s", {"/s/mail/run": f"#!/bin/execlineb -P\n{text}\n"}) == ()
    assert launches("execlineb", {}) == launches("execlineb -P /gone", {}) == ()
