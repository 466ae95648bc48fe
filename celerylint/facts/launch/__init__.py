"""What a command line that starts Celery says: its options, its shell, the programs in front of it."""

from celerylint.facts.launch.launch import Launch, OptionUse, ShellUse
from celerylint.facts.launch.programs import read_launches, read_script
from celerylint.facts.launch.script import parse_script
from celerylint.facts.launch.statements import ShellCommand
from celerylint.facts.launch.words import Environment, Locate, Word, nothing_known, split

__all__ = [
    "Environment",
    "Launch",
    "Locate",
    "OptionUse",
    "ShellCommand",
    "ShellUse",
    "Word",
    "nothing_known",
    "parse_script",
    "read_launches",
    "read_script",
    "split",
]
