"""`[tool.celerylint]` in pyproject.toml, or celerylint.toml: found, read, checked."""

from celerylint.configuration.options import (
    LOADS,
    SEVERITIES,
    UNCONFIGURED,
    Configuration,
    ConfigurationError,
    HelmOptions,
    RuleOptions,
    TaskHint,
)
from celerylint.configuration.quantities import seconds, size
from celerylint.configuration.reading import find, load, read
from celerylint.configuration.suggestion import did_you_mean

__all__ = [
    "LOADS",
    "SEVERITIES",
    "UNCONFIGURED",
    "Configuration",
    "ConfigurationError",
    "HelmOptions",
    "RuleOptions",
    "TaskHint",
    "did_you_mean",
    "find",
    "load",
    "read",
    "seconds",
    "size",
]
