"""Oracles: real Celery is asked what celerylint is asked, of generated programs, command lines, routes and schedules.

celerylint has to say the same, or Unknown, and Unknown seldom: each oracle prints how seldom, and why. By the
environment: ORACLE_CASES is how many cases each tries, and ORACLE_PYTHON names a Python with another release of Celery
(with django, django-environ, environs, python-decouple and packaging): the programs then say that they use it.

    ORACLE_CASES=5000 ORACLE_PYTHON=celery-5.4/bin/python pytest -n0 tests/oracle
"""
