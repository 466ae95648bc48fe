"""Rules as pages: reading them, checking and compiling their expressions, asking them about a model.

A page is Markdown with front matter. Its expressions are a typed subset of Python over the model:

- Names are the variables of the page's `scope` (`project` is always there), the page's `parameters`, and the variable
  of a generator. Attributes are the fields and properties of the model's records; `worker.settings.task_acks_late` is
  a Celery setting. A value's origin comes along by itself: there is no `.value`.
- There are `< <= > >= == != in not in`, `is None`, `and or not`, `x if test else y`, `+ - * / // %`, texts, numbers,
  `True`, `False`, `None`, collections such as `{"redis", "sqs"}`, generators and these functions: any, all, min, max,
  len, sum, sorted, lower, startswith, endswith, glob(pattern, text), join(texts), ceil, floor, round, number (drops the
  unit), seconds, cpus, bytes (of KiB or of a plain number).
- Units are types: Seconds, Bytes, KiB and Cpus do not mix. A number that stands in the page goes with every unit.
- What is absent is None. A field of None is None, arithmetic with None is None, an ordered comparison with None is
  false, None as a condition is false, `len(None)` is 0, None holds nothing; min, max and sorted leave None out.
- What nobody can know is unknown: `false and unknown` is false, `true or unknown` is true, everything else with unknown
  is unknown. A page whose `when` is unknown is undecided, never a finding.
- `when` has at most four clauses. Messages hold expressions in braces, which are printed by their unit.
"""

from celerylint.page.error import ExpressionError, PageError
from celerylint.page.expression import Answer, Expression, clauses, compile_condition, compile_expression
from celerylint.page.frame import Read
from celerylint.page.library import builtin_rules, load
from celerylint.page.parameters import ParameterError, effective
from celerylint.page.prepare import MOST_CLAUSES, Rule, check, prepare
from celerylint.page.read import Page
from celerylint.page.scope import SCOPES, Scope, Subject
from celerylint.page.trace import Decision, trace

__all__ = [
    "MOST_CLAUSES",
    "SCOPES",
    "Answer",
    "Decision",
    "Expression",
    "ExpressionError",
    "Page",
    "PageError",
    "ParameterError",
    "Read",
    "Rule",
    "Scope",
    "Subject",
    "builtin_rules",
    "check",
    "clauses",
    "compile_condition",
    "compile_expression",
    "effective",
    "load",
    "prepare",
    "trace",
]
