"""Charts: rendered as they are used, and read as the manifests that they become."""

from celerylint.link.helm.read import Charts, read_charts

__all__ = ["Charts", "read_charts"]
