"""Helm charts: templates cut into their parts, rendered by an engine, and read with the places of the templates."""
