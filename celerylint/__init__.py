"""celerylint: static analysis for Celery in production."""

__version__ = "0.1.0"
