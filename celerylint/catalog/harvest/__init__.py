"""Reads the catalogue's data out of Celery releases. Used by the generator only, never while linting."""
