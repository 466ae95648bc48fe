"""Whole programs: an app, and everything that configures it."""

from oracle.styles.program import settings_program

__all__ = ["settings_program"]
