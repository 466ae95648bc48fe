"""Kustomize: the objects that the kustomizations of a repository deploy, each value at the place that set it."""

from celerylint.facts.kustomize.build import Build, Builder, Gap
from celerylint.facts.kustomize.kustomization import NAMES, Files
from celerylint.facts.kustomize.resource import Resource
from celerylint.facts.kustomize.roots import roots

__all__ = ["NAMES", "Build", "Builder", "Files", "Gap", "Resource", "roots"]
