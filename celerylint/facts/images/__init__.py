"""Images: what a Dockerfile writes about what it starts, with which variables and files."""

from celerylint.facts.images.arguments import BuildArguments
from celerylint.facts.images.build_commands import command_recipes
from celerylint.facts.images.builders import (
    ANYTHING,
    RecipeFact,
    bake_recipes,
    repository_of,
    skaffold_recipes,
    workflow_recipes,
)
from celerylint.facts.images.command import CommandFact
from celerylint.facts.images.dockerfile import Dockerfile, read_dockerfile
from celerylint.facts.images.image import CopyFact, HealthcheckFact, ImageFact
from celerylint.facts.images.stages import images

__all__ = [
    "ANYTHING",
    "BuildArguments",
    "CommandFact",
    "CopyFact",
    "Dockerfile",
    "HealthcheckFact",
    "ImageFact",
    "RecipeFact",
    "bake_recipes",
    "command_recipes",
    "images",
    "read_dockerfile",
    "repository_of",
    "skaffold_recipes",
    "workflow_recipes",
]
