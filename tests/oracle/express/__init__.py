"""Ways to write a value in Python: an expression, with the statements, files and variables that it rests on."""

from oracle.express import classes, containers, environment, flow, functions, names, numbers, texts
from oracle.express.ways import expression, literal

# Each of these registers its ways when it is imported.
WAYS = (classes, containers, environment, flow, functions, names, numbers, texts)

__all__ = ["WAYS", "expression", "literal"]
