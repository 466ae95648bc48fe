"""Proofs: real Celery on real brokers shows the harm that a page speaks of, and its absence."""
