"""One order under way, as those who make files see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from app.datafiles.orders import Order
from studies.models import Study
from surveys.datafiles.collecting import Answers
from surveys.datafiles.sources import Source, count_rows, read_rows
from surveys.datafiles.variables import Words

SAY_EVERY = 500


class Report(Protocol):
    """What is told how far the work is: a share in [0, 1] and the code of the step."""

    def __call__(self, progress: float, step: str = "") -> None:
        """Hear it."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: the number of responses in it, and what its reader should know."""

    responses: int
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """An order with what is needed to carry it out; `words` are in the language in force."""

    session: Session
    order: Order
    study: Study
    words: Words
    say: Report

    def read(self, source: Source, *, start: float, end: float) -> Iterator[Answers]:
        """Yield the responses of a source, saying how far from `start` to `end` the whole work is."""
        total = count_rows(self.session, source, drafts=self.order.drafts)
        for number, row in enumerate(read_rows(self.session, source, drafts=self.order.drafts)):
            if number % SAY_EVERY == 0:
                self.say(start + (end - start) * number / max(1, total), "export.step_read")
            yield row
