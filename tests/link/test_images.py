"""Which image a container has, what that gives to it, and which files stand there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from celerylint.configuration import Configuration
from celerylint.link import link
from celerylint.model import Project, Worker
from celerylint.sources.discover import discover
from celerylint.sources.tree import Tree

APP = {
    "shop/__init__.py": "",
    "shop/celery.py": 'from celery import Celery\n\napp = Celery("shop", broker="redis://redis/0")\n',
    "start.sh": '#!/bin/sh\nexec celery -A shop worker -n "$1" -c "${N:-9}"\n',
}
DOCKERFILE = (
    'FROM python:3.12-slim\nENV N=3\nWORKDIR /app\nCOPY start.sh /usr/bin/start\nENTRYPOINT ["start"]\nCMD ["image"]\n'
)


def project(folder: Path, files: Mapping[str, str]) -> Project:
    for name, text in {**APP, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return link(Tree(folder, discover(folder)), Configuration())


def deployed(folder: Path, files: Mapping[str, str]) -> dict[str, Worker]:
    return {
        worker.name: worker
        for worker in project(folder, files).workers
        if worker.kind not in ("app", "script", "image")
    }


def pod(container: str, volumes: str = "") -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n"
        f"      containers:\n        - {{name: web, {container}}}\n{volumes}"
    )


def compose(service: str) -> str:
    return f"services:\n  web: {service}\n"


def shown(worker: Worker | None) -> tuple[str, object] | None:
    """The node name that the script was given, and the concurrency."""
    if worker is None:
        return None
    return worker.command, worker.concurrency.otherwise("?")


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("{build: .}", ("start image", 3)),
        ("{build: {context: .}, command: worker}", ("start worker", 3)),
        ("{build: ., entrypoint: /app/../usr/bin/start own}", ("/app/../usr/bin/start own", 3)),
        ("{build: ., entrypoint: start, command: [both]}", ("start both", 3)),
        ("{build: ., environment: {N: 5}}", ("start image", 5)),
        ("{build: ., environment: [N=]}", ("start image", 9)),
        ("{build: ., entrypoint: [], command: celery -A shop worker -c 2}", ("celery -A shop worker -c 2", 2)),
        ("{build: {context: shop}}", None),
        ("{build: 'https://example.com/x.git', command: [start, x]}", None),
        ("{image: 'redis:7'}", None),
        ("{image: 'bitnami/redis:7', command: [start, x]}", None),
        ("{image: 'org/shop:1'}", ("start image", 3)),
    ],
)
def test_compose_replaces_the_command_as_docker_does(
    tmp_path: Path, service: str, expected: tuple[str, object] | None
) -> None:
    found = deployed(tmp_path, {"compose.yaml": compose(service), "Dockerfile": DOCKERFILE})
    assert shown(found.get("web")) == expected


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ("image: org/shop", ("start image", 3)),
        ("image: org/shop, args: [worker]", ("start worker", 3)),
        ("image: org/shop, command: [start]", ("start", 3)),
        ("image: org/shop, command: [start], args: [both]", ("start both", 3)),
        ("image: org/shop, args: [x], env: [{name: N, value: '7'}]", ("start x", 7)),
        ("image: 'redis:7', args: [x]", None),
    ],
)
def test_kubernetes_replaces_the_command(tmp_path: Path, container: str, expected: tuple[str, object] | None) -> None:
    found = deployed(tmp_path, {"web.yaml": pod(container), "Dockerfile": DOCKERFILE})
    assert shown(found.get("web")) == expected


OTHER = 'FROM python:3.12-slim\nCOPY start.sh /\nCMD ["sh", "/start.sh", "other"]\n'
WORKFLOW = """
on: push
jobs:
  build:
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: b/Dockerfile
          build-args: |
            N=6
          tags: |
            ghcr.io/org/web:${{ github.sha }}
            ${{ secrets.REGISTRY }}/plain
"""
SKAFFOLD = """
apiVersion: skaffold/v4beta11
kind: Config
build:
  artifacts:
    - image: ghcr.io/org/web
      docker: {dockerfile: b/Dockerfile}
"""
BAKE = """
variable "NAME" { default = "ghcr.io/org/web" }
target "base" {
  context = "."   # the root
  dockerfile = "b/Dockerfile"
}
target "web" {
  inherits = ["base"]
  tags = ["${NAME}:latest", "x/y"]
}
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".github/workflows/build.yml", WORKFLOW),
        ("skaffold.yaml", SKAFFOLD),
        ("docker-bake.hcl", BAKE),
        ("Makefile", "build:\n\t@docker build -t ghcr.io/org/web:latest -f b/Dockerfile .\n"),
        ("Makefile", "NAME ?= ghcr.io/org/web\nx:\n\tdocker build . -f b/Dockerfile --build-arg N=2 -t $(NAME):1\n"),
        ("b/x.sh", '#!/bin/sh\ndocker buildx build --push -f b/Dockerfile \\\n  --tag "ghcr.io/org/web:$TAG" . && x\n'),
        ("build.sh", "V=1\nO=ghcr.io/org\npodman build -q -t ${O}/web:$V --file=b/Dockerfile .\n"),
        (".gitlab-ci.yml", "x:\n  script:\n    - docker build -t ghcr.io/org/web:$CI_COMMIT -f b/Dockerfile .\n"),
        ("azure-pipelines.yml", 'steps:\n  - script: "docker image build -t ghcr.io/org/web . -f b/Dockerfile"\n'),
        (".github/workflows/b.yml", "x:\n  steps:\n    - run: docker build . -f b/Dockerfile -t ghcr.io/org/web\n"),
        ("package.json", '{"scripts": {"image": "docker build -t ghcr.io/org/web -f b/Dockerfile ."}}\n'),
        ("compose.yaml", "services:\n  b:\n    image: ghcr.io/org/web\n    build: {dockerfile: b/Dockerfile}\n"),
    ],
)
def test_what_names_an_image_ties_it_to_its_dockerfile(tmp_path: Path, path: str, text: str) -> None:
    files = {"web.yaml": pod("image: 'ghcr.io/org/web:1.2'"), "a/Dockerfile": DOCKERFILE, "b/Dockerfile": OTHER}
    assert shown(deployed(tmp_path, {**files, path: text}).get("web")) == ("sh /start.sh other", 9)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "build:\n\tcd b && docker build -t org/web .\n"),
        ("Makefile", "build:\n\tdocker build -t org/web -f $(FILE) .\n"),
        ("Makefile", "# docker build -t org/web b\nbuild:\n\techo docker build -t org/web b\n"),
        ("Makefile", "build:\n\tdocker build -t org/other b\n\tdocker build -t $(NAME) b\n"),
        ("build.sh", "cd $HERE\ndocker build -t org/web b\n"),
        ("a/build.sh", "docker build -t org/web -f Dockerfile .\n"),
        ("build.sh", "docker build -t org/web - < b/Dockerfile\n"),
        ("build.sh", "docker build -t org/web https://example.org/web.git\n"),
        ("build.sh", "docker build -t 'org/web b\n"),
        (".github/workflows/b.yml", "jobs: {b: {steps: [{run: docker build -t org/web b, working-directory: x}]}}\n"),
    ],
)
def test_a_command_that_may_mean_another_dockerfile_ties_nothing(tmp_path: Path, path: str, text: str) -> None:
    files = {"a/Dockerfile": DOCKERFILE, "b/Dockerfile": OTHER, "Dockerfile": DOCKERFILE, path: text}
    assert deployed(tmp_path, {**files, "web.yaml": pod("image: 'org/web:1.2'")}) == {}


def test_the_line_that_names_an_image_is_on_the_way(tmp_path: Path) -> None:
    makefile = "build:\n\tdocker build -t org/web -f b/Dockerfile .\n"
    files = {"web.yaml": pod("image: org/web"), "b/Dockerfile": OTHER, "Dockerfile": DOCKERFILE, "Makefile": makefile}
    worker = deployed(tmp_path, files)["web"]
    assert [f"{hop.name} {hop.span.path}:{hop.span.line}" for hop in worker.via][:3] == [
        "container web web.yaml:8",
        "image Makefile:2",
        "CMD b/Dockerfile:3",
    ]


def test_several_dockerfiles_for_one_name_are_none(tmp_path: Path) -> None:
    text = "services:\n  a: {image: org/web, build: {dockerfile: a/Dockerfile}, command: [x]}\n"
    text += "  b: {image: org/web, build: {dockerfile: b/Dockerfile}}\n"
    files = {"web.yaml": pod("image: org/web"), "a/Dockerfile": DOCKERFILE, "b/Dockerfile": OTHER, "compose.yaml": text}
    assert set(deployed(tmp_path, files)) == {"a", "b"}


def test_without_a_name_a_path_counts_where_all_dockerfiles_agree(tmp_path: Path) -> None:
    both = {"a/Dockerfile": OTHER, "b/Dockerfile": OTHER.replace("start.sh /\n", "start.sh /x/\n")}
    found = deployed(tmp_path, {**both, "web.yaml": pod("image: org/web, command: [/start.sh, any]")})
    assert shown(found.get("web")) == ("/start.sh any", 9)
    differ = {**both, "b/Dockerfile": OTHER.replace("COPY start.sh /", "COPY shop/celery.py /start.sh")}
    assert deployed(tmp_path, {**differ, "web.yaml": pod("image: org/web, command: [/start.sh, any]")}) == {}


def test_a_path_is_not_looked_for_in_an_image_of_others(tmp_path: Path) -> None:
    files = {
        "a/Dockerfile": OTHER,
        "web.yaml": pod("image: one/web") + "---\n" + pod("image: two/x, command: [/start.sh]"),
    }
    assert deployed(tmp_path, files) == {}


def test_build_arguments_are_those_of_the_service(tmp_path: Path) -> None:
    dockerfile = DOCKERFILE.replace("ENV N=3", "ARG COUNT=4\nENV N=$COUNT")
    files = {"Dockerfile": dockerfile, "compose.yaml": compose("{build: {context: ., args: {COUNT: 8}}}")}
    assert shown(deployed(tmp_path, files)["web"]) == ("start image", 8)
    files["compose.yaml"] = compose("{build: {context: .}}")
    assert shown(deployed(tmp_path, files)["web"]) == ("start image", 4)
    files["compose.yaml"] = compose("{build: {context: ., args: [COUNT]}}")
    found = deployed(tmp_path, files)["web"].concurrency
    assert found.reason == "COUNT is passed on from the shell of whoever builds the image"


def test_a_value_of_the_image_leads_to_its_line(tmp_path: Path) -> None:
    found = deployed(tmp_path, {"compose.yaml": compose("{build: .}"), "Dockerfile": DOCKERFILE})["web"]
    assert [str(span) for span in found.concurrency.origin.places()] == ["start.sh:2:36", "Dockerfile:2:5"]
    assert [(hop.name, str(hop.span)) for hop in found.via] == [
        ("container web", "compose.yaml:2:3"),
        ("ENTRYPOINT", "Dockerfile:5:1"),
        ("CMD", "Dockerfile:6:1"),
    ]


def test_a_folder_that_is_mounted_hides_the_image(tmp_path: Path) -> None:
    other = "#!/bin/sh\nexec celery -A shop worker -c 77\n"
    files = {
        "Dockerfile": DOCKERFILE.replace("/usr/bin/start", "/app/").replace('"start"', '"./start.sh"'),
        "dev/start.sh": other,
    }
    for mount, count in (
        ("./dev:/app", 77),
        ("./dev/start.sh:/app/start.sh:ro", 77),
        ("data:/app", 3),
        ("/srv/x:/app", None),
    ):
        service = f"{{build: ., volumes: ['{mount}']}}"
        found = deployed(tmp_path, {**files, "compose.yaml": compose(service)})
        assert (found["web"].concurrency.value if found else None) == count
    service = "{build: ., volumes: [{type: bind, source: ./dev, target: /app}]}"
    assert deployed(tmp_path, {**files, "compose.yaml": compose(service)})["web"].concurrency.value == 77


CONFIG_MAP = """---
apiVersion: v1
kind: ConfigMap
metadata: {name: scripts}
data:
  run.sh: |
    #!/bin/bash
    exec celery -A shop worker -c 12
"""


@pytest.mark.parametrize(
    ("volume", "mount"),
    [
        ("configMap: {name: scripts}", "mountPath: /scripts"),
        ("configMap: {name: scripts, items: [{key: run.sh, path: run.sh}]}", "mountPath: /scripts/"),
        ("configMap: {name: scripts}", "mountPath: /scripts/run.sh, subPath: run.sh"),
        ("configMap: {name: other}", "mountPath: /scripts"),
        ("emptyDir: {}", "mountPath: /scripts"),
    ],
)
def test_a_script_of_a_config_map_is_read(tmp_path: Path, volume: str, mount: str) -> None:
    container = f"image: 'x/y', command: [/scripts/run.sh], volumeMounts: [{{name: v, {mount}}}]"
    text = pod(container, f"      volumes: [{{name: v, {volume}}}]\n") + CONFIG_MAP
    found = deployed(tmp_path, {"web.yaml": text}).get("web")
    assert (found.concurrency.value if found else None) == (12 if "scripts" in volume else None)


@pytest.mark.parametrize(
    ("base", "command", "expected"),
    [
        ("python:3.12-slim", "CMD celery -A shop worker", True),
        ("python:3.12-alpine", "CMD celery -A shop worker", False),
        ("python:3.12-slim", "CMD exec celery -A shop worker", False),
        ("python:3.12-slim", 'CMD ["celery", "-A", "shop", "worker"]', False),
        ("python:3.12-slim", 'SHELL ["/bin/bash", "-c"]\nCMD celery -A shop worker', False),
        ("python:3.12-slim", 'ENTRYPOINT ["tini", "--"]\nCMD celery -A shop worker', True),
        ("registry.example.com/base", "CMD celery -A shop worker", "the image decides which shell `sh` is"),
        ("registry.example.com/base", 'CMD ["celery", "-A", "shop", "worker"]', "the image has its own entry point"),
        (
            "python:3.12-slim",
            'CMD ["scl", "enable", "x", "celery", "-A", "shop", "worker"]',
            "what scl does with a signal",
        ),
        ("python:3.12-slim", "CMD trap 'kill $!' TERM; celery -A shop worker & wait", "sh has a trap"),
        ("python:3.12-slim", 'COPY start.sh /\nENTRYPOINT ["sh", "/start.sh", "x"]', False),
        ("python:3.12-slim", 'COPY stay.sh /\nENTRYPOINT ["/stay.sh"]', True),
    ],
)
def test_which_shell_stays_in_front(tmp_path: Path, base: str, command: str, expected: bool | str) -> None:
    stay = "#!/bin/bash\nmigrate\ncelery -A shop worker\n"
    files = {"compose.yaml": compose("{build: .}"), "Dockerfile": f"FROM {base}\n{command}\n", "stay.sh": stay}
    found = deployed(tmp_path, files)["web"].shell_in_front
    assert found.value is expected if isinstance(expected, bool) else found.reason.startswith(expected)


@pytest.mark.parametrize(
    ("script", "expected"), [("celery -A shop worker --detach", False), ("celery -A shop worker", True)]
)
def test_an_exec_lacks_where_it_would_help(tmp_path: Path, script: str, expected: bool) -> None:
    files = {
        "compose.yaml": compose("{build: .}"),
        "Dockerfile": 'FROM python:3.12-slim\nCOPY go.sh /\nENTRYPOINT ["/go.sh"]\n',
        "go.sh": f"#!/bin/bash\nmigrate\nARGS=x\n{script}\n",
    }
    worker = deployed(tmp_path, files)["web"]
    assert (worker.shell_in_front.value, worker.lacks_exec.value) == (True, expected)
    assert str(worker.shell_in_front.origin.span) == "go.sh:4:1"


def test_wrong_files_are_read_without_a_word(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM\nCOPY\n",
        "b/Dockerfile": "\x00\x01",
        "skaffold.yaml": "build: {artifacts: [3, {image: [x]}, {image: y, docker: 4}]}",
        "docker-bake.hcl": 'target "x" {\n tags = ["${A"]\n' * 50,
        ".github/workflows/x.yml": "jobs: {a: {steps: [{uses: 'docker/build-push-action@v1', with: 3}]}}",
        "compose.yaml": compose("{build: {context: ['x'], args: 3, dockerfile: {}}, volumes: [3, {}, 'a:b:c:d', ':']}"),
        "web.yaml": pod("image: [3], volumeMounts: [{}, 4, {mountPath: 3}], command: [./x]"),
    }
    assert deployed(tmp_path, files) == {}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("celery -A shop worker", "start it with `exec`"),
        ("exec celery -A shop worker | tee log", "take it out of the pipeline and start it with `exec`"),
        ("celery -A shop worker & wait", "without `&`, in a container of its own, it can be started with `exec`"),
        ("celery -A shop worker; echo done", "let no other command come after it, and start it with `exec`"),
        ("(celery -A shop worker)", "take it out of the parentheses and start it with `exec`"),
    ],
)
def test_what_lets_the_signal_through(tmp_path: Path, command: str, expected: str) -> None:
    files = {"Dockerfile": f"FROM python:3.12-slim\nCMD {command}\n", "compose.yaml": compose("{build: .}")}
    worker = deployed(tmp_path, files)["web"]
    assert (worker.shell_in_front.value, worker.shell_remedy) == (True, expected)
