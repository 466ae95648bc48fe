"""Command lines of workers, the environments that they run in, and the manifest that holds both."""

from oracle.commands.repository import Started, commands_program

__all__ = ["Started", "commands_program"]
