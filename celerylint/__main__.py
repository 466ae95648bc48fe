"""`python -m celerylint` is `celerylint`."""

from celerylint.cli import main

main()
