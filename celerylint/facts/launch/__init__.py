"""What a command line that starts Celery says: its options, its shell, the programs in front of it."""

from celerylint.facts.launch.around import Gap
from celerylint.facts.launch.inside import (
    PYTHON_FILE,
    File,
    Files,
    Inside,
    NoFiles,
    StartedCommand,
    Starter,
    StarterCall,
    absolute,
)
from celerylint.facts.launch.launch import Launch, OptionUse, ShellUse, Supervision
from celerylint.facts.launch.place import ShellCommand
from celerylint.facts.launch.programs import Followed, follow, read_launches, read_script
from celerylint.facts.launch.script import parse_script
from celerylint.facts.launch.words import Environment, Locate, Word, nothing_known, split
from celerylint.facts.launch.wrappers import WRAPPERS

__all__ = [
    "PYTHON_FILE",
    "WRAPPERS",
    "Environment",
    "File",
    "Files",
    "Followed",
    "Gap",
    "Inside",
    "Launch",
    "Locate",
    "NoFiles",
    "OptionUse",
    "ShellCommand",
    "ShellUse",
    "StartedCommand",
    "Starter",
    "StarterCall",
    "Supervision",
    "Word",
    "absolute",
    "follow",
    "nothing_known",
    "parse_script",
    "read_launches",
    "read_script",
    "split",
]
