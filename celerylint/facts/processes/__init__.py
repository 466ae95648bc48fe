"""Programs that start Celery outside of Kubernetes and Compose: what each of their files writes."""

from celerylint.facts.processes.ecs import ecs_facts
from celerylint.facts.processes.makefile import makefile_facts
from celerylint.facts.processes.platforms import (
    cloud_foundry_facts,
    copilot_facts,
    digitalocean_facts,
    fly_facts,
    railway_facts,
    render_facts,
)
from celerylint.facts.processes.procfile import heroku_facts, procfile_facts
from celerylint.facts.processes.program import ProcessFacts, Program, UnreadFact
from celerylint.facts.processes.supervisor import supervisor_facts
from celerylint.facts.processes.systemd import systemd_facts
from celerylint.facts.processes.tasks import justfile_facts, package_facts, pyproject_facts, taskfile_facts
from celerylint.facts.processes.terraform import nomad_facts, terraform_facts

__all__ = [
    "ProcessFacts",
    "Program",
    "UnreadFact",
    "cloud_foundry_facts",
    "copilot_facts",
    "digitalocean_facts",
    "ecs_facts",
    "fly_facts",
    "heroku_facts",
    "justfile_facts",
    "makefile_facts",
    "nomad_facts",
    "package_facts",
    "procfile_facts",
    "pyproject_facts",
    "railway_facts",
    "render_facts",
    "supervisor_facts",
    "systemd_facts",
    "taskfile_facts",
    "terraform_facts",
]
