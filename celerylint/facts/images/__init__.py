"""Images: what a Dockerfile writes about what it starts, with which variables and files."""

from celerylint.facts.images.arguments import BuildArguments
from celerylint.facts.images.command import CommandFact
from celerylint.facts.images.dockerfile import Dockerfile, read_dockerfile
from celerylint.facts.images.image import CopyFact, HealthcheckFact, ImageFact
from celerylint.facts.images.stages import images

__all__ = [
    "BuildArguments",
    "CommandFact",
    "CopyFact",
    "Dockerfile",
    "HealthcheckFact",
    "ImageFact",
    "images",
    "read_dockerfile",
]
