"""Templates read without an engine: what is plainly said is known, and nothing else is guessed."""
