"""The packages that a project asks for or has locked: one reader for each format, none of them runs anything."""

from celerylint.facts.dependencies.names import reader_of
from celerylint.facts.dependencies.pip import requirements
from celerylint.facts.dependencies.requirement import PACKAGES, DependencyFacts, Include, Kind, Requirement

__all__ = ["PACKAGES", "DependencyFacts", "Include", "Kind", "Requirement", "reader_of", "requirements"]
