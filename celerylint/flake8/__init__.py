"""The way in through flake8, and through every editor that runs it: findings at their lines in Python files."""

from celerylint.flake8.plugin import Plugin

__all__ = ["Plugin"]
