"""What is sent within a transaction that another function of the project opened, or Django around a request."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from celerylint.facts.python.function import OwnCall
from celerylint.link.bodies.following import Following, Reached
from celerylint.link.bodies.place import Here
from celerylint.link.dispatches.requests import Requests
from celerylint.link.dispatches.transactions import opened, writes_in
from celerylint.model import Transaction

Sent = tuple[Here, OwnCall, Transaction]


class Beyond:
    """Looks from the functions that open transactions to the calls that send tasks in those that they call."""

    def __init__(self, following: Following, requests: Requests, sends: Callable[[Here, OwnCall], bool]) -> None:
        self.following = following
        self.requests = requests
        self.sends = sends

    def opened_by(self, place: Here, owner: ast.ClassDef | None) -> Iterator[Sent]:
        """What a function leads to within the transactions that it opens itself, or that are open around it."""
        name = (place.function.path, owner.name) if owner is not None else None
        for transaction, calls in opened(place):
            yield from self._reached(transaction, self.following.reached(place, name, calls, dispatching=True))
        request = self.requests.around(place, owner)
        if request is not None:
            own = Reached(place, name, ())
            yield from self._reached(request, [own, *self.following.reached(place, name, None, dispatching=True)])

    def _reached(self, transaction: Transaction, found: Iterable[Reached]) -> Iterator[Sent]:
        for each in found:
            for call in each.here.function.calls:
                # `if notify: …` behind a call may never hold for this one.
                if self.sends(each.here, call) and not (each.through and (each.branched or call.branched)):
                    yield each.here, call, _behind(transaction, each, call) if each.through else transaction


def _behind(transaction: Transaction, each: Reached, call: OwnCall) -> Transaction:
    """The same transaction with what has been changed in it by the time that a function behind others sends."""
    sent = each.here.function.span(call.node)
    ends = (*(hop.span for hop in each.through), sent)
    every = (transaction.writes, *(tuple(writes_in(place, None)) for place in each.passed))
    writes = (write for some, end in zip(every, ends, strict=True) for write in some if write.span < end)
    return replace(transaction, writes=tuple(writes), through=each.through)
