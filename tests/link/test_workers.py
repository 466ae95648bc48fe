"""What a repository's manifests and code make of each worker: small repositories, and the model that they mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.model import Project, Worker
from celerylint.origin import Layer, Value
from celerylint.session import model

CELERY = "from celery import Celery\n\napp = Celery('shop', broker='redis://localhost/0')\n"
TASKS = "from shop.celery import app\n\n@app.task\ndef mail(): pass\n"


def repository(root: Path, **files: str) -> Project:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return model(root).project


def shop(root: Path, files: dict[str, str], celery: str = CELERY, tasks: str = TASKS) -> Project:
    code = {"shop/__init__.py": "", "shop/celery.py": celery, "shop/tasks.py": tasks}
    return repository(root, **code, **files)


def pod(command: str, container: str = "", spec: str = "", replicas: int = 1) -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mailer}\n"
        f"spec:\n  replicas: {replicas}\n  template:\n    spec:\n{spec}      containers:\n"
        f"        - name: worker\n          image: shop\n          command: {command}\n{container}"
    )


def only(project: Project) -> Worker:
    (worker,) = project.workers
    return worker


def told(value: Value[object]) -> tuple[object, str]:
    return (value.value if value.known else value.reason, value.origin.layer.value)


def test_without_a_manifest_there_is_the_app_itself(tmp_path: Path) -> None:
    worker = only(shop(tmp_path, {}))
    assert (worker.kind, worker.name, worker.workload) == ("app", "shop", None)
    assert [task.name for task in worker.tasks.get()] == ["shop.tasks.mail"]
    assert worker.queues.reason == "nothing in the repository starts this worker"


def test_the_command_line_wins_over_the_variable_and_the_setting(tmp_path: Path) -> None:
    celery = CELERY + "app.conf.worker_concurrency = 4\n"
    environment = "          env: [{name: CELERY_WORKER_CONCURRENCY, value: '3'}]\n"
    command = '["celery", "-A", "shop", "worker", "-c", "2"]'
    worker = only(shop(tmp_path, {"deploy.yaml": pod(command, environment)}, celery))
    assert told(worker.concurrency) == (2, "command line")
    assert [told(loser) for loser in worker.concurrency.shadowed] == [(4, "app.conf")]


def test_the_variable_that_celery_reads_wins_over_the_setting(tmp_path: Path) -> None:
    environment = "          env: [{name: CELERY_WORKER_CONCURRENCY, value: '3'}]\n"
    celery = CELERY + "app.conf.worker_concurrency = 4\n"
    manifest = pod('["celery", "-A", "shop", "worker"]', environment)
    worker = only(shop(tmp_path, {"deploy.yaml": manifest}, celery))
    assert told(worker.concurrency) == (3, "environment")
    assert worker.concurrency.origin.span is not None and worker.concurrency.origin.span.path == "deploy.yaml"


def test_the_same_code_with_two_environments_has_two_values(tmp_path: Path) -> None:
    celery = "import os\n" + CELERY + "app.conf.worker_concurrency = int(os.environ.get('SLOTS', '4'))\n"
    command = '["celery", "-A", "shop", "worker"]'
    one = pod(command, "          env: [{name: SLOTS, value: '7'}]\n").replace("mailer", "big")
    project = shop(tmp_path, {"deploy.yaml": one + "---\n" + pod(command)}, celery)
    assert {worker.name: worker.concurrency.get() for worker in project.workers} == {"big": 7, "mailer": 4}


def test_a_config_map_in_the_repository_is_read_and_a_secret_is_unknown(tmp_path: Path) -> None:
    celery = "import os\n" + CELERY + "app.conf.worker_concurrency = int(os.environ.get('SLOTS', '4'))\n"
    command = '["celery", "-A", "shop", "worker"]'
    data = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: numbers}\ndata: {SLOTS: '9'}\n"
    source = "          envFrom: [{configMapRef: {name: numbers}}]\n"
    worker = only(shop(tmp_path, {"deploy.yaml": pod(command, source) + data}, celery))
    assert worker.concurrency.get() == 9
    assert [span.line for span in worker.concurrency.origin.places() if span.path == "deploy.yaml"][-1:]
    secret = "          envFrom: [{secretRef: {name: numbers}}]\n"
    worker = only(shop(tmp_path, {"deploy.yaml": pod(command, secret)}, celery))
    assert worker.concurrency.reason == (
        "the environment variable SLOTS is not known: Secret numbers is not in the repository"
    )


def test_kubernetes_expands_what_is_defined_before(tmp_path: Path) -> None:
    environment = (
        "          env:\n            - {name: LIMIT, value: '6'}\n            - {name: SLOTS, value: $(LIMIT)}\n"
    )
    command = '["celery", "-A", "shop", "worker", "--concurrency=$(SLOTS)"]'
    worker = only(shop(tmp_path, {"deploy.yaml": pod(command, environment)}))
    assert told(worker.concurrency) == (6, "command line")


def test_options_hidden_in_a_variable_make_the_absent_ones_unknown(tmp_path: Path) -> None:
    command = '["sh", "-c", "exec celery -A shop worker $WORKER_OPTIONS"]'
    worker = only(shop(tmp_path, {"deploy.yaml": pod(command)}))
    assert not worker.concurrency.known
    assert not worker.concurrency_from_cpus.known and "$WORKER_OPTIONS" in worker.concurrency_from_cpus.reason


def test_a_queue_comes_from_the_task_then_the_routes_then_the_default(tmp_path: Path) -> None:
    celery = CELERY + "app.conf.task_routes = {'shop.tasks.r*': 'reports'}\napp.conf.task_default_queue = 'rest'\n"
    tasks = TASKS + "\n@app.task(queue='own')\ndef rare(): pass\n\n@app.task\ndef report(): pass\n"
    project = shop(tmp_path, {}, celery, tasks)
    assert {task.name.rpartition(".")[2]: task.queue.get() for task in project.tasks} == {
        "mail": "rest",
        "rare": "own",
        "report": "reports",
    }


def test_a_worker_runs_the_tasks_of_its_queues(tmp_path: Path) -> None:
    tasks = TASKS + "\n@app.task(queue='own')\ndef rare(): pass\n"
    manifest = pod('["celery", "-A", "shop", "worker", "-Q", "own,more", "-X", "more"]')
    project = shop(tmp_path, {"deploy.yaml": manifest}, tasks=tasks)
    assert only(project).queues.get() == ("own",)
    assert [task.name for task in only(project).tasks.get()] == ["shop.tasks.rare"]
    lonely = next(queue for queue in project.queues if queue.name == "celery")
    assert lonely.consumers.get() == ()


def test_a_script_that_starts_workers_is_a_consumer(tmp_path: Path) -> None:
    script = "#!/bin/sh\nexec celery -A shop worker -Q celery\n"
    manifest = pod('["celery", "-A", "shop", "worker", "-Q", "own"]')
    project = shop(tmp_path, {"deploy.yaml": manifest, "run.sh": script})
    assert [worker.name for worker in project.workers] == ["mailer", "run"]
    consumed = next(queue for queue in project.queues if queue.name == "celery")
    assert [worker.name for worker in consumed.consumers.get()] == ["run"]


def test_a_script_that_is_not_understood_makes_consumers_unknown(tmp_path: Path) -> None:
    manifest = pod('["celery", "-A", "shop", "worker", "-Q", "own"]')
    script = '#!/bin/sh\neval "$(decrypt celery worker -Q celery)"\n'
    project = shop(tmp_path, {"deploy.yaml": manifest, "run.sh": script})
    lonely = next(queue for queue in project.queues if queue.name == "celery")
    assert lonely.consumers.reason == "run.sh:2 starts workers and is not read"


@pytest.mark.parametrize(
    ("command", "pool"),
    [
        ('["celery", "-A", "shop", "worker", "-P", "threads"]', "threads"),
        ('["celery", "-A", "shop", "worker", "-P", "prefork"]', "gevent"),
        ('["celery", "-A", "shop", "worker"]', "gevent"),
        ('["celery", "-A", "shop", "worker", "-P", "processes"]', "prefork"),
    ],
)
def test_the_pool_flag_cannot_bring_prefork_back(tmp_path: Path, command: str, pool: str) -> None:
    celery = CELERY + "app.conf.worker_pool = 'gevent'\n"
    if "processes" in command:
        celery = CELERY
    assert only(shop(tmp_path, {"deploy.yaml": pod(command)}, celery)).pool.get() == pool


def test_autoscale_bounds_processes_and_prefetch(tmp_path: Path) -> None:
    manifest = pod('["celery", "-A", "shop", "worker", "-c", "8", "--autoscale=2,10"]')
    worker = only(shop(tmp_path, {"deploy.yaml": manifest}))
    assert (worker.autoscale_max.get(), worker.autoscale_min.get(), worker.processes.get()) == (10, 2, 10)
    assert worker.prefetch_count.get() == 40


def test_an_autoscaler_owns_the_replicas(tmp_path: Path) -> None:
    scaler = (
        "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: x}\n"
        "spec: {scaleTargetRef: {kind: Deployment, name: mailer}, maxReplicas: 12}\n"
    )
    worker = only(shop(tmp_path, {"deploy.yaml": pod('["celery", "-A", "shop", "worker"]') + scaler}))
    assert worker.workload is not None and worker.workload.most_replicas.get() == 12


def test_a_file_that_cannot_be_parsed_leaves_defaults_unknown(tmp_path: Path) -> None:
    project = shop(tmp_path, {"shop/settings.py": "# for Celery\nCELERY = {\n"})
    late = only(project).settings["task_acks_late"]
    assert late.reason == "shop/settings.py mentions Celery and cannot be read: it may set this"
    assert [problem.kind for problem in project.problems] == ["python-syntax"]


def test_an_overlay_that_changes_nothing_is_no_second_worker(tmp_path: Path) -> None:
    base = "services:\n  worker:\n    image: shop\n    command: celery -A shop worker -c 2\n"
    overlay = "services:\n  worker:\n    volumes: ['.:/app']\n"
    project = shop(tmp_path, {"docker-compose.yml": base, "docker-compose.dev.yml": overlay})
    assert len(project.workers) == 1
    overlay = "services:\n  worker:\n    mem_limit: 1g\n"
    project = shop(tmp_path, {"docker-compose.yml": base, "docker-compose.dev.yml": overlay})
    assert len(project.workers) == 2


def test_a_task_of_another_app_runs_on_the_only_app_with_workers(tmp_path: Path) -> None:
    """`@app.task` registers with every app of the process (celery/app/base.py, `shared`)."""
    tasks = "from celery import Celery\n\nown = Celery('tasks')\n\n@own.task\ndef mail(): pass\n"
    manifest = pod('["celery", "-A", "shop", "worker"]')
    project = shop(tmp_path, {"deploy.yaml": manifest}, tasks=tasks)
    assert [task.name for task in only(project).tasks.get()] == ["shop.tasks.mail"]


def test_shared_tasks_of_several_apps_without_workers_belong_to_nobody_for_certain(tmp_path: Path) -> None:
    tasks = "from celery import Celery, shared_task\n\nother = Celery('other')\n\n@shared_task\ndef mail(): pass\n"
    project = shop(tmp_path, {}, tasks=tasks)
    assert {worker.tasks.known for worker in project.workers} == {False}


def test_an_app_is_found_by_the_variable_that_the_command_line_reads(tmp_path: Path) -> None:
    environment = "          env: [{name: CELERY_APP, value: shop.celery}]\n"
    files = {"deploy.yaml": pod('["celery", "worker"]', environment), "b/__init__.py": "", "b/celery.py": CELERY}
    worker = next(each for each in shop(tmp_path, files).workers if each.workload)
    assert worker.app is not None and worker.app.module == "shop.celery"


def test_tests_configure_nothing(tmp_path: Path) -> None:
    files = {"tests/conftest.py": "from shop.celery import app\napp.conf.task_always_eager = True\n"}
    assert told(only(shop(tmp_path, files)).settings["task_always_eager"]) == (False, Layer.DEFAULT.value)
