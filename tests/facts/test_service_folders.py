"""s6-overlay, s6-svscan and runit: the services in their folders."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from files_of import started

from celerylint.facts.launch import Launch, Supervision
from celerylint.link.starters import STARTERS
from celerylint.origin import Unknown

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


RC, OLD, SCAN, RUNIT = "/etc/s6-overlay/s6-rc.d/mail", "/etc/services.d/mail", "/s/mail", "/etc/service/mail"


def kept(command: str, files: Mapping[str, str], home: str = "", **variables: str | Unknown) -> Supervision:
    """How the only worker is kept, in an environment of these variables and no others."""
    texts = {f"{home}/{name}" if home and name[0] != "/" else name: text for name, text in files.items()}
    [launch] = started(command, texts, starters=STARTERS, environment=variables.get)
    assert launch.supervision is not None
    return launch.supervision


@pytest.mark.parametrize(
    ("command", "home", "files", "variables", "expected"),
    [
        ("s6-svscan /s", SCAN, {}, {}, None),
        ("s6-svscan /s", SCAN, {"timeout-kill": "90000\n"}, {}, 90.0),
        ("s6-svscan /s", SCAN, {"timeout-kill": "0\n"}, {}, None),
        ("s6-svscan /s", SCAN, {"timeout-kill": "long"}, {}, None),
        ("/init", RC, {}, {}, None),
        ("/init", RC, {"timeout-kill": "1500"}, {}, 1.5),
        ("/init", RC, {"timeout-kill": "1500", "timeout-down": "9000"}, {}, 1.5),
        ("/init", OLD, {}, {}, 6.0),
        ("/init", OLD, {}, {"S6_SERVICES_GRACETIME": "60000"}, 63.0),
        ("/init", OLD, {}, {"S6_SERVICES_GRACETIME": "60s", "S6_KILL_GRACETIME": "500"}, 3.5),
        ("/init", OLD, {}, {"S6_SERVICES_GRACETIME": "0"}, None),
        ("/init", OLD, {"timeout-kill": "2000"}, {}, 2.0),
        ("/init", OLD, {"timeout-kill": "20000"}, {}, 6.0),
        ("/sbin/my_init", RUNIT, {}, {"KILL_PROCESS_TIMEOUT": "300"}, 300.0),
    ],
)  # fmt: skip
def test_how_long_a_service_is_waited_for(
    command: str, home: str, files: Mapping[str, str], variables: Mapping[str, str], expected: float | None
) -> None:
    assert kept(command, {"run": RUN, **files}, home, **variables).grace_period.value == expected


@pytest.mark.parametrize(
    ("command", "home", "files", "variables", "reason"),
    [
        ("s6-svscan /s", SCAN, {"/s/.s6-svscan/SIGTERM": "#!/bin/sh"}, {}, "SIGTERM says how it stops its services"),
        ("/init", RC, {"timeout-down": "9000"}, {}, "s6-rc gives up after timeout-down"),
        ("/init", OLD, {"/etc/cont-finish.d/tidy": ""}, {}, "what it ends besides is not known"),
        ("/init", OLD, {"/etc/s6-overlay/s6-rc.d/web/run": "#!/bin/sh\nnginx"}, {}, "what it ends besides"),
        ("/init", OLD, {}, {"S6_KILL_GRACETIME": Unknown("a Secret has it")}, "a Secret has it"),
        ("/init", OLD, {}, {"S6_KILL_GRACETIME": "600000"}, "in some releases only"),
        ("/sbin/my_init", RUNIT, {}, {}, "5 s or 30 s, by its release"),
        ("/sbin/my_init", RUNIT, {}, {"KILL_PROCESS_TIMEOUT": Unknown("a Secret has it")}, "a Secret has it"),
        ("runsvdir /etc/service", RUNIT, {}, {}, "runsvdir ends at SIGTERM without a word to its services"),
        ("runit", RUNIT, {}, {}, "/etc/runit/3 says how long"),
    ],
)
def test_how_long_a_service_is_waited_for_is_not_always_known(
    command: str, home: str, files: Mapping[str, str], variables: Mapping[str, str | Unknown], reason: str
) -> None:
    assert reason in kept(command, {"run": RUN, **files}, home, **variables).grace_period.reason


def test_the_command_beside_the_services_of_s6_is_told_last() -> None:
    files = {f"{OLD}/web/run": "#!/bin/sh\nexec gunicorn shop\n"}
    command = "/init celery -A shop worker"
    supervision = kept(command, files)
    assert (supervision.grace_period.value, supervision.stops_all.value) == (3.0, True)
    supervision = kept(command, files, S6_CMD_RECEIVE_SIGNALS="1", S6_KILL_GRACETIME="1")
    assert (supervision.grace_period.value, supervision.stops_all.value) == (None, False)
    assert kept(command, files, S6_CMD_RECEIVE_SIGNALS="0", S6_KILL_GRACETIME="0").grace_period.value == 0.0
    assert not kept(command, files, S6_CMD_RECEIVE_SIGNALS=Unknown("?")).grace_period.known
    behind = kept("/sbin/my_init -- celery -A shop worker", {}, KILL_PROCESS_TIMEOUT="7")
    assert (behind.grace_period.value, behind.stops_all.value) == (7.0, False)


def test_a_service_may_be_stopped_with_another_signal() -> None:
    for command, home in (("/init", RC), ("/init", OLD), ("s6-svscan /s", SCAN)):
        signal = kept(command, {"run": RUN, "down-signal": "SIGQUIT\n"}, home).stop_signal
        assert signal is not None and signal.value == "SIGQUIT"
        assert kept(command, {"run": RUN, "down-signal": ""}, home).stop_signal is None
    for command, script in (("/sbin/my_init", "t"), ("runsvdir /etc/service", "d")):
        signal = kept(command, {"run": RUN, f"control/{script}": "#!/bin/sh"}, RUNIT).stop_signal
        assert signal is not None and signal.reason.endswith(
            f"control/{script} decides how the service is told to stop"
        )
